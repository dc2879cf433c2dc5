"""The Pearson type IV distribution: a skewed peak with tails of a power."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.peaks.shapes import scan_shape
from residua.science.peaks.words import Area, X
from residua.science.registry import Quantity, ShelfModel

# Stirling's series of log Gamma(z), coefficients of z**-1, z**-3, ... (DLMF 5.11.1), is exact to
# rounding from |z| = 12 on; smaller arguments are shifted there.
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
SHIFTS = 12
# log(m - 1/2) and arcsinh of nu / (2 m), the distance of the top from the center in widths.
LOG_TAILS = np.linspace(-1.5, 3.0, 7)
LEANS = np.linspace(-1.75, 1.75, 8)


def pearson4(
    x: X,
    amplitude: Area,
    center: Annotated[
        float, Doc("location; the top lies at center - nu * width / (2 * m)"), unit("[x]")
    ],
    width: Annotated[float, Doc("scale, positive"), unit("[x]")],
    m: Annotated[float, Doc("exponent of the tails, above 1/2"), unit("")],
    nu: Annotated[
        float, Doc("skew; positive for a tail to smaller x, 0 gives `pearson7`"), unit("")
    ],
) -> Array:
    """A Pearson IV peak of given area: skewed, with tails of a power.

    y = amplitude * N * (1 + z**2)**-m * exp(-nu * arctan(z)), with w = width,
    z = (x - center) / w and N = |Gamma(m + i nu / 2) / Gamma(m)|**2 / (w * Beta(m - 1/2, 1/2))

    Returns:
        y, of the shape of x.

    Source: K. Pearson, Phil. Trans. R. Soc. A 186, 343, 1895; normalized as by Y. Nagahara,
    Statist. Probab. Lett. 43, 251, 1999.

    >>> import numpy as np
    >>> y = pearson4(np.array([0.0]), amplitude=np.pi, center=0.0, width=1.0, m=1.0, nu=0.0)
    >>> print(y.round(12))
    [1.]
    """
    from scipy.special import gammaln

    z = (x - center) / width
    # Beta(m - 1/2, 1/2) = Gamma(m - 1/2) sqrt(pi) / Gamma(m)
    norm = gammaln(m) - gammaln(m - 0.5) + _log_gamma_ratio(m, 0.5 * nu)
    exponent = norm - m * np.log1p(z * z) - nu * np.arctan(z)
    return amplitude / (width * math.sqrt(math.pi)) * np.exp(exponent)


def _log_gamma_ratio(m: Any, t: Any) -> Any:
    """log |Gamma(m + i t) / Gamma(m)|**2 for m > 0, in real numbers.

    Gamma(z) = Gamma(z + n) / (z (z + 1) ... (z + n - 1)), and Stirling's series for the rest.
    """
    total = 0.0 * m * t
    for k in range(SHIFTS):
        total = total - np.log1p((t / (m + k)) ** 2)
    a = m + SHIFTS
    slope = t / a
    size = 1.0 + slope * slope
    total = total + (a - 0.5) * np.log(size) - 2.0 * t * np.arctan(slope)
    # Powers of 1 / (a + i t) = (real, imaginary) against those of 1 / a.
    real, imaginary, alone = 1.0 / (a * size), -slope / (a * size), 1.0 / a
    square = (real * real - imaginary * imaginary, 2.0 * real * imaginary, alone * alone)
    for coefficient in STIRLING:
        total = total + 2.0 * coefficient * (real - alone)
        real, imaginary = (
            real * square[0] - imaginary * square[1],
            real * square[1] + imaginary * square[0],
        )
        alone = alone * square[2]
    return total


def start_pearson4(x: Any, y: Any) -> dict[str, float]:
    """Scan the top, the width, the exponent and the skew; the height is linear."""

    def columns(distance: Any, half_width: Any, log_tail: Any, lean: Any) -> tuple[Any]:
        m, slant = _exponent(log_tail), np.sinh(np.clip(lean, -3.0, 3.0))
        z = distance / half_width * np.sqrt(np.expm1(math.log(2.0) / m)) - slant
        fall = np.log1p(z * z) - np.log1p(slant**2)
        return (np.exp(-m * (fall + 2.0 * slant * (np.arctan(z) + np.arctan(slant)))),)

    peak = scan_shape(x, y, columns, [LOG_TAILS, LEANS])
    log_tail, lean = peak.shape
    m, slant = float(_exponent(log_tail)), math.sinh(min(max(lean, -3.0), 3.0))
    width = peak.half_width / math.sqrt(math.expm1(math.log(2.0) / m))
    return {
        "amplitude": peak.height * width * _area(m, slant),
        "center": peak.center + slant * width,
        "width": width,
        "m": m,
        "nu": 2.0 * m * slant,
    }


def _exponent(log_tail: Any) -> Any:
    return 0.5 + np.exp(np.clip(log_tail, -3.0, 5.0))


def _area(m: float, slant: float) -> float:
    """The area of the peak of height 1 and width 1, by the midpoint rule over the angle."""
    angle = (np.arange(4096) + 0.5) / 4096 * math.pi - 0.5 * math.pi
    nu = 2.0 * m * slant
    top = -m * math.log1p(slant**2) + nu * math.atan(slant)
    logs = (2.0 * m - 2.0) * np.log(np.cos(angle)) - nu * angle - top
    return float(np.mean(np.exp(np.minimum(logs, 700.0)))) * math.pi


PEARSON4 = ShelfModel(
    name="pearson4",
    function=pearson4,
    start=start_pearson4,
    equation=(
        "y = amplitude * N * (1 + z**2)**-m * exp(-nu * arctan(z)), with w = width,"
        " z = (x - center) / w"
        " and N = |Gamma(m + i nu / 2) / Gamma(m)|**2 / (w * Beta(m - 1/2, 1/2))"
    ),
    independent=("x",),
    source="K. Pearson, Phil. Trans. R. Soc. A 186, 343, 1895",
    bounds={"width": (0.0, np.inf), "m": (0.5, np.inf)},
    quantities={
        "mode": Quantity(
            "center - nu * width / (2 * m)",
            "[x]",
            value=lambda center, width, m, nu: center - nu * width / (2.0 * m),
        ),
        "mean": Quantity(
            "center - nu * width / (2 * (m - 1)), where m > 1",
            "[x]",
            value=lambda center, width, m, nu: center - nu * width / (2.0 * (m - 1.0)),
        ),
        "height": Quantity(
            "y at center - nu * width / (2 * m)",
            "[y]",
            value=lambda amplitude, width, m, nu: pearson4(
                -0.5 * nu * width / m,
                amplitude,
                0.0,
                width,
                m,
                nu,
            ),
        ),
    },
)
