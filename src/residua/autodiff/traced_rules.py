"""NumPy functions on traced arrays: jax.numpy's of the same name, but for these rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from . import traced_masks as masks
from .refusal import refuse_function
from .traced_operands import Wrap, array_of, leaves, wrap_result
from .traced_rows import RULES
from .traced_state import Memory, View, is_known, widen_dtype
from .traced_ufuncs import _store as store

# Arguments that only say how NumPy should lay out or type its memory.
_LAYOUT = frozenset({"subok", "like", "casting"})
# These take a sequence of arrays, possibly of different shapes: never stack the sequence itself.
_SEQUENCES = """concatenate concat stack hstack vstack dstack column_stack block select
    lexsort einsum linalg.multi_dot"""
# Every positional argument is an array: lists of integers too are data, not a shape or an axis.
_ALL_ARRAYS = """where take meshgrid broadcast_arrays ix_ interp convolve correlate dot vdot inner
    outer kron cross trapezoid searchsorted matmul polyval polyadd polysub polymul polydiv isclose
    allclose array_equal append average linalg.solve linalg.lstsq linalg.norm linalg.inv
    linalg.det"""

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
    bare = list(leaves([args, kwargs]))
    if any(isinstance(leaf, Memory) for leaf in bare):
        refuse_function(f"numpy.{name}", "its arguments are nested in a way that is not followed")
    if all(map(is_known, bare)):
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

    def reread(i: int) -> Callable[[Any], Any]:
        return lambda a: again(a)[i].array

    return type(result)(
        type(part)(part.array, View(parent, reread(i), refuse)) for i, part in enumerate(result)
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
