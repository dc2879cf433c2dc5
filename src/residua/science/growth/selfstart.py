"""R's self-starting models of decay and uptake, in R's own parameters, under R's own names.

J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, Springer, 2000, appendix C;
R Core Team, package "stats", SSasymp, SSasympOff, SSasympOrig, SSbiexp, SSfol, SSmicmen. What is
positive enters by its logarithm, so that these models need no bounds.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.curves.exponentials import start_exponential
from residua.science.divided import difference_of_exponentials
from residua.science.estimates import Array
from residua.science.growth.growth_limited import start_von_bertalanffy
from residua.science.kinetics.rates import start_michaelis_menten
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import scanned

R_BOOK = "J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, appendix C"
LOG_TWO = float(np.log(2.0))


def ssasymp(
    input: Annotated[Array, Doc("independent variable, any shape")],
    Asym: Annotated[float, Doc("asymptote at large input"), unit("[y]")],
    R0: Annotated[float, Doc("value at input = 0"), unit("[y]")],
    lrc: Annotated[float, Doc("natural logarithm of the rate in 1/[input]"), unit("")],
) -> Array:
    """R's SSasymp: asymptotic regression.

    y = Asym + (R0 - Asym) * exp(-exp(lrc) * input)

    Returns:
        y, of the shape of input.

    Source: J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, C.1.

    >>> import numpy as np
    >>> ssasymp(np.array([0.0, np.log(2.0)]), Asym=5.0, R0=1.0, lrc=0.0)
    array([1., 3.])
    """
    return Asym + (R0 - Asym) * np.exp(-np.exp(lrc) * input)


def ssasympoff(
    input: Annotated[Array, Doc("independent variable, any shape")],
    Asym: Annotated[float, Doc("asymptote at large input"), unit("[y]")],
    lrc: Annotated[float, Doc("natural logarithm of the rate in 1/[input]"), unit("")],
    c0: Annotated[float, Doc("input at which y is zero"), unit("[input]")],
) -> Array:
    """R's SSasympOff: asymptotic regression that is zero at an offset.

    y = Asym * (1 - exp(-exp(lrc) * (input - c0)))

    Returns:
        y, of the shape of input.

    Source: J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, C.2.

    >>> import numpy as np
    >>> y = ssasympoff(np.array([2.0, 2.0 + np.log(2.0)]), Asym=4.0, lrc=0.0, c0=2.0)
    >>> print(y.round(12))
    [0. 2.]
    """
    return -Asym * np.expm1(-np.exp(lrc) * (input - c0))


def ssasymporig(
    input: Annotated[Array, Doc("independent variable, any shape")],
    Asym: Annotated[float, Doc("asymptote at large input"), unit("[y]")],
    lrc: Annotated[float, Doc("natural logarithm of the rate in 1/[input]"), unit("")],
) -> Array:
    """R's SSasympOrig: asymptotic regression through the origin.

    y = Asym * (1 - exp(-exp(lrc) * input))

    Returns:
        y, of the shape of input.

    Source: J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, C.3.

    >>> import numpy as np
    >>> print(ssasymporig(np.array([0.0, np.log(2.0)]), Asym=4.0, lrc=0.0).round(12))
    [0. 2.]
    """
    return -Asym * np.expm1(-np.exp(lrc) * input)


def ssbiexp(
    input: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    A1: Annotated[float, Doc("share of the fast decay at input = 0"), unit("[y]")],
    lrc1: Annotated[float, Doc("natural logarithm of the fast rate in 1/[input]"), unit("")],
    A2: Annotated[float, Doc("share of the slow decay at input = 0"), unit("[y]")],
    lrc2: Annotated[float, Doc("natural logarithm of the slow rate in 1/[input]"), unit("")],
) -> Array:
    """R's SSbiexp: two exponential decays to zero.

    y = A1 * exp(-exp(lrc1) * input) + A2 * exp(-exp(lrc2) * input)

    The automatic start puts the faster decay first, lrc1 > lrc2.

    Returns:
        y, of the shape of input.

    Source: J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, C.4.

    >>> import numpy as np
    >>> ssbiexp(np.array([0.0, np.log(2.0)]), A1=4.0, lrc1=np.log(2.0), A2=2.0, lrc2=0.0)
    array([6., 2.])
    """
    return A1 * np.exp(-np.exp(lrc1) * input) + A2 * np.exp(-np.exp(lrc2) * input)


def ssfol(
    Dose: Annotated[Array, Doc("initial dose, any shape")],
    input: Annotated[Array, Doc("time since the dose, not negative, of the shape of Dose")],
    lKe: Annotated[
        float, Doc("natural logarithm of the rate of elimination in 1/[input]"), unit("")
    ],
    lKa: Annotated[
        float, Doc("natural logarithm of the rate of absorption in 1/[input]"), unit("")
    ],
    lCl: Annotated[
        float, Doc("natural logarithm of the clearance in [Dose]/([y][input])"), unit("")
    ],
) -> Array:
    """R's SSfol: one compartment with first-order uptake and elimination.

    y = Dose * ke * ka / Cl * (exp(-ke * input) - exp(-ka * input)) / (ka - ke), with
    ke = exp(lKe), ka = exp(lKa), Cl = exp(lCl)

    Swapping lKe with lKa gives the same shape with another lCl; the automatic start takes uptake as
    the faster, lKa > lKe. Equal rates are their limit, not a division by zero.

    Returns:
        y, mostly a concentration, of the shape of input.

    Source: J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, C.5.

    >>> import numpy as np
    >>> y = ssfol(np.array([3.0, 3.0]), np.array([0.0, 1.0]), lKe=0.0, lKa=0.0, lCl=0.0)
    >>> print((np.e * y).round(12))
    [0. 3.]
    """
    rise = difference_of_exponentials(np.exp(lKe) * input, np.exp(lKa) * input)
    return Dose * np.exp(lKe + lKa - lCl) * input * rise


def ssmicmen(
    input: Annotated[Array, Doc("concentration of the substrate, not negative, any shape")],
    Vm: Annotated[float, Doc("largest value of y"), unit("[y]")],
    K: Annotated[float, Doc("input at which half of Vm is reached, positive"), unit("[input]")],
) -> Array:
    """R's SSmicmen: the Michaelis-Menten model.

    y = Vm * input / (K + input)

    Returns:
        y, of the shape of input.

    Source: J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, C.7.

    >>> import numpy as np
    >>> ssmicmen(np.array([0.0, 2.0, 6.0]), Vm=8.0, K=2.0)
    array([0., 4., 6.])
    """
    return Vm * input / (K + input)


def start_ssasymp(input: Any, y: Any) -> dict[str, float]:
    """The start of an exponential decay."""
    found = start_exponential(input, y, decaying=True)
    first = found["amplitude"] + found["offset"]
    return {"Asym": found["offset"], "R0": first, "lrc": float(np.log(found["rate"]))}


def start_ssasympoff(input: Any, y: Any) -> dict[str, float]:
    """The start of the same curve as von Bertalanffy's."""
    found = start_von_bertalanffy(input, y)
    return {"Asym": found["Linf"], "lrc": float(np.log(found["k"])), "c0": found["t0"]}


