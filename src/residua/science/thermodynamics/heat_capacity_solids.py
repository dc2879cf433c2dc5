"""Heat capacities of solids against absolute temperature: Einstein and Debye."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, finite, search, size_of, tidy
from residua.science.registry import ShelfModel
from residua.science.thermodynamics.heat_capacity_integrals import of_a_solid

# Beyond this x the integrand x**4 exp(-x) of Debye's function is below 1e-20 of its integral.
FARTHEST = 64.0
# Of Debye's integral from 0 to at most FARTHEST: to fourteen digits.
NODES = 64


def einstein(
    T: Annotated[Array, Doc("temperature, positive, any shape"), unit("K")],
    C_inf: Annotated[
        float,
        Doc("limit of high temperature; 3 R = 24.943 J/(mol K) for each mole of atoms"),
        unit("[C]"),
    ],
    theta: Annotated[float, Doc("Einstein's temperature h nu / k"), unit("[T]")],
) -> Array:
    """Einstein's heat capacity of a solid, or of one vibration.

    C = C_inf * (theta / T)**2 * exp(theta / T) / (exp(theta / T) - 1)**2

    Returns:
        C, of the shape of T.

    Source: A. Einstein, Ann. Phys. 327, 180, 1907.

    >>> print(einstein(1320.0, C_inf=24.943, theta=1320.0).round(3))  # diamond
    22.964
    """
    # Of the half argument, so that nothing overflows below T = theta / 700.
    half = 0.5 * theta / T
    decay = np.exp(-2.0 * half)
    return C_inf * 4.0 * half**2 * decay / np.expm1(-2.0 * half) ** 2


def debye(
    T: Annotated[Array, Doc("temperature, positive, any shape"), unit("K")],
    C_inf: Annotated[
        float,
        Doc("limit of high temperature; 3 R = 24.943 J/(mol K) for each mole of atoms"),
        unit("[C]"),
    ],
    theta: Annotated[float, Doc("Debye's temperature, positive"), unit("[T]")],
) -> Array:
    """Debye's heat capacity of a solid.

    C = C_inf * 3 * (T / theta)**3 * integral from 0 to theta / T of x**4 exp(x) / (exp(x) - 1)**2

    Returns:
        C, of the shape of T.

    Source: P. Debye, Ann. Phys. 344, 789, 1912.

    >>> print(debye(428.0, C_inf=24.943, theta=428.0).round(3))  # aluminum
    23.739
    """
    top = theta / T
    end = np.minimum(top, FARTHEST)
    nodes, weights = (values.reshape(-1, *(1 for _ in np.shape(T))) for values in _rule())
    x = end * nodes
    integral = end * np.sum(weights * x**4 * np.exp(-x) / np.expm1(-x) ** 2, axis=0)
    return C_inf * 3.0 * integral / top**3


@cache
def _rule() -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return 0.5 * (nodes + 1.0), 0.5 * weights


def start_einstein(T: Any, C: Any) -> dict[str, float]:
    """Scan the temperature; the limit is linear."""
    return _start(einstein, T, C)


def start_debye(T: Any, C: Any) -> dict[str, float]:
    """Scan the temperature; the limit is linear."""
    return _start(debye, T, C)


def _start(capacity: Any, T: Any, C: Any) -> dict[str, float]:
    T, C = tidy(T, C, bins=64)
    T, C = T[T > 0], C[T > 0]
    if not T.size:
        return {"C_inf": 1.0, "theta": 1.0}
    width, height = size_of(T), size_of(C)
    u = T / width

    def basis(s: Any) -> tuple[Any]:
        return (np.stack([capacity(u, 1.0, float(theta)) for theta in np.exp(s).ravel()]),)

    found = search(basis, [np.linspace(-3.0, 3.5, 27)], C / height, rounds=10)
    theta = width * float(np.exp(found.nonlinear[0]))
    return finite(
        {"C_inf": height * float(found.linear[0]), "theta": theta},
        {"C_inf": height, "theta": width},
    )


def _solid(name: str, function: Any, start: Any, equation: str, source: str) -> ShelfModel:
    return ShelfModel(
        name=f"{name}_heat_capacity",
        function=function,
        start=start,
        equation=equation,
        independent=("T",),
        source=source,
        bounds={"theta": (0.0, np.inf)},
        quantities=of_a_solid(),
    )


EINSTEIN = _solid(
    "einstein",
    einstein,
    start_einstein,
    "C = C_inf * (theta / T)**2 * exp(theta / T) / (exp(theta / T) - 1)**2",
    "A. Einstein, Ann. Phys. 327, 180, 1907",
)
DEBYE = _solid(
    "debye",
    debye,
    start_debye,
    "C = C_inf * 3 * (T / theta)**3 * "
    "integral from 0 to theta / T of x**4 exp(x) / (exp(x) - 1)**2",
    "P. Debye, Ann. Phys. 344, 789, 1912",
)
