"""Bounds and lengths of an argument: how they are read, said, and found broken.

One row of `RULES` for each attribute by which annotated-types, pydantic and `marks` say one.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from residua._types import AnyObject


class Rule(NamedTuple):
    """words: what a reader is told. holds(value, limit): entry by entry, or of the length."""

    words: str
    holds: Callable[[Any, Any], Any]
    of_length: bool = False


class Constraint(NamedTuple):
    """One rule with its limit, such as ("gt", 0)."""

    rule: str
    limit: Any

    def __str__(self) -> str:
        return RULES[self.rule].words.format(plain(self.limit))


class Bounds(NamedTuple):
    """The interval in which values lie; `bounds[:2]` is (low, high) as `fit` takes it.

    Parameters
    ----------
    low : object, default -inf
        The lower end.
    high : object, default inf
        The upper end.
    low_open : bool, default False
        Whether the lower end itself is excluded.
    high_open : bool, default False
        Whether the upper end itself is excluded.

    Examples
    --------
    >>> Bounds(0.0)[:2]
    (0.0, inf)
    """

    low: AnyObject = -math.inf
    high: AnyObject = math.inf
    low_open: bool = False
    high_open: bool = False


def _divides(value: Any, limit: Any) -> Any:
    part = value % limit
    # Rounding leaves a hair more, or a hair less than the whole limit.
    near = 1e-12 * (abs(value) + abs(limit))
    return (part <= near) | (abs(limit) - part <= near)


RULES = {
    "gt": Rule("greater than {}", operator.gt),
    "ge": Rule("at least {}", operator.ge),
    "lt": Rule("less than {}", operator.lt),
    "le": Rule("at most {}", operator.le),
    "multiple_of": Rule("a multiple of {}", _divides),
    "min_length": Rule("at least {} long", operator.ge, of_length=True),
    "max_length": Rule("at most {} long", operator.le, of_length=True),
}


def constraints_of(mark: Any) -> Iterable[Constraint]:
    """The constraints that a mark holds: Gt(0) one, Interval(ge=0, lt=1) two, Doc("...") none."""
    for name in RULES:
        limit = getattr(mark, name, None)
        if limit is not None and not callable(limit) and not (name == "min_length" and limit == 0):
            yield Constraint(name, limit)


def bounds_of(constraints: Iterable[Constraint]) -> Bounds | None:
    """The tightest interval of several constraints; None where none bounds the values.

    >>> bounds_of([Constraint("gt", 0), Constraint("ge", -1), Constraint("le", 5)])
    Bounds(low=0, high=5, low_open=True, high_open=False)
    """
    found = None
    for rule, limit in constraints:
        is_open = rule in ("gt", "lt")
        if rule in ("gt", "ge"):
            found = found or Bounds()
            if _excludes(limit, found.low, is_open and not found.low_open, operator.gt):
                found = found._replace(low=limit, low_open=is_open)
        elif rule in ("lt", "le"):
            found = found or Bounds()
            if _excludes(limit, found.high, is_open and not found.high_open, operator.lt):
                found = found._replace(high=limit, high_open=is_open)
    return found


def _excludes(limit: Any, known: Any, at_it: bool, beyond: Callable[[Any, Any], Any]) -> bool:
    """Whether a limit leaves less than the known one does, which may be of another kind."""
    try:
        return bool(beyond(limit, known) or (limit == known and at_it))
    except TypeError:  # a date, say, beside infinity
        return True


def plain(number: Any) -> str:
    """A limit as a reader writes it: 0 rather than 0.0 or np.float64(0.0).

    >>> plain(0.0), plain(1e-9), plain(2)
    ('0', '1e-09', '2')
    """
    try:
        return f"{number:g}" if float(number) == float(f"{number:g}") else str(number)
    except (TypeError, ValueError):
        return str(number)
