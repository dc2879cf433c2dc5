"""Cubic splines of tables (r, u), joined on one grid and evaluated by JAX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from residua._errors import DataError

# Knots are evenly spaced where no gap differs by more than this share.
EVEN = 1e-6


class Table(NamedTuple):
    """A table of u (k,) at rising distances r (k,), and its slopes at the ends; None: u'' = 0."""

    r: np.ndarray
    u: np.ndarray
    slopes: tuple[float | None, float | None] = (None, None)


def table(name: str, r: Any, u: Any, slopes: Any = (None, None)) -> Table:
    """A checked table.

    Raises:
        DataError: fewer than four rows, columns of different lengths, distances that do not rise
            or are not positive, numbers that are not finite.
    """
    try:
        r, u = np.array(r, float), np.array(u, float)
    except (TypeError, ValueError) as error:
        raise DataError(f"the table {name} has something that is no number: {error}") from error
    if r.ndim != 1 or r.shape != u.shape or len(r) < 4:
        raise DataError(
            f"the table {name} has distances of the shape {r.shape} and energies of {u.shape}",
            causes=["it needs two columns of equal length, at least four rows"],
            next="Tabulated(r, u)",
        )
    if not (np.isfinite(r).all() and np.isfinite(u).all()):
        raise DataError(f"the table {name} has numbers that are not finite", next="np.isfinite(u)")
    if r[0] <= 0 or (np.diff(r) <= 0).any():
        raise DataError(
            f"the distances of the table {name} must be positive and rise from row to row",
            next="order = np.argsort(r); Tabulated(r[order], u[order])",
        )
    return Table(r, u, _ends(name, slopes))


def _ends(name: str, slopes: Any) -> tuple[float | None, float | None]:
    try:
        first, last = (None if slope is None else float(slope) for slope in slopes)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"slopes of the table {name} are two numbers or None, not {slopes!r}",
            next="slopes=(None, 0.0)",
        ) from error
    if not all(slope is None or np.isfinite(slope) for slope in (first, last)):
        raise DataError(f"a slope of the table {name} is not finite", next="slopes=(None, 0.0)")
    return first, last


def joined(tables: Sequence[Table]) -> tuple[np.ndarray, np.ndarray]:
    """The splines of several tables on the union of their knots, where each is still itself.

    Returns:
        Knots (k,), and coefficients (tables, k - 1, 4), highest power first; nan where a table has
        ended.

    Example:
        >>> r = np.linspace(1.0, 3.0, 5)
        >>> knots, pieces = joined([table("a", r, r**2, (2.0, 6.0))])
        >>> knots.tolist(), pieces[0, 0].round(12).tolist()
        ([1.0, 1.5, 2.0, 2.5, 3.0], [0.0, 1.0, 2.0, 1.0])
    """
    knots = np.unique(np.concatenate([one.r for one in tables]))
    return knots, np.stack([_pieces(one, knots) for one in tables])


def _pieces(one: Table, knots: np.ndarray) -> np.ndarray:
    from scipy.interpolate import CubicSpline

    ends = [(2, 0.0) if slope is None else (1, slope) for slope in one.slopes]
    spline = CubicSpline(one.r, one.u, bc_type=ends)
    at = knots[:-1]
    values = [
        spline(at, order) / scale for order, scale in ((3, 6.0), (2, 2.0), (1, 1.0), (0, 1.0))
    ]
    outside = (at < one.r[0]) | (at >= one.r[-1])
    return np.where(outside[:, None], np.nan, np.stack(values, 1))


def even_step(knots: np.ndarray) -> float:
    """The spacing of knots; zero where they are not evenly spaced."""
    gaps = np.diff(knots)
    return float(gaps.mean()) if np.ptp(gaps) <= EVEN * gaps.mean() else 0.0


def splined(r: Any, p: Mapping[str, Any]) -> Any:
    """u of the table `_which` of every edge: the piece that holds r, its cubic at r.

    Below the first knot: a line with its slope, or nan where `_below` is 0.
    """
    knots, which = p["_knots"], p["_which"]
    last = knots.shape[0] - 2
    if "_step" in p:
        piece = jnp.floor((r - knots[0]) / p["_step"]).astype(jnp.int32)
    else:
        piece = jnp.searchsorted(knots, r, side="right").astype(jnp.int32) - 1
    piece = jnp.clip(piece, p["_first"], last)
    a, b, c, d = (p["_pieces"][which, piece, k] for k in range(4))
    x = r - knots[piece]
    line = jnp.where(p["_below"] > 0, c * x + d, jnp.nan)
    return jnp.where(x < 0, line, ((a * x + b) * x + c) * x + d)
