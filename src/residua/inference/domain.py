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
    """True where any independent variable lies outside its fitted range, broadcast to `shape`."""
    flags = np.zeros(shape, dtype=bool)
    for old, values in zip(fitted, new):
        low, high = old.min(), old.max()
        slack = ROUNDING * (high - low)
        out = (values < low - slack) | (values > high + slack)
        while out.ndim > len(shape):
            out = out.any(axis=0)
        flags |= np.broadcast_to(out.reshape(out.shape + (1,) * (len(shape) - out.ndim)), shape)
    return flags


def beyond_leverage(fitted: np.ndarray, new: np.ndarray) -> np.ndarray:
    """True where the leverage exceeds that of all fitted rows by half."""
    return np.asarray(new > LEVERAGE_MARGIN * fitted.max(initial=0.0))
