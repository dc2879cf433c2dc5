"""Student's t, the one distribution that small samples need."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np

from residua._errors import ParameterError

NORMAL = 1e6  # degrees of freedom beyond which the logarithms of Γ lose more than t differs


def quantile(level: float, dof: float) -> float:
    """t such that a Student variable with `dof` degrees of freedom is within ±t with this level.

    NaN without degrees of freedom. Raises ParameterError unless 0 < level < 1.
    """
    asked: Any = level
    if not isinstance(asked, Real) or not 0 < level < 1:
        raise ParameterError(
            f"a confidence level lies between 0 and 1, not {level!r}",
            causes=["a percentage given as the level"],
            next="level=0.95",
        )
    if dof <= 0:
        return math.nan
    from scipy.special import stdtrit

    return float(stdtrit(dof, 0.5 + level / 2))


def normal_quantile(level: float) -> float:
    """z such that a standard normal variable is within ±z with this level."""
    quantile(level, 1)
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def log_density(distance: np.ndarray, scale: np.ndarray, dof: Any) -> np.ndarray:
    """Log density of Student's t with this scale, at a distance from its center.

    >>> round(float(log_density(np.array(0.0), np.array(1.0), np.inf)), 4)
    -0.9189
    """
    from scipy.special import gammaln

    ratio = (distance / scale) ** 2
    normal = -0.5 * (math.log(2 * math.pi) + ratio)
    nu = np.minimum(np.broadcast_to(np.asarray(dof, dtype=float), ratio.shape), NORMAL)
    front = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(nu * np.pi)
    heavy = front - 0.5 * (nu + 1) * np.log1p(ratio / nu)
    return np.asarray(np.where(nu >= NORMAL, normal, heavy) - np.log(scale))
