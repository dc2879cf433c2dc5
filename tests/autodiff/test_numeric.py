"""Finite-difference Jacobians: their accuracy, their steps at zero, and their one-sided edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models_catalogue import MODELS
from residua import _errors
from residua.autodiff import eager, numeric


@pytest.mark.parametrize(("name", "model", "theta", "x"), MODELS, ids=[row[0] for row in MODELS])
def test_agrees_with_exact_derivatives(name, model, theta, x):
    value, jacobian = numeric.jacobian(model, theta, x)
    expected, exact = eager.jacobian(model, theta, x)
    np.testing.assert_array_equal(value, expected)
    # 1e-8 of the largest entry: step^2 times third derivatives of order 100.
    np.testing.assert_allclose(jacobian, exact, rtol=0, atol=1e-8 * (1 + np.abs(exact).max()))


def test_stated_accuracy_over_thirty_decades():
    for size in 10.0 ** np.arange(-15, 16, 5):
        jacobian = numeric.jacobian(lambda t, s=size: np.exp(t / s), [size, -0.3 * size])[1]
        np.testing.assert_allclose(np.diag(jacobian) * size, np.exp([1.0, -0.3]), rtol=2e-10)


def test_zero_and_typical_size():
    jacobian = numeric.jacobian(lambda t: np.sin(t), [0.0, 2.0])[1]
    np.testing.assert_allclose(jacobian, np.diag(np.cos([0.0, 2.0])), rtol=1e-9, atol=1e-15)
    tiny = numeric.jacobian(lambda t: np.exp(t * 1e9), [0.0], typical=1e-9)[1]
    np.testing.assert_allclose(tiny, [[1e9]], rtol=1e-9)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_one_sided_where_the_other_side_is_not_finite(side):
    def edge(t):  # finite for side * t <= 1 only
        with np.errstate(invalid="ignore"):
            return (1.0 - side * t) ** 1.5 + np.exp(t)

    value, jacobian = numeric.jacobian(edge, [side])
    assert jacobian[0, 0] == pytest.approx(np.exp(side), rel=1e-2)
    np.testing.assert_allclose(value, np.exp(side))

    def sharp(t):
        return np.where(side * t <= 1.0, np.exp(t), np.nan)

    # Second-order one-sided: h^2/3 truncation, about 1e-10.
    assert numeric.jacobian(sharp, [side])[1][0, 0] == pytest.approx(np.exp(side), rel=1e-9)


def test_a_model_that_raises_outside_its_domain():
    _, jacobian = numeric.jacobian(lambda t: math.exp(t[0]) + 0.0 * math.sqrt(t[0]), [0.0])
    assert jacobian[0] == pytest.approx(1.0, rel=1e-9)


def test_neither_side_gives_nan():
    def point(t):
        return np.where(t == 1.0, 1.0, np.nan)

    assert np.isnan(numeric.jacobian(point, [1.0])[1]).all()


def test_external_code_and_shapes():
    from scipy.integrate import quad

    def model(t, x):
        return [[quad(lambda s: math.exp(-t[0] * s) + t[1], 0, u)[0] for u in x]]

    value, jacobian = numeric.jacobian(model, [0.8, 2], [0.5, 1.5])
    assert value.shape == (1, 2) and jacobian.shape == (2, 1, 2)
    np.testing.assert_allclose(jacobian[1, 0], [0.5, 1.5], rtol=1e-9)


def test_theta_is_not_changed_and_model_may_change_its_copy():
    theta = np.array([1.0, 2.0])

    def model(t):
        t *= 2
        return t

    value, jacobian = numeric.jacobian(model, theta)
    np.testing.assert_array_equal(theta, [1, 2])
    np.testing.assert_array_equal(value, [2, 4])
    np.testing.assert_allclose(jacobian, 2 * np.eye(2), rtol=1e-9, atol=1e-12)


def test_complex_models():
    jacobian = numeric.jacobian(lambda t: np.exp(1j * t), [0.4])[1]
    np.testing.assert_allclose(jacobian, [[1j * np.exp(0.4j)]], rtol=1e-9)


def test_errors():
    with pytest.raises(_errors.ParameterError, match="vector"):
        numeric.jacobian(lambda t: t, [[1.0]])
    with pytest.raises(_errors.ParameterError, match="finite"):
        numeric.jacobian(lambda t: t, [np.inf])
    with pytest.raises(_errors.ModelError, match="shape"):
        numeric.jacobian(lambda t: np.ones(3 if t[0] > 1 else 2), [1.0])
