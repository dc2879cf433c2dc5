"""The power law."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, clipped_exp, finite, search, size_of, tidy
from residua.science.registry import ShelfModel


def power(
    x: Annotated[
        Array,
        Doc("independent variable, positive (or 0 where the exponent is positive), any shape"),
    ],
    amplitude: Annotated[float, Doc("value at x = 1"), unit("[y]/[x]**exponent")],
    exponent: Annotated[float, Doc("slope of log y against log x"), unit("")],
) -> Array:
    """A power law: allometry, scaling, adsorption after Freundlich.

    y = amplitude * x**exponent

    Returns:
        y, of the shape of x.

    Source: H. Freundlich, Z. phys. Chem. 57, 385, 1906 (as an isotherm).

    >>> import numpy as np
    >>> power(np.array([1.0, 4.0, 9.0]), amplitude=2.0, exponent=0.5)
    array([2., 4., 6.])
    """
    return amplitude * x**exponent


def start_power(x: Any, y: Any) -> dict[str, float]:
    """Scan the exponent; the amplitude is linear. Unlike a line through logarithms, zero and
    negative y are welcome and noise is weighed as it is measured."""
    x, y = tidy(x, y)
    fallback = {"amplitude": float(np.mean(y)), "exponent": 0.0}
    positive = x > 0
    if np.unique(x[positive]).size < 2:
        return fallback
    logs = np.log(x[positive])
    high, span = float(logs[-1]), float(logs[-1] - logs[0])
    height = size_of(y)
    reach = np.arcsinh(60.0)
    axis = np.linspace(-reach, reach, 48)

    def basis(s: Any) -> tuple[Any]:
        # Divided by the largest value in the data, so that no exponent overflows.
        b = np.sinh(s) / span
        return (np.exp(b * (logs - high) - np.maximum(-b, 0.0) * span),)

    found = search(basis, [axis], y[positive] / height)
    b = float(np.sinh(found.nonlinear[0])) / span
    shift = b * high + max(-b, 0.0) * span
    amplitude = height * float(found.linear[0]) * clipped_exp(-shift)
    return finite({"amplitude": amplitude, "exponent": b}, fallback)


POWER = ShelfModel(
    name="power",
    function=power,
    start=start_power,
    equation="y = amplitude * x**exponent",
    independent=("x",),
    source="H. Freundlich, Z. phys. Chem. 57, 385, 1906",
)
