"""The Doniach-Sunjic line of core electrons in a metal."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.peaks.shapes import scan_shape
from residua.science.registry import Quantity, ShelfModel

ASYMMETRIES = np.linspace(-0.1, 0.7, 9)


def doniach(
    x: Annotated[Array, Doc("independent variable, such as the kinetic energy, any shape")],
    amplitude: Annotated[
        float,
        Doc(
            "area of the Lorentzian at asymmetry 0 (with a tail it is infinite); negative for a dip"
        ),
        unit("[y][x]"),
    ],
    center: Annotated[
        float, Doc("position of the line; the top lies a little below it"), unit("[x]")
    ],
    gamma: Annotated[
        float, Doc("half width at half maximum at asymmetry 0, positive"), unit("[x]")
    ],
    asymmetry: Annotated[float, Doc("singularity index, from 0 (Lorentzian) to below 1"), unit("")],
) -> Array:
    """The Doniach-Sunjic lineshape: a Lorentzian with a tail of a power at smaller x.

    y = amplitude / (pi * gamma) * cos(pi * asymmetry / 2 + (1 - asymmetry) * arctan(z)) / w,
    with w = (1 + z**2)**((1 - asymmetry) / 2) and z = (x - center) / gamma

    The tail points to smaller x, such as kinetic energy; for binding energies give x = -energy.

    Returns:
        y, of the shape of x.

    Source: S. Doniach and M. Sunjic, J. Phys. C 3, 285, 1970.

    >>> import numpy as np
    >>> y = doniach(np.array([1.0, 3.0]), 2 * np.pi, center=1.0, gamma=2.0, asymmetry=0.0)
    >>> print(y.round(12))
    [1.  0.5]
    """
    z = (x - center) / gamma
    rest = 1.0 - asymmetry
    swing = np.cos(0.5 * np.pi * asymmetry + rest * np.arctan(z))
    return amplitude / (np.pi * gamma) * swing * np.exp(-0.5 * rest * np.log1p(z * z))


def start_doniach(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and asymmetry; the height is linear."""

    def columns(distance: Any, half_width: Any, asymmetry: Any) -> tuple[Any]:
        limited = np.clip(asymmetry, -0.5, 0.95)
        return (doniach(distance, math.pi * half_width, 0.0, half_width, limited),)

    peak = scan_shape(x, y, columns, [ASYMMETRIES])
    return {
        "amplitude": peak.height * math.pi * peak.half_width,
        "center": peak.center,
        "gamma": peak.half_width,
        "asymmetry": min(max(peak.shape[0], -0.5), 0.95),
    }


def _tilt(asymmetry: Any) -> Any:
    """The angle by which the top lies below the center: arctan of (center - mode) / gamma."""
    return 0.5 * np.pi * asymmetry / (2.0 - asymmetry)


DONIACH = ShelfModel(
    name="doniach",
    function=doniach,
    start=start_doniach,
    equation=(
        "y = amplitude / (pi * gamma) * cos(pi * asymmetry / 2 + (1 - asymmetry) * arctan(z)) / w,"
        " with w = (1 + z**2)**((1 - asymmetry) / 2) and z = (x - center) / gamma"
    ),
    independent=("x",),
    source="S. Doniach and M. Sunjic, J. Phys. C 3, 285, 1970",
    bounds={"gamma": (0.0, np.inf)},
    quantities={
        "mode": Quantity(
            "center - gamma * tan(pi * asymmetry / (2 * (2 - asymmetry)))",
            "[x]",
            value=lambda center, gamma, asymmetry: center - gamma * np.tan(_tilt(asymmetry)),
        ),
        "height": Quantity(
            "amplitude / (pi * gamma) * cos(t)**(2 - asymmetry), tan(t) = (center - mode) / gamma",
            "[y]",
            value=lambda amplitude, gamma, asymmetry: (
                amplitude / (np.pi * gamma) * np.cos(_tilt(asymmetry)) ** (2.0 - asymmetry)
            ),
        ),
    },
)
