"""The Voigt profile: a Lorentzian line seen through Gaussian broadening."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.peaks.gaussian_lorentzian import HALF_WIDTH, ROOT_2PI, scan_peak, unit_profiles
from residua.science.peaks.words import Area, Center, X
from residua.science.registry import Quantity, ShelfModel

# Widths of the Gaussian and Lorentzian parts of a pseudo-Voigt peak with Lorentzian share eta, as
# polynomials in eta: P. Thompson, D. E. Cox and J. B. Hastings, J. Appl. Cryst. 20, 79, 1987.
LORENTZIAN_WIDTH = (0.0, 0.72928, 0.19289, 0.07783)
GAUSSIAN_WIDTH_SQUARED = (1.0, -0.74417, -0.24781, -0.00810)


def voigt(
    x: X,
    amplitude: Area,
    center: Center,
    sigma: Annotated[
        float, Doc("standard deviation of the Gaussian part, not negative"), unit("[x]")
    ],
    gamma: Annotated[
        float, Doc("half width at half maximum of the Lorentzian part, not negative"), unit("[x]")
    ],
) -> Array:
    """A Voigt peak of given area: the convolution of a Gaussian and a Lorentzian.

    y = amplitude * Re[w((x - center + i * gamma) / (sigma * sqrt(2)))] / (sigma * sqrt(2 * pi)),
    with w the Faddeeva function

    Exact to rounding (scipy.special.voigt_profile), not a pseudo-Voigt approximation; sigma = 0
    gives the Lorentzian and gamma = 0 the Gaussian.

    Returns:
        y, of the shape of x.

    Source: NIST Digital Library of Mathematical Functions, section 7.19.

    >>> import numpy as np
    >>> y = voigt(np.array([0.0]), amplitude=1.0, center=0.0, sigma=1.0, gamma=1.0)
    >>> print(y.round(6))
    [0.208709]
    """
    from scipy.special import voigt_profile

    profile: Array = voigt_profile(x - center, sigma, gamma)
    return amplitude * profile


def voigt_height(amplitude: float, sigma: float, gamma: float) -> Any:
    """The value at the center, where the Faddeeva function is erfcx of gamma / (sigma sqrt(2))."""
    from scipy.special import erfcx

    return amplitude * erfcx(gamma / (sigma * np.sqrt(2.0))) / (sigma * ROOT_2PI)


def start_voigt(x: Any, y: Any) -> dict[str, float]:
    """Scan center and width of a pseudo-Voigt peak, whose two shapes are linear, and split it."""
    (gauss, lorentz), center, half_width = scan_peak(x, y, unit_profiles)
    sigma, gamma = split_widths(half_width, float(gauss), float(lorentz))
    return {"amplitude": float(gauss + lorentz), "center": center, "sigma": sigma, "gamma": gamma}


def split_widths(half_width: float, gauss: float, lorentz: float) -> tuple[float, float]:
    """sigma and gamma of the Voigt profile like a pseudo-Voigt peak with these two areas."""
    area = gauss + lorentz
    # Noise can ask for a negative share of one shape. Keep off the bounds, where the derivative
    # with respect to the vanishing width is of no help to a solver.
    share = float(np.clip(lorentz / area, 0.05, 0.95)) if area else 0.5
    powers = share ** np.arange(4.0)
    gamma = half_width * float(powers @ LORENTZIAN_WIDTH)
    sigma = half_width * float(np.sqrt(powers @ GAUSSIAN_WIDTH_SQUARED)) / HALF_WIDTH
    return sigma, gamma


VOIGT = ShelfModel(
    name="voigt",
    function=voigt,
    start=start_voigt,
    equation=(
        "y = amplitude * Re[w((x - center + i * gamma) / (sigma * sqrt(2)))]"
        " / (sigma * sqrt(2 * pi)), w the Faddeeva function"
    ),
    independent=("x",),
    source="NIST Digital Library of Mathematical Functions, section 7.19",
    bounds={"sigma": (0.0, np.inf), "gamma": (0.0, np.inf)},
    quantities={
        "height": Quantity(
            "amplitude * erfcx(gamma / (sigma * sqrt(2))) / (sigma * sqrt(2 * pi))",
            "[y]",
            value=voigt_height,
        ),
        # J. J. Olivero and R. L. Longbothum, J. Quant. Spectrosc. Radiat. Transfer 17, 233, 1977.
        "fwhm": Quantity(
            "1.0692 * gamma + sqrt(0.86639 * gamma**2 + 8 * ln 2 * sigma**2), to 0.02 %",
            "[x]",
            value=lambda sigma, gamma: (
                1.0692 * gamma + np.sqrt(0.86639 * gamma**2 + 4.0 * (HALF_WIDTH * sigma) ** 2)
            ),
        ),
    },
)
