"""The search behind the automatic starts, against dense least squares."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brute

from residua.science.curves.periodic import _best_frequency
from residua.science.estimates import (
    clipped_exp,
    explained,
    finite,
    search,
    size_of,
    tidy,
    unit_interval,
)

RNG = np.random.default_rng(11)


def left_over(columns: np.ndarray, y: np.ndarray) -> float:
    """Sum of squares that a dense least-squares fit of these columns leaves."""
    return float(np.sum((y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]) ** 2))


def test_explained_is_what_least_squares_explains() -> None:
    columns = RNG.normal(size=(5, 30, 3)) * [1.0, 1e4, 1e-4]
    y = RNG.normal(size=30)
    gram = columns.transpose(0, 2, 1) @ columns
    moments = columns.transpose(0, 2, 1) @ y
    expected = [y @ y - left_over(block, y) for block in columns]
    np.testing.assert_allclose(explained(gram, moments), expected, rtol=1e-10)


def test_explained_counts_the_same_column_once() -> None:
    column, y = RNG.normal(size=(2, 30))
    twice = np.stack([column, 3.0 * column], axis=1)
    found = explained((twice.T @ twice)[None], (twice.T @ y)[None])
    assert found[0] == pytest.approx((column @ y) ** 2 / (column @ column), rel=1e-10)
    assert explained(np.zeros((1, 2, 2)), np.zeros((1, 2)))[0] == 0.0


def test_search_finds_the_minimum_that_brute_force_finds() -> None:
    u = np.linspace(0.0, 1.0, 40)
    y = np.exp(-9.0 * u) - 0.6 * np.exp(-1.5 * u) + 0.01 * RNG.normal(size=40)

    def basis(a, b):
        return np.exp(-a * u), np.exp(-b * u)

    def cost(rates) -> float:
        return left_over(np.stack(basis(*rates), axis=1), y)

    axes = [np.linspace(4.0, 16.0, 7), np.linspace(0.0, 3.0, 7)]
    found = search(basis, axes, y, rounds=12)
    best = brute(cost, ((4.0, 16.0), (0.0, 3.0)), Ns=9)
    assert found.nonlinear == pytest.approx(best, rel=5e-3)
    assert found.cost == pytest.approx(cost(best), rel=1e-4)
    assert found.linear == pytest.approx([1.0, -0.6], abs=0.05)


def test_search_keeps_to_valid_and_finite_points() -> None:
    u = np.linspace(0.0, 1.0, 20)

    def basis(k):
        return (np.where(k > 3.0, np.nan, np.exp(k * u)),)

    found = search(basis, [np.linspace(-5.0, 5.0, 11)], np.exp(4.0 * u), valid=lambda k: k < 2.5)
    assert found.nonlinear[0] == pytest.approx(2.5, abs=1e-2) and found.nonlinear[0] < 2.5
    assert np.isfinite(found.cost)


def test_tidy_sorts_drops_and_averages() -> None:
    x, y = tidy([3.0, np.nan, 1.0, 2.0], [30.0, 1.0, 10.0, 20.0])
    assert x.tolist() == [1.0, 2.0, 3.0] and y.tolist() == [10.0, 20.0, 30.0]
    x, y = tidy(np.arange(1000.0), 2.0 * np.arange(1000.0), bins=10)
    assert x.tolist() == [49.5 + 100 * k for k in range(10)]
    np.testing.assert_array_equal(y, 2.0 * x)
    x, _ = tidy(np.arange(1007.0), np.zeros(1007), bins=10)
    assert x.size == 10 and np.all(np.diff(x) > 99)


def test_scales_are_never_zero_and_starts_are_whole() -> None:
    assert size_of(np.zeros(3)) == 1.0 and size_of(np.array([1.0, -4.0])) == 4.0
    u, origin, width = unit_interval(np.array([5.0, 6.0, 9.0]))
    assert (u.tolist(), origin, width) == ([0.0, 0.25, 1.0], 5.0, 4.0)
    assert unit_interval(np.array([5.0, 5.0]))[2] == 5.0
    assert finite({"a": 1.0, "b": np.nan}, {"a": 2.0, "b": 3.0}) == {"a": 2.0, "b": 3.0}
    assert 0.0 < clipped_exp(-1e9) < clipped_exp(1e9) < np.inf


@pytest.mark.parametrize("uneven", [False, True])
def test_periodogram_agrees_with_dense_least_squares(uneven: bool) -> None:
    """The FFT finds the frequency that least squares at every trial frequency finds."""
    u = np.sort(RNG.uniform(size=60)) if uneven else np.linspace(0.0, 1.0, 60)
    u = (u - u[0]) / (u[-1] - u[0])
    y = np.sin(2 * np.pi * 11.3 * u + 1.0) + 2.0 + 0.5 * RNG.normal(size=60)
    trials = np.arange(1, 4 * 29) / 4

    def cost(f: float) -> float:
        z = 2 * np.pi * f * u
        return left_over(np.stack([np.ones_like(u), np.sin(z), np.cos(z)], axis=1), y)

    assert _best_frequency(u, y - y.mean()) == trials[int(np.argmin([cost(f) for f in trials]))]
