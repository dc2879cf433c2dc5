"""Excess Gibbs energies by local composition: Wilson and NRTL, binaries and mixtures."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.registry import ShelfModel
from residua.science.thermodynamics.activity import quantities
from residua.science.thermodynamics.activity_starts import compositions, scan

WILSON_1964 = "G. M. Wilson, J. Am. Chem. Soc. 86, 127, 1964"
RENON_PRAUSNITZ = "H. Renon and J. M. Prausnitz, AIChE J. 14, 135, 1968"


def wilson(
    x1: Annotated[Array, Doc("mole fraction of component 1, any shape"), unit("")],
    Lambda12: Annotated[
        float,
        Doc("interaction of component 1 among molecules 2, positive; 1 in an ideal mixture"),
        unit(""),
    ],
    Lambda21: Annotated[
        float,
        Doc("interaction of component 2 among molecules 1, positive; 1 in an ideal mixture"),
        unit(""),
    ],
) -> Annotated[Array, unit("")]:
    """The Wilson equation.

    g = -x1 * log(x1 + Lambda12 * x2) - x2 * log(x2 + Lambda21 * x1), x2 = 1 - x1

    Returns:
        g, excess Gibbs energy over R times the absolute temperature, of the shape of x1, no unit.

    Source: G. M. Wilson, J. Am. Chem. Soc. 86, 127, 1964.

    >>> import numpy as np
    >>> wilson(np.array([0.0, 0.5, 1.0]), Lambda12=0.5, Lambda21=0.5).round(6)
    array([0.      , 0.287682, 0.      ])
    """
    x2 = 1.0 - x1
    return -x1 * np.log(x1 + Lambda12 * x2) - x2 * np.log(x2 + Lambda21 * x1)


def nrtl(
    x1: Annotated[Array, Doc("mole fraction of component 1, any shape"), unit("")],
    tau12: Annotated[
        float, Doc("(g12 - g22) / (R * Tabs), energy of a pair 12 beyond a pair 22"), unit("")
    ],
    tau21: Annotated[
        float, Doc("(g21 - g11) / (R * Tabs), energy of a pair 21 beyond a pair 11"), unit("")
    ],
    alpha: Annotated[float, Doc("non-randomness, mostly 0.20 to 0.47"), unit("")],
) -> Annotated[Array, unit("")]:
    """The NRTL (non-random two-liquid) equation; hold alpha at 0.3 where data are few.

    g = x1 * x2 * (tau21 * G21 / (x1 + x2 * G21) + tau12 * G12 / (x2 + x1 * G12)),
    Gij = exp(-alpha * tauij)

    Returns:
        g, excess Gibbs energy over R times the absolute temperature, of the shape of x1, no unit.

    Source: H. Renon and J. M. Prausnitz, AIChE J. 14, 135, 1968.

    >>> import numpy as np
    >>> nrtl(np.array([0.0, 0.5, 1.0]), tau12=1.0, tau21=1.0, alpha=0.3).round(6)
    array([0.      , 0.425557, 0.      ])
    """
    x2 = 1.0 - x1
    G12, G21 = np.exp(-alpha * tau12), np.exp(-alpha * tau21)
    return x1 * x2 * (tau21 * G21 / (x1 + x2 * G21) + tau12 * G12 / (x2 + x1 * G12))


def wilson_mixture(n: Array, Lambda: Array) -> Array:
    """Wilson's equation for any number of components, extensive in the amounts.

    n G^E / (R T) = - sum_i n_i * log(sum_j x_j * Lambda_ij)

    Args:
        n: amounts in mol, shape (..., components).
        Lambda: shape (components, components), positive, 1 on the diagonal, no unit.

    Returns:
        The total excess Gibbs energy over R T in mol, shape (...).

    Source: G. M. Wilson, J. Am. Chem. Soc. 86, 127, 1964.

    >>> import numpy as np
    >>> print(wilson_mixture(np.array([0.5, 0.5]), np.array([[1.0, 0.5], [0.5, 1.0]])).round(6))
    0.287682
    """
    around = n @ np.transpose(Lambda) / np.sum(n, axis=-1, keepdims=True)
    return -np.sum(n * np.log(around), axis=-1)


def nrtl_mixture(n: Array, tau: Array, alpha: Array) -> Array:
    """The NRTL equation for any number of components, extensive in the amounts.

    n G^E / (R T) = sum_i n_i * sum_j tau_ji G_ji x_j / sum_k G_ki x_k, G = exp(-alpha * tau)

    Args:
        n: amounts in mol, shape (..., components).
        tau: shape (components, components), 0 on the diagonal, no unit.
        alpha: non-randomness, symmetric, shape (components, components) or one number.

    Returns:
        The total excess Gibbs energy over R T in mol, shape (...).

    Source: H. Renon and J. M. Prausnitz, AIChE J. 14, 135, 1968.

    >>> import numpy as np
    >>> tau = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> print(nrtl_mixture(np.array([0.5, 0.5]), tau, 0.3).round(6))
    0.425557
    """
    G = np.exp(-alpha * tau)
    return np.sum(n * (n @ (tau * G)) / (n @ G), axis=-1)


def start_wilson(x1: Any, g: Any) -> dict[str, float]:
    """Scan the logarithms of both parameters."""
    x1, g = compositions(x1, g)
    axis = np.linspace(-6.0, 3.0, 28)
    s12, s21 = scan(lambda a, b: wilson(x1, np.exp(a), np.exp(b)), [axis, axis], g)
    return {"Lambda12": float(np.exp(s12)), "Lambda21": float(np.exp(s21))}


def start_nrtl(x1: Any, g: Any) -> dict[str, float]:
    """Scan both energies and the non-randomness, this about the values that liquids have."""
    x1, g = compositions(x1, g)
    taus = np.linspace(-3.0, 8.0, 23)
    alphas = np.array([0.15, 0.3, 0.45])

    def curve(tau12: Any, tau21: Any, alpha: Any) -> Any:
        return np.where((alpha > 0.05) & (alpha < 0.6), nrtl(x1, tau12, tau21, alpha), np.nan)

    tau12, tau21, alpha = scan(curve, [taus, taus, alphas], g)
    return {"tau12": tau12, "tau21": tau21, "alpha": alpha}


WILSON = ShelfModel(
    name="wilson",
    function=wilson,
    start=start_wilson,
    equation="g = -x1 * log(x1 + Lambda12 * x2) - x2 * log(x2 + Lambda21 * x1), x2 = 1 - x1",
    independent=("x1",),
    source=WILSON_1964,
    bounds={"Lambda12": (0.0, np.inf), "Lambda21": (0.0, np.inf)},
    quantities=quantities(wilson),
)

NRTL = ShelfModel(
    name="nrtl",
    function=nrtl,
    start=start_nrtl,
    equation="g = x1 * x2 * (tau21 * G21 / (x1 + x2 * G21) + tau12 * G12 / (x2 + x1 * G12))"
    ", Gij = exp(-alpha * tauij)",
    independent=("x1",),
    source=RENON_PRAUSNITZ,
    bounds={"alpha": (0.0, 1.0)},
    quantities=quantities(nrtl),
)
