"""`arguments(f)`: signature and docstring of any callable brought together in one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from residua._types import AnyObject
from residua.doc.record import Arguments
from residua.doc.sections import Docstring
from residua.doc.signature import read_arguments, subject_of
from residua.doc.write import (
    LISTS,
    is_generator,
    own_docstring,
    rewritten,
    taken_apart,
    with_text,
)


def arguments(what: AnyObject) -> Arguments:
    """The arguments of any callable, decorated or not, with their documentation.

    Parameters
    ----------
    what : object
        A function, method, class or functools.partial.

    Returns
    -------
    Arguments
        A mapping from names to Argument (name, type, doc, unit, shape, default, bounds, ...) that
        prints as a table; `returns` is what comes back, `problems` what is wrong.

    Examples
    --------
    >>> from typing import Annotated
    >>> from residua.doc import arguments, unit
    >>> def f(x: Annotated[float, "distance", unit("m")], n: int = 2): ...
    >>> arguments(f)
    x  float  in m  distance
    n  int
    >>> arguments(f)["n"].default
    2
    """
    getattr(subject_of(what), "__doc__", None)  # one that waits to be read brings the record
    known = own_record(what)
    if known is not None and not known.missing:
        return known
    again = described(what, {})  # by now names may be there that were not
    return known if known is not None and len(known.missing) <= len(again.missing) else again


def described(what: Any, inside: Mapping[str, Any]) -> Arguments:
    """The record of a function, with what its docstring adds and how that should read."""
    subject = subject_of(what)
    known = own_record(getattr(subject, "func", what))  # a partial has the text of its function
    text = own_docstring(subject)
    before = known.before if known is not None and text == known.after else text
    read = read_arguments(what, inside)
    docstring = taken_apart(before, tuple(read))
    wrong = (*read.problems, *_contradictions(read, docstring))
    record = Arguments(with_text(read, docstring), read.returns, wrong, read.missing)
    record.before = before
    record.after = rewritten(read, docstring, is_generator(subject)) or None
    return record


def _contradictions(read: Arguments, docstring: Docstring) -> Iterable[str]:
    """Of a docstring that says nothing twice there are none, and the search is not imported."""
    listed = any(docstring.lines(section) for section in LISTS)
    returned = any(docstring.lines(section) for section in ("Returns", "Yields"))
    again = returned and any(each.doc or each.type_words == "None" for each in read.returns)
    if not (listed or again):
        return ()
    from residua.doc.contradictions import contradictions

    return contradictions(read, docstring)


def own_record(what: Any) -> Arguments | None:
    """The record a function has itself, not one that a class inherits."""
    subject = subject_of(what)
    found = getattr(subject, "__arguments__", None)
    if isinstance(subject, type):
        found = vars(subject).get("__arguments__")
    return found if isinstance(found, Arguments) else None


def name_of(what: Any) -> str:
    """What to call a function in a message."""
    subject = subject_of(what)
    subject = getattr(subject, "func", subject)
    return getattr(subject, "__qualname__", None) or repr(subject)
