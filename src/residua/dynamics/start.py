"""A start for the parameters of a rate law: a scan at the scales of the problem, then quick steps.

What a rate constant's size should be can be asked of the rate law itself: the one that changes the
states by themselves within the time of the experiment. Candidates are drawn around that, all of
them integrated in one compiled call at low accuracy, the best few improved by a scout in the
logarithms of the parameters (rates keep their sign), and the best of those is the start. Where all
species are observed, what integral matching finds is among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from residua.dynamics.matching import matched
from residua.dynamics.system import System

CANDIDATES = 256
IMPROVED = 12
# Rows that are looked at: always as many, so that nothing is compiled for another length.
SAMPLE = 48
# Accuracy and patience of the integrator here.
RTOL, MAX_STEPS = 1e-5, 512
NEGATIVE = 0.1
# Part of the variation that a matched start may leave unexplained.
EXPLAINED = 0.2


@dataclass(frozen=True)
class Sample:
    """Some rows of the data, in order of time: t (s,), y (s, k), and the size of each column."""

    t: np.ndarray
    y: np.ndarray
    size: np.ndarray


def estimate(
    system: System, defaults: Mapping[str, Any], t: Any, y: Any
) -> dict[str, float] | None:
    """A start for every parameter from the data; None where the search finds nothing.

    Parameters with a default stay at it. The same data give the same start.
    """
    rough = replace(system, rtol=RTOL, atol=None, max_steps=MAX_STEPS)
    try:
        t, y = np.asarray(t, dtype=float), np.asarray(y, dtype=float)
        rows = sample(t, y)
        held = np.array([name in defaults for name in system.parameters])
        candidates = draw(system, defaults, rows)
        match = matched(system, defaults, t, y)
        if match is not None:
            if _explains(system, match, t, y):
                return dict(zip(system.parameters, match.tolist()))
            candidates[0] = match
        found = _searched(rough, rows, candidates, held)
    except Exception:  # whatever the rate law raises is said in full when the model itself is asked
        return None
    if found is None:
        return None
    return dict(zip(system.parameters, found.tolist()))


def _explains(system: System, values: np.ndarray, t: np.ndarray, y: np.ndarray) -> bool:
    """Whether most of the variation of y is explained: then nothing else need be compiled."""
    from residua.dynamics.program import predicted

    with np.errstate(all="ignore"):
        left = y - predicted(system, t, values.tolist())
        return bool((left**2).sum() < EXPLAINED * ((y - y.mean(axis=0)) ** 2).sum())


def sample(t: np.ndarray, y: np.ndarray) -> Sample:
    """SAMPLE rows, evenly by rank of the time; short data repeat some."""
    order = np.argsort(t, kind="stable")
    chosen = order[np.round(np.linspace(0, t.size - 1, SAMPLE)).astype(int)]
    y = y.reshape(t.size, -1)
    size = np.abs(y).max(axis=0)
    return Sample(t[chosen], y[chosen], np.where(size > 0, size, 1.0))


def draw(system: System, defaults: Mapping[str, Any], rows: Sample) -> np.ndarray:
    """Candidates, (CANDIDATES, p): the natural scale of each parameter, spread widely."""
    rng = np.random.default_rng(0)
    amount = concentration(system, rows)
    span = float(rows.t.max() - system.t0) or 1.0
    natural = rate_scales(system, defaults, amount, span)
    columns = []
    for name in system.parameters:
        if name in defaults:
            column = np.full(CANDIDATES, float(defaults[name]))
        elif name in natural:
            # Experiments last for some lifetimes, so rates are more often larger than smaller.
            likely = [3 * natural[name], amount, 1 / span, 1.0]
            scale = rng.choice(likely, CANDIDATES, p=[0.6, 0.2, 0.1, 0.1])
            column = _signed(rng, scale * np.exp(rng.normal(0.0, 1.5, CANDIDATES)))
        elif name in system.outer:
            scale = rows.size.max() / amount
            column = _signed(rng, scale * np.exp(rng.normal(0.0, 1.2, CANDIDATES)))
        else:
            column = _starting(system, name, rows, amount, rng)
        columns.append(column)
    return np.array(columns).T


def _signed(rng: np.random.Generator, magnitude: np.ndarray) -> np.ndarray:
    return magnitude * np.where(rng.random(magnitude.size) < NEGATIVE, -1.0, 1.0)


def _starting(
    system: System, name: str, rows: Sample, amount: float, rng: np.random.Generator
) -> np.ndarray:
    """A starting condition: near the first observation of its species, or of the usual amount."""
    wide = amount * np.exp(rng.normal(0.0, 1.0, CANDIDATES))
    observed = system.observed
    which = system.start.index(name)
    if not isinstance(observed, tuple) or which not in observed:
        return wide
    first = abs(float(rows.y[0, observed.index(which)])) or amount
    near = first * np.exp(rng.normal(0.0, 0.1, CANDIDATES))
    return np.where(rng.random(CANDIDATES) < 0.7, near, wide)


def concentration(system: System, rows: Sample) -> float:
    """The size of the states: of known starts and of species that are observed."""
    sizes = [abs(value) for value in system.start if isinstance(value, float)]
    if isinstance(system.observed, tuple):
        sizes += rows.size.tolist()
    return max((size for size in sizes if size > 0), default=1.0)


def rate_scales(
    system: System, defaults: Mapping[str, Any], amount: float, span: float
) -> dict[str, float]:
    """Rate parameters -> the size at which they change the states by themselves within the span.

    The change of the rates when a parameter goes from one to two; 1/span where that says nothing.
    """
    names = system.rates.parameters
    ones = [defaults.get(name, 1.0) for name in names]
    state = amount * np.linspace(0.6, 1.0, len(system.species))

    def slopes(values: list[Any]) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.asarray(system.slopes(system.t0 + span / 2, state, values), dtype=float)

    base = slopes(ones)
    scales = {}
    for k, name in enumerate(names):
        change = np.abs(slopes([*ones[:k], 2 * ones[k], *ones[k + 1 :]]) - base).max()
        usable = np.isfinite(change) and change > 0
        scales[name] = float(amount / (span * change)) if usable else 1 / span
    return scales


def _searched(
    system: System, rows: Sample, candidates: np.ndarray, held: np.ndarray
) -> np.ndarray | None:
    """The best candidate after some steps; None when none is finite."""
    from residua.dynamics.search import costs, improved

    first = costs(system, rows, candidates)
    order = np.argsort(first)
    # The first candidate may stand for more than its cost: it may have been matched.
    best = candidates[[*order[: IMPROVED - 1], 0]]
    if not np.isfinite(first).any():
        return None
    better = candidates.copy()
    better[:IMPROVED] = improved(system, rows, best, held)
    second = costs(system, rows, better)
    found: np.ndarray = better[np.argmin(second)]
    return found if second.min() <= first.min() else candidates[order[0]]
