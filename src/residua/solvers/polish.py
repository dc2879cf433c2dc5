"""The last digits: full-Newton steps from where Gauss-Newton stopped.

A step is kept only while it lowers the norm of the gradient seen by the triangle; costs can no
longer tell such points apart. Without this, problems with large residuals stop at 8 digits.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from residua.algebra import bounded
from residua.algebra.control import Array, Namespace
from residua.algebra.linearization import Linearization, Spectrum, spectrum
from residua.algebra.newton import newton_step, relative_curvature
from residua.solvers.solver import Limits

STEPS = 6
# Two digits beyond what counts as converged: the last certified digit is then safe.
POLISHED = 1e-11


def settled(
    lin: Linearization,
    parts: Spectrum,
    params: Array,
    limits: Limits,
    tolerance: float,
    xp: Namespace = np,
) -> Array:
    """Whether the residual no longer sees the columns that may move."""
    left = parts.target @ parts.target
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
    """The end point, its triangle and singular coordinates, I + K (NaN where unknown), and how many
    Newton steps were kept.
    """

    params: np.ndarray
    lin: Linearization
    parts: Spectrum
    hessian: np.ndarray
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
    norms = np.sqrt((lin.R * lin.R).sum(axis=0))
    scale = np.where(norms > 0, norms, 1.0)
    radius = float(np.sqrt(2 * lin.cost))
    parts = coordinates(lin, params, scale, limits)
    hessian = relative_curvature(np, parts, scale, objective.second(params, scale, radius))
    kept = 0
    for _ in range(min(STEPS, limits.max_steps)):
        if settled(lin, parts, params, limits, POLISHED):
            break
        step = _newton(parts, scale, hessian)
        trial = None if step is None else _within(params + step, limits)
        if trial is None or (trial == params).all():
            break
        trial_lin = objective.linearize(trial)
        if not np.isfinite(trial_lin.cost):
            break
        trial_parts = coordinates(trial_lin, trial, scale, limits)
        if not trial_parts.target @ trial_parts.target < parts.target @ parts.target:
            break
        params, lin, parts, kept = trial, trial_lin, trial_parts, kept + 1
    return Polished(params, lin, parts, hessian, kept)


def _newton(parts: Spectrum, scale: np.ndarray, hessian: np.ndarray) -> np.ndarray | None:
    if not np.isfinite(hessian).all():
        return None
    try:
        return newton_step(np, parts, scale, hessian)
    except np.linalg.LinAlgError:
        return None


def _within(params: np.ndarray, limits: Limits) -> np.ndarray:
    return params if limits.lower is None else np.clip(params, limits.lower, limits.upper)
