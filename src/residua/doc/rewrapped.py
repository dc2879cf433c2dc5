"""Where the validating function goes: in place of a function, into a class, into a classmethod."""

from __future__ import annotations

from typing import Any

from residua.doc.record import Arguments
from residua.doc.signature import subject_of
from residua.doc.validate import validated


def rewrapped(what: Any, record: Arguments) -> Any:
    """`what` with validation at every call; a class is changed where it stands."""
    if isinstance(what, type):
        # The signature of __init__ has self, the record has not: names alone matter.
        what.__init__ = validated(what.__init__, record)  # type: ignore[misc]
        return what
    if isinstance(what, classmethod | staticmethod):
        return type(what)(validated(what.__func__, record))
    # What is read like an attribute is given nothing.
    return what if subject_of(what) is not what else validated(what, record)
