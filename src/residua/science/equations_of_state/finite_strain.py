"""Equations of state from Murnaghan's and Birch's strain: energy of a solid against its volume."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.equations_of_state.parts import (
    BulkModulus,
    Energy,
    PressureDerivative,
    SecondDerivative,
    Volume,
    ZeroPressureVolume,
    equation_of_state,
)
from residua.science.equations_of_state.starts import lowest_row, series_start
from residua.science.estimates import Array, centered, finite, search, tidy


def murnaghan(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: Annotated[
        float, Doc("pressure derivative of the bulk modulus at V0, about 4; not 0 or 1"), unit("")
    ],
    V0: ZeroPressureVolume,
) -> Array:
    """Murnaghan's equation of state: bulk modulus linear in pressure, B = B0 + BP P.

    E = E0 + B0 * V / BP * ((V0 / V)**BP / (BP - 1) + 1) - V0 * B0 / (BP - 1)

    Returns:
        E, of the shape of V.

    Source: F. D. Murnaghan, Proc. Natl. Acad. Sci. 30, 244, 1944; in this form C.-L. Fu and
    K.-M. Ho, Phys. Rev. B 28, 5480, 1983.

    >>> import numpy as np
    >>> E = murnaghan(np.array([16.573, 15.0]), E0=-56.466, B0=0.49, BP=4.753, V0=16.573)
    >>> print(E.round(4))
    [-56.466  -56.4215]
    """
    compressed = (V0 / V) ** BP / (BP - 1.0) + 1.0
    return E0 + B0 * V / BP * compressed - V0 * B0 / (BP - 1.0)


def birch_murnaghan2(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    V0: ZeroPressureVolume,
) -> Array:
    """The second-order Birch-Murnaghan equation of state, which fixes dB/dP at V0 to 4.

    E = E0 + 9 * V0 * B0 / 8 * q**2, q = (V0 / V)**(2/3) - 1

    Returns:
        E, of the shape of V.

    Source: F. Birch, Phys. Rev. 71, 809, 1947.

    >>> import numpy as np
    >>> E = birch_murnaghan2(np.array([16.573, 15.0]), E0=-56.466, B0=0.49, V0=16.573)
    >>> print(E.round(4))
    [-56.466  -56.4228]
    """
    q = (V0 / V) ** (2.0 / 3.0) - 1.0
    return E0 + 9.0 * V0 * B0 / 8.0 * q**2


def birch_murnaghan(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: PressureDerivative,
    V0: ZeroPressureVolume,
) -> Array:
    """The third-order Birch-Murnaghan equation of state, from finite Eulerian strain.

    E = E0 + 9 * V0 * B0 / 16 * (BP * q**3 + q**2 * (6 - 4 * (q + 1))), q = (V0 / V)**(2/3) - 1

    Returns:
        E, of the shape of V.

    Source: F. Birch, Phys. Rev. 71, 809, 1947.

    >>> import numpy as np
    >>> E = birch_murnaghan(np.array([16.573, 15.0]), E0=-56.466, B0=0.49, BP=4.753, V0=16.573)
    >>> print(E.round(4))
    [-56.466  -56.4217]
    """
    q = (V0 / V) ** (2.0 / 3.0) - 1.0
    return E0 + 9.0 * V0 * B0 / 16.0 * (BP * q**3 + q**2 * (2.0 - 4.0 * q))


def birch_murnaghan4(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: PressureDerivative,
    V0: ZeroPressureVolume,
    BPP: SecondDerivative,
) -> Array:
    """The fourth-order Birch-Murnaghan equation of state, with the curvature of B(P) free.

    E = E0 + 9/2 * V0 * B0 * f**2 * (1 + a * f + 3/4 * (B0 * BPP + a * (a + 1) + 35/9) * f**2),
    a = BP - 4, f = ((V0 / V)**(2/3) - 1) / 2

    Returns:
        E, of the shape of V.

    Source: F. Birch, J. Geophys. Res. 83, 1257, 1978; R. J. Angel, Rev. Mineral. Geochem. 41, 35,
    2000.

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573, "BPP": -12.0}
    >>> print(birch_murnaghan4(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4217]
    """
    f = ((V0 / V) ** (2.0 / 3.0) - 1.0) / 2.0
    fourth = 0.75 * (B0 * BPP + (BP - 4.0) * (BP - 3.0) + 35.0 / 9.0)
    return E0 + 4.5 * V0 * B0 * f**2 * (1.0 + (BP - 4.0) * f + fourth * f**2)


def start_murnaghan(V: Any, E: Any) -> dict[str, float]:
    """Scan BP: for given BP the energy is linear in 1, V and V**(1 - BP)."""
    V, E = tidy(V, E)
    fallback = lowest_row(V, E)
    if V[0] <= 0 or np.unique(V).size < 4:
        return fallback
    middle = float(np.median(V))
    strain = V / middle - 1.0
    v, mean, height = centered(E)

    def basis(BP: Any) -> tuple[Any, Any, Any]:
        # The power less its tangent, of order strain**2: far from dependent on the other two.
        power = np.expm1((1.0 - BP) * np.log1p(strain)) + (BP - 1.0) * strain
        return np.ones_like(strain), strain, power

    found = search(basis, [np.linspace(1.25, 12.0, 44)], v, valid=lambda BP: BP > 1.01)
    BP = found.nonlinear[0]
    constant, tangent, c2 = (height * float(c) for c in found.linear)
    c1 = tangent + (BP - 1.0) * c2
    c0 = mean + constant - tangent - BP * c2
    if c1 * c2 <= 0:
        return fallback
    v0 = (c2 * (BP - 1.0) / c1) ** (1.0 / BP)
    E0 = c0 + BP * c1 * v0 / (BP - 1.0)
    return finite({"E0": E0, "B0": BP * c1 / middle, "BP": BP, "V0": v0 * middle}, fallback)


def start_birch_murnaghan2(V: Any, E: Any) -> dict[str, float]:
    """The least-squares parabola in V**(-2/3), which is this equation itself, and its minimum."""
    return series_start(V, E, -2.0 / 3.0, 2, ("E0", "B0", "V0"))


def start_birch_murnaghan(V: Any, E: Any) -> dict[str, float]:
    """The least-squares cubic in V**(-2/3), which is this equation itself, and its minimum."""
    return series_start(V, E, -2.0 / 3.0, 3, ("E0", "B0", "BP", "V0"))


def start_birch_murnaghan4(V: Any, E: Any) -> dict[str, float]:
    """The least-squares quartic in V**(-2/3), which is this equation itself, and its minimum."""
    return series_start(V, E, -2.0 / 3.0, 4, ("E0", "B0", "BP", "V0", "BPP"))


MURNAGHAN = equation_of_state(
    murnaghan,
    start_murnaghan,
    "E = E0 + B0 * V / BP * ((V0 / V)**BP / (BP - 1) + 1) - V0 * B0 / (BP - 1)",
    "F. D. Murnaghan, Proc. Natl. Acad. Sci. 30, 244, 1944",
)

BIRCH_MURNAGHAN2 = equation_of_state(
    birch_murnaghan2,
    start_birch_murnaghan2,
    "E = E0 + 9 * V0 * B0 / 8 * q**2, q = (V0 / V)**(2/3) - 1",
    "F. Birch, Phys. Rev. 71, 809, 1947",
    ("E0", "B0", "V0"),
)

BIRCH_MURNAGHAN = equation_of_state(
    birch_murnaghan,
    start_birch_murnaghan,
    "E = E0 + 9 * V0 * B0 / 16 * (BP * q**3 + q**2 * (6 - 4 * (q + 1))), q = (V0 / V)**(2/3) - 1",
    "F. Birch, Phys. Rev. 71, 809, 1947",
)

BIRCH_MURNAGHAN4 = equation_of_state(
    birch_murnaghan4,
    start_birch_murnaghan4,
    "E = E0 + 9/2 * V0 * B0 * f**2 * (1 + a * f + 3/4 * (B0 * BPP + a * (a + 1) + 35/9) * f**2),"
    " a = BP - 4, f = ((V0 / V)**(2/3) - 1) / 2",
    "F. Birch, J. Geophys. Res. 83, 1257, 1978",
    ("E0", "B0", "BP", "V0", "BPP"),
)
