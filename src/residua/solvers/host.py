"""The driver that owns the loop on the host: any dataset, any engine, callbacks, interruption."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from residua.algebra.linearization import Linearization
from residua.solvers.polish import Curved, Polished, polish, unseen
from residua.solvers.solver import (
    CONVERGED,
    INTERRUPTED,
    PHASES,
    RUNNING,
    Limits,
    Solver,
    State,
)


class Linearizable(Protocol):
    """What the loop asks of an objective."""

    def linearize(self, theta: np.ndarray) -> Linearization:
        """The triangle at theta."""

    def curvature(self, theta: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Qᵀ r'' along a direction."""


# How the last digits are found: `polish`, or one that knows the shape of the triangle.
Polishing = Callable[[Curved, np.ndarray, Linearization, Limits], Polished]


class Run(NamedTuple):
    """Where a loop ended, the polished end point, and the cost after each step."""

    state: State
    end: Polished
    costs: tuple[float, ...]


def solve(
    objective: Curved,
    theta: np.ndarray,
    solver: Solver,
    limits: Limits,
    callback: Callable[[State], Any] | None = None,
    polishing: Polishing = polish,
) -> Run:
    """Gauss-Newton to the handover, full Newton to the end; Gauss-Newton on where that fails."""
    costs: list[float] = []

    def record(state: State) -> Any:
        costs.append(float(state.cost))
        # A copy: what the callback does to its parameters stays with the callback.
        return callback is not None and callback(state._replace(params=state.params.copy()))

    state = solver.init(theta, objective.linearize(theta), limits._replace(tolerance=PHASES[0]))
    costs.append(float(state.cost))
    for tolerance in PHASES:
        current = limits._replace(tolerance=tolerance)
        state = advance(objective, solver, state, current, record)
        state, end = _polished(objective, state, limits, polishing)
        done = unseen(end.parts.target, end.lin, end.params, limits, PHASES[-1])
        if state.code != CONVERGED or done:
            break
        state = state._replace(code=RUNNING)
    return Run(state, end, tuple(costs))


def interrupted(objective: Linearizable, theta: np.ndarray, solver: Solver, limits: Limits) -> Run:
    """The end of a walk that was interrupted where the objective last linearized."""
    state = solver.init(theta, objective.linearize(theta), limits)._replace(code=INTERRUPTED)
    unknown = np.full(len(theta), np.nan)
    end = Polished(state.params, state.lin, state.parts, unknown)
    return Run(state, end, (float(state.cost),))


def run(objective: Linearizable, theta: np.ndarray, solver: Solver, limits: Limits) -> State:
    """Only the loop, from theta to how the solver says it ended; an interrupt is passed on."""
    state = solver.init(theta, objective.linearize(theta), limits)
    state = advance(objective, solver, state, limits)
    if state.code == INTERRUPTED:
        raise KeyboardInterrupt
    return state


def _polished(
    objective: Curved, state: State, limits: Limits, polishing: Polishing
) -> tuple[State, Polished]:
    """Polish where the loop ended; after an interrupt the model is not called again."""
    if state.code != INTERRUPTED:
        left = limits._replace(max_steps=max(limits.max_steps - int(state.steps), 0))
        try:
            return state, polishing(objective, state.params, state.lin, left)
        except KeyboardInterrupt:
            state = state._replace(code=INTERRUPTED)
    unknown = np.full(len(state.params), np.nan)
    return state, Polished(state.params, state.lin, state.parts, unknown)


def advance(
    objective: Linearizable,
    solver: Solver,
    state: State,
    limits: Limits,
    callback: Callable[[State], Any] | None = None,
) -> State:
    """Propose, linearize at the trial, update; until the solver says how it ended.

    A keyboard interrupt, or a callback that returns True, ends the loop with the best point so far.
    """
    try:
        while state.code == RUNNING:
            state = _step(objective, solver, state, limits)
            if callback is not None and callback(state):
                state = state._replace(code=INTERRUPTED)
    except KeyboardInterrupt:
        state = state._replace(code=INTERRUPTED)
    return state


def _step(objective: Linearizable, solver: Solver, state: State, limits: Limits) -> State:
    state = solver.propose(state, limits)
    if solver.accelerated:
        curvature = objective.curvature(state.params, state.trial - state.params)
        state = solver.accelerate(state, curvature, limits)
    return solver.update(state, objective.linearize(state.trial), limits)
