"""The driver that runs inside a compiled program: the whole fit is one call, with no host loop.

The solver is the same code as on the host; only branches and loops are JAX's own. The rows carry a
mask, so that tables of different length share one program: masked rows are exact zeros, and zero
rows change no triangle.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from residua.algebra.linearization import Linearization, triangle, unit_columns
from residua.algebra.newton import quadratic
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.polish import POLISHED, STEPS, coordinates, unseen
from residua.solvers.solver import CONVERGED, PHASES, RUNNING, Limits, State

Array = Any
# rows(theta) -> whitened residual rows (n,), a pure JAX function.
Rows = Callable[[Array], Array]


class End(NamedTuple):
    """Where a compiled fit ended."""

    params: Array
    lin: Linearization
    curvatures: Array
    values: Array
    code: Array
    steps: Array
    rows: Array
    settled: Array


def linearize(rows: Rows, theta: Array) -> tuple[Array, Linearization]:
    """Residual rows and their triangle, with one inlined copy of the model."""
    residual, tangents = rows_and_tangents(rows, theta)
    return residual, triangle(jnp, jnp.concatenate([tangents, residual[None]]).T)


def rows_and_tangents(rows: Rows, theta: Array) -> tuple[Array, Array]:
    """Residual rows (n,) and their derivatives (p, n)."""

    def along(direction: Array) -> tuple[Array, Array]:
        return jax.jvp(rows, (theta,), (direction,))

    result: tuple[Array, Array] = jax.vmap(along, out_axes=(None, 0))(jnp.eye(theta.size))
    return result


def solve(rows: Rows, theta: Array, solver: LevenbergMarquardt, limits: Limits) -> End:
    """Gauss-Newton to the handover, full Newton to the end; Gauss-Newton on where that fails."""

    def running(carry: tuple[State, End, Array]) -> Array:
        return carry[2] < len(PHASES)

    def body(carry: tuple[State, End, Array]) -> tuple[State, End, Array]:
        state, _, phase = carry
        tolerance = jnp.where(phase == 0, PHASES[0], PHASES[-1])
        state = advance(rows, solver, state, limits._replace(tolerance=tolerance))
        end = _ended(rows, state, limits)
        done = (state.code != CONVERGED) | end.settled
        resumed = state._replace(code=jnp.where(done, state.code, RUNNING))
        return _strong(resumed), end, jnp.where(done, len(PHASES), phase + 1)

    first = linearize(rows, theta)[1]
    state = _strong(solver.init(theta, first, limits._replace(tolerance=PHASES[0])))
    blank = jax.tree.map(
        lambda leaf: jnp.zeros(leaf.shape, leaf.dtype),
        jax.eval_shape(lambda: _ended(rows, state, limits)),
    )
    start = (state, blank, jnp.zeros((), dtype=int))
    end: End = lax.while_loop(running, body, start)[1]
    return end


def advance(rows: Rows, solver: LevenbergMarquardt, state: State, limits: Limits) -> State:
    """Propose, linearize at the trial, update; until the solver says how it ended."""

    def body(state: State) -> State:
        state = solver.propose(state, limits)
        if solver.accelerated:
            state = solver.accelerate(state, _curvature(rows, state), limits)
        return _strong(solver.update(state, linearize(rows, state.trial)[1], limits))

    end: State = lax.while_loop(lambda state: state.code == RUNNING, body, state)
    return end


def _strong(state: State) -> State:
    """The same state with definite dtypes, as a loop carries it."""
    strong: State = jax.tree.map(
        lambda leaf: lax.convert_element_type(leaf, leaf.dtype), jax.tree.map(jnp.asarray, state)
    )
    return strong


def _curvature(rows: Rows, state: State) -> Array:
    """Qᵀ r'' along the proposed step."""
    direction = state.trial - state.params

    def slope(theta: Array) -> Array:
        return jax.jvp(rows, (theta,), (direction,))[1]

    second = jax.jvp(slope, (state.params,), (direction,))[1]
    _, tangents = rows_and_tangents(rows, state.params)
    found = triangle(jnp, jnp.concatenate([tangents, second[None]]).T).qtr
    return jnp.where(jnp.isfinite(found).all(), found, 0.0)


def second(rows: Rows, theta: Array, residual: Array) -> Array:
    """S = Σ rᵢ ∇²rᵢ, exactly: the Hessian of the inner product with fixed rows."""
    return jax.jacfwd(jax.grad(lambda at: rows(at) @ residual))(theta)


def _ended(rows: Rows, state: State, limits: Limits) -> End:
    left = limits._replace(max_steps=limits.max_steps - state.steps)
    end = polished(rows, state.params, state.lin, left)
    return end._replace(code=state.code, steps=state.steps + end.steps)


def polished(
    rows: Rows, params: Array, lin: Linearization, limits: Limits, unrolled: int = 0
) -> End:
    """Full-Newton steps while they lower the gradient seen by the triangle (see polish.py).

    `unrolled` steps are written out instead of looped over: quicker where that many always do.
    """
    residual = rows(params)
    scale = unit_columns(jnp, lin.R)
    first = coordinates(lin, params, scale, limits, jnp)
    local = quadratic(jnp, first, scale, second(rows, params, residual))
    left = jnp.minimum(STEPS, limits.max_steps)

    def running(carry: Any) -> Array:
        params, _, lin, seen, kept, better = carry
        return better & (kept < left) & ~unseen(seen, lin, params, limits, POLISHED, jnp)

    def body(carry: Any) -> Any:
        params, residual, lin, seen, kept, _ = carry
        step = local.newton(seen)
        trial = params + jnp.where(jnp.isfinite(step).all(), step, 0.0)
        if limits.lower is not None:
            trial = jnp.clip(trial, limits.lower, limits.upper)
        trial_rows, trial_lin = linearize(rows, trial)
        trial_seen = local.seen(trial_lin)
        better = trial_seen @ trial_seen < seen @ seen
        new = (trial, trial_rows, trial_lin, trial_seen)
        chosen = jax.tree.map(
            lambda a, b: jnp.where(better, a, b), new, (params, residual, lin, seen)
        )
        return (*chosen, kept + better, better)

    start = (params, residual, lin, local.seen(lin), jnp.zeros((), dtype=int), jnp.array(True))
    if unrolled:
        end = functools.reduce(lambda carry, _: body(carry), range(unrolled), start)
    else:
        end = lax.while_loop(running, body, start)
    params, residual, lin, seen, kept, _ = end
    parts = first._replace(target=seen)
    if limits.lower is not None:  # bounds may have come into play
        parts = coordinates(lin, params, scale, limits, jnp)
    done = unseen(parts.target, lin, params, limits, PHASES[-1], jnp)
    code = jnp.where(done, CONVERGED, RUNNING)
    return End(params, lin, local.curvatures, parts.values, code, kept, residual, done)
