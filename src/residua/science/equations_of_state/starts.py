"""Automatic starts of the equations of state: a series in a strain, or a scan of one exponent.

Half of the equations are polynomials in a strain, a power of V or its logarithm: least squares
gives the polynomial itself, and its minimum gives the parameters. The others are linear in three
functions of V once one exponent is known, which `search` finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from residua.science.estimates import Array, centered, finite, search, size_of, tidy

Polynomial = np.polynomial.Polynomial


def series_start(
    V: Any, E: Any, power: float, degree: int, parameters: Sequence[str]
) -> dict[str, float]:
    """The least-squares polynomial in V**power (ln V where power is 0), read at its minimum.

    With D = d/d(ln V), where D E = 0: B0 V0 = D^2 E, BP = 2 - D^3 E / D^2 E and
    B0 BPP = D^4 E / D^2 E - BP^2 + 3 BP - 3.
    """
    V, E = tidy(V, E)
    fallback = lowest_row(V, E, parameters)
    if V[0] <= 0 or np.unique(V).size < degree + 1:
        return fallback
    middle = float(np.median(V))
    z = np.log(V / middle) if power == 0 else np.expm1(power * np.log(V / middle))
    v, mean, height = centered(E)
    scale = size_of(z)
    powers = np.vander(z / scale, degree + 1, increasing=True)
    series = Polynomial(np.linalg.lstsq(powers, v, rcond=None)[0])
    at = _minimum(series, z / scale, above=-np.inf if power == 0 else -1.0 / scale)
    if at is None:
        return fallback
    with np.errstate(all="ignore"):
        z0 = scale * at
        log_ratio = z0 if power == 0 else np.log1p(z0) / power
        V0 = middle * np.exp(np.float64(log_ratio))
        second, third, fourth = _by_logarithm(series, at, scale, power)
        BP = 2.0 - third / second
        B0 = height * second / V0
        BPP = (fourth / second - BP**2 + 3.0 * BP - 3.0) / B0
        found = {"E0": mean + height * series(at), "B0": B0, "BP": BP, "V0": V0, "BPP": BPP}
    return finite({name: float(found[name]) for name in parameters}, fallback)


def scan_exponential(
    E: Array, distance: Array, exponents: Array
) -> tuple[float, float, float, float] | None:
    """E = E0 + A (1 - (1 + a) exp(-a)) with a = k (distance - d0): (k, d0, A, E0), None if no
    minimum shows.

    For each k the energy is linear in 1, 1 - exp(-k d) and 1 - (1 + k d) exp(-k d).
    """
    v, mean, height = centered(E)

    def basis(k: Any) -> tuple[Any, Any, Any]:
        kd = k * distance
        slope = -np.expm1(-kd)
        return np.ones_like(distance), slope, slope - kd * np.exp(-kd)

    best = search(basis, [exponents], v, valid=lambda k: k > 0.01)
    k, (c0, c1, c2) = best.nonlinear[0], best.linear
    if not c2 > 0:
        return None
    with np.errstate(all="ignore"):
        shift = -c1 / c2
        A = c2 * np.exp(-shift)
        E0 = mean + height * (c0 + A * (np.expm1(shift) - shift * np.exp(shift)))
    return k, float(shift / k), float(height * A), float(E0)


def scan_convex(
    E: Array, distance: Array, exponents: Array
) -> tuple[float, float, float, float] | None:
    """E = E0 + A (exp(-a) - 1 + a) with a = k (distance - d0): (k, d0, A, E0), None if no minimum
    shows.

    For each k the energy is linear in 1, d and exp(-k d) less its tangent.
    """
    v, mean, height = centered(E)

    def basis(k: Any) -> tuple[Any, Any, Any]:
        return np.ones_like(distance), distance, np.expm1(-k * distance) + k * distance

    best = search(basis, [exponents], v, valid=lambda k: k > 0.01)
    k, (c0, c1, c2) = best.nonlinear[0], best.linear
    # The slope c1 + c2 k (1 - exp(-k d)) is zero at d0.
    level = 1.0 + c1 / (c2 * k) if c2 > 0 else 0.0
    if not level > 0:
        return None
    d0 = -np.log(level) / k
    E0 = c0 + c1 * d0 + c2 * (level - 1.0 - np.log(level))
    return k, float(d0), float(height * c2 * level), float(mean + height * E0)


def lowest_row(
    V: Array, E: Array, parameters: Sequence[str] = ("E0", "B0", "BP", "V0")
) -> dict[str, float]:
    """The lowest energy as the minimum, with the curvature of a parabola through the highest."""
    lowest, highest = int(np.argmin(E)), int(np.argmax(E))
    V0, E0 = float(V[lowest]), float(E[lowest])
    V0 = V0 if V0 > 0 else size_of(V)
    across = float(V[highest]) - V0
    rise = float(E[highest]) - E0
    B0 = 2.0 * rise * V0 / across**2 if rise > 0 and across else size_of(E) / V0
    # BPP: where the fourth order in the Eulerian strain vanishes, at BP = 4.
    guess = {"E0": E0, "B0": B0, "BP": 4.0, "V0": V0, "BPP": -35.0 / 9.0 / B0 if B0 else 0.0}
    plain = {"E0": E0, "B0": 1.0, "BP": 4.0, "V0": V0, "BPP": -35.0 / 9.0}
    return finite(
        {name: guess[name] for name in parameters}, {name: plain[name] for name in parameters}
    )


def _minimum(series: Polynomial, places: Array, above: float) -> float | None:
    """The minimum beyond `above`: within the data if it can be, and there the lowest."""
    curvature = series.deriv(2)
    flat = [complex(root) for root in series.deriv().roots()]
    minima = [z.real for z in flat if z.imag == 0 and z.real > above and curvature(z.real) > 0]
    low, high = float(places.min()), float(places.max())
    return min(minima, key=lambda z: (max(low - z, z - high, 0.0), series(z)), default=None)


def _by_logarithm(
    series: Polynomial, at: float, scale: float, power: float
) -> tuple[float, float, float]:
    """D^2 E, D^3 E and D^4 E at the minimum, where D = d/d(ln V) = s d/dz."""
    s = power * (1.0 + scale * at) if power else 1.0
    E2, E3, E4 = (s**n * float(series.deriv(n)(at)) / scale**n for n in (2, 3, 4))
    return E2, E3 + 3.0 * power * E2, E4 + 6.0 * power * E3 + 7.0 * power**2 * E2
