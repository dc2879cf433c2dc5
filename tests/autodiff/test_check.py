"""The derivative checker finds wrong derivatives, names them, and passes right ones."""

from __future__ import annotations

import numpy as np
import pytest

from residua.autodiff import eager
from residua.autodiff.check import DerivativeMismatch, check_derivatives, check_jacobian

X = np.linspace(0.1, 2.0, 9)


def decay(x, a, b, c=0.0):
    return a * np.exp(-b * x) + c


def broken(function, theta, *args):
    value, jacobian = eager.jacobian(function, theta, *args)
    jacobian[1, 4] *= 1 + 1e-6
    return value, jacobian


def test_right_derivatives_pass_at_high_accuracy():
    assert check_derivatives(decay, X, {"a": 2.0, "b": 0.7, "c": 0.1}) < 1e-10
    assert check_derivatives(decay, X, [2.0, 0.7]) < 1e-10
    assert check_derivatives(decay, X, {"c": 0.0, "b": 0.7, "a": 1e-9}) < 1e-9


def test_array_parameters():
    def model(x, w, b):
        return np.tanh(np.outer(x, w[0]) + w[1]).sum(axis=1) + b

    start = {"w": np.arange(6.0).reshape(2, 3) / 5, "b": 0.3}
    assert check_derivatives(model, X, start) < 1e-9
    with pytest.raises(DerivativeMismatch, match=r"parameter w\[1\] .* output \[4\]"):
        check_derivatives(model, X, start, engine=broken, rtol=1e-8)


def test_a_wrong_derivative_is_named():
    with pytest.raises(DerivativeMismatch, match=r"parameter b disagrees at output \[4\]"):
        check_derivatives(decay, X, {"a": 2.0, "b": 0.7}, engine=broken)
    with pytest.raises(AssertionError, match="parameter 1"):
        check_jacobian(lambda t: t[0] / (X + t[1]), [1.0, 2.0], engine=broken)
    assert check_derivatives(decay, X, [2.0, 0.7], engine=broken, rtol=1e-5) < 1e-5


def test_a_wrong_value_or_shape_is_named():
    def shifted(function, theta, *args):
        value, jacobian = eager.jacobian(function, theta, *args)
        return value * (1 + 1e-9), jacobian

    def flat(function, theta, *args):
        value, jacobian = eager.jacobian(function, theta, *args)
        return value, jacobian.T

    with pytest.raises(DerivativeMismatch, match="value"):
        check_derivatives(decay, X, [2.0, 0.7], engine=shifted)
    with pytest.raises(DerivativeMismatch, match="shape"):
        check_derivatives(decay, X, [2.0, 0.7], engine=flat)


def test_nan_derivative_is_a_mismatch():
    def holed(function, theta, *args):
        value, jacobian = eager.jacobian(function, theta, *args)
        jacobian[0, 0] = np.nan
        return value, jacobian

    with pytest.raises(DerivativeMismatch, match="nan"):
        check_derivatives(decay, X, [2.0, 0.7], engine=holed)


def test_random_model_is_found_out():
    rng = np.random.default_rng(0)
    with pytest.raises(DerivativeMismatch, match="random"):
        check_derivatives(lambda x, a: a * x + rng.normal(size=9), X, [1.0])


def test_a_kink_is_said_to_be_rough():
    with pytest.raises(DerivativeMismatch, match=r"rough|not smooth"):
        check_jacobian(lambda t: np.abs(t[0] - 1.0) + 0 * t[0], [1.0 + 1e-9])


def test_a_kink_beside_the_point_is_stepped_around():
    assert check_jacobian(lambda t: np.maximum(t[0], 1.0) ** 2, [1.005]) < 1e-8


def test_order_two_checks_the_engine_s_own_derivative():
    """With an engine that nests: here exact first derivatives, differenced."""

    def engine(function, theta, *args):
        theta = np.asarray(theta, float)
        if function is cube:
            return cube(theta), np.diag(3 * theta**2)
        return np.diag(3 * theta**2), np.stack([np.diag(6 * theta * e) for e in np.eye(2)])

    def wrong(function, theta, *args):
        value, jacobian = engine(function, theta)
        return value, jacobian * (1.0 if function is cube else 1.01)

    def cube(t):
        return t**3

    assert check_jacobian(cube, [0.7, -1.2], order=2, engine=engine) < 1e-9
    assert check_jacobian(cube, [0.7, -1.2], order=1, engine=wrong) < 1e-9
    with pytest.raises(DerivativeMismatch):
        check_jacobian(cube, [0.7, -1.2], order=2, engine=wrong)
