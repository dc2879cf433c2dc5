"""Solutions with exact sensitivities: the variational equations, integrated beside the states.

S = ∂y/∂θ obeys dS/dt = (∂f/∂y) S + ∂f/∂θ, S(t0) = ∂y0/∂θ. States and sensitivities are one larger
initial value problem, so the step is controlled for both, the tangent is the matrix S itself
(which reverse mode can transpose), and derivatives of S, for the Hessian, are the same construction
once more. With respect to time the derivative is f itself, not that of an interpolating polynomial.

Sources: R. P. Dickinson and R. J. Gelinas, J. Comput. Phys. 21 (1976) 123; A. C. Hindmarsh et al.,
ACM Trans. Math. Softw. 31 (2005) 363, for the error weights 1/|θ| of sensitivities.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from residua.dynamics.integrator import Field, Method, integrate

Array = Any
# Absolute error of a state that is (nearly) zero, beside the largest state at the start, in units
# of the relative error.
NEAR_ZERO = 1e-3


@dataclass(frozen=True)
class Problem:
    """dy/dt = field(t, y, theta), y(t0) = start(theta), y being a vector; `absolute` error of y."""

    field: Field
    start: Callable[[Array], Array]
    t0: float
    method: Method
    absolute: float | None = None

    def weights(self, theta: Array, times: Array) -> Array:
        """Absolute local errors of y, (m,): as given, or in proportion to the largest start.

        Where every state begins at zero, in proportion to what the first slope would make of them.
        """
        y0 = self.start(theta)
        if self.absolute is not None:
            return jnp.full(y0.shape, self.absolute)
        first = jnp.abs(y0).max()
        slope = jnp.abs(self.field(jnp.asarray(self.t0, y0.dtype), y0, theta)).max()
        reach = slope * (times[-1] - self.t0)
        scale = jnp.where(first > 0, first, jnp.where(reach > 0, reach, 1.0))
        return jnp.full(y0.shape, NEAR_ZERO * self.method.rtol * scale)


@dataclass(frozen=True)
class Varied(Problem):
    """The variational equations of another problem as a problem: [y | S] as one vector."""

    inner: Problem | None = None

    def weights(self, theta: Array, times: Array) -> Array:
        """Those of the other problem."""
        assert self.inner is not None
        return _weights(self.inner, theta, times).ravel()


def trajectory(problem: Problem, theta: Array, times: Array) -> Array:
    """y at the times, in any order, (n, m), differentiable in theta and times, to any order.

    NaN where a time lies before t0, and everywhere when the integrator fails.
    """
    order = jnp.argsort(times)
    in_order = times[order]
    defined = in_order >= problem.t0
    # Not a maximum, whose derivative at t0 itself would be a half.
    there = jnp.where(defined, in_order, problem.t0)
    found = jnp.where(defined[:, None], solution(problem)(theta, there), jnp.nan)
    return jnp.zeros_like(found).at[order].set(found)


def states_alone(problem: Problem, theta: Array, times: Array) -> Array:
    """y at times in order, (n, m), without sensitivities: not to be differentiated."""

    def field(t: Array, z: Array, at: Array) -> Array:
        return problem.field(t, z[:, 0], at)[:, None]

    start, weights = problem.start(theta)[:, None], problem.weights(theta, times)[:, None]
    found = integrate(field, start, theta, problem.t0, times, problem.method, weights)
    return found[..., 0]


def solution(problem: Problem) -> Callable[[Array, Array], Array]:
    """(theta, times in order) -> y, (n, m), differentiable."""

    @jax.custom_jvp
    def states(theta: Array, times: Array) -> Array:
        # Sensitivities are carried though nobody asked: the same steps then give the same numbers
        # as with them, to the last bit, and solvers compare the two.
        return _integrated(problem, theta, times)[..., 0]

    def tangent(primals: Any, tangents: Any) -> Any:
        (theta, times), (d_theta, d_times) = primals, tangents
        both = _augmented(problem)(theta, times)
        y = both[..., 0]
        change = jnp.zeros_like(y)
        if not _is_zero(d_theta):
            change += both[..., 1:] @ d_theta
        if not _is_zero(d_times):
            slope = jax.vmap(problem.field, (0, 0, None))(times, y, theta)
            change += slope * d_times[:, None]
        return y, change

    states.defjvp(tangent, symbolic_zeros=True)
    return states


def _augmented(problem: Problem) -> Callable[[Array, Array], Array]:
    """(theta, times in order) -> [y | S], (n, m, 1 + q), differentiable."""

    @jax.custom_jvp
    def augmented(theta: Array, times: Array) -> Array:
        return _integrated(problem, theta, times)

    def tangent(primals: Any, tangents: Any) -> Any:
        (theta, times), (d_theta, d_times) = primals, tangents
        q = theta.size

        def whole(theta: Array, times: Array) -> Array:
            found = solution(_varied(problem, q))(theta, times)
            return found.reshape(len(times), -1, 1 + q)

        if _is_zero(d_times):
            return jax.jvp(lambda at: whole(at, times), (theta,), (d_theta,))
        if _is_zero(d_theta):
            return jax.jvp(lambda at: whole(theta, at), (times,), (d_times,))
        return jax.jvp(whole, primals, tangents)

    augmented.defjvp(tangent, symbolic_zeros=True)
    return augmented


def _is_zero(change: Any) -> bool:
    return type(change) is jax.custom_derivatives.SymbolicZero


def _integrated(problem: Problem, theta: Array, times: Array) -> Array:
    field = _variational(problem.field, theta.size)
    tolerance = _weights(problem, theta, times)
    start = _first(problem, theta)
    return integrate(field, start, theta, problem.t0, times, problem.method, tolerance)


def _variational(field: Field, q: int) -> Field:
    """The field of [y | S], (m, 1 + q)."""

    def augmented(t: Array, z: Array, theta: Array) -> Array:
        def along(s: Array, direction: Array) -> Any:
            return jax.jvp(lambda y, at: field(t, y, at), (z[:, 0], theta), (s, direction))

        every = jnp.eye(q, dtype=z.dtype)
        slope, change = jax.vmap(along, in_axes=(1, 0), out_axes=(None, 1))(z[:, 1:], every)
        return jnp.concatenate([slope[:, None], change], axis=1)

    return augmented


def _first(problem: Problem, theta: Array) -> Array:
    """[y | S] at t0."""
    y0, slope = problem.start(theta), jax.jacfwd(problem.start)(theta)
    return jnp.concatenate([y0[:, None], slope], axis=1)


def _weights(problem: Problem, theta: Array, times: Array) -> Array:
    """Absolute local errors of [y | S]: those of y, divided by |θ| for a sensitivity to θ."""
    size = jnp.abs(theta)
    unit = jnp.where(size > 0, 1 / jnp.where(size > 0, size, 1.0), 1.0)
    return problem.weights(theta, times)[:, None] * jnp.concatenate([jnp.ones(1), unit])


def _varied(problem: Problem, q: int) -> Varied:
    field = _variational(problem.field, q)

    def flat_field(t: Array, z: Array, theta: Array) -> Array:
        return field(t, z.reshape(-1, 1 + q), theta).ravel()

    def flat_start(theta: Array) -> Array:
        return _first(problem, theta).ravel()

    return Varied(
        flat_field, flat_start, problem.t0, problem.method, problem.absolute, inner=problem
    )
