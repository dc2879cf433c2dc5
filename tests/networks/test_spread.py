"""The noise about an ensemble: its density, what it recovers, and what it does not believe."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from residua.inference.student import log_density as density_at
from residua.inference.student import normal_quantile, quantile
from residua.networks.spread import (
    Features,
    Spread,
    constant,
    fitted,
    log_density,
    raw_features,
)

N = 400


def drawn(seed, sd, variance=1e-4, dof=np.inf, n=N):
    """(residuals, variances, raw features, folds, z) with a noise of sd(z)."""
    rng = np.random.default_rng(seed)
    z = rng.uniform(-2, 2, n)
    v = np.full(n, variance)
    noise = rng.standard_normal(n) if dof == np.inf else rng.standard_t(dof, n)
    residual = sd(z) * noise + np.sqrt(v) * rng.standard_normal(n)
    raw = raw_features(z[:, None], np.sin(z), v)
    return residual, v, raw, rng.permutation(n) % 5, z


@pytest.mark.parametrize("dof", [1.0, 3.0, 4.5, 30.0, np.inf])
def test_densities_are_those_of_scipy(dof):
    """1e-12, relative; a million degrees of freedom stand for the normal distribution."""
    rng = np.random.default_rng(0)
    distance, scale = 3 * rng.normal(size=200), rng.uniform(0.1, 3, 200)
    exact = stats.t(dof, scale=scale).logpdf(distance)
    np.testing.assert_allclose(density_at(distance, scale, dof), exact, rtol=1e-12)
    np.testing.assert_allclose(log_density(distance**2, scale**2, min(dof, 1e6)), exact, rtol=1e-12)


@pytest.mark.parametrize("level", [0.5, 0.68, 0.95, 0.999])
@pytest.mark.parametrize("dof", [1.0, 2.5, 30.0])
def test_quantiles_are_those_of_scipy(level, dof):
    np.testing.assert_allclose(quantile(level, dof), stats.t(dof).ppf(0.5 + level / 2), rtol=1e-12)
    np.testing.assert_allclose(normal_quantile(level), stats.norm.ppf(0.5 + level / 2), rtol=1e-12)


@pytest.mark.parametrize("dof", [np.inf, 4])
def test_a_uniform_noise_is_recovered(dof):
    """Its scale to 10 %: three standard errors of 400 residuals, of 4 dof even more."""
    scales = []
    for seed in range(5):
        residual, variance, raw, fold, _ = drawn(seed, lambda z: np.full(len(z), 0.3), dof=dof)
        found = fitted(residual, variance, raw, fold)
        scales.append(found.scale(raw, variance).mean())
        assert (found.dof < 10) == (dof == 4)
    np.testing.assert_allclose(np.mean(scales), 0.3, rtol=0.1)


def test_a_noise_that_depends_on_the_input_is_found_and_right():
    """From 0.1 to 0.7 over the range; right to 25 % in its logarithm, root mean square."""

    def sd(z):
        return 0.1 * np.exp(0.5 * (z + 2))

    found = 0
    for seed in range(20):
        residual, variance, raw, fold, z = drawn(seed, sd)
        spread = fitted(residual, variance, raw, fold)
        found += spread.varies
        off = np.log(spread.scale(raw, variance) / sd(z))
        assert np.sqrt(np.mean(off**2)) < (0.25 if spread.varies else 1.0)
    assert found >= 18


@pytest.mark.parametrize("dof", [np.inf, 4])
def test_a_noise_that_only_seems_to_depend_is_not_believed(dof):
    believed = 0
    for seed in range(20):
        residual, variance, raw, fold, _ = drawn(seed, lambda z: np.full(len(z), 0.3), dof=dof)
        believed += fitted(residual, variance, raw, fold).varies
    assert believed <= 2


def test_few_residuals_say_nothing_about_the_input():
    residual, variance, raw, fold, _ = drawn(0, lambda z: 0.01 + z**2, n=40)
    assert not fitted(residual, variance, raw, fold).varies


def test_the_variance_of_the_ensemble_is_scaled_to_what_it_is_worth():
    """Without noise, where every residual is the ensemble's own error, twice what it says.

    c has a prior about 0, so that of log 4 = 1.39 at least three quarters are found, and the scale
    to 10 %.
    """
    rng = np.random.default_rng(0)
    v = rng.uniform(0.01, 1.0, N)
    residual = 2 * np.sqrt(v) * rng.normal(size=N)
    raw = raw_features(rng.normal(size=(N, 1)), np.zeros(N), v)
    found = fitted(residual, v, raw, rng.permutation(N) % 5)
    np.testing.assert_allclose(np.median(found.scale(raw, v) / (2 * np.sqrt(v))), 1.0, rtol=0.1)


def test_weights_are_precisions():
    """Rows measured w times as well: the noise at weight 1 to 10 %, everywhere else by 1/√w."""
    rng = np.random.default_rng(0)
    weight = rng.choice([0.25, 1.0, 4.0], N)
    residual = 0.3 / np.sqrt(weight) * rng.normal(size=N)
    v = np.full(N, 1e-8)
    raw = raw_features(rng.normal(size=(N, 1)), np.zeros(N), v)
    found = fitted(residual, v, raw, rng.permutation(N) % 5, weight)
    assert not found.varies
    np.testing.assert_allclose(found.scale(raw, v)[0], 0.3, rtol=0.1)
    np.testing.assert_allclose(found.scale(raw, v, weight) * np.sqrt(weight), 0.3, rtol=0.1)


def test_a_tail_is_found_where_there_are_outliers():
    residual, variance, raw, fold, _ = drawn(1, lambda z: np.full(len(z), 0.1))
    plain = fitted(residual, variance, raw, fold)
    residual[::40] += 2.0
    tailed = fitted(residual, variance, raw, fold)
    assert plain.dof >= 15
    assert tailed.dof <= 4
    assert tailed.scale(raw, variance)[0] < 1.5 * plain.scale(raw, variance)[0]


def test_no_feature_is_taken_beyond_the_data():
    """Far outside, the noise is that of the nearest corner of the fitted features."""
    b = np.array([0.0, 0.5, -0.5])
    features = Features(np.zeros(2), np.ones(2), np.array([-1.0, -1.0]), np.array([1.0, 1.0]))
    spread = Spread(b, 0.0, 1e6, features, np.zeros((3, 3)))
    far = spread.scale(np.array([[50.0, -50.0]]), np.zeros(1))
    np.testing.assert_allclose(far, math.exp(0.5), rtol=1e-12)


def test_the_mean_of_the_folds_errs_less_by_the_variance_between_them():
    """s² of all = s² - between, for a normal noise; never less than the share that folds keep."""
    spread = constant(0.25, 1e6, 4)
    raw = np.zeros((1, 4))
    single = spread.scale(raw, np.array([0.09]))[0] ** 2
    found = spread.scale_of_all(raw, np.array([0.10]), np.array([0.01]))[0] ** 2
    np.testing.assert_allclose([single, found], [0.34, 0.33], rtol=1e-12)
    least = spread.scale_of_all(raw, np.array([9.0]), np.array([8.9]))[0] ** 2
    assert least >= 9.0


def test_residuals_of_zero_are_no_obstacle():
    raw = raw_features(np.linspace(-1, 1, 100)[:, None], np.zeros(100), np.zeros(100))
    found = fitted(np.zeros(100), np.zeros(100), raw, np.arange(100) % 5)
    assert found.scale(raw, np.zeros(100)).max() < 1e-6
