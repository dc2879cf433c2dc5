"""Where a prediction leaves the data behind.

Two signs, either is enough: an independent variable outside the range that was fitted, or a
leverage ‖J T‖² (the variance of the prediction in units of the noise) well above that of every row
that was fitted. The second sees gaps and corners that ranges cannot.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Between neighboring data the leverage may exceed that of the data a little without being a leap.
LEVERAGE_MARGIN = 1.5
ROUNDING = 1e-9  # share of the range by which an end point may be missed


def outside_range(
    fitted: Sequence[np.ndarray], new: Sequence[np.ndarray], shape: tuple[int, ...]
) -> np.ndarray:
    """True where any independent variable lies outside its fitted range, shaped like the value."""
    flags = np.zeros(shape, dtype=bool)
    for old, values in zip(fitted, new):
        flags |= _aligned(_outside(old, values, shape), shape)
    return flags


def _outside(old: np.ndarray, values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """One flag per point; a matrix of x (several variables in one array) has a range for each."""
    axes = None
    if old.ndim == values.ndim > 1 and values.shape != shape:
        along = [i for i, n in enumerate(values.shape) if shape and n in (shape[0], shape[-1])]
        axes = along[0] if along else None
    low = old.min(axis=axes, keepdims=axes is not None)
    high = old.max(axis=axes, keepdims=axes is not None)
    slack = ROUNDING * (high - low)
    out = (values < low - slack) | (values > high + slack)
    if axes is not None:
        out = out.any(axis=tuple(i for i in range(out.ndim) if i != axes))
    return np.asarray(out)


def _aligned(flags: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Flags per point, spread over the outputs: points may be the first axis or the last."""
    if flags.shape == shape[: flags.ndim]:
        return flags.reshape(flags.shape + (1,) * (len(shape) - flags.ndim))
    if flags.ndim <= len(shape) and flags.shape == shape[len(shape) - flags.ndim :]:
        return flags
    return np.asarray(flags.any())


def beyond_leverage(fitted: np.ndarray, new: np.ndarray) -> np.ndarray:
    """True where the leverage exceeds that of all fitted rows by half."""
    return np.asarray(new > LEVERAGE_MARGIN * fitted.max(initial=0.0))
