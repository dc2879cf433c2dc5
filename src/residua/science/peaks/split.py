"""Peaks with a width of their own on either side: the split Gaussian and the split Lorentzian."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.peaks.gaussian_lorentzian import HALF_WIDTH, ROOT_2PI
from residua.science.peaks.shapes import Peak, scan_shape
from residua.science.peaks.words import Area, X
from residua.science.registry import Quantity, ShelfModel

# Logarithms of the ratio of the right width to the left one.
LOG_RATIOS = np.linspace(-2.0, 2.0, 9)


def split_gaussian(
    x: X,
    amplitude: Area,
    center: Annotated[float, Doc("position of the top"), unit("[x]")],
    sigma_left: Annotated[float, Doc("standard deviation below the center, positive"), unit("[x]")],
    sigma_right: Annotated[
        float, Doc("standard deviation above the center, positive"), unit("[x]")
    ],
) -> Array:
    """A peak of given area with a Gaussian of its own on either side (also called bigaussian).

    y = amplitude / (sqrt(pi / 2) * (sigma_left + sigma_right)) * exp(-((x - center) / w)**2 / 2),
    with w = sigma_left below center, else sigma_right

    Returns:
        y, of the shape of x.

    Source: G. T. Fechner, Kollektivmasslehre, 1897, chapter 19 (the two-piece normal law).

    >>> import numpy as np
    >>> area = np.sqrt(2 * np.pi)
    >>> print(split_gaussian(np.array([0.0]), area, 0.0, sigma_left=0.5, sigma_right=1.5))
    [1.]
    """
    distance = x - center
    z = distance / np.where(distance < 0, sigma_left, sigma_right)
    return 2.0 * amplitude / ((sigma_left + sigma_right) * ROOT_2PI) * np.exp(-0.5 * z * z)


def split_lorentzian(
    x: X,
    amplitude: Area,
    center: Annotated[float, Doc("position of the top"), unit("[x]")],
    gamma_left: Annotated[
        float, Doc("half width at half maximum below the center, positive"), unit("[x]")
    ],
    gamma_right: Annotated[
        float, Doc("half width at half maximum above the center, positive"), unit("[x]")
    ],
) -> Array:
    """A peak of given area with a Lorentzian of its own on either side.

    y = 2 * amplitude / (pi * (gamma_left + gamma_right)) / (1 + ((x - center) / w)**2),
    with w = gamma_left below center, else gamma_right

    Returns:
        y, of the shape of x.

    Source: A. L. Stancik and E. B. Brauns, Vib. Spectrosc. 47, 66, 2008 (asymmetric lineshapes,
    of which this is the one with a step in width).

    >>> import numpy as np
    >>> x = np.array([0.0, 3.0])
    >>> print(split_lorentzian(x, 2 * np.pi, 0.0, gamma_left=1.0, gamma_right=3.0))
    [1.  0.5]
    """
    distance = x - center
    z = distance / np.where(distance < 0, gamma_left, gamma_right)
    return 2.0 * amplitude / (np.pi * (gamma_left + gamma_right)) / (1.0 + z * z)


def start_split_gaussian(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and the ratio of the two widths; the height is linear."""
    peak, left, right = _scan(x, y, lambda z: np.exp(-np.log(2.0) * z * z))
    left, right = left / HALF_WIDTH, right / HALF_WIDTH
    area = 0.5 * peak.height * ROOT_2PI * (left + right)
    return {"amplitude": area, "center": peak.center, "sigma_left": left, "sigma_right": right}


def start_split_lorentzian(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and the ratio of the two widths; the height is linear."""
    peak, left, right = _scan(x, y, lambda z: 1.0 / (1.0 + z * z))
    area = 0.5 * peak.height * np.pi * (left + right)
    return {"amplitude": area, "center": peak.center, "gamma_left": left, "gamma_right": right}


def _scan(x: Any, y: Any, profile: Any) -> tuple[Peak, float, float]:
    """The peak and its half widths at half maximum on the left and on the right."""

    def columns(distance: Any, half_width: Any, log_ratio: Any) -> tuple[Any]:
        sides = np.where(distance < 0, np.exp(-0.5 * log_ratio), np.exp(0.5 * log_ratio))
        return (profile(distance / (half_width * sides)),)

    peak = scan_shape(x, y, columns, [LOG_RATIOS])
    ratio = float(np.exp(0.5 * peak.shape[0]))
    return peak, peak.half_width / ratio, peak.half_width * ratio


SPLIT_GAUSSIAN = ShelfModel(
    name="split_gaussian",
    function=split_gaussian,
    start=start_split_gaussian,
    equation=(
        "y = amplitude / (sqrt(pi / 2) * (sigma_left + sigma_right))"
        " * exp(-((x - center) / w)**2 / 2), with w = sigma_left below center, else sigma_right"
    ),
    independent=("x",),
    source="G. T. Fechner, Kollektivmasslehre, 1897, chapter 19",
    bounds={"sigma_left": (0.0, np.inf), "sigma_right": (0.0, np.inf)},
    quantities={
        "height": Quantity(
            "2 * amplitude / ((sigma_left + sigma_right) * sqrt(2 * pi))",
            "[y]",
            value=lambda amplitude, sigma_left, sigma_right: (
                2.0 * amplitude / ((sigma_left + sigma_right) * ROOT_2PI)
            ),
        ),
        "fwhm": Quantity(
            "sqrt(2 * ln 2) * (sigma_left + sigma_right)",
            "[x]",
            value=lambda sigma_left, sigma_right: HALF_WIDTH * (sigma_left + sigma_right),
        ),
    },
)

SPLIT_LORENTZIAN = ShelfModel(
    name="split_lorentzian",
    function=split_lorentzian,
    start=start_split_lorentzian,
    equation=(
        "y = 2 * amplitude / (pi * (gamma_left + gamma_right)) / (1 + ((x - center) / w)**2),"
        " with w = gamma_left below center, else gamma_right"
    ),
    independent=("x",),
    source="A. L. Stancik and E. B. Brauns, Vib. Spectrosc. 47, 66, 2008",
    bounds={"gamma_left": (0.0, np.inf), "gamma_right": (0.0, np.inf)},
    quantities={
        "height": Quantity(
            "2 * amplitude / (pi * (gamma_left + gamma_right))",
            "[y]",
            value=lambda amplitude, gamma_left, gamma_right: (
                2.0 * amplitude / (np.pi * (gamma_left + gamma_right))
            ),
        ),
        "fwhm": Quantity(
            "gamma_left + gamma_right",
            "[x]",
            value=lambda gamma_left, gamma_right: gamma_left + gamma_right,
        ),
    },
)
