"""Nominal 95 % intervals cover 95 %: parameters, confidence bands and prediction bands, simulated.

Minutes of work, so marked slow: `pytest -m slow tests/inference/test_coverage.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import residua as rs

REPEATS = 5000  # the binomial standard deviation of a coverage of 0.95 is then 0.31 %
LOW, HIGH = 0.935, 0.965


@dataclass(frozen=True)
class Case:
    """A model with the truth, where it is measured, where it is predicted, and the noise."""

    model: Callable[..., np.ndarray]
    truth: dict[str, float]
    x: np.ndarray
    new: np.ndarray
    sigma: float


def decay(t, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * t) + c


def michaelis_menten(s, v=1.0, k=1.0):
    return v * s / (k + s)


def gaussian(x, height=1.0, center=4.0, width=1.0):
    return height * np.exp(-0.5 * ((x - center) / width) ** 2)


CASES = {
    "decay": Case(
        decay,
        {"a": 2.5, "b": 1.3, "c": 0.5},
        np.linspace(0.0, 4.0, 25),
        np.array([0.1, 1.0, 2.5, 3.9]),
        0.08,
    ),
    "michaelis_menten": Case(
        michaelis_menten,
        {"v": 8.0, "k": 2.0},
        np.geomspace(0.2, 30.0, 16),
        np.array([0.5, 2.0, 10.0, 25.0]),
        0.25,
    ),
    "gaussian": Case(
        gaussian,
        {"height": 5.0, "center": 4.3, "width": 0.9},
        np.linspace(0.0, 9.0, 30),
        np.array([2.5, 4.0, 5.1, 7.0]),
        # With twice this noise the band at 7, in the tail, covers 93.2 %: there the band by
        # linearization feels the curvature of the model, and no degree of exactness cures that.
        0.15,
    ),
}


def coverage(case: Case, repeats: int = REPEATS) -> dict[str, np.ndarray]:
    """Share of simulated data sets whose intervals hold the truth (or a new observation)."""
    rng = np.random.default_rng(20_260_101)
    truth = np.array(list(case.truth.values()))
    clean, expected = (case.model(at, **case.truth) for at in (case.x, case.new))
    inside = {"parameters": np.zeros(len(truth)), "confidence": 0.0, "prediction": 0.0}
    for _ in range(repeats):
        fit = rs.fit(
            case.model, case.x, clean + case.sigma * rng.normal(size=clean.size), engine="eager"
        )
        assert fit.ok, str(fit)
        bounds = np.array(list(fit.confidence_intervals().values()))
        inside["parameters"] += (bounds[:, 0] < truth) & (truth < bounds[:, 1])
        band = fit.predict(case.new, interval="confidence")
        inside["confidence"] += (band.low < expected) & (expected < band.high)
        observed = expected + case.sigma * rng.normal(size=expected.size)
        band = fit.predict(case.new, interval="prediction")
        inside["prediction"] += (band.low < observed) & (observed < band.high)
    return {kind: np.asarray(count) / repeats for kind, count in inside.items()}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nominal_intervals_cover_what_they_say(case: Case) -> None:
    for kind, share in coverage(case).items():
        assert (share > LOW).all(), f"{kind}: {share}"
        assert (share < HIGH).all(), f"{kind}: {share}"