def start_ssasymporig(input: Any, y: Any) -> dict[str, float]:
    """Scan the rate; the asymptote is linear."""
    found = scanned(
        input,
        y,
        [np.linspace(-4.0, 6.0, 60)],
        lambda u, s: (-np.expm1(-np.exp(s) * u),),
        lambda s, c: {"Asym": c[0], "rate": np.exp(s[0])},
        {"Asym": (0, 1), "rate": (-1, 0)},
    )
    return {"Asym": found["Asym"], "lrc": float(np.log(found["rate"]))}


def start_ssbiexp(input: Any, y: Any) -> dict[str, float]:
    """Scan both rates, the faster one first; the amplitudes are linear."""
    axis = np.linspace(-4.0, 6.0, 40)
    found = scanned(
        input,
        y,
        [axis, axis],
        lambda u, s1, s2: (np.exp(-np.exp(s1) * u), np.exp(-np.exp(s2) * u)),
        lambda s, c: {"A1": c[0], "k1": np.exp(s[0]), "A2": c[1], "k2": np.exp(s[1])},
        {"A1": (0, 1), "k1": (-1, 0), "A2": (0, 1), "k2": (-1, 0)},
        valid=lambda s1, s2: s1 - s2 > 0.1,
        rounds=8,
    )
    lrc1, lrc2 = float(np.log(found["k1"])), float(np.log(found["k2"]))
    return {"A1": found["A1"], "lrc1": lrc1, "A2": found["A2"], "lrc2": lrc2}


