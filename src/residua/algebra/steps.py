"""Trust-region steps read off the triangle.

In the singular coordinates of the scaled triangle every damped step is a division:

    z(damping) = -s c / (s² + damping),   ‖z‖ = length of the scaled step,

so the damping that meets a trust radius costs O(p) per trial value, however many rows there were.
Source: J. J. Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978, with the
rational Newton iteration of C. H. Reinsch on 1/‖z‖.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from residua.algebra.control import Array, Namespace, branch, loop
from residua.algebra.linearization import Spectrum

# ‖z‖ need only be near the radius (Moré 1978 uses the same tenth).
RADIUS_TOLERANCE = 0.1
# Reinsch's iteration increases monotonically and settles in 2-5; the cap only guards against NaN.
DAMPING_ITERATIONS = 30


class Step(NamedTuple):
    """A step in parameters, its scaled length, the decrease of cost it promises, its damping."""

    step: Array
    length: Array
    predicted: Array
    damping: Array


def trust_region_step(xp: Namespace, parts: Spectrum, scale: Array, radius: Array) -> Step:
    """The step that minimizes the linearized cost within ‖scale * step‖ <= radius (about)."""
    s, c = parts.values, parts.target
    newton = -c / (s if xp is np and s[-1] > 0 else xp.where(s > 0, s, 1.0))
    length = xp.sqrt(newton @ newton)

    def damped() -> tuple[Array, Array, Array]:
        damping = _damping(xp, s, c, radius)
        z = -s * c / (s * s + damping)
        return z, xp.sqrt(z @ z), damping

    def undamped() -> tuple[Array, Array, Array]:
        return newton, length, xp.zeros(())

    too_long = length > (1 + RADIUS_TOLERANCE) * radius
    z, length, damping = branch(xp, too_long, damped, undamped)
    moved = s * z
    predicted = -(moved @ (c + 0.5 * moved))
    return Step((z @ parts.Vt) / scale, length, predicted, damping)


def _damping(xp: Namespace, s: Array, c: Array, radius: Array) -> Array:
    """Solve ‖s c / (s² + damping)‖ = radius; 1/‖z‖ is nearly linear in the damping."""
    s2 = s * s
    numerator = (s * c) ** 2

    def lengths(damping: Array) -> tuple[Array, Array]:
        # Where s is zero so is the numerator: the guard keeps 0/0 out without moving anything.
        shifted = xp.where(s2 > 0, s2 + damping, 1.0)
        terms = numerator / (shifted * shifted)
        square = terms.sum()
        return xp.sqrt(square), (terms / shifted).sum() / square

    def running(state: tuple[Array, Array, Array]) -> Array:
        _, length, count = state
        return (xp.abs(length - radius) > RADIUS_TOLERANCE * radius) & (count < DAMPING_ITERATIONS)

    def body(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        damping, length, count = state
        _, slope = lengths(damping)
        damping = damping + (length - radius) / (radius * slope)
        return damping, lengths(damping)[0], count + 1

    start = xp.zeros(())
    return loop(xp, running, body, (start, lengths(start)[0], xp.zeros((), dtype=int)))[0]


def accelerate(
    xp: Namespace, parts: Spectrum, scale: Array, damping: Array, curvature: Array
) -> Array:
    """Geodesic acceleration: the step that answers the second derivative of the rows along a step.

    `curvature` is Qᵀ r'' with r'' the second directional derivative of the residual rows along the
    velocity. Source: M. K. Transtrum, J. P. Sethna, arXiv:1201.5885 (2012).
    """
    s = parts.values
    denominator = xp.where(s > 0, s * s + damping, 1.0)
    return ((-s * (curvature @ parts.U) / denominator) @ parts.Vt) / scale
