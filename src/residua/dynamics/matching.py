"""Rates by integral matching: where every species is observed, the rate law needs no solving.

y(t) = c + ∫ f(t, y) dt with the observed y inside the integral; for a law that is linear in its
parameters, as mass action is, that is one linear least-squares problem for them and c. Noise and
long gaps between times bias it: good for a start, no more.
Source: I. Dattner and C. A. J. Klaassen, Electron. J. Stat. 9 (2015) 1939.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from residua.dynamics.system import System


def matched(
    system: System, defaults: Mapping[str, Any], t: np.ndarray, y: np.ndarray
) -> np.ndarray | None:
    """Values of `system.parameters`; None where a species is not observed or the rates are not
    finite. Parameters with a default stay at it.
    """
    observed = system.observed
    if not isinstance(observed, tuple) or set(observed) != set(range(len(system.species))):
        return None
    order = np.argsort(t, kind="stable")
    t, y = t[order], y.reshape(t.size, -1)[order][:, np.argsort(observed)]
    names = system.rates.parameters
    free = [k for k, name in enumerate(names) if name not in defaults]
    given = [float(defaults.get(name, 0.0)) for name in names]
    constant = _integral(system, t, y, given)
    columns = [_integral(system, t, y, [*given[:k], 1.0, *given[k + 1 :]]) - constant for k in free]
    found = _solved(columns, y - constant, np.abs(y).max(axis=0))
    if found is None:
        return None
    rates, start = found
    values = dict(zip(names, given)) | {names[k]: rate for k, rate in zip(free, rates)}
    for entry, first in zip(system.start, start):
        if isinstance(entry, str):
            values.setdefault(entry, float(defaults.get(entry, first)))
    return np.array([values[name] for name in system.parameters])


def _integral(system: System, t: np.ndarray, y: np.ndarray, values: list[float]) -> np.ndarray:
    """∫ f(t, y) dt from the first time on, by the trapezoidal rule, (n, m)."""
    with np.errstate(all="ignore"):
        rates = [system.slopes(at, state, values) for at, state in zip(t, y)]
    slopes = np.asarray(rates, dtype=float)
    areas = np.diff(t)[:, None] * (slopes[1:] + slopes[:-1]) / 2
    return np.concatenate([np.zeros((1, y.shape[1])), np.cumsum(areas, axis=0)])


def _solved(
    columns: list[np.ndarray], right: np.ndarray, size: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Rates and the constants c of each species by least squares, every species alike."""
    n, m = right.shape
    weight = 1 / np.where(size > 0, size, 1.0)
    constants = np.zeros((m, n, m))
    constants[range(m), :, range(m)] = 1.0
    matrix = np.array([*columns, *constants]) * weight
    if not (np.isfinite(matrix).all() and np.isfinite(right).all()):
        return None
    found = np.linalg.lstsq(matrix.reshape(len(matrix), -1).T, (right * weight).ravel())[0]
    return found[: len(columns)], found[len(columns) :]
