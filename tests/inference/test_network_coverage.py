"""Do 95 % prediction intervals of networks hold 95 % of new observations?

The mean over many data sets; its sampling error is that of the data sets, each with new points that
share one network. A few data sets always, many when asked for (-m slow).
"""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs

FUNCTIONS = {
    "wave": (lambda x: np.sin(2 * x), lambda x: np.full(x.shape, 0.1)),
    "steep": (lambda x: np.tanh(3 * x) + 0.3 * x, lambda x: np.full(x.shape, 0.2)),
    "louder": (lambda x: x**2, lambda x: 0.05 + 0.3 * np.abs(x)),
}


def held(name, seed, n, model, **words):
    """The share of 400 new observations, among the data, that lie within; and the mean width."""
    truth, sd = FUNCTIONS[name]
    rng = np.random.default_rng([seed, n])
    x, new = rng.uniform(-2, 2, n), rng.uniform(-1.9, 1.9, 400)
    y, observed = (truth(at) + sd(at) * rng.normal(size=at.shape) for at in (x, new))
    said = rs.fit(model, x, y, seed=seed, **words).predict(new, interval="prediction")
    inside = (said.low < observed) & (observed < said.high)
    return inside.mean(), np.mean(said.high - said.low) / np.mean(3.92 * sd(new))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_intervals_hold_about_what_they_promise(name):
    """12 data sets: 0.95 within 0.04, three standard errors; not twice as wide as the noise is."""
    share, width = np.mean([held(name, seed, 80, rs.MLP([6])) for seed in range(12)], axis=0)
    assert 0.91 < share < 0.99
    assert width < 1.5


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("n", [30, 100, 300])
def test_intervals_hold_what_they_promise(name, n):
    """40 data sets, sizes chosen by cross-validation; the mean is known to 0.008 at n = 30."""
    share, width = np.mean([held(name, seed, n, rs.MLP()) for seed in range(40)], axis=0)
    assert 0.93 < share < 0.97
    assert width < (1.6 if n == 30 else 1.2)


@pytest.mark.slow
def test_the_intervals_of_one_network_of_all_rows_hold_too():
    """Its noise is what the evidence left over: 60 data sets of 60 points, known to 0.003."""
    shares = [held("wave", seed, 60, rs.MLP([6]), members=1)[0] for seed in range(60)]
    assert 0.93 < np.mean(shares) < 0.97
