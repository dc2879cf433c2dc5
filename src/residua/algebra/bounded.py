"""Trust-region steps within bounds: an active set on the triangle.

A parameter that sits at a bound with the cost falling outward is held; its column of R becomes
zero, which the singular coordinates already know how to ignore. A free parameter that would leave
its interval is put on its bound and the others are solved for again, at most p times. The triangle
never changes: however many rows there were, this is p-by-p work.
Source: the active-set idea of bounded-variable least squares, P. B. Stark, R. L. Parker,
Computational Statistics 10 (1995) 129-141.
"""

from __future__ import annotations

from residua.algebra.control import Array, Namespace, loop
from residua.algebra.linearization import Linearization, Spectrum, spectrum
from residua.algebra.steps import Step, trust_region_step


def free_columns(
    xp: Namespace, lin: Linearization, params: Array, lower: Array, upper: Array
) -> Array:
    """True for parameters that may move: not at a bound with the cost falling outward."""
    gradient = lin.gradient
    held = ((params <= lower) & (gradient >= 0)) | ((params >= upper) & (gradient <= 0))
    return ~held


def free_spectrum(xp: Namespace, lin: Linearization, scale: Array, free: Array) -> Spectrum:
    """Singular coordinates of the free columns only."""
    return spectrum(xp, xp.where(free, lin.R, 0.0), lin.qtr, scale)


def bounded_step(
    xp: Namespace,
    lin: Linearization,
    scale: Array,
    radius: Array,
    params: Array,
    lower: Array,
    upper: Array,
) -> Step:
    """A trust-region step that keeps `params + step` within [lower, upper]."""
    free = free_columns(xp, lin, params, lower, upper)
    fixed = xp.zeros(len(params))
    zero = xp.zeros(())

    def solve(free: Array, fixed: Array) -> Step:
        parts = spectrum(xp, xp.where(free, lin.R, 0.0), lin.qtr + lin.R @ fixed, scale)
        return trust_region_step(xp, parts, scale, radius)

    def leaving(step: Array, free: Array) -> Array:
        trial = params + step
        return free & ((trial < lower) | (trial > upper))

    def running(state: tuple[Array, Array, Step]) -> Array:
        free, _, found = state
        return leaving(found.step, free).any()

    def body(state: tuple[Array, Array, Step]) -> tuple[Array, Array, Step]:
        free, fixed, found = state
        out = leaving(found.step, free)
        wall = xp.where(found.step < 0, lower, upper)
        fixed = xp.where(out, xp.where(out, wall, 0.0) - params, fixed)
        free = free & ~out
        return free, fixed, solve(free, fixed)

    free, fixed, found = loop(xp, running, body, (free, fixed, solve(free, fixed)))
    step = xp.where(free, found.step, fixed)
    moved = lin.R @ step
    predicted = -(moved @ (lin.qtr + 0.5 * moved))
    scaled = scale * step
    return Step(step, xp.sqrt(scaled @ scaled) + zero, predicted, found.damping)
