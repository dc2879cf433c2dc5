"""The easy stretch of a fit on the host: Gauss-Newton steps while the trust region has no say.

From a decent start the first steps of the solver are plain Gauss-Newton steps, each about as good
as it promises. Those need no triangle: for columns that are far from parallel, normal equations
give them to many digits at half the cost. The stretch ends at the handover, where the triangle
takes over; and it is given up, with nothing kept, at the first step that the trust region would
have shortened or refused, that promised too much, or whose columns are close to parallel.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from residua.objective import Objective
from residua.solvers.solver import PHASES, Limits

STEPS = 12
# A step is as good as promised when it brings three quarters of the decrease: the solver would then
# have widened its region.
PROMISED = 0.75
# Largest variance inflation of a unit column (the diagonal of the inverse of their products): how
# parallel it is to the others. Normal equations then keep about ten digits of every step.
INFLATION = 1e6


class Stretch(NamedTuple):
    """Where the easy stretch ended, after how many steps, and the costs on the way."""

    params: np.ndarray
    steps: int
    costs: tuple[float, ...]


def easy_stretch(objective: Objective, theta: np.ndarray, limits: Limits) -> Stretch | None:
    """Gauss-Newton from theta to the handover, or None where that is not easy."""
    params, promised, reach = theta, 0.0, np.inf
    costs: list[float] = []
    for steps in range(min(STEPS, limits.max_steps) + 1):
        matrix = objective.augmented(params)
        gram = matrix @ matrix.T
        cost = 0.5 * float(gram[-1, -1])
        if costs and not costs[-1] - cost >= PROMISED * promised:
            return None
        norms = np.sqrt(gram.diagonal()[:-1])
        solved = _solved(gram, norms)
        if solved is None:
            return None
        scaled, promised = solved
        costs.append(cost)
        if promised <= PHASES[0] ** 2 * cost:
            return Stretch(params, steps, tuple(costs))
        if steps == 0:
            reach = limits.radius * float(np.sqrt(((norms * params) ** 2).sum()))
        length = float(np.sqrt(scaled @ scaled))
        if not length <= reach:
            return None
        reach = max(reach, 2 * length)
        params = params + scaled / norms
    return None


def _solved(gram: np.ndarray, norms: np.ndarray) -> tuple[np.ndarray, float] | None:
    """The Gauss-Newton step in units of the columns, and the decrease it promises."""
    if not norms.all() or not np.isfinite(gram[-1, -1] + norms.sum()):
        return None
    unit = gram[:-1, :-1] / np.multiply.outer(norms, norms)
    slope = gram[:-1, -1] / norms
    try:
        inverse = np.linalg.inv(unit)
    except np.linalg.LinAlgError:
        return None
    if not 0 < inverse.diagonal().max() < INFLATION:
        return None
    step = -(inverse @ slope)
    return step, -0.5 * float(step @ slope)
