"""Slopes of fitted networks and their errors, against finite differences and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from residua import ModelError, ParameterError
from residua.networks.activations import ACTIVATIONS

H = 1e-5
X = np.linspace(-2, 2, 40)
Y = np.sin(2 * X) + 0.1 * np.random.default_rng(0).normal(size=40)
RNG = np.random.default_rng(1)
A, B = RNG.uniform(-2, 2, (2, 60))
Z = A**2 + np.sin(2 * B) + 0.1 * RNG.normal(size=60)
NEW = RNG.uniform(-2.5, 2.5, (6, 2))
# Off the kinks that a piecewise linear network has, a difference of 1e-5 meets none.
TOLERANCE = 1e-6


def slope_of(call, new, j):
    """Central differences of a function of (n, d)."""
    step = np.zeros(new.shape[1])
    step[j] = H
    return (np.asarray(call(new + step)) - np.asarray(call(new - step))) / (2 * H)


@pytest.fixture(scope="module")
def ensemble():
    return rs.fit(rs.MLP([4]), {"a": A, "b": B}, Z)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_slopes_of_every_activation(activation):
    fit = rs.fit(rs.MLP([5], activation), np.column_stack([A, B]), Z, members=1)
    gradient = fit.derivative("x")(NEW)
    assert gradient.shape == (6, 2)
    for j in range(2):
        numeric = slope_of(fit, NEW, j)
        size = np.abs(gradient).max()
        np.testing.assert_allclose(gradient[:, j], numeric, atol=TOLERANCE * size)
        np.testing.assert_allclose(fit.derivative(j)(NEW), gradient[:, j], rtol=1e-12)
        np.testing.assert_allclose(fit.derivative(f"x[{j}]")(NEW), gradient[:, j], rtol=1e-12)


@pytest.mark.parametrize("hidden", [[], [5], [6, 4]])
@pytest.mark.parametrize("members", [1, None])
def test_slopes_and_the_slope_of_the_error_of_every_depth(hidden, members):
    fit = rs.fit(rs.MLP(hidden), {"a": A, "b": B}, Z, members=members)
    for j, name in enumerate("ab"):
        slope = fit.derivative(name)
        np.testing.assert_allclose(
            slope(NEW), slope_of(fit, NEW, j), rtol=TOLERANCE, atol=TOLERANCE
        )
        of_error = slope_of(lambda new: fit.predict(new).stderr, NEW, j)
        np.testing.assert_allclose(slope.of_stderr(NEW), of_error, rtol=TOLERANCE, atol=TOLERANCE)
        np.testing.assert_allclose(slope.predict(NEW).value, slope(NEW), rtol=1e-10)


def test_units_are_those_of_the_user():
    """Another unit of x and y: the same slopes by the chain rule, 1e-6."""
    plain = rs.fit(rs.MLP([4]), X, Y, members=1).derivative("x").predict([0.3])
    other = rs.fit(rs.MLP([4]), 1e3 * X + 5, 1e-2 * Y, members=1).derivative("x").predict([305.0])
    np.testing.assert_allclose(1e5 * other.value, plain.value, rtol=1e-6)
    np.testing.assert_allclose(1e5 * other.stderr, plain.stderr, rtol=1e-5)


def test_the_slope_of_a_line_has_the_error_of_regression():
    """A network without hidden layers beside rs.fit("a*x + b").

    The prior that the evidence finds shrinks the slope: by less than 0.5 % here.
    """
    y = 3 * X + 1 + 0.2 * np.random.default_rng(2).normal(size=40)
    line = rs.fit("a*x + b", X, y)
    found = rs.fit(rs.MLP([]), X, y, members=1).derivative("x").predict([-5.0, 0.0, 7.0])
    np.testing.assert_allclose(found.value, line.params["a"], rtol=5e-3)
    np.testing.assert_allclose(found.stderr, line.stderr["a"], rtol=1e-2)


def test_the_error_of_a_slope_is_that_of_a_small_difference(ensemble):
    """(f(x + h) - f(x)) / h with its own variance by members and their posteriors: 1e-4."""
    parts = ensemble.ensemble
    h = 1e-4
    zs = [ensemble.scaling.to_z(NEW + s * np.array([h / 2, 0])) for s in (1, -1)]
    weights = np.array([one.weight for one in parts.active])
    slopes, variances = [], []
    for one in parts.active:
        network, member = parts.networks[one.candidate], one.member
        (up, J_up), (down, J_down) = (network.linearized(member.theta, z) for z in zs)
        J = (J_up - J_down)[:, :, 0]
        inverse = np.linalg.inv(parts.factor(one) @ parts.factor(one).T)
        slopes.append((up - down)[:, 0])
        variances.append(member.spread**2 * np.einsum("pn,pq,qn->n", J, inverse, J))
    mean = np.average(slopes, axis=0, weights=weights)
    spread = np.average(variances + (slopes - mean) ** 2, axis=0, weights=weights)
    scale = ensemble.scaling.y_scale[0] / h * np.sqrt(ensemble.spreads[0].epistemic)
    found = ensemble.derivative("a").predict(NEW)
    np.testing.assert_allclose(found.stderr, scale * np.sqrt(spread), rtol=1e-4)


def test_slopes_of_probabilities_are_exact_too():
    fit = rs.fit(rs.MLP([4]), {"a": A, "b": B}, Z + RNG.normal(size=60) > 1.3)
    for j, name in enumerate("ab"):
        slope = fit.derivative(name)
        found = slope.predict(NEW, interval="confidence")
        np.testing.assert_allclose(found.value, slope_of(fit, NEW, j), rtol=1e-5, atol=1e-7)
        of_error = slope_of(lambda new: fit.predict(new).stderr, NEW, j)
        np.testing.assert_allclose(slope.of_stderr(NEW), of_error, rtol=1e-5, atol=1e-7)
        assert (found.stderr > 0).all()
        assert (found.low < found.value).all()


def test_confidence_bands_of_slopes_hold_the_truth():
    """95 % bands, 12 draws of 9 places: 80 % at least, since the places of a draw go together."""
    held = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        x = rng.uniform(-2, 2, 60)
        fit = rs.fit(rs.MLP([6]), x, np.sin(2 * x) + 0.1 * rng.normal(size=60), seed=seed)
        new = np.linspace(-1.6, 1.6, 9)
        said = fit.derivative("x").predict(new, interval="confidence")
        truth = 2 * np.cos(2 * new)
        held.append((said.low < truth) & (truth < said.high))
    assert np.mean(held) > 0.8


def test_shapes_follow_x_and_y():
    both = np.column_stack([Z, -Z])
    named = rs.fit(rs.MLP([3]), {"a": A, "b": B}, both, members=1)
    matrix = rs.fit(rs.MLP([3]), np.column_stack([A, B]), both, members=1)
    assert named.derivative("a")(NEW).shape == (6, 2)
    assert matrix.derivative()(NEW).shape == (6, 2, 2)
    found = matrix.derivative("x").predict(NEW, interval="confidence")
    assert found.stderr.shape == found.low.shape == found.extrapolates.shape == (6, 2, 2)
    one = rs.fit(rs.MLP([3]), X, Y, members=1)
    assert one.derivative("x")(0.5).shape == (1,)
    assert one.derivative("x")().shape == (40,)
    assert one.derivative("x")([]).shape == (0,)


def test_it_extrapolates_where_the_prediction_does(ensemble):
    places = np.array([[0.0, 0.0], [9.0, 0.0]])
    assert ensemble.derivative("a").predict(places).extrapolates.tolist() == [False, True]


def test_what_cannot_be_derived(ensemble):
    with pytest.raises(ModelError, match="has no input 'c'"):
        ensemble.derivative("c")
    for wrong in (2, -1, True):
        with pytest.raises(ModelError, match="has no input"):
            ensemble.derivative(wrong)
    assert np.array_equal(ensemble.derivative(np.int64(1))(NEW), ensemble.derivative("b")(NEW))
    for call in (
        lambda: ensemble.derivative("a", order=2),
        lambda: ensemble.derivative("a", "b"),
        lambda: ensemble.derivative("a").derivative("a"),
    ):
        with pytest.raises(ModelError, match="Try"):
            call()
    with pytest.raises(ParameterError, match="not observed"):
        ensemble.derivative("a").predict(NEW, interval="prediction")
    with pytest.raises(ParameterError, match="between 0 and 1"):
        ensemble.derivative("a").predict(NEW, interval="confidence", level=95)
    assert repr(ensemble.derivative("a")) == "NetworkFunction of a, b: d/d(a) of MLP([4], 'tanh')"
