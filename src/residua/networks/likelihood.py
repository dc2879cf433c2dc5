"""How observations scatter about what a network says: squares about a value, or 0 and 1.

Each is a row: the cost (twice the negative log-likelihood, up to a constant, at noise precision 1),
the score (observed minus expected) and the curvature of the cost, by the network's output eta.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Likelihood(NamedTuple):
    """cost(eta, y), score(eta, y), curvature(eta), mean(eta); `noisy`: a noise is estimated."""

    name: str
    cost: Callable[[np.ndarray, np.ndarray], np.ndarray]
    score: Callable[[np.ndarray, np.ndarray], np.ndarray]
    curvature: Callable[[np.ndarray], np.ndarray | None]
    mean: Callable[[np.ndarray], np.ndarray]
    noisy: bool


def probability(eta: np.ndarray) -> np.ndarray:
    """1/(1 + exp(-eta)), without overflow."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * eta))


def _binomial(eta: np.ndarray) -> np.ndarray:
    p = probability(eta)
    return np.maximum(p * (1 - p), 1e-10)  # a certain answer must not divide by zero


GAUSSIAN = Likelihood(
    "gaussian",
    lambda eta, y: (y - eta) ** 2,
    lambda eta, y: y - eta,
    lambda eta: None,
    lambda eta: eta,
    True,
)
BERNOULLI = Likelihood(
    "bernoulli",
    lambda eta, y: 2 * (np.logaddexp(0.0, eta) - y * eta),
    lambda eta, y: y - probability(eta),
    _binomial,
    probability,
    False,
)
