"""Potentials of charges: Coulomb's bare one, and Yukawa's screened one."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.potentials.parts import COULOMB, Distance, potential, scan
from residua.science.registry import Quantity

# Trial logarithms of an inverse screening length with the largest distance at 1.
SCREENING = np.linspace(np.log(1e-3), np.log(300.0), 96)


def coulomb(
    r: Distance,
    A: Annotated[
        float,
        Doc("q1 * q2 * e²/(4 pi epsilon0); 14.399645 eV Å for two elementary charges"),
        unit("[u][r]"),
    ],
) -> Array:
    """Coulomb's law between two charges, to be added to a repulsion such as Born and Mayer's.

    u = A / r

    Returns:
        u, of the shape of r.

    Source: C.-A. de Coulomb, Mém. Acad. R. Sci. 569, 1785; constants of CODATA 2018.

    >>> import numpy as np
    >>> coulomb(np.array([1.0, 2.0]), A=-14.4)
    array([-14.4,  -7.2])
    """
    return A / r


def yukawa(
    r: Distance,
    A: Annotated[
        float,
        Doc("strength; 14.399645 eV Å for two elementary charges in a vacuum"),
        unit("[u][r]"),
    ],
    kappa: Annotated[float, Doc("inverse screening length, positive"), unit("1/[r]")],
) -> Array:
    """Yukawa's screened Coulomb potential: ions in a salt solution, dust in a plasma.

    u = A * exp(-kappa * r) / r

    Returns:
        u, of the shape of r.

    Source: H. Yukawa, Proc. Phys.-Math. Soc. Jpn. 17, 48, 1935; P. Debye and E. Hückel, Phys. Z.
    24, 185, 1923.

    >>> import numpy as np
    >>> print(yukawa(np.array([1.0, 2.0]), A=14.4, kappa=np.log(2.0)).round(9))
    [7.2 1.8]
    """
    return A * np.exp(-kappa * r) / r


def start_coulomb(r: Any, u: Any) -> dict[str, float]:
    """Linear: one least-squares division."""
    return scan(
        r, u, [np.zeros(1)], lambda v, s: (1.0 / v,), lambda s, c: {"A": c[0]}, {"A": (1, 1)}
    )


def start_yukawa(r: Any, u: Any) -> dict[str, float]:
    """Scan the screening; the strength is linear."""
    return scan(
        r,
        u,
        [SCREENING],
        lambda v, s: (np.exp(-np.exp(s) * v) / v,),
        lambda s, c: {"A": c[0], "kappa": np.exp(s[0])},
        {"A": (1, 1), "kappa": (-1, 0)},
    )


COULOMBS_LAW = potential(
    coulomb,
    start_coulomb,
    "u = A / r",
    "C.-A. de Coulomb, Mém. Acad. R. Sci. 569, 1785",
    quantities={
        "charges": Quantity(
            "q1 * q2 = A / 14.399645, of u in eV and r in Å", "e^2", value=lambda A: A / COULOMB
        )
    },
)

YUKAWA = potential(
    yukawa,
    start_yukawa,
    "u = A * exp(-kappa * r) / r",
    "H. Yukawa, Proc. Phys.-Math. Soc. Jpn. 17, 48, 1935",
    bounds=("kappa",),
    quantities={"screening_length": Quantity("1 / kappa", "[r]", value=lambda kappa: 1.0 / kappa)},
)
