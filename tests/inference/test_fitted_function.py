"""Derivatives and quantities of a fit: values exact, error bars those of the delta method."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from residua import DataError, ModelError, ParameterError

GPA = 160.21766208
V = np.linspace(14.0, 20.0, 25)
TRUTH = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}


@pytest.fixture(scope="module")
def eos():
    energy = rs.model("murnaghan")(V, **TRUTH)
    return rs.fit("murnaghan", V, energy + 1e-3 * np.random.default_rng(0).normal(size=V.size))


@pytest.fixture(scope="module")
def cubic():
    x = np.linspace(-2.0, 2.0, 40)
    y = 0.5 * x**3 - x + 0.3 + 0.1 * np.random.default_rng(1).normal(size=40)
    return rs.fit("c3*x**3 + c2*x**2 + c1*x + c0", x, y)


def pressure(at, E0, B0, BP, V0):
    """Murnaghan's pressure, the textbook's closed form."""
    return B0 / BP * ((V0 / at) ** BP - 1) * GPA


def test_pressure_of_a_fitted_energy(eos):
    """To 12 digits of the closed form, its error to 7 of the delta method's on that form."""
    found = -eos.derivative("V") * GPA
    at = np.array([15.0, 16.0, 17.5])
    expected = [eos.derive(lambda E0, B0, BP, V0, v=v: pressure(v, E0, B0, BP, V0)) for v in at]
    np.testing.assert_allclose(found(at), [one.value for one in expected], rtol=1e-12)
    band = found.predict(at, interval="confidence")
    np.testing.assert_allclose(band.value, found(at), rtol=1e-14)
    np.testing.assert_allclose(band.stderr, [one.stderr for one in expected], rtol=1e-7)
    np.testing.assert_allclose(
        band.high - band.value, [e.high - e.value for e in expected], rtol=1e-7
    )
    np.testing.assert_allclose(eos.quantity("pressure")(at) * GPA, found(at), rtol=1e-12)


def test_the_bulk_modulus_at_the_minimum_is_the_parameter(eos):
    modulus = eos.quantity("bulk_modulus").predict([eos.params["V0"]])
    assert modulus.value[0] == pytest.approx(eos.params["B0"], rel=1e-10)
    at = eos.minimum()
    assert at.x.value == pytest.approx(eos.params["V0"], rel=1e-9)
    assert at.x.stderr == pytest.approx(eos.stderr["V0"], rel=1e-6)
    assert at.value.value == pytest.approx(eos.params["E0"], rel=1e-12)
    assert at.value.stderr == pytest.approx(eos.stderr["E0"], rel=1e-6)


def test_higher_and_mixed_derivatives(cubic):
    x = np.array([-1.0, 0.5])
    c = cubic.params
    second = cubic.derivative("x", order=2)
    np.testing.assert_allclose(second(x), 6 * c["c3"] * x + 2 * c["c2"], rtol=1e-12)
    np.testing.assert_allclose(cubic.derivative("x", "c3")(x), 3 * x**2, rtol=1e-12)
    line = second.predict(x)
    expected = [cubic.derive(lambda c3, c2, v=v: 6 * c3 * v + 2 * c2).stderr for v in x]
    np.testing.assert_allclose(line.stderr, expected, rtol=1e-10)
    again = cubic.derivative("x").derivative("x")
    np.testing.assert_allclose(again(x), second(x), rtol=1e-13)


def test_arithmetic_of_functions(cubic):
    x = np.array([-1.5, 0.2, 1.0])
    slope, bend = cubic.derivative("x"), cubic.derivative("x", order=2)
    mixed = 2.0 * slope - bend / 4.0 + 1.0
    np.testing.assert_allclose(mixed(x), 2 * slope(x) - bend(x) / 4 + 1, rtol=1e-13)
    np.testing.assert_allclose((slope**2)(x), slope(x) ** 2, rtol=1e-13)
    np.testing.assert_allclose((1.0 / (slope + 9.0))(x), 1 / (slope(x) + 9), rtol=1e-13)
    assert "FittedFunction of x" in repr(mixed)


def test_extrapolation_is_that_of_the_model(cubic):
    found = cubic.derivative("x").predict([0.0, 5.0])
    assert found.extrapolates.tolist() == [False, True]


