"""The same operator asked again and again: when compiling has paid, and the short way to it.

Like renting skis: stay eager until the time spent eagerly equals what compiling would have cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import constructors
from .guard import Guard, guard

# About what JAX takes to start and compile a small function.
COMPILING = 0.5
_MOST = 128
_FLOAT64 = np.dtype(np.float64)
_HABITS: dict[tuple[int, int], Habit] = {}


class Habit:
    """How one operator of one function has been called so far.

    seconds: spent in the eager engine. short: the way to its compiled program.
    """

    __slots__ = ("function", "operator", "refused", "seconds", "short")

    def __init__(self, function: Callable[..., Any], operator: Any) -> None:
        self.function = function  # kept, so that its id stays its own
        self.operator = operator
        self.seconds = 0.0
        self.refused = False
        self.short: ShortWay | None = None

    def pays(self) -> bool:
        """Whether compiling has paid for itself; not for functions that may change unseen."""
        if self.refused or self.seconds < COMPILING:
            return False
        self.refused = guard(self.function) is None
        return not self.refused


def habit(function: Callable[..., Any], operator: Any) -> Habit:
    """The habit of this operator, by identity: the cheapest question there is."""
    key = id(function), id(operator)
    found = _HABITS.get(key)
    if found is None:
        if len(_HABITS) >= _MOST:
            _HABITS.clear()
        found = _HABITS[key] = Habit(function, operator)
    return found


class ShortWay:
    """From arrays of known shapes straight to the program that was compiled for them."""

    __slots__ = ("_finish", "_guard", "_keys", "_kinds", "_others", "_program")

    def __init__(
        self, checked: Guard, program: Any, finish: Callable[[Any], Any], args: Any, keys: Any
    ) -> None:
        self._guard = checked
        self._program = program
        self._finish = finish
        self._keys = keys
        self._others = [i for i in range(len(args)) if i not in keys]
        self._kinds = [_kind(a) for a in args]

    def fits(self, args: tuple[Any, ...]) -> bool:
        """Whether the program is right for these arguments, in plain code, for this function."""
        if constructors._hooks or len(args) != len(self._kinds):
            return False
        for a, kind in zip(args, self._kinds):
            if kind is float:
                if type(a) is not float:
                    return False
            elif type(a) is not np.ndarray or a.shape != kind or a.dtype is not _FLOAT64:
                return False
        return self._guard.holds()

    def __call__(self, args: tuple[Any, ...]) -> Any:
        values = tuple([self._floating(args[i]) for i in self._keys])
        return self._finish(self._program(values, [args[i] for i in self._others]))

    @staticmethod
    def _floating(a: Any) -> Any:
        return np.float64(a) if type(a) is float else a


def _kind(a: Any) -> Any:
    return float if type(a) is float else a.shape


def short_way(
    function: Callable[..., Any], program: Any, finish: Callable[[Any], Any], args: Any, keys: Any
) -> ShortWay | None:
    """The short way, where every argument is a float or an array of them, passed by position."""
    plain = all(type(a) is float or (type(a) is np.ndarray and a.dtype == np.float64) for a in args)
    if not plain or not all(type(key) is int for key in keys):
        return None
    checked = guard(function)
    return None if checked is None else ShortWay(checked, program, finish, args, keys)
