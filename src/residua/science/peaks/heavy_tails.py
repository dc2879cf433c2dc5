"""Peaks between Gaussian and Lorentzian, with tails of a power: Pearson VII, Student, Moffat.

All three are one family, (1 + z**2)**-m, in the parameters of the fields that use them.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, clipped_exp
from residua.science.peaks.shapes import scan_shape
from residua.science.peaks.words import Area, Center, X
from residua.science.registry import Quantity, ShelfModel

LN2 = math.log(2.0)
# log(m - 1/2): tails from heavier than a Lorentzian's to as good as Gaussian.
LOG_TAILS = np.linspace(-2.0, 4.0, 13)


def pearson7(
    x: X,
    amplitude: Area,
    center: Center,
    gamma: Annotated[float, Doc("half width at half maximum, positive"), unit("[x]")],
    m: Annotated[
        float,
        Doc("exponent of the tails, above 1/2; 1 is a Lorentzian, infinity a Gaussian"),
        unit(""),
    ],
) -> Array:
    """A Pearson VII peak of given area: Lorentzian at m = 1, Gaussian as m grows.

    y = amplitude * N * (1 + (2**(1 / m) - 1) * ((x - center) / gamma)**2)**-m,
    with w = gamma / sqrt(2**(1 / m) - 1) and N = Gamma(m) / (Gamma(m - 1/2) * sqrt(pi) * w)

    Returns:
        y, of the shape of x.

    Source: M. M. Hall, V. G. Veeraraghavan, H. Rubin and P. G. Winchell, J. Appl. Cryst. 10, 66,
    1977.

    >>> import numpy as np
    >>> y = pearson7(np.array([1.0, 3.0]), amplitude=2 * np.pi, center=1.0, gamma=2.0, m=1.0)
    >>> print(y.round(12))
    [1.  0.5]
    """
    steepness = np.expm1(LN2 / m)
    z = (x - center) / gamma
    height = amplitude / gamma * np.sqrt(steepness / np.pi) * _gamma_ratio(m)
    return height * np.exp(-m * np.log1p(steepness * z * z))


def students_t(
    x: X,
    amplitude: Area,
    center: Center,
    scale: Annotated[
        float, Doc("scale of the distribution, positive; not its standard deviation"), unit("[x]")
    ],
    nu: Annotated[
        float, Doc("degrees of freedom, positive; 1 is a Lorentzian, infinity a Gaussian"), unit("")
    ],
) -> Array:
    """Student's t distribution of given area, center and scale.

    y = amplitude * N * (1 + ((x - center) / scale)**2 / nu)**(-(nu + 1) / 2),
    with w = scale * sqrt(nu * pi) and N = Gamma((nu + 1) / 2) / (Gamma(nu / 2) * w)

    Returns:
        y, of the shape of x.

    Source: Student, Biometrika 6, 1, 1908.

    >>> import numpy as np
    >>> y = students_t(np.array([0.0]), amplitude=1.0, center=0.0, scale=1.0, nu=1.0)
    >>> print((np.pi * y).round(12))
    [1.]
    """
    z = (x - center) / scale
    m = 0.5 * (nu + 1.0)
    height = amplitude / scale * _gamma_ratio(m) / np.sqrt(nu * np.pi)
    return height * np.exp(-m * np.log1p(z * z / nu))


def moffat(
    x: Annotated[Array, Doc("independent variable, such as a radius, any shape")],
    height: Annotated[float, Doc("value at the center; negative for a dip"), unit("[y]")],
    center: Center,
    alpha: Annotated[float, Doc("width of the core, positive"), unit("[x]")],
    beta: Annotated[float, Doc("exponent of the wings, positive"), unit("")],
) -> Array:
    """Moffat's profile of the image of a star, by its height.

    y = height * (1 + ((x - center) / alpha)**2)**-beta

    The same curve as `pearson7`, which is given by area and half width.

    Returns:
        y, of the shape of x.

    Source: A. F. J. Moffat, Astron. Astrophys. 3, 455, 1969.

    >>> import numpy as np
    >>> y = moffat(np.array([0.0, 2.0]), height=4.0, center=0.0, alpha=2.0, beta=2.0)
    >>> print(y.round(12))
    [4. 1.]
    """
    z = (x - center) / alpha
    return height * np.exp(-beta * np.log1p(z * z))


def _gamma_ratio(m: Any) -> Any:
    """Gamma(m) / Gamma(m - 1/2)."""
    from scipy.special import gammaln

    return np.exp(gammaln(m) - gammaln(m - 0.5))


def _scan(x: Any, y: Any) -> tuple[float, float, float, float]:
    """Height, center, half width and m of the peak that describes the data best."""

    def columns(distance: Any, half_width: Any, log_tail: Any) -> tuple[Any]:
        m = 0.5 + np.exp(np.clip(log_tail, -4.0, 7.0))
        return (np.exp(-m * np.log1p(np.expm1(LN2 / m) * (distance / half_width) ** 2)),)

    peak = scan_shape(x, y, columns, [LOG_TAILS])
    m = 0.5 + clipped_exp(min(max(peak.shape[0], -4.0), 7.0))
    return peak.height, peak.center, peak.half_width, m


def _area(height: float, width: float, m: float) -> float:
    """The integral of height * (1 + (x / width)**2)**-m."""
    ratio = math.exp(math.lgamma(m) - math.lgamma(m - 0.5))
    return height * width * math.sqrt(math.pi) / ratio


def start_pearson7(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and exponent; the height is linear."""
    height, center, half_width, m = _scan(x, y)
    area = _area(height, half_width / math.sqrt(math.expm1(LN2 / m)), m)
    return {"amplitude": area, "center": center, "gamma": half_width, "m": m}


