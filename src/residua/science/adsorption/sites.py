"""Adsorption isotherms with saturation and unequal sites: Sips, Toth, Redlich-Peterson, dual."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.adsorption.isotherms import POSITIVE
from residua.science.estimates import Array
from residua.science.growth.sigmoids import fraction
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import TINY, ladder, scanned


def sips(
    p: Annotated[
        Array,
        Doc("pressure or concentration, not negative (a negative one counts as zero), any shape"),
    ],
    qmax: Annotated[float, Doc("amount adsorbed when every site is taken"), unit("[q]")],
    K: Annotated[
        float, Doc("equilibrium constant, positive; half the sites are taken at 1/K"), unit("1/[p]")
    ],
    n: Annotated[
        float, Doc("heterogeneity, positive; 1 gives Langmuir, smaller a wider spread"), unit("")
    ],
) -> Array:
    """The Sips (Langmuir-Freundlich) isotherm: saturation with a spread of binding energies.

    q = qmax * (K * p)**n / (1 + (K * p)**n)

    Returns:
        q, of the shape of p.

    Source: R. Sips, J. Chem. Phys. 16, 490, 1948.

    >>> import numpy as np
    >>> print(sips(np.array([0.0, 2.0, 18.0]), qmax=8.0, K=0.5, n=0.5).round(12))
    [0. 4. 6.]
    """
    return qmax * fraction(n * (_log(p) + np.log(K)))


def toth(
    p: Annotated[
        Array,
        Doc("pressure or concentration, not negative (a negative one counts as zero), any shape"),
    ],
    qmax: Annotated[float, Doc("amount adsorbed when every site is taken"), unit("[q]")],
    K: Annotated[float, Doc("equilibrium constant at low pressure, positive"), unit("1/[p]")],
    n: Annotated[
        float, Doc("heterogeneity, positive; 1 gives Langmuir, smaller a wider spread"), unit("")
    ],
) -> Array:
    """The Toth isotherm: saturation, Henry's law at low pressure, unequal sites.

    q = qmax * K * p / (1 + (K * p)**n)**(1 / n)

    Returns:
        q, of the shape of p.

    Source: J. Toth, Acta Chim. Acad. Sci. Hung. 69, 311, 1971.

    >>> import numpy as np
    >>> print(toth(np.array([0.0, 2.0]), qmax=8.0, K=0.5, n=0.5).round(12))
    [0. 2.]
    """
    log = _log(p) + np.log(K)
    return qmax * np.exp(-np.logaddexp(0.0, -n * log) / n)


def redlich_peterson(
    p: Annotated[Array, Doc("pressure or concentration, not negative, any shape")],
    K: Annotated[float, Doc("Henry's constant"), unit("[q]/[p]")],
    a: Annotated[float, Doc("strength of the bending, positive"), unit("1/[p]**g")],
    g: Annotated[float, Doc("exponent, positive and mostly at most 1; 1 gives Langmuir"), unit("")],
) -> Array:
    """The Redlich-Peterson isotherm: from Henry's law at low to a power law at high pressure.

    q = K * p / (1 + a * p**g)

    Returns:
        q, of the shape of p.

    Source: O. Redlich and D. L. Peterson, J. Phys. Chem. 63, 1024, 1959.

    >>> import numpy as np
    >>> redlich_peterson(np.array([0.0, 4.0]), K=3.0, a=0.5, g=0.5)
    array([0., 6.])
    """
    return K * p / (1.0 + a * p**g)


def dual_site_langmuir(
    p: Annotated[Array, Doc("pressure or concentration, not negative, any shape")],
    qmax1: Annotated[float, Doc("amount on the strong sites at saturation"), unit("[q]")],
    K1: Annotated[float, Doc("equilibrium constant of the strong sites, positive"), unit("1/[p]")],
    qmax2: Annotated[float, Doc("amount on the weak sites at saturation"), unit("[q]")],
    K2: Annotated[float, Doc("equilibrium constant of the weak sites, positive"), unit("1/[p]")],
) -> Array:
    """Two kinds of sites, each with its own Langmuir isotherm.

    q = qmax1 * K1 * p / (1 + K1 * p) + qmax2 * K2 * p / (1 + K2 * p)

    The two kinds may be swapped without changing q; the automatic start puts the stronger binding
    first, K1 > K2.

    Returns:
        q, of the shape of p.

    Source: I. Langmuir, J. Am. Chem. Soc. 40, 1361, 1918 (case III); A. L. Myers, AIChE J. 29,
    691, 1983.

    >>> import numpy as np
    >>> dual_site_langmuir(np.array([0.0, 1.0]), qmax1=4.0, K1=3.0, qmax2=2.0, K2=1.0)
    array([0., 4.])
    """
    return qmax1 * K1 * p / (1.0 + K1 * p) + qmax2 * K2 * p / (1.0 + K2 * p)


def _log(p: Any) -> Any:
    """ln p, where no gas at all counts as the smallest normal number."""
    return np.log(np.maximum(p, TINY))


# Heterogeneities tried: from a very wide spread of sites to steps steeper than Langmuir's.
SPREADS = np.linspace(np.log(0.15), np.log(8.0), 14)
SCALED = {"qmax": (0, 1), "K": (-1, 0), "n": (0, 0)}


def start_sips(p: Any, q: Any) -> dict[str, float]:
    """Scan K and the heterogeneity; qmax is linear."""
    return scanned(
        p,
        q,
        lambda u: [-ladder(u, count=30)[::-1], SPREADS],
        lambda u, s, m: (fraction(np.exp(m) * (_log(u) + s)),),
        lambda s, c: {"qmax": c[0], "K": np.exp(s[0]), "n": np.exp(s[1])},
        SCALED,
        rounds=8,
    )


def start_toth(p: Any, q: Any) -> dict[str, float]:
    """Scan K and the heterogeneity; qmax is linear."""

    def basis(u: Array, s: Any, m: Any) -> tuple[Any]:
        n = np.exp(m)
        return (np.exp(-np.logaddexp(0.0, -n * (_log(u) + s)) / n),)

    return scanned(
        p,
        q,
        lambda u: [-ladder(u, below=6.0, count=40)[::-1], SPREADS],
        basis,
        lambda s, c: {"qmax": c[0], "K": np.exp(s[0]), "n": np.exp(s[1])},
        SCALED,
        rounds=10,
    )


def start_redlich_peterson(p: Any, q: Any) -> dict[str, float]:
    """Scan the bending and its exponent; K is linear."""

    def basis(u: Array, s: Any, m: Any) -> tuple[Any]:
        u = np.maximum(u, 0.0)
        return (u / (1.0 + np.exp(s) * u ** np.exp(m)),)

    return scanned(
        p,
        q,
        lambda u: [-ladder(u)[::-1], np.linspace(np.log(0.1), np.log(2.0), 14)],
        basis,
        lambda s, c: {"K": c[0], "a": np.exp(s[0]), "g": np.exp(s[1])},
        lambda start: {"K": (-1, 1), "a": (-start["g"], 0), "g": (0, 0)},
        rounds=10,
    )


def start_dual_site_langmuir(p: Any, q: Any) -> dict[str, float]:
    """Scan both K, the stronger first; both saturations are linear."""

    def basis(u: Array, s1: Any, s2: Any) -> tuple[Any, Any]:
        u = np.maximum(u, 0.0)
        return u / (np.exp(-s1) + u), u / (np.exp(-s2) + u)

    def read(s: Any, c: Any) -> dict[str, float]:
        return {"qmax1": c[0], "K1": np.exp(s[0]), "qmax2": c[1], "K2": np.exp(s[1])}

    def axes(u: Array) -> list[Array]:
        trial = -ladder(u, 3.0, 3.0, 36)[::-1]
        return [trial, trial]

    units = {"qmax1": (0, 1), "K1": (-1, 0), "qmax2": (0, 1), "K2": (-1, 0)}
    # Closer than this the two kinds of sites are one, with two huge saturations.
    return scanned(p, q, axes, basis, read, units, valid=lambda s1, s2: s1 - s2 > 0.2, rounds=8)


HALF = Quantity("1 / K", "[p]", value=lambda K: 1.0 / K)

SIPS = ShelfModel(
    name="sips",
    function=sips,
    start=start_sips,
    equation="q = qmax * (K * p)**n / (1 + (K * p)**n)",
    independent=("p",),
    source="R. Sips, J. Chem. Phys. 16, 490, 1948",
    bounds={"K": POSITIVE, "n": POSITIVE},
    quantities={"half_coverage": HALF},
)

TOTH = ShelfModel(
    name="toth",
    function=toth,
    start=start_toth,
    equation="q = qmax * K * p / (1 + (K * p)**n)**(1 / n)",
    independent=("p",),
    source="J. Toth, Acta Chim. Acad. Sci. Hung. 69, 311, 1971",
    bounds={"K": POSITIVE, "n": POSITIVE},
    quantities={
        "half_coverage": Quantity(
            "(2**n - 1)**(-1 / n) / K", "[p]", value=lambda K, n: (2.0**n - 1.0) ** (-1.0 / n) / K
        ),
        "henry_constant": Quantity("qmax * K", "[q]/[p]", value=lambda qmax, K: qmax * K),
    },
)

REDLICH_PETERSON = ShelfModel(
    name="redlich_peterson",
    function=redlich_peterson,
    start=start_redlich_peterson,
    equation="q = K * p / (1 + a * p**g)",
    independent=("p",),
    source="O. Redlich and D. L. Peterson, J. Phys. Chem. 63, 1024, 1959",
    bounds={"a": POSITIVE, "g": POSITIVE},
)

DUAL_SITE_LANGMUIR = ShelfModel(
    name="dual_site_langmuir",
    function=dual_site_langmuir,
    start=start_dual_site_langmuir,
    equation="q = qmax1 * K1 * p / (1 + K1 * p) + qmax2 * K2 * p / (1 + K2 * p)",
    independent=("p",),
    source="A. L. Myers, AIChE J. 29, 691, 1983",
    bounds={"K1": POSITIVE, "K2": POSITIVE},
    quantities={
        "capacity": Quantity("qmax1 + qmax2", "[q]", value=lambda qmax1, qmax2: qmax1 + qmax2),
        "henry_constant": Quantity(
            "qmax1 * K1 + qmax2 * K2",
            "[q]/[p]",
            value=lambda qmax1, K1, qmax2, K2: qmax1 * K1 + qmax2 * K2,
        ),
    },
)
