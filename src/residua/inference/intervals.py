"""Confidence intervals of the parameters: estimate ± t × standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from residua.inference.student import normal_quantile, quantile

if TYPE_CHECKING:
    from residua.fitting.result import Fit


def multiplier(fit: Fit, level: float) -> float:
    """Student's t when the noise was estimated, the normal quantile when sigma is absolute."""
    return normal_quantile(level) if fit.absolute_sigma else quantile(level, fit.interval_dof)


def confidence_intervals(fit: Fit, level: float = 0.95) -> dict[str, Any]:
    """`{name: (low, high)}`: the interval that covers the true value with probability `level`.

    estimate ± t(level, dof) × stderr; the normal quantile replaces t when sigma is absolute. A
    fixed parameter has an interval of width zero, an undetermined one an infinite interval, one at
    its bound NaN. Source: G. A. F. Seber, C. J. Wild, Nonlinear Regression, 1989, section 5.1.

    >>> import residua as rs
    >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0], [1.0, 3.1, 4.9])
    >>> low, high = fit.confidence_intervals()["a"]
    >>> bool(low < 1.95 < high)
    True
    """
    t = multiplier(fit, level)
    intervals = {}
    for name, value in fit.params.items():
        error = np.asarray(fit.stderr[name])
        half = np.where(error == 0, 0.0, t * error)
        low, high = value - half, value + half
        intervals[name] = (low, high) if np.ndim(value) else (float(low), float(high))
    return intervals
