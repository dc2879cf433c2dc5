"""What stands beside an argument inside `Annotated[...]`: its text, unit, shape and bounds.

The attributes are those of `typing_extensions.Doc` and of annotated-types, so that whoever reads
theirs reads these, and the other way round; nothing has to be installed for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import EllipsisType
from typing import Any

from residua._types import AnyObject

# One entry of a shape: a number, a name, a name and an offset, any axes, or any named axes.
_ENTRY = r"\d+|[A-Za-z_]\w*(\s*[+-]\s*\d+)?|\.\.\.|\*[A-Za-z_]\w*"


class Mark:
    """What stands beside a type: equal to what says the same, and not to be changed.

    Written out, since seven dataclasses cost every import more than all else in this room.
    """

    __slots__: tuple[str, ...] = ()

    def __init__(self, *said: Any) -> None:
        for name, value in zip(self.__slots__, said, strict=True):
            object.__setattr__(self, name, value)

    def _said(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{self!r} is not to be changed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._said() == self._said()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((type(self), self._said()))

    def __reduce__(self) -> tuple[type[Mark], tuple[Any, ...]]:
        return type(self), self._said()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._said()))})"


class Doc(Mark):
    """What an argument is, in words.

    Parameters
    ----------
    documentation : str
        A sentence or more.

    Examples
    --------
    >>> Doc("temperature of the gas").documentation
    'temperature of the gas'
    """

    __slots__ = ("documentation",)
    documentation: str

    def __init__(self, documentation: str) -> None:
        super().__init__(documentation)


class Unit(Mark):
    """The unit an argument is in; made by `unit`."""

    __slots__ = ("unit",)
    unit: str

    def __init__(self, unit: str) -> None:
        super().__init__(unit)

    def __repr__(self) -> str:
        return f"unit({self.unit!r})"


class Shape(Mark):
    """The shape of an array argument; made by `shape`."""

    __slots__ = ("shape", "wrong")
    shape: tuple[int | str, ...]
    wrong: str

    def __init__(self, shape: tuple[int | str, ...], wrong: str = "") -> None:
        super().__init__(shape, wrong)

    def __repr__(self) -> str:
        return f"shape({', '.join(map(repr, self.shape))})"


class Gt(Mark):
    """Every value is greater than `gt`.

    Parameters
    ----------
    gt : object
        The limit; anything that values compare with.

    Examples
    --------
    >>> Gt(0)
    Gt(0)
    """

    __slots__ = ("gt",)
    gt: Any

    def __init__(self, gt: AnyObject) -> None:
        super().__init__(gt)


class Ge(Mark):
    """Every value is at least `ge`.

    Parameters
    ----------
    ge : object
        The limit; anything that values compare with.

    Examples
    --------
    >>> Ge(0)
    Ge(0)
    """

    __slots__ = ("ge",)
    ge: Any

    def __init__(self, ge: AnyObject) -> None:
        super().__init__(ge)


class Lt(Mark):
    """Every value is less than `lt`.

    Parameters
    ----------
    lt : object
        The limit; anything that values compare with.

    Examples
    --------
    >>> Lt(1)
    Lt(1)
    """

    __slots__ = ("lt",)
    lt: Any

    def __init__(self, lt: AnyObject) -> None:
        super().__init__(lt)


class Le(Mark):
    """Every value is at most `le`.

    Parameters
    ----------
    le : object
        The limit; anything that values compare with.

    Examples
    --------
    >>> Le(1)
    Le(1)
    """

    __slots__ = ("le",)
    le: Any

    def __init__(self, le: AnyObject) -> None:
        super().__init__(le)


def unit(name: str) -> Unit:
    """The unit that an argument or a result is in, such as `unit("J/mol")`.

    Parameters
    ----------
    name : str
        The unit as it is to be read; nothing is converted. "" and "1" say: no unit.

    Returns
    -------
    Unit
        A mark for `Annotated[float, unit("K")]`.

    Examples
    --------
    >>> unit("K")
    unit('K')
    """
    return Unit(str(name).strip())


def shape(*dims: int | str | EllipsisType) -> Shape:
    """The shape of an array argument, with names for what is not a fixed number.

    A slip in it does not raise, since it would break an import; `check` finds it.

    Parameters
    ----------
    *dims : int or str
        One entry for each axis: a number, a name ("n": the same number wherever the name stands
        among the arguments of one function), a name and an offset ("n+1"), or once "..." or
        "*batch", for any number of axes. One text holds several: `shape("n, 3")`.

    Returns
    -------
    Shape
        A mark for `Annotated[np.ndarray, shape("n", 3)]`; `shape()` is a single number.

    Examples
    --------
    >>> shape("n", 3), shape("*batch, n+1")
    (shape('n', 3), shape('*batch', 'n+1'))
    """
    entries: list[int | str] = []
    wrong = ""
    for dim in dims:
        for part in dim.split(",") if isinstance(dim, str) else [dim]:
            text = "..." if part is ... else str(part).strip()
            if isinstance(part, bool) or not re.fullmatch(_ENTRY, text):
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
