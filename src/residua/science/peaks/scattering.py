"""Inelastic scattering by a damped harmonic oscillator at a temperature."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, clipped_exp, finite, search, size_of, tidy
from residua.science.registry import ShelfModel

# Below this the quotient (1 - exp(-z)) / z is taken from its series in the scan.
NEAR_ZERO = 1e-4


def damped_harmonic_oscillator(
    x: Annotated[Array, Doc("energy (or frequency) given to the sample, any shape")],
    amplitude: Annotated[
        float, Doc("area of each Lorentzian before the thermal factor w"), unit("[y][x]")
    ],
    center: Annotated[float, Doc("energy of the oscillator, positive"), unit("[x]")],
    gamma: Annotated[
        float, Doc("half width at half maximum of the Lorentzians, positive"), unit("[x]")
    ],
    kT: Annotated[
        float, Doc("temperature times the Boltzmann constant, positive; mostly known"), unit("[x]")
    ],
) -> Array:
    """The spectrum of a damped harmonic oscillator in thermal equilibrium (DHO).

    y = amplitude * w * (L(x - center; gamma) - L(x + center; gamma)),
    with w = 1 / (1 - exp(-x / kT)) and L(d; g) = g / (pi * (d**2 + g**2))

    Energy loss is x > 0, gain x < 0; the two sides are in detailed balance. At x = 0 the limit.

    Returns:
        y, of the shape of x.

    Source: B. Fak and B. Dorner, Physica B 234-236, 1107, 1997.

    >>> import numpy as np
    >>> y = damped_harmonic_oscillator(np.array([-1.0, 0.0, 1.0]), np.pi, 1.0, gamma=0.5, kT=1.0)
    >>> print(y.round(6))
    [1.095486 1.28     2.977839]
    """
    from scipy.special import exprel

    return amplitude * _spectrum(x, center, gamma, kT, exprel)


def _spectrum(x: Any, center: Any, gamma: Any, kT: Any, exprel: Any) -> Any:
    """The two Lorentzians over a common denominator, so that nothing is divided by x.

    Their difference is 4 x center / (product of denominators), and x / (1 - exp(-x/kT)) is
    kT / exprel(-x/kT), with an exponent that is never positive on either side.
    """
    up, down = x - center, x + center
    product = (up * up + gamma * gamma) * (down * down + gamma * gamma)
    z = x / kT
    loss = z > 0
    size = np.where(loss, z, -z)
    thermal = np.where(loss, 1.0, np.exp(-size)) / exprel(-size)
    return 4.0 / np.pi * gamma * center * kT * thermal / product


def _near_exprel(z: Any) -> Any:
    """(exp(z) - 1) / z by NumPy alone."""
    small = np.abs(z) < NEAR_ZERO
    safe = np.where(small, 1.0, z)
    return np.where(small, 1.0 + 0.5 * z, np.expm1(safe) / safe)


def start_damped_harmonic_oscillator(x: Any, y: Any) -> dict[str, float]:
    """Scan the energy, the width and the temperature; the amplitude is linear."""
    x, y = tidy(x, y, bins=128)
    width, height = size_of(x), size_of(y)
    u = x / width
    # Rounded: the two sides of an even grid mirror each other but for the last bits.
    places = np.unique(np.round(np.abs(u), 9))
    places = places[places > 0]
    safe = {"amplitude": height * width, "center": width, "gamma": width, "kT": width}
    if not places.size:
        return safe
    if places.size > 40:
        places = places[np.linspace(0, places.size - 1, 40).astype(int)]

    def basis(log_center: Any, log_gamma: Any, log_kT: Any) -> tuple[Any]:
        center, gamma, kT = np.exp(log_center), np.exp(log_gamma), np.exp(log_kT)
        # Of height about 1 at the center.
        size = gamma * (1.0 + gamma / center) / (1.0 + kT / center)
        return (size * _spectrum(u, center, gamma, kT, _near_exprel),)

    gaps = np.diff(np.unique(u))
    narrowest = max(0.5 * float(np.median(gaps)), 1e-6) if gaps.size else 0.1
    axes = [
        np.log(np.concatenate([places, [1.2, 1.5]])),
        np.linspace(np.log(narrowest), 0.0, 9),
        np.linspace(-4.0, 2.0, 7),
    ]
    found = search(basis, axes, y / height, rounds=10)
    center, gamma, kT = (clipped_exp(value) for value in found.nonlinear)
    size = gamma * (1.0 + gamma / center) / (1.0 + kT / center)
    start = {
        "amplitude": height * width * float(found.linear[0]) * size,
        "center": width * center,
        "gamma": width * gamma,
        "kT": width * kT,
    }
    return finite(start, safe)


DAMPED_HARMONIC_OSCILLATOR = ShelfModel(
    name="damped_harmonic_oscillator",
    function=damped_harmonic_oscillator,
    start=start_damped_harmonic_oscillator,
    equation=(
        "y = amplitude * w * (L(x - center; gamma) - L(x + center; gamma)),"
        " with w = 1 / (1 - exp(-x / kT)) and L(d; g) = g / (pi * (d**2 + g**2))"
    ),
    independent=("x",),
    source="B. Fak and B. Dorner, Physica B 234-236, 1107, 1997",
    bounds={"center": (0.0, np.inf), "gamma": (0.0, np.inf), "kT": (0.0, np.inf)},
)
