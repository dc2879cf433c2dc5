"""Equations of state: energy of a solid against its volume."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua.science.estimates import Array, centered, finite, search, size_of, tidy
from residua.science.registry import ShelfModel

SYMBOLS = {
    "E0": "energy at the minimum, in [E], such as eV",
    "B0": "bulk modulus at V0, in [E]/[V]; 1 eV/Å^3 = 160.21766 GPa",
    "BP": "derivative of the bulk modulus with respect to pressure at V0, no unit, about 4",
    "V0": "volume at zero pressure, in [V], such as Å^3",
}


def murnaghan(V: Array, E0: float, B0: float, BP: float, V0: float) -> Array:
    """Murnaghan's equation of state: bulk modulus linear in pressure, B = B0 + BP P.

    E = E0 + B0 * V / BP * ((V0 / V)**BP / (BP - 1) + 1) - V0 * B0 / (BP - 1)

    Args:
        V: volume, such as Å^3, positive, any shape.
        E0: energy at the minimum, in [E], such as eV.
        B0: bulk modulus at V0, in [E]/[V]; 1 eV/Å^3 = 160.21766 GPa.
        BP: pressure derivative of the bulk modulus at V0, no unit; not 0 or 1.
        V0: volume at zero pressure, in [V].

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


def birch_murnaghan(V: Array, E0: float, B0: float, BP: float, V0: float) -> Array:
    """The third-order Birch-Murnaghan equation of state, from finite Eulerian strain.

    E = E0 + 9 * V0 * B0 / 16 * (BP * q**3 + q**2 * (6 - 4 * (q + 1))), q = (V0 / V)**(2/3) - 1

    Args:
        V: volume, such as Å^3, positive, any shape.
        E0: energy at the minimum, in [E], such as eV.
        B0: bulk modulus at V0, in [E]/[V]; 1 eV/Å^3 = 160.21766 GPa.
        BP: pressure derivative of the bulk modulus at V0, no unit.
        V0: volume at zero pressure, in [V].

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


def start_murnaghan(V: Any, E: Any) -> dict[str, float]:
    """Scan BP: for given BP the energy is linear in 1, V and V**(1 - BP)."""
    V, E = tidy(V, E)
    fallback = _lowest_row(V, E)
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


def start_birch_murnaghan(V: Any, E: Any) -> dict[str, float]:
    """The least-squares cubic in V**(-2/3), which is this equation itself, and its minimum."""
    V, E = tidy(V, E)
    fallback = _lowest_row(V, E)
    if V[0] <= 0 or np.unique(V).size < 4:
        return fallback
    middle = float(np.median(V))
    z = (V / middle) ** (-2.0 / 3.0) - 1.0
    v, mean, height = centered(E)
    scale = size_of(z)
    powers = np.vander(z / scale, 4, increasing=True)
    cubic = np.polynomial.Polynomial(np.linalg.lstsq(powers, v, rcond=None)[0])
    at = _minimum(cubic, -1.0 / scale)
    if at is None:
        return fallback
    x0 = 1.0 + scale * at
    V0 = middle * x0**-1.5
    # E in q = x/x0 - 1: the second derivative is 9 V0 B0 / 4, the third 27 V0 B0 (BP - 4) / 8.
    second = height * float(cubic.deriv(2)(at)) * (x0 / scale) ** 2
    third = height * float(cubic.deriv(3)(at)) * (x0 / scale) ** 3
    B0 = 4.0 * second / (9.0 * V0)
    BP = 4.0 + 8.0 * third / (27.0 * V0 * B0)
    return finite({"E0": mean + height * float(cubic(at)), "B0": B0, "BP": BP, "V0": V0}, fallback)


def _minimum(cubic: np.polynomial.Polynomial, above: float) -> float | None:
    """Where the cubic has its minimum, if it has one beyond `above`."""
    curvature = cubic.deriv(2)
    flat = [complex(root) for root in cubic.deriv().roots()]
    minima = [z.real for z in flat if z.imag == 0 and float(curvature(z.real)) > 0]
    return next((place for place in minima if place > above), None)


def _lowest_row(V: Array, E: Array) -> dict[str, float]:
    """The lowest energy as the minimum, with the curvature of a parabola through the highest."""
    lowest, highest = int(np.argmin(E)), int(np.argmax(E))
    V0, E0 = float(V[lowest]), float(E[lowest])
    V0 = V0 if V0 > 0 else size_of(V)
    across = float(V[highest]) - V0
    rise = float(E[highest]) - E0
    B0 = 2.0 * rise * V0 / across**2 if rise > 0 and across else size_of(E) / V0
    return finite(
        {"E0": E0, "B0": B0, "BP": 4.0, "V0": V0}, {"E0": E0, "B0": 1.0, "BP": 4.0, "V0": V0}
    )


MURNAGHAN = ShelfModel(
    name="murnaghan",
    function=murnaghan,
    start=start_murnaghan,
    equation="E = E0 + B0 * V / BP * ((V0 / V)**BP / (BP - 1) + 1) - V0 * B0 / (BP - 1)",
    symbols=SYMBOLS,
    independent=("V",),
    source="F. D. Murnaghan, Proc. Natl. Acad. Sci. 30, 244, 1944",
    bounds={"V0": (0.0, np.inf)},
)

BIRCH_MURNAGHAN = ShelfModel(
    name="birch_murnaghan",
    function=birch_murnaghan,
    start=start_birch_murnaghan,
    equation=(
        "E = E0 + 9 * V0 * B0 / 16 * (BP * q**3 + q**2 * (6 - 4 * (q + 1))),"
        " q = (V0 / V)**(2/3) - 1"
    ),
    symbols=SYMBOLS,
    independent=("V",),
    source="F. Birch, Phys. Rev. 71, 809, 1947",
    bounds={"V0": (0.0, np.inf)},
)
