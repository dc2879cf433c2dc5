"""Peaks by their area: the Gaussian and the Lorentzian (the Voigt profile has its own file)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import (
    BINS,
    Array,
    Basis,
    Found,
    finite,
    search,
    size_of,
    tidy,
    unit_interval,
)
from residua.science.peaks.words import Area, Center, X
from residua.science.registry import Quantity, ShelfModel

# Half width at half maximum of a Gaussian of sigma 1.
HALF_WIDTH = float(np.sqrt(2.0 * np.log(2.0)))
ROOT_2PI = float(np.sqrt(2.0 * np.pi))


def gaussian(
    x: X,
    amplitude: Area,
    center: Center,
    sigma: Annotated[
        float,
        Doc("standard deviation, positive; the full width at half maximum is 2.3548 sigma"),
        unit("[x]"),
    ],
) -> Array:
    """A Gaussian (normal) peak of given area.

    y = amplitude / (sigma * sqrt(2 * pi)) * exp(-(x - center)**2 / (2 * sigma**2))

    Its height is amplitude / (2.5066 sigma), its full width at half maximum 2.3548 sigma.

    Returns:
        y, of the shape of x.

    Source: C. F. Gauss, Theoria motus corporum coelestium, 1809, section 177.

    >>> import numpy as np
    >>> peak = gaussian(np.array([1.0]), amplitude=np.sqrt(2 * np.pi), center=1.0, sigma=0.5)
    >>> print(peak)
    [2.]
    """
    z = (x - center) / sigma
    return amplitude / (sigma * ROOT_2PI) * np.exp(-0.5 * z * z)


def lorentzian(
    x: X,
    amplitude: Area,
    center: Center,
    gamma: Annotated[float, Doc("half width at half maximum, positive"), unit("[x]")],
) -> Array:
    """A Lorentzian (Cauchy) peak of given area: a line broadened by its lifetime.

    y = amplitude / pi * gamma / ((x - center)**2 + gamma**2)

    Its height is amplitude / (pi gamma), its full width at half maximum 2 gamma.

    Returns:
        y, of the shape of x.

    Source: W. Demtröder, Laser Spectroscopy 1, 5th ed., section 3.1 (natural linewidth).

    >>> import numpy as np
    >>> print(lorentzian(np.array([1.0, 3.0]), amplitude=2 * np.pi, center=1.0, gamma=2.0))
    [1.  0.5]
    """
    distance = x - center
    return amplitude / np.pi * gamma / (distance * distance + gamma * gamma)


def start_gaussian(x: Any, y: Any) -> dict[str, float]:
    """Scan center and width; the area, of either sign, is linear."""
    area, center, half_width = scan_peak(x, y, lambda d, h: (_unit_gaussian(d, h),))
    return {"amplitude": float(area[0]), "center": center, "sigma": half_width / HALF_WIDTH}


def start_lorentzian(x: Any, y: Any) -> dict[str, float]:
    """Scan center and width; the area, of either sign, is linear."""
    area, center, half_width = scan_peak(x, y, lambda d, h: (_unit_lorentzian(d, h),))
    return {"amplitude": float(area[0]), "center": center, "gamma": half_width}


def unit_profiles(distance: Any, half_width: Any) -> tuple[Any, Any]:
    """The Gaussian and the Lorentzian of unit area and the same half width at half maximum."""
    return _unit_gaussian(distance, half_width), _unit_lorentzian(distance, half_width)


def scan_peak(
    x: Any, y: Any, shapes: Callable[[Any, Any], tuple[Any, ...]], bins: int = BINS
) -> tuple[Array, float, float]:
    """The areas, the center and the half width of the peak that describes the data best.

    shapes(distance, half_width) gives columns of unit area; every row's x is tried as the center,
    and some places outside, with widths from the spacing of the data to their whole range.
    """
    x, y = tidy(x, y, bins)
    u, origin, width = unit_interval(x)
    height = size_of(y)

    def basis(center: Any, log_half_width: Any) -> tuple[Any, ...]:
        return shapes(u - center, np.exp(log_half_width))

    found = _scan(basis, u, y / height)
    center, log_half_width = found.nonlinear
    values = {"center": origin + width * center, "half_width": width * np.exp(log_half_width)}
    values |= {f"area{i}": height * width * area for i, area in enumerate(found.linear)}
    safe = dict.fromkeys(values, 0.0) | {"center": float(np.mean(x)), "half_width": width}
    values = finite(values, safe)
    areas = np.array([value for name, value in values.items() if name.startswith("area")])
    return areas, values["center"], values["half_width"]


def _scan(basis: Basis, u: Array, v: Array) -> Found:
    outside = np.array([0.05, 0.1, 0.2, 0.35])
    centers = np.concatenate([-outside[::-1], np.unique(u), 1.0 + outside])
    gaps = np.diff(np.unique(u))
    narrowest = 0.5 * float(np.median(gaps)) if gaps.size else 0.5
    widths = np.linspace(np.log(narrowest), 0.0, 10)
    return search(basis, [centers, widths], v)


def _unit_gaussian(distance: Any, half_width: Any) -> Any:
    sigma = half_width / HALF_WIDTH
    return np.exp(-0.5 * (distance / sigma) ** 2) / (sigma * ROOT_2PI)


def _unit_lorentzian(distance: Any, half_width: Any) -> Any:
    return half_width / (np.pi * (distance**2 + half_width**2))


GAUSSIAN = ShelfModel(
    name="gaussian",
    function=gaussian,
    start=start_gaussian,
    equation="y = amplitude / (sigma * sqrt(2 * pi)) * exp(-(x - center)**2 / (2 * sigma**2))",
    independent=("x",),
    source="C. F. Gauss, Theoria motus corporum coelestium, 1809, section 177",
    bounds={"sigma": (0.0, np.inf)},
    quantities={
        "height": Quantity(
            "amplitude / (sigma * sqrt(2 * pi))",
            "[y]",
            value=lambda amplitude, sigma: amplitude / (sigma * ROOT_2PI),
        ),
        "fwhm": Quantity(
            "2 * sqrt(2 * ln 2) * sigma", "[x]", value=lambda sigma: 2.0 * HALF_WIDTH * sigma
        ),
    },
)

LORENTZIAN = ShelfModel(
    name="lorentzian",
    function=lorentzian,
    start=start_lorentzian,
    equation="y = amplitude / pi * gamma / ((x - center)**2 + gamma**2)",
    independent=("x",),
    source="W. Demtröder, Laser Spectroscopy 1, 5th ed., section 3.1",
    bounds={"gamma": (0.0, np.inf)},
    quantities={
        "height": Quantity(
            "amplitude / (pi * gamma)",
            "[y]",
            value=lambda amplitude, gamma: amplitude / (np.pi * gamma),
        ),
        "fwhm": Quantity("2 * gamma", "[x]", value=lambda gamma: 2.0 * gamma),
    },
)
