"""``x[mask]`` when the mask depends on traced numbers, so that nobody knows how many there are.

``Chosen`` keeps the whole array and the mask. Arithmetic works on the whole array, sums leave out
what was not chosen, and ``out[mask] = f(x[mask])`` becomes a where. Entries that were not chosen
hold a copy of the first chosen one, so that ``f`` never meets a point the model excluded (a log of
a negative number would spoil reverse-mode derivatives even through a where).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import jax
import jax.numpy as jnp
import numpy as np

from .._errors import NotDifferentiable
from .traced_operands import array_of
from .traced_operators import Operators

_REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": jnp.sum,
    "mean": jnp.mean,
    "prod": jnp.prod,
    "max": jnp.max,
    "amax": jnp.max,
    "min": jnp.min,
    "amin": jnp.min,
    "all": jnp.all,
    "any": jnp.any,
}
_MAPPED = frozenset(
    {
        "where",
        "clip",
        "real",
        "imag",
        "angle",
        "nan_to_num",
        "sinc",
        "round",
        "around",
        "copy",
        "abs",
    }
    | {"zeros_like", "ones_like", "i0"}
)


class _Memory(threading.local):
    """Comparisons already made, by each thread for the functions it is following."""

    def __init__(self) -> None:
        self.levels: list[dict[Any, Any]] = []


_MEMORY = _Memory()


def refuse_chosen(what: str) -> NoReturn:
    raise NotDifferentiable(
        f"{what} was asked of x[mask], but the compiled engine does not know how many were chosen.",
        causes=(
            "the mask depends on the data or on a parameter, so its count is known only later",
        ),
        next='np.where(mask, f(x), ...), or out[mask] = f(x[mask]); or choose engine="eager"',
    )


@contextmanager
def remembering() -> Iterator[None]:
    """Inside the block, the same comparison asked twice gives the same mask."""
    _MEMORY.levels.append({})
    try:
        yield
    finally:
        _MEMORY.levels.pop()


def remembered(ufunc: np.ufunc, operands: list[Any], compute: Callable[[], Any]) -> Any:
    """``compute()``, or the mask it gave before for the very same traced operands.

    ``out[x > 0] = x[x > 0]**2`` compares twice; knowing both masks to be one saves a sort.
    """
    levels = _MEMORY.levels
    if not levels or not all(isinstance(o, (jax.Array, bool, int, float)) for o in operands):
        return compute()
    key = (ufunc, *(("id", id(o)) if isinstance(o, jax.Array) else (type(o), o) for o in operands))
    if key not in levels[-1]:
        levels[-1][key] = (compute(), operands)  # operands kept, so that no id is reused
    return levels[-1][key][0]


class Chosen(Operators):
    """``x[mask]`` with a mask known only later: values on the full shape, and the mask."""

    __slots__ = ("mask", "values", "wrap")

    def __init__(self, values: Any, mask: Any, wrap: Callable[[Any], Any]) -> None:
        self.values = values
        self.mask = mask
        self.wrap = wrap

    @property
    def dtype(self) -> Any:
        return self.values.dtype

    @property
    def ndim(self) -> int:
        return int(self.values.ndim - self.mask.ndim + 1)

    @property
    def real(self) -> Chosen:
        return Chosen(jnp.real(self.values), self.mask, self.wrap)

    @property
    def imag(self) -> Chosen:
        return Chosen(jnp.imag(self.values), self.mask, self.wrap)

    def copy(self) -> Chosen:
        return self

    def astype(self, dtype: Any) -> Chosen:
        return Chosen(self.values.astype(dtype), self.mask, self.wrap)

    def __getattr__(self, name: str) -> Any:
        if name in _REDUCTIONS:
            return lambda **kw: self.wrap(reduce(_REDUCTIONS[name], self, kw))
        if name.startswith("__"):  # NumPy and Python look for protocols; there are no others
            raise AttributeError(name)
        return refuse_chosen(f".{name}")

    def __len__(self) -> int:
        return refuse_chosen("len()")

    def __iter__(self) -> Iterator[Any]:
        return refuse_chosen("iteration")

    def __getitem__(self, key: Any) -> Any:
        return refuse_chosen("an index")

    def __bool__(self) -> bool:
        return refuse_chosen("bool()")

    def __float__(self) -> float:
        return refuse_chosen("float()")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return refuse_chosen("a NumPy array")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from .traced_ufuncs import call_ufunc  # which itself needs this class

        if ufunc is np.matmul:
            return self.wrap(_dot(*inputs))
        return call_ufunc(self.wrap, ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return call_function(function, args, kwargs)


def choose(values: Any, mask: Any, wrap: Callable[[Any], Any]) -> Chosen:
    """The carrier of ``values[mask]``."""
    values, mask = jnp.asarray(values), jnp.asarray(mask)
    if mask.ndim > values.ndim or values.shape[: mask.ndim] != mask.shape:
        raise IndexError(f"a mask of shape {mask.shape} does not fit an array {values.shape}")
    rows = values.reshape(-1, *values.shape[mask.ndim :])
    first = rows[jnp.argmax(mask.ravel())] if mask.size else jnp.zeros((), values.dtype)
    return Chosen(jnp.where(_spread(mask, values), values, first), mask, wrap)


def put(array: Any, mask: Any, new: Any) -> Any:
    """``array`` after ``array[mask] = new``."""
    array, mask = jnp.asarray(array), jnp.asarray(mask)
    if isinstance(new, Chosen):
        values = _aligned(new, mask)
    else:
        values = _row(array_of(new), array.ndim - mask.ndim)
    return jnp.where(_spread(mask, array), jnp.asarray(values).astype(array.dtype), array)


def elementwise(function: Callable[..., Any], inputs: Any) -> Chosen:
    """``function`` of operands of which one or more are chosen by a mask."""
    first = next(item for item in inputs if isinstance(item, Chosen))
    trailing = first.ndim - 1
    if any(isinstance(item, Chosen) and item.ndim != first.ndim for item in inputs):
        refuse_chosen("arithmetic between rows and entries")
    operands = [
        _aligned(item, first.mask) if isinstance(item, Chosen) else _row(array_of(item), trailing)
        for item in inputs
    ]
    return Chosen(function(*operands), first.mask, first.wrap)


def reduce(function: Callable[..., Any], chosen: Chosen, kwargs: dict[str, Any]) -> Any:
    """A sum, mean, product, maximum or minimum over what was chosen."""
    if kwargs.get("axis") not in (None, 0):
        refuse_chosen("a reduction over another axis")
    over_all = kwargs.get("axis") is None
    axes = None if over_all else tuple(range(chosen.mask.ndim))
    extra: dict[str, Any] = {"where": _spread(chosen.mask, chosen.values)}
    if function in (jnp.max, jnp.min):
        extra["initial"] = -jnp.inf if function is jnp.max else jnp.inf
    return function(chosen.values, axis=axes, **extra)


def call_function(function: Any, args: Any, kwargs: Any) -> Any:
    """NumPy functions that make sense on an unknown number of entries."""
    name = function.__name__
    chosen = next((item for item in args if isinstance(item, Chosen)), None)
    if chosen is None or function.__module__ != "numpy":
        return refuse_chosen(f"numpy.{name}")
    if name in _REDUCTIONS and chosen is args[0]:
        return chosen.wrap(reduce(_REDUCTIONS[name], chosen, kwargs))
    if name in ("dot", "inner", "vdot"):
        return chosen.wrap(_dot(*args))
    if name in _MAPPED and not kwargs:
        return elementwise(getattr(jnp, name), args)
    return refuse_chosen(f"numpy.{name}")


def _dot(a: Any, b: Any) -> Any:
    product = elementwise(jnp.multiply, (a, b))
    if product.ndim != 1:
        refuse_chosen("a matrix product")
    return reduce(jnp.sum, product, {})


def _spread(mask: Any, values: Any) -> Any:
    return mask.reshape(mask.shape + (1,) * (values.ndim - mask.ndim))


def _row(operand: Any, trailing: int) -> Any:
    """An operand that is the same for every chosen row; others would need the unknown count."""
    extra = np.ndim(operand) - trailing
    if extra <= 0:
        return operand
    if extra > 1 or np.shape(operand)[0] != 1:
        refuse_chosen("arithmetic with an array of a definite length")
    return operand[0]


def _aligned(chosen: Chosen, mask: Any) -> Any:
    """The chosen values, moved so that the k-th of them stands at the k-th place of ``mask``."""
    if chosen.mask is mask:
        return chosen.values
    rows = chosen.values.reshape(-1, *chosen.values.shape[chosen.mask.ndim :])
    order = jnp.argsort(~chosen.mask.ravel(), stable=True)
    rank = jnp.cumsum(mask.ravel()) - 1
    return rows[order[jnp.clip(rank, 0)]].reshape(mask.shape + rows.shape[1:])
