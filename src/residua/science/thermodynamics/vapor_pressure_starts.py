"""Starts of vapor pressures, which rise by orders of magnitude with errors that need not."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua.science.descent import descended
from residua.science.estimates import (
    Array,
    clipped_exp,
    finite,
    search,
    size_of,
    tidy,
    unit_interval,
)
from residua.science.kinetics.rates import R, start_arrhenius

# Steps of Gauss and Newton after the weighted line through ln P.
STEPS = 4


def start_antoine(T: Any, P: Any) -> dict[str, float]:
    """Scan the rise of ln P across the data and its bend; the size of P is linear.

    With u from 0 to 1 across the data and c = (C + T at u = 0)/width, ln P falls from u = 1 by
    rise * c * (1 - u) / (c + u): the closer C + T comes to zero the smaller c, and an exponential
    is c -> infinity.

    >>> T = np.linspace(20.0, 100.0, 9)
    >>> found = start_antoine(T, 10.0 ** (8.07131 - 1730.63 / (233.426 + T)))
    >>> print(f"{found['A']:.1f} {found['C']:.0f}")
    8.1 233
    """
    T, P = tidy(T, P)
    u, origin, width = unit_interval(T)
    height = size_of(P)
    level = float(np.log10(size_of(np.mean(P, keepdims=True))))
    fallback = {"A": level, "B": 0.0, "C": width - origin}
    if float(np.ptp(u)) == 0:
        return fallback

    def basis(s: Any, log_c: Any) -> tuple[Any]:
        rise, c = np.sinh(s), np.exp(log_c)
        fall = rise * c * (1.0 - u) / (c + u)
        return (np.exp(-fall - np.maximum(-rise, 0.0)),)

    reach = float(np.arcsinh(40.0))
    axes = [np.linspace(-reach, reach, 33), np.linspace(-4.0, 6.0, 21)]
    found = search(basis, axes, P / height)
    if found.linear[0] <= 0:
        return fallback

    def curve(s: Any, log_c: Any, log_size: Any) -> Any:
        return np.exp(log_size) * basis(s, log_c)[0]

    # Rise and bend lean on each other, which a zoom along the axes is slow to follow.
    point = np.array([*found.nonlinear, float(np.log(found.linear[0]))])
    s, log_c, log_size = (float(value) for value in descended(curve, point, P / height))
    rise, c = float(np.sinh(s)), float(np.exp(log_c))
    # ln P = ln(size) - rise c (1 - u)/(c + u) = ln(size) + rise c - rise c (1 + c)/(c + u)
    log_size = log_size + float(np.log(height)) - max(-rise, 0.0)
    start = {
        "A": float((log_size + rise * c) / np.log(10.0)),
        "B": float(rise * c * (1.0 + c) * width / np.log(10.0)),
        "C": c * width - origin,
    }
    return finite(start, fallback)


def start_clausius_clapeyron(T: Any, P: Any, T0: float) -> dict[str, float]:
    """The start of an Arrhenius law, which this is, at T0 rather than at infinite temperature."""
    found = start_arrhenius(T, P)
    T, P = tidy(T, P)
    P0 = found["A"] * clipped_exp(-found["Ea"] / (R * T0))
    return finite({"P0": P0, "H": found["Ea"]}, {"P0": float(np.mean(P)), "H": 0.0})


def start_wagner(T: Any, P: Any, Tc: float, Pc: float) -> dict[str, float]:
    """ln P is linear; its least squares, each row weighted by P, then some steps in P itself."""
    T, P = tidy(T, P, bins=np.iinfo(np.int64).max)
    below = (T > 0) & (T <= Tc)
    names = ("a", "b", "c", "d")
    # Of a liquid without any data: about argon's.
    fallback = dict(zip(names, (-6.0, 1.0, -0.5, -1.0)))
    T, P = T[below], P[below] / Pc
    seen = np.where(P > 0, P, 0.0)
    if np.count_nonzero(seen) < len(names):
        return fallback
    tau = 1.0 - T / Tc
    columns = np.stack([tau, tau**1.5, tau**2.5, tau**5], axis=1) * (Tc / T)[:, None]
    weight = seen / size_of(seen)
    target = weight * np.log(np.where(seen > 0, seen, 1.0))
    found = _least_squares(columns * weight[:, None], target)
    with np.errstate(all="ignore"):
        found = _descended(columns, P, found)
    return finite(dict(zip(names, found.tolist())), fallback)


def _descended(columns: Array, P: Array, found: Array) -> Array:
    """The best of some steps of Gauss and Newton for P = exp(columns @ found)."""
    best, least = found, np.inf
    for _ in range(STEPS):
        model = np.exp(columns @ found)
        cost = float(np.sum((P - model) ** 2))
        if not np.isfinite(cost) or cost >= least:
            break
        best, least = found, cost
        found = found + _least_squares(columns * model[:, None], P - model)
    return best


def _least_squares(columns: Array, target: Array) -> Array:
    norms = np.linalg.norm(columns, axis=0)
    norms = np.where(norms > 0, norms, 1.0)
    return np.linalg.lstsq(columns / norms, target, rcond=None)[0] / norms
