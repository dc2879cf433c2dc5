"""Radial functions: Chebyshev polynomials of 1/(1 + r/r0), which fall smoothly to zero.

    R_n(r) = T_n(t) (1 - r/rc)³,  t = 2 (s - s_c)/(s_1 - s_c) - 1,  s = 1/(1 + r/r0)

s_c is s at the cutoff, s_1 that at the shortest distance of interest. Short distances, where
energies change quickly, so get the larger share of t; at the cutoff two derivatives vanish.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# The shortest distance of interest, in units of r0.
SHORTEST = 0.7
# The power of the cutoff: value, slope and curvature are zero at rc.
POWER = 3


def radial(r: Any, count: int, cutoff: float, scale: float, xp: Any = np) -> Any:
    """The first `count` radial functions.

    Args:
        r: distances (...), Å; beyond the cutoff all functions are zero.
        count: how many.
        cutoff: rc, Å.
        scale: r0, Å: about the distance of nearest neighbors.
        xp: numpy or jax.numpy.

    Returns:
        (..., count).

    Source: R. Drautz, Phys. Rev. B 99, 014104 (2019).

    Example:
        >>> radial(np.array([0.0, 2.5, 5.0]), 1, 5.0, 2.5).ravel().tolist()
        [1.0, 0.125, 0.0]
    """
    end, begin = 1 / (1 + cutoff / scale), 1 / (1 + SHORTEST)
    t = 2 * (1 / (1 + r / scale) - end) / (begin - end) - 1
    found = [xp.ones_like(t), t]
    while len(found) < count:
        found.append(2 * t * found[-1] - found[-2])
    left = xp.where(r < cutoff, 1 - r / cutoff, 0.0)
    return xp.stack(found[:count], -1) * (left**POWER)[..., None]
