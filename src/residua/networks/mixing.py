"""The best convex combination of a few predictions, exactly: every subset is looked at.

minimize ‖y - Σ w_c f_c‖² over w ≥ 0, Σ w = 1 (stacked regressions, Breiman 1996).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

# Stacking on n points overfits a little: a fifth of the weight is shared out equally.
SHARED = 0.2


def stacked(predictions: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights (c,) of the candidates' predictions (c, N) of y (N,), shrunk toward equal ones."""
    count = len(predictions)
    residual = y - predictions
    gram = residual @ residual.T
    best, weights = np.inf, np.full(count, 1 / count)
    for size in range(1, count + 1):
        for subset in combinations(range(count), size):
            found = _within(gram[np.ix_(subset, subset)])
            if found is None or found[1] >= best:
                continue
            best, weights = found[1], np.zeros(count)
            weights[list(subset)] = found[0]
    return (1 - SHARED) * weights + SHARED / count


def _within(gram: np.ndarray) -> tuple[np.ndarray, float] | None:
    """The weights that minimize w'Gw with Σ w = 1, and that minimum; None where one is negative."""
    size = len(gram)
    ridge = 1e-12 * float(np.trace(gram)) / size + 1e-300
    solved = np.linalg.solve(gram + ridge * np.eye(size), np.ones(size))
    weights = solved / solved.sum()
    if not np.isfinite(weights).all() or (weights < 0).any():
        return None
    return weights, float(weights @ gram @ weights)
