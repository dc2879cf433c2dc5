"""What all equations of state share: the words for their parameters, and what follows from them.

Energies in eV and volumes in Å^3 give moduli and pressures in eV/Å^3. One eV/Å^3 is
160.21766208 GPa (CODATA 2014, as in ASE; older tutorials use 160.21773).

Measured pressures are fitted by the derived pressure itself. E0 has no influence on it, so it is
given: `rs.fit(rs.model("vinet").quantity("pressure"), V, P, fixed={"E0": 0.0})`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, accumulated
from residua.science.registry import Quantity, ShelfModel

Volume = Annotated[Array, Doc("volume, such as Å^3, positive, any shape")]
Energy = Annotated[float, Doc("energy at the minimum"), unit("[E]")]
BulkModulus = Annotated[
    float, Doc("bulk modulus at V0; 1 eV/Å^3 = 160.21766208 GPa"), unit("[E]/[V]")
]
PressureDerivative = Annotated[
    float, Doc("pressure derivative of the bulk modulus at V0, about 4"), unit("")
]
SecondDerivative = Annotated[
    float, Doc("second pressure derivative of the bulk modulus at V0"), unit("[V]/[E]")
]
ZeroPressureVolume = Annotated[float, Doc("volume at zero pressure"), unit("[V]")]


def volume_derivative(E: Callable[..., Any], order: int = 1) -> Callable[..., Any]:
    """The partial derivative of E(V, parameters...) with respect to V."""
    # Imported here: a fit of energies alone needs no operators.
    from residua.autodiff.operators import derivative

    return derivative(E, 0, order=order)


def pressure(E: Callable[..., Any]) -> Callable[..., Any]:
    """P = -dE/dV of an energy E(V, parameters...)."""
    slope = volume_derivative(E)
    return lambda V, *p: -slope(V, *p)


def enthalpy(E: Callable[..., Any]) -> Callable[..., Any]:
    """H = E + P V, at zero temperature the Gibbs energy that decides between two phases."""
    slope = volume_derivative(E)
    return lambda V, *p: E(V, *p) - V * slope(V, *p)


def bulk_modulus(E: Callable[..., Any]) -> Callable[..., Any]:
    """B = -V dP/dV = V d2E/dV2."""
    curvature = volume_derivative(E, 2)
    return lambda V, *p: V * curvature(V, *p)


def bulk_modulus_derivative(E: Callable[..., Any]) -> Callable[..., Any]:
    """dB/dP = (dB/dV) / (dP/dV), at the same volume."""
    curvature, third = volume_derivative(E, 2), volume_derivative(E, 3)
    return lambda V, *p: -1.0 - V * third(V, *p) / curvature(V, *p)


def slater_gamma(E: Callable[..., Any]) -> Callable[..., Any]:
    """Slater's Grüneisen parameter: every frequency follows the bulk modulus."""
    stiffening = bulk_modulus_derivative(E)
    return lambda V, *p: stiffening(V, *p) / 2.0 - 1.0 / 6.0


QUANTITIES = {
    "pressure": Quantity(
        "P = -dE/dV", "[E]/[V]", of=pressure, undo=lambda V, P: -accumulated(V, P)
    ),
    "enthalpy": Quantity("H = E - V dE/dV", "[E]", of=enthalpy),
    "bulk_modulus": Quantity("B = V d2E/dV2", "[E]/[V]", of=bulk_modulus),
    "bulk_modulus_derivative": Quantity(
        "dB/dP = -1 - V (d3E/dV3) / (d2E/dV2)", "1", of=bulk_modulus_derivative
    ),
    "slater_gamma": Quantity(
        "gamma = (dB/dP) / 2 - 1/6 (J. C. Slater, Introduction to Chemical Physics, 1939)",
        "1",
        of=slater_gamma,
    ),
}


def equation_of_state(
    function: Callable[..., Any],
    start: Callable[[Any, Any], dict[str, float]],
    equation: str,
    source: str,
    parameters: tuple[str, ...] = ("E0", "B0", "BP", "V0"),
) -> ShelfModel:
    """The row of the shelf for an energy of volume and these parameters."""
    return ShelfModel(
        name=function.__name__,
        function=function,
        start=start,
        equation=equation,
        independent=("V",),
        source=source,
        bounds={"V0": (0.0, np.inf)},
        quantities=QUANTITIES,
    )
