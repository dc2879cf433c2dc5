"""Enthalpy, entropy and Gibbs energy from any heat capacity, by Gauss-Legendre integration.

Above a temperature of reference T0 the integrals run along the logarithm of T: dT = T d(ln T) and
dT/T = d(ln T). There powers of T, of any sign, are exponentials, for which the rule converges
faster than any geometric series; so a fixed number of nodes is exact to rounding, and the very same
lines serve both engines.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from residua.science.estimates import Array
from residua.science.registry import Quantity

Function = Callable[..., Any]
# exp(17 u) on [0, 1], that is T**5 from 200 to 6000 K, to rounding; 24 would do.
NODES = 32
# Down to absolute zero: panels of ln T, fine below T where a cold solid has all its heat, of width
# 1 as far as the exponential of Einstein and Debye sets in (T / theta to some hundreds), then wide.
EDGES = np.array([0, *2.0 ** np.arange(-6, 1), 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 40], dtype=float)
PANEL_NODES = 16


def thermochemistry(T0: float, H0: float, S0: float) -> dict[str, Quantity]:
    """Enthalpy, entropy and Gibbs energy of what has this heat capacity, from H0, S0 at T0."""

    def enthalpy(cp: Function) -> Function:
        return lambda T, *p: H0 + along_logarithm(lambda t: t * cp(t, *p), T0, T)

    def entropy(cp: Function) -> Function:
        return lambda T, *p: S0 + along_logarithm(lambda t: cp(t, *p), T0, T)

    def gibbs_energy(cp: Function) -> Function:
        H, S = enthalpy(cp), entropy(cp)
        return lambda T, *p: H(T, *p) - T * S(T, *p)

    return {
        "enthalpy": Quantity("H = H0 + integral of Cp from T0 to T", "J/mol", of=enthalpy),
        "entropy": Quantity("S = S0 + integral of Cp / T from T0 to T", "J/(mol K)", of=entropy),
        "gibbs_energy": Quantity("G = H - T * S", "J/mol", of=gibbs_energy),
    }


def of_a_solid() -> dict[str, Quantity]:
    """Energy, entropy and free energy above absolute zero of what has this heat capacity."""

    def energy(C: Function) -> Function:
        return lambda T, *p: from_zero(lambda t: t * C(t, *p), T)

    def entropy(C: Function) -> Function:
        return lambda T, *p: from_zero(lambda t: C(t, *p), T)

    def free_energy(C: Function) -> Function:
        U, S = energy(C), entropy(C)
        return lambda T, *p: U(T, *p) - T * S(T, *p)

    return {
        "energy": Quantity("U - U(0) = integral of C from 0 to T", "[C] K", of=energy),
        "entropy": Quantity("S = integral of C / T from 0 to T", "[C]", of=entropy),
        "free_energy": Quantity("F - F(0) = U - U(0) - T * S", "[C] K", of=free_energy),
    }


def along_logarithm(f: Function, T0: float, T: Any) -> Any:
    """The integral of f(T) over ln T from T0 to T, both positive; f takes arrays of any shape."""
    nodes, weights = (_column(values, T) for values in _rule())
    width = np.log(T / T0)
    return width * np.sum(weights * f(T0 * np.exp(nodes * width)), axis=0)


def from_zero(f: Function, T: Any) -> Any:
    """The integral of f(T) over ln T from absolute zero, where f vanishes, to T."""
    depths, weights = (_column(values, T) for values in _panels())
    return np.sum(weights * f(T * np.exp(-depths)), axis=0)


def _column(values: Array, T: Any) -> Array:
    """Along a new first axis, before those of T."""
    return values.reshape(-1, *(1 for _ in np.shape(T)))


@cache
def _rule() -> tuple[Array, Array]:
    """Nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return 0.5 * (nodes + 1.0), 0.5 * weights


@cache
def _panels() -> tuple[Array, Array]:
    """Nodes and weights of all panels below ln T, counted downward."""
    nodes, weights = np.polynomial.legendre.leggauss(PANEL_NODES)
    low, width = EDGES[:-1, None], np.diff(EDGES)[:, None]
    return (low + 0.5 * width * (nodes + 1.0)).ravel(), (0.5 * width * weights).ravel()
