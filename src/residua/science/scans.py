"""One start for many models: scan the shape in scaled variables, then put the units back.

A model says what is nonlinear (`axes`), the columns that are linear (`basis`), how the parameters
read off both (`read`) and their dimensions as powers of the units of x and y (`units`). Since only
scaled numbers are scanned, the start follows any change of units by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from residua.science.estimates import BINS, Array, Valid, finite, search, size_of, tidy

Scaled = dict[str, float]
# Powers of the units of each independent variable, then of y.
Units = Mapping[str, tuple[float, ...]]
# Rows of several variables cannot be averaged into bins: a regular choice of this many is used.
ROWS = 1024
TINY = float(np.finfo(np.float64).tiny)
# exp of more than this leaves the range of a double.
LOG_LARGEST = 700.0


def ladder(u: Array, below: float = 3.0, above: float = 4.0, count: int = 24) -> Array:
    """Trial logarithms from `below` the smallest positive u to `above` the largest."""
    positive = u[u > 0]
    if not positive.size:
        return np.linspace(-below, above, count)
    low = max(float(np.log(positive.min())), -25.0)
    return np.linspace(low - below, float(np.log(positive.max())) + above, count)


def tidy_columns(*columns: Any) -> tuple[Array, ...]:
    """The finite rows of x1, x2, ..., y, sorted, at most ROWS of them at regular places."""
    first, *rest = (np.asarray(column, dtype=np.float64).ravel() for column in columns)
    y = rest[-1]
    tidy(first, y)  # says what is wrong with unequal or empty columns
    table = np.stack([first, *rest])
    table = table[:, np.isfinite(table).all(axis=0)]
    tidy(table[0], table[-1])
    table = table[:, np.lexsort(table[::-1])]
    step = -(-table.shape[1] // ROWS)
    return tuple(table[:, ::step])


def scanned(
    x: Any,
    y: Any,
    axes: Sequence[Array] | Callable[..., Sequence[Array]],
    basis: Callable[..., Sequence[Any]],
    read: Callable[[Any, Any], Scaled],
    units: Units | Callable[[Scaled], Units],
    *,
    offset: bool = False,
    shift: Sequence[str] = (),
    absolute: bool = False,
    valid: Valid | None = None,
    rounds: int = 6,
    bins: int = BINS,
    decades: bool = False,
) -> Scaled:
    """The start of a model from a scan of its nonlinear parameters in scaled variables.

    Args:
        x: the independent variable, or a tuple of several.
        y: the dependent variable.
        axes: trial values of each nonlinear parameter, or a function of the scaled x giving them.
        basis: `basis(u, ..., s1, s2, ...)` gives the linear columns at scaled x and trial values.
        read: `read(nonlinear, linear)` gives the parameters in scaled units.
        units: for each parameter the powers of [x], ... and [y], or a function of what was read.
        offset: whether the last column is the constant, so that y may be centered first.
        shift: parameters that are places on x; then u runs from 0 to 1 across the data.
        absolute: whether x has a unit of its own, which must not be scaled away.
        valid, rounds: as in `search`. bins: as in `tidy`.
        decades: whether the bins are even in log x, for data that span many decades.
    """
    columns = _columns(x, y, bins, decades)
    *places, y = columns
    origin = float(places[0].min()) if shift else 0.0
    widths = [1.0 if absolute else _width(place, origin) for place in places]
    u = [(place - origin) / width for place, width in zip(places, widths)]
    middle = float(np.mean(y)) if offset else 0.0
    height = size_of(y - middle)
    trial = axes(*u) if callable(axes) else axes
    found = search(lambda *s: basis(*u, *s), trial, (y - middle) / height, valid, rounds)
    linear = found.linear.copy()
    linear[-1] += middle / height if offset else 0.0
    halfway = tuple(float(axis[axis.size // 2]) for axis in trial)

    def restored(nonlinear: Any, linear: Any) -> Scaled:
        with np.errstate(all="ignore"):
            scaled = read(nonlinear, linear)
        powers = units(scaled) if callable(units) else units
        start = {name: _in_units(scaled[name], powers[name], (*widths, height)) for name in scaled}
        return {name: value + origin * (name in shift) for name, value in start.items()}

    fallback = restored(halfway, np.ones_like(linear))
    return finite(restored(found.nonlinear, linear), fallback)


def _columns(x: Any, y: Any, bins: int, decades: bool) -> tuple[Array, ...]:
    """The rows scanned: few enough of them, and in an order of their own."""
    if isinstance(x, tuple):
        return tidy_columns(*x, y)
    if not decades:
        return tidy(x, y, bins)
    x, y = tidy(x, y, np.iinfo(np.int64).max)
    if x.size <= bins or x[-1] <= 0:
        return tidy(x, y, bins)
    logs = np.log(np.maximum(x, x[x > 0][0]))
    edges = np.searchsorted(logs, np.linspace(logs[0], logs[-1], bins + 1)[:-1])
    edges = np.unique(edges)
    counts = np.diff(np.append(edges, x.size))
    return np.add.reduceat(x, edges) / counts, np.add.reduceat(y, edges) / counts


def _width(place: Array, origin: float) -> float:
    return size_of(place - origin) if float(np.ptp(place)) > 0 else size_of(place)


def _in_units(value: float, powers: Sequence[float], sizes: Sequence[float]) -> float:
    """value times the sizes to these powers, kept within the range of a double."""
    if value == 0 or not np.isfinite(value):
        return float(value)
    log = float(np.log(abs(value)) + np.dot(powers, np.log(sizes)))
    return float(np.sign(value) * np.exp(np.clip(log, -LOG_LARGEST, LOG_LARGEST)))
