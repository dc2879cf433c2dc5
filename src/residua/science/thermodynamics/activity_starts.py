"""Starts of activity models: rows that are compositions, and scans without linear parameters."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from residua.science.descent import curves, descended, squares
from residua.science.estimates import Array, tidy

# Excess Gibbs energies over RT beyond this are no liquid's; clipped, so that no square overflows.
LARGEST = 1e6
# Minima of the grid that are followed: of attracting molecules Wilson's equation has two or three.
HOLLOWS = 4


def compositions(x1: Any, g: Any) -> tuple[Array, Array]:
    """The finite rows, sorted, whose x1 is a mole fraction."""
    x1, g = tidy(x1, g)
    inside = (x1 >= 0.0) & (x1 <= 1.0)
    return x1[inside], g[inside]


def scan(curve: Callable[..., Any], axes: Sequence[Array], y: Array) -> tuple[float, ...]:
    """The point whose curve is nearest to y: downhill from the hollows of a grid.

    The like of `estimates.search` for models in which nothing is linear. `curve` is called with
    each parameter as a (points, 1) column and returns (points, rows); NaN is where it may not go.
    """
    y = np.clip(y, -LARGEST, LARGEST)
    points = np.array(list(itertools.product(*axes)))
    grid = squares(curves(curve, points) - y).reshape([axis.size for axis in axes])
    ends = [descended(curve, points[index], y) for index in _hollows(grid)]
    best = min(ends, key=lambda end: float(squares(curves(curve, end[None]) - y)[0]))
    return tuple(float(value) for value in best)


def _hollows(grid: Array) -> NDArray[np.intp]:
    """Places of the lowest points of a grid that are no higher than any neighbor along an axis."""
    walled = np.pad(grid, 1, constant_values=np.inf)
    inner = (slice(1, -1),) * grid.ndim
    low = np.ones(grid.shape, dtype=bool)
    for axis in range(grid.ndim):
        for shift in (1, -1):
            low &= grid <= np.roll(walled, shift, axis)[inner]
    places = np.flatnonzero(low)
    return places[np.argsort(grid.ravel()[places], kind="stable")][:HOLLOWS]
