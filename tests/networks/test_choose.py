"""Which networks are trained on how many data, and tasks that the defaults have to solve."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from residua.fitting.networks.train import Watch, by_evidence
from residua.networks.choose import Plan, plan
from residua.networks.crossed import train_ensemble
from residua.networks.evidence import Rows, train
from residua.networks.likelihood import GAUSSIAN
from residua.networks.mlp import MLP


@pytest.mark.parametrize(
    ("n", "words", "expected"),
    [
        (10, {}, (0, 8, False)),
        (10, {"members": 3}, (0, 3, False)),
        (100, {}, (5, 2, False)),
        (100, {"members": 20}, (5, 4, False)),
        (100, {"members": 1}, (0, 8, True)),
    ],
)
def test_what_is_planned(n, words, expected):
    found = plan(MLP([5]), (n, 1, 1), **words)
    assert (found.folds, found.starts, found.alone) == expected


def test_one_member_is_the_best_of_its_starts():
    """Without folds: the least cost of eight starts, trained on all rows."""
    rng, sizes = np.random.default_rng(0), (MLP([4]),)
    Z = rng.uniform(-2, 2, (40, 1))
    rows = Rows(Z, np.sin(2 * Z) + 0.1 * rng.normal(size=(40, 1)))
    networks = (sizes[0].network(1, 1),)
    trainer = by_evidence(GAUSSIAN, 40, Watch(0, False, None), None)
    chosen = Plan(sizes, 0, 8, 40, "", alone=True)
    found = train_ensemble(networks, rows, chosen, GAUSSIAN, 3, trainer)
    draws = [networks[0].draw(np.random.default_rng([3, 1, 0, 0, start])) for start in range(8)]
    best = min((train(networks[0], rows, draw, steps=40) for draw in draws), key=lambda m: m.cost)
    assert np.array_equal(found.one.member.theta, best.theta)
    assert len(found.ensemble.active) == 1
    assert found.honest is None


XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
PARITY = np.array([0.0, 1.0, 1.0, 0.0])


@pytest.mark.parametrize("output", ["linear", "logistic"])
def test_xor_is_solved_from_99_of_100_seeds(output):
    """2-2-1, sigmoid, default settings: mean squared error below 0.01, all on their side."""
    solved = 0
    for seed in range(100):
        fit = rs.fit(rs.MLP([2], "sigmoid", output=output), XOR, PARITY, seed=seed)
        said = fit(XOR)
        solved += np.mean((said - PARITY) ** 2) < 0.01 and ((said > 0.5) == (PARITY > 0.5)).all()
    assert solved >= 99


def test_the_noisy_cubic_is_fitted_from_20_of_20_seeds():
    """y = x³ - x² + 25 sin 2x + N(0, 10): mean squared error at most 90, where the source's 50 000
    epochs end, and not below 60, where the noise itself would be learned (its variance is 100).
    """
    rng = np.random.RandomState(42)
    x = rng.uniform(-5, 5, 100)
    y = x**3 - x**2 + 25 * np.sin(2 * x) + rng.normal(0, 10, 100)
    for seed in range(20):
        error = np.mean(rs.fit(rs.MLP([10]), x, y, seed=seed).residuals ** 2)
        assert 60 < error <= 90
