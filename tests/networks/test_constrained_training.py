"""Constrained networks trained on noisy data: what is known beforehand brings the truth nearer.

Truths are formulas; errors are root mean squares against them in units of the noise. Measured were
0.29 (logistic), 0.42 (convex), 0.44 (concave), 0.49 (periodic), 0.55 (parity), 0.27 (surface) and
0.74 (tail) at worst; the bounds leave room for other rounding.
"""

from __future__ import annotations

import numpy as np
import pytest

from residua.networks.evidence import Rows, train
from residua.networks.mlp import MLP
from residua.networks.scaling import standard


def fitted(architecture, x, y, names=("x", "a", "b"), starts=4):
    """A function of user units: the best of a few starts, by its cost on all data."""
    X, Y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    architecture, scaling = architecture.prepared(names[: X.shape[1]], standard(X, Y))
    network = architecture.network(X.shape[1], Y.shape[1])
    rows = Rows(scaling.to_z(X), scaling.to_Y(Y))
    draws = [network.draw(np.random.default_rng(seed)) for seed in range(starts)]
    theta = min((train(network, rows, draw) for draw in draws), key=lambda m: m.cost).theta

    def predict(new):
        Z = scaling.to_z(np.reshape(new, (len(new), -1)))
        return scaling.from_Y(network.value(theta, Z))[:, 0]

    return predict


def error(predict, truth, x):
    return float(np.sqrt(np.mean((predict(x) - truth(x)) ** 2)))


def logistic(t):
    return 2 / (1 + np.exp(-(t - 5)))


@pytest.mark.parametrize("seed", range(3))
def test_noisy_logistic_growth(seed):
    """Recovered to half of the noise, and it never falls nor turns negative, at any time."""
    rng = np.random.default_rng(seed)
    t = np.sort(rng.uniform(0, 10, 50))
    y = logistic(t) + 0.15 * rng.normal(size=50)
    growth = fitted(MLP([10], monotone=1, positive=True), t, y)
    assert error(growth, logistic, t) < 0.5 * 0.15
    far = np.linspace(-20, 40, 3000)
    assert (np.diff(growth(far)) >= 0).all() and (growth(far) > 0).all()
    # Without the constraints the same network does fall somewhere.
    assert (np.diff(fitted(MLP([10]), t, y)(far)) < 0).any()


@pytest.mark.parametrize("seed", range(3))
def test_a_convex_function(seed):
    def truth(x):
        return x**4 - x

    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, 60)
    y = truth(x) + 0.5 * rng.normal(size=60)
    bowl = fitted(MLP([10], convex=True), x, y)
    assert error(bowl, truth, np.linspace(-1.9, 1.9, 200)) < 0.75 * 0.5
    assert (np.diff(bowl(np.linspace(-9, 9, 500)), 2) > -1e-11).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_concave_rising_function(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.1, 5, 60)
    y = np.log(x) + 0.1 * rng.normal(size=60)
    bent = fitted(MLP([10], convex=-1, monotone=1), x, y)
    assert error(bent, np.log, np.linspace(0.2, 5, 200)) < 0.75 * 0.1
    far = bent(np.linspace(-5, 50, 500))
    assert (np.diff(far) >= 0).all() and (np.diff(far, 2) < 1e-11).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_periodic_function_far_from_the_data(seed):
    """Two periods are measured, the hundredth is predicted as well."""

    def truth(x):
        return np.exp(np.sin(2 * np.pi * x / 24)) + 0.3 * np.cos(4 * np.pi * x / 24)

    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 48, 80)
    y = truth(x) + 0.1 * rng.normal(size=80)
    cycle = fitted(MLP([8], period={"x": 24}), x, y)
    assert error(cycle, truth, 2400 + np.linspace(0, 24, 200)) < 0.75 * 0.1


@pytest.mark.parametrize(("symmetry", "sign"), [("even", 1), ("odd", -1)])
def test_one_side_tells_the_other(symmetry, sign):
    def truth(x):
        wave = np.cos(2 * x) if sign == 1 else np.sin(2 * x)
        return wave * np.exp(-(x**2) / 4)

    rng = np.random.default_rng(3)
    x = rng.uniform(0, 3, 60)
    y = truth(x) + 0.05 * rng.normal(size=60)
    known = fitted(MLP([8], symmetry=symmetry), x, y)
    other_side = np.linspace(-2.9, 0, 200)
    assert error(known, truth, other_side) < 0.75 * 0.05
    assert error(fitted(MLP([8]), x, y), truth, other_side) > 5 * 0.05


def test_monotone_in_one_input_free_in_the_others():
    def truth(X):
        return np.exp(X[:, 0]) + np.sin(3 * X[:, 2])

    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (120, 3))
    y = truth(X) + 0.1 * rng.normal(size=120)
    surface = fitted(MLP([12], monotone={"x": 1}), X, y)
    assert error(surface, truth, rng.uniform(-1, 1, (500, 3))) < 0.75 * 0.1


def test_a_small_positive_tail_stays_positive():
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 6, 60)
    y = np.exp(-x) + 0.03 * rng.normal(size=60)
    assert (y < 0).any()
    decay = fitted(MLP([8], positive=True, monotone=-1), x, y)
    assert error(decay, lambda t: np.exp(-t), np.linspace(0, 6, 200)) < 0.03
    assert (decay(np.linspace(-2, 50, 500)) > 0).all()
