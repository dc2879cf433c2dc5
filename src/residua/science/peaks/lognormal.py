"""The lognormal distribution as a peak: particle sizes, incomes, waiting times."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, clipped_exp, finite, search, size_of, tidy
from residua.science.peaks.gaussian_lorentzian import HALF_WIDTH, ROOT_2PI
from residua.science.peaks.words import Area
from residua.science.registry import Quantity, ShelfModel


def lognormal(
    x: Annotated[Array, Doc("independent variable, any shape; y is 0 where x is not positive")],
    amplitude: Area,
    median: Annotated[float, Doc("x below which half of the area lies, positive"), unit("[x]")],
    sigma: Annotated[float, Doc("standard deviation of log(x), positive"), unit("")],
) -> Array:
    """A lognormal peak of given area: the logarithm of x is normally distributed.

    y = amplitude / (x * sigma * sqrt(2 * pi)) * exp(-log(x / median)**2 / (2 * sigma**2))

    Returns:
        y, of the shape of x.

    Source: N. L. Johnson, S. Kotz and N. Balakrishnan, Continuous Univariate Distributions 1,
    2nd ed., 1994, chapter 14.

    >>> import numpy as np
    >>> y = lognormal(np.array([-1.0, 0.0, 2.0]), np.sqrt(2 * np.pi), median=2.0, sigma=0.5)
    >>> print(y)
    [0. 0. 1.]
    """
    positive = np.where(x > 0, x, 1.0)
    z = (np.log(positive) - np.log(median)) / sigma
    return np.where(x > 0, amplitude / (positive * sigma * ROOT_2PI) * np.exp(-0.5 * z * z), 0.0)


def start_lognormal(x: Any, y: Any) -> dict[str, float]:
    """Scan the logarithm of the median and sigma; the area is linear."""
    x, y = tidy(x, y, bins=128)
    positive = x > 0
    width, height = size_of(x), size_of(y)
    if not positive.any():
        return {"amplitude": width * float(np.mean(y)), "median": width, "sigma": 1.0}
    u = x[positive] / width
    logs = np.log(u)
    low, high = float(logs[0]), float(logs[-1])

    def basis(log_median: Any, log_sigma: Any) -> tuple[Any]:
        sigma = np.exp(log_sigma)
        return (np.exp(-0.5 * ((logs - log_median) / sigma) ** 2) / (u * sigma * ROOT_2PI),)

    gaps = np.diff(np.unique(logs))
    narrowest = max(0.5 * float(np.median(gaps)), 1e-6) if gaps.size else 0.5
    beyond = np.arange(0.5, 3.5, 0.5)
    medians = np.concatenate([low - beyond[::-1], np.unique(logs), high + beyond])
    sigmas = np.linspace(np.log(min(narrowest, 0.5)), np.log(3.0), 12)
    found = search(basis, [medians, sigmas], y[positive] / height, rounds=8)
    start = {
        "amplitude": height * width * float(found.linear[0]),
        "median": width * clipped_exp(found.nonlinear[0]),
        "sigma": clipped_exp(found.nonlinear[1]),
    }
    safe = {"amplitude": width * height, "median": width * clipped_exp(high), "sigma": 1.0}
    return finite(start, safe)


LOGNORMAL = ShelfModel(
    name="lognormal",
    function=lognormal,
    start=start_lognormal,
    equation=(
        "y = amplitude / (x * sigma * sqrt(2 * pi)) * exp(-log(x / median)**2 / (2 * sigma**2))"
    ),
    independent=("x",),
    source="N. L. Johnson et al., Continuous Univariate Distributions 1, 2nd ed., 1994, chapter 14",
    bounds={"median": (0.0, np.inf), "sigma": (0.0, np.inf)},
    quantities={
        "mode": Quantity(
            "median * exp(-sigma**2)",
            "[x]",
            value=lambda median, sigma: median * np.exp(-(sigma**2)),
        ),
        "mean": Quantity(
            "median * exp(sigma**2 / 2)",
            "[x]",
            value=lambda median, sigma: median * np.exp(0.5 * sigma**2),
        ),
        "height": Quantity(
            "amplitude / (median * sigma * sqrt(2 * pi)) * exp(sigma**2 / 2)",
            "[y]",
            value=lambda amplitude, median, sigma: (
                amplitude / (median * sigma * ROOT_2PI) * np.exp(0.5 * sigma**2)
            ),
        ),
        "fwhm": Quantity(
            "2 * median * exp(-sigma**2) * sinh(sqrt(2 * ln 2) * sigma)",
            "[x]",
            value=lambda median, sigma: (
                2.0 * median * np.exp(-(sigma**2)) * np.sinh(HALF_WIDTH * sigma)
            ),
        ),
    },
)
