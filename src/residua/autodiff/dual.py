"""The eager carrier: an array together with its derivatives along p directions, on plain NumPy.

``Dual(value, tangents)`` holds an array of shape s and its tangents of shape (p, *s): parameter
axis first, so that a NumPy function with trailing-axis semantics applies to both alike. Python
operators are written out here, because with 50 points and 3 parameters the cost is the number of
NumPy calls; everything else arrives through NumPy's protocols and is looked up in ``UFUNCS`` and
``FUNCTIONS``, which the rule modules fill.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .dual_array import NUMBERS, DualArray, first_dual, from_nested, operand, plain

__all__ = [
    "FUNCTIONS", "UFUNCS", "Dual", "align", "first_dual", "from_nested", "lift", "operand",
    "plain", "spread", "zero_safe",
]  # fmt: skip

UFUNCS: dict[Any, Callable[..., Any]] = {}
FUNCTIONS: dict[Any, Callable[..., Any]] = {}


def lift(tangents: Any, extra: int) -> Any:
    """Tangents of a value that gains ``extra`` leading axes by broadcasting."""
    if extra == 1:
        return tangents[:, None]
    shape = tangents.shape
    return tangents.reshape(shape[:1] + (1,) * extra + shape[1:])


def align(t: Any, u: Any) -> tuple[Any, Any]:
    """Two tangent arrays with as many axes each."""
    extra = u.ndim - t.ndim
    if extra > 0:
        return lift(t, extra), u
    return (t, lift(u, -extra)) if extra < 0 else (t, u)


def spread(out: Any, tangents: Any) -> Dual:
    """Dual of ``out`` whose new tangents still lack the axes that ``out`` got by broadcasting."""
    if tangents.shape[1:] == out.shape:
        return Dual(out, tangents)
    full = np.empty(tangents.shape[:1] + out.shape, np.result_type(out, tangents))
    full[...] = lift(tangents, out.ndim + 1 - tangents.ndim)
    return Dual(out, full)


def zero_safe(tangents: Any, slope: Any) -> Any:
    """tangents * slope, where an entry that does not move stays still even at infinite slope."""
    out = tangents * slope
    if np.isfinite(slope).all():
        return out
    return np.where(tangents == 0, 0.0, out)


class Dual(DualArray):
    """An array of shape s that carries p derivatives of it: tangents of shape (p, *s)."""

    __slots__ = ()
    __array_priority__ = 1000.0
    __pandas_priority__ = 6000  # so that Series * Dual comes here instead of making objects

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.tangents)

    def __pos__(self) -> Dual:
        return Dual(+self.value, +self.tangents)

    def __add__(self, other: Any) -> Any:
        v, t, kind = self.value, self.tangents, type(other)
        if kind is Dual:
            w, u = other.value, other.tangents
            if t.ndim != u.ndim:
                t, u = align(t, u)
            return Dual(v + w, t + u)
        if kind not in NUMBERS:
            other = operand(other)
            if other is NotImplemented or type(other) is Dual:
                return other if other is NotImplemented else self + other
        out = v + other
        if t.shape[1:] == out.shape:
            return Dual(out, t.astype(out.dtype))
        return spread(out, t)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        v, t, kind = self.value, self.tangents, type(other)
        if kind is Dual:
            w, u = other.value, other.tangents
            if t.ndim != u.ndim:
                t, u = align(t, u)
            return Dual(v - w, t - u)
        if kind not in NUMBERS:
            other = operand(other)
            if other is NotImplemented or type(other) is Dual:
                return other if other is NotImplemented else self - other
        out = v - other
        if t.shape[1:] == out.shape:
            return Dual(out, t.astype(out.dtype))
        return spread(out, t)

    def __rsub__(self, other: Any) -> Any:
        if type(other) not in NUMBERS:
            other = operand(other)
            if other is NotImplemented or type(other) is Dual:
                return other if other is NotImplemented else other - self
        out = other - self.value
        return spread(out, (-self.tangents).astype(out.dtype, copy=False))

    def __mul__(self, other: Any) -> Any:
        v, t, kind = self.value, self.tangents, type(other)
        if kind is Dual:
            w, u = other.value, other.tangents
            if t.ndim != u.ndim:
                t, u = align(t, u)
            return Dual(v * w, t * w + u * v)
        if kind not in NUMBERS:
            other = operand(other)
            if other is NotImplemented or type(other) is Dual:
                return other if other is NotImplemented else self * other
            if other.ndim > v.ndim:
                t = lift(t, other.ndim - v.ndim)
        return Dual(v * other, t * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        v, t, kind = self.value, self.tangents, type(other)
        if kind is Dual:
            w, u = other.value, other.tangents
            if t.ndim != u.ndim:
                t, u = align(t, u)
            out = v / w
            return Dual(out, (t - u * out) / w)
        if kind not in NUMBERS:
            other = operand(other)
            if other is NotImplemented or type(other) is Dual:
                return other if other is NotImplemented else self / other
            if other.ndim > v.ndim:
                t = lift(t, other.ndim - v.ndim)
        return Dual(v / other, t / other)

    def __rtruediv__(self, other: Any) -> Any:
        v, t = self.value, self.tangents
        if type(other) not in NUMBERS:
            other = operand(other)
            if other is NotImplemented or type(other) is Dual:
                return other if other is NotImplemented else other / self
            if other.ndim > v.ndim:
                t = lift(t, other.ndim - v.ndim)
        out = other / v
        return Dual(out, t * (-out / v))

    def __pow__(self, n: Any) -> Any:
        if type(n) not in NUMBERS:
            return UFUNCS[np.power](self, n)
        v, t = self.value, self.tangents
        out = v**n
        if n == 2:
            return Dual(out, t * (v + v))
        if n == 0:  # 0 * 0**-1 would be NaN at the origin
            return Dual(out, np.zeros_like(t))
        if n == -1:
            return Dual(out, t * (-out * out))
        slope = n * v ** (n - 1)
        singular = type(n) is not complex and n < 1
        return Dual(out, zero_safe(t, slope) if singular else t * slope)

    def __rpow__(self, other: Any) -> Any:
        return UFUNCS[np.power](other, self)

    def __matmul__(self, other: Any) -> Any:
        return UFUNCS[np.matmul](self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return UFUNCS[np.matmul](other, self)

    def __abs__(self) -> Any:
        return UFUNCS[np.absolute](self)

    def __floordiv__(self, other: Any) -> Any:
        return UFUNCS[np.floor_divide](self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return UFUNCS[np.floor_divide](other, self)

    def __mod__(self, other: Any) -> Any:
        return UFUNCS[np.remainder](self, other)

    def __rmod__(self, other: Any) -> Any:
        return UFUNCS[np.remainder](other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    # ---------------------------------------------------------------- protocols

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs:
            rule = UFUNCS.get(ufunc)
            if rule is not None:
                return rule(*inputs)
        return UFUNCS[None](ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        rule = FUNCTIONS.get(function)
        if rule is not None:
            return rule(*args, **kwargs)
        return FUNCTIONS[None](function, args, kwargs)
