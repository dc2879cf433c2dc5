"""A Gaussian peak over a plane: two independent variables."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, finite, search, size_of, tidy
from residua.science.peaks.gaussian_lorentzian import HALF_WIDTH
from residua.science.registry import Quantity, ShelfModel

# Longer data are averaged into this many strips along x, and each strip into as many cells along y.
STRIPS = 20
# Standard deviations tried first, in the range of the data; later each direction has its own.
SIGMAS = np.geomspace(0.01, 0.6, 8)
SWEEPS = 4


def gaussian2d(
    x: Annotated[Array, Doc("first independent variable, any shape")],
    y: Annotated[Array, Doc("second independent variable, of the shape of x")],
    amplitude: Annotated[
        float, Doc("volume under the peak; negative for a hole"), unit("[z][x][y]")
    ],
    center_x: Annotated[float, Doc("position of the peak along x"), unit("[x]")],
    center_y: Annotated[float, Doc("position of the peak along y"), unit("[y]")],
    sigma_x: Annotated[float, Doc("standard deviation along x, positive"), unit("[x]")],
    sigma_y: Annotated[float, Doc("standard deviation along y, positive"), unit("[y]")],
) -> Array:
    """A Gaussian peak of given volume over a plane.

    z = amplitude * G(x; center_x, sigma_x) * G(y; center_y, sigma_y),
    with w = 1 / (s * sqrt(2 * pi)) and G(x; c, s) = w * exp(-(x - c)**2 / (2 * s**2))

    Returns:
        z, of the shape of x and y.

    Source: A. Bravais, Mem. Acad. R. Sci. Inst. France 9, 255, 1846.

    >>> import numpy as np
    >>> top = np.array([1.0]), np.array([2.0])
    >>> print(gaussian2d(*top, 2 * np.pi, 1.0, 2.0, sigma_x=0.5, sigma_y=4.0))
    [0.5]
    """
    across, along = (x - center_x) / sigma_x, (y - center_y) / sigma_y
    height = amplitude / (2.0 * np.pi * sigma_x * sigma_y)
    return height * np.exp(-0.5 * (across * across + along * along))


def start_gaussian2d(x: Any, y: Any, z: Any) -> dict[str, float]:
    """Scan the center over the cells of the data and a width, then each direction by itself."""
    x, y, z = _cells(x, y, z)
    u, x0, wide = _interval(x)
    v, y0, tall = _interval(y)
    height = size_of(z)
    k, sigma = _nearest(u, v, z / height)
    place = {"u": (float(u[k]), float(sigma)), "v": (float(v[k]), float(sigma))}
    volume = 0.0
    for _ in range(SWEEPS):
        for name, mine, other in (("u", u, v), ("v", v, u)):
            at, spread = place["v" if name == "u" else "u"]
            volume, place[name] = _line_search(
                mine, _unit(other, at, spread), *place[name], z / height
            )
    (cu, su), (cv, sv) = place["u"], place["v"]
    start = {
        "amplitude": height * volume * wide * tall,
        "center_x": x0 + wide * cu,
        "center_y": y0 + tall * cv,
        "sigma_x": wide * su,
        "sigma_y": tall * sv,
    }
    safe = (height * wide * tall, float(np.mean(x)), float(np.mean(y)), wide, tall)
    return finite(start, dict(zip(start, safe)))


def _unit(u: Any, center: Any, sigma: Any) -> Any:
    return np.exp(-0.5 * ((u - center) / sigma) ** 2) / (sigma * np.sqrt(2.0 * np.pi))


def _nearest(u: Array, v: Array, z: Array) -> tuple[int, float]:
    """The row that is the best center, and the best width there, both widths being equal."""
    squares = (u[:, None] - u) ** 2 + (v[:, None] - v) ** 2
    best, least = (0, 0.3), np.inf
    for sigma in SIGMAS:
        columns = np.exp(-0.5 / sigma**2 * squares)
        gain = (columns @ z) ** 2 / np.sum(columns**2, axis=1)
        k = int(np.argmax(gain))
        if -gain[k] < least:
            best, least = (k, float(sigma)), -float(gain[k])
    return best


def _line_search(
    u: Array, across: Array, center: float, sigma: float, z: Array
) -> tuple[float, tuple[float, float]]:
    """Volume, and center and width along one direction, the other one being held."""
    if not np.any(across):
        return 0.0, (center, sigma)
    found = search(
        lambda c, log_s: (across * _unit(u, c, np.exp(log_s)),),
        [center + sigma * np.linspace(-1.0, 1.0, 5), np.log(sigma) + np.linspace(-1.0, 1.0, 5)],
        z,
    )
    c, log_s = found.nonlinear
    return float(found.linear[0]), (c, float(np.exp(log_s)))


def _interval(x: Array) -> tuple[Array, float, float]:
    """x carried to [0, 1]: (u, origin, width), for rows in any order."""
    origin, span = float(np.min(x)), float(np.ptp(x))
    width = span if span > 0 else size_of(x)
    return (x - origin) / width, origin, width


def _cells(x: Any, y: Any, z: Any) -> tuple[Array, Array, Array]:
    """The finite rows in one order, averaged into cells of neighbors where they are many."""
    x, y, z = (np.asarray(values, dtype=np.float64).ravel() for values in (x, y, z))
    tidy(x, y)
    tidy(y, z)  # both say what is wrong with unequal or empty columns
    keep = np.isfinite(x) & np.isfinite(y) & np.isfinite(z)
    tidy(x, np.where(keep, z, np.nan))
    rows = np.stack([x[keep], y[keep], z[keep]])
    rows = rows[:, np.lexsort(rows[::-1])]
    if rows.shape[1] <= STRIPS**2:
        return rows[0], rows[1], rows[2]
    cells = []
    for strip in np.array_split(rows, STRIPS, axis=1):
        ordered = strip[:, np.argsort(strip[1], kind="stable")]
        cells += [np.mean(cell, axis=1) for cell in np.array_split(ordered, STRIPS, axis=1)]
    return tuple(np.array(cells).T)  # type: ignore[return-value]


GAUSSIAN2D = ShelfModel(
    name="gaussian2d",
    function=gaussian2d,
    start=start_gaussian2d,
    equation=(
        "z = amplitude * G(x; center_x, sigma_x) * G(y; center_y, sigma_y),"
        " with w = 1 / (s * sqrt(2 * pi)) and G(x; c, s) = w * exp(-(x - c)**2 / (2 * s**2))"
    ),
    independent=("x", "y"),
    source="A. Bravais, Mem. Acad. R. Sci. Inst. France 9, 255, 1846",
    bounds={"sigma_x": (0.0, np.inf), "sigma_y": (0.0, np.inf)},
    quantities={
        "height": Quantity(
            "amplitude / (2 * pi * sigma_x * sigma_y)",
            "[z]",
            value=lambda amplitude, sigma_x, sigma_y: amplitude / (2.0 * np.pi * sigma_x * sigma_y),
        ),
        "fwhm_x": Quantity(
            "2 * sqrt(2 * ln 2) * sigma_x", "[x]", value=lambda sigma_x: 2.0 * HALF_WIDTH * sigma_x
        ),
        "fwhm_y": Quantity(
            "2 * sqrt(2 * ln 2) * sigma_y", "[y]", value=lambda sigma_y: 2.0 * HALF_WIDTH * sigma_y
        ),
    },
)
