"""The two compiled programs of the search for a start: many costs at once, and some quick steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from residua.autodiff.traced_state import double_precision
from residua.dynamics.program import kept, posed, seen_of
from residua.dynamics.sensitivities import solution, states_alone
from residua.dynamics.system import System
from residua.solvers import scout

if TYPE_CHECKING:
    from residua.dynamics.start import Sample

Array = Any


def costs(system: System, rows: Sample, candidates: np.ndarray) -> np.ndarray:
    """Half the sum of squares of each candidate (C, p); inf where the integrator fails."""

    def cost(system: System, theta: Array, *data: Array) -> Array:
        def one(at: Array) -> Array:
            left = _residuals(system, at, data, states_alone)
            return 0.5 * (left * left).sum()

        return jax.vmap(one)(theta)

    with double_precision():
        found = np.asarray(kept("costs", system, cost)(candidates, rows.t, rows.y, rows.size))
    return np.where(np.isfinite(found), found, np.inf)


def improved(system: System, rows: Sample, candidates: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Candidates after the steps of a scout in the logarithms of those that are not held.

    Unrolled code grows with the cube of their number: with too many they stay as they are.
    """
    free = np.flatnonzero(~held)
    if not 0 < free.size <= scout.LARGEST:
        return candidates

    def steps(system: System, theta: Array, *data: Array) -> Array:
        def one(at: Array) -> Array:
            def full(logs: Array) -> Array:
                return at.at[free].set(jnp.sign(at[free]) * jnp.exp(logs))

            def left(logs: Array) -> Array:
                values = full(logs)
                found = _residuals(system, values, data, lambda p, th, t: solution(p)(th, t))
                return found.ravel()

            return full(scout.scout(left, jnp.log(jnp.abs(at[free])))[0])

        return jax.vmap(one)(theta)

    with double_precision():
        program = kept(f"improved {free.tolist()}", system, steps)
        return np.asarray(program(candidates, rows.t, rows.y, rows.size))


def _residuals(system: System, values: Array, data: tuple[Array, ...], solve: Any) -> Array:
    """Observed minus predicted, (s, k), each column in units of its size."""
    t, y, size = data
    named = dict(zip(system.parameters, values))
    problem, theta = posed(system, [named[name] for name in system.inner])
    seen = seen_of(system, named, t, solve(problem, theta, t))
    return (y - seen.reshape(y.shape)) / size
