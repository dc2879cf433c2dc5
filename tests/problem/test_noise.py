"""Noise: whitened rows against dense linear algebra; what is not a noise is refused."""

from __future__ import annotations

import numpy as np
import pytest

from residua._errors import DataError
from residua.problem.noise import Correlated, Independent, noise

RNG = np.random.default_rng(0)
N = 7
Y = RNG.normal(size=N)
ROOT = RNG.normal(size=(N, N))
COVARIANCE = ROOT @ ROOT.T + 0.1 * np.eye(N)


def test_independent_rows_are_divided_by_sigma() -> None:
    sigma = np.arange(1.0, N + 1)
    kind = noise(sigma, Y)
    assert isinstance(kind, Independent)
    np.testing.assert_allclose(kind.whiten(Y), Y / sigma, rtol=1e-15)


def test_derivatives_are_whitened_like_rows() -> None:
    rows = RNG.normal(size=(3, N))
    for sigma in (np.arange(1.0, N + 1), COVARIANCE):
        kind = noise(sigma, Y)
        together = kind.whiten(rows)
        for one, row in zip(together, rows):
            np.testing.assert_allclose(one, kind.whiten(row), rtol=1e-14)


def test_correlated_rows_have_the_generalized_sum_of_squares() -> None:
    kind = noise(COVARIANCE, Y)
    assert isinstance(kind, Correlated)
    white = kind.whiten(Y)
    np.testing.assert_allclose(white @ white, Y @ np.linalg.solve(COVARIANCE, Y), rtol=1e-11)


def test_whitened_noise_has_unit_covariance() -> None:
    kind = noise(COVARIANCE, Y)
    np.testing.assert_allclose(kind.whiten(kind.whiten(COVARIANCE).T), np.eye(N), atol=1e-11)


def test_a_diagonal_covariance_is_independent_noise() -> None:
    sigma = np.arange(1.0, N + 1)
    dense = noise(np.diag(sigma**2), Y).whiten(Y)
    np.testing.assert_allclose(dense, noise(sigma, Y).whiten(Y), rtol=1e-14)


def test_sigma_of_a_table_of_outputs_is_not_a_covariance() -> None:
    y = RNG.normal(size=(N, N))
    assert isinstance(noise(np.ones((N, N)), y), Independent)


REFUSED = {
    "zero": (np.array([1, 1, 0, 1, 1, 1, 1.0]), "sigma must be positive; entry 2 is 0"),
    "negative": (np.array([1, 1, 1, -3, 1, 1, 1.0]), "entry 3 is -3"),
    "singular": (np.ones((N, N)), "not positive definite"),
    "indefinite": (np.eye(N) - 2 * np.eye(N)[:, :1] @ np.eye(N)[:1], "not positive definite"),
    "one triangle": (np.tril(COVARIANCE), "not symmetric"),
    "not symmetric": (COVARIANCE + np.triu(np.full((N, N), 0.01), 1), "not symmetric"),
}


@pytest.mark.parametrize(("sigma", "what"), REFUSED.values(), ids=REFUSED)
def test_refused(sigma: np.ndarray, what: str) -> None:
    with pytest.raises(DataError) as caught:
        noise(sigma, Y)
    assert what in caught.value.what
    assert caught.value.causes


def test_rounding_does_not_make_a_covariance_unsymmetric() -> None:
    shaken = COVARIANCE * (1 + 1e-13 * RNG.normal(size=(N, N)))
    np.testing.assert_allclose(noise(shaken, Y).whiten(Y), noise(COVARIANCE, Y).whiten(Y), 1e-9)


@pytest.mark.parametrize("size", [1e-20, 1e20])
def test_units_do_not_matter(size: float) -> None:
    white = noise(COVARIANCE * size**2, Y * size).whiten(Y * size)
    np.testing.assert_allclose(white, noise(COVARIANCE, Y).whiten(Y), rtol=1e-10)
