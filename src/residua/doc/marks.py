"""What stands beside an argument inside `Annotated[...]`: its text, unit, shape and bounds.

The attributes are those of `typing_extensions.Doc` and of annotated-types, so that whoever reads
theirs reads these, and the other way round; nothing has to be installed for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# One entry of a shape: a number, a name, a name and an offset, any axes, or any named axes.
_ENTRY = re.compile(r"\d+|[A-Za-z_]\w*(\s*[+-]\s*\d+)?|\.\.\.|\*[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Doc:
    """What an argument is, in words.

    Args:
        documentation: a sentence or more.

    >>> Doc("temperature of the gas").documentation
    'temperature of the gas'
    """

    documentation: str

    def __repr__(self) -> str:
        return f"Doc({self.documentation!r})"


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit an argument is in; made by `unit`."""

    unit: str

    def __repr__(self) -> str:
        return f"unit({self.unit!r})"


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of an array argument; made by `shape`."""

    shape: tuple[int | str, ...]
    wrong: str = ""

    def __repr__(self) -> str:
        return f"shape({', '.join(map(repr, self.shape))})"


@dataclass(frozen=True, slots=True)
class Gt:
    """Every value is greater than `gt`."""

    gt: Any

    def __repr__(self) -> str:
        return f"Gt({self.gt!r})"


@dataclass(frozen=True, slots=True)
class Ge:
    """Every value is at least `ge`."""

    ge: Any

    def __repr__(self) -> str:
        return f"Ge({self.ge!r})"


@dataclass(frozen=True, slots=True)
class Lt:
    """Every value is less than `lt`."""

    lt: Any

    def __repr__(self) -> str:
        return f"Lt({self.lt!r})"


@dataclass(frozen=True, slots=True)
class Le:
    """Every value is at most `le`."""

    le: Any

    def __repr__(self) -> str:
        return f"Le({self.le!r})"


def unit(name: str) -> Unit:
    """The unit that an argument or a result is in, such as `unit("J/mol")`.

    Args:
        name: the unit as it is to be read; nothing is converted. "" and "1" say: no unit.

    Returns:
        A mark for `Annotated[float, unit("K")]`.

    >>> unit("K")
    unit('K')
    """
    return Unit(str(name).strip())


def shape(*dims: Any) -> Shape:
    """The shape of an array argument, with names for what is not a fixed number.

    A slip in it does not raise, since it would break an import; `check` finds it.

    Args:
        dims: one entry for each axis: a number, a name ("n": the same number wherever the name
            stands among the arguments of one function), a name and an offset ("n+1"), or once
            "..." or "*batch", for any number of axes. One text holds several: `shape("n, 3")`.

    Returns:
        A mark for `Annotated[np.ndarray, shape("n", 3)]`; `shape()` is a single number.

    >>> shape("n", 3), shape("*batch, n+1")
    (shape('n', 3), shape('*batch', 'n+1'))
    """
    entries: list[int | str] = []
    wrong = ""
    for dim in dims:
        for part in dim.split(",") if isinstance(dim, str) else [dim]:
            text = "..." if part is ... else str(part).strip()
            if isinstance(part, bool) or not _ENTRY.fullmatch(text):
                wrong = f"{text!r} is no entry of a shape (a number, n, n+1, ... or *batch)"
            entries.append(int(text) if text.isdigit() else text.replace(" ", ""))
    if sum(is_open(entry) for entry in entries) > 1:
        wrong = f"the shape {spelled(entries)} leaves the number of axes open more than once"
    return Shape(tuple(entries), wrong)


def is_open(entry: int | str) -> bool:
    """Whether an entry of a shape stands for any number of axes."""
    return str(entry).startswith(("...", "*"))


def spelled(entries: Sequence[int | str]) -> str:
    """A shape as it is written: (n, 3), with the comma of one axis.

    >>> spelled(["n"]), spelled(["n", 3]), spelled([])
    ('(n,)', '(n, 3)', '()')
    """
    inside = ", ".join(map(str, entries))
    return f"({inside},)" if len(entries) == 1 else f"({inside})"
