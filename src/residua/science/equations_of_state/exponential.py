"""Equations of state with an exponential: Vinet's in the distance, Tait's in the volume."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.equations_of_state.parts import (
    BulkModulus,
    Energy,
    Volume,
    ZeroPressureVolume,
    equation_of_state,
)
from residua.science.equations_of_state.starts import lowest_row, scan_convex, scan_exponential
from residua.science.estimates import Array, finite, tidy


def vinet(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: Annotated[
        float, Doc("pressure derivative of the bulk modulus at V0, about 4; not 1"), unit("")
    ],
    V0: ZeroPressureVolume,
) -> Array:
    """The universal equation of state of Vinet, Ferrante, Rose and Smith.

    E = E0 + 9 * V0 * B0 / h**2 * (1 - (1 + a) * exp(-a)), a = h * ((V / V0)**(1/3) - 1),
    h = 3/2 * (BP - 1)

    Returns:
        E, of the shape of V.

    Source: P. Vinet, J. Ferrante, J. R. Smith and J. H. Rose, J. Phys. C 19, L467, 1986; energy:
    M. Hebbache and M. Zemzemi, Phys. Rev. B 70, 224107, 2004.

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
    >>> print(vinet(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4218]
    """
    h = 1.5 * (BP - 1.0)
    a = h * ((V / V0) ** (1.0 / 3.0) - 1.0)
    return E0 + 9.0 * V0 * B0 / h**2 * (1.0 - (1.0 + a) * np.exp(-a))


def anton_schmidt(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: Annotated[
        float, Doc("pressure derivative of the bulk modulus at V0, about 4; not 2"), unit("")
    ],
    V0: ZeroPressureVolume,
) -> Array:
    """The equation of state of Anton and Schmidt: P = -B0 (V / V0)**n ln(V / V0), n = -BP / 2.

    E = E0 + V0 * B0 / k**2 * (1 - (1 + k * u) * exp(-k * u)), u = ln(V / V0), k = BP / 2 - 1

    Returns:
        E, of the shape of V.

    Source: H. Anton and P. C. Schmidt, Intermetallics 5, 449, 1997; B. Mayer et al., Intermetallics
    11, 23, 2003; n from BP: A. Otero-de-la-Roza and V. Luaña, Comput. Phys. Commun. 182, 1708,
    2011.

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
    >>> print(anton_schmidt(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4217]
    """
    k = BP / 2.0 - 1.0
    a = k * np.log(V / V0)
    return E0 + V0 * B0 / k**2 * (1.0 - (1.0 + a) * np.exp(-a))


def tait(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: Annotated[
        float, Doc("pressure derivative of the bulk modulus at V0, about 4; not -1"), unit("")
    ],
    V0: ZeroPressureVolume,
) -> Array:
    """Tait's equation of state: bulk modulus and pressure exponential in V.

    E = E0 + V0 * B0 / c**2 * (exp(-c * w) - 1 + c * w), w = V / V0 - 1, c = BP + 1

    Returns:
        E, of the shape of V.

    Source: J. R. Macdonald, Rev. Mod. Phys. 38, 669, 1966 (the usual Tait equation).

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
    >>> print(tait(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4217]
    """
    c = BP + 1.0
    a = c * (V / V0 - 1.0)
    return E0 + V0 * B0 / c**2 * (np.expm1(-a) + a)


def start_vinet(V: Any, E: Any) -> dict[str, float]:
    """Scan the decay with the distance V**(1/3); the rest is linear."""
    V, E = tidy(V, E)
    fallback = lowest_row(V, E)
    if V[0] <= 0 or np.unique(V).size < 4:
        return fallback
    middle = float(np.median(V))
    distance = np.cbrt(V / middle) - 1.0
    found = scan_exponential(E, distance, np.linspace(0.3, 18.0, 60))
    if found is None:
        return fallback
    decay, at, A, E0 = found
    # A minimum at no distance or at a negative one is none.
    x0 = max(1.0 + at, 0.0)
    h = decay * x0
    with np.errstate(all="ignore"):
        V0 = middle * np.float64(x0) ** 3
        B0 = A * h**2 / (9.0 * V0)
    if not V0 > 0:
        return fallback
    return finite({"E0": E0, "B0": float(B0), "BP": 1.0 + h / 1.5, "V0": float(V0)}, fallback)


def start_anton_schmidt(V: Any, E: Any) -> dict[str, float]:
    """Scan the exponent of V; the rest is linear."""
    V, E = tidy(V, E)
    fallback = lowest_row(V, E)
    if V[0] <= 0 or np.unique(V).size < 4:
        return fallback
    middle = float(np.median(V))
    found = scan_exponential(E, np.log(V / middle), np.linspace(0.1, 5.5, 55))
    if found is None:
        return fallback
    k, at, A, E0 = found
    with np.errstate(all="ignore"):
        V0 = middle * np.exp(np.float64(at))
        B0 = A * k**2 / V0
    if not V0 > 0:
        return fallback
    return finite({"E0": E0, "B0": float(B0), "BP": 2.0 * k + 2.0, "V0": float(V0)}, fallback)


def start_tait(V: Any, E: Any) -> dict[str, float]:
    """Scan the decay with V; the rest is linear."""
    V, E = tidy(V, E)
    fallback = lowest_row(V, E)
    if V[0] <= 0 or np.unique(V).size < 4:
        return fallback
    middle = float(np.median(V))
    found = scan_convex(E, V / middle - 1.0, np.linspace(1.0, 14.0, 53))
    if found is None or not found[1] > -1.0:
        return fallback
    decay, at, A, E0 = found
    V0 = middle * (1.0 + at)
    c = decay * (1.0 + at)
    return finite({"E0": E0, "B0": A * c**2 / V0, "BP": c - 1.0, "V0": V0}, fallback)


VINET = equation_of_state(
    vinet,
    start_vinet,
    "E = E0 + 9 * V0 * B0 / h**2 * (1 - (1 + a) * exp(-a)), a = h * ((V / V0)**(1/3) - 1),"
    " h = 3/2 * (BP - 1)",
    "P. Vinet, J. Ferrante, J. R. Smith and J. H. Rose, J. Phys. C 19, L467, 1986",
)

ANTON_SCHMIDT = equation_of_state(
    anton_schmidt,
    start_anton_schmidt,
    "E = E0 + V0 * B0 / k**2 * (1 - (1 + k * u) * exp(-k * u)), u = ln(V / V0), k = BP / 2 - 1",
    "H. Anton and P. C. Schmidt, Intermetallics 5, 449, 1997",
)

TAIT = equation_of_state(
    tait,
    start_tait,
    "E = E0 + V0 * B0 / c**2 * (exp(-c * w) - 1 + c * w), w = V / V0 - 1, c = BP + 1",
    "J. R. Macdonald, Rev. Mod. Phys. 38, 669, 1966 (the usual Tait equation)",
)
