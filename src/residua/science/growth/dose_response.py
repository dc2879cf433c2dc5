"""Dose and response between two plateaus: against dose or its logarithm, even or not."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.growth.sigmoids import fraction, start_logistic
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import TINY, ladder, scanned

POSITIVE = (0.0, np.inf)
LOG_TEN = float(np.log(10.0))


def four_parameter_logistic(
    dose: Annotated[
        Array, Doc("dose or concentration, not negative (a negative one counts as zero), any shape")
    ],
    bottom: Annotated[float, Doc("response at dose 0"), unit("[y]")],
    top: Annotated[float, Doc("response at a saturating dose"), unit("[y]")],
    EC50: Annotated[float, Doc("dose of half the effect, positive"), unit("[dose]")],
    slope: Annotated[float, Doc("Hill slope"), unit("")],
) -> Array:
    """The four-parameter logistic (4PL, Emax) curve of response against dose.

    y = bottom + (top - bottom) / (1 + (EC50 / dose)**slope)

    bottom is the response without any dose and top that at a saturating dose, for a positive slope;
    an inhibitor has top < bottom, and EC50 is then called IC50. Swapping bottom with top and
    turning the sign of slope leaves y unchanged; the automatic start takes slope > 0.

    Returns:
        y, of the shape of dose.

    Source: A. De Lean, P. J. Munson and D. Rodbard, Am. J. Physiol. 235, E97, 1978.

    >>> import numpy as np
    >>> four_parameter_logistic(np.array([0.0, 2.0]), bottom=1.0, top=5.0, EC50=2.0, slope=3.0)
    array([1., 3.])
    """
    return bottom + (top - bottom) * fraction(slope * (_log(dose) - np.log(EC50)))


def five_parameter_logistic(
    dose: Annotated[
        Array, Doc("dose or concentration, not negative (a negative one counts as zero), any shape")
    ],
    bottom: Annotated[float, Doc("response at dose 0"), unit("[y]")],
    top: Annotated[float, Doc("response at a saturating dose"), unit("[y]")],
    C: Annotated[
        float,
        Doc("location, positive; the quantity EC50 is the dose of half the effect"),
        unit("[dose]"),
    ],
    slope: Annotated[float, Doc("Hill slope, positive"), unit("")],
    asymmetry: Annotated[
        float, Doc("asymmetry, positive; 1 gives the four-parameter logistic"), unit("")
    ],
) -> Array:
    """The five-parameter logistic (5PL) curve: the two bends may differ.

    y = bottom + (top - bottom) / (1 + (C / dose)**slope)**asymmetry

    Returns:
        y, of the shape of dose.

    Source: P. G. Gottschalk and J. R. Dunn, Anal. Biochem. 343, 54, 2005.

    >>> import numpy as np
    >>> y = five_parameter_logistic(np.array([0.0, 2.0]), 1.0, 5.0, C=2.0, slope=3.0, asymmetry=2.0)
    >>> print(y.round(12))
    [1. 2.]
    """
    below = np.logaddexp(0.0, slope * (np.log(C) - _log(dose)))
    return bottom + (top - bottom) * np.exp(-asymmetry * below)


def log_dose_response(
    x: Annotated[Array, Doc("log10 of the dose, any shape")],
    bottom: Annotated[
        float, Doc("response at a vanishing dose, for a positive slope"), unit("[y]")
    ],
    top: Annotated[float, Doc("response at a saturating dose"), unit("[y]")],
    logEC50: Annotated[float, Doc("log10 of the dose of half the effect"), unit("[x]")],
    slope: Annotated[
        float, Doc("Hill slope; the automatic start takes it positive"), unit("1/[x]")
    ],
) -> Array:
    """The four-parameter logistic against the decadic logarithm of the dose.

    y = bottom + (top - bottom) / (1 + 10**((logEC50 - x) * slope))

    Returns:
        y, of the shape of x.

    Source: A. De Lean, P. J. Munson and D. Rodbard, Am. J. Physiol. 235, E97, 1978.

    >>> import numpy as np
    >>> log_dose_response(np.array([-99.0, -7.0]), bottom=1.0, top=5.0, logEC50=-7.0, slope=1.0)
    array([1., 3.])
    """
    return bottom + (top - bottom) * fraction(LOG_TEN * slope * (x - logEC50))


def brain_cousens(
    dose: Annotated[Array, Doc("dose or concentration, not negative, any shape")],
    bottom: Annotated[float, Doc("response at a large dose"), unit("[y]")],
    top: Annotated[float, Doc("response at dose 0"), unit("[y]")],
    hormesis: Annotated[float, Doc("initial rise of the response"), unit("[y]/[dose]")],
    C: Annotated[
        float,
        Doc("location of the fall, positive; the dose of half the effect if hormesis is 0"),
        unit("[dose]"),
    ],
    slope: Annotated[float, Doc("steepness of the fall, above 1"), unit("")],
) -> Array:
    """The Brain-Cousens curve: a little of an inhibitor stimulates, more of it inhibits.

    y = bottom + (top - bottom + hormesis * dose) / (1 + (dose / C)**slope)

    Returns:
        y, of the shape of dose.

    Source: P. Brain and R. Cousens, Weed Research 29, 93, 1989.

    >>> import numpy as np
    >>> y = brain_cousens(np.array([0.0, 2.0]), 1.0, 5.0, hormesis=1.0, C=2.0, slope=3.0)
    >>> print(y.round(12))
    [5. 4.]
    """
    left = fraction(slope * (np.log(C) - _log(dose)))
    return bottom + (top - bottom + hormesis * dose) * left


def _log(dose: Any) -> Any:
    """ln dose, where no dose at all counts as the smallest normal number."""
    return np.log(np.maximum(dose, TINY))


SLOPES = np.linspace(np.log(0.25), np.log(12.0), 12)
UNITS = {
    "bottom": (0, 1),
    "top": (0, 1),
    "EC50": (1, 0),
    "C": (1, 0),
    "slope": (0, 0),
    "asymmetry": (0, 0),
    "hormesis": (-1, 1),
}


def start_four_parameter_logistic(dose: Any, y: Any) -> dict[str, float]:
    """Scan EC50 and slope; the plateaus are linear."""

    def read(s: Any, c: Any) -> dict[str, float]:
        top = c[0] + c[1]
        return {"bottom": c[1], "top": top, "EC50": np.exp(s[0]), "slope": np.exp(s[1])}

    return scanned(
        dose,
        y,
        lambda u: [ladder(u, 2.0, 2.0, 40), SLOPES],
        lambda u, s, m: (fraction(np.exp(m) * (_log(u) - s)), np.ones_like(u)),
        read,
        UNITS,
        offset=True,
        rounds=8,
    )


def start_five_parameter_logistic(dose: Any, y: Any) -> dict[str, float]:
    """Scan the dose of half the effect, slope and asymmetry; the plateaus are linear."""

    def location(s: Any, slope: Any, g: Any) -> Any:
        return s + np.log(np.expm1(np.log(2.0) / g)) / slope

    def basis(u: Array, s: Any, m: Any, log_g: Any) -> tuple[Any, Any]:
        slope, g = np.exp(m), np.exp(log_g)
        below = np.logaddexp(0.0, slope * (location(s, slope, g) - _log(u)))
        return np.exp(-g * below), np.ones_like(u)

    def read(s: Any, c: Any) -> dict[str, float]:
        slope, g = np.exp(s[1]), np.exp(s[2])
        C = np.exp(location(s[0], slope, g))
        ends = {"bottom": c[1], "top": c[0] + c[1]}
        return {**ends, "C": C, "slope": slope, "asymmetry": g}

    return scanned(
        dose,
        y,
        lambda u: [ladder(u, 1.0, 1.0, 30), SLOPES, np.linspace(-2.0, 2.0, 7)],
        basis,
        read,
        UNITS,
        offset=True,
        rounds=10,
    )


def start_log_dose_response(x: Any, y: Any) -> dict[str, float]:
    """The start of the logistic curve; slope is positive."""
    found = start_logistic(x, y)
    ends = found["lower"], found["upper"]
    bottom, top = ends if found["slope"] > 0 else ends[::-1]
    slope = abs(found["slope"]) / LOG_TEN
    return {"bottom": bottom, "top": top, "logEC50": found["midpoint"], "slope": slope}


def start_brain_cousens(dose: Any, y: Any) -> dict[str, float]:
    """Scan location and slope; the plateaus and the initial rise are linear."""

    def basis(u: Array, s: Any, m: Any) -> tuple[Any, Any, Any]:
        left = fraction(np.exp(m) * (s - _log(u)))
        return left, u * left, np.ones_like(u)

    def read(s: Any, c: Any) -> dict[str, float]:
        ends = {"bottom": c[2], "top": c[0] + c[2], "hormesis": c[1]}
        return {**ends, "C": np.exp(s[0]), "slope": np.exp(s[1])}

    return scanned(
        dose,
        y,
        lambda u: [ladder(u, 1.0, 1.0, 40), np.linspace(np.log(1.2), np.log(12.0), 12)],
        basis,
        read,
        UNITS,
        offset=True,
        rounds=8,
    )


def _effect_4pl(share: float) -> Quantity:
    """The dose of a given share of the effect."""
    odds = share / (1.0 - share)
    return Quantity(
        f"EC50 * {odds:.6g}**(1 / slope)",
        "[dose]",
        value=lambda EC50, slope: EC50 * odds ** (1.0 / slope),
    )


def _effect_5pl(share: float) -> Quantity:
    """The dose of a given share of the effect."""
    return Quantity(
        f"C / ({share}**(-1 / asymmetry) - 1)**(1 / slope)",
        "[dose]",
        value=lambda C, slope, asymmetry: C / (share ** (-1.0 / asymmetry) - 1.0) ** (1.0 / slope),
    )


FOUR_PARAMETER_LOGISTIC = ShelfModel(
    name="four_parameter_logistic",
    function=four_parameter_logistic,
    start=start_four_parameter_logistic,
    equation="y = bottom + (top - bottom) / (1 + (EC50 / dose)**slope)",
    independent=("dose",),
    source="A. De Lean, P. J. Munson and D. Rodbard, Am. J. Physiol. 235, E97, 1978",
    bounds={"EC50": POSITIVE},
    quantities={"EC10": _effect_4pl(0.1), "EC90": _effect_4pl(0.9)},
)

FIVE_PARAMETER_LOGISTIC = ShelfModel(
    name="five_parameter_logistic",
    function=five_parameter_logistic,
    start=start_five_parameter_logistic,
    equation="y = bottom + (top - bottom) / (1 + (C / dose)**slope)**asymmetry",
    independent=("dose",),
    source="P. G. Gottschalk and J. R. Dunn, Anal. Biochem. 343, 54, 2005",
    bounds={"C": POSITIVE, "slope": POSITIVE, "asymmetry": POSITIVE},
    quantities={"EC10": _effect_5pl(0.1), "EC50": _effect_5pl(0.5), "EC90": _effect_5pl(0.9)},
)

LOG_DOSE_RESPONSE = ShelfModel(
    name="log_dose_response",
    function=log_dose_response,
    start=start_log_dose_response,
    equation="y = bottom + (top - bottom) / (1 + 10**((logEC50 - x) * slope))",
    independent=("x",),
    source="A. De Lean, P. J. Munson and D. Rodbard, Am. J. Physiol. 235, E97, 1978",
    quantities={
        "EC50": Quantity("10**logEC50", "unit of dose", value=lambda logEC50: 10.0**logEC50),
        "EC10": Quantity(
            "10**(logEC50 - log10(9) / slope)",
            "unit of dose",
            value=lambda logEC50, slope: 10.0 ** (logEC50 - np.log10(9.0) / slope),
        ),
        "EC90": Quantity(
            "10**(logEC50 + log10(9) / slope)",
            "unit of dose",
            value=lambda logEC50, slope: 10.0 ** (logEC50 + np.log10(9.0) / slope),
        ),
    },
)

BRAIN_COUSENS = ShelfModel(
    name="brain_cousens",
    function=brain_cousens,
    start=start_brain_cousens,
    equation="y = bottom + (top - bottom + hormesis * dose) / (1 + (dose / C)**slope)",
    independent=("dose",),
    source="P. Brain and R. Cousens, Weed Research 29, 93, 1989",
    bounds={"C": POSITIVE, "slope": POSITIVE},
)
