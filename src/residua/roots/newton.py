"""Newton's method inside a trust region, for n equations in n unknowns.

A root makes ½‖F‖² vanish, so the trust-region step of least squares is Newton's wherever that is
short enough, and bends toward steepest descent where it is not. A step that is refused is not
forgotten: Broyden's update makes the matrix agree with what was seen there, so that the next step
goes another way and not only less far. Written once for NumPy and for a compiled program (`xp`).
Source: M. J. D. Powell, A hybrid method for nonlinear equations, 1970; C. G. Broyden, Math. Comp.
19, 577, 1965; the step is that of J. J. Moré, The Levenberg-Marquardt algorithm, 1978.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from residua.algebra.control import Array, Namespace, loop
from residua.algebra.linearization import spectrum, triangle, unit_columns
from residua.algebra.steps import trust_region_step

RUNNING, FOUND, STUCK, STEP_LIMIT, NOT_FINITE = range(5)
# A Newton step this short, after which ‖F‖ has fallen as quadratic convergence makes it fall,
# leaves an error of its square: nothing in double precision.
SHORT, QUADRATIC = 1e-8, 1e-4
# Steps this short no longer move a double; a step that promises so small a share of ½‖F‖² to vanish
# leads nowhere.
ROUNDING, FLAT = 1e-15, 1e-10
# A refused step this short means that ‖F‖ is rounding noise.
NOISE = 1e-12
# In units of the scaled start; the first step is nearly always tried in full (as MINPACK does).
FIRST_RADIUS = 100.0

# linearize(x) -> F (n,) and J (n, n).
Linearize = Callable[[Array], tuple[Array, Array]]


class Walk(NamedTuple):
    """Where the iteration stands.

    x, F and J there; matrix: J as refused steps have taught it, refused: how many; trust radius;
    scale of the unknowns; size: the largest scaled ‖x‖ so far, what rounding is measured against;
    how it ended; steps.
    """

    x: Array
    value: Array
    slope: Array
    matrix: Array
    refused: Array
    radius: Array
    scale: Array
    size: Array
    code: Array
    steps: Array


def newton(xp: Namespace, linearize: Linearize, start: Array, max_steps: int) -> Walk:
    """Walk from `start` to a root, or to where the equations can be brought no closer to zero."""
    value, slope = linearize(start)
    scale = unit_columns(xp, slope)
    size = _length(xp, scale * start)
    radius = FIRST_RADIUS * xp.where(size > 0, size, 1.0)
    finite = xp.isfinite(value).all() & xp.isfinite(slope).all()
    code = xp.where(finite, xp.where((value == 0).all(), FOUND, RUNNING), NOT_FINITE)
    none = xp.zeros((), dtype=int)
    first = Walk(start, value, slope, slope, none, radius, scale, size, code, none)

    def running(walk: Walk) -> Any:
        return walk.code == RUNNING

    def body(walk: Walk) -> Walk:
        return _step(xp, linearize, walk, max_steps)

    end: Walk = loop(xp, running, body, first)
    return end


def _step(xp: Namespace, linearize: Linearize, walk: Walk, max_steps: int) -> Walk:
    lin = triangle(xp, xp.concatenate([walk.matrix, walk.value[:, None]], axis=1))
    scale = xp.maximum(walk.scale, unit_columns(xp, walk.slope))
    found = trust_region_step(xp, spectrum(xp, lin.R, lin.qtr, scale), scale, walk.radius)
    trial = walk.x + found.step
    value, slope = linearize(trial)
    finite = xp.isfinite(value).all() & xp.isfinite(slope).all()
    before, after = (walk.value * walk.value).sum(), (value * value).sum()
    gain = 0.5 * (before - after) / xp.where(found.predicted > 0, found.predicted, 1.0)
    better = finite & (gain > 1e-4)
    size = xp.maximum(walk.size, _length(xp, scale * walk.x))
    radius = _radius(xp, walk.radius, found.length, gain)
    exact = walk.refused == 0
    flat = exact & (found.predicted <= FLAT * before)
    sharp = better & (found.length <= SHORT * size) & (after <= QUADRATIC**2 * before)
    tiny = exact & (found.length <= xp.where(better, ROUNDING, NOISE) * size)
    root = (after == 0) & finite | (found.damping == 0) & (sharp | tiny) & ~flat
    stuck = flat | (radius <= ROUNDING * size)
    steps = walk.steps + 1
    limit = xp.where(steps >= max_steps, STEP_LIMIT, RUNNING)
    code = xp.where(root, FOUND, xp.where(stuck, STUCK, limit))
    x, F, J = (xp.where(better, new, old) for new, old in zip((trial, value, slope), walk[:3]))
    refused = xp.where(better, 0, walk.refused + 1)
    taught = _taught(xp, walk, found.step, scale, value, finite)
    matrix = xp.where(better, slope, xp.where(refused % (len(trial) + 1) == 0, walk.slope, taught))
    return Walk(x, F, J, matrix, refused, radius, scale, size, code, steps)


def _radius(xp: Namespace, radius: Array, length: Array, gain: Array) -> Array:
    """Half the step after a bad one, at least twice the step after a good one."""
    shrunk, grown = 0.5 * xp.minimum(length, radius), xp.maximum(radius, 2.0 * length)
    # `~(gain >= 0.25)` rather than `<`, so that a trial that is not a number shrinks the region.
    return xp.where(~(gain >= 0.25), shrunk, xp.where(gain > 0.75, grown, radius))


def _taught(
    xp: Namespace, walk: Walk, step: Array, scale: Array, value: Array, finite: Array
) -> Array:
    """Broyden's update in scaled unknowns: the matrix nearest to this one that agrees with F."""
    weighted = scale * scale * step
    length = weighted @ step
    missed = value - walk.value - walk.matrix @ step
    update = missed[:, None] * weighted[None, :] / xp.where(length > 0, length, 1.0)
    return xp.where(finite, walk.matrix + xp.where(finite, update, 0.0), walk.matrix)


def _length(xp: Namespace, vector: Array) -> Array:
    return xp.sqrt((vector * vector).sum())
