"""Differences of exponentials over the difference of their rates, exact where the rates meet."""

from __future__ import annotations

from typing import Any

import numpy as np

# Below this the series is used; above it the plain difference loses no more than a digit.
NEAR = 0.5
# 1 / (2k + 1)! for sinh(z) / z, to 5e-17 at z = NEAR.
SERIES = (1.0, 1 / 6, 1 / 120, 1 / 5040, 1 / 362880, 1 / 39916800, 1 / 6227020800)


def difference_of_exponentials(a: Any, b: Any) -> Any:
    """(exp(-a) - exp(-b)) / (b - a), and exp(-a) where a = b, with exact derivatives everywhere.

    The concentration between two first-order steps, with a = k1 t and b = k2 t.

    >>> import numpy as np
    >>> difference_of_exponentials(np.array([0.0, 1.0]), np.array([np.log(2.0), 1.0])).round(9)
    array([0.72134752, 0.36787944])
    """
    half = 0.5 * (b - a)
    near = np.abs(half) < NEAR
    small = np.where(near, half, 0.0) ** 2
    total: Any = SERIES[-1]
    for coefficient in SERIES[-2::-1]:
        total = total * small + coefficient
    gap = np.where(near, 1.0, b - a)
    close = np.where(near, np.exp(-0.5 * (a + b)), 0.0) * total
    return np.where(near, close, (np.exp(-a) - np.exp(-b)) / gap)


def log1p_over(z: Any) -> Any:
    """log(1 + z) / z, and 1 at z = 0, with exact derivatives everywhere.

    >>> print(log1p_over(0.0), log1p_over(1e-9) - 1.0 < 0.0)
    1.0 True
    """
    # atanh series: log(1 + z) = 2 w (1 + w**2/3 + w**4/5 + ...), w = z / (2 + z); |w| < 0.14.
    near = np.abs(z) < 0.25
    small = np.where(near, z, 0.0)
    w2 = (small / (2.0 + small)) ** 2
    total: Any = 1 / 19
    for odd in range(17, 0, -2):
        total = total * w2 + 1 / odd
    far = np.where(near, 1.0, z)
    return np.where(near, 2.0 * total / (2.0 + small), np.log1p(far) / far)


def expm1_over(z: Any) -> Any:
    """(exp(z) - 1) / z, and 1 at z = 0, with exact derivatives everywhere.

    >>> print(expm1_over(0.0), expm1_over(1e-9) - 1.0 > 0.0)
    1.0 True
    """
    return difference_of_exponentials(-z, 0.0)
