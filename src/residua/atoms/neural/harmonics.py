"""Real spherical harmonics of unit vectors, and the integrals of three of them.

    Y_l,±m(u) = N_lm P_lm(z) {cos, sin}(mφ),  ∫ Y_a Y_b dΩ = δ_ab

written with powers of x + iy, so that they are polynomials of the unit vector and smooth at poles.
Their order in an array is (l, m) = (0, 0), (1, -1), (1, 0), (1, 1), (2, -2) ...
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np


def harmonics(unit: Any, most: int, xp: Any = np) -> Any:
    """All real spherical harmonics up to a degree.

    Args:
        unit: unit vectors, (..., 3).
        most: the highest degree l.
        xp: numpy or jax.numpy.

    Returns:
        (..., (most + 1)²).

    Source: W. H. Press et al., Numerical Recipes, 2007, section 6.7 (the recursion of P_lm).

    Example:
        >>> import numpy as np
        >>> (harmonics(np.array([0.0, 0.0, 1.0]), 1) * np.sqrt(4 * np.pi)).round(6).tolist()
        [1.0, 0.0, 1.732051, 0.0]
    """
    x, y, z = unit[..., 0], unit[..., 1], unit[..., 2]
    one = xp.ones_like(z)
    turned = [(one, xp.zeros_like(z))]
    found: dict[tuple[int, int], Any] = {}
    for m in range(most + 1):
        if m:
            c, s = turned[-1]
            turned.append((c * x - s * y, c * y + s * x))
        c, s = turned[m]
        for ell, P in enumerate(_legendre(z, one, m, most), m):
            norm = _norm(ell, m)
            found[ell, m] = norm * P * c
            if m:
                found[ell, -m] = norm * P * s
    return xp.stack([found[ell, m] for ell in range(most + 1) for m in range(-ell, ell + 1)], -1)


def _legendre(z: Any, one: Any, m: int, most: int) -> list[Any]:
    """P_lm(z) / (1 - z²)^(m/2) of l = m ... most, without the sign of Condon and Shortley."""
    found = [float(math.prod(range(1, 2 * m, 2))) * one]
    for ell in range(m + 1, most + 1):
        before = (ell + m - 1) * found[-2] if ell - 2 >= m else 0.0
        found.append(((2 * ell - 1) * z * found[-1] - before) / (ell - m))
    return found


def _norm(ell: int, m: int) -> float:
    twice = 2 if m else 1
    share = math.factorial(ell - m) / math.factorial(ell + m)
    return math.sqrt(twice * (2 * ell + 1) / (4 * math.pi) * share)


@lru_cache(maxsize=256)
def triple(first: int, second: int, third: int) -> np.ndarray:
    """∫ Y_l1,m1 Y_l2,m2 Y_l3,m3 dΩ for all m, (2 l1 + 1, 2 l2 + 1, 2 l3 + 1).

    What couples three vectors of harmonics to a number that no rotation changes. The quadrature
    (Gauss-Legendre in z, equal steps in φ) is exact for their product.

    Example:
        >>> round(float(triple(0, 0, 0).item()) * (4 * np.pi) ** 0.5, 12)
        1.0
    """
    most = max(first, second, third)
    z, weight = np.polynomial.legendre.leggauss((first + second + third) // 2 + 1)
    turns = first + second + third + 1
    angle = np.arange(turns) * 2 * np.pi / turns
    ring = np.sqrt(1 - z * z)[:, None]
    unit = np.stack([ring * np.cos(angle), ring * np.sin(angle), z[:, None] + 0 * angle], -1)
    Y = harmonics(unit, most)
    parts = [Y[..., ell * ell : (ell + 1) ** 2] for ell in (first, second, third)]
    share = np.repeat(weight[:, None], turns, 1) * 2 * np.pi / turns
    found = np.asarray(np.einsum("qp,qpa,qpb,qpc->abc", share, *parts, optimize=True))
    found[np.abs(found) < 1e-14] = 0.0
    return found
