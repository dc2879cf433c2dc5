"""Cubic splines through values at equal steps, evaluated in JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from residua._errors import ModelError


def natural(values: np.ndarray) -> np.ndarray:
    """Slopes per step that make the second derivative continuous, and zero at both ends."""
    from scipy.interpolate import CubicSpline

    steps = np.arange(values.shape[-1])
    spline = CubicSpline(steps, values, axis=-1, bc_type="natural")
    return np.asarray(spline(steps, 1))


def lammps(values: np.ndarray) -> np.ndarray:
    """Slopes per step by differences of five points, as LAMMPS takes them (pair_eam.cpp)."""
    slopes = np.empty_like(values)
    y = values
    slopes[..., 0] = y[..., 1] - y[..., 0]
    slopes[..., 1] = 0.5 * (y[..., 2] - y[..., 0])
    slopes[..., -2] = 0.5 * (y[..., -1] - y[..., -3])
    slopes[..., -1] = y[..., -1] - y[..., -2]
    wide, narrow = y[..., :-4] - y[..., 4:], y[..., 3:-1] - y[..., 1:-3]
    slopes[..., 2:-2] = (wide + 8.0 * narrow) / 12.0
    return slopes


# How the slopes at the knots follow from the values.
SPLINES: dict[str, Callable[[np.ndarray], np.ndarray]] = {"natural": natural, "lammps": lammps}


def cubics(values: np.ndarray, spline: str = "lammps") -> np.ndarray:
    """The cubic of every step, c0 + c1 t + c2 t² + c3 t³ for t from 0 to 1.

    Args:
        values: at equal steps, (..., n), n at least 5.
        spline: of SPLINES.

    Returns:
        Coefficients (4, ..., n - 1).

    Raises:
        ModelError: there is no such spline, or there are too few values.

    Source: C. de Boor, A Practical Guide to Splines, 2001, chapter IV.

    Example:
        >>> import numpy as np
        >>> cubics(np.arange(6.0) ** 2, "lammps")[:, 2].tolist()
        [4.0, 4.0, 1.0, 0.0]
    """
    if spline not in SPLINES:
        raise ModelError(
            f"there is no spline called {spline!r}",
            causes=[f"the splines are {', '.join(SPLINES)}"],
            next='spline="lammps"',
        )
    if values.shape[-1] < 5:
        raise ModelError(f"{values.shape[-1]} values are too few for a spline", next="5 or more")
    slopes = SPLINES[spline](values)
    rise = np.diff(values, axis=-1)
    first, last = slopes[..., :-1], slopes[..., 1:]
    parts = (values[..., :-1], first, 3.0 * rise - 2.0 * first - last, first + last - 2.0 * rise)
    return np.stack(parts)


def evaluated(x: Any, step: Any, coefficients: Any, row: Any = 0) -> Any:
    """A spline that begins at zero, in JAX; beyond its end it is a straight line.

    Args:
        x: where, any shape.
        step: between its knots.
        coefficients: of one spline or of many, (4, ..., n - 1).
        row: which of the many, an integer, or an array like x.
    """
    count = coefficients.shape[-1]
    place = x / step
    knot = jnp.clip(jnp.floor(place), 0, count - 1)
    t = place - knot
    inside = jnp.minimum(t, 1.0)
    index = knot.astype(jnp.int32) + count * row
    flat = coefficients.reshape(4, -1)
    c0, c1, c2, c3 = (flat[k].at[index].get(mode="promise_in_bounds") for k in range(4))
    value = c0 + inside * (c1 + inside * (c2 + inside * c3))
    return value + (t - inside) * (c1 + 2.0 * c2 + 3.0 * c3)
