"""Vapor pressures of pure liquids: Antoine, Clausius-Clapeyron, Wagner; heats by their slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.kinetics.rates import R
from residua.science.registry import Quantity, ShelfModel
from residua.science.thermodynamics.vapor_pressure_starts import (
    start_antoine,
    start_clausius_clapeyron,
    start_wagner,
)

ATMOSPHERE = 101325.0
ANTOINE_1888 = "C. Antoine, C. R. Acad. Sci. 107, 681, 1888"
CLAUSIUS_1850 = "R. Clausius, Ann. Phys. 155, 500, 1850"
WAGNER_1973 = "W. Wagner, Cryogenics 13, 470, 1973; in the 2.5-5 form of Ambrose, 1986"
LN10 = float(np.log(10.0))


def antoine(pressure: float = ATMOSPHERE, zero: float = 0.0) -> ShelfModel:
    """Make the Antoine equation of the vapor pressure.

    P = 10**(A - B / (C + T))

    Args:
        pressure: at which the liquid is said to boil, in [P]; 101325 Pa by default, 760 for Torr.
        zero: the absolute temperature of T = 0: 0 for T in K, 273.15 for T in degrees Celsius. Only
            the heat of vaporization needs it.

    Returns:
        The ShelfModel, with parameters A, B and C.

    Raises:
        ModelError: pressure or zero is not a number that makes sense.

    Source: C. Antoine, C. R. Acad. Sci. 107, 681, 1888.

    >>> water = antoine(pressure=760.0, zero=273.15)
    >>> boiling = water.quantities["boiling_point"].value
    >>> print(boiling(A=8.07131, B=1730.63, C=233.426).round(2))
    100.0
    """
    options = _options("antoine", {"pressure": pressure, "zero": zero}, ("pressure",))

    def boiling_point(A: Any, B: Any, C: Any) -> Any:
        return B / (A - np.log10(pressure)) - C

    return ShelfModel(
        name="antoine",
        function=antoine_pressure,
        start=start_antoine,
        equation="P = 10**(A - B / (C + T))",
        independent=("T",),
        source=ANTOINE_1888,
        options=options,
        quantities={
            **_quantities(float(zero)),
            "boiling_point": Quantity(
                "T = B / (A - log10(pressure)) - C", "[T]", value=boiling_point
            ),
        },
    )


def antoine_pressure(
    T: Annotated[Array, Doc("temperature, in K or degrees Celsius, any shape")],
    A: Annotated[float, Doc("log10 of the pressure at infinite temperature"), unit("")],
    B: Annotated[float, Doc("how fast log10 of the pressure falls with 1 / (C + T)"), unit("[T]")],
    C: Annotated[
        float,
        Doc("shift of the temperature, such that C + T is positive; negative for T in K"),
        unit("[T]"),
    ],
) -> Array:
    """The Antoine equation of the vapor pressure.

    P = 10**(A - B / (C + T))

    Returns:
        P, of the shape of T.

    Source: C. Antoine, C. R. Acad. Sci. 107, 681, 1888.

    >>> print(antoine_pressure(100.0, A=8.07131, B=1730.63, C=233.426).round(1))  # water, Torr
    760.1
    """
    return np.exp(LN10 * (A - B / (C + T)))


def clausius_clapeyron(T0: float = 298.15, pressure: float = ATMOSPHERE) -> ShelfModel:
    """Make the integrated Clausius-Clapeyron equation with a constant heat of vaporization.

    P = P0 * exp(-H / R * (1 / T - 1 / T0))

    Args:
        T0: temperature of reference, in K; 298.15 by default.
        pressure: at which the liquid is said to boil, in [P]; 101325 Pa by default.

    Returns:
        The ShelfModel, with parameters P0 and H.

    Raises:
        ModelError: T0 or the pressure is not positive.

    Source: R. Clausius, Ann. Phys. 155, 500, 1850.

    >>> boiling = clausius_clapeyron(T0=373.15).quantities["boiling_point"].value
    >>> print(boiling(P0=101325.0, H=40.65e3).round(2))
    373.15
    """
    options = _options("clausius_clapeyron", {"T0": T0, "pressure": pressure}, ("T0", "pressure"))
    T0 = float(T0)

    def boiling_point(P0: Any, H: Any) -> Any:
        return 1.0 / (1.0 / T0 - R / H * np.log(pressure / P0))

    return ShelfModel(
        name="clausius_clapeyron",
        function=_clausius_clapeyron_from(T0),
        start=lambda T, P: start_clausius_clapeyron(T, P, T0),
        equation="P = P0 * exp(-H / R * (1 / T - 1 / T0))",
        independent=("T",),
        source=CLAUSIUS_1850,
        options=options,
        quantities={
            **_quantities(0.0),
            "boiling_point": Quantity(
                "T = 1 / (1 / T0 - R / H * log(pressure / P0))", "K", value=boiling_point
            ),
        },
    )


def _clausius_clapeyron_from(T0: float) -> Callable[..., Any]:
    """The function with its temperature of reference."""

    def pressure_of(
        T: Annotated[Array, Doc("temperature, any shape"), unit("K")],
        P0: Annotated[
            float, Doc("vapor pressure at T0, an option that is 298.15 K by default"), unit("[P]")
        ],
        H: Annotated[float, Doc("enthalpy of vaporization (or of sublimation)"), unit("J/mol")],
    ) -> Array:
        """The Clausius-Clapeyron equation, integrated with a constant heat of vaporization.

        P = P0 * exp(-H / R * (1 / T - 1 / T0))

        Returns:
            P, of the shape of T; R = 8.31446261815324 J/(mol K).

        Source: R. Clausius, Ann. Phys. 155, 500, 1850.

        >>> import residua as rs
        >>> P = rs.models("clausius_clapeyron", T0=373.15).function
        >>> print(P(363.15, P0=101325.0, H=40.65e3).round())
        70682.0
        """
        return P0 * np.exp(-H / R * (1.0 / T - 1.0 / T0))

    return pressure_of


def wagner(Tc: float = 1.0, Pc: float = 1.0) -> ShelfModel:
    """Make the Wagner equation of the vapor pressure, up to the critical point.

    P = Pc * exp((a * tau + b * tau**1.5 + c * tau**2.5 + d * tau**5) * Tc / T), tau = 1 - T / Tc

    Args:
        Tc: critical temperature, in [T]. The defaults, 1, are for reduced T and P.
        Pc: critical pressure, in [P].

    Returns:
        The ShelfModel, with parameters a, b, c and d; P is NaN above Tc.

    Raises:
        ModelError: Tc or Pc is not positive.

    Source: W. Wagner, Cryogenics 13, 470, 1973; in the 2.5-5 form of D. Ambrose,
    J. Chem. Thermodyn. 18, 45, 1986.

    >>> methane = wagner(Tc=190.551, Pc=4599200.0)
    >>> print(methane.function(100.0, a=-6.02242, b=1.26652, c=-0.5707, d=-1.366).round())
    34415.0
    """
    options = _options("wagner", {"Tc": Tc, "Pc": Pc}, ("Tc", "Pc"))
    Tc, Pc = float(Tc), float(Pc)

    return ShelfModel(
        name="wagner",
        function=_wagner_below(Tc, Pc),
        start=lambda T, P: start_wagner(T, P, Tc, Pc),
        equation="P = Pc * exp((a * tau + b * tau**1.5 + c * tau**2.5 + d * tau**5) * Tc / T)",
        independent=("T",),
        source=WAGNER_1973,
        options=options,
        quantities=_quantities(0.0),
    )


def _wagner_below(Tc: float, Pc: float) -> Callable[..., Any]:
    """The function below its critical point."""

    def pressure_of(
        T: Annotated[Array, Doc("temperature in the unit of the option Tc, at most Tc, any shape")],
        a: Annotated[float, Doc("coefficient of tau = 1 - T / Tc"), unit("")],
        b: Annotated[float, Doc("coefficient of tau**1.5"), unit("")],
        c: Annotated[float, Doc("coefficient of tau**2.5"), unit("")],
        d: Annotated[float, Doc("coefficient of tau**5"), unit("")],
    ) -> Array:
        """The Wagner equation of the vapor pressure in its 2.5-5 form.

        P = Pc * exp((a * tau + b * tau**1.5 + c * tau**2.5 + d * tau**5) * Tc / T)

        Returns:
            P, in the unit of the option Pc, of the shape of T; NaN above Tc.

        Source: W. Wagner, Cryogenics 13, 470, 1973; in this form D. Ambrose,
        J. Chem. Thermodyn. 18, 45, 1986.

        >>> import residua as rs
        >>> methane = rs.models("wagner", Tc=190.551, Pc=4599200.0).function
        >>> print(methane(100.0, a=-6.02242, b=1.26652, c=-0.5707, d=-1.366).round())
        34415.0
        """
        tau = 1.0 - T / Tc
        # np.power: a negative Python float to the power 1.5 would be a complex number.
        rise = a * tau + b * np.power(tau, 1.5) + c * np.power(tau, 2.5) + d * tau**5
        return Pc * np.exp(rise * Tc / T)

    return pressure_of


def _quantities(zero: float) -> dict[str, Quantity]:
    """What follows from the slope of any vapor pressure; T + zero is in K."""

    def heat(P: Callable[..., Any]) -> Callable[..., Any]:
        # Imported here: a fit of pressures alone needs no operators.
        from residua.autodiff.operators import derivative

        slope = derivative(P, 0)
        return lambda T, *p: R * (T + zero) ** 2 * slope(T, *p) / P(T, *p)

    return {
        "enthalpy_of_vaporization": Quantity(
            "H = R * T**2 * (dP/dT) / P, of an ideal vapor beside a liquid of no volume; T in K",
            "J/mol",
            of=heat,
        ),
        "ln_pressure": Quantity("ln P", "1", of=lambda P: lambda T, *p: np.log(P(T, *p))),
    }


def _options(name: str, given: dict[str, Any], positive: tuple[str, ...]) -> dict[str, float]:
    """The options as they came, numbers where they have to be."""
    for option, value in given.items():
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not (number and np.isfinite(value) and (value > 0 or option not in positive)):
            raise ModelError(
                f"The model {name!r} cannot have {option} = {value!r}.",
                causes=(f"{option} is a {'positive ' * (option in positive)}number",),
                next=f"rs.model({name!r})",
            )
    return given
