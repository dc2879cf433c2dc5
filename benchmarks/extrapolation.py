"""Networks at twice the range of their data: inside the interval, or said to extrapolate?"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.network_peers import silent
from benchmarks.timing import Report, Target

POINTS = 60
NOISE = 0.03  # of the standard deviation of the clean values


class Curve(NamedTuple):
    """A function, where its data lie, and below which x it has no value."""

    value: Callable[[np.ndarray], np.ndarray]
    low: float
    high: float
    floor: float = -np.inf


CURVES = {
    "x^(1/3)": Curve(np.cbrt, 0, 1),
    "sin 2x": Curve(lambda x: np.sin(2 * x), -3, 3),
    "exp x": Curve(np.exp, -1, 2),
    "log x": Curve(np.log, 0.2, 4, 0.01),
    "1/x": Curve(lambda x: 1 / x, 0.5, 4, 0.02),
    "Gaussian bump": Curve(lambda x: np.exp(-(x**2)), -2, 2),
    "sigmoid": Curve(lambda x: 1 / (1 + np.exp(-2 * x)), -3, 3),
    "x³ - 3x": Curve(lambda x: x**3 - 3 * x, -2, 2),
    "|x|": Curve(np.abs, -1, 1),
    "damped oscillation": Curve(lambda x: np.exp(-x / 3) * np.cos(3 * x), 0, 6),
}


def run(quick: bool) -> Report:
    """Fit 60 noisy points of each; look from half a range below to half a range above them."""
    seeds = range(1 if quick else 5)
    rows, within_all, beyond_all = [], [], []
    for name, curve in CURVES.items():
        found = np.concatenate([_outcomes(curve, seed) for seed in seeds])
        beyond, inside, graded = found.T.astype(bool)
        answered = (inside | graded)[beyond]
        within_all.append(inside[~beyond].mean())
        beyond_all.append(answered.mean())
        shares = inside[~beyond], graded[~beyond], inside[beyond], graded[beyond], answered
        rows.append((name, *(f"{100 * share.mean():.1f} %" for share in shares)))
    return Report(
        f"Twice the range of the data: {len(CURVES)} functions, {len(seeds)} draws of noise each",
        ("function", "within: inside", "graded", "beyond: inside", "graded", "either"),
        rows,
        _targets(np.array(within_all), np.array(beyond_all)),
        [
            f"{POINTS} points, noise {NOISE:g} of their spread; rs.MLP() with nothing chosen.",
            "inside: the clean value lies in the 95 % prediction interval. graded: `extrapolates`.",
            "within: between the least and the largest x of the data, where few should be graded.",
        ],
    )


def _targets(within: np.ndarray, beyond: np.ndarray) -> list[Target]:
    whole = f"{(beyond == 1).sum()} of {len(beyond)} functions, least {100 * beyond.min():.1f} %"
    least = f"least {100 * within.min():.1f} %, mean {100 * within.mean():.1f} %"
    return [
        Target("beyond: inside the 95 % interval or graded, everywhere", whole, beyond.min() == 1),
        Target("within: at least 95 % inside on each function", least, within.min() >= 0.95),
    ]


def _outcomes(curve: Curve, seed: int) -> np.ndarray:
    """For 401 points: beyond the data, truth inside the interval, graded as extrapolation."""
    import residua as rs

    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(curve.low, curve.high, POINTS))
    clean = curve.value(x)
    y = clean + NOISE * clean.std() * rng.standard_normal(POINTS)
    half = (curve.high - curve.low) / 2
    points = np.linspace(max(curve.low - half, curve.floor), curve.high + half, 401)
    with silent():
        fit = rs.fit(rs.MLP(), x, y, seed=seed)
        found = fit.predict(points, interval="prediction")
    truth = curve.value(points)
    inside = (found.low <= truth) & (truth <= found.high)
    beyond = (points < x.min()) | (points > x.max())
    return np.stack([beyond, np.ravel(inside), np.ravel(found.extrapolates)], axis=1)
