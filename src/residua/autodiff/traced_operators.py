"""Python's operators, each handed to the NumPy ufunc of its name, and from there to the carrier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_BINARY: dict[str, np.ufunc] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "matmul": np.matmul,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
}
_COMPARISONS: dict[str, np.ufunc] = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}
_UNARY: dict[str, np.ufunc] = {
    "neg": np.negative,
    "pos": np.positive,
    "abs": np.absolute,
    "invert": np.invert,
}
# NumPy evaluates a ufunc on an object array by calling the method of that name on each item.
_NAMED = """sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh exp exp2 expm1
    log log2 log10 log1p sqrt cbrt square reciprocal absolute fabs sign floor ceil rint trunc
    conjugate arctan2 hypot logaddexp logaddexp2 degrees radians deg2rad rad2deg"""


class Operators:
    """Operators for a class that implements ``__array_ufunc__``."""

    __slots__ = ()
    __array_priority__ = 1000.0
    __pandas_priority__ = 6000  # so that Series * carrier comes here instead of making objects
    __hash__ = None  # type: ignore[assignment]

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other  # type: ignore[operator]

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self


def _forward(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    return lambda self, other: ufunc(self, other)


def _reflected(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    return lambda self, other: ufunc(other, self)


def _in_place(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        new = ufunc(self, other)
        return self._become(new) if hasattr(type(self), "_become") else new

    return operator


def _method(ufunc: np.ufunc) -> Callable[..., Any]:
    return lambda self, *others: ufunc(self, *others)


for _name, _ufunc in _BINARY.items():
    setattr(Operators, f"__{_name}__", _forward(_ufunc))
    setattr(Operators, f"__r{_name}__", _reflected(_ufunc))
    setattr(Operators, f"__i{_name}__", _in_place(_ufunc))
for _name, _ufunc in _COMPARISONS.items():
    setattr(Operators, f"__{_name}__", _forward(_ufunc))
for _name, _ufunc in _UNARY.items():
    setattr(Operators, f"__{_name}__", _method(_ufunc))
for _name in _NAMED.split():
    setattr(Operators, _name, _method(getattr(np, _name)))
