"""Heat capacities of substances by the polynomials of the tables: Shomate (NIST) and NASA."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, size_of, tidy
from residua.science.kinetics.rates import R
from residua.science.registry import ShelfModel
from residua.science.thermodynamics.heat_capacity_integrals import thermochemistry

SHOMATE_1954 = "C. H. Shomate, J. Phys. Chem. 58, 368, 1954; in the form of the NIST WebBook"
NASA_1971 = "S. Gordon and B. J. McBride, NASA SP-273, 1971"


def shomate(T0: float = 298.15, H0: float = 0.0, S0: float = 0.0) -> ShelfModel:
    """Make the Shomate equation of the heat capacity, as the NIST WebBook tabulates it.

    Cp = A + B * t + C * t**2 + D * t**3 + E / t**2, t = T / 1000 K

    Args:
        T0: temperature of reference of enthalpy and entropy, in K; 298.15 by default.
        H0: enthalpy at T0, in J/mol; 0 by default, so that enthalpies are H(T) - H(T0).
        S0: entropy at T0, in J/(mol K); 0 by default, so that entropies are S(T) - S(T0).

    Returns:
        The ShelfModel, with parameters A to E.

    Raises:
        ModelError: T0 is not positive, or H0 or S0 is not a number.

    Source: C. H. Shomate, J. Phys. Chem. 58, 368, 1954.

    >>> sorted(shomate(S0=191.609).quantities)
    ['enthalpy', 'entropy', 'gibbs_energy']
    """
    options = _options("shomate", T0, H0, S0)
    return ShelfModel(
        name="shomate",
        function=shomate_capacity,
        start=start_shomate,
        equation="Cp = A + B * t + C * t**2 + D * t**3 + E / t**2, t = T / 1000",
        independent=("T",),
        source=SHOMATE_1954,
        options=options,
        quantities=thermochemistry(**{name: float(value) for name, value in options.items()}),
    )


def shomate_capacity(
    T: Annotated[Array, Doc("temperature, any shape"), unit("K")],
    A: Annotated[float, Doc("constant term"), unit("J/(mol K)")],
    B: Annotated[float, Doc("coefficient of t = T / 1000"), unit("J/(mol K)")],
    C: Annotated[float, Doc("coefficient of t**2"), unit("J/(mol K)")],
    D: Annotated[float, Doc("coefficient of t**3"), unit("J/(mol K)")],
    E: Annotated[float, Doc("coefficient of 1 / t**2"), unit("J/(mol K)")],
) -> Annotated[Array, unit("J/(mol K)")]:
    """The Shomate equation of the molar heat capacity at constant pressure.

    Cp = A + B * t + C * t**2 + D * t**3 + E / t**2, t = T / 1000

    Returns:
        Cp in J/(mol K), of the shape of T.

    Source: C. H. Shomate, J. Phys. Chem. 58, 368, 1954; in the form of the NIST WebBook.

    >>> nitrogen = {"A": 28.98641, "B": 1.853978, "C": -9.647459, "D": 16.63537, "E": 0.000117}
    >>> print(round(shomate_capacity(298.15, **nitrogen), 2))
    29.12
    """
    t = T / 1000.0
    return A + t * (B + t * (C + t * D)) + E / t**2


def nasa7(T0: float = 298.15, H0: float = 0.0, S0: float = 0.0) -> ShelfModel:
    """Make the NASA polynomial of the heat capacity, one range of the seven-coefficient tables.

    Cp = R * (a1 + a2 * T + a3 * T**2 + a4 * T**3 + a5 * T**4)

    The sixth and seventh coefficient of the tables, the constants of integration, are H0 and S0 at
    T0 here.

    Args:
        T0: temperature of reference of enthalpy and entropy, in K; 298.15 by default.
        H0: enthalpy at T0, in J/mol; 0 by default, so that enthalpies are H(T) - H(T0).
        S0: entropy at T0, in J/(mol K); 0 by default, so that entropies are S(T) - S(T0).

    Returns:
        The ShelfModel, with parameters a1 to a5.

    Raises:
        ModelError: T0 is not positive, or H0 or S0 is not a number.

    Source: S. Gordon and B. J. McBride, NASA SP-273, 1971.

    >>> sorted(nasa7(S0=191.609).quantities)
    ['enthalpy', 'entropy', 'gibbs_energy']
    """
    options = _options("nasa7", T0, H0, S0)
    return ShelfModel(
        name="nasa7",
        function=nasa7_capacity,
        start=start_nasa7,
        equation="Cp = R * (a1 + a2 * T + a3 * T**2 + a4 * T**3 + a5 * T**4)",
        independent=("T",),
        source=NASA_1971,
        options=options,
        quantities=thermochemistry(**{name: float(value) for name, value in options.items()}),
    )


def nasa7_capacity(
    T: Annotated[Array, Doc("temperature, any shape"), unit("K")],
    a1: Annotated[float, Doc("constant term"), unit("")],
    a2: Annotated[float, Doc("coefficient of T"), unit("1/K")],
    a3: Annotated[float, Doc("coefficient of T**2"), unit("1/K^2")],
    a4: Annotated[float, Doc("coefficient of T**3"), unit("1/K^3")],
    a5: Annotated[float, Doc("coefficient of T**4"), unit("1/K^4")],
) -> Annotated[Array, unit("J/(mol K)")]:
    """The NASA polynomial of the molar heat capacity at constant pressure.

    Cp = R * (a1 + a2 * T + a3 * T**2 + a4 * T**3 + a5 * T**4)

    Returns:
        Cp in J/(mol K), of the shape of T; R = 8.31446261815324 J/(mol K).

    Source: S. Gordon and B. J. McBride, NASA SP-273, 1971.

    >>> print(round(nasa7_capacity(298.15, a1=2.5, a2=0.0, a3=0.0, a4=0.0, a5=0.0), 4))  # argon
    20.7862
    """
    return R * (a1 + T * (a2 + T * (a3 + T * (a4 + T * a5))))


def start_shomate(T: Any, Cp: Any) -> dict[str, float]:
    """The least-squares answer itself."""
    return dict(zip("ABCDE", _least_squares(T, Cp, (0, 1, 2, 3, -2), 1000.0, 1.0)))


def start_nasa7(T: Any, Cp: Any) -> dict[str, float]:
    """The least-squares answer itself."""
    names = ("a1", "a2", "a3", "a4", "a5")
    return dict(zip(names, _least_squares(T, Cp, (0, 1, 2, 3, 4), 1.0, R)))


def _least_squares(
    T: Any, Cp: Any, powers: tuple[int, ...], unit: float, factor: float
) -> list[float]:
    """Coefficients of factor * (T / unit)**power, every row used; zero where they overflow."""
    T, Cp = tidy(T, Cp, bins=np.iinfo(np.int64).max)
    warm = T != 0 if min(powers) < 0 else np.isfinite(T)
    T, Cp = T[warm], Cp[warm]
    # Temperatures of size one, then columns of size one.
    width, height = size_of(T), size_of(Cp)
    with np.errstate(all="ignore"):
        columns = np.stack([(T / width) ** float(power) for power in powers], axis=1)
        norms = np.maximum(np.linalg.norm(columns, axis=0), np.finfo(float).tiny)
        columns = np.where(np.isfinite(columns / norms), columns / norms, 0.0)
        found = np.linalg.lstsq(columns, Cp / height, rcond=None)[0] / norms
        scaled = found * np.power(unit / width, np.array(powers, float)) * height / factor
    return [float(value) if np.isfinite(value) else 0.0 for value in scaled]


def _options(name: str, T0: Any, H0: Any, S0: Any) -> dict[str, Any]:
    given = {"T0": T0, "H0": H0, "S0": S0}
    for option, value in given.items():
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not (number and np.isfinite(value) and (value > 0 or option != "T0")):
            raise ModelError(
                f"The model {name!r} cannot have {option} = {value!r}.",
                causes=("T0 is positive, in K; H0 in J/mol and S0 in J/(mol K) are numbers",),
                next=f"rs.model({name!r}, T0=298.15)",
            )
    return given
