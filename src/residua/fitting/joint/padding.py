"""Few shapes for the compiler: datasets of many lengths are padded to a few.

A compiled program is made for one shape, and a shape costs a fraction of a second. A model that
works point by point predicts the same whatever stands behind the last row, so rows are repeated up
to the next power of two and what is predicted for them is thrown away. Whether a model does work
point by point is asked at the start and at the end; one that does not is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from residua.data.dataset import Block
from residua.fitting.joint.objective import JointObjective
from residua.objective import Engine

# Up to so many shapes, each gets its own program.
FEW = 4
SMALLEST = 16
# What two engines may differ by in the rows, beside the largest of them.
AGREEMENT = 1e-7


def padded(jacobian: Engine, blocks: Sequence[Block]) -> Engine:
    """The engine with its rows padded; as it is where shapes are few, or rows have several axes."""
    shapes = {tuple(x.shape for x in block.x) for block in blocks}
    columns = all(x.shape == block.y.shape == (block.y.size,) for block in blocks for x in block.x)
    if len(shapes) <= FEW or not columns:
        return jacobian

    def with_padding(function: Any, theta: Any, x: tuple[Any, ...]) -> tuple[Any, Any]:
        count = len(x[0])
        size = max(SMALLEST, 1 << (count - 1).bit_length())
        rows = np.minimum(np.arange(size), count - 1)
        value, tangents = jacobian(function, theta, tuple(column[rows] for column in x))
        if value.shape != (size,):  # a model that is a constant
            return value, tangents
        return value[:count], tangents[:, :count]

    return with_padding


def agree(objective: JointObjective, theta: np.ndarray) -> bool:
    """Whether the rows that the engine sees at theta are those of the plain models."""
    with np.errstate(all="ignore"):
        seen = [matrix[-1] for matrix in objective.matrices(theta)]
        plain = [part.residual(own) for part, own in zip(objective.parts, objective.each(theta))]
    for one, other in zip(seen, plain):
        size = np.abs(other[np.isfinite(other)]).max(initial=0.0)
        # A plain model that cannot be asked here says nothing about the engine.
        if (np.abs(one - other) > AGREEMENT * size)[np.isfinite(other)].any():
            return False
    return True


def works_by_rows(objective: JointObjective, theta: np.ndarray) -> bool:
    """Whether padding changes nothing, at theta and beside it: at one point alone, a model that
    looks at all of its rows may agree by coincidence.
    """
    rng = np.random.default_rng(0)
    beside = theta * rng.uniform(0.8, 1.2, theta.shape) + 1e-3 * rng.standard_normal(theta.shape)
    return agree(objective, theta) and agree(objective, beside)
