"""The contract between a solver and its driver.

A solver is ask-and-tell: `init`, `propose` and `update` are pure functions on a triangle, and never
call the model. A driver owns the loop: it linearizes wherever the solver asks. Solver steps are
written once against the array namespace `xp` (NumPy on the host, jax.numpy in a compiled program).
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from residua.algebra.control import Array, Namespace
from residua.algebra.linearization import Linearization, Spectrum

RUNNING, CONVERGED, ROUNDING, STALLED, STEP_LIMIT, NOT_FINITE, INTERRUPTED, CREEPING = range(8)

# Gauss-Newton first goes to this relative offset; full-Newton steps are cheaper for the rest. Where
# they do not settle, Gauss-Newton goes on to the second. (On the 54 certified runs the handover
# saves a sixth of the evaluations and changes no digit.)
PHASES = (1e-3, 1e-9)


class Limits(NamedTuple):
    """Numbers a solver works within: constants of one fit, arrays inside a compiled program.

    lower, upper: (p,) bounds, or None for both when nothing is bounded.
    floor: absolute rounding level of the residual norm (eps times the norm of the data).
    tolerance: relative offset ‖Qᵀr‖/‖r‖ at which the point counts as stationary.
    radius: first trust radius in units of ‖scale * start‖. max_steps: proposals before giving up.
    patience: steps after which the cost must have fallen by a hundredth, or the solver gives up
    (0: it never does for that reason). Slow progress is better spent on another way down.
    rounding: floor in units of ‖R diag(params)‖, what a relative change of the parameters does to
    the residual; for residuals that have no data to measure rounding by.
    """

    lower: Array | None
    upper: Array | None
    floor: Array
    tolerance: Any = PHASES[-1]
    radius: float = 10.0
    max_steps: int = 2000
    patience: int = 0
    rounding: float = 0.0

    def floor_at(self, xp: Namespace, lin: Linearization, params: Array) -> Array:
        """The norm of residual that is rounding noise at this point."""
        if self.rounding == 0:
            return self.floor
        moved = lin.R * params
        return xp.maximum(self.floor, self.rounding * xp.sqrt((moved * moved).sum()))


class State(NamedTuple):
    """Where a solver stands. `params` is the best point so far, `trial` the point it asks for.

    cost: of `lin`. milestone: the cost when patience was last asked.
    """

    params: Array
    lin: Linearization
    parts: Spectrum
    scale: Array
    radius: Array
    trial: Array
    predicted: Array
    length: Array
    damping: Array
    steps: Array
    code: Array
    cost: Array
    milestone: Array


class Solver(Protocol):
    """What a driver needs of a solver."""

    @property
    def accelerated(self) -> bool:
        """Whether `propose` wants the curvature of the rows along `velocity(state)`."""

    def init(self, params: Array, lin: Linearization, limits: Limits) -> State:
        """The state at the start."""

    def propose(self, state: State, limits: Limits) -> State:
        """Set `trial`, the point at which the driver should linearize next."""

    def update(self, state: State, lin: Linearization, limits: Limits) -> State:
        """Accept or refuse the trial point, given its triangle."""

    def accelerate(self, state: State, curvature: Array, limits: Limits) -> State:
        """Bend the proposed step, given Qᵀ r'' along it (only called when `accelerated`)."""
