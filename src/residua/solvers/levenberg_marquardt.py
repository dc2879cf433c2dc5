"""Trust-region Levenberg-Marquardt on the triangle.

Each step minimizes ½‖R step + qtr‖² within ‖scale * step‖ <= radius. `scale` is the running maximum
of the column norms of J (Moré), the radius follows the ratio of actual to predicted decrease, and
the fit has converged when the residual no longer sees the columns of J: the relative offset
‖Qᵀr‖ / ‖r‖ falls below the tolerance (Bates and Watts). Small steps never count as convergence.
Sources: J. J. Moré, The Levenberg-Marquardt algorithm, 1978; D. M. Bates, D. G. Watts,
Technometrics 23 (1981) 179-183.
"""

from __future__ import annotations

from dataclasses import dataclass

from residua.algebra import bounded
from residua.algebra.control import Array, Namespace, branch, choose
from residua.algebra.linearization import Linearization, Spectrum, spectrum, unit_columns
from residua.algebra.steps import Step, accelerate, trust_region_step
from residua.solvers.solver import (
    CONVERGED,
    CREEPING,
    NOT_FINITE,
    ROUNDING,
    RUNNING,
    STALLED,
    STEP_LIMIT,
    Limits,
    State,
)

EPS = 2.220446049250313e-16
ACCEPT = 1e-4  # Moré 1978: any real decrease is taken
# Below this share of the cost a decrease is lost in the rounding of the sum that computes it.
UNSEEN = 8 * EPS
# The share of its cost that a fit may keep over one span of patience and still be called moving.
HARDLY = 0.99
# Transtrum and Sethna 2012: the correction may not outgrow the step it corrects.
BEND_LIMIT = 0.75


