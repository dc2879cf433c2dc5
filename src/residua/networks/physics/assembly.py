"""Constraints bound to the columns and units of some data, and the network that keeps them.

From the inside out: weights with signs (monotone, convex), sines and cosines (periodic),
reflections (even, odd), softplus (positive). Each keeps what those inside it have established.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from residua.networks.dense import Dense
from residua.networks.network import Network
from residua.networks.physics.constraints import Constraints
from residua.networks.physics.contradictions import check
from residua.networks.physics.convex import Passages, convex
from residua.networks.physics.monotone import monotone
from residua.networks.physics.periodic import Circle, Periodic
from residua.networks.physics.positive import Positive, shift_to
from residua.networks.physics.symmetry import ODD, Symmetric, WithoutLastBias
from residua.networks.scaling import Scaling


class Bound(NamedTuple):
    """Constraints in standardized units; numbers and tuples only, so that it can be saved as JSON.

    directions: of every input. circles: (column, rate, phase) of periodic ones. reflections:
    (columns, parity). shift: of every output, for positive ones.
    """

    directions: tuple[int, ...]
    circles: tuple[tuple[int, float, float], ...]
    reflections: tuple[tuple[tuple[int, ...], int], ...]
    shift: tuple[float, ...]

    @classmethod
    def of(cls, parts: Any) -> Bound:
        """From what was read back: the same parts as lists.

        >>> Bound.of([[1], [], [[[0], -1]], [0.5]]).reflections
        (((0,), -1),)
        """
        return cls(*map(_tuples, parts))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value


def bound_to(
    constraints: Constraints, names: Sequence[str], scaling: Scaling
) -> tuple[Bound, Scaling]:
    """What constraints mean for these inputs, and the scaling that they need.

    Args:
        constraints: in names and user units.
        names: of the inputs; empty where they are known by number only.
        scaling: what the data suggest.

    Returns:
        The constraints in standardized units, and the scaling: 0 stays 0 in what is reflected and
        in outputs that are odd or positive.

    Raises:
        ModelError: a column that is no input; constraints that contradict each other.
    """
    columns = constraints.columns(names, len(scaling.x_mean))
    check(constraints, columns)
    for reflected, parity in columns.reflections:
        scaling = scaling.with_x_about_zero(list(reflected))
        scaling = scaling.with_y_about_zero() if parity == ODD else scaling
    shift = tuple(shift_to(mean) for mean in scaling.y_mean / scaling.y_scale)
    if constraints.positive:
        scaling = scaling._replace(y_mean=np.zeros_like(scaling.y_mean))
    circles = tuple(
        (j, 2 * math.pi * float(scale) / period, 2 * math.pi * float(mean) / period)
        for j, (mean, scale, period) in enumerate(
            zip(scaling.x_mean, scaling.x_scale, columns.periods, strict=True)
        )
        if period is not None
    )
    return Bound(columns.directions, circles, columns.reflections, shift), scaling


def assembled(dense: Dense, bound: Bound, sense: int, positive: bool) -> Network:
    """The network that keeps them.

    Args:
        dense: the sizes and the activation; inputs that are periodic counted twice.
        bound: what is to be kept.
        sense: 1 convex, -1 concave, 0 neither.
        positive: whether outputs are.
    """
    turning = {column for column, _, _ in bound.circles}
    straight = [d for column, d in enumerate(bound.directions) if column not in turning]
    directions = np.array(straight + [0] * (2 * len(turning)))
    network: Network = dense
    if sense:
        network = convex(Passages(dense.sizes, dense.activation), sense, directions)
    elif directions.any():
        network = monotone(dense, directions)
    if any(parity == ODD for _, parity in bound.reflections):
        network = WithoutLastBias(network)
    if bound.circles:
        network = Periodic(network, tuple(Circle(*circle) for circle in bound.circles))
    for reflected, parity in bound.reflections:
        network = Symmetric(network, reflected, parity)
    return Positive(network, bound.shift) if positive else network
