"""A few damped steps downhill, for starts in which nothing is linear or all is entangled.

Difference quotients are enough here: a start needs no more digits, and it must stay cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from residua.science.estimates import Array

STEPS = 12
DIFFERENCE = 1e-6


def descended(curve: Callable[..., Any], point: Array, y: Array) -> Array:
    """Steps of Gauss and Newton, damped by as much as it takes, from a point of size about 1.

    Source: K. Levenberg, Q. Appl. Math. 2, 164, 1944; D. W. Marquardt, J. SIAM 11, 431, 1963.

    >>> u = np.linspace(0.0, 1.0, 9)
    >>> found = descended(lambda a, b: a * np.exp(-b * u), np.ones(2), 3.0 * np.exp(-2.0 * u))
    >>> print(found.round(6))
    [3. 2.]
    """
    shifts = DIFFERENCE * np.vstack([np.zeros(point.size), np.eye(point.size)])
    damping = 1e-3
    values = curves(curve, point + shifts)
    for _ in range(STEPS):
        residual = y - values[0]
        columns = ((values[1:] - values[0]) / DIFFERENCE).T
        if not (np.isfinite(columns).all() and np.isfinite(residual).all()):
            break
        damped = np.vstack([columns, np.sqrt(damping) * np.eye(point.size)])
        target = np.concatenate([residual, np.zeros(point.size)])
        trial = point + np.linalg.lstsq(damped, target, rcond=None)[0]
        ahead = curves(curve, trial + shifts)
        if squares(ahead[:1] - y)[0] < squares(values[:1] - y)[0]:
            point, values, damping = trial, ahead, 0.1 * damping
        else:
            damping = 10.0 * damping
    return point


def curves(curve: Callable[..., Any], points: Array) -> Array:
    """The curves of several points: called with each parameter as a (points, 1) column."""
    with np.errstate(all="ignore"):
        return np.asarray(curve(*(points[:, [i]] for i in range(points.shape[1]))))


def squares(residuals: Array) -> Array:
    """Sums of squares of each row, infinite where they are not a number."""
    with np.errstate(all="ignore"):
        sums = np.einsum("pr,pr->p", residuals, residuals)
    return np.where(np.isfinite(sums), sums, np.inf)