@pytest.mark.parametrize("place, options", [(-1.6, {"start": -1.5}), (0.3, {"within": (-1, 1)})])
def test_roots_have_error_bars(cubic, place, options):
    """Against a simulated-from-the-covariance spread: the delta method to 2 %."""
    found = cubic.root(**options)
    assert found.value == pytest.approx(place, abs=0.15)
    assert float(cubic(found.value)) == pytest.approx(0.0, abs=1e-13)
    draws = np.random.default_rng(5).multivariate_normal(
        cubic.theta, 1e-4 * cubic.covariance, size=20_000
    )
    labels = list(cubic.labels)
    poly = draws[:, [labels.index(name) for name in ("c3", "c2", "c1", "c0")]]
    slope = float(cubic.derivative("x")(found.value))
    moved = -np.array([np.polyval(p, found.value) for p in poly]) / slope
    assert found.stderr == pytest.approx(100 * moved.std(), rel=0.02)


def test_extrema(cubic):
    c = cubic.params
    disc = np.sqrt(c["c2"] ** 2 - 3 * c["c3"] * c["c1"])
    high, low = ((-c["c2"] + sign * disc) / (3 * c["c3"]) for sign in (-1, 1))
    inside = {"within": (-1.5, 1.5)}
    assert cubic.maximum(**inside).x.value == pytest.approx(high, rel=1e-9)
    assert cubic.minimum(**inside).x.value == pytest.approx(low, rel=1e-9)
    exact = cubic.derive(lambda c3, c2, c1: (-c2 - np.sqrt(c2**2 - 3 * c3 * c1)) / (3 * c3))
    assert cubic.maximum(**inside).x.stderr == pytest.approx(exact.stderr, rel=1e-8)


def test_integrals(cubic):
    found = cubic.integral(-1.0, 2.0)
    exact = cubic.derive(lambda c3, c2, c1, c0: c3 * 15 / 4 + c2 * 3 + c1 * 1.5 + 3 * c0)
    assert found.value == pytest.approx(exact.value, rel=1e-12)
    assert found.stderr == pytest.approx(exact.stderr, rel=1e-10)


def test_a_number_among_the_quantities():
    t = np.linspace(0.0, 4.0, 30)
    fit = rs.fit("exponential", t, 3 * np.exp(-0.7 * t) + 1 + 0.01 * np.cos(40 * t))
    half = fit.quantity("half_life")
    expected = fit.derive(lambda rate: np.log(2) / rate)
    assert half.value == pytest.approx(expected.value, rel=1e-14)
    assert half.stderr == pytest.approx(expected.stderr, rel=1e-12)


def test_bad_requests(cubic):
    with pytest.raises(ModelError, match="no variable or parameter 'z'"):
        cubic.derivative("z")
    with pytest.raises(ParameterError, match="not observed"):
        cubic.derivative("x").predict([0.0], interval="prediction")
    with pytest.raises(DataError, match="at 3 places"):
        cubic.root()
    with pytest.raises(DataError, match="does not take the value 1e"):
        cubic.root(1e6)
    with pytest.raises(DataError, match="no minimum between"):
        cubic.minimum(within=(-1.0, 0.0))
    with pytest.raises(DataError, match="not finite"):
        cubic.integral(0.0, np.inf)
    with pytest.raises(ParameterError, match="at names t"):
        cubic.root(at={"t": 1.0})
    with pytest.raises(ModelError, match="no quantity 'pressure'"):
        cubic.quantity("pressure")
    other = rs.fit("a*x + b", [0.0, 1.0, 2.0], [1.0, 3.1, 4.9])
    with pytest.raises(ModelError, match="two different fits"):
        cubic.derivative("x") + other.derivative("x")


def test_two_variables_are_searched_along_one():
    rng = np.random.default_rng(2)
    x, T = rng.uniform(0, 2, 60), rng.uniform(1, 3, 60)
    fit = rs.fit("a*x*T - b", {"x": x, "T": T}, 2 * x * T - 3 + 0.01 * rng.normal(size=60))
    assert fit.root(at={"T": 2.0}).value == pytest.approx(0.75, abs=0.01)
    with pytest.raises(ParameterError, match="2 free variables"):
        fit.root()
