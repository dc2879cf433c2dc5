"""Exponential decay (or growth) to an offset, with one rate or two."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import (
    Array,
    Found,
    centered,
    clipped_exp,
    finite,
    search,
    tidy,
    unit_interval,
)
from residua.science.registry import Quantity, ShelfModel

LOG_TWO = float(np.log(2.0))


def exponential(
    t: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    amplitude: Annotated[float, Doc("y - offset at t = 0"), unit("[y]")],
    rate: Annotated[
        float,
        Doc("first-order rate; negative for growth. The half-life is ln(2)/rate"),
        unit("1/[t]"),
    ],
    offset: Annotated[float, Doc("value approached at late times"), unit("[y]")],
) -> Array:
    """Exponential approach to an offset: first-order decay, cooling, charging; or growth.

    y = amplitude * exp(-rate * t) + offset

    Returns:
        y, of the shape of t.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20B (integrated
    first-order rate law).

    >>> import numpy as np
    >>> exponential(np.array([0.0, np.log(2.0)]), amplitude=4.0, rate=1.0, offset=1.0)
    array([5., 3.])
    """
    return amplitude * np.exp(-rate * t) + offset


def biexponential(
    t: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    amplitude1: Annotated[float, Doc("share of the fast process at t = 0"), unit("[y]")],
    rate1: Annotated[float, Doc("rate of the fast process"), unit("1/[t]")],
    amplitude2: Annotated[float, Doc("share of the slow process at t = 0"), unit("[y]")],
    rate2: Annotated[float, Doc("rate of the slow process"), unit("1/[t]")],
    offset: Annotated[float, Doc("value approached at late times"), unit("[y]")],
) -> Array:
    """Two first-order processes side by side over an offset; hold the offset at 0 if there is none.

    y = amplitude1 * exp(-rate1 * t) + amplitude2 * exp(-rate2 * t) + offset

    The pairs (amplitude1, rate1) and (amplitude2, rate2) may be swapped without changing y; the
    automatic start puts the faster one first, rate1 > rate2.

    Returns:
        y, of the shape of t.

    Source: M. Gibaldi and D. Perrier, Pharmacokinetics, 2nd ed., 1982, chapter 2 (the
    two-compartment model); with an offset as in the NIST problem MGH17.

    >>> import numpy as np
    >>> t = np.array([0.0, np.log(2.0)])
    >>> biexponential(t, amplitude1=4.0, rate1=2.0, amplitude2=2.0, rate2=1.0, offset=1.0)
    array([7., 3.])
    """
    return amplitude1 * np.exp(-rate1 * t) + amplitude2 * np.exp(-rate2 * t) + offset


def start_exponential(t: Any, y: Any, decaying: bool = False) -> dict[str, float]:
    """Scan the rate, of either sign unless decaying; amplitude and offset are linear."""
    t, y = tidy(t, y)
    u, origin, width = unit_interval(t)
    v, middle, height = centered(y)
    # sinh of a uniform grid: dense and signed about zero, logarithmic far from it.
    reach = np.arcsinh(3.0 * max(t.size, 8))
    axis = np.linspace(0.02 if decaying else -reach, reach, int(8 * reach))
    valid = (lambda s: s > 0) if decaying else None
    found = search(lambda s: (_column(s, u), np.ones_like(u)), [axis], v, valid)
    (s,) = found.nonlinear
    start = {
        "amplitude": height * _amplitude(found, 0, origin, width),
        "rate": float(np.sinh(s)) / width,
        "offset": middle + height * float(found.linear[1]),
    }
    return finite(start, {"amplitude": 0.0, "rate": 1.0 / width, "offset": middle})


def start_biexponential(t: Any, y: Any) -> dict[str, float]:
    """Scan both rates, the faster one first; amplitudes and offset are linear."""
    t, y = tidy(t, y)
    u, origin, width = unit_interval(t)
    v, middle, height = centered(y)
    reach = np.arcsinh(3.0 * max(t.size, 8))
    axis = np.linspace(-reach, reach, int(4 * reach))

    def basis(s1: Array, s2: Array) -> tuple[Array, Array, Array]:
        return _column(s1, u), _column(s2, u), np.ones_like(u)

    # Rates closer than a tenth of a natural log unit are one rate with two huge amplitudes.
    found = search(basis, [axis, axis], v, valid=lambda s1, s2: s1 - s2 > 0.1, rounds=8)
    start = {"offset": middle + height * float(found.linear[2])}
    for i, s in enumerate(found.nonlinear):
        start[f"amplitude{i + 1}"] = height * _amplitude(found, i, origin, width)
        start[f"rate{i + 1}"] = float(np.sinh(s)) / width
    ordered = {name: start[name] for name in BIEXPONENTIAL.parameters}
    fallback = dict(zip(BIEXPONENTIAL.parameters, (0.0, 10.0 / width, 0.0, 1.0 / width, middle)))
    return finite(ordered, fallback)


def _column(s: Any, u: Array) -> Any:
    """exp(-sinh(s) u) on [0, 1], divided by its largest value so that growth cannot overflow."""
    rate = np.sinh(s)
    return np.exp(-rate * u - np.maximum(-rate, 0.0))


def _amplitude(found: Found, index: int, origin: float, width: float) -> float:
    """The amplitude at t = 0, however far that is from the data, of a column scaled by its peak."""
    rate = float(np.sinh(found.nonlinear[index]))
    return float(found.linear[index]) * clipped_exp(rate * origin / width - max(-rate, 0.0))


EXPONENTIAL = ShelfModel(
    name="exponential",
    function=exponential,
    start=start_exponential,
    equation="y = amplitude * exp(-rate * t) + offset",
    independent=("t",),
    source="P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20B",
    quantities={
        "half_life": Quantity("ln 2 / rate", "[t]", value=lambda rate: LOG_TWO / rate),
        "lifetime": Quantity("1 / rate", "[t]", value=lambda rate: 1.0 / rate),
    },
)

BIEXPONENTIAL = ShelfModel(
    name="biexponential",
    function=biexponential,
    start=start_biexponential,
    equation="y = amplitude1 * exp(-rate1 * t) + amplitude2 * exp(-rate2 * t) + offset",
    independent=("t",),
    source="M. Gibaldi and D. Perrier, Pharmacokinetics, 2nd ed., 1982, chapter 2",
    quantities={
        "half_life1": Quantity("ln 2 / rate1", "[t]", value=lambda rate1: LOG_TWO / rate1),
        "half_life2": Quantity("ln 2 / rate2", "[t]", value=lambda rate2: LOG_TWO / rate2),
        # Amplitude-weighted, as the area under the decaying part over its height.
        "lifetime": Quantity(
            "(amplitude1 / rate1 + amplitude2 / rate2) / (amplitude1 + amplitude2)",
            "[t]",
            value=lambda amplitude1, rate1, amplitude2, rate2: (
                (amplitude1 / rate1 + amplitude2 / rate2) / (amplitude1 + amplitude2)
            ),
        ),
    },
)
