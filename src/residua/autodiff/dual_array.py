"""What makes the eager carrier an array: fields, indexing, in-place writing, leaving for NumPy.

Two promises keep in-place code right. Tangents share memory exactly where values do, so writing
through a view works as in NumPy. A constant inside a model is a Dual whose tangents are zero.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from . import dual_index
from .refusal import refuse_array, refuse_index, refuse_scalar

NUMBERS = frozenset({float, int, np.float64, complex, bool, np.int64, np.complex128})
_ALL = slice(None)


class DualArray:
    """An array of shape s (``value``) with its ``tangents`` of shape (p, *s)."""

    __slots__ = ("tangents", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any, tangents: Any) -> None:
        self.value = value
        self.tangents = tangents

    if TYPE_CHECKING:  # the array methods and operators are attached by the rules

        def __getattr__(self, name: str) -> Any: ...

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, with {len(self.tangents)} derivatives)"

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

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
        return self._become(operator.add(self, other))

    def __isub__(self, other: Any) -> Any:
        return self._become(operator.sub(self, other))

    def __imul__(self, other: Any) -> Any:
        return self._become(operator.mul(self, other))

    def __itruediv__(self, other: Any) -> Any:
        return self._become(operator.truediv(self, other))

    def __ipow__(self, other: Any) -> Any:
        return self._become(operator.pow(self, other))

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

    def __iter__(self) -> Iterator[Self]:
        if self.value.ndim == 1:
            # One copy, so that each scalar owns contiguous tangents, as NumPy scalars do.
            return map(type(self), self.value, self.tangents.T.copy())
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Self:
        value = self.value[key]
        if type(key) is tuple and dual_index.mixed(key):
            return type(self)(value, dual_index.get(self.tangents, key))
        tangents = self.tangents[(_ALL, *key) if type(key) is tuple else (_ALL, key)]
        if value.ndim == 0 and type(value) is not np.ndarray:
            tangents = tangents.copy()  # a NumPy scalar shares no memory either
        return type(self)(value, tangents)

    def __setitem__(self, key: Any, new: Any) -> None:
        new = operand(new)
        if not isinstance(new, DualArray):
            self.value[key] = new
            dual_index.put(self.tangents, key, 0.0)
            return
        self.value[key] = new.value
        dual_index.put(self.tangents, key, new.tangents)

    # ---------------------------------------------------------------- attributes

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def ndim(self) -> int:
        return self.value.ndim

    @property
    def size(self) -> int:
        return self.value.size

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def T(self) -> Self:
        axes = (0, *range(self.value.ndim, 0, -1))
        return type(self)(self.value.T, self.tangents.transpose(axes))

    @property
    def real(self) -> Self:
        return type(self)(self.value.real, self.tangents.real)

    @property
    def imag(self) -> Self:
        return type(self)(self.value.imag, self.tangents.imag)

    @property
    def flat(self) -> Iterator[Self]:
        return iter(self.reshape(-1))

    # ---------------------------------------------------------------- leaving the carrier

    def __float__(self) -> float:
        return float(self.value) if self._still() else refuse_scalar("float")

    def __int__(self) -> int:
        return int(self.value) if self._still() else refuse_scalar("int")

    def __complex__(self) -> complex:
        return complex(self.value) if self._still() else refuse_scalar("complex")

    def __index__(self) -> int:
        return refuse_index()

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


def plain(x: Any) -> Any:
    """The value of a Dual; anything else as it is."""
    return x.value if isinstance(x, DualArray) else x


def operand(x: Any) -> Any:
    """``x`` as a Dual, a numeric array or a number, or NotImplemented."""
    kind = type(x)
    if isinstance(x, DualArray) or kind in NUMBERS:
        return x
    if kind is np.ndarray and x.dtype.char not in "OefF":
        return x
    if isinstance(x, (np.ndarray, list, tuple)):
        found = from_nested(x)
        single = found.dtype.char in "efF"
        return found.astype(np.result_type(found, np.float64)) if single else found
    if isinstance(x, np.generic):  # single precision would spoil the slopes, not the value
        return x.astype(np.result_type(x, np.float64)) if x.dtype.char in "efF" else x
    # pandas Series and the like: their values, by position.
    return from_nested(np.asarray(x)) if hasattr(x, "__array__") else NotImplemented


def _duals(x: Any) -> Iterator[Any]:
    if isinstance(x, DualArray):
        yield x
    elif isinstance(x, (list, tuple)) or (isinstance(x, np.ndarray) and x.dtype.char == "O"):
        for item in x.flat if isinstance(x, np.ndarray) else x:
            yield from _duals(item)


def first_dual(x: Any) -> Any:
    """Some Dual inside nested lists, tuples and object arrays."""
    return next(_duals(x), None)


def from_nested(x: Any) -> Any:
    """Nested lists, tuples and object arrays: a Dual when one is inside, else a plain array."""
    if isinstance(x, DualArray):
        return x
    found = first_dual(x)
    if found is None:
        return np.asarray(x)
    return _gather(x, type(found), len(found.tangents))


def _gather(x: Any, dual: type[Any], p: int) -> Any:
    if isinstance(x, DualArray):
        return x
    if first_dual(x) is not None:
        if isinstance(x, np.ndarray) and x.ndim == 0:
            return _gather(x.item(), dual, p)
        parts = [_gather(item, dual, p) for item in x]
        values = np.array([part.value for part in parts])
        tangents = np.array([part.tangents for part in parts])
        return dual(values, np.ascontiguousarray(np.moveaxis(tangents, 1, 0)))
    value = np.asarray(x)
    value = value.astype(np.result_type(value, np.float64))[()]
    return dual(value, np.zeros((p, *value.shape), value.dtype))
