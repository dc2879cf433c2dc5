"""R's self-starting sigmoid models, in R's own parameters, under R's own names.

J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, Springer, 2000, appendix C;
R Core Team, package "stats", SSfpl, SSgompertz, SSlogis, SSweibull.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, clipped_exp
from residua.science.growth.growth import start_gompertz, start_logistic_growth
from residua.science.growth.growth_limited import start_weibull_growth
from residua.science.growth.selfstart import R_BOOK
from residua.science.growth.sigmoids import fraction, start_logistic
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import TINY


def ssfpl(
    input: Annotated[Array, Doc("independent variable, any shape")],
    A: Annotated[float, Doc("plateau at small input (for positive scal)"), unit("[y]")],
    B: Annotated[float, Doc("plateau at large input"), unit("[y]")],
    xmid: Annotated[float, Doc("input halfway between the plateaus"), unit("[input]")],
    scal: Annotated[float, Doc("scale of the step"), unit("[input]")],
) -> Array:
    """R's SSfpl: the four-parameter logistic.

    y = A + (B - A) / (1 + exp((xmid - input) / scal))

    Returns:
        y, of the shape of input.

    Source: J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, C.6; R's
    help page of SSfpl.

    >>> import numpy as np
    >>> ssfpl(np.array([-1e6, 3.0, 1e6]), A=1.0, B=5.0, xmid=3.0, scal=0.5)
    array([1., 3., 5.])
    """
    return A + (B - A) * fraction((input - xmid) / scal)


def sslogis(
    input: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    Asym: Annotated[float, Doc("asymptote at large input"), unit("[y]")],
    xmid: Annotated[float, Doc("input at the inflection, where y = Asym / 2"), unit("[input]")],
    scal: Annotated[float, Doc("scale of the step"), unit("[input]")],
) -> Array:
    """R's SSlogis: logistic growth.

    y = Asym / (1 + exp((xmid - input) / scal))

    Returns:
        y, of the shape of input.

    Source: J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, C.7; R's
    help page of SSlogis.

    >>> import numpy as np
    >>> sslogis(np.array([-1e6, 3.0, 1e6]), Asym=4.0, xmid=3.0, scal=0.5)
    array([0., 2., 4.])
    """
    return Asym * fraction((input - xmid) / scal)


def ssgompertz(
    x: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    Asym: Annotated[float, Doc("asymptote at large x"), unit("[y]")],
    b2: Annotated[float, Doc("ln(Asym / y) at x = 0"), unit("")],
    b3: Annotated[
        float, Doc("factor by which ln(Asym / y) falls for each unit of x, from 0 to 1"), unit("")
    ],
) -> Array:
    """R's SSgompertz: Gompertz growth.

    y = Asym * exp(-b2 * b3**x)

    Returns:
        y, of the shape of x.

    Source: R Core Team, package "stats" 4.0, help page of SSgompertz.

    >>> import numpy as np
    >>> print(ssgompertz(np.array([0.0, 1.0]), Asym=np.e, b2=1.0, b3=0.5).round(6))
    [1.       1.648721]
    """
    return Asym * np.exp(-b2 * np.exp(np.minimum(x * np.log(b3), 600.0)))


def ssweibull(
    x: Annotated[
        Array,
        Doc("independent variable, mostly time, not negative (a negative one counts as zero)"),
    ],
    Asym: Annotated[float, Doc("asymptote at large x"), unit("[y]")],
    Drop: Annotated[float, Doc("Asym less the value at x = 0"), unit("[y]")],
    lrc: Annotated[float, Doc("natural logarithm of the rate in 1/[x]**pwr"), unit("")],
    pwr: Annotated[float, Doc("power of x, positive"), unit("")],
) -> Array:
    """R's SSweibull: Weibull growth.

    y = Asym - Drop * exp(-exp(lrc) * x**pwr)

    Returns:
        y, of the shape of x.

    Source: D. A. Ratkowsky, Nonlinear Regression Modeling, 1983, section 4.4.5; R's help page of
    SSweibull.

    >>> import numpy as np
    >>> print(ssweibull(np.array([0.0, 1.0]), Asym=5.0, Drop=4.0, lrc=0.0, pwr=2.0).round(6))
    [1.       3.528482]
    """
    log = lrc + pwr * np.log(np.maximum(x, TINY))
    return Asym - Drop * np.exp(-np.exp(np.minimum(log, 600.0)))


def start_ssfpl(input: Any, y: Any) -> dict[str, float]:
    """The start of the logistic curve; scal is positive."""
    found = start_logistic(input, y)
    ends = found["lower"], found["upper"]
    A, B = ends if found["slope"] > 0 else ends[::-1]
    return {"A": A, "B": B, "xmid": found["midpoint"], "scal": _inverse(abs(found["slope"]))}


def start_sslogis(input: Any, y: Any) -> dict[str, float]:
    """The start of logistic growth."""
    found = start_logistic_growth(input, y)
    return {"Asym": found["K"], "xmid": found["midpoint"], "scal": _inverse(found["rate"])}


def start_ssgompertz(x: Any, y: Any) -> dict[str, float]:
    """The start of Gompertz growth."""
    found = start_gompertz(x, y)
    b2 = clipped_exp(found["rate"] * found["midpoint"])
    # A factor below 1, however fast the growth.
    b3 = float(np.clip(np.exp(-found["rate"]), TINY, 1.0 - 1e-12))
    return {"Asym": found["K"], "b2": b2, "b3": b3}


def start_ssweibull(x: Any, y: Any) -> dict[str, float]:
    """The start of Weibull growth."""
    found = start_weibull_growth(x, y)
    drop, pwr = found["K"] - found["y0"], found["shape"]
    return {"Asym": found["K"], "Drop": drop, "lrc": pwr * float(np.log(found["rate"])), "pwr": pwr}


def _inverse(value: float) -> float:
    """1 / value within the range of a double."""
    return clipped_exp(-float(np.log(max(value, TINY))))


SSFPL = ShelfModel(
    name="ssfpl",
    function=ssfpl,
    start=start_ssfpl,
    equation="y = A + (B - A) / (1 + exp((xmid - input) / scal))",
    independent=("input",),
    source=R_BOOK,
)

SSLOGIS = ShelfModel(
    name="sslogis",
    function=sslogis,
    start=start_sslogis,
    equation="y = Asym / (1 + exp((xmid - input) / scal))",
    independent=("input",),
    source=R_BOOK,
    quantities={
        "max_growth_rate": Quantity(
            "Asym / (4 * scal)", "[y]/[input]", value=lambda Asym, scal: Asym / (4.0 * scal)
        ),
    },
)

SSGOMPERTZ = ShelfModel(
    name="ssgompertz",
    function=ssgompertz,
    start=start_ssgompertz,
    equation="y = Asym * exp(-b2 * b3**x)",
    independent=("x",),
    source='R Core Team, package "stats" 4.0, help page of SSgompertz',
    bounds={"b3": (0.0, 1.0)},
    quantities={
        "inflection": Quantity(
            "-ln(b2) / ln(b3)", "[x]", value=lambda b2, b3: -np.log(b2) / np.log(b3)
        ),
        "max_growth_rate": Quantity(
            "-Asym * ln(b3) / e", "[y]/[x]", value=lambda Asym, b3: -Asym * np.log(b3) / np.e
        ),
    },
)

SSWEIBULL = ShelfModel(
    name="ssweibull",
    function=ssweibull,
    start=start_ssweibull,
    equation="y = Asym - Drop * exp(-exp(lrc) * x**pwr)",
    independent=("x",),
    source="D. A. Ratkowsky, Nonlinear Regression Modeling, 1983, section 4.4.5",
    bounds={"pwr": (0.0, np.inf)},
)
