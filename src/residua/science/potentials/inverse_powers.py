"""Wells between two inverse powers of the distance: Lennard-Jones and Mie."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.divided import expm1_over, log1p_over
from residua.science.estimates import Array
from residua.science.potentials.parts import Distance, potential, scan, second_virial
from residua.science.registry import Quantity
from residua.science.scans import ladder

SIXTH_ROOT = float(2.0 ** (1.0 / 6.0))
# Of Mie's exponents, the geometric mean and half the logarithm of the ratio: what the curvature of
# the well says, and what its skewness says.
MEANS = np.linspace(np.log(2.5), np.log(25.0), 14)
RATIOS = np.linspace(0.03, 1.5, 12)
MIE_UNITS: dict[str, tuple[float, ...]] = {
    "epsilon": (0, 1),
    "sigma": (1, 0),
    "n": (0, 0),
    "m": (0, 0),
}


def lennard_jones(
    r: Distance,
    epsilon: Annotated[float, Doc("depth of the well"), unit("[u]")],
    sigma: Annotated[
        float,
        Doc("distance at which u = 0, positive; the minimum is at 2**(1/6) sigma"),
        unit("[r]"),
    ],
) -> Array:
    """The 12-6 potential of Lennard-Jones: noble gases, and a first guess of anything else.

    u = 4 * epsilon * ((sigma / r)**12 - (sigma / r)**6)

    Returns:
        u, of the shape of r.

    Source: J. E. Jones, Proc. R. Soc. Lond. A 106, 463, 1924; J. E. Lennard-Jones, Proc. Phys. Soc.
    43, 461, 1931.

    >>> import numpy as np
    >>> r = np.array([3.4, 3.4 * 2 ** (1 / 6), 5.0])
    >>> print(lennard_jones(r, epsilon=0.0103, sigma=3.4).round(6))
    [ 0.       -0.0103   -0.003671]
    """
    attraction = (sigma / r) ** 6
    return 4.0 * epsilon * (attraction * attraction - attraction)


def mie(
    r: Distance,
    epsilon: Annotated[float, Doc("depth of the well"), unit("[u]")],
    sigma: Annotated[float, Doc("distance at which u = 0, positive"), unit("[r]")],
    n: Annotated[
        float,
        Doc("exponent of the repulsion, positive; 12 in Lennard-Jones. n = m is the limit"),
        unit(""),
    ],
    m: Annotated[float, Doc("exponent of the attraction, positive; 6 of dispersion"), unit("")],
) -> Array:
    """Mie's potential: like Lennard-Jones, with both exponents free; hold m at 6 for dispersion.

    u = n / (n - m) * (n / m)**(m / (n - m)) * epsilon * ((sigma / r)**n - (sigma / r)**m)

    n and m may be swapped without changing u; the automatic start puts the larger one first.

    Returns:
        u, of the shape of r.

    Source: G. Mie, Ann. Phys. (Leipzig) 316, 657, 1903.

    >>> import numpy as np
    >>> r = np.array([3.4, 5.0])
    >>> print(mie(r, epsilon=0.0103, sigma=3.4, n=12.0, m=6.0).round(6))
    [ 0.       -0.003671]
    """
    logarithm = np.log(sigma / r)
    gap = n - m
    prefactor = n * np.exp(log1p_over(gap / m))
    return prefactor * epsilon * np.exp(m * logarithm) * logarithm * expm1_over(gap * logarithm)


def start_lennard_jones(r: Any, u: Any) -> dict[str, float]:
    """Scan sigma; the depth is linear."""
    return scan(
        r,
        u,
        lambda v: [ladder(v, 3.0, 2.0, 160)],
        lambda v, s: (lennard_jones(v, 1.0, np.exp(s)),),
        lambda s, c: {"epsilon": c[0], "sigma": np.exp(s[0])},
        {"epsilon": (0, 1), "sigma": (1, 0)},
    )


def start_mie(r: Any, u: Any) -> dict[str, float]:
    """Scan both exponents with two linear strengths; where those make no well, the minimum too."""

    def strengths(s: Any, c: Any) -> dict[str, float]:
        n, m = _exponents(*s)
        sigma = np.abs(c[0] / c[1]) ** (1.0 / (n - m))
        epsilon = c[0] * np.exp(-n * np.log(sigma)) / _mie_prefactor(n, m)
        known = {"epsilon": epsilon, "sigma": sigma, "n": n, "m": m}
        return known | {"well": float(c[0] * c[1] > 0.0)}

    start = scan(
        r,
        u,
        [MEANS, RATIOS],
        lambda v, *s: (v ** -_exponents(*s)[0], -(v ** -_exponents(*s)[1])),
        strengths,
        MIE_UNITS | {"well": (0, 0)},
        valid=lambda mean, ratio: ratio > 0.01,
        rounds=14,
    )
    return start if start.pop("well") else _start_of_a_well(r, u)


def _start_of_a_well(r: Any, u: Any) -> dict[str, float]:
    """Scan the place of the minimum and both exponents; the depth is linear."""

    def shape(s: Any, *ratios: Any) -> tuple[Any, Any, Any]:
        n, m = _exponents(*ratios)
        return np.exp(s) / _mie_minimum(1.0, n, m), n, m

    return scan(
        r,
        u,
        lambda v: [ladder(v, 1.0, 0.7, 32), MEANS, RATIOS],
        lambda v, *s: (mie(v, 1.0, *shape(*s)),),
        lambda s, c: dict(zip(MIE_UNITS, (c[0], *shape(*s)))),
        MIE_UNITS,
        valid=lambda s, mean, ratio: ratio > 0.01,
    )


def _exponents(mean: Any, ratio: Any) -> tuple[Any, Any]:
    return np.exp(mean + ratio), np.exp(mean - ratio)


def _mie_prefactor(n: Any, m: Any) -> Any:
    return n / (n - m) * (n / m) ** (m / (n - m))


def _mie_minimum(sigma: Any, n: Any, m: Any) -> Any:
    return sigma * np.exp(log1p_over((n - m) / m) / m)


LENNARD_JONES = potential(
    lennard_jones,
    start_lennard_jones,
    "u = 4 * epsilon * ((sigma / r)**12 - (sigma / r)**6)",
    "J. E. Jones, Proc. R. Soc. Lond. A 106, 463, 1924",
    bounds=("sigma",),
    quantities={
        "r_min": Quantity("2**(1/6) * sigma", "[r]", value=lambda sigma: SIXTH_ROOT * sigma),
        "force_constant": Quantity(
            "72 / 2**(1/3) * epsilon / sigma**2, d2u/dr2 at the minimum",
            "[u]/[r]^2",
            value=lambda epsilon, sigma: 72.0 / SIXTH_ROOT**2 * epsilon / sigma**2,
        ),
        "second_virial": second_virial(1),
    },
)

MIE = potential(
    mie,
    start_mie,
    "u = n / (n - m) * (n / m)**(m / (n - m)) * epsilon * ((sigma / r)**n - (sigma / r)**m)",
    "G. Mie, Ann. Phys. (Leipzig) 316, 657, 1903",
    bounds=("sigma", "n", "m"),
    quantities={
        "r_min": Quantity("(n / m)**(1 / (n - m)) * sigma", "[r]", value=_mie_minimum),
        "force_constant": Quantity(
            "n * m * epsilon / r_min**2, d2u/dr2 at the minimum",
            "[u]/[r]^2",
            value=lambda epsilon, sigma, n, m: n * m * epsilon / _mie_minimum(sigma, n, m) ** 2,
        ),
        "second_virial": second_virial(1),
    },
)
