"""What a user may know of a network's outputs beforehand, read column by column.

`Constraints` is what was written, in names and user units; `Columns` is what it says of each input.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np

from residua._errors import ModelError
from residua.data.tables import place_of
from residua.networks.physics.symmetry import EVEN, ODD

PARITIES = {"even": EVEN, "odd": ODD}


class Columns(NamedTuple):
    """What is known, input by input.

    directions: 1 rising, -1 falling, 0 nothing known. periods: in units of x, None where there is
    none. reflections: (columns, parity), one after another.
    """

    directions: tuple[int, ...]
    periods: tuple[float | None, ...]
    reflections: tuple[tuple[tuple[int, ...], int], ...]


class Constraints(NamedTuple):
    """Constraints as `MLP` has them: one value for all inputs, or pairs of (column, value)."""

    monotone: Any = None
    convex: Any = 0
    period: Any = None
    positive: bool = False
    symmetry: Any = None

    def __bool__(self) -> bool:
        given = (self.monotone, self.period, self.symmetry)
        return any(value is not None for value in given) or bool(self.convex or self.positive)

    @property
    def sense(self) -> int:
        """1 convex, -1 concave, 0 neither."""
        if self.convex in (None, 0, 1, -1):
            return int(self.convex or 0)
        raise ModelError(
            f"convex is {self.convex!r}, neither True (convex) nor -1 (concave)",
            next="rs.MLP([10], convex=True)",
        )

    def columns(self, names: Sequence[str], count: int) -> Columns:
        """Input by input; `names` may be empty where inputs are known by number only."""
        directions = _each(self.monotone, "monotone", _direction, names, count)
        periods = _each(self.period, "period", _period, names, count)
        parities = _each(self.symmetry, "symmetry", _parity, names, count)
        together = isinstance(self.symmetry, str)
        alone = (((j,), parity) for j, parity in enumerate(parities) if parity)
        reflections = ((tuple(range(count)), parities[0]),) if together else tuple(alone)
        return Columns(tuple(d or 0 for d in directions), tuple(periods), reflections)

    def keyed(self) -> tuple[Constraints, int]:
        """The same with the columns that it names numbered as they come, and how many there are."""
        given = (self.monotone, self.period, self.symmetry)
        keys = [key for value in given if isinstance(value, tuple) for key, _ in value]
        order = {key: at for at, key in enumerate(dict.fromkeys(keys))}
        fresh = [
            tuple((order[key], v) for key, v in value) if isinstance(value, tuple) else value
            for value in given
        ]
        return Constraints(fresh[0], self.convex, fresh[1], self.positive, fresh[2]), len(order)


def pairs_of(value: Any) -> Any:
    """A value for all inputs as it is; a mapping of columns as pairs, so that it can be hashed.

    >>> pairs_of({"x": 1}), pairs_of(-1), pairs_of({})
    ((('x', 1),), -1, None)
    """
    if isinstance(value, Mapping):
        value = tuple(value.items())
    if isinstance(value, (list, tuple)):
        return tuple((_plain(key), _plain(entry)) for key, entry in value) or None
    return _plain(value)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _each(
    value: Any, word: str, read: Callable[[Any], Any], names: Sequence[str], count: int
) -> list[Any]:
    """One entry an input; None where nothing was said."""
    if value is None:
        return [None] * count
    if not isinstance(value, tuple):
        return [read(value)] * count
    found: list[Any] = [None] * count
    for key, entry in value:
        at = _column(key, word, names, count)
        if found[at] is not None:
            raise ModelError(f"{word} says two things of one input, the last as {key!r}")
        found[at] = read(entry)
    return found


def _column(key: Any, word: str, names: Sequence[str], count: int) -> int:
    if isinstance(key, str) and (place := place_of(key, names)) is not None:
        return place
    if isinstance(key, int) and not isinstance(key, bool) and 0 <= key < count:
        return key
    near = get_close_matches(str(key), names, n=1) or list(names[:1])
    known = ", ".join(map(repr, names)) or f"the numbers 0 to {count - 1}"
    raise ModelError(
        f"{word} names {key!r}, which is no input",
        causes=[f"the inputs are {known}"],
        next=f"rs.MLP([10], {word}={{{(near[0] if near else 0)!r}: ...}})",
    )


def _direction(value: Any) -> int:
    if value in (1, -1, 0):
        return int(value)
    raise ModelError(
        f"monotone is {value!r}, neither 1 (rises) nor -1 (falls)",
        next='rs.MLP([10], monotone={"x": 1})',
    )


def _period(value: Any) -> float:
    if isinstance(value, (int, float)) and math.isfinite(value) and value > 0:
        return float(value)
    raise ModelError(
        f"a period is {value!r}, not a positive length in units of x",
        next="rs.MLP([10], period=2 * np.pi)",
    )


def _parity(value: Any) -> int:
    if isinstance(value, str) and value in PARITIES:
        return PARITIES[value]
    raise ModelError(
        f'symmetry is {value!r}, neither "even" nor "odd"', next='rs.MLP([10], symmetry="even")'
    )
