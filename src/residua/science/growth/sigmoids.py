"""Sigmoid curves: the four-parameter logistic and the Hill equation."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import (
    Array,
    centered,
    clipped_exp,
    finite,
    search,
    size_of,
    tidy,
    unit_interval,
)
from residua.science.registry import Quantity, ShelfModel

# Stands for a concentration of zero, whose logarithm is wanted: the smallest normal double. The
# fraction it gives, (2e-308)**n, is zero to rounding for every Hill coefficient beyond 0.06.
NO_CONCENTRATION = float(np.finfo(np.float64).tiny)


def logistic(
    x: Annotated[Array, Doc("independent variable, such as the logarithm of a dose, any shape")],
    lower: Annotated[float, Doc("lower plateau"), unit("[y]")],
    upper: Annotated[float, Doc("upper plateau"), unit("[y]")],
    slope: Annotated[float, Doc("steepness; negative for a falling curve"), unit("1/[x]")],
    midpoint: Annotated[float, Doc("x halfway between the plateaus"), unit("[x]")],
) -> Array:
    """The four-parameter logistic curve between two plateaus.

    y = lower + (upper - lower) / (1 + exp(-slope * (x - midpoint)))

    Swapping lower with upper and turning the sign of slope leaves y unchanged; the automatic start
    takes lower < upper, so that slope is negative for a falling curve. The steepest slope of y is
    slope * (upper - lower) / 4, at the midpoint.

    Returns:
        y, of the shape of x.

    Source: P.-F. Verhulst, Corr. math. phys. 10, 113, 1838; D. J. Finney, Statistical Method in
    Biological Assay, 1952.

    >>> import numpy as np
    >>> logistic(np.array([-1e6, 3.0, 1e6]), lower=1.0, upper=5.0, slope=2.0, midpoint=3.0)
    array([1., 3., 5.])
    """
    return lower + (upper - lower) * fraction(slope * (x - midpoint))


def hill(
    C: Annotated[
        Array, Doc("concentration or dose, not negative (a negative one counts as zero), any shape")
    ],
    Emax: Annotated[float, Doc("largest response"), unit("[y]")],
    EC50: Annotated[
        float, Doc("concentration of half the largest response, positive"), unit("[C]")
    ],
    n: Annotated[float, Doc("Hill coefficient; negative for inhibition"), unit("")],
) -> Array:
    """The Hill equation: cooperative binding, dose and response.

    y = Emax * C**n / (EC50**n + C**n)

    A negative n describes inhibition: y falls from Emax at C = 0. Evaluated through
    n * (log C - log EC50), so that no power overflows and C = 0 has finite derivatives.

    Returns:
        y, of the shape of C.

    Source: A. V. Hill, J. Physiol. 40 (suppl.), iv, 1910.

    >>> import numpy as np
    >>> hill(np.array([0.0, 2.0]), Emax=10.0, EC50=2.0, n=3.0)
    array([0., 5.])
    """
    present = np.maximum(C, NO_CONCENTRATION)
    return Emax * fraction(n * (np.log(present) - np.log(EC50)))


def fraction(z: Any) -> Array:
    """1 / (1 + exp(-z)) without overflow, to full relative accuracy and with exact derivatives.

    Either branch is the same function; each is used where its exponential is at most 1.
    """
    rising = z > 0
    small = np.exp(np.where(rising, -z, z))
    share: Array = np.where(rising, 1.0, small) / (1.0 + small)
    return share


def start_logistic(x: Any, y: Any) -> dict[str, float]:
    """Scan midpoint and steepness; the plateaus are linear."""
    x, y = tidy(x, y, bins=128)
    u, origin, width = unit_interval(x)
    v, middle, height = centered(y)

    def basis(midpoint: Any, log_slope: Any) -> tuple[Any, Any]:
        return np.ones_like(u), fraction(np.exp(log_slope) * (u - midpoint))

    outside = np.array([0.05, 0.1, 0.2, 0.35])
    middles = np.concatenate([-outside[::-1], np.unique(u), 1.0 + outside])
    slopes = np.linspace(0.0, np.log(8.0 * max(x.size, 8)), 14)
    found = search(basis, [middles, slopes], v)
    base, rise = (float(c) for c in found.linear)
    slope = float(np.exp(found.nonlinear[1])) / width
    start = {
        "lower": middle + height * min(base, base + rise),
        "upper": middle + height * max(base, base + rise),
        "slope": slope if rise >= 0 else -slope,
        "midpoint": origin + width * found.nonlinear[0],
    }
    fallback = (float(np.min(y)), float(np.max(y)), 1.0 / width, origin + 0.5 * width)
    return finite(start, dict(zip(start, fallback)))


def start_hill(C: Any, y: Any) -> dict[str, float]:
    """Scan log EC50 and the Hill coefficient, of either sign; Emax is linear."""
    C, y = tidy(C, y)
    positive = np.unique(C[C > 0])
    height = size_of(y)
    if not positive.size:
        return {"Emax": float(np.mean(y)), "EC50": size_of(C), "n": 1.0}
    logs = np.log(np.maximum(C, NO_CONCENTRATION))
    low, high = float(np.log(positive[0])), float(np.log(positive[-1]))

    def searched(sign: float) -> Any:
        def basis(log_half: Any, log_n: Any) -> tuple[Any]:
            return (fraction(sign * np.exp(log_n) * (logs - log_half)),)

        halves = np.linspace(low - 2.0, high + 2.0, 60)
        return search(basis, [halves, np.linspace(np.log(0.25), np.log(12.0), 12)], y / height)

    # Rising unless falling is clearly better: with one level of C both describe it equally.
    rising, falling = searched(1.0), searched(-1.0)
    sign, found = (-1.0, falling) if falling.cost < 0.999 * rising.cost else (1.0, rising)
    start = {
        "Emax": height * float(found.linear[0]),
        "EC50": clipped_exp(found.nonlinear[0]),
        "n": sign * clipped_exp(found.nonlinear[1]),
    }
    return finite(start, {"Emax": height, "EC50": clipped_exp(0.5 * (low + high)), "n": 1.0})


LOGISTIC = ShelfModel(
    name="logistic",
    function=logistic,
    start=start_logistic,
    equation="y = lower + (upper - lower) / (1 + exp(-slope * (x - midpoint)))",
    independent=("x",),
    source="P.-F. Verhulst, Corr. math. phys. 10, 113, 1838",
    quantities={
        "steepest_slope": Quantity(
            "slope * (upper - lower) / 4",
            "[y]/[x]",
            value=lambda lower, upper, slope: slope * (upper - lower) / 4.0,
        ),
        "range": Quantity("upper - lower", "[y]", value=lambda lower, upper: upper - lower),
    },
)

HILL = ShelfModel(
    name="hill",
    function=hill,
    start=start_hill,
    equation="y = Emax * C**n / (EC50**n + C**n)",
    independent=("C",),
    source="A. V. Hill, J. Physiol. 40 (suppl.), iv, 1910",
    bounds={"EC50": (0.0, np.inf)},
    quantities={
        "EC10": Quantity(
            "EC50 * 9**(-1 / n)", "[C]", value=lambda EC50, n: EC50 * 9.0 ** (-1.0 / n)
        ),
        "EC90": Quantity("EC50 * 9**(1 / n)", "[C]", value=lambda EC50, n: EC50 * 9.0 ** (1.0 / n)),
    },
)
