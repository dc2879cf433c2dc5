"""Scans for peaks with a shape of their own: skewed, heavy-tailed, resonant. NumPy alone.

First the peak is found by `peaks.scan_peak`, whatever its shape; then center, width and shape are
scanned together near there, the height being linear. Also the error function for such scans:
starts do without SciPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.science.estimates import Array, search, size_of, tidy, unit_interval
from residua.science.peaks.gaussian_lorentzian import scan_peak, unit_profiles

# log(erfcx(z) (1 + z/2)) as a polynomial in 1 / (1 + z/2), z >= 0; relative error 1.2e-7:
# W. H. Press et al., Numerical Recipes, 2nd ed., section 6.2.
ERFCX = (
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277,
)
# Rows that a scan of three or four numbers looks at.
ROWS = 128
ZOOMS = 8
# Where the second scan looks, about what the first found: centers in half widths, log half widths.
CENTERS = np.linspace(-2.0, 2.0, 9)
LOG_WIDTHS = np.linspace(-1.2, 0.8, 6)

Columns = Callable[..., tuple[Any, ...]]


@dataclass(frozen=True)
class Peak:
    """What a scan found: coefficients of the columns in [y], places in [x], the shape's numbers."""

    heights: Array
    center: float
    half_width: float
    shape: tuple[float, ...]

    @property
    def height(self) -> float:
        """The coefficient of the first column."""
        return float(self.heights[0])


def unit_gaussian(distance: Any, half_width: Any) -> tuple[Any]:
    """One column alone: a broad and a narrow one together can cancel where there is no peak."""
    return (unit_profiles(distance, half_width)[0],)


def scan_shape(
    x: Any,
    y: Any,
    columns: Columns,
    axes: Sequence[Array],
    locate: Columns = unit_gaussian,
    log_widths: Array = LOG_WIDTHS,
) -> Peak:
    """The peak that describes the data best, its shape scanned over `axes`.

    columns(distance, half_width, *shape) gives columns of a height of about 1, and finite ones for
    any shape that zooming around the axes can meet.
    """
    _, center, half_width = scan_peak(x, y, locate, bins=ROWS)
    x, y = tidy(x, y, bins=ROWS)
    u, origin, width = unit_interval(x)
    height = size_of(y)
    middle, breadth = (center - origin) / width, max(half_width / width, 1e-9)

    def basis(shift: Any, log_half_width: Any, *shape: Any) -> tuple[Any, ...]:
        return columns(u - middle - breadth * shift, breadth * np.exp(log_half_width), *shape)

    found = search(basis, [CENTERS, log_widths, *axes], y / height, rounds=ZOOMS)
    shift, log_half_width, *shape = found.nonlinear
    return Peak(
        heights=height * found.linear,
        center=origin + width * (middle + breadth * shift),
        half_width=width * breadth * float(np.exp(log_half_width)),
        shape=tuple(shape),
    )


def near_erfcx(z: Any) -> Any:
    """exp(z**2) erfc(z) for z >= 0, to 1.2e-7."""
    t = 1.0 / (1.0 + 0.5 * z)
    exponent = np.zeros_like(t)
    for coefficient in reversed(ERFCX):
        exponent = exponent * t + coefficient
    return t * np.exp(exponent)


def near_erfc(z: Any) -> Any:
    """The complementary error function, to 1.2e-7."""
    size = np.abs(z)
    tail = near_erfcx(size) * np.exp(-size * size)
    return np.where(z < 0, 2.0 - tail, tail)
