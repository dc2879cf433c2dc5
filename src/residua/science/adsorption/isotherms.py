"""Adsorption isotherms of one kind of site: Henry, Langmuir, Freundlich, Temkin."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import ladder, scanned

POSITIVE = (0.0, np.inf)


def henry(
    p: Annotated[Array, Doc("pressure or concentration, any shape")],
    K: Annotated[float, Doc("Henry's constant"), unit("[q]/[p]")],
) -> Array:
    """Henry's law: adsorption, or solubility, in proportion to the pressure.

    q = K * p

    Returns:
        q, of the shape of p.

    Source: W. Henry, Phil. Trans. R. Soc. 93, 29, 1803.

    >>> import numpy as np
    >>> henry(np.array([0.0, 2.0]), K=1.5)
    array([0., 3.])
    """
    return K * p


def langmuir(
    p: Annotated[Array, Doc("pressure or concentration, not negative, any shape")],
    qmax: Annotated[float, Doc("amount adsorbed when every site is taken"), unit("[q]")],
    K: Annotated[
        float,
        Doc("equilibrium constant of adsorption, positive; half the sites are taken at 1/K"),
        unit("1/[p]"),
    ],
) -> Array:
    """The Langmuir isotherm: one layer on equal sites that do not see each other.

    q = qmax * K * p / (1 + K * p)

    Returns:
        q, of the shape of p.

    Source: I. Langmuir, J. Am. Chem. Soc. 40, 1361, 1918.

    >>> import numpy as np
    >>> langmuir(np.array([0.0, 2.0, 6.0]), qmax=8.0, K=0.5)
    array([0., 4., 6.])
    """
    return qmax * K * p / (1.0 + K * p)


def freundlich(
    p: Annotated[Array, Doc("pressure or concentration, not negative, any shape")],
    K: Annotated[float, Doc("amount adsorbed at p = 1"), unit("[q]/[p]**(1/n)")],
    n: Annotated[float, Doc("heterogeneity, positive; mostly 1 to 10"), unit("")],
) -> Array:
    """The Freundlich isotherm: unequal sites, without saturation.

    q = K * p**(1 / n)

    Returns:
        q, of the shape of p.

    Source: H. Freundlich, Z. phys. Chem. 57, 385, 1906.

    >>> import numpy as np
    >>> freundlich(np.array([0.0, 1.0, 4.0]), K=3.0, n=2.0)
    array([0., 3., 6.])
    """
    return K * p ** (1.0 / n)


def temkin(
    p: Annotated[Array, Doc("pressure or concentration, positive, any shape")],
    B: Annotated[float, Doc("R * T * qmax over the fall of the heat of adsorption"), unit("[q]")],
    K: Annotated[
        float, Doc("equilibrium constant of the strongest binding, positive"), unit("1/[p]")
    ],
) -> Array:
    """The Temkin isotherm: the heat of adsorption falls linearly with coverage.

    q = B * ln(K * p)

    Returns:
        q, of the shape of p.

    Source: M. I. Temkin and V. Pyzhev, Acta Physicochim. URSS 12, 327, 1940.

    >>> import numpy as np
    >>> temkin(np.array([0.5, 0.5 * np.e]), B=3.0, K=2.0)
    array([0., 3.])
    """
    return B * (np.log(p) + np.log(K))


def start_henry(p: Any, q: Any) -> dict[str, float]:
    """The least-squares line through the origin."""
    return scanned(p, q, [], lambda u: (u,), lambda s, c: {"K": c[0]}, {"K": (-1, 1)})


def start_langmuir(p: Any, q: Any) -> dict[str, float]:
    """Scan K; qmax is linear. No reciprocals, so small amounts are not overweighted."""

    def basis(u: Array, s: Any) -> tuple[Any]:
        # K p / (1 + K p), written for small and for large K alike; no pressure below zero.
        return (np.maximum(u, 0.0) / (np.exp(-s) + np.maximum(u, 0.0)),)

    return scanned(
        p,
        q,
        lambda u: [-ladder(u, 3.0, 5.0, 40)[::-1]],
        basis,
        lambda s, c: {"qmax": c[0], "K": np.exp(s[0])},
        {"qmax": (0, 1), "K": (-1, 0)},
    )


def start_freundlich(p: Any, q: Any) -> dict[str, float]:
    """Scan the heterogeneity; K is linear."""
    return scanned(
        p,
        q,
        [np.linspace(np.log(0.1), np.log(30.0), 30)],
        lambda u, s: (np.maximum(u, 0.0) ** np.exp(-s),),
        lambda s, c: {"K": c[0], "n": np.exp(s[0])},
        lambda start: {"K": (-1 / start["n"], 1), "n": (0, 0)},
    )


def start_temkin(p: Any, q: Any) -> dict[str, float]:
    """A line through q against ln p, on the rows where p is positive."""
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    if p.shape == q.shape and np.any(p > 0):
        p = np.where(p > 0, p, np.nan)
    return scanned(
        p,
        q,
        [],
        lambda u: (np.log(np.where(u > 0, u, 1.0)), np.ones_like(u)),
        lambda s, c: {"B": c[0], "K": np.exp(np.clip(c[1] / (c[0] or 1.0), -600.0, 600.0))},
        {"B": (0, 1), "K": (-1, 0)},
    )


HENRY = ShelfModel(
    name="henry",
    function=henry,
    start=start_henry,
    equation="q = K * p",
    independent=("p",),
    source="W. Henry, Phil. Trans. R. Soc. 93, 29, 1803",
)

LANGMUIR = ShelfModel(
    name="langmuir",
    function=langmuir,
    start=start_langmuir,
    equation="q = qmax * K * p / (1 + K * p)",
    independent=("p",),
    source="I. Langmuir, J. Am. Chem. Soc. 40, 1361, 1918",
    bounds={"K": POSITIVE},
    quantities={
        "half_coverage": Quantity("1 / K", "[p]", value=lambda K: 1.0 / K),
        "henry_constant": Quantity("qmax * K", "[q]/[p]", value=lambda qmax, K: qmax * K),
    },
)

FREUNDLICH = ShelfModel(
    name="freundlich",
    function=freundlich,
    start=start_freundlich,
    equation="q = K * p**(1 / n)",
    independent=("p",),
    source="H. Freundlich, Z. phys. Chem. 57, 385, 1906",
    bounds={"n": POSITIVE},
)

TEMKIN = ShelfModel(
    name="temkin",
    function=temkin,
    start=start_temkin,
    equation="q = B * ln(K * p)",
    independent=("p",),
    source="M. I. Temkin and V. Pyzhev, Acta Physicochim. URSS 12, 327, 1940",
    bounds={"K": POSITIVE},
)
