"""The triangle against dense algebra."""

from __future__ import annotations

import numpy as np
import pytest

from residua.algebra.linearization import LEAF_ROWS, Linearization, merge, triangle


def rows(n: int, p: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, p + 1))


@pytest.mark.parametrize("n", [1, 3, 5, 50, 2 * LEAF_ROWS + 1, 9 * LEAF_ROWS + 17])
def test_triangle_holds_cost_gradient_and_hessian(n):
    augmented = rows(n, 4)
    J, r = augmented[:, :4], augmented[:, 4]
    lin = triangle(np, augmented)
    np.testing.assert_allclose(lin.cost, 0.5 * r @ r, rtol=1e-13)
    np.testing.assert_allclose(lin.gradient, J.T @ r, rtol=1e-11, atol=1e-12 * n)
    np.testing.assert_allclose(lin.R.T @ lin.R, J.T @ J, rtol=1e-11, atol=1e-12 * n)
    assert (np.diagonal(lin.R) >= 0).all()
    np.testing.assert_array_equal(lin.R, np.triu(lin.R))


def equal(a: Linearization, b: Linearization) -> None:
    for left, right in zip(a, b):
        np.testing.assert_allclose(np.abs(left), np.abs(right), rtol=1e-12, atol=1e-13)


def test_merge_is_associative_and_equals_one_factorization():
    parts = [rows(20, 3, seed) for seed in range(3)]
    a, b, c = (triangle(np, part) for part in parts)
    whole = triangle(np, np.concatenate(parts))
    equal(merge(np, merge(np, a, b), c), whole)
    equal(merge(np, a, merge(np, b, c)), whole)


def test_rows_of_zeros_change_nothing():
    augmented = rows(30, 3)
    padded = np.concatenate([augmented, np.zeros((11, 4))])
    equal(triangle(np, padded), triangle(np, augmented))


def test_leaves_keep_the_accuracy_that_normal_equations_lose():
    """Condition 1e8: QR keeps about 8 digits of the solution, RᵀR would keep none."""
    n = 3 * LEAF_ROWS
    x = np.linspace(0, 1, n)
    J = np.stack([np.ones(n), x, x + 1e-8 * np.sin(37 * x)], axis=1)
    truth = np.array([1.0, 2.0, 3.0])
    lin = triangle(np, np.column_stack([J, -J @ truth]))
    np.testing.assert_allclose(np.linalg.solve(lin.R, -lin.qtr), truth, rtol=1e-6)