@dataclass(frozen=True)
class LevenbergMarquardt:
    """The default solver; `accelerated` adds geodesic acceleration (Transtrum and Sethna)."""

    xp: Namespace
    accelerated: bool = False

    def init(self, params: Array, lin: Linearization, limits: Limits) -> State:
        """The state at the start: radius = limits.radius * ‖scale * params‖."""
        xp = self.xp
        scale = unit_columns(xp, lin.R)
        scaled = scale * params
        size = xp.sqrt(scaled @ scaled)
        radius = limits.radius * choose(xp, size > 0, size, 1.0)
        zero = xp.zeros(())
        parts = self._parts(params, lin, scale, limits)
        cost = lin.cost
        finite = xp.isfinite(cost)
        stationary = self._stationary(params, lin, cost, parts, limits)
        code = choose(xp, finite, choose(xp, stationary, CONVERGED, RUNNING), NOT_FINITE)
        steps = xp.zeros((), dtype=int)
        still = (zero, zero, zero, steps, code, cost, cost)
        return State(params, lin, parts, scale, radius, params, *still)

    def propose(self, state: State, limits: Limits) -> State:
        """Set the trial point."""
        step = self._step(state, limits)
        trial = self._within(state.params + step.step, limits)
        return state._replace(
            trial=trial, predicted=step.predicted, length=step.length, damping=step.damping
        )

    def accelerate(self, state: State, curvature: Array, limits: Limits) -> State:
        """Add half the geodesic acceleration to the step when it is the smaller of the two."""
        xp = self.xp
        bend = accelerate(xp, state.parts, state.scale, state.damping, curvature)
        scaled = state.scale * bend
        allowed = 2 * xp.sqrt(scaled @ scaled) <= BEND_LIMIT * state.length
        bent = self._within(state.trial + 0.5 * bend, limits)
        return state._replace(trial=xp.where(allowed, bent, state.trial))

    def update(self, state: State, lin: Linearization, limits: Limits) -> State:
        """Accept or refuse the trial, adapt the radius, notice how the fit ended."""
        xp = self.xp
        cost, trial_cost = state.cost, lin.cost
        finite = xp.isfinite(trial_cost)
        actual = choose(xp, finite, cost - trial_cost, -xp.inf)
        predicted = choose(xp, state.predicted > 0, state.predicted, xp.inf)
        ratio = actual / predicted
        unseen = finite & (state.predicted <= UNSEEN * cost) & (abs(actual) <= 4 * UNSEEN * cost)
        state = state._replace(radius=self._radius(state, ratio, unseen), steps=state.steps + 1)
        state = branch(
            xp,
            finite & ((ratio > ACCEPT) | unseen),
            lambda: self._accept(state, lin, trial_cost, limits, unseen),
            lambda: state._replace(code=self._refused(state, limits)),
        )
        if not limits.patience:
            return state
        asked = (state.steps % limits.patience == 0) & (state.code == RUNNING)
        return branch(xp, asked, lambda: self._patient(state), lambda: state)

    def _patient(self, state: State) -> State:
        """Give up where the cost has hardly moved since patience was last asked."""
        creeping = state.cost > HARDLY * state.milestone
        code = choose(self.xp, creeping, CREEPING, RUNNING) + 0 * state.code
        return state._replace(code=code, milestone=state.cost)

    def _accept(
        self, state: State, lin: Linearization, cost: Array, limits: Limits, unseen: Array
    ) -> State:
        """Move to the trial; where costs look the same, only a smaller offset is progress."""
        xp = self.xp
        scale = xp.maximum(state.scale, xp.sqrt((lin.R * lin.R).sum(axis=0)))
        parts = self._parts(state.trial, lin, scale, limits)
        worse = unseen & (parts.target @ parts.target >= state.parts.target @ state.parts.target)
        stationary = self._stationary(state.trial, lin, cost, parts, limits)
        code = choose(xp, stationary, CONVERGED, self._refused(state, limits))
        moved = state._replace(
            params=state.trial, lin=lin, parts=parts, scale=scale, code=code, cost=cost
        )
        return branch(
            xp, worse, lambda: state._replace(code=state.code * 0 + ROUNDING), lambda: moved
        )

    def _refused(self, state: State, limits: Limits) -> Array:
        """How it stands after a step that did not end at a stationary point."""
        xp = self.xp
        scaled = state.scale * state.params
        stuck = state.radius * state.radius <= (4 * EPS) ** 2 * (scaled @ scaled)
        code = choose(xp, state.steps >= limits.max_steps, STEP_LIMIT, RUNNING)
        return choose(xp, stuck, STALLED, code)

    def _radius(self, state: State, ratio: Array, unseen: Array) -> Array:
        """Shrink to a quarter of the step on a bad ratio, grow to twice the step on a good one."""
        xp = self.xp
        shrunk = 0.25 * choose(xp, state.radius < state.length, state.radius, state.length)
        double = 2 * state.length
        grown = choose(xp, state.radius > double, state.radius, double)
        radius = choose(xp, ratio > 0.75, grown, state.radius)
        radius = choose(xp, ratio < 0.25, shrunk, radius)
        return choose(xp, unseen, state.radius, radius)

    def _stationary(
        self, params: Array, lin: Linearization, cost: Array, parts: Spectrum, limits: Limits
    ) -> Array:
        left = parts.target @ parts.target
        floor = limits.floor_at(self.xp, lin, params)
        seen = limits.tolerance * limits.tolerance * 2 * cost
        return (left <= seen) | (left <= floor * floor)

    def _parts(self, params: Array, lin: Linearization, scale: Array, limits: Limits) -> Spectrum:
        if limits.lower is None:
            return spectrum(self.xp, lin.R, lin.qtr, scale)
        free = bounded.free_columns(self.xp, lin, params, limits.lower, limits.upper)
        return bounded.free_spectrum(self.xp, lin, scale, free)

    def _step(self, state: State, limits: Limits) -> Step:
        if limits.lower is None:
            return trust_region_step(self.xp, state.parts, state.scale, state.radius)
        return bounded.bounded_step(
            self.xp, state.lin, state.scale, state.radius, state.params, limits.lower, limits.upper
        )

    def _within(self, params: Array, limits: Limits) -> Array:
        return params if limits.lower is None else self.xp.clip(params, limits.lower, limits.upper)
