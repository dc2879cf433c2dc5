"""Every plain NumPy model of the catalogue: value bit for bit, derivatives by differences."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from models_catalogue import MODELS
from residua.autodiff import eager
from residua.autodiff.check import check_jacobian


@pytest.mark.parametrize(("name", "model", "theta", "x"), MODELS, ids=[row[0] for row in MODELS])
def test_catalogue(name, model, theta, x):
    before = theta.copy(), x.copy()
    value, jacobian = eager.jacobian(model, theta, x)
    expected = np.asarray(model(theta.copy(), x))
    assert type(value) is np.ndarray and value.dtype == np.float64
    np.testing.assert_array_equal(value, expected)
    assert jacobian.shape == (theta.size, *expected.shape)
    assert jacobian.dtype == np.float64 and jacobian.flags.c_contiguous
    assert check_jacobian(model, theta, x) < 1e-8
    np.testing.assert_array_equal(theta, before[0])
    np.testing.assert_array_equal(x, before[1])


def test_no_jax_and_no_scipy_for_a_plain_model():
    code = (
        "import sys, numpy as np; from residua.autodiff import eager;"
        "eager.jacobian(lambda p, x: p[0] * np.exp(p[1] * x), [1.0, 2.0], np.arange(3.0));"
        "print([m for m in ('jax', 'scipy', 'pandas', 'matplotlib') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "[]", answer.stderr


def test_constant_output_has_zero_jacobian():
    value, jacobian = eager.jacobian(lambda p, x: x**2, [1.0, 2.0], np.arange(3.0))
    np.testing.assert_array_equal(value, [0, 1, 4])
    np.testing.assert_array_equal(jacobian, np.zeros((2, 3)))


def test_no_parameters():
    value, jacobian = eager.jacobian(lambda p, x: x, [], np.arange(3.0))
    assert value.shape == (3,) and jacobian.shape == (0, 3)


def test_scalar_output_and_scalar_theta():
    value, jacobian = eager.jacobian(lambda p: p[0] ** 2 * p[1], np.array([3, 2], np.int32))
    assert value == 18.0 and value.shape == ()
    np.testing.assert_array_equal(jacobian, [12.0, 9.0])
    assert eager.jacobian(lambda p: p * 2, 1.5)[1].tolist() == [[2.0]]


def test_float32_is_promoted():
    x = np.linspace(0, 1, 5, dtype=np.float32)
    value, jacobian = eager.jacobian(lambda p, x: p[0] * x, np.array([1.1], np.float32), x)
    assert value.dtype == np.float64 and jacobian.dtype == np.float64


def test_complex_output():
    value, jacobian = eager.jacobian(lambda p: np.exp(1j * p), [0.3, 0.7])
    np.testing.assert_allclose(value, np.exp(1j * np.array([0.3, 0.7])))
    np.testing.assert_allclose(jacobian, np.diag(1j * value), rtol=1e-15)


def test_nested_and_mixed_outputs():
    value, jacobian = eager.jacobian(lambda p: ([p[0], 1.0], (2.0, p[0] * p[1])), [3.0, 5.0])
    np.testing.assert_array_equal(value, [[3, 1], [2, 15]])
    np.testing.assert_array_equal(jacobian, [[[1, 0], [0, 5]], [[0, 0], [0, 3]]])


def test_value_is_a_plain_call():
    found = eager.value(lambda p, x: [p[0], x], [1.5], 2.0)
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, [1.5, 2.0])


def test_model_is_called_once():
    calls = []
    eager.jacobian(lambda p: calls.append(1) or p, [1.0, 2.0])
    assert len(calls) == 1
