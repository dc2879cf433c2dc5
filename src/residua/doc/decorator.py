"""`documented`: the decorator.

Documentation never breaks an import: whatever goes wrong while it is read is a warning, and an
error only where somebody asks, by `check` in a test.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from residua._types import AnyObject
from residua.doc.bare import show_bare
from residua.doc.describe import described, name_of
from residua.doc.record import Arguments
from residua.doc.signature import subject_of

T = TypeVar("T")


class DocumentationWarning(UserWarning):
    """The documentation of a function cannot be read, or contradicts its signature."""


@overload
def documented(what: T, /) -> T: ...
@overload
def documented(*, validate: bool = False) -> Callable[[T], T]: ...


def documented(what: AnyObject = None, /, *, validate: bool = False) -> Any:
    """Make a docstring of what stands beside the arguments; the same function comes back.

    Sections that are written by hand stay: Parameters and Returns are put in their place among
    them, in numpydoc's order. `f.__arguments__` holds the record of all arguments.

    Parameters
    ----------
    what : object
        A function, method, classmethod, staticmethod, property, class, dataclass or
        functools.partial whose annotations are `Annotated[type, Doc("..."), unit("K"), Gt(0)]`,
        in any part and from any library that has such marks; plain text is a Doc.
    validate : bool, default False
        Whether every call checks bounds and shapes first. The function that comes back is then
        another one; a class keeps its identity.

    Returns
    -------
    object
        The same `what`; with `validate` a function around it.

    Warns
    -----
    DocumentationWarning
        Text and signature contradict each other. Nothing is raised on account of documentation,
        so that it cannot break an import; `check` raises.

    Examples
    --------
    >>> from typing import Annotated
    >>> from residua.doc import Doc, documented, unit
    >>> @documented
    ... def kinetic(m: Annotated[float, Doc("mass"), unit("kg")], v: Annotated[float, "speed"] = 1):
    ...     "Give the kinetic energy."
    ...     return m * v**2 / 2
    >>> print(kinetic.__doc__)
    Give the kinetic energy.
    <BLANKLINE>
    Parameters
    ----------
    m : float
        Mass, in kg.
    v : float, default 1
        Speed.
    <BLANKLINE>
    >>> kinetic.__arguments__["m"].unit
    'kg'
    """
    frame = sys._getframe(1)
    inside = {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)
    if what is None:
        return lambda it: _apply(it, inside, validate)
    return _apply(what, inside, validate)


class _Unread:
    """The docstring of a class until somebody reads it, which makes the whole one.

    Python asks what stands as `__doc__` of a class for its text, if it is a descriptor.
    """

    def __init__(self, owner: type) -> None:
        self.owner, self.text = owner, owner.__doc__

    def __get__(self, instance: object, owner: type | None = None) -> str | None:
        self.owner.__doc__ = self.text
        return documented(self.owner).__doc__


def documented_when_read(owner: type[T]) -> type[T]:
    """As `documented`, of a class that every script imports and hardly any asks about."""
    owner.__doc__ = _Unread(owner)  # type: ignore[assignment]
    return owner


def _apply(what: Any, inside: Mapping[str, Any], validate: bool) -> Any:
    out = what
    try:
        record = described(what, inside)
        _write(what, record)
        if validate:
            from residua.doc.rewrapped import rewrapped

            out = rewrapped(what, record)
        found = (*record.problems, *(f"{text} cannot be evaluated" for text in record.missing))
    except Exception as error:  # never at the price of an import
        found = (f"{type(error).__name__}: {error}",)
    if found:
        text = f"the documentation of {name_of(what)}: {'; '.join(found)}"
        warnings.warn(text, DocumentationWarning, stacklevel=3)
    return out


def _write(what: Any, record: Arguments) -> None:
    subject = subject_of(what)
    # Under -OO docstrings are not wanted.
    if record.after is not None and sys.flags.optimize < 2:
        for holder in (subject, what):
            holder.__doc__ = record.after
    subject.__arguments__ = record
    show_bare(subject)
