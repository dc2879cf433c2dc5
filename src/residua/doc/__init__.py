"""Documentation beside each argument: `Annotated[float, Doc("temperature"), unit("K"), Gt(0)]`.

`documented` makes a NumPy docstring of it and hands the same function back; `arguments(f)` gives
the record; `check` finds contradictions between text and signature. `residua.doc.sphinx` and
`residua.doc.griffe` show it in documentation sites, `residua.doc.hy` is for Hy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from residua._face import opened
from residua.doc.decorator import DocumentationWarning as DocumentationWarning
from residua.doc.decorator import documented as documented
from residua.doc.marks import Doc as Doc
from residua.doc.marks import Ge as Ge
from residua.doc.marks import Gt as Gt
from residua.doc.marks import Le as Le
from residua.doc.marks import Lt as Lt
from residua.doc.marks import shape as shape
from residua.doc.marks import unit as unit

if TYPE_CHECKING:
    from residua.doc.checking import check as check
    from residua.doc.checking import problems as problems
    from residua.doc.constraints import Bounds as Bounds
    from residua.doc.describe import arguments as arguments
    from residua.doc.record import Argument as Argument
    from residua.doc.record import Arguments as Arguments

# What a decorated module does not need: name -> where it lives, imported when first used.
_LATER = {
    "Argument": "residua.doc.record",
    "Arguments": "residua.doc.record",
    "Bounds": "residua.doc.constraints",
    "arguments": "residua.doc.describe",
    "check": "residua.doc.checking",
    "problems": "residua.doc.checking",
}

__all__ = [
    "Argument", "Arguments", "Bounds", "Doc", "DocumentationWarning", "Ge", "Gt", "Le", "Lt",
    "arguments", "check", "documented", "problems", "shape", "unit",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    return opened(__name__, _LATER, name)


def __dir__() -> list[str]:
    return __all__
