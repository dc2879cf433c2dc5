"""Pulses: the squared hyperbolic secant of lasers and solitons."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.peaks.gaussian_lorentzian import scan_peak
from residua.science.peaks.words import X
from residua.science.registry import Quantity, ShelfModel

# Half width at half maximum of sech(u)**2: the u at which cosh(u) is sqrt(2).
HALF_WIDTH = float(np.arccosh(np.sqrt(2.0)))


def sech2(
    x: X,
    amplitude: Annotated[float, Doc("area under the pulse; negative for a dip"), unit("[y][x]")],
    center: Annotated[float, Doc("position of the pulse"), unit("[x]")],
    width: Annotated[
        float,
        Doc("width parameter, positive; the full width at half maximum is 1.7627 width"),
        unit("[x]"),
    ],
) -> Array:
    """A squared hyperbolic secant of given area: a soliton, or the pulse of a mode-locked laser.

    y = amplitude / (2 * width) / cosh((x - center) / width)**2

    Its height is amplitude / (2 width), its full width at half maximum 1.7627 width.

    Returns:
        y, of the shape of x.

    Source: H. A. Haus, IEEE J. Sel. Top. Quantum Electron. 6, 1173, 2000 (mode-locking of lasers).

    >>> import numpy as np
    >>> print(sech2(np.array([0.0, 1e4]), amplitude=4.0, center=0.0, width=2.0))
    [1. 0.]
    """
    return amplitude / (2.0 * width) * _squared_secant((x - center) / width)


def _squared_secant(z: Any) -> Any:
    """1 / cosh(z)**2 by a decaying exponential, which cannot overflow."""
    decay = np.exp(-2.0 * np.abs(z))
    return 4.0 * decay / ((1.0 + decay) * (1.0 + decay))


def start_sech2(x: Any, y: Any) -> dict[str, float]:
    """Scan center and width; the area, of either sign, is linear."""

    def unit(distance: Any, half_width: Any) -> tuple[Any]:
        width = half_width / HALF_WIDTH
        return (_squared_secant(distance / width) / (2.0 * width),)

    area, center, half_width = scan_peak(x, y, unit)
    return {"amplitude": float(area[0]), "center": center, "width": half_width / HALF_WIDTH}


SECH2 = ShelfModel(
    name="sech2",
    function=sech2,
    start=start_sech2,
    equation="y = amplitude / (2 * width) / cosh((x - center) / width)**2",
    independent=("x",),
    source="H. A. Haus, IEEE J. Sel. Top. Quantum Electron. 6, 1173, 2000",
    bounds={"width": (0.0, np.inf)},
    quantities={
        "height": Quantity(
            "amplitude / (2 * width)", "[y]", value=lambda amplitude, width: amplitude / (2 * width)
        ),
        "fwhm": Quantity(
            "2 * arccosh(sqrt(2)) * width", "[x]", value=lambda width: 2.0 * HALF_WIDTH * width
        ),
    },
)
