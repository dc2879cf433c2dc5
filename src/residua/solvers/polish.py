"""The last digits: full-Newton steps from where Gauss-Newton stopped.

A step is kept only while it lowers the norm of the gradient seen by the triangle; costs can no
longer tell such points apart. Without this, problems with large residuals stop at 8 digits.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from residua.algebra import bounded
from residua.algebra.control import Array, Namespace
from residua.algebra.linearization import Linearization, Spectrum, spectrum, unit_columns
from residua.algebra.newton import quadratic
from residua.solvers.solver import Limits

STEPS = 6
# Two digits beyond what counts as converged: the last certified digit is then safe.
POLISHED = 1e-11


def unseen(
    seen: Array,
    lin: Linearization,
    params: Array,
    limits: Limits,
    tolerance: float,
    xp: Namespace = np,
) -> Array:
    """Whether what is seen of the residual is nothing, beside its norm or beside rounding."""
    left = seen @ seen
    floor = limits.floor_at(xp, lin, params)
    return (left <= tolerance * tolerance * 2 * lin.cost) | (left <= floor * floor)


class Curved(Protocol):
    """What polishing asks of an objective."""

    def linearize(self, theta: np.ndarray) -> Linearization:
        """The triangle at theta."""

    def curvature(self, theta: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Qᵀ r'' along a direction."""

    def second(self, theta: np.ndarray, scale: np.ndarray, radius: float) -> np.ndarray:
        """S = Σ rᵢ ∇²rᵢ."""


class Polished(NamedTuple):
    """The end point, its triangle and singular coordinates, the curvatures of the cost there (the
    eigenvalues of I + K, NaN where unknown), and how many Newton steps were kept.
    """

    params: np.ndarray
    lin: Linearization
    parts: Spectrum
    curvatures: np.ndarray
    steps: int = 0


def coordinates(
    lin: Linearization, params: Array, scale: Array, limits: Limits, xp: Namespace = np
) -> Spectrum:
    """Singular coordinates of the columns that may move."""
    if limits.lower is None:
        return spectrum(xp, lin.R, lin.qtr, scale)
    free = bounded.free_columns(xp, lin, params, limits.lower, limits.upper)
    return bounded.free_spectrum(xp, lin, scale, free)


def polish(objective: Curved, params: np.ndarray, lin: Linearization, limits: Limits) -> Polished:
    """Newton steps with exact first and differenced second derivatives."""
    scale = unit_columns(np, lin.R)
    radius = float(np.sqrt(2 * lin.cost))
    first = coordinates(lin, params, scale, limits)
    local = quadratic(np, first, scale, objective.second(params, scale, radius))
    seen, kept = local.seen(lin), 0
    for _ in range(min(STEPS, limits.max_steps)):
        if unseen(seen, lin, params, limits, POLISHED):
            break
        trial = _within(params + local.newton(seen), limits)
        if not np.isfinite(trial).all() or (trial == params).all():
            break
        trial_lin = objective.linearize(trial)
        trial_seen = local.seen(trial_lin)
        if not trial_seen @ trial_seen < seen @ seen:  # NaN is no progress either
            break
        params, lin, seen, kept = trial, trial_lin, trial_seen, kept + 1
    # Newton steps are small beside what changes a singular value; bounds may come into play.
    moved = kept and limits.lower is not None
    parts = coordinates(lin, params, scale, limits) if moved else first._replace(target=seen)
    return Polished(params, lin, parts, local.curvatures, kept)


def _within(params: np.ndarray, limits: Limits) -> np.ndarray:
    return params if limits.lower is None else np.clip(params, limits.lower, limits.upper)
