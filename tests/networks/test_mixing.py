"""Convex weights of a few predictions, against general solvers of the same problem."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize, nnls

from residua.networks.mixing import SHARED, stacked


def unshared(weights):
    """The weights before a fifth of them was shared out."""
    return (weights - SHARED / len(weights)) / (1 - SHARED)


def by_nnls(predictions, y):
    """min ‖y - Fᵀw‖ over w ≥ 0 with Σ w = 1 as a heavily weighted row: exact to about 1e-8."""
    heavy = 1e5 * np.linalg.norm(predictions)
    rows = np.vstack([predictions.T, np.full((1, len(predictions)), heavy)])
    found = nnls(rows, np.append(y, heavy), maxiter=10_000)[0]
    return found / found.sum()


def problem(seed, count, n, alike):
    """Predictions that share most of their errors, as networks of one data set do."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=n)
    return y + alike * rng.normal(size=n) + rng.normal(size=(count, n)), y


@pytest.mark.parametrize("seed", range(40))
def test_against_non_negative_least_squares(seed):
    count = 1 + seed % 5
    predictions, y = problem(seed, count, n=30, alike=seed % 3)
    np.testing.assert_allclose(
        unshared(stacked(predictions, y)), by_nnls(predictions, y), atol=1e-8
    )


@pytest.mark.parametrize("seed", range(5))
def test_against_a_general_minimizer(seed):
    """SLSQP finds no lower sum of squares: 1e-9."""
    predictions, y = problem(seed, 4, n=20, alike=1.0)

    def cost(w):
        return float(((y - w @ predictions) ** 2).sum())

    sums = {"type": "eq", "fun": lambda w: w.sum() - 1}
    peer = minimize(
        cost, np.full(4, 0.25), bounds=[(0, 1)] * 4, constraints=sums, options={"ftol": 1e-14}
    )
    ours = unshared(stacked(predictions, y))
    assert cost(ours) <= peer.fun + 1e-9
    assert ours.min() >= -1e-12
    np.testing.assert_allclose(ours.sum(), 1.0, rtol=1e-12)


def test_one_that_is_right_gets_all_but_the_share_of_the_others():
    rng = np.random.default_rng(0)
    y = rng.normal(size=50)
    predictions = np.stack([y, y + rng.normal(size=50), rng.normal(size=50)])
    np.testing.assert_allclose(stacked(predictions, y), [0.8 + 0.2 / 3, 0.2 / 3, 0.2 / 3])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_equal_predictions_get_a_fair_sum(count):
    """A singular Gram matrix is no obstacle: the weights still sum to one."""
    y = np.arange(5.0)
    weights = stacked(np.tile(y + 1, (count, 1)), y)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(), 1.0)
    perfect = stacked(np.tile(y, (count, 1)), y)
    assert (perfect >= 0).all()
    np.testing.assert_allclose(perfect.sum(), 1.0)
