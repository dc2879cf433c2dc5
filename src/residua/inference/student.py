"""Student's t, the one distribution that small samples need."""

from __future__ import annotations

import math

from residua._errors import ParameterError


def quantile(level: float, dof: float) -> float:
    """t such that a Student variable with `dof` degrees of freedom is within ±t with this level.

    NaN without degrees of freedom. Raises ParameterError unless 0 < level < 1.
    """
    if not 0 < level < 1:
        raise ParameterError(
            f"a confidence level lies between 0 and 1, not {level}",
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
