"""Signatures that people can read: `help(f)` and `f?` show the types without the marks beside them.

Both print `repr` of an annotation. One that is text stays the text that it was, for whoever
evaluates it, and only shows itself shorter; the docstring below tells the marks.
"""

from __future__ import annotations

from typing import Any


class Bare(str):
    """The text of an annotation, which shows itself without marks.

    >>> text = Bare("Annotated[float, Doc('speed')] | None")
    >>> text, text == "Annotated[float, Doc('speed')] | None"
    (float | None, True)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        from residua.doc.spelled import without_marks

        try:
            return without_marks(self)[0]
        except (SyntaxError, ValueError, RecursionError):
            return super().__repr__()


def show_bare(subject: Any) -> None:
    """Let annotations of a function, or of what makes a class, show themselves without marks."""
    made = vars(subject).get("__init__") if isinstance(subject, type) else subject
    try:
        written = made.__annotations__
    except (AttributeError, NameError):  # from Python 3.14 on, a name that is not there yet
        return
    for name, annotation in written.items():
        if type(annotation) is str:
            written[name] = Bare(annotation)
