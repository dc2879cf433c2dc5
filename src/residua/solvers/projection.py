"""Variable projection: parameters that enter linearly are solved for, not searched.

For given nonlinear parameters the best linear ones solve a linear least-squares problem. Ordering
the augmented columns [J_linear | J_nonlinear | r] before the factorization makes the trailing block
of the triangle the linearization of the reduced problem: elimination and linearization are one QR.
Sources: G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413; L. Kaufman, BIT 15 (1975) 49.
"""

from __future__ import annotations

import numpy as np

from residua.algebra.linearization import Linearization, triangle
from residua.objective import Objective

UNCHANGED = 1e-10  # relative change of a column of J that still counts as rounding


class Projected:
    """An objective in the nonlinear parameters only; `full(alpha)` gives back all of them."""

    def __init__(self, objective: Objective, linear: np.ndarray, theta: np.ndarray) -> None:
        self.objective = objective
        self.linear = linear
        self.order = np.r_[np.flatnonzero(linear), np.flatnonzero(~linear), len(theta)]
        self.reference = theta.copy()

    def full(self, alpha: np.ndarray) -> np.ndarray:
        """All parameters: alpha, and the linear ones solved for."""
        theta = self.reference.copy()
        theta[~self.linear] = alpha
        matrix = self.objective.augmented(theta)
        if not np.isfinite(matrix).all():
            return np.full(len(theta), np.nan)
        columns = matrix[:-1][self.linear].T
        norms = np.sqrt((columns * columns).sum(axis=0))
        norms[norms == 0] = 1.0
        step = np.linalg.lstsq(columns / norms, -matrix[-1], rcond=None)[0] / norms
        solved = theta.copy()
        solved[self.linear] += step
        return solved

    def linearize(self, alpha: np.ndarray) -> Linearization:
        """The triangle of the reduced problem at alpha."""
        theta = self.full(alpha)
        k = len(alpha)
        matrix = self.objective.augmented(theta) if np.isfinite(theta).all() else None
        if matrix is None or not np.isfinite(matrix).all():
            return Linearization(np.full((k, k), np.nan), np.full(k, np.nan), np.float64(np.nan))
        lin = triangle(np, matrix[self.order].T)
        first = len(theta) - k
        return Linearization(lin.R[first:, first:], lin.qtr[first:], lin.rho)

    def curvature(self, alpha: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Not used: projection already removes the narrow valleys acceleration is for."""
        return np.zeros(len(alpha))


def linear_parameters(objective: Objective, theta: np.ndarray, seed: int) -> np.ndarray:
    """Which parameters enter linearly, and jointly so, seen at three random points around theta.

    A column of J that stays the same while a parameter moves is linear in it; a set is jointly
    linear when no column of the set feels a parameter of the set.
    """
    p = len(theta)
    rng = np.random.default_rng(seed)
    feels = np.zeros((p, p), dtype=bool)
    for _ in range(3):
        base = theta * np.exp(0.1 * rng.standard_normal(p)) + 1e-3 * rng.standard_normal(p)
        columns = objective.augmented(base)[:p]
        for k in range(p):
            moved = base.copy()
            moved[k] += 0.5 * (abs(base[k]) + 0.1)
            change = np.abs(objective.augmented(moved)[:p] - columns).max(axis=1)
            size = np.abs(columns).max(axis=1)
            feels[:, k] |= ~(change <= UNCHANGED * size)
    chosen = np.zeros(p, dtype=bool)
    for k in range(p):
        members = np.flatnonzero(chosen)
        if not (feels[k, k] or feels[k, members].any() or feels[members, k].any()):
            chosen[k] = True
    return chosen