def start_students_t(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and exponent; the height is linear."""
    height, center, half_width, m = _scan(x, y)
    width, nu = half_width / math.sqrt(math.expm1(LN2 / m)), 2.0 * m - 1.0
    start = {"amplitude": _area(height, width, m), "center": center}
    return start | {"scale": width / math.sqrt(nu), "nu": nu}


def start_moffat(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and exponent; the height is linear."""
    height, center, half_width, beta = _scan(x, y)
    alpha = half_width / math.sqrt(math.expm1(LN2 / beta))
    return {"height": height, "center": center, "alpha": alpha, "beta": beta}


PEARSON7 = ShelfModel(
    name="pearson7",
    function=pearson7,
    start=start_pearson7,
    equation=(
        "y = amplitude * N * (1 + (2**(1 / m) - 1) * ((x - center) / gamma)**2)**-m,"
        " with w = gamma / sqrt(2**(1 / m) - 1)"
        " and N = Gamma(m) / (Gamma(m - 1/2) * sqrt(pi) * w)"
    ),
    independent=("x",),
    source="M. M. Hall et al., J. Appl. Cryst. 10, 66, 1977",
    bounds={"gamma": (0.0, np.inf), "m": (0.5, np.inf)},
    quantities={
        "height": Quantity(
            "amplitude / gamma * sqrt((2**(1 / m) - 1) / pi) * Gamma(m) / Gamma(m - 1/2)",
            "[y]",
            value=lambda amplitude, gamma, m: pearson7(0.0, amplitude, 0.0, gamma, m),  # type: ignore[arg-type]
        ),
        "fwhm": Quantity("2 * gamma", "[x]", value=lambda gamma: 2.0 * gamma),
    },
)

STUDENTS_T = ShelfModel(
    name="students_t",
    function=students_t,
    start=start_students_t,
    equation=(
        "y = amplitude * N * (1 + ((x - center) / scale)**2 / nu)**(-(nu + 1) / 2),"
        " with w = scale * sqrt(nu * pi) and N = Gamma((nu + 1) / 2) / (Gamma(nu / 2) * w)"
    ),
    independent=("x",),
    source="Student, Biometrika 6, 1, 1908",
    bounds={"scale": (0.0, np.inf), "nu": (0.0, np.inf)},
    quantities={
        "height": Quantity(
            "amplitude * Gamma((nu + 1) / 2) / (Gamma(nu / 2) * scale * sqrt(nu * pi))",
            "[y]",
            value=lambda amplitude, scale, nu: students_t(0.0, amplitude, 0.0, scale, nu),  # type: ignore[arg-type]
        ),
        "fwhm": Quantity(
            "2 * scale * sqrt(nu * (2**(2 / (nu + 1)) - 1))",
            "[x]",
            value=lambda scale, nu: 2.0 * scale * np.sqrt(nu * np.expm1(2.0 * LN2 / (nu + 1.0))),
        ),
    },
)

MOFFAT = ShelfModel(
    name="moffat",
    function=moffat,
    start=start_moffat,
    equation="y = height * (1 + ((x - center) / alpha)**2)**-beta",
    independent=("x",),
    source="A. F. J. Moffat, Astron. Astrophys. 3, 455, 1969",
    bounds={"alpha": (0.0, np.inf), "beta": (0.0, np.inf)},
    quantities={
        "area": Quantity(
            "height * alpha * sqrt(pi) * Gamma(beta - 1/2) / Gamma(beta), where beta > 1/2",
            "[y][x]",
            value=lambda height, alpha, beta: (
                height * alpha * math.sqrt(math.pi) / _gamma_ratio(beta)
            ),
        ),
        "fwhm": Quantity(
            "2 * alpha * sqrt(2**(1 / beta) - 1)",
            "[x]",
            value=lambda alpha, beta: 2.0 * alpha * np.sqrt(np.expm1(LN2 / beta)),
        ),
    },
)
