"""Partial derivatives of NumPy's ufuncs, one row each: ``slope(out, *args)`` per argument.

Choices at the corners: ``abs`` and ``sign`` have slope 0 at 0; where ``maximum`` or ``minimum``
ties, each argument gets half; piecewise constant functions have slope 0 at their steps as well.
None marks an argument without a derivative (an integer exponent of ``ldexp``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Slope = Callable[..., Any]
Row = tuple[Slope | None, ...]
LN2 = math.log(2.0)


def _wins(x: Any, y: Any) -> Any:
    """1 where x is larger, 1/2 where equal; fmax ignores a NaN, so x also wins against one."""
    return ((x > y) | np.isnan(y)) + 0.5 * (x == y)


def _power_base(out: Any, x: Any, n: Any) -> Any:
    """n x^(n-1), where a zero exponent gives 0 even at the origin."""
    return n * np.power(x, np.where(n == 0, 1.0, n - 1))


def _power_exponent(out: Any, x: Any, n: Any) -> Any:
    """x^n log x, with its limit 0 at the origin for n > 0."""
    at_zero = (x == 0) & (n > 0)
    return out * np.log(np.where(at_zero, 1.0, x))


UFUNC_RULES: dict[str, Row] = {
    "positive": (lambda y, x: 1.0,),
    "negative": (lambda y, x: -1.0,),
    "exp": (lambda y, x: y,),
    "exp2": (lambda y, x: y * LN2,),
    "expm1": (lambda y, x: np.exp(x),),
    "log": (lambda y, x: 1 / x,),
    "log2": (lambda y, x: 1 / (x * LN2),),
    "log10": (lambda y, x: 1 / (x * math.log(10.0)),),
    "log1p": (lambda y, x: 1 / (1 + x),),
    "sqrt": (lambda y, x: 0.5 / y,),
    "cbrt": (lambda y, x: 1 / (3 * y * y),),
    "square": (lambda y, x: x + x,),
    "reciprocal": (lambda y, x: -y * y,),
    "sin": (lambda y, x: np.cos(x),),
    "cos": (lambda y, x: -np.sin(x),),
    "tan": (lambda y, x: 1 + y * y,),
    "arcsin": (lambda y, x: 1 / np.sqrt((1 - x) * (1 + x)),),
    "arccos": (lambda y, x: -1 / np.sqrt((1 - x) * (1 + x)),),
    "arctan": (lambda y, x: 1 / (1 + x * x),),
    "sinh": (lambda y, x: np.cosh(x),),
    "cosh": (lambda y, x: np.sinh(x),),
    "tanh": (lambda y, x: 1 - y * y,),
    "arcsinh": (lambda y, x: 1 / np.sqrt(1 + x * x),),
    "arccosh": (lambda y, x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)),),
    "arctanh": (lambda y, x: 1 / ((1 - x) * (1 + x)),),
    "degrees": (lambda y, x: 180 / math.pi,),
    "rad2deg": (lambda y, x: 180 / math.pi,),
    "radians": (lambda y, x: math.pi / 180,),
    "deg2rad": (lambda y, x: math.pi / 180,),
    "fabs": (lambda y, x: np.sign(x),),
    "arctan2": (lambda z, y, x: x / (x * x + y * y), lambda z, y, x: -y / (x * x + y * y)),
    "hypot": (
        lambda r, x, y: np.where(r == 0, 0.0, x / np.where(r == 0, 1.0, r)),
        lambda r, x, y: np.where(r == 0, 0.0, y / np.where(r == 0, 1.0, r)),
    ),
    "logaddexp": (lambda z, x, y: np.exp(x - z), lambda z, x, y: np.exp(y - z)),
    "logaddexp2": (lambda z, x, y: np.exp2(x - z), lambda z, x, y: np.exp2(y - z)),
    "power": (_power_base, _power_exponent),
    "float_power": (_power_base, _power_exponent),
    "maximum": (lambda z, x, y: _wins(x, y), lambda z, x, y: _wins(y, x)),
    "fmax": (lambda z, x, y: _wins(x, y), lambda z, x, y: _wins(y, x)),
    "minimum": (lambda z, x, y: _wins(-x, -y), lambda z, x, y: _wins(-y, -x)),
    "fmin": (lambda z, x, y: _wins(-x, -y), lambda z, x, y: _wins(-y, -x)),
    "remainder": (lambda z, x, y: 1.0, lambda z, x, y: -np.floor(x / y)),
    "fmod": (lambda z, x, y: 1.0, lambda z, x, y: -np.trunc(x / y)),
    "copysign": (lambda z, x, y: np.sign(x) * np.copysign(1.0, y), lambda z, x, y: 0.0),
    "heaviside": (lambda z, x, y: 0.0, lambda z, x, y: x == 0),
    "ldexp": (lambda z, x, n: np.ldexp(1.0, n), None),
}

# Slopes that can be infinite where the value is finite: there a still entry stays still.
SINGULAR = frozenset(
    {"sqrt", "cbrt", "arcsin", "arccos", "arccosh", "power", "float_power", "arctan2"}
)

# Piecewise constant: value as it is, slope zero.
FLAT = frozenset({"sign", "floor", "ceil", "rint", "trunc", "floor_divide", "spacing"})

# Answers that carry no derivative: truth values.
_PLAIN = """greater greater_equal less less_equal equal not_equal logical_and logical_or logical_xor
    logical_not isfinite isinf isnan signbit"""
PLAIN = frozenset(_PLAIN.split())
