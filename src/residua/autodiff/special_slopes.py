"""Slopes of special functions whose textbook formula loses digits, written so it does not.

Everything here is generic NumPy-style arithmetic and calls on ``sp`` (scipy.special), so that both
engines evaluate the same lines on their own arrays. Formulas: NIST Digital Library of Mathematical
Functions (DLMF), with the equation named at each function.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

SQRT_PI = math.sqrt(math.pi)
SQRT_2PI = math.sqrt(2 * math.pi)


def faddeeva_slope(z: Any, w: Any) -> Any:
    """w'(z) = -2 z w + 2i/sqrt(pi) (DLMF 7.10.3), by its asymptotic series far from the origin.

    The two terms cancel to 1/z^2 of their size; from |z| = 50 six terms of the series (DLMF
    7.12.1, differentiated; upper half-plane) are exact to rounding while the difference is not.
    """
    far = (np.abs(z) > 50) & (z.imag >= 0)
    q = 1 / np.where(far, z, 1.0) ** 2
    series = 1 + q * (1.5 + q * (3.75 + q * (13.125 + q * (59.0625 + q * 324.84375))))
    return np.where(far, -1j / SQRT_PI * q * series, -2 * z * w + 2j / SQRT_PI)


def _voigt(x: Any, sigma: Any, gamma: Any, sp: Any) -> tuple[Any, Any]:
    z = (x + 1j * gamma) / (sigma * math.sqrt(2))
    return z, faddeeva_slope(z, sp.wofz(z))


def voigt_slope_x(sp: Any, out: Any, x: Any, sigma: Any, gamma: Any) -> Any:
    _, slope = _voigt(x, sigma, gamma, sp)
    return slope.real / (2 * SQRT_PI * sigma**2)


def voigt_slope_sigma(sp: Any, out: Any, x: Any, sigma: Any, gamma: Any) -> Any:
    z, slope = _voigt(x, sigma, gamma, sp)
    return -(out + (z * slope).real / (SQRT_2PI * sigma)) / sigma


def voigt_slope_gamma(sp: Any, out: Any, x: Any, sigma: Any, gamma: Any) -> Any:
    _, slope = _voigt(x, sigma, gamma, sp)
    return -slope.imag / (2 * SQRT_PI * sigma**2)


def exprel_slope(sp: Any, x: Any) -> Any:
    """Slope of (e^x - 1)/x, by its power series sum (n+1) x^n/(n+2)! where |x| < 0.5."""
    near = np.abs(x) < 0.5
    s = np.where(near, x, 0.0)
    series = s * 0.0
    for n in range(12, -1, -1):
        series = series * s + (n + 1) / math.factorial(n + 2)
    safe = np.where(near, 1.0, x)
    return np.where(near, series, (np.exp(safe) - sp.exprel(safe)) / safe)


def _ellip_d(sp: Any, phi: Any, m: Any) -> tuple[Any, Any]:
    """D(phi|m) = (F - E)/m (DLMF 19.25.13), without the cancellation at m = 0; and Delta."""
    turns = np.round(phi / math.pi)
    s, c = np.sin(phi - math.pi * turns), np.cos(phi)
    delta2 = 1 - m * s * s
    whole = sp.elliprd(0.0, 1 - m, 1.0)
    return (2 * turns * whole + s**3 * sp.elliprd(c * c, delta2, 1.0)) / 3, np.sqrt(delta2)


def ellipk_slope(sp: Any, out: Any, m: Any) -> Any:
    """dK/dm = (K - D)/(2 (1 - m)), from DLMF 19.4.1 with E = K - m D."""
    return (out - sp.elliprd(0.0, 1 - m, 1.0) / 3) / (2 * (1 - m))


def ellipe_slope(sp: Any, out: Any, m: Any) -> Any:
    """dE/dm = (E - K)/(2 m) = -D/2 (DLMF 19.4.2)."""
    return -sp.elliprd(0.0, 1 - m, 1.0) / 6


def ellipeinc_slope_m(sp: Any, out: Any, phi: Any, m: Any) -> Any:
    return -0.5 * _ellip_d(sp, phi, m)[0]


def ellipkinc_slope_m(sp: Any, out: Any, phi: Any, m: Any) -> Any:
    d, delta = _ellip_d(sp, phi, m)
    return ((out - d) - np.sin(2 * phi) / (2 * delta)) / (2 * (1 - m))


# Central differences of 8th order: weights of f(+k h) - f(-k h).
_STENCIL = (4 / 5, -1 / 5, 4 / 105, -1 / 280)


def by_stencil(function: Callable[[Any], Any], at: Any, step: Any) -> Any:
    """Slope at ``at`` by eighth-order central differences: step^8 truncation, eps/step rounding."""
    total = at * 0.0
    for k, weight in enumerate(_STENCIL, 1):
        total = total + weight * (function(at + k * step) - function(at - k * step))
    return total / step


def gammainc_slope_a(sp: Any, out: Any, a: Any, x: Any) -> Any:
    """dP(a, x)/da by an eighth-order stencil; absolute error below 2e-10 max(1, 1/a).

    As a function of a, P varies over the scale sqrt(a) near x = a, and like x^a for small x.
    """
    scale = 1 + np.sqrt(a) + a * np.abs(np.log(np.maximum(x, 1e-300) / a))
    return by_stencil(lambda s: sp.gammainc(s, x), a, 0.04 * a / scale)


def betainc_slope_a(sp: Any, out: Any, a: Any, b: Any, x: Any) -> Any:
    scale = 1 + np.sqrt(a) + a * np.abs(np.log(np.maximum(x, 1e-300)))
    return by_stencil(lambda s: sp.betainc(s, b, x), a, 0.04 * a / scale)


def betainc_slope_b(sp: Any, out: Any, a: Any, b: Any, x: Any) -> Any:
    """I_x(a, b) = 1 - I_{1-x}(b, a) (DLMF 8.17.4)."""
    return -betainc_slope_a(sp, out, b, a, 1 - x)


def sinhc(x: Any) -> Any:
    """sinh(x)/x with its limit 1 at 0."""
    safe = np.where(x == 0, 1.0, x)
    return np.where(x == 0, 1.0, np.sinh(safe) / safe)
