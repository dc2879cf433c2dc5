"""Levenberg-Marquardt and the polish for arrow-shaped triangles, at a price linear in the blocks.

The same steps as for any triangle (see levenberg_marquardt.py, polish.py), computed by blocks in
place of one singular value decomposition: the damping that meets the trust radius by the iteration
of Reinsch on 1/‖z‖ with a factorization for each trial value (Moré 1978), Newton steps by block
elimination of the Hessian, whose definiteness is that of its blocks and of what is left of the
shared part (E. V. Haynsworth, Linear Algebra Appl. 1 (1968) 73-81).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from residua.algebra import bounded
from residua.algebra.arrow import RIDGE, Factor, Shape, damped, parts
from residua.algebra.control import Array
from residua.algebra.linearization import Linearization, unit_columns
from residua.algebra.steps import DAMPING_ITERATIONS, RADIUS_TOLERANCE, Step
from residua.solvers.levenberg_marquardt import BEND_LIMIT, LevenbergMarquardt
from residua.solvers.polish import POLISHED, STEPS, Curved, Polished, unseen
from residua.solvers.solver import Limits, State


class Seen(NamedTuple):
    """What a verdict asks of singular coordinates. target: the residual seen by the columns that
    may move, as one number. values: bounds of the largest and the smallest singular value.
    """

    target: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class ArrowLevenbergMarquardt(LevenbergMarquardt):
    """The default solver for triangles of this shape."""

    shape: Any = None

    def accelerate(self, state: State, curvature: Array, limits: Limits) -> State:
        """Add half the geodesic acceleration to the step when it is the smaller of the two."""
        free = _free(state.params, state.lin, limits)
        found = _damped(self.shape, state.lin.R, state.scale, free, curvature, state.damping)
        bend = -found[0].solve(found[1]) / state.scale * free
        scaled = state.scale * bend
        if not 2 * np.sqrt(scaled @ scaled) <= BEND_LIMIT * state.length:
            return state
        return state._replace(trial=self._within(state.trial + 0.5 * bend, limits))

    def _parts(self, params: Array, lin: Linearization, scale: Array, limits: Limits) -> Any:
        return seen(self.shape, lin, scale, _free(params, lin, limits))

    def _step(self, state: State, limits: Limits) -> Step:
        lin, scale, radius = state.lin, state.scale, state.radius
        free = _free(state.params, lin, limits)
        fixed = np.zeros(len(scale))
        for _ in range(len(scale) + 1):
            right = lin.qtr + lin.R @ fixed
            step, damping = self._trusted(lin.R, right, scale, free, radius)
            if limits.lower is None:
                break
            trial = state.params + step
            out = free & ((trial < limits.lower) | (trial > limits.upper))
            if not out.any():
                break
            wall = np.where(step < 0, limits.lower, limits.upper)
            fixed = np.where(out, np.where(out, wall, 0.0) - state.params, fixed)
            free = free & ~out
        step = np.where(free, step, fixed)
        moved = lin.R @ step
        scaled = scale * step
        predicted = -(moved @ (lin.qtr + 0.5 * moved))
        return Step(step, np.sqrt(scaled @ scaled), predicted, damping)

    def _trusted(
        self, R: Array, right: Array, scale: Array, free: Array, radius: float
    ) -> tuple[Array, float]:
        """The step within the radius, zero where not free, and its damping."""
        damping = 0.0
        for iteration in range(DAMPING_ITERATIONS + 1):
            factor, turned = _damped(self.shape, R, scale, free, right, damping)
            z = -factor.solve(turned) * free
            length = float(np.sqrt(z @ z))
            near = length <= (1 + RADIUS_TOLERANCE) * radius
            if near and (iteration == 0 or length >= (1 - RADIUS_TOLERANCE) * radius):
                break
            slopes = factor.solve_transposed(z)
            damping += (length - radius) / radius * float(z @ z) / float(slopes @ slopes)
            damping = max(damping, 0.0)
        return z / scale, damping


def _free(params: Array, lin: Linearization, limits: Limits) -> np.ndarray:
    if limits.lower is None:
        return np.ones(len(params), dtype=bool)
    return np.asarray(bounded.free_columns(np, lin, params, limits.lower, limits.upper))


def _damped(
    shape: Shape, R: Array, scale: Array, free: Array, right: Array, damping: float
) -> tuple[Factor, Array]:
    """The damped triangle in scaled parameters; ones stand for columns that may not move."""
    whole = parts(shape, np.where(free, R, 0.0) / scale)
    return damped(whole, right, np.where(free, np.sqrt(damping + RIDGE**2), 1.0))


def seen(shape: Shape, lin: Linearization, scale: Array, free: Array) -> Seen:
    """How much of the residual the free columns see, and how well conditioned they are."""
    if not np.isfinite(lin.R).all():
        return Seen(np.array([np.nan]), np.array([np.nan, np.nan]))
    factor, turned = _damped(shape, lin.R, scale, free, lin.qtr, 0.0)
    step = -factor.solve(turned) / scale * free
    moved = lin.R @ step
    promised = -2 * float(moved @ (lin.qtr + 0.5 * moved))
    # The norm of the inverse bounds the smallest singular value from below, that of unit columns
    # the largest from above.
    inverse = factor.inverse()[free][:, free]
    least = 1 / max(float(np.sqrt((inverse * inverse).sum())), 1e-300)
    values = np.array([np.sqrt(len(scale)), least])
    return Seen(np.array([np.sqrt(max(promised, 0.0))]), values)


class _Hessian(NamedTuple):
    """RᵀR + S by blocks in coordinates where RᵀR is the identity; free columns only."""

    shape: Shape
    factor: Factor
    scale: Array
    free: Array
    H: Array

    def newton(self, gradient: Array) -> Array:
        """The step that makes the gradient of this quadratic zero."""
        return _eliminated(self.shape, self.H, -gradient / self.scale * self.free) / self.scale

    def seen(self, gradient: Array) -> float:
        """The norm of the gradient in these coordinates."""
        found = self.factor.solve_transposed(gradient / self.scale * self.free)
        return float(np.sqrt(found @ found))


def polish(shape: Shape) -> Any:
    """The polish for triangles of this shape, called like `polish.polish`."""

    def polished(
        objective: Curved, params: np.ndarray, lin: Linearization, limits: Limits
    ) -> Polished:
        scale = unit_columns(np, lin.R)
        free = _free(params, lin, limits)
        second = objective.second(params, scale, float(np.sqrt(2 * lin.cost)))
        local = _hessian(shape, lin, scale, free, second)
        curvatures = _curvatures(local)
        left, kept = local.seen(lin.gradient), 0
        for _ in range(min(STEPS, limits.max_steps)):
            if unseen(np.array([left]), lin, params, limits, POLISHED):
                break
            trial = params + local.newton(lin.gradient)
            if limits.lower is not None:
                trial = np.clip(trial, limits.lower, limits.upper)
            if not np.isfinite(trial).all() or (trial == params).all():
                break
            trial_lin = objective.linearize(trial)
            trial_left = local.seen(trial_lin.gradient)
            if not trial_left < left:  # NaN is no progress either
                break
            params, lin, left, kept = trial, trial_lin, trial_left, kept + 1
        found = seen(shape, lin, scale, _free(params, lin, limits))
        if limits.lower is None:
            found = found._replace(target=np.array([left]))
        return Polished(params, lin, found, curvatures, kept)  # type: ignore[arg-type]

    return polished


def _hessian(
    shape: Shape, lin: Linearization, scale: Array, free: Array, second: Array
) -> _Hessian:
    factor, _ = _damped(shape, lin.R, scale, free, lin.qtr, 0.0)
    R = np.where(free, lin.R, 0.0) / scale
    both = np.outer(free, free)
    H = R.T @ R + np.where(both, second / np.outer(scale, scale), 0.0) + np.diag(~free * 1.0)
    return _Hessian(shape, factor, scale, free, H)


def _blocks(shape: Shape, H: Array) -> tuple[Array, Array, Array]:
    """H by blocks: own (K, L, L) with ones in the padding, across (K, L, s), shared (s, s)."""
    found = parts(shape, H)
    return found.D, found.B, found.S


def _eliminated(shape: Shape, H: Array, right: Array) -> Array:
    """x with H x = right, the blocks eliminated first."""
    own, across, shared = _blocks(shape, H)
    local, inside = shape.local, shape.inside
    mine = np.where(inside, right[shape.place], 0.0)
    together = np.concatenate([across, mine[..., None]], axis=2)
    solved = np.linalg.solve(own, together)
    rest = shared - np.einsum("kls,klt->st", across, solved[..., :-1])
    x = np.empty_like(right)
    x[local:] = np.linalg.solve(
        rest, right[local:] - np.einsum("kls,kl->s", across, solved[..., -1])
    )
    found = solved[..., -1] - solved[..., :-1] @ x[local:]
    x[shape.place[inside]] = found[inside]
    return x


def _curvatures(local: _Hessian) -> Array:
    """Curvatures of the blocks, and of the shared part when the blocks follow, beside those of
    RᵀR: all are 1 where the rows are linear, and all positive exactly at a minimum. NaN where
    unknown.
    """
    shape, gauss, H = local.shape, local.factor, local.H
    if not np.isfinite(H).all():
        return np.full(len(H), np.nan)
    own, across, shared = _blocks(shape, H)
    try:
        left = shared - np.einsum("kls,klt->st", across, np.linalg.solve(own, across))
    except np.linalg.LinAlgError:  # a block without any curvature: no minimum
        return np.zeros(len(H))
    found = _relative(gauss.D, own)[shape.inside], _relative(gauss.S[None], left[None])[0]
    return np.concatenate(found)


def _relative(factor: Array, full: Array) -> Array:
    """Eigenvalues of F⁻ᵀ H F⁻¹ for stacks of triangles F."""
    transposed = np.swapaxes(factor, 1, 2)
    half = np.linalg.solve(transposed, full)
    both = np.linalg.solve(transposed, np.swapaxes(half, 1, 2))
    return np.linalg.eigvalsh(0.5 * (both + np.swapaxes(both, 1, 2)))
