"""What a picture of a fit shows, as arrays: thinned points, a fine curve and its bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from residua._errors import DataError, ParameterError

if TYPE_CHECKING:
    from residua.fitting.result import Fit

MOST_POINTS = 2000
GRID = 400


@dataclass(frozen=True)
class Curve:
    """The model along x: value, True where it extrapolates, and (low, high) by kind of band.

    missing: why a band that was asked for is not there, one phrase each.
    """

    x: np.ndarray
    value: np.ndarray
    beyond: np.ndarray
    bands: dict[str, tuple[np.ndarray, np.ndarray]]
    missing: tuple[str, ...] = ()


def is_curve(fit: Fit) -> bool:
    """Whether the fit is one curve y(x): one column of x, as many numbers in y."""
    block = fit.observations.block
    return (
        len(block.x) == 1
        and block.y.ndim == 1
        and block.x[0].shape == block.y.shape
        and bool(np.ptp(block.x[0]) > 0)
    )


def shown(order: np.ndarray) -> np.ndarray:
    """At most 2000 of the indices, evenly spaced in their order."""
    if order.size <= MOST_POINTS:
        return order
    return np.asarray(order[np.linspace(0, order.size - 1, MOST_POINTS).round().astype(int)])


def point_sigma(fit: Fit) -> np.ndarray | None:
    """Standard deviation of each observation, from sigma or the diagonal of its covariance."""
    if fit.sigma is None:
        return None
    if fit.sigma.ndim > fit.y.ndim:
        return np.asarray(np.sqrt(np.diagonal(fit.sigma)))
    return fit.sigma


def curve(fit: Fit, level: float, intervals: Sequence[str], extend: float) -> Curve | None:
    """The fitted curve on a fine grid, or at the data for a model that knows only those.

    None when the model cannot be evaluated at all (a function that was not loaded with its fit).
    """
    for grid in (fine_grid(fit.observations.block.x[0], extend), None):
        try:
            return _curve(fit, grid, level, intervals)
        except ParameterError:  # a level that is none is the caller's mistake, not the model's
            raise
        except Exception:  # a model may raise anything away from its data
            continue
    return None


def _curve(fit: Fit, grid: np.ndarray | None, level: float, intervals: Sequence[str]) -> Curve:
    x = fit.observations.block.x[0] if grid is None else grid
    where = () if grid is None else (grid,)
    order = np.argsort(x, kind="stable")
    plain = fit.predict(*where)
    bands: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    missing: dict[str, list[str]] = {}
    for kind in intervals:
        try:
            found = fit.predict(*where, interval=kind, level=level)
        except DataError:
            binary = fit.model.kind == "network" and fit.sigma is None
            why = "y is 0 or 1" if binary else "sigma differs from point to point"
            missing.setdefault(why, []).append(kind)
            continue
        low, high = np.asarray(found.low)[order], np.asarray(found.high)[order]
        if np.isfinite(low).any():
            bands[kind] = (low, high)
        else:
            missing.setdefault("no error is known", []).append(kind)
    said = tuple(f"no {' or '.join(kinds)} band: {why}" for why, kinds in missing.items())
    return Curve(x[order], plain.value[order], plain.extrapolates[order], bands, said)


def fine_grid(x: np.ndarray, extend: float) -> np.ndarray:
    """Points that follow the data where they are dense, and cover the range evenly too."""
    low, high = float(x.min()), float(x.max())
    reach = extend * (high - low)
    even = np.linspace(low - reach, high + reach, GRID)
    dense = np.quantile(x, np.linspace(0, 1, GRID // 2))
    return np.unique(np.concatenate([even, dense]))
