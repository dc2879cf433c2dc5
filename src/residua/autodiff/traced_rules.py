"""NumPy functions on traced arrays: jax.numpy's of the same name, but for these rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._errors import NotDifferentiable
from . import traced_masks as masks
from .refusal import refuse_function
from .traced_operands import Wrap, array_of, as_jax, leaves, wrap_result
from .traced_state import Memory, View, is_known, widen_dtype
from .traced_ufuncs import _store as store

# Arguments that only say how NumPy should lay out or type its memory.
_LAYOUT = frozenset({"subok", "like", "casting"})
# These take a sequence of arrays, possibly of different shapes: never stack the sequence itself.
_SEQUENCES = """concatenate concat stack hstack vstack dstack column_stack block select meshgrid lexsort
    broadcast_arrays ix_ gradient einsum linalg.multi_dot choose"""
# Every positional argument is an array: lists of integers too are data, not a shape or an axis.
_ALL_ARRAYS = """where interp convolve correlate dot vdot inner outer kron cross trapezoid searchsorted
    matmul polyval polyadd polysub polymul polydiv isclose allclose array_equal append average
    linalg.solve linalg.lstsq linalg.norm linalg.inv linalg.det"""

# Results that NumPy gives as views of their first argument.
_VIEWS = """squeeze expand_dims moveaxis rollaxis flip fliplr flipud rot90 split array_split hsplit
    vsplit dsplit diagonal broadcast_to unstack"""


def call_function(wrap: Wrap, function: Any, args: Any, kwargs: Any) -> Any:
    """``function(*args, **kwargs)`` as __array_function__ is asked for it."""
    name = _short_name(function)
    if any(isinstance(leaf, masks.Chosen) for leaf in leaves([args, kwargs])):
        return masks.call_function(function, args, kwargs)
    rule = RULES.get(name)
    if rule is not None:
        return rule(wrap, *args, **kwargs)
    result = _by_name(name, wrap, function, args, kwargs)
    if name in _VIEWS.split() and isinstance(args[0], Memory):
        return _as_views(
            name,
            result,
            args[0],
            lambda a: _by_name(name, wrap, function, (wrap(a), *args[1:]), dict(kwargs)),
        )
    return result


def _by_name(name: str, wrap: Wrap, function: Any, args: Any, kwargs: Any) -> Any:
    out = kwargs.pop("out", None)
    kwargs = {k: _keyword(k, v) for k, v in kwargs.items() if k not in _LAYOUT}
    args, kwargs = _bare(name, wrap, args), {k: _argument(name, wrap, v) for k, v in kwargs.items()}
    if all(is_known(leaf) for leaf in leaves([args, kwargs])):
        result = function(*args, **kwargs)
    else:
        result = _jax_function(name)(*args, **kwargs)
    return wrap_result(wrap, result) if out is None else store(out, result)


def _as_views(name: str, result: Any, parent: Memory, again: Callable[[Any], Any]) -> Any:
    """Results that share memory with their argument in NumPy: they follow it, and refuse writes."""

    def refuse(array: Any, new: Any) -> Any:
        return refuse_function(f"an assignment through numpy.{name}", "it is followed for reading")

    if isinstance(result, Memory):
        return type(result)(result.array, View(parent, lambda a: again(a).array, refuse))
    return type(result)(
        type(part)(part.array, View(parent, lambda a, i=i: again(a)[i].array, refuse))
        for i, part in enumerate(result)
    )


def _short_name(function: Any) -> str:
    module = function.__module__.removeprefix("numpy").removeprefix(".")
    return f"{module}.{function.__name__}" if module else str(function.__name__)


def _jax_function(name: str) -> Callable[..., Any]:
    found: Any = jnp
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is None:
        refuse_function(f"numpy.{name}", "jax.numpy has no such function")
    return found  # type: ignore[no-any-return]


def _keyword(key: str, value: Any) -> Any:
    if key == "dtype" and value is not None:
        return widen_dtype(value)
    if key == "order" and value in ("K", "A"):
        return "C"
    return value


def _bare(name: str, wrap: Wrap, args: Any) -> list[Any]:
    return [_argument(name, wrap, arg, whole=i == 0) for i, arg in enumerate(args)]


def _argument(name: str, wrap: Wrap, value: Any, whole: bool = False) -> Any:
    """An argument as JAX wants it: lists of numbers as arrays, carriers bare, functions adapted."""
    if isinstance(value, (list, tuple)):
        if name in _SEQUENCES.split():
            return [_inner(item) for item in value] if whole or name == "select" else value
        if name in _ALL_ARRAYS.split() or whole or _is_data(value):
            return array_of(value)
        return value
    if isinstance(value, Memory) or (isinstance(value, np.ndarray) and value.dtype.hasobject):
        return array_of(value)
    if callable(value) and not isinstance(value, type):
        return _adapted(value, wrap)
    return value


def _inner(item: Any) -> Any:
    """One array of a sequence; np.block nests them."""
    if isinstance(item, list) and any(isinstance(x, Memory) and x.array.ndim for x in leaves(item)):
        return [_inner(part) for part in item]
    if isinstance(item, (str, int)) and not isinstance(item, bool):
        return item
    return array_of(item)


def _is_data(value: Any) -> bool:
    """Whether a list holds numbers to compute with, rather than axes or lengths."""
    return any(isinstance(x, (Memory, float, complex, np.floating)) for x in leaves(value))


def _adapted(function: Callable[..., Any], wrap: Wrap) -> Callable[..., Any]:
    def on_bare_arrays(*args: Any, **kwargs: Any) -> Any:
        wrapped = [wrap(a) if isinstance(a, jax.Array) else a for a in args]
        return array_of(function(*wrapped, **kwargs))

    return on_bare_arrays


# ------------------------------------------------------------------------------- exceptions


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
        function = (None, jnp.atleast_1d, jnp.atleast_2d, jnp.atleast_3d)[ndim]
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
