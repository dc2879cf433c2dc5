"""Sigmoid growth from zero to an upper limit: logistic, Gompertz, Richards, with a lag."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.growth.sigmoids import fraction
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import scanned

POSITIVE = (0.0, np.inf)
LOG_TWO = float(np.log(2.0))


def logistic_growth(
    t: Annotated[Array, Doc("time, any shape")],
    K: Annotated[float, Doc("carrying capacity"), unit("[y]")],
    rate: Annotated[float, Doc("relative growth rate while y is small, positive"), unit("1/[t]")],
    midpoint: Annotated[float, Doc("time of the fastest growth, where y = K/2"), unit("[t]")],
) -> Array:
    """Verhulst's logistic growth to a carrying capacity.

    y = K / (1 + exp(-rate * (t - midpoint)))

    Returns:
        y, of the shape of t.

    Source: P.-F. Verhulst, Corr. math. phys. 10, 113, 1838.

    >>> import numpy as np
    >>> logistic_growth(np.array([-1e6, 3.0, 1e6]), K=4.0, rate=2.0, midpoint=3.0)
    array([0., 2., 4.])
    """
    return K * fraction(rate * (t - midpoint))


def gompertz(
    t: Annotated[Array, Doc("time, any shape")],
    K: Annotated[float, Doc("upper limit"), unit("[y]")],
    rate: Annotated[float, Doc("how fast the relative growth rate falls, positive"), unit("1/[t]")],
    midpoint: Annotated[float, Doc("time of the fastest growth, where y = K/e"), unit("[t]")],
) -> Array:
    """Gompertz growth: the relative growth rate falls off exponentially.

    y = K * exp(-exp(-rate * (t - midpoint)))

    Returns:
        y, of the shape of t.

    Source: B. Gompertz, Phil. Trans. R. Soc. 115, 513, 1825; C. P. Winsor, Proc. Natl. Acad. Sci.
    18, 1, 1932 (as a growth curve).

    >>> import numpy as np
    >>> gompertz(np.array([-1e6, 3.0, 1e6]), K=np.e, rate=2.0, midpoint=3.0).round(12)
    array([0.        , 1.        , 2.71828183])
    """
    return K * np.exp(-_overtake(rate * (t - midpoint)))


def richards(
    t: Annotated[Array, Doc("time, any shape")],
    K: Annotated[float, Doc("upper limit"), unit("[y]")],
    rate: Annotated[float, Doc("rate of the approach to the limit, positive"), unit("1/[t]")],
    midpoint: Annotated[float, Doc("time of the fastest growth"), unit("[t]")],
    shape: Annotated[
        float,
        Doc(
            "asymmetry, positive; 1 gives logistic growth. "
            "At the midpoint y = K (1 + shape)**(-1/shape)"
        ),
        unit(""),
    ],
) -> Array:
    """Richards' growth: the logistic curve with its fastest growth at any height.

    y = K * (1 + shape * exp(-rate * (t - midpoint)))**(-1 / shape)

    shape = 1 gives logistic growth, and shape -> 0 Gompertz growth.

    Returns:
        y, of the shape of t.

    Source: F. J. Richards, J. Exp. Bot. 10, 290, 1959.

    >>> import numpy as np
    >>> richards(np.array([-1e6, 3.0, 1e6]), K=4.0, rate=2.0, midpoint=3.0, shape=1.0)
    array([0., 2., 4.])
    """
    # log(1 + shape exp(-z)) without overflow.
    bend = np.logaddexp(0.0, np.log(shape) - rate * (t - midpoint))
    return K * np.exp(-bend / shape)


def zwietering(
    t: Annotated[Array, Doc("time, any shape")],
    A: Annotated[float, Doc("upper limit"), unit("[y]")],
    mu: Annotated[float, Doc("largest growth rate, the steepest slope"), unit("[y]/[t]")],
    lag: Annotated[float, Doc("where the steepest tangent meets y = 0"), unit("[t]")],
) -> Array:
    """The modified Gompertz growth of bacteria, in terms of its steepest tangent.

    y = A * exp(-exp(mu * e / A * (lag - t) + 1)), with y mostly ln(N / N0)

    Returns:
        y, of the shape of t.

    Source: M. H. Zwietering et al., Appl. Environ. Microbiol. 56, 1875, 1990.

    >>> import numpy as np
    >>> y = zwietering(np.array([3.0, 1e6]), A=8.0, mu=2.0, lag=3.0)
    >>> print(y.round(6))
    [0.527904 8.      ]
    """
    return A * np.exp(-_overtake(mu * np.e / A * (t - lag) - 1.0))


def _overtake(z: Any) -> Any:
    """exp(-z), kept below e**600: what it feeds is zero from e**7 on."""
    return np.exp(np.minimum(-z, 600.0))


# Trial rates and places, with the data from 0 to 1.
RATES = np.linspace(np.log(0.5), np.log(300.0), 22)
PLACES = np.linspace(-0.8, 1.8, 40)
UNITS = {"K": (0, 1), "rate": (-1, 0), "midpoint": (1, 0), "shape": (0, 0)}


def start_logistic_growth(t: Any, y: Any) -> dict[str, float]:
    """Scan place and rate; the limit is linear."""
    return scanned(
        t,
        y,
        [PLACES, RATES],
        lambda u, place, s: (fraction(np.exp(s) * (u - place)),),
        _read,
        UNITS,
        shift=("midpoint",),
        rounds=8,
    )


def start_gompertz(t: Any, y: Any) -> dict[str, float]:
    """Scan place and rate; the limit is linear."""
    return scanned(
        t,
        y,
        [PLACES, RATES],
        lambda u, place, s: (np.exp(-np.exp(np.exp(s) * (place - u))),),
        _read,
        UNITS,
        shift=("midpoint",),
        rounds=8,
    )


def start_richards(t: Any, y: Any) -> dict[str, float]:
    """Scan half-time, steepness there and shape, which hardly depend on each other; K is linear."""

    def rate_of(s: Any, shape: Any) -> Any:
        return np.exp(s) * shape / (1.0 - 2.0**-shape)

    def basis(u: Array, place: Any, s: Any, m: Any) -> tuple[Any]:
        shape = np.exp(m)
        z = np.log(2.0**shape - 1.0) - rate_of(s, shape) * (u - place)
        return (np.exp(-np.logaddexp(0.0, z) / shape),)

    def read(nonlinear: Any, linear: Any) -> dict[str, float]:
        place, s, m = nonlinear
        shape = np.exp(m)
        rate = rate_of(s, shape)
        midpoint = place + np.log((2.0**shape - 1.0) / shape) / rate
        return {"K": linear[0], "rate": rate, "midpoint": midpoint, "shape": shape}

    axes = [np.linspace(-0.5, 1.5, 31), RATES[:16], np.linspace(np.log(0.1), np.log(8.0), 12)]
    return scanned(t, y, axes, basis, read, UNITS, shift=("midpoint",), rounds=10, bins=64)


def start_zwietering(t: Any, y: Any) -> dict[str, float]:
    """The start of Gompertz growth, in terms of its steepest tangent."""
    found = start_gompertz(t, y)
    return {
        "A": found["K"],
        "mu": found["K"] * found["rate"] / float(np.e),
        "lag": found["midpoint"] - 1.0 / found["rate"],
    }


def _read(nonlinear: Any, linear: Any) -> dict[str, float]:
    place, *logs = nonlinear
    values = (linear[0], np.exp(logs[0]), place, *np.exp(logs[1:]))
    return dict(zip(("K", "rate", "midpoint", "shape"), values))


INFLECTION = Quantity("midpoint", "[t]", value=lambda midpoint: midpoint)

LOGISTIC_GROWTH = ShelfModel(
    name="logistic_growth",
    function=logistic_growth,
    start=start_logistic_growth,
    equation="y = K / (1 + exp(-rate * (t - midpoint)))",
    independent=("t",),
    source="P.-F. Verhulst, Corr. math. phys. 10, 113, 1838",
    bounds={"rate": POSITIVE},
    quantities={
        "max_growth_rate": Quantity("K * rate / 4", "[y]/[t]", value=lambda K, rate: K * rate / 4),
        "doubling_time": Quantity("ln 2 / rate", "[t]", value=lambda rate: LOG_TWO / rate),
        "lag": Quantity(
            "midpoint - 2 / rate", "[t]", value=lambda rate, midpoint: midpoint - 2.0 / rate
        ),
        "inflection": INFLECTION,
    },
)

GOMPERTZ = ShelfModel(
    name="gompertz",
    function=gompertz,
    start=start_gompertz,
    equation="y = K * exp(-exp(-rate * (t - midpoint)))",
    independent=("t",),
    source="C. P. Winsor, Proc. Natl. Acad. Sci. 18, 1, 1932",
    bounds={"rate": POSITIVE},
    quantities={
        "max_growth_rate": Quantity(
            "K * rate / e", "[y]/[t]", value=lambda K, rate: K * rate / np.e
        ),
        "lag": Quantity(
            "midpoint - 1 / rate", "[t]", value=lambda rate, midpoint: midpoint - 1.0 / rate
        ),
        "inflection": INFLECTION,
    },
)

RICHARDS = ShelfModel(
    name="richards",
    function=richards,
    start=start_richards,
    equation="y = K * (1 + shape * exp(-rate * (t - midpoint)))**(-1 / shape)",
    independent=("t",),
    source="F. J. Richards, J. Exp. Bot. 10, 290, 1959",
    bounds={"rate": POSITIVE, "shape": POSITIVE},
    quantities={
        "max_growth_rate": Quantity(
            "K * rate * (1 + shape)**(-1 - 1 / shape)",
            "[y]/[t]",
            value=lambda K, rate, shape: K * rate * (1.0 + shape) ** (-1.0 - 1.0 / shape),
        ),
        "inflection": INFLECTION,
    },
)

ZWIETERING = ShelfModel(
    name="zwietering",
    function=zwietering,
    start=start_zwietering,
    equation="y = A * exp(-exp(mu * e / A * (lag - t) + 1))",
    independent=("t",),
    source="M. H. Zwietering et al., Appl. Environ. Microbiol. 56, 1875, 1990",
    quantities={
        "inflection": Quantity(
            "lag + A / (mu * e)", "[t]", value=lambda A, mu, lag: lag + A / (mu * np.e)
        ),
        # When y is the natural logarithm of a number of cells.
        "doubling_time": Quantity("ln 2 / mu", "[t]", value=lambda mu: LOG_TWO / mu),
    },
)
