"""The rows that training takes its batches from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from residua._errors import DataError, ParameterError
from residua.networks.stepwise import programs

Array = Any
Rows = Sequence[Any]


def start(theta0: Any, dtype: np.dtype[Any]) -> np.ndarray:
    """A start (p,), checked."""
    theta = np.array(theta0, dtype=dtype)
    if theta.ndim != 1 or not theta.size or not np.isfinite(theta).all():
        raise ParameterError(f"the start must be a vector of finite numbers, not {theta0!r:.80}")
    return theta


def rows_of(name: str, rows: Rows, dtype: np.dtype[Any]) -> tuple[np.ndarray, ...]:
    """Arrays of one length, weights last, checked."""
    arrays = tuple(np.ascontiguousarray(array, dtype=dtype) for array in rows)
    if len(arrays) < 2 or any(array.ndim == 0 for array in arrays):
        raise DataError(f"{name} must be arrays of rows, weights last: (Z, y, w)")
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) != 1 or not lengths[0]:
        raise DataError(f"{name} must have the same number of rows, at least one, not {lengths}")
    for place, array in enumerate(arrays):
        if not np.isfinite(array).all():
            raise DataError(f"{name}: array {place} has entries that are not finite")
    if (arrays[-1] < 0).any():
        raise DataError(f"{name}: weights must not be negative")
    return arrays


def on_device(arrays: tuple[np.ndarray, ...], rows: int) -> tuple[Array, ...]:
    """The same, padded to the bucket of `rows`."""
    return tuple(map(jnp.asarray, programs.padded(arrays, programs.bucket(rows))))
