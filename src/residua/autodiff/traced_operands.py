"""What NumPy accepts as an array, turned into what JAX accepts, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .refusal import refuse_array
from .traced_state import Memory, is_known, widen

Wrap = Callable[[Any], Any]
NUMBER = (bool, int, float, complex, np.generic)


def is_nested(value: Any) -> bool:
    """Whether a value is a list, tuple or object array that may hold carriers."""
    return isinstance(value, (list, tuple)) or (
        isinstance(value, np.ndarray) and value.dtype.hasobject
    )


def leaves(value: Any) -> Iterator[Any]:
    """The innermost items of nested lists, tuples, dicts and object arrays."""
    if is_nested(value):
        for item in value.ravel() if isinstance(value, np.ndarray) else value:
            yield from leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    else:
        yield value


def array_of(value: Any) -> Any:
    """An array or number of what NumPy would accept as an operand."""
    if isinstance(value, Memory):
        return value.array
    if isinstance(value, (*NUMBER, jax.Array)):
        return value
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return value
    if is_nested(value):
        return stack(value)
    if hasattr(value, "__array__"):  # pandas Series and the like: their values, by position
        return np.asarray(value)
    return refuse_array()


def stack(nested: Any) -> Any:
    """One array from nested lists, tuples and object arrays, in NumPy when nothing is traced."""
    if isinstance(nested, np.ndarray) and nested.ndim == 0:
        return array_of(nested.item())
    items = [array_of(item) for item in nested]
    if all(map(is_known, items)):
        return np.array(items)
    return jnp.stack([jnp.asarray(item) for item in items])


def wrap_result(wrap: Wrap, value: Any) -> Any:
    """Arrays as carriers, inside tuples and lists too; shapes, dtypes and plain numbers as is."""
    if isinstance(value, (jax.Array, np.ndarray)):
        return wrap(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(wrap_result(wrap, item) for item in value))
    if isinstance(value, (tuple, list)):
        return type(value)(wrap_result(wrap, item) for item in value)
    return value


def as_jax(value: Any) -> jax.Array:
    """Any operand as a 64-bit JAX array."""
    return widen(jnp.asarray(array_of(value)))
