"""Adsorption in many layers and in pores, against relative pressure: BET, Dubinin-Radushkevich."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.adsorption.isotherms import POSITIVE
from residua.science.estimates import Array
from residua.science.kinetics.rates import R
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import TINY, scanned

# Avogadro's number in 1/mol, exact since the SI of 2019.
AVOGADRO = 6.02214076e23
SQUARE_NANOMETER = 1e-18
# Nitrogen on a flat surface at 77 K, in nm^2: IUPAC, Pure Appl. Chem. 87, 1051, 2015.
NITROGEN = 0.162
ROOM = 298.15


def brunauer_emmett_teller(
    x: Annotated[Array, Doc("relative pressure p / p0, from 0 to below 1, any shape"), unit("")],
    qm: Annotated[
        float, Doc("amount in one full layer; in mol/g for a surface area in m^2/g"), unit("[q]")
    ],
    C: Annotated[
        float, Doc("strength of binding of the first layer against the others, positive"), unit("")
    ],
) -> Array:
    """The BET isotherm: layers upon layers, all but the first bound as in the liquid.

    q = qm * C * x / ((1 - x) * (1 + (C - 1) * x))

    Trusted from about x = 0.05 to 0.3 only.

    Returns:
        q, of the shape of x.

    Source: S. Brunauer, P. H. Emmett and E. Teller, J. Am. Chem. Soc. 60, 309, 1938.

    >>> import numpy as np
    >>> brunauer_emmett_teller(np.array([0.0, 0.5]), qm=2.0, C=1.0)
    array([0., 2.])
    """
    return qm * C * x / ((1.0 - x) * (1.0 + (C - 1.0) * x))


def bet(cross_section: float = NITROGEN) -> ShelfModel:
    """Make the BET isotherm of a gas whose molecules cover a given area each.

    Args:
        cross_section: area of one adsorbed molecule, in nm^2; 0.162 (nitrogen) by default.

    Returns:
        The ShelfModel; its quantity "surface_area" is qm times Avogadro's number times this area.

    Raises:
        ModelError: the cross section is not a positive number.

    Source: S. Brunauer, P. H. Emmett and E. Teller, J. Am. Chem. Soc. 60, 309, 1938.

    >>> round(bet().quantities["surface_area"].value(qm=1e-3), 2)
    97.56
    """
    per_mole = AVOGADRO * SQUARE_NANOMETER * _positive("bet", "cross_section", cross_section)
    return ShelfModel(
        name="bet",
        function=brunauer_emmett_teller,
        start=start_bet,
        equation="q = qm * C * x / ((1 - x) * (1 + (C - 1) * x))",
        independent=("x",),
        source="S. Brunauer, P. H. Emmett and E. Teller, J. Am. Chem. Soc. 60, 309, 1938",
        bounds={"C": POSITIVE},
        options={"cross_section": cross_section},
        quantities={
            "surface_area": Quantity(
                f"qm * N_A * {cross_section} nm^2", "m^2 [q]/mol", value=lambda qm: qm * per_mole
            ),
            "monolayer_pressure": Quantity(
                "1 / (1 + sqrt(C))", "1", value=lambda C: 1.0 / (1.0 + np.sqrt(C))
            ),
        },
    )


def dubinin_radushkevich(temperature: float = ROOM) -> ShelfModel:
    """Make the Dubinin-Radushkevich isotherm of micropores at a given temperature.

    q = qmax * exp(-(A / E)**2), A = R * T * ln(1 / x)

    Args:
        temperature: T in K; 298.15 by default.

    Returns:
        The ShelfModel of q against relative pressure x.

    Raises:
        ModelError: the temperature is not a positive number.

    Source: M. M. Dubinin and L. V. Radushkevich, Dokl. Akad. Nauk SSSR 55, 327, 1947.

    >>> dubinin_radushkevich(temperature=77.35).parameters
    ('qmax', 'E')
    """
    thermal = R * _positive("dubinin_radushkevich", "temperature", temperature)

    def isotherm(
        x: Annotated[Array, Doc("relative pressure p / p0, from 0 to 1, any shape"), unit("")],
        qmax: Annotated[float, Doc("amount filling the micropores"), unit("[q]")],
        E: Annotated[float, Doc("characteristic energy of adsorption, positive"), unit("J/mol")],
    ) -> Array:
        potential = -thermal * np.log(np.maximum(x, TINY))
        return qmax * np.exp(-((potential / E) ** 2))

    isotherm.__doc__ = PORES
    return ShelfModel(
        name="dubinin_radushkevich",
        function=isotherm,
        start=lambda x, q: start_dubinin_radushkevich(x, q, thermal),
        equation="q = qmax * exp(-(A / E)**2), A = R * T * ln(1 / x)",
        independent=("x",),
        source="M. M. Dubinin and L. V. Radushkevich, Dokl. Akad. Nauk SSSR 55, 327, 1947",
        bounds={"E": POSITIVE},
        options={"temperature": temperature},
    )


PORES = """The Dubinin-Radushkevich isotherm: the filling of micropores.

q = qmax * exp(-(A / E)**2), A = R * T * ln(1 / x)

Returns:
    q, of the shape of x.

Source: M. M. Dubinin and L. V. Radushkevich, Dokl. Akad. Nauk SSSR 55, 327, 1947.

>>> import numpy as np
>>> from residua.science.registry import get
>>> get("dubinin_radushkevich").function(np.array([0.0, 1.0]), qmax=3.0, E=8e3)
array([0., 3.])
"""


def start_bet(x: Any, q: Any) -> dict[str, float]:
    """Scan C; the amount in one layer is linear."""

    def basis(u: Array, s: Any) -> tuple[Any]:
        # Only pressures below condensation can be described.
        u = np.clip(u, 0.0, 0.999)
        C = np.exp(s)
        return (C * u / ((1.0 - u) * (1.0 + (C - 1.0) * u)),)

    return scanned(
        x,
        q,
        [np.linspace(-4.0, 12.0, 48)],
        basis,
        lambda s, c: {"qm": c[0], "C": np.exp(s[0])},
        {"qm": (0, 1), "C": (0, 0)},
        absolute=True,
    )


def start_dubinin_radushkevich(x: Any, q: Any, thermal: float) -> dict[str, float]:
    """Scan the energy; the amount filling the pores is linear."""

    def basis(u: Array, s: Any) -> tuple[Any]:
        return (np.exp(-((np.log(np.maximum(u, TINY)) * np.exp(-s)) ** 2)),)

    return scanned(
        x,
        q,
        [np.linspace(-3.0, 6.0, 48)],
        basis,
        lambda s, c: {"qmax": c[0], "E": thermal * np.exp(s[0])},
        {"qmax": (0, 1), "E": (0, 0)},
        absolute=True,
    )


def _positive(model: str, option: str, value: float) -> float:
    """The option, when it is a number above zero."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 < value < np.inf:
        raise ModelError(
            f"The model {model!r} cannot have {option}={value!r}.",
            causes=(f"the {option} is a number above zero",),
            next=f"rs.model({model!r})",
        )
    return float(value)
