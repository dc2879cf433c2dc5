"""The pseudo-Voigt profile: a Gaussian and a Lorentzian of one width, mixed."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.peaks.gaussian_lorentzian import scan_peak, unit_profiles
from residua.science.peaks.words import Area, Center, X
from residua.science.registry import Quantity, ShelfModel

# sqrt(ln 2 / pi): height times half width of a Gaussian of unit area.
GAUSSIAN_HEIGHT = float(np.sqrt(np.log(2.0) / np.pi))


def pseudo_voigt(
    x: X,
    amplitude: Area,
    center: Center,
    gamma: Annotated[float, Doc("half width at half maximum of both parts, positive"), unit("[x]")],
    fraction: Annotated[
        float, Doc("share of the Lorentzian, from 0 (Gaussian) to 1 (Lorentzian)"), unit("")
    ],
) -> Array:
    """A weighted sum of a Gaussian and a Lorentzian with the same area, center and half width.

    y = amplitude * (fraction * L(x; center, gamma) + (1 - fraction) * G(x; center, gamma))

    A stand-in for the Voigt profile where that is too slow: here the exact `voigt` is not.

    Returns:
        y, of the shape of x.

    Source: G. K. Wertheim, M. A. Butler, K. W. West and D. N. E. Buchanan, Rev. Sci. Instrum. 45,
    1369, 1974.

    >>> import numpy as np
    >>> y = pseudo_voigt(np.array([1.0, 3.0]), 2 * np.pi, center=1.0, gamma=2.0, fraction=0.5)
    >>> print(y.round(6))
    [1.237832 0.618916]
    """
    z = (x - center) / gamma
    lorentzian = 1.0 / (np.pi * (1.0 + z * z))
    gaussian = GAUSSIAN_HEIGHT * np.exp(-np.log(2.0) * z * z)
    return amplitude / gamma * (fraction * lorentzian + (1.0 - fraction) * gaussian)


def start_pseudo_voigt(x: Any, y: Any) -> dict[str, float]:
    """Scan center and width; the areas of the two parts are linear."""
    (gauss, lorentz), center, half_width = scan_peak(x, y, unit_profiles)
    area = float(gauss + lorentz)
    # Noise can ask for a negative share; a start has to lie inside the bounds.
    share = float(np.clip(lorentz / area, 0.02, 0.98)) if area else 0.5
    return {"amplitude": area, "center": center, "gamma": half_width, "fraction": share}


PSEUDO_VOIGT = ShelfModel(
    name="pseudo_voigt",
    function=pseudo_voigt,
    start=start_pseudo_voigt,
    equation=(
        "y = amplitude * (fraction * L(x; center, gamma) + (1 - fraction) * G(x; center, gamma))"
    ),
    independent=("x",),
    source="G. K. Wertheim et al., Rev. Sci. Instrum. 45, 1369, 1974",
    bounds={"gamma": (0.0, np.inf), "fraction": (0.0, 1.0)},
    quantities={
        "height": Quantity(
            "amplitude / gamma * (fraction / pi + (1 - fraction) * sqrt(ln 2 / pi))",
            "[y]",
            value=lambda amplitude, gamma, fraction: (
                amplitude / gamma * (fraction / np.pi + (1.0 - fraction) * GAUSSIAN_HEIGHT)
            ),
        ),
        "fwhm": Quantity("2 * gamma", "[x]", value=lambda gamma: 2.0 * gamma),
    },
)
