"""NumPy functions that jax.numpy has not, or means otherwise: one row each."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._errors import NotDifferentiable
from .refusal import refuse_function
from .traced_operands import Wrap, array_of, as_jax, wrap_result
from .traced_state import Memory, is_known, widen_dtype


def _constant_like(value: float) -> Callable[..., Any]:
    def rule(wrap: Wrap, a: Any, dtype: Any = None, shape: Any = None, **layout: Any) -> Any:
        array = array_of(a)
        kind = widen_dtype(array.dtype if dtype is None else dtype)
        return wrap(np.full(np.shape(array) if shape is None else shape, value, kind))

    return rule


def _full_like(wrap: Wrap, a: Any, fill_value: Any, dtype: Any = None, **other: Any) -> Any:
    array = array_of(a)
    kind = widen_dtype(array.dtype if dtype is None else dtype)
    shape = other.get("shape")
    shape = np.shape(array) if shape is None else shape
    fill = array_of(fill_value)
    if is_known(fill):
        return wrap(np.full(shape, fill, kind))
    return wrap(jnp.broadcast_to(fill, shape).astype(kind))


def _piecewise(wrap: Wrap, x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Each function on the part of x where its condition holds, as NumPy does it."""
    x = x if isinstance(x, Memory) else wrap(np.asarray(array_of(x)))
    single = not isinstance(condlist, (list, tuple)) or np.ndim(condlist[0]) < np.ndim(x.array)
    conditions = [as_jax(c) for c in ([condlist] if single else condlist)]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~jnp.any(jnp.stack(conditions), axis=0))
    out = wrap(np.zeros(x.array.shape, widen_dtype(x.array.dtype)))
    for condition, function in zip(conditions, funclist):
        mask = wrap(condition)
        part = x[mask]  # type: ignore[index]
        out[mask] = function(part, *args, **kw) if callable(function) else function
    return out


def _copyto(wrap: Wrap, dst: Any, src: Any, casting: Any = None, where: Any = True) -> None:
    if not isinstance(dst, Memory):
        refuse_function("numpy.copyto", "its target is a plain array")
    old = jnp.asarray(dst.array)
    dst.array = jnp.where(array_of(where), as_jax(src), old).astype(old.dtype)


def _putmask(wrap: Wrap, a: Any, mask: Any, values: Any) -> None:
    flat = jnp.ravel(as_jax(values))
    size = math.prod(np.shape(array_of(a)))
    repeated = jnp.resize(flat, size).reshape(np.shape(array_of(a)))
    _copyto(wrap, a, wrap(repeated), where=mask)


def _fill_diagonal(wrap: Wrap, a: Any, val: Any, wrap_rows: bool = False) -> None:
    if not isinstance(a, Memory) or wrap_rows:
        refuse_function("numpy.fill_diagonal", "its target is a plain array")
    a.array = jnp.fill_diagonal(jnp.asarray(a.array), array_of(val), inplace=False)


def _choose(wrap: Wrap, a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """An index out of range cannot raise in a compiled program; it takes the nearest choice."""
    if out is not None:
        refuse_function("numpy.choose", "out= is not followed")
    mode = "clip" if mode == "raise" else mode
    return wrap(jnp.choose(as_jax(a), [as_jax(c) for c in choices], mode=mode))


def _like_numpy(attribute: str) -> Callable[..., Any]:
    """Questions about shape and type, which tracers can answer too."""

    def rule(wrap: Wrap, a: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(np, attribute)(_stand_in(a), *args, **kwargs)

    return rule


def _stand_in(value: Any) -> Any:
    """An array of the same shape and dtype that takes no memory."""
    array = array_of(value)
    if is_known(array):
        return array
    return np.broadcast_to(np.zeros((), array.dtype), array.shape)


def _real_if_close(wrap: Wrap, a: Any, tol: float = 100) -> Any:
    if np.iscomplexobj(_stand_in(a)):
        refuse_function("numpy.real_if_close", "its answer's type depends on the numbers")
    return a


def _gradient(wrap: Wrap, f: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    if edge_order != 1:
        raise NotDifferentiable("np.gradient is followed with edge_order=1 only.")
    steps = [array_of(s) for s in spacing]
    if all(np.ndim(s) == 0 for s in steps):
        return wrap_result(wrap, jnp.gradient(as_jax(f), *steps, axis=axis))
    if np.ndim(_stand_in(f)) != 1:
        refuse_function("numpy.gradient", "coordinates are followed for one-dimensional arrays")
    return wrap(_gradient_on(as_jax(f), as_jax(spacing[0])))


def _gradient_on(f: jax.Array, x: jax.Array) -> jax.Array:
    """Second-order differences on uneven points, first order at the ends (as numpy.gradient)."""
    h, slope = jnp.diff(x), jnp.diff(f) / jnp.diff(x)
    inner = (h[1:] * slope[:-1] + h[:-1] * slope[1:]) / (h[1:] + h[:-1])
    return jnp.concatenate([slope[:1], inner, slope[-1:]])


def _as_method(name: str) -> Callable[..., Any]:
    """The carrier's own method, which gives a view that can be written through."""

    def rule(wrap: Wrap, a: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("copy", None)
        carrier = a if isinstance(a, Memory) else wrap(array_of(a))
        if name == "reshape" and "shape" in kwargs:
            args = (kwargs.pop("shape"),)
        if name == "transpose":
            args = tuple(axes for axes in (*args, *kwargs.values()) if axes is not None)
            kwargs = {}
        return getattr(carrier, name)(*args, **kwargs)

    return rule


def _atleast(ndim: int) -> Callable[..., Any]:
    """An array that has the axes already is returned itself, as NumPy does."""

    def rule(wrap: Wrap, *arrays: Any) -> Any:
        function = (jnp.asarray, jnp.atleast_1d, jnp.atleast_2d, jnp.atleast_3d)[ndim]
        found = tuple(
            a if isinstance(a, Memory) and a.array.ndim >= ndim else wrap(function(as_jax(a)))
            for a in arrays
        )
        return found[0] if len(found) == 1 else found

    return rule


RULES: dict[str, Callable[..., Any]] = {
    **{name: _as_method(name) for name in ("reshape", "ravel", "transpose", "swapaxes")},
    "atleast_1d": _atleast(1),
    "atleast_2d": _atleast(2),
    "atleast_3d": _atleast(3),
    "zeros_like": _constant_like(0),
    "empty_like": _constant_like(0),
    "ones_like": _constant_like(1),
    "full_like": _full_like,
    "piecewise": _piecewise,
    "choose": _choose,
    "copyto": _copyto,
    "putmask": _putmask,
    "fill_diagonal": _fill_diagonal,
    "gradient": _gradient,
    "real_if_close": _real_if_close,
    "may_share_memory": lambda wrap, a, b, *rest: False,
    "shares_memory": lambda wrap, a, b, *rest: False,
    **{
        name: _like_numpy(name)
        for name in ("shape", "ndim", "size", "iscomplexobj", "isrealobj", "common_type")
    },
}
