"""The exponentially modified Gaussian: a peak with the tail of a decay, as in chromatography."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.peaks.gaussian_lorentzian import HALF_WIDTH
from residua.science.peaks.shapes import near_erfcx, scan_shape
from residua.science.peaks.words import Area
from residua.science.registry import Quantity, ShelfModel

ROOT2 = float(np.sqrt(2.0))
# A shorter decay than this share of sigma is taken as this long: y no longer tells them apart.
SHORTEST = 1e-12
# arcsinh of the decay in half widths of the peak, of either sign and never zero.
DECAYS = np.linspace(-2.25, 2.25, 10)


def exponential_gaussian(
    x: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    amplitude: Area,
    center: Annotated[
        float, Doc("position of the Gaussian; the mean of the peak is center + tau"), unit("[x]")
    ],
    sigma: Annotated[float, Doc("standard deviation of the Gaussian, positive"), unit("[x]")],
    tau: Annotated[
        float, Doc("decay length of the tail; negative for a tail to smaller x"), unit("[x]")
    ],
) -> Array:
    """A Gaussian of given area, smeared by an exponential decay (EMG).

    y = amplitude / (2 * tau) * exp(s**2 / 2 - (x - center) / tau) * erfc((s - z) / sqrt(2)),
    with w = x - center, z = w / sigma and s = sigma / tau

    For negative tau the same mirrored: the tail is at smaller x. Evaluated by the scaled
    complementary error function, so that neither a short nor a long decay overflows.

    Returns:
        y, of the shape of x.

    Source: E. Grushka, Anal. Chem. 44, 1733, 1972; evaluated as in Y. Kalambet et al.,
    J. Chemometrics 25, 352, 2011.

    >>> import numpy as np
    >>> y = exponential_gaussian(np.array([0.0, 3.0]), 2.0, center=0.0, sigma=1e-3, tau=3.0)
    >>> print(y.round(4))
    [0.3332 0.2453]
    """
    from scipy.special import erfcx

    side = np.where(tau < 0, -1.0, 1.0)
    length = np.maximum(side * tau, SHORTEST * sigma)
    return amplitude * _unit(side * (x - center) / sigma, sigma, length, erfcx)


def _unit(z: Any, sigma: Any, tau: Any, erfcx: Any) -> Any:
    """The peak of unit area for tau > 0; erfcx is asked for arguments from 0 up only."""
    s = sigma / tau
    argument = (s - z) / ROOT2
    before = argument > 0
    bell = np.exp(-0.5 * z * z) * erfcx(np.where(before, argument, -argument))
    # Far past the top: erfcx(-a) = 2 exp(a**2) - erfcx(a), its large exponents taken together.
    decay = 2.0 * np.exp(np.where(before, 0.0, s * (0.5 * s - z)))
    return 0.5 / tau * np.where(before, bell, decay - bell)


def start_exponential_gaussian(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and decay, of either sign; the area is linear."""

    def columns(distance: Any, half_width: Any, lean: Any) -> tuple[Any]:
        sigma = half_width / HALF_WIDTH
        length = half_width * np.maximum(np.abs(np.sinh(lean)), 1e-3)
        z = np.where(lean < 0, -distance, distance) / sigma
        return (half_width * _unit(z, sigma, length, near_erfcx),)

    peak = scan_shape(x, y, columns, [DECAYS], log_widths=np.linspace(-2.5, 0.5, 7))
    lean = float(np.sinh(peak.shape[0]))
    tau = peak.half_width * float(np.copysign(max(abs(lean), 1e-3), lean))
    return {
        "amplitude": peak.height * peak.half_width,
        "center": peak.center,
        "sigma": peak.half_width / HALF_WIDTH,
        "tau": tau,
    }


EXPONENTIAL_GAUSSIAN = ShelfModel(
    name="exponential_gaussian",
    function=exponential_gaussian,
    start=start_exponential_gaussian,
    equation=(
        "y = amplitude / (2 * tau) * exp(s**2 / 2 - (x - center) / tau) * erfc((s - z) / sqrt(2)),"
        " with w = x - center, z = w / sigma and s = sigma / tau"
    ),
    independent=("x",),
    source="E. Grushka, Anal. Chem. 44, 1733, 1972",
    bounds={"sigma": (0.0, np.inf)},
    quantities={
        "mean": Quantity("center + tau", "[x]", value=lambda center, tau: center + tau),
        "standard_deviation": Quantity(
            "sqrt(sigma**2 + tau**2)", "[x]", value=lambda sigma, tau: np.sqrt(sigma**2 + tau**2)
        ),
        "skewness": Quantity(
            "2 * tau**3 / (sigma**2 + tau**2)**(3/2)",
            "1",
            value=lambda sigma, tau: 2.0 * tau**3 / (sigma**2 + tau**2) ** 1.5,
        ),
    },
)
