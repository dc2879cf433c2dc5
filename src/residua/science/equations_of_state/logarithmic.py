"""Logarithmic equations of state: the energy as a series in Hencky's strain ln(V / V0)."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua.science.equations_of_state.parts import (
    BulkModulus,
    Energy,
    PressureDerivative,
    SecondDerivative,
    Volume,
    ZeroPressureVolume,
    equation_of_state,
)
from residua.science.equations_of_state.starts import series_start
from residua.science.estimates import Array


def poirier_tarantola2(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    V0: ZeroPressureVolume,
) -> Array:
    """The second-order logarithmic equation, which fixes dB/dP at V0 to 2.

    E = E0 + V0 * B0 / 2 * u**2, u = ln(V / V0)

    Returns:
        E, of the shape of V.

    Source: J.-P. Poirier and A. Tarantola, Phys. Earth Planet. Inter. 109, 1, 1998.

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "V0": 16.573}
    >>> print(poirier_tarantola2(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4256]
    """
    return E0 + V0 * B0 / 2.0 * np.log(V / V0) ** 2


def poirier_tarantola(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: PressureDerivative,
    V0: ZeroPressureVolume,
) -> Array:
    """The third-order logarithmic equation of Poirier and Tarantola.

    E = E0 + V0 * B0 / 6 * u**2 * (3 + (2 - BP) * u), u = ln(V / V0)

    Returns:
        E, of the shape of V.

    Source: J.-P. Poirier and A. Tarantola, Phys. Earth Planet. Inter. 109, 1, 1998.

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
    >>> print(poirier_tarantola(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4219]
    """
    u = np.log(V / V0)
    return E0 + V0 * B0 / 6.0 * u**2 * (3.0 + (2.0 - BP) * u)


def poirier_tarantola4(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: PressureDerivative,
    V0: ZeroPressureVolume,
    BPP: SecondDerivative,
) -> Array:
    """The fourth-order logarithmic equation, with the curvature of B(P) free.

    E = E0 + V0 * B0 / 24 * u**2 * (12 + 4 * (2 - BP) * u + (B0 * BPP + BP * (BP - 3) + 3) * u**2),
    u = ln(V / V0)

    Returns:
        E, of the shape of V.

    Source: J.-P. Poirier and A. Tarantola, Phys. Earth Planet. Inter. 109, 1, 1998.

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573, "BPP": -12.0}
    >>> print(poirier_tarantola4(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4217]
    """
    u = np.log(V / V0)
    fourth = B0 * BPP + BP * (BP - 3.0) + 3.0
    return E0 + V0 * B0 / 24.0 * u**2 * (12.0 + 4.0 * (2.0 - BP) * u + fourth * u**2)


def start_poirier_tarantola2(V: Any, E: Any) -> dict[str, float]:
    """The least-squares parabola in ln V, which is this equation itself, and its minimum."""
    return series_start(V, E, 0.0, 2, ("E0", "B0", "V0"))


def start_poirier_tarantola(V: Any, E: Any) -> dict[str, float]:
    """The least-squares cubic in ln V, which is this equation itself, and its minimum."""
    return series_start(V, E, 0.0, 3, ("E0", "B0", "BP", "V0"))


def start_poirier_tarantola4(V: Any, E: Any) -> dict[str, float]:
    """The least-squares quartic in ln V, which is this equation itself, and its minimum."""
    return series_start(V, E, 0.0, 4, ("E0", "B0", "BP", "V0", "BPP"))


SOURCE = "J.-P. Poirier and A. Tarantola, Phys. Earth Planet. Inter. 109, 1, 1998"

POIRIER_TARANTOLA2 = equation_of_state(
    poirier_tarantola2,
    start_poirier_tarantola2,
    "E = E0 + V0 * B0 / 2 * u**2, u = ln(V / V0)",
    SOURCE,
    ("E0", "B0", "V0"),
)

POIRIER_TARANTOLA = equation_of_state(
    poirier_tarantola,
    start_poirier_tarantola,
    "E = E0 + V0 * B0 / 6 * u**2 * (3 + (2 - BP) * u), u = ln(V / V0)",
    SOURCE,
)

POIRIER_TARANTOLA4 = equation_of_state(
    poirier_tarantola4,
    start_poirier_tarantola4,
    "E = E0 + V0 * B0 / 24 * u**2 * (12 + 4 * (2 - BP) * u + (B0 * BPP + BP * (BP - 3) + 3) * u**2)"
    ", u = ln(V / V0)",
    SOURCE,
    ("E0", "B0", "BP", "V0", "BPP"),
)
