"""The eager carrier: an array together with its derivatives along p directions, on plain NumPy.

``Dual(value, tangents)`` holds an array of shape s and its tangents of shape (p, *s): parameter
axis first, so that a NumPy function with trailing-axis semantics applies to both alike. Python
operators are written out here, because with 50 points and 3 parameters the cost is the number of
NumPy calls; everything else arrives through NumPy's protocols and is looked up in ``UFUNCS`` and
``FUNCTIONS``, which the rule modules fill.

Two promises keep in-place code right. Tangents share memory exactly where values do, so writing
through a view works as in NumPy. A constant inside a model is a Dual whose tangents are zero.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import dual_index
from .refusal import refuse_array, refuse_index, refuse_scalar

NUMBERS = frozenset({float, int, np.float64, complex, bool, np.int64, np.complex128, np.float32})
UFUNCS: dict[Any, Callable[..., Any]] = {}
FUNCTIONS: dict[Any, Callable[..., Any]] = {}
_ALL = slice(None)


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


def plain(x: Any) -> Any:
    """The value of a Dual; anything else as it is."""
    return x.value if type(x) is Dual else x


def operand(x: Any) -> Any:
    """``x`` as a Dual, a numeric array or a number, or NotImplemented."""
    kind = type(x)
    if kind is Dual or kind in NUMBERS:
        return x
    if kind is np.ndarray and x.dtype.char != "O":
        return x
    if isinstance(x, (np.ndarray, list, tuple)):
        return from_nested(x)
    if isinstance(x, np.generic):
        return x
    # pandas Series and the like: their values, by position.
    return from_nested(np.asarray(x)) if hasattr(x, "__array__") else NotImplemented


def _duals(x: Any) -> Iterator[Dual]:
    if type(x) is Dual:
        yield x
    elif isinstance(x, (list, tuple)) or (isinstance(x, np.ndarray) and x.dtype.char == "O"):
        for item in x.flat if isinstance(x, np.ndarray) else x:
            yield from _duals(item)


def first_dual(x: Any) -> Dual | None:
    """Some Dual inside nested lists, tuples and object arrays."""
    return next(_duals(x), None)


def from_nested(x: Any) -> Any:
    """Nested lists, tuples and object arrays: a Dual when one is inside, else a plain array."""
    if type(x) is Dual:
        return x
    found = first_dual(x)
    if found is None:
        return np.asarray(x)
    return _gather(x, len(found.tangents))


def _gather(x: Any, p: int) -> Dual:
    if type(x) is Dual:
        return x
    if isinstance(x, (list, tuple)) or (isinstance(x, np.ndarray) and x.dtype.char == "O"):
        if first_dual(x) is not None:
            if isinstance(x, np.ndarray) and x.ndim == 0:
                return _gather(x.item(), p)
            parts = [_gather(item, p) for item in x]
            values = np.array([part.value for part in parts])
            tangents = np.array([part.tangents for part in parts])
            return Dual(values, np.ascontiguousarray(np.moveaxis(tangents, 1, 0)))
    value = np.asarray(x)
    value = value.astype(np.result_type(value, np.float64))[()]
    return Dual(value, np.zeros((p, *value.shape), value.dtype))


class Dual:
    """An array of shape s that carries p derivatives of it: tangents of shape (p, *s)."""

    __slots__ = ("tangents", "value")
    __array_priority__ = 1000.0
    __pandas_priority__ = 6000  # so that Series * Dual comes here instead of making objects
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any, tangents: Any) -> None:
        self.value = value
        self.tangents = tangents

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, with {len(self.tangents)} derivatives)"

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    # ---------------------------------------------------------------- arithmetic

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

    # ---------------------------------------------------------------- in place

    def _become(self, new: Any) -> Any:
        """Write ``new`` into this memory, so that views see it; a scalar is simply replaced."""
        if self.value.ndim == 0 or new is NotImplemented:
            return new
        if not np.can_cast(new.dtype, self.dtype, "same_kind"):
            raise TypeError(f"an array of {self.dtype} cannot hold {new.dtype} in place")
        self.value[...] = new.value
        self.tangents[...] = new.tangents
        return self

    def __iadd__(self, other: Any) -> Any:
        return self._become(self + other)

    def __isub__(self, other: Any) -> Any:
        return self._become(self - other)

    def __imul__(self, other: Any) -> Any:
        return self._become(self * other)

    def __itruediv__(self, other: Any) -> Any:
        return self._become(self / other)

    def __ipow__(self, other: Any) -> Any:
        return self._become(self**other)

    # ---------------------------------------------------------------- comparisons: plain answers

    def __lt__(self, other: Any) -> Any:
        return self.value < plain(operand(other))

    def __le__(self, other: Any) -> Any:
        return self.value <= plain(operand(other))

    def __gt__(self, other: Any) -> Any:
        return self.value > plain(operand(other))

    def __ge__(self, other: Any) -> Any:
        return self.value >= plain(operand(other))

    def __eq__(self, other: Any) -> Any:
        return self.value == plain(operand(other))

    def __ne__(self, other: Any) -> Any:
        return self.value != plain(operand(other))

    def __bool__(self) -> bool:
        return bool(self.value)

    # ---------------------------------------------------------------- indexing

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Dual]:
        if self.value.ndim == 1:
            # One copy, so that each scalar owns contiguous tangents, as NumPy scalars do.
            return map(Dual, self.value, self.tangents.T.copy())
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Dual:
        value = self.value[key if type(key) is not Dual else refuse_index()]
        if type(key) is tuple and dual_index.mixed(key):
            return Dual(value, dual_index.get(self.tangents, key))
        tangents = self.tangents[(_ALL, *key) if type(key) is tuple else (_ALL, key)]
        if value.ndim == 0 and type(value) is not np.ndarray:
            tangents = tangents.copy()  # a NumPy scalar shares no memory either
        return Dual(value, tangents)

    def __setitem__(self, key: Any, new: Any) -> None:
        new = operand(new)
        if type(new) is not Dual:
            self.value[key] = new
            dual_index.set(self.tangents, key, 0.0)
            return
        self.value[key] = new.value
        dual_index.set(self.tangents, key, new.tangents)

    # ---------------------------------------------------------------- attributes

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        return self.value.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        return self.value.size  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def T(self) -> Dual:
        axes = (0, *range(self.value.ndim, 0, -1))
        return Dual(self.value.T, self.tangents.transpose(axes))

    @property
    def real(self) -> Dual:
        return Dual(self.value.real, self.tangents.real)

    @property
    def imag(self) -> Dual:
        return Dual(self.value.imag, self.tangents.imag)

    @property
    def flat(self) -> Iterator[Dual]:
        return iter(FUNCTIONS[np.ravel](self))

    # ---------------------------------------------------------------- leaving the carrier

    def __float__(self) -> float:
        return float(self.value) if self._still() else refuse_scalar("float")

    def __int__(self) -> int:
        return int(self.value) if self._still() else refuse_scalar("int")

    def __complex__(self) -> complex:
        return complex(self.value) if self._still() else refuse_scalar("complex")

    def __index__(self) -> int:
        return operator.index(refuse_index())

    def _still(self) -> bool:
        """Whether no derivative would be lost by keeping only the value."""
        return not self.tangents.any()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if self._still():
            return np.asarray(self.value, dtype)
        if dtype is not None and np.dtype(dtype) != object:
            refuse_array()
        # An array of scalar Duals keeps every derivative and can be gathered again.
        objects = np.empty(self.shape, object)
        for index in np.ndindex(self.shape):
            objects[index] = self[index]
        return objects

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
