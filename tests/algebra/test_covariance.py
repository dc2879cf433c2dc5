"""Uncertainty read off the triangle against dense algebra."""

from __future__ import annotations

import numpy as np
import pytest

from residua.algebra.covariance import uncertainty
from residua.algebra.linearization import triangle


def matrix(seed: int, p: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((25, p)) * 10.0 ** np.arange(p)


def factor(J: np.ndarray, held=None):
    return uncertainty(triangle(np, np.column_stack([J, np.zeros(len(J))])).R, held)


@pytest.mark.parametrize("seed", range(5))
def test_covariance_is_the_inverse_of_the_normal_matrix(seed):
    J = matrix(seed)
    known = factor(J)
    np.testing.assert_allclose(known.factor @ known.factor.T, np.linalg.inv(J.T @ J), rtol=1e-9)
    assert known.null.shape == (4, 0)


def test_a_duplicated_column_is_a_direction_left_free():
    J = matrix(0)
    J[:, 2] = 3 * J[:, 0]
    known = factor(J)
    assert known.null.shape == (4, 1)
    direction = known.null[:, 0] / known.scale
    np.testing.assert_allclose(J @ direction, 0, atol=1e-9)
    assert known.condition < 1e-12


@pytest.mark.parametrize("held", [[0], [3], [0, 2], [0, 1, 2, 3]])
def test_held_parameters_count_as_known(held):
    J = matrix(1)
    mask = np.isin(np.arange(4), held)
    known = factor(J, mask)
    free = J[:, ~mask]
    covariance = (known.factor @ known.factor.T)[np.ix_(~mask, ~mask)]
    np.testing.assert_allclose(covariance, np.linalg.inv(free.T @ free), rtol=1e-9)
    assert not known.factor[mask].any()
