"""Growth that slows from its first value to a limit: monomolecular, von Bertalanffy, Weibull."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.curves.exponentials import start_exponential
from residua.science.estimates import Array
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import TINY, scanned

POSITIVE = (0.0, np.inf)
LOG_TWO = float(np.log(2.0))


def monomolecular(
    t: Annotated[Array, Doc("time, or an amount of fertilizer, any shape")],
    K: Annotated[float, Doc("limit at late times"), unit("[y]")],
    y0: Annotated[float, Doc("value at t = 0"), unit("[y]")],
    rate: Annotated[float, Doc("rate of the approach, positive"), unit("1/[t]")],
) -> Array:
    """Monomolecular (Mitscherlich) growth: the rate is in proportion to what is missing.

    y = K - (K - y0) * exp(-rate * t)

    Returns:
        y, of the shape of t.

    Source: E. A. Mitscherlich, Landw. Jahrb. 38, 537, 1909.

    >>> import numpy as np
    >>> monomolecular(np.array([0.0, np.log(2.0)]), K=5.0, y0=1.0, rate=1.0)
    array([1., 3.])
    """
    return K - (K - y0) * np.exp(-rate * t)


def von_bertalanffy(
    t: Annotated[Array, Doc("age, any shape")],
    Linf: Annotated[float, Doc("length at great age"), unit("[L]")],
    k: Annotated[float, Doc("rate of the approach, positive"), unit("1/[t]")],
    t0: Annotated[float, Doc("age at which the length would have been zero"), unit("[t]")],
) -> Array:
    """The von Bertalanffy growth of the length of an animal.

    L = Linf * (1 - exp(-k * (t - t0)))

    Returns:
        L, of the shape of t.

    Source: L. von Bertalanffy, Human Biology 10, 181, 1938; in this form R. J. H. Beverton and
    S. J. Holt, On the Dynamics of Exploited Fish Populations, 1957.

    >>> import numpy as np
    >>> L = von_bertalanffy(np.array([-1.0, np.log(2.0) - 1.0]), Linf=60.0, k=1.0, t0=-1.0)
    >>> print(L.round(12))
    [ 0. 30.]
    """
    return -Linf * np.expm1(-k * (t - t0))


def weibull_growth(
    t: Annotated[
        Array,
        Doc("time since the beginning, not negative (a negative one counts as zero), any shape"),
    ],
    K: Annotated[float, Doc("limit at late times"), unit("[y]")],
    y0: Annotated[float, Doc("value at t = 0"), unit("[y]")],
    rate: Annotated[
        float,
        Doc("one over the time at which the share 1/e is still missing, positive"),
        unit("1/[t]"),
    ],
    shape: Annotated[
        float, Doc("shape, positive; 1 gives monomolecular growth, more a sigmoid curve"), unit("")
    ],
) -> Array:
    """Weibull growth: from a first value to a limit, straight away or after a slow beginning.

    y = K - (K - y0) * exp(-(rate * t)**shape)

    Returns:
        y, of the shape of t.

    Source: D. A. Ratkowsky, Nonlinear Regression Modeling, 1983, chapter 4.

    >>> import numpy as np
    >>> y = weibull_growth(np.array([0.0, 2.0, 9e9]), K=5.0, y0=1.0, rate=0.5, shape=2.0)
    >>> print(y.round(6))
    [1.       3.528482 5.      ]
    """
    elapsed = np.log(np.maximum(t, TINY)) + np.log(rate)
    return K - (K - y0) * np.exp(-np.exp(np.minimum(shape * elapsed, 600.0)))


def start_monomolecular(t: Any, y: Any) -> dict[str, float]:
    """The start of an exponential decay of what is missing."""
    found = start_exponential(t, y, decaying=True)
    first = found["amplitude"] + found["offset"]
    return {"K": found["offset"], "y0": first, "rate": found["rate"]}


def start_von_bertalanffy(t: Any, L: Any) -> dict[str, float]:
    """The start of an exponential decay of what is missing, whose beginning is t0."""
    found = start_exponential(t, L, decaying=True)
    Linf, k = found["offset"], found["rate"]
    with np.errstate(all="ignore"):
        share = np.divide(-found["amplitude"], Linf)
        log = float(np.log(share)) if share > 0 and np.isfinite(share) else 0.0
    return {"Linf": Linf, "k": k, "t0": log / k}


def start_weibull_growth(t: Any, y: Any) -> dict[str, float]:
    """Scan rate and shape; limit and first value are linear."""

    def basis(u: Array, s: Any, m: Any) -> tuple[Any, Any]:
        elapsed = np.log(np.maximum(u, TINY)) + s
        return np.exp(-np.exp(np.minimum(np.exp(m) * elapsed, 600.0))), np.ones_like(u)

    def read(s: Any, c: Any) -> dict[str, float]:
        return {"K": c[1], "y0": c[0] + c[1], "rate": np.exp(s[0]), "shape": np.exp(s[1])}

    return scanned(
        t,
        y,
        [np.linspace(-2.5, 5.0, 30), np.linspace(np.log(0.2), np.log(12.0), 16)],
        basis,
        read,
        {"K": (0, 1), "y0": (0, 1), "rate": (-1, 0), "shape": (0, 0)},
        offset=True,
        rounds=8,
    )


MONOMOLECULAR = ShelfModel(
    name="monomolecular",
    function=monomolecular,
    start=start_monomolecular,
    equation="y = K - (K - y0) * exp(-rate * t)",
    independent=("t",),
    source="E. A. Mitscherlich, Landw. Jahrb. 38, 537, 1909",
    bounds={"rate": POSITIVE},
    quantities={
        "half_time": Quantity("ln 2 / rate", "[t]", value=lambda rate: LOG_TWO / rate),
        "initial_growth_rate": Quantity(
            "(K - y0) * rate", "[y]/[t]", value=lambda K, y0, rate: (K - y0) * rate
        ),
    },
)

VON_BERTALANFFY = ShelfModel(
    name="von_bertalanffy",
    function=von_bertalanffy,
    start=start_von_bertalanffy,
    equation="L = Linf * (1 - exp(-k * (t - t0)))",
    independent=("t",),
    source="L. von Bertalanffy, Human Biology 10, 181, 1938",
    bounds={"k": POSITIVE},
    quantities={
        "half_time": Quantity("ln 2 / k", "[t]", value=lambda k: LOG_TWO / k),
        "length_at_birth": Quantity(
            "Linf * (1 - exp(k * t0))", "[L]", value=lambda Linf, k, t0: -Linf * np.expm1(k * t0)
        ),
    },
)

WEIBULL_GROWTH = ShelfModel(
    name="weibull_growth",
    function=weibull_growth,
    start=start_weibull_growth,
    equation="y = K - (K - y0) * exp(-(rate * t)**shape)",
    independent=("t",),
    source="D. A. Ratkowsky, Nonlinear Regression Modeling, 1983, chapter 4",
    bounds={"rate": POSITIVE, "shape": POSITIVE},
    quantities={
        "half_time": Quantity(
            "ln(2)**(1 / shape) / rate",
            "[t]",
            value=lambda rate, shape: LOG_TWO ** (1.0 / shape) / rate,
        ),
    },
)
