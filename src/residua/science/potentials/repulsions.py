"""Exponential repulsions: Buckingham's with dispersion, Born and Mayer's alone."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.potentials.parts import Distance, potential, scan

# Trial logarithms of a decay with the largest distance at 1.
DECAYS = np.linspace(np.log(0.1), np.log(300.0), 96)


def buckingham(
    r: Distance,
    A: Annotated[float, Doc("strength of the repulsion"), unit("[u]")],
    B: Annotated[float, Doc("decay of the repulsion, positive"), unit("1/[r]")],
    C: Annotated[float, Doc("coefficient of dispersion"), unit("[u][r]^6")],
) -> Array:
    """Buckingham's potential (exp-6): an exponential repulsion, and dispersion.

    u = A * exp(-B * r) - C / r**6

    Where C is positive, u falls without limit at short distances, inside a maximum of its own.

    Returns:
        u, of the shape of r.

    Source: R. A. Buckingham, Proc. R. Soc. Lond. A 168, 264, 1938.

    >>> import numpy as np
    >>> print(buckingham(np.array([2.0, 3.0]), A=4000.0, B=3.5, C=60.0).round(6))
    [2.710028 0.027841]
    """
    return A * np.exp(-B * r) - C / r**6


def born_mayer(
    r: Annotated[Array, Doc("distance, such as Å, any shape")],
    A: Annotated[float, Doc("strength of the repulsion"), unit("[u]")],
    rho: Annotated[
        float,
        Doc("hardness, the distance over which u falls by e, positive; about 0.3 Å"),
        unit("[r]"),
    ],
) -> Array:
    """The repulsion of closed shells after Born and Mayer; ions add `rs.model("coulomb")` to it.

    u = A * exp(-r / rho)

    Returns:
        u, of the shape of r.

    Source: M. Born and J. E. Mayer, Z. Phys. 75, 1, 1932.

    >>> import numpy as np
    >>> print(born_mayer(np.array([2.4, 2.8]), A=1200.0, rho=0.32).round(6))
    [0.663701 0.190154]
    """
    return A * np.exp(-r / rho)


def start_buckingham(r: Any, u: Any) -> dict[str, float]:
    """Scan the decay; both strengths are linear."""
    return scan(
        r,
        u,
        [DECAYS],
        lambda v, s: (np.exp(-np.exp(s) * v), -(v**-6.0)),
        lambda s, c: {"A": c[0], "B": np.exp(s[0]), "C": c[1]},
        {"A": (0, 1), "B": (-1, 0), "C": (6, 1)},
    )


def start_born_mayer(r: Any, u: Any) -> dict[str, float]:
    """Scan the decay; the strength is linear."""
    return scan(
        r,
        u,
        [DECAYS],
        lambda v, s: (np.exp(-np.exp(s) * v),),
        lambda s, c: {"A": c[0], "rho": np.exp(-s[0])},
        {"A": (0, 1), "rho": (1, 0)},
    )


BUCKINGHAM = potential(
    buckingham,
    start_buckingham,
    "u = A * exp(-B * r) - C / r**6",
    "R. A. Buckingham, Proc. R. Soc. Lond. A 168, 264, 1938",
    bounds=("B",),
)

BORN_MAYER = potential(
    born_mayer,
    start_born_mayer,
    "u = A * exp(-r / rho)",
    "M. Born and J. E. Mayer, Z. Phys. 75, 1, 1932",
    bounds=("rho",),
)
