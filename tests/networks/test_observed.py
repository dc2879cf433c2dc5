"""Functionals of networks, and networks seen through them."""

from __future__ import annotations

import numpy as np
import pytest
from constrained_cases import along, difference

from residua._errors import ModelError
from residua.networks.evidence import Rows, train
from residua.networks.functional import Functional, functional
from residua.networks.mlp import MLP
from residua.networks.observed import Observed, Seen
from residua.networks.scaling import Scaling

ARCHITECTURES = (
    MLP([4]),
    MLP([3, 3], "silu"),
    MLP([4], monotone={1: -1}),
    MLP([4], positive=True, symmetry="even"),
    MLP([4], convex=True),
)
KINDS = (
    Functional(0.0, 1.0, (0.0, 0.0)),
    Functional(0.0, 0.0, (-2.0, 0.0)),
    Functional(0.0, 0.5, (1.0, 3.0)),
)


def observed(architecture, outputs=2):
    inner = architecture.network(2, outputs)
    rng = np.random.default_rng(5)
    theta = inner.draw(rng) + 0.3 * rng.normal(size=inner.size)
    Z = np.column_stack([rng.normal(size=(8, 2)), [0, 1, 2, 2, 0, 1, 0, 2]])
    return Observed(inner, KINDS), theta, Z


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (None, (0.0, 1.0, (0.0, 0.0))),
        (lambda f: -f.derivative("r"), (0.0, 0.0, (-1.0, 0.0))),
        (lambda f: 3 + f / 2 - 2 * f.derivative(1), (3.0, 0.5, (0.0, -2.0))),
        (lambda f: f.derivative("r") + f.derivative("z") - f, (0.0, -1.0, (1.0, 1.0))),
        (lambda f: np.float64(160.2) * (2 - f).derivative("z"), (0.0, 0.0, (0.0, -160.2))),
    ],
)
def test_what_is_written_is_what_is_observed(of, expected):
    assert functional(of, ("r", "z")) == expected


@pytest.mark.parametrize(
    "of",
    [
        lambda f: f.derivative("r").derivative("r"),
        lambda f: f.derivative("r", order=2),
        lambda f: f.derivative("q"),
        lambda f: f.derivative(),
        lambda f: f * f,
        lambda f: np.array([1.0, 2.0]) * f,
        lambda f: np.exp(f),
        lambda f: f**2,
        lambda f: f / 0,
        lambda f: f - f,
        lambda f: 2.0,
        "pressure",
    ],
)
def test_anything_else_is_refused_with_the_line_to_type(of):
    with pytest.raises(ModelError) as caught:
        functional(of, ("r", "z"))
    assert "of=lambda" in caught.value.next or "zero" in caught.value.what


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=repr)
def test_rows_and_their_tangents(architecture):
    """Slopes against differences of values to 1e-8, tangents against those of rows to 1e-7."""
    network, theta, Z = observed(architecture)
    value, tangents = network.linearized(theta, Z)
    np.testing.assert_allclose(value, network.value(theta, Z), rtol=1e-12, atol=1e-13)
    for row, z in zip(value, Z, strict=True):
        kind, point = KINDS[int(z[-1])], z[None, :-1]
        expected = kind.value * network.inner.value(theta, point)[0]
        for j, number in enumerate(kind.slopes):
            slope = along(lambda p: network.inner.value(theta, p), point, j)[0]
            expected = expected + number * slope
        np.testing.assert_allclose(row, expected, rtol=1e-8, atol=1e-8)
    expected = difference(lambda t: network.value(t, Z), theta)
    np.testing.assert_allclose(tangents, expected, rtol=1e-7, atol=1e-7)


def test_jax_computes_the_same_rows():
    import jax.numpy as jnp

    from residua.autodiff.traced_state import double_precision

    for architecture in ARCHITECTURES:
        network, theta, Z = observed(architecture)
        with double_precision():
            traced = network.value(jnp.asarray(theta), jnp.asarray(Z), jnp)
        np.testing.assert_allclose(traced, network.value(theta, Z), rtol=1e-11, atol=1e-12)


def test_standardized_it_is_the_same_observation():
    """-2 df/dx + f/2 + 3 in user units, by the network in standardized ones."""
    scaling = Scaling(np.array([1.0]), np.array([2.0]), np.array([-3.0]), np.array([5.0]))
    inner = MLP([3]).network(1, 1)
    theta, Z = inner.draw(np.random.default_rng(0)), np.array([[0.3], [-0.8]])
    what = Functional(3.0, 0.5, (-2.0,))
    said = Seen(inner, what.standardized(scaling)).value(theta, Z)
    found = what.scaling(scaling).from_Y(said)
    value = scaling.from_Y(inner.value(theta, Z))
    slope = inner.slopes(theta, Z)[:, :, 0] * (5.0 / 2.0)  # the scales of y and x
    np.testing.assert_allclose(found, 3 + 0.5 * value - 2 * slope, rtol=1e-13)


def test_a_linear_network_is_generalized_least_squares():
    """Values and slopes of a plane, weighted, no prior: the dense answer; see below for digits."""
    rng = np.random.default_rng(2)
    inner = MLP([]).network(2, 1)
    network = Observed(inner, KINDS)
    kind = np.array([0, 0, 0, 1, 1, 2, 2, 0, 1])
    Z = np.column_stack([rng.normal(size=(9, 2)), kind])
    Y, weight = rng.normal(size=(9, 1)), rng.uniform(0.2, 5.0, size=(9, 1))
    theta = train(network, Rows(Z, Y, weight), inner.draw(rng), ratio=np.zeros(3)).theta
    rows = {0: lambda z: [z[0], z[1], 1.0], 1: lambda z: [-2.0, 0.0, 0.0]}
    rows[2] = lambda z: [0.5 * z[0] + 1.0, 0.5 * z[1] + 3.0, 0.5]
    A = np.array([rows[int(z[-1])](z) for z in Z])
    root = np.sqrt(weight)
    expected = np.linalg.lstsq(root * A, (root * Y)[:, 0], rcond=None)[0]
    # A descent ends where the cost stands still, which leaves theta half of the digits.
    np.testing.assert_allclose(theta, expected, rtol=1e-6, atol=1e-6)
    value, tangents = network.linearized(theta, Z)
    J = root * tangents[:, :, 0].T
    np.testing.assert_allclose(J, root * A, rtol=1e-13, atol=1e-13)
    step = np.linalg.lstsq(J, (root * (Y - value))[:, 0], rcond=None)[0]
    np.testing.assert_allclose(theta + step, expected, rtol=1e-12, atol=1e-12)
