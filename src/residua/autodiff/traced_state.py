"""The memory of the compiled carrier: one array, shared between an array and the views cut from it.

JAX arrays cannot be written to, NumPy arrays can, and models rely on it (``out[mask] = ...``, also
through a view: ``row = out[0]; row[:] = ...``). A carrier therefore replaces its array when it is
written to; a view writes through to its parent, and reads again when its parent has changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

Array = Any
_WIDER: dict[str, np.dtype[Any]] = {
    "f": np.dtype(np.float64),
    "c": np.dtype(np.complex128),
    "i": np.dtype(np.int64),
    "u": np.dtype(np.int64),
}


# A fit of 50 points computes for 50 microseconds; handing it to another thread and waiting for that
# costs 30 more. The setting counts only when residua is the first to start JAX's CPU backend, and
# changes no number; RESIDUA_ASYNC_DISPATCH=1 leaves it alone.
if not os.environ.get("RESIDUA_ASYNC_DISPATCH"):
    jax.config.update("jax_cpu_enable_async_dispatch", False)


def double_precision() -> AbstractContextManager[None]:
    """64-bit arithmetic inside the block, whatever the caller's own JAX setting is."""
    return _enable_x64(True)


def _enable_x64(on: bool) -> Any:
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(on)
    from jax.experimental import enable_x64  # where JAX before 0.8 keeps it

    return enable_x64(on)


def is_concrete(array: Array) -> bool:
    """Whether the numbers are known now, rather than standing for those of a later run."""
    return not isinstance(array, jax.core.Tracer)


def widen_dtype(dtype: Any) -> np.dtype[Any]:
    """The 64-bit dtype of the same kind; bool stays bool."""
    dtype = np.dtype(dtype)
    return _WIDER.get(dtype.kind, dtype)


def widen(array: Array) -> Array:
    """``array`` in 64 bits: the engine computes in nothing narrower."""
    wanted = widen_dtype(array.dtype)
    return array if array.dtype == wanted else array.astype(wanted)


class View(NamedTuple):
    """How to cut a view's array out of its parent's, and how to put a new one back."""

    parent: Memory
    take: Callable[[Array], Array]
    put: Callable[[Array, Array], Array]


class Memory:
    """An array that can be replaced: NumPy while its numbers are known, else a JAX array."""

    __slots__ = ("_array", "_seen", "_version", "_view")

    def __init__(self, array: Array, view: View | None = None) -> None:
        self._array = array
        self._view = view
        self._version = 0
        self._seen = 0 if view is None else view.parent.version

    @property
    def version(self) -> int:
        """Counts the writes to this array, its parents' included."""
        return self._version if self._view is None else self._version + self._view.parent.version

    @property
    def array(self) -> Array:
        """The array as it is now."""
        view = self._view
        if view is not None and view.parent.version != self._seen:
            self._array = view.take(view.parent.array)
            self._seen = view.parent.version
        return self._array

    @array.setter
    def array(self, new: Array) -> None:
        view = self._view
        if view is not None:
            view.parent.array = view.put(view.parent.array, new)
            self._seen = view.parent.version
        self._array = new
        self._version += 1


def is_known(array: Array) -> bool:
    """Whether NumPy itself can do the arithmetic: a NumPy array or a Python number."""
    return not isinstance(array, jax.Array)


def put_at(array: Array, key: Any, new: Array) -> Array:
    """A copy of ``array`` with ``new`` at ``key``, in NumPy if all is known, else in JAX."""
    if is_known(array) and is_known(new) and not _has_jax(key):
        copy = array.copy()
        copy[key] = new
        return copy
    return jnp.asarray(array).at[key].set(jnp.asarray(new).astype(array.dtype))


def _has_jax(key: Any) -> bool:
    return any(isinstance(part, jax.Array) for part in (key if isinstance(key, tuple) else (key,)))
