"""Resonances: Fano's interference, and the amplitude of a driven, damped oscillator."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, clipped_exp, finite, search, size_of, tidy
from residua.science.peaks.shapes import scan_shape
from residua.science.registry import Quantity, ShelfModel

# cot(angle) = q: every q from minus to plus infinity, once.
ANGLES = np.linspace(0.0, math.pi, 13)[:-1] + math.pi / 26
# A start with this angle is as far from the poles of cot as doubles care.
LEAST_ANGLE = 1e-3


def fano(
    x: Annotated[Array, Doc("independent variable, mostly energy or frequency, any shape")],
    amplitude: Annotated[float, Doc("level far from the resonance"), unit("[y]")],
    center: Annotated[float, Doc("energy of the resonance"), unit("[x]")],
    gamma: Annotated[
        float, Doc("half width of the resonance, positive (half of Fano's Gamma)"), unit("[x]")
    ],
    q: Annotated[
        float, Doc("asymmetry; 0 is a dip to zero, a large one a Lorentzian peak"), unit("")
    ],
) -> Array:
    """A Fano (Breit-Wigner-Fano) resonance: a discrete state interfering with a continuum.

    y = amplitude * (q + (x - center) / gamma)**2 / (1 + ((x - center) / gamma)**2)

    Returns:
        y, of the shape of x. It is 0 at center - q * gamma and largest at center + gamma / q.

    Source: U. Fano, Phys. Rev. 124, 1866, 1961.

    >>> import numpy as np
    >>> print(fano(np.array([1.0, 0.0, 1e9]), amplitude=2.0, center=1.0, gamma=0.5, q=2.0))
    [8. 0. 2.]
    """
    z = (x - center) / gamma
    return amplitude * (q + z) * (q + z) / (1.0 + z * z)


def damped_oscillator(
    x: Annotated[Array, Doc("frequency of the driving force, any shape")],
    amplitude: Annotated[float, Doc("response to a constant force (at x = 0)"), unit("[y]")],
    center: Annotated[float, Doc("natural frequency without damping, positive"), unit("[x]")],
    zeta: Annotated[
        float,
        Doc("damping ratio, positive; 1 is critical. The quality factor is 1 / (2 zeta)"),
        unit(""),
    ],
) -> Array:
    """The amplitude of a damped harmonic oscillator driven at frequency x.

    y = amplitude / sqrt((1 - (x / center)**2)**2 + (2 * zeta * x / center)**2)

    Returns:
        y, of the shape of x.

    Source: L. D. Landau and E. M. Lifshitz, Mechanics, 3rd ed., section 26.

    >>> import numpy as np
    >>> print(damped_oscillator(np.array([0.0, 3.0]), amplitude=2.0, center=3.0, zeta=0.1))
    [ 2. 10.]
    """
    r = x / center
    r2 = r * r
    damping = 2.0 * zeta
    return amplitude / np.sqrt((1.0 - r2) * (1.0 - r2) + damping * damping * r2)


def start_fano(x: Any, y: Any) -> dict[str, float]:
    """Scan center, width and q (as an angle, so that none is out of reach); the level is linear."""

    def anywhere(distance: Any, half_width: Any) -> tuple[Any, Any, Any]:
        z = distance / half_width
        lorentzian = 1.0 / (1.0 + z * z)
        return np.ones_like(z), lorentzian, z * lorentzian

    def columns(distance: Any, half_width: Any, angle: Any) -> tuple[Any]:
        z = distance / half_width
        return ((np.cos(angle) + np.sin(angle) * z) ** 2 / (1.0 + z * z),)

    peak = scan_shape(x, y, columns, [ANGLES], locate=anywhere)
    angle = peak.shape[0] % math.pi
    angle = min(max(angle, LEAST_ANGLE), math.pi - LEAST_ANGLE)
    return {
        "amplitude": peak.height * math.sin(angle) ** 2,
        "center": peak.center,
        "gamma": peak.half_width,
        "q": 1.0 / math.tan(angle),
    }


def start_damped_oscillator(x: Any, y: Any) -> dict[str, float]:
    """Scan the natural frequency and the damping; the amplitude is linear."""
    x, y = tidy(x, y)
    frequency = np.abs(x)
    width, height = size_of(x), size_of(y)
    safe = {"amplitude": float(np.mean(y)), "center": width, "zeta": 0.5}
    u = frequency / width
    places = np.unique(u[u > 0])
    if not places.size:
        return safe

    def basis(log_center: Any, log_zeta: Any) -> tuple[Any]:
        # Of height about 1, however sharp the resonance.
        zeta = np.exp(log_zeta)
        return (zeta * damped_oscillator(u, 1.0, np.exp(log_center), zeta),)

    centers = np.log(np.concatenate([places, [1.15, 1.4, 1.8, 2.5]]))
    found = search(basis, [np.unique(centers), np.linspace(-8.0, 1.0, 13)], y / height, rounds=8)
    zeta = clipped_exp(found.nonlinear[1])
    start = {
        "amplitude": height * float(found.linear[0]) * zeta,
        "center": width * clipped_exp(found.nonlinear[0]),
        "zeta": zeta,
    }
    return finite(start, safe)


FANO = ShelfModel(
    name="fano",
    function=fano,
    start=start_fano,
    equation="y = amplitude * (q + (x - center) / gamma)**2 / (1 + ((x - center) / gamma)**2)",
    independent=("x",),
    source="U. Fano, Phys. Rev. 124, 1866, 1961",
    bounds={"gamma": (0.0, np.inf)},
    quantities={
        "mode": Quantity(
            "center + gamma / q", "[x]", value=lambda center, gamma, q: center + gamma / q
        ),
        "zero": Quantity(
            "center - gamma * q", "[x]", value=lambda center, gamma, q: center - gamma * q
        ),
        "height": Quantity(
            "amplitude * (1 + q**2)", "[y]", value=lambda amplitude, q: amplitude * (1.0 + q * q)
        ),
    },
)

DAMPED_OSCILLATOR = ShelfModel(
    name="damped_oscillator",
    function=damped_oscillator,
    start=start_damped_oscillator,
    equation="y = amplitude / sqrt((1 - (x / center)**2)**2 + (2 * zeta * x / center)**2)",
    independent=("x",),
    source="L. D. Landau and E. M. Lifshitz, Mechanics, 3rd ed., section 26",
    bounds={"center": (0.0, np.inf), "zeta": (0.0, np.inf)},
    quantities={
        "mode": Quantity(
            "center * sqrt(1 - 2 * zeta**2), where zeta < sqrt(1/2)",
            "[x]",
            value=lambda center, zeta: center * np.sqrt(1.0 - 2.0 * zeta**2),
        ),
        "height": Quantity(
            "amplitude / (2 * zeta * sqrt(1 - zeta**2)), where zeta < sqrt(1/2)",
            "[y]",
            value=lambda amplitude, zeta: amplitude / (2.0 * zeta * np.sqrt(1.0 - zeta**2)),
        ),
        "quality_factor": Quantity("1 / (2 * zeta)", "1", value=lambda zeta: 0.5 / zeta),
    },
)
