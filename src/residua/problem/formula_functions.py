"""The functions and constants a formula may use: one row each, nothing else can be called."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """One callable name: where it lives and how many arguments it takes.

    `symbol` marks names that are at least as common as plain symbols (`gamma` the width, `y0` the
    offset): they are a function only where they are called, and a parameter where they are not.
    """

    home: str
    attribute: str
    least: int = 1
    most: int = 1
    symbol: bool = False


CONSTANTS = {"pi": math.pi}


def _largest(*values: Any) -> Any:
    return reduce(np.maximum, values)


def _smallest(*values: Any) -> Any:
    return reduce(np.minimum, values)


def _clip(value: Any, low: Any, high: Any) -> Any:
    # Two ufuncs rather than np.clip, so that every carrier of derivatives follows it.
    return np.minimum(np.maximum(value, low), high)


_OWN: dict[str, Callable[..., Any]] = {"maximum": _largest, "minimum": _smallest, "clip": _clip}

_NUMPY_SAME_NAME = (
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt"),
    *("abs", "sign", "floor", "ceil", "sinc", "deg2rad", "rad2deg"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
)

_NUMPY_ALIASES = {
    "ln": "log",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
}

_SPECIAL_SAME_NAME = (
    *("erf", "erfc", "erfcx", "erfinv", "gammaln", "loggamma", "digamma"),
    *("expit", "logit", "ellipk", "ellipe"),
)

FUNCTIONS: dict[str, FunctionRow] = {
    **{name: FunctionRow("numpy", name) for name in _NUMPY_SAME_NAME},
    **{name: FunctionRow("numpy", same) for name, same in _NUMPY_ALIASES.items()},
    **{name: FunctionRow("scipy.special", name) for name in _SPECIAL_SAME_NAME},
    **{
        name: FunctionRow("scipy.special", name, symbol=True)
        for name in ("gamma", "j0", "j1", "y0", "y1", "i0", "i1", "k0", "k1")
    },
    **{
        name: FunctionRow("scipy.special", name, 2, 2, symbol=True)
        for name in ("jv", "yv", "iv", "kv")
    },
    "atan2": FunctionRow("numpy", "arctan2", 2, 2),
    "arctan2": FunctionRow("numpy", "arctan2", 2, 2),
    "hypot": FunctionRow("numpy", "hypot", 2, 2),
    "heaviside": FunctionRow("numpy", "heaviside", 2, 2),
    "where": FunctionRow("numpy", "where", 3, 3),
    "max": FunctionRow("own", "maximum", 2, 100),
    "maximum": FunctionRow("own", "maximum", 2, 100),
    "min": FunctionRow("own", "minimum", 2, 100),
    "minimum": FunctionRow("own", "minimum", 2, 100),
    "clip": FunctionRow("own", "clip", 3, 3),
    "voigt": FunctionRow("scipy.special", "voigt_profile", 3, 3),
    "xlogy": FunctionRow("scipy.special", "xlogy", 2, 2),
}


@cache
def implementation(name: str) -> Callable[..., Any]:
    """The array function behind a table row; scipy is imported only when a row needs it."""
    row = FUNCTIONS[name]
    if row.home == "own":
        return _OWN[row.attribute]
    function: Callable[..., Any] = getattr(importlib.import_module(row.home), row.attribute)
    return function
