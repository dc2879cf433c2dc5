"""`check`: contradictions between documentation and signature as an error, for tests."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from typing import Annotated, Any

from residua._errors import DocumentationError
from residua._types import AnyObject
from residua.doc.contradictions import of_signature
from residua.doc.decorator import documented
from residua.doc.describe import arguments, name_of, own_record
from residua.doc.marks import Doc
from residua.doc.signature import subject_of

COMPLETE = Doc("whether an argument without any text is a problem too")


@documented
def problems(
    what: Annotated[AnyObject, Doc("a function, method or class, decorated or not")],
    complete: Annotated[bool, COMPLETE] = False,
) -> tuple[str, ...]:
    """What is wrong with the documentation of one function or class, in words.

    Returns:
        A sentence for each problem; () if there is none.

    Example:
        >>> problems(lambda x: x), problems(lambda x: x, complete=True)
        ((), ('x has no text',))
    """
    record = arguments(what)
    found = [*record.problems, *(f"{text} cannot be evaluated" for text in record.missing)]
    found += of_signature(record)
    if complete:
        found += [f"{name} has no text" for name, each in record.items() if not each.doc]
    return tuple(dict.fromkeys(found))


@documented
def check(
    *what: Annotated[
        AnyObject,
        Doc(
            "functions, methods, classes, or modules, of which every decorated function, class "
            "and method is looked at"
        ),
    ],
    complete: Annotated[bool, COMPLETE] = False,
) -> None:
    """Raise where documentation and signature contradict each other: a line for a test.

    Raises:
        DocumentationError: text and signature contradict each other, a default lies outside its
            own bounds, or a mark could not be read.

    >>> def f(a: int = 2):
    ...     '''Double it.
    ...
    ...     Parameters
    ...     ----------
    ...     a : float, default 3
    ...     b : float
    ...     '''
    >>> check(f)
    Traceback (most recent call last):
    ...
    residua._errors.DocumentationError: the documentation of f contradicts its signature
    Likely causes:
      1. a is float in the docstring, int in the signature
      2. a is 3 by default in the docstring, 2 in the signature
      3. the docstring describes b, which is no argument
    Try: correct the docstring, or what stands beside the argument
    """
    for each in what:
        for one in _decorated_in(each) if isinstance(each, types.ModuleType) else [each]:
            if found := problems(one, complete):
                raise DocumentationError(
                    f"the documentation of {name_of(one)} contradicts its signature",
                    causes=found,
                    next="correct the docstring, or what stands beside the argument",
                )


def _decorated_in(module: types.ModuleType) -> Iterator[Any]:
    for value in list(vars(module).values()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if own_record(value) is not None:
            yield value
        if isinstance(value, type):
            members = (subject_of(member) for member in vars(value).values())
            yield from (
                member for member in members if inspect.isroutine(member) and own_record(member)
            )