def start_ssfol(Dose: Any, input: Any, y: Any) -> dict[str, float]:
    """Scan both rates, uptake the faster; one over the clearance is linear."""

    def basis(dose: Array, u: Array, s: Any, gap: Any) -> tuple[Any]:
        ke, ka = np.exp(s), np.exp(s + gap)
        u = np.maximum(u, 0.0)
        return (dose * ka * u * difference_of_exponentials(ke * u, ka * u),)

    found = scanned(
        (Dose, input),
        y,
        [np.linspace(-4.0, 4.0, 28), np.linspace(0.1, 6.0, 18)],
        basis,
        lambda s, c: {"ke": np.exp(s[0]), "ka": np.exp(s[0] + s[1]), "inverse": abs(c[0])},
        {"ke": (0, -1, 0), "ka": (0, -1, 0), "inverse": (-1, 0, 1)},
        valid=lambda s, gap: gap > 0,
        rounds=8,
    )
    lKe, lKa, inverse = (float(np.log(value)) for value in _nonzero(found).values())
    return {"lKe": lKe, "lKa": lKa, "lCl": lKe - inverse}


def start_ssmicmen(input: Any, y: Any) -> dict[str, float]:
    """The start of the Michaelis-Menten rate."""
    found = start_michaelis_menten(input, y)
    return {"Vm": found["Vmax"], "K": found["Km"]}


def _nonzero(values: dict[str, float]) -> dict[str, float]:
    return {name: value or 1.0 for name, value in values.items()}


HALF_LIFE = Quantity("ln 2 / exp(lrc)", "[input]", value=lambda lrc: LOG_TWO * np.exp(-lrc))

SSASYMP = ShelfModel(
    name="ssasymp",
    function=ssasymp,
    start=start_ssasymp,
    equation="y = Asym + (R0 - Asym) * exp(-exp(lrc) * input)",
    independent=("input",),
    source=R_BOOK,
    quantities={"half_life": HALF_LIFE},
)

SSASYMPOFF = ShelfModel(
    name="ssasympoff",
    function=ssasympoff,
    start=start_ssasympoff,
    equation="y = Asym * (1 - exp(-exp(lrc) * (input - c0)))",
    independent=("input",),
    source=R_BOOK,
    quantities={"half_life": HALF_LIFE},
)

SSASYMPORIG = ShelfModel(
    name="ssasymporig",
    function=ssasymporig,
    start=start_ssasymporig,
    equation="y = Asym * (1 - exp(-exp(lrc) * input))",
    independent=("input",),
    source=R_BOOK,
    quantities={"half_life": HALF_LIFE},
)

SSBIEXP = ShelfModel(
    name="ssbiexp",
    function=ssbiexp,
    start=start_ssbiexp,
    equation="y = A1 * exp(-exp(lrc1) * input) + A2 * exp(-exp(lrc2) * input)",
    independent=("input",),
    source=R_BOOK,
    quantities={
        "half_life1": Quantity(
            "ln 2 / exp(lrc1)", "[input]", value=lambda lrc1: LOG_TWO * np.exp(-lrc1)
        ),
        "half_life2": Quantity(
            "ln 2 / exp(lrc2)", "[input]", value=lambda lrc2: LOG_TWO * np.exp(-lrc2)
        ),
    },
)

SSFOL = ShelfModel(
    name="ssfol",
    function=ssfol,
    start=start_ssfol,
    equation=(
        "y = Dose * ke * ka / Cl * (exp(-ke * input) - exp(-ka * input)) / (ka - ke), with"
        " ke = exp(lKe), ka = exp(lKa), Cl = exp(lCl)"
    ),
    independent=("Dose", "input"),
    source=R_BOOK,
    quantities={
        "half_life": Quantity(
            "ln 2 / exp(lKe)", "[input]", value=lambda lKe: LOG_TWO * np.exp(-lKe)
        ),
        "time_of_peak": Quantity(
            "(lKa - lKe) / (exp(lKa) - exp(lKe))",
            "[input]",
            value=lambda lKe, lKa: (lKa - lKe) / (np.exp(lKa) - np.exp(lKe)),
        ),
        "clearance": Quantity("exp(lCl)", "[Dose]/([y][input])", value=lambda lCl: np.exp(lCl)),
    },
)

SSMICMEN = ShelfModel(
    name="ssmicmen",
    function=ssmicmen,
    start=start_ssmicmen,
    equation="y = Vm * input / (K + input)",
    independent=("input",),
    source=R_BOOK,
    bounds={"K": (0.0, np.inf)},
)
