"""Tools for automatic starts: scan what is nonlinear on a grid, solve what is linear exactly.

Most models of the shelf are linear in some of their parameters. For each trial of the others the
best linear ones, and the cost they leave, follow from a small least-squares problem, so a grid over
one or two numbers finds the basin of the global minimum without any guess (variable projection:
G. H. Golub and V. Pereyra, SIAM J. Numer. Anal. 10, 413, 1973). A few zooms then sharpen it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from residua._errors import DataError
from residua._words import counted

Array = NDArray[np.float64]
# Called with each nonlinear parameter as a (points, 1) column; returns the linear model's columns,
# each broadcastable to (points, rows).
Basis = Callable[..., Sequence[Any]]
Valid = Callable[..., Any]

# A start needs the shape of the data, not every row: longer data are averaged into this many bins.
BINS = 256
# Directions of the Gram matrix below this share of the largest are noise of rounding.
RANK = 1e-12
# Elements of the (points, columns, rows) block evaluated at once: 16 MiB of doubles.
BLOCK = 1 << 21


@dataclass(frozen=True)
class Found:
    """The best point of a search: nonlinear parameters, linear coefficients, sum of squares."""

    nonlinear: tuple[float, ...]
    linear: Array
    cost: float


def tidy(x: Any, y: Any, bins: int = BINS) -> tuple[Array, Array]:
    """The finite rows, sorted by x, averaged into at most `bins` bins of neighboring rows."""
    x, y = (np.asarray(values, dtype=np.float64).ravel() for values in (x, y))
    if x.size != y.size:
        raise DataError(
            f"x has {counted(x.size, 'value')} but y has {y.size}.",
            causes=("a row was dropped from one of them",),
            next="pass x and y of equal length",
        )
    keep = np.isfinite(x) & np.isfinite(y)
    if not keep.any():
        raise DataError(
            "There is no row in which both x and y are finite, so no start can be estimated.",
            causes=("the data are empty", "a unit conversion or division gave NaN everywhere"),
            next="check the data with np.isfinite(y).sum()",
        )
    order = np.argsort(x[keep], kind="stable")
    x, y = x[keep][order], y[keep][order]
    if x.size <= bins:
        return x, y
    edges = np.linspace(0, x.size, bins + 1).astype(int)
    counts = np.diff(edges)
    return np.add.reduceat(x, edges[:-1]) / counts, np.add.reduceat(y, edges[:-1]) / counts


def size_of(values: Array) -> float:
    """The largest magnitude, or 1 where all values are zero: a safe divisor that scales along."""
    largest = float(np.max(np.abs(values))) if values.size else 0.0
    return largest if largest > 0 else 1.0


def unit_interval(x: Array) -> tuple[Array, float, float]:
    """x carried to [0, 1]: (u, origin, width) with x = origin + width * u, width never zero."""
    origin, span = float(x[0]), float(x[-1] - x[0])
    width = span if span > 0 else size_of(x)
    return (x - origin) / width, origin, width


def centered(y: Array) -> tuple[Array, float, float]:
    """y carried to mean 0 and size 1: (v, middle, height) with y = middle + height * v."""
    middle = float(np.mean(y))
    height = size_of(y - middle)
    return (y - middle) / height, middle, height


def search(
    basis: Basis, axes: Sequence[Array], y: Array, valid: Valid | None = None, rounds: int = 6
) -> Found:
    """The best point of the grid spanned by `axes`, sharpened by `rounds` of zooming in.

    Args:
        basis: columns of the linear model for given nonlinear parameters.
        axes: for each nonlinear parameter, its increasing trial values.
        y: the values to describe, shape (rows,), of size about 1.
        valid: which points may be used, as booleans; all by default.
        rounds: how often the grid is drawn again, finer, around the best point.
    """
    points = np.array(list(itertools.product(*axes)), dtype=np.float64)
    best, least = _least(basis, points, y, valid)
    steps = np.array([_gap(axis, value) for axis, value in zip(axes, best)])
    fine, shrink = (9, 0.3) if len(axes) == 1 else (5, 0.5)
    ticks = np.array(list(itertools.product(*[np.linspace(-1, 1, fine)] * len(axes))))
    for _ in range(rounds):
        trial, cost = _least(basis, best + ticks * steps, y, valid)
        if cost < least:
            best, least = trial, cost
        steps = steps * shrink
    columns = _columns(basis, best[None, :], y.size)[0]
    norms = _norms(columns)
    linear = np.linalg.lstsq((columns / norms[:, None]).T, y, rcond=None)[0] / norms
    return Found(tuple(float(value) for value in best), linear, least)


def explained(gram: Array, moments: Array) -> Array:
    """How much of the sum of squares each linear model explains, from its normal equations.

    gram has shape (points, k, k), moments (points, k). Near-dependent columns count once.
    """
    scale = np.sqrt(np.einsum("gkk->gk", gram))
    scale = np.where(scale > 0, scale, 1.0)
    unit = gram / (scale[:, :, None] * scale[:, None, :])
    target = moments / scale
    inverse = np.linalg.pinv(unit, rcond=RANK, hermitian=True)
    return np.asarray(np.einsum("gk,gkl,gl->g", target, inverse, target))


def accumulated(x: Array, y: Array) -> Array:
    """The integral of y from the smallest x to every x, by trapezoids, in the order of the rows."""
    order = np.argsort(x, kind="stable")
    u, v = x[order], y[order]
    area = np.empty(u.size)
    area[order] = np.concatenate([[0.0], np.cumsum(0.5 * (v[1:] + v[:-1]) * np.diff(u))])
    return area


def finite(start: dict[str, float], fallback: dict[str, float]) -> dict[str, float]:
    """The start, or the fallback as a whole where any of its numbers is NaN or infinite."""
    fine = all(np.isfinite(value) for value in start.values())
    return {name: float(value) for name, value in (start if fine else fallback).items()}


def clipped_exp(exponent: float) -> float:
    """exp that stays finite and above zero: the ends of the double range are e±700."""
    return float(np.exp(np.clip(exponent, -700.0, 700.0)))


def _least(basis: Basis, points: Array, y: Array, valid: Valid | None) -> tuple[Array, float]:
    """The point of least cost and that cost; points that overflow or are not valid lose."""
    total = float(y @ y)
    with np.errstate(all="ignore"):
        rows = max(1, BLOCK // (4 * max(y.size, 1)))
        costs = np.concatenate(
            [_costs(basis, points[i : i + rows], y) for i in range(0, len(points), rows)]
        )
        if valid is not None:
            costs = np.where(valid(*points.T), costs, np.inf)
    costs = np.where(np.isfinite(costs), costs, np.inf)
    index = int(np.argmin(costs))
    return points[index], min(float(costs[index]), total)


def _costs(basis: Basis, points: Array, y: Array) -> Array:
    columns = _columns(basis, points, y.size)
    usable = np.all(np.isfinite(columns), axis=(1, 2))
    columns = np.where(usable[:, None, None], columns, 0.0)
    columns = columns / _norms(columns)[:, :, None]
    gram = columns @ columns.transpose(0, 2, 1)
    return np.where(usable, y @ y - explained(gram, columns @ y), np.inf)


def _columns(basis: Basis, points: Array, rows: int) -> Array:
    """The basis at all points, shape (points, columns, rows)."""
    columns = basis(*(points[:, [i]] for i in range(points.shape[1])))
    shape = (len(points), rows)
    return np.stack([np.broadcast_to(np.asarray(c, float), shape) for c in columns], axis=1)


def _norms(columns: Array) -> Array:
    norms = np.sqrt(np.einsum("...r,...r->...", columns, columns))
    return np.where(norms > 0, norms, 1.0)


def _gap(axis: Array, value: float) -> float:
    """The distance from a trial value to the farther of its two neighbors."""
    if axis.size < 2:
        return 0.0
    index = int(np.argmin(np.abs(axis - value)))
    near = axis[max(index - 1, 0) : index + 2] - value
    return float(np.max(np.abs(near)))
