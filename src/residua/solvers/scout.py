"""A scout for small compiled fits: quick steps by unrolled normal equations, checked afterwards.

Levenberg-Marquardt with Marquardt's scaling; the p-by-p system is summed, factored (Cholesky) and
solved in unrolled scalar code, which a compiler turns into a handful of kernels where library calls
would cost more than the arithmetic. Normal equations lose half the digits, so nothing is believed
that a scout brings: the triangle and full-Newton steps take over from where it ends, and a verdict
on that decides. Source: K. Madsen, H. B. Nielsen, O. Tingleff, Methods for non-linear least squares
problems, 2004, algorithm 3.16 (gain-controlled damping).
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from residua.solvers.solver import PHASES
from residua.solvers.traced import Rows, rows_and_tangents

Array = Any
Scalars = list[Any]
# Unrolled code grows with p³; beyond this, library calls win.
LARGEST = 8
STEPS = 60
# Newton steps written out after the scout: they take a relative offset of PHASES[0] to rounding.
NEWTON = 2
FIRST_DAMPING = 1e-3


def scout(rows: Rows, theta: Array) -> tuple[Array, Array]:
    """Parameters near a minimum, or as near as STEPS steps came; and how many steps those were."""
    p = theta.size

    def running(carry: Array) -> Array:
        return (carry[-1] < STEPS) & (carry[-2] < 0.5)

    def body(carry: Array) -> Array:
        at, system = carry[:p], carry[p:-4]
        damping, growth, _, count = (carry[k] for k in range(-4, 0))
        hessian, gradient, cost = _unpacked(system, p)
        step, norm, seen = _step(hessian, gradient, damping)
        trial = at + jnp.stack(step)
        tried = _system(rows, trial)
        gain = (cost - tried[-1]) / (0.5 * norm)
        better = gain > 0  # NaN and infinity are no progress
        shrink = jnp.maximum(1 / 3, 1 - (2 * gain - 1) ** 3)
        # What Gauss-Newton can still remove, beside the cost: the square of the relative offset.
        done = better & (seen <= PHASES[0] ** 2 * 2 * cost)
        kept = jnp.where(better, jnp.concatenate([trial, tried]), carry[:-4])
        controls = [
            jnp.where(better, damping * shrink, damping * growth),
            jnp.where(better, 2.0, 2 * growth),
            done * 1.0,
            count + 1,
        ]
        return jnp.concatenate([kept, jnp.stack(controls)])

    controls = jnp.array([FIRST_DAMPING, 2.0, 0.0, 0.0])
    start = jnp.concatenate([theta, _system(rows, theta), controls])
    end = lax.while_loop(running, body, start)
    return end[:p], end[-1]


def _system(rows: Rows, theta: Array) -> Array:
    """The lower triangle of JᵀJ by rows, the gradient Jᵀr, and the cost, in one vector."""
    p = theta.size
    residual, tangents = rows_and_tangents(rows, theta)
    augmented = jnp.concatenate([tangents, residual[None]])
    # Written as a product and a sum it becomes one kernel with the model inside; `@` would not.
    # Taken out with one index; scalar by scalar, the kernel would be run again for each.
    gram = (augmented[:, None, :] * augmented[None, :, :]).sum(-1)
    i, j = np.tril_indices(p + 1)
    return gram[i, j] * np.where((i == p) & (j == p), 0.5, 1.0)


def _unpacked(system: Array, p: int) -> tuple[list[Scalars], Scalars, Any]:
    """JᵀJ as nested lists (lower triangle), the gradient, the cost."""
    values = [system[k] for k in range(system.size)]
    rows = [values[i * (i + 1) // 2 : (i + 1) * (i + 2) // 2] for i in range(p)]
    return rows, values[-1 - p : -1], values[-1]


def _step(hessian: list[Scalars], gradient: Scalars, damping: Any) -> tuple[Scalars, Any, Any]:
    """The damped step, twice its predicted decrease, and the undamped part seen by the gradient."""
    p = len(gradient)
    diagonal = [hessian[i][i] for i in range(p)]
    factor = _cholesky(hessian, [(1 + damping) * d + jnp.where(d > 0, 0.0, 1.0) for d in diagonal])
    half = _forward(factor, [-g for g in gradient])
    step = _backward(factor, half)
    norm = sum(s * (damping * d * s - g) for s, d, g in zip(step, diagonal, gradient))
    return step, norm, sum(h * h for h in half)


def _cholesky(matrix: list[Scalars], diagonal: Scalars) -> list[Scalars]:
    """Lower factor of a symmetric matrix; its own diagonal is replaced by `diagonal`."""
    factor: list[Scalars] = []
    for i, row in enumerate(matrix):
        new: Scalars = []
        for j in range(i):
            left = row[j] - sum((new[k] * factor[j][k] for k in range(j)), 0.0)
            new.append(left / factor[j][j])
        new.append(jnp.sqrt(diagonal[i] - sum((value * value for value in new), 0.0)))
        factor.append(new)
    return factor


def _forward(factor: list[Scalars], right: Scalars) -> Scalars:
    solved: Scalars = []
    for i, row in enumerate(factor):
        solved.append((right[i] - sum((row[k] * solved[k] for k in range(i)), 0.0)) / row[i])
    return solved


def _backward(factor: list[Scalars], right: Scalars) -> Scalars:
    p = len(right)
    solved: Scalars = [None] * p
    for i in reversed(range(p)):
        done = sum((factor[k][i] * solved[k] for k in range(i + 1, p)), 0.0)
        solved[i] = (right[i] - done) / factor[i][i]
    return solved
