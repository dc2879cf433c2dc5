"""Relaxation that is not simply exponential: stretched exponential, power-law decay."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import TINY, scanned

POSITIVE = (0.0, np.inf)
LOG_TWO = float(np.log(2.0))


def stretched_exponential(
    t: Annotated[Array, Doc("time, not negative (a negative one counts as zero), any shape")],
    amplitude: Annotated[float, Doc("y - offset at t = 0"), unit("[y]")],
    tau: Annotated[float, Doc("time at which 1/e of the amplitude is left, positive"), unit("[t]")],
    beta: Annotated[
        float,
        Doc("stretching, positive; 1 is the plain exponential, more than 1 compressed"),
        unit(""),
    ],
    offset: Annotated[float, Doc("value approached at late times"), unit("[y]")],
) -> Array:
    """The stretched exponential of Kohlrausch: relaxation with a spread of times.

    y = amplitude * exp(-(t / tau)**beta) + offset

    Returns:
        y, of the shape of t.

    Source: R. Kohlrausch, Ann. Phys. Chem. 91, 179, 1854; G. Williams and D. C. Watts, Trans.
    Faraday Soc. 66, 80, 1970.

    >>> import numpy as np
    >>> y = stretched_exponential(np.array([0.0, 3.0]), np.e, tau=3.0, beta=0.5, offset=1.0)
    >>> print(y.round(6))
    [3.718282 2.      ]
    """
    log = beta * (np.log(np.maximum(t, TINY)) - np.log(tau))
    return amplitude * np.exp(-np.exp(np.minimum(log, 600.0))) + offset


def power_law_decay(
    t: Annotated[Array, Doc("time, not negative, any shape")],
    amplitude: Annotated[float, Doc("value at t = 0"), unit("[y]")],
    tau: Annotated[float, Doc("time at which the power law sets in, positive"), unit("[t]")],
    n: Annotated[float, Doc("exponent at late times, positive"), unit("")],
) -> Array:
    """Becquerel's power-law decay of luminescence; n = 1 is the second-order rate law.

    y = amplitude / (1 + t / tau)**n

    Returns:
        y, of the shape of t.

    Source: E. Becquerel, La lumière, 1867; M. N. Berberan-Santos, E. N. Bodunov and B. Valeur,
    Chem. Phys. 317, 57, 2005.

    >>> import numpy as np
    >>> power_law_decay(np.array([0.0, 2.0]), amplitude=6.0, tau=2.0, n=1.0)
    array([6., 3.])
    """
    return amplitude * np.exp(-n * np.log1p(t / tau))


def start_stretched_exponential(t: Any, y: Any) -> dict[str, float]:
    """Scan time and stretching; amplitude and offset are linear."""

    def basis(u: Array, s: Any, m: Any) -> tuple[Any, Any]:
        log = np.exp(m) * (np.log(np.maximum(u, TINY)) - s)
        return np.exp(-np.exp(np.minimum(log, 600.0))), np.ones_like(u)

    def read(s: Any, c: Any) -> dict[str, float]:
        return {"amplitude": c[0], "tau": np.exp(s[0]), "beta": np.exp(s[1]), "offset": c[1]}

    return scanned(
        t,
        y,
        [np.linspace(-6.0, 2.0, 34), np.linspace(np.log(0.15), np.log(5.0), 16)],
        basis,
        read,
        {"amplitude": (0, 1), "tau": (1, 0), "beta": (0, 0), "offset": (0, 1)},
        offset=True,
        rounds=8,
    )


def start_power_law_decay(t: Any, y: Any) -> dict[str, float]:
    """Scan half-life and exponent, which hardly depend on each other; the amplitude is linear."""

    def inverse(s: Any, m: Any) -> Any:
        # The half-life is tau (2**(1/n) - 1).
        return np.exp(-s) * np.expm1(LOG_TWO * np.exp(-m))

    def basis(u: Array, s: Any, m: Any) -> tuple[Any]:
        return (np.exp(-np.exp(m) * np.log1p(np.maximum(u, 0.0) * inverse(s, m))),)

    def read(s: Any, c: Any) -> dict[str, float]:
        return {"amplitude": c[0], "tau": 1.0 / inverse(*s), "n": np.exp(s[1])}

    return scanned(
        t,
        y,
        [np.linspace(-8.0, 2.0, 34), np.linspace(np.log(0.2), np.log(20.0), 16)],
        basis,
        read,
        {"amplitude": (0, 1), "tau": (1, 0), "n": (0, 0)},
        rounds=10,
    )


def _mean_lifetime(tau: Any, beta: Any) -> Any:
    from scipy.special import gamma

    return tau / beta * gamma(1.0 / beta)


STRETCHED_EXPONENTIAL = ShelfModel(
    name="stretched_exponential",
    function=stretched_exponential,
    start=start_stretched_exponential,
    equation="y = amplitude * exp(-(t / tau)**beta) + offset",
    independent=("t",),
    source="R. Kohlrausch, Ann. Phys. Chem. 91, 179, 1854",
    bounds={"tau": POSITIVE, "beta": POSITIVE},
    quantities={
        "half_life": Quantity(
            "tau * ln(2)**(1 / beta)", "[t]", value=lambda tau, beta: tau * LOG_TWO ** (1.0 / beta)
        ),
        "lifetime": Quantity("tau / beta * Gamma(1 / beta)", "[t]", value=_mean_lifetime),
    },
)

POWER_LAW_DECAY = ShelfModel(
    name="power_law_decay",
    function=power_law_decay,
    start=start_power_law_decay,
    equation="y = amplitude / (1 + t / tau)**n",
    independent=("t",),
    source="M. N. Berberan-Santos, E. N. Bodunov and B. Valeur, Chem. Phys. 317, 57, 2005",
    bounds={"tau": POSITIVE, "n": POSITIVE},
    quantities={
        "half_life": Quantity(
            "tau * (2**(1 / n) - 1)", "[t]", value=lambda tau, n: tau * np.expm1(LOG_TWO / n)
        ),
    },
)
