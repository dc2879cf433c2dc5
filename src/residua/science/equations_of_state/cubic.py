"""Equations of state that are cubic polynomials: in V**(-1/3), stabilized jellium, or in V."""

from __future__ import annotations

from typing import Any

from residua.science.equations_of_state.parts import (
    BulkModulus,
    Energy,
    PressureDerivative,
    Volume,
    ZeroPressureVolume,
    equation_of_state,
)
from residua.science.equations_of_state.starts import series_start
from residua.science.estimates import Array


def sjeos(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: PressureDerivative,
    V0: ZeroPressureVolume,
) -> Array:
    """The stabilized jellium equation of state: a cubic in V**(-1/3), in physical parameters.

    E = E0 + 9/2 * V0 * B0 * z**2 * (1 + (BP - 3) * z), z = (V0 / V)**(1/3) - 1

    Returns:
        E, of the shape of V.

    Source: A. B. Alchagirov, J. P. Perdew, J. C. Boettger, R. C. Albers and C. Fiolhais,
    Phys. Rev. B 63, 224115, 2001.

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
    >>> print(sjeos(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4218]
    """
    z = (V0 / V) ** (1.0 / 3.0) - 1.0
    return E0 + 4.5 * V0 * B0 * z**2 * (1.0 + (BP - 3.0) * z)


def taylor(
    V: Volume,
    E0: Energy,
    B0: BulkModulus,
    BP: PressureDerivative,
    V0: ZeroPressureVolume,
) -> Array:
    """The cubic in V about the minimum, in physical parameters.

    E = E0 + V0 * B0 * w**2 * (1/2 - (1 + BP) / 6 * w), w = V / V0 - 1

    Returns:
        E, of the shape of V.

    Source: B. Taylor, Methodus incrementorum directa et inversa, 1715.

    >>> import numpy as np
    >>> p = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
    >>> print(taylor(np.array([16.573, 15.0]), **p).round(4))
    [-56.466  -56.4228]
    """
    w = V / V0 - 1.0
    return E0 + V0 * B0 * w**2 * (0.5 - (1.0 + BP) / 6.0 * w)


def start_sjeos(V: Any, E: Any) -> dict[str, float]:
    """The least-squares cubic in V**(-1/3), which is this equation itself, and its minimum."""
    return series_start(V, E, -1.0 / 3.0, 3, ("E0", "B0", "BP", "V0"))


def start_taylor(V: Any, E: Any) -> dict[str, float]:
    """The least-squares cubic in V, which is this equation itself, and its minimum."""
    return series_start(V, E, 1.0, 3, ("E0", "B0", "BP", "V0"))


SJEOS = equation_of_state(
    sjeos,
    start_sjeos,
    "E = E0 + 9/2 * V0 * B0 * z**2 * (1 + (BP - 3) * z), z = (V0 / V)**(1/3) - 1",
    "A. B. Alchagirov, J. P. Perdew, J. C. Boettger, R. C. Albers and C. Fiolhais,"
    " Phys. Rev. B 63, 224115, 2001",
)

TAYLOR = equation_of_state(
    taylor,
    start_taylor,
    "E = E0 + V0 * B0 * w**2 * (1/2 - (1 + BP) / 6 * w), w = V / V0 - 1",
    "B. Taylor, Methodus incrementorum directa et inversa, 1715",
)
