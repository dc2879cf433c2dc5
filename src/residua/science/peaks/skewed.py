"""Peaks made lopsided by an error function: the skew normal and the skewed Voigt profile."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.peaks.gaussian_lorentzian import HALF_WIDTH, ROOT_2PI, unit_profiles
from residua.science.peaks.shapes import near_erfc, scan_shape
from residua.science.peaks.voigt import split_widths, voigt
from residua.science.peaks.words import Area, X
from residua.science.registry import Quantity, ShelfModel

ROOT2 = float(np.sqrt(2.0))
# arcsinh of the skew: dense about zero, then logarithmic, of either sign.
SKEWS = np.linspace(-3.0, 3.0, 9)
# Shares of the Lorentzian in a pseudo-Voigt peak.
SHARES = np.array([0.1, 0.5, 0.9])
# At skew 0 its derivative is that of a shift: a solver cannot tell the two apart there.
LEAST_SKEW = 0.05


def skewed_gaussian(
    x: X,
    amplitude: Area,
    center: Annotated[
        float,
        Doc("position of the Gaussian; the top lies beside it when skew is not 0"),
        unit("[x]"),
    ],
    sigma: Annotated[float, Doc("standard deviation of the Gaussian, positive"), unit("[x]")],
    skew: Annotated[float, Doc("shape; positive for a tail to larger x"), unit("")],
) -> Array:
    """The skew normal distribution: a Gaussian of given area times an error function.

    y = amplitude / (sigma * sqrt(2 * pi)) * exp(-z**2 / 2) * erfc(-skew * z / sqrt(2)),
    with w = x - center and z = w / sigma

    Returns:
        y, of the shape of x.

    Source: A. Azzalini, Scand. J. Statist. 12, 171, 1985.

    >>> import numpy as np
    >>> y = skewed_gaussian(np.array([0.0]), np.sqrt(2 * np.pi), center=0.0, sigma=1.0, skew=5.0)
    >>> print(y)
    [1.]
    """
    from scipy.special import erfc

    z = (x - center) / sigma
    return amplitude / (sigma * ROOT_2PI) * np.exp(-0.5 * z * z) * erfc(-skew / ROOT2 * z)


def skewed_voigt(
    x: X,
    amplitude: Area,
    center: Annotated[
        float,
        Doc("position of the Voigt profile; the top lies beside it when skew is not 0"),
        unit("[x]"),
    ],
    sigma: Annotated[float, Doc("standard deviation of the Gaussian part, positive"), unit("[x]")],
    gamma: Annotated[
        float, Doc("half width at half maximum of the Lorentzian part, not negative"), unit("[x]")
    ],
    skew: Annotated[float, Doc("shape; positive for a tail to larger x"), unit("")],
) -> Array:
    """A Voigt profile of given area times an error function.

    y = voigt(x; amplitude, center, sigma, gamma) * erfc(-skew * (x - center) / (sigma * sqrt(2)))

    Returns:
        y, of the shape of x.

    Source: A. Azzalini, Scand. J. Statist. 12, 171, 1985 (skewing any symmetric density).

    >>> import numpy as np
    >>> y = skewed_voigt(np.array([0.0]), 1.0, center=0.0, sigma=1.0, gamma=1.0, skew=-2.0)
    >>> print(y.round(6))
    [0.208709]
    """
    from scipy.special import erfc

    return voigt(x, amplitude, center, sigma, gamma) * erfc(-skew / ROOT2 * (x - center) / sigma)


def start_skewed_gaussian(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and skew; the height is linear."""

    def columns(distance: Any, half_width: Any, lean: Any) -> tuple[Any]:
        z = distance / (half_width / HALF_WIDTH)
        return (np.exp(-0.5 * z * z) * near_erfc(-np.sinh(lean) / ROOT2 * z),)

    peak = scan_shape(x, y, columns, [SKEWS], log_widths=np.linspace(-0.5, 1.0, 6))
    sigma = peak.half_width / HALF_WIDTH
    return {
        "amplitude": peak.height * sigma * ROOT_2PI,
        "center": peak.center,
        "sigma": sigma,
        "skew": _off_zero(float(np.sinh(peak.shape[0]))),
    }


def start_skewed_voigt(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width, skew and share of the Lorentzian of a pseudo-Voigt peak."""

    def columns(distance: Any, half_width: Any, lean: Any, share: Any) -> tuple[Any]:
        lopsided = half_width * near_erfc(-np.sinh(lean) * distance / half_width)
        gauss, lorentz = unit_profiles(distance, half_width)
        return (lopsided * (gauss + np.clip(share, 0.0, 1.0) * (lorentz - gauss)),)

    peak = scan_shape(x, y, columns, [SKEWS, SHARES], log_widths=np.linspace(-0.5, 1.0, 6))
    lean, share = peak.shape
    sigma, gamma = split_widths(peak.half_width, 1.0 - share, share)
    return {
        "amplitude": peak.height * peak.half_width,
        "center": peak.center,
        "sigma": sigma,
        "gamma": gamma,
        "skew": _off_zero(float(np.sinh(lean)) * ROOT2 * sigma / peak.half_width),
    }


def _moved(skew: Any) -> Any:
    """Mean of the skew normal distribution of center 0 and sigma 1."""
    return np.sqrt(2.0 / np.pi) * skew / np.sqrt(1.0 + skew * skew)


def _off_zero(skew: float) -> float:
    return skew if abs(skew) > LEAST_SKEW else float(np.copysign(LEAST_SKEW, skew))


SKEWED_GAUSSIAN = ShelfModel(
    name="skewed_gaussian",
    function=skewed_gaussian,
    start=start_skewed_gaussian,
    equation=(
        "y = amplitude / (sigma * sqrt(2 * pi)) * exp(-z**2 / 2) * erfc(-skew * z / sqrt(2)),"
        " with w = x - center and z = w / sigma"
    ),
    independent=("x",),
    source="A. Azzalini, Scand. J. Statist. 12, 171, 1985",
    bounds={"sigma": (0.0, np.inf)},
    quantities={
        "mean": Quantity(
            "center + sigma * sqrt(2 / pi) * skew / sqrt(1 + skew**2)",
            "[x]",
            value=lambda center, sigma, skew: center + sigma * _moved(skew),
        ),
        "standard_deviation": Quantity(
            "sigma * sqrt(1 - 2 / pi * skew**2 / (1 + skew**2))",
            "[x]",
            value=lambda sigma, skew: sigma * np.sqrt(1.0 - _moved(skew) ** 2),
        ),
    },
)

SKEWED_VOIGT = ShelfModel(
    name="skewed_voigt",
    function=skewed_voigt,
    start=start_skewed_voigt,
    equation=(
        "y = voigt(x; amplitude, center, sigma, gamma)"
        " * erfc(-skew * (x - center) / (sigma * sqrt(2)))"
    ),
    independent=("x",),
    source="A. Azzalini, Scand. J. Statist. 12, 171, 1985",
    bounds={"sigma": (0.0, np.inf), "gamma": (0.0, np.inf)},
)
