"""Derived quantities against the analytic delta method and against simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import erf
from scipy.stats import norm, t

import residua as rs

RNG = np.random.default_rng(0)
X = np.linspace(0.0, 4.0, 40)
Y = 2.5 * np.exp(-1.3 * X) + 0.5 + 0.05 * RNG.normal(size=40)


def decay(x, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * x) + c


FIT = rs.fit(decay, X, Y)
A, B, C = FIT.params.values()

QUANTITIES = {
    "half-life": (lambda b: np.log(2) / b, math.log(2) / B, [0, -math.log(2) / B**2, 0]),
    "area": (lambda a, b: a / b, A / B, [1 / B, -A / B**2, 0]),
    "sum": (lambda c, a: a + c, A + C, [1, 0, 1]),
    "one parameter": (lambda b: b, B, [0, 1, 0]),
    "a constant": (lambda b: 3.0 + 0 * b, 3.0, [0, 0, 0]),
    "a mapping": (lambda p: p["a"] * p["c"], A * C, [C, 0, A]),
    "a formula": (
        "a*exp(-b*2) + c",
        A * math.exp(-2 * B) + C,
        [math.exp(-2 * B), -2 * A * math.exp(-2 * B), 1],
    ),
    "scipy": (lambda b: erf(b), math.erf(B), [0, 2 / math.sqrt(math.pi) * math.exp(-B * B), 0]),
    "a constant of its own": (lambda b, k=2.0: k * b, 2 * B, [0, 2, 0]),
    "math through a float": (
        lambda b: math.log(2) / float(b),
        math.log(2) / B,
        [0, -math.log(2) / B**2, 0],
    ),
}


@pytest.mark.parametrize(("function", "value", "gradient"), QUANTITIES.values(), ids=QUANTITIES)
def test_the_delta_method(function: object, value: float, gradient: list[float]) -> None:
    found = FIT.derive(function)
    g = np.array(gradient, dtype=float)
    expected = math.sqrt(g @ FIT.covariance @ g)
    # A function that leaves NumPy is differenced, to about seven digits.
    assert found.value == pytest.approx(value, rel=1e-12)
    assert found.stderr == pytest.approx(expected, rel=1e-6, abs=1e-15)
    reach = t.ppf(0.975, 37) * expected
    assert found.low == pytest.approx(value - reach, rel=1e-6)
    assert found.high == pytest.approx(value + reach, rel=1e-6)


def test_several_quantities_have_a_covariance() -> None:
    found = FIT.derive(lambda a, b: np.array([a / b, a * b, b]))
    jacobian = np.array([[1 / B, -A / B**2, 0], [B, A, 0], [0, 1, 0]])
    np.testing.assert_allclose(found.value, [A / B, A * B, B], rtol=1e-13)
    np.testing.assert_allclose(
        found.covariance, jacobian @ FIT.covariance @ jacobian.T, rtol=1e-9, atol=1e-18
    )
    np.testing.assert_allclose(found.stderr, np.sqrt(np.diagonal(found.covariance)), rtol=1e-13)


def test_every_parameter_at_once_is_the_covariance_of_the_fit() -> None:
    found = FIT.derive(lambda a, b, c: np.stack([a, b, c]))
    np.testing.assert_allclose(found.covariance, FIT.covariance, rtol=1e-12)


def test_drawing_parameters_gives_the_same_error() -> None:
    draws = RNG.multivariate_normal(FIT.theta, FIT.covariance, 200_000)
    found = FIT.derive(lambda b: np.log(2) / b)
    # 200 000 draws know a standard deviation to 0.16 %; curvature adds a little.
    assert found.stderr == pytest.approx(np.std(np.log(2) / draws[:, 1]), rel=0.01)


def test_a_derived_model_value_is_its_prediction() -> None:
    found = FIT.derive(lambda a, b, c: a * np.exp(-b * np.array([0.5, 3.0])) + c)
    predicted = FIT.predict([0.5, 3.0])
    np.testing.assert_allclose(found.value, predicted.value, rtol=1e-13)
    np.testing.assert_allclose(found.stderr, predicted.stderr, rtol=1e-10)


def test_a_known_sigma_uses_the_normal_quantile() -> None:
    found = rs.fit(decay, X, Y, sigma=0.05, absolute_sigma=True).derive(lambda b: b)
    assert found.high - found.value == pytest.approx(norm.ppf(0.975) * found.stderr, rel=1e-9)


def test_fixed_parameters_take_part_without_error() -> None:
    fit = rs.fit(decay, X, Y, fixed={"c": 0.5})
    found = fit.derive(lambda a, c: a + c)
    assert found.value == pytest.approx(fit.params["a"] + 0.5)
    assert found.stderr == pytest.approx(fit.stderr["a"], rel=1e-10)


def test_array_parameters() -> None:
    fit = rs.fit(lambda x, p: p[0] * np.exp(-p[1] * x) + p[2], X, Y, start={"p": [1.0, 1.0, 0.0]})
    found = fit.derive(lambda p: p[0] / p[1])
    assert found.stderr == pytest.approx(FIT.derive(lambda a, b: a / b).stderr, rel=1e-6)


def test_what_is_not_determined_stays_so_and_what_is_does_not() -> None:
    fit = rs.fit("p*q*exp(-b*x) + c", X, Y)
    assert math.isinf(fit.derive(lambda p: p).stderr)
    assert math.isinf(fit.derive(lambda p, q: p + q).stderr)
    product = fit.derive(lambda p, q: p * q)
    assert product.value == pytest.approx(A, abs=1e-4 * FIT.stderr["a"])
    assert product.stderr == pytest.approx(FIT.stderr["a"] * math.sqrt(37 / 36), rel=1e-4)
    both = fit.derive(lambda p, q: np.stack([p, p * q]))
    assert math.isinf(both.stderr[0])
    assert math.isfinite(both.stderr[1])


def test_what_hangs_on_a_bound_has_no_error() -> None:
    fit = rs.fit(decay, X, Y - 0.8, bounds={"c": (0, None)})
    assert math.isnan(fit.derive(lambda c: 2 * c).stderr)
    assert math.isfinite(fit.derive(lambda a, b: a / b).stderr)


def test_a_fit_by_finite_differences_derives_too() -> None:
    fit = rs.fit(decay, X, Y, engine="numeric")
    found = fit.derive(lambda b: np.log(2) / b)
    assert found.stderr == pytest.approx(FIT.derive(lambda b: np.log(2) / b).stderr, rel=1e-5)


@pytest.mark.parametrize("function", [lambda d: d, lambda a, d: a * d, "a*d", lambda: 1.0])
def test_names_that_are_not_parameters(function: object) -> None:
    if function == "a*d" or function.__code__.co_varnames == ("a", "d"):
        with pytest.raises(rs.ModelError, match="d is not a parameter of the fit") as caught:
            FIT.derive(function)
        assert caught.value.causes == ("the parameters are a, b, c",)
    elif function.__code__.co_argcount == 0:
        assert FIT.derive(function).stderr == 0.0
    else:  # one unknown name is taken for the mapping of all parameters, which is not a number
        with pytest.raises(rs.ModelError, match="is no parameter gets all of them, as a dict"):
            FIT.derive(function)


def test_the_level_is_checked() -> None:
    with pytest.raises(rs.ParameterError, match="between 0 and 1"):
        rs.fit(decay, X, Y).derive(lambda b: b, level=95)


def test_printing() -> None:
    assert "±" in str(FIT.derive(lambda b: np.log(2) / b))
    assert str(FIT.derive(lambda a, b: np.stack([a, b]))).count("±") == 2
