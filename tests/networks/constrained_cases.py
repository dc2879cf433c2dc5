"""The catalogue of constrained networks, and differences to hold their derivatives against."""

from __future__ import annotations

import numpy as np

from residua.networks.activations import ACTIVATIONS
from residua.networks.mlp import MLP
from residua.networks.physics.contradictions import activations

# label -> (what MLP is given, number of inputs, number of outputs)
KINDS = {
    "rising": (dict(monotone=1), 1, 1),
    "falling, two outputs": (dict(monotone=-1), 2, 2),
    "one rising, one free": (dict(monotone={0: 1}), 2, 1),
    "convex": (dict(convex=True), 2, 1),
    "concave, two outputs": (dict(convex=-1), 2, 2),
    "convex and falling": (dict(convex=True, monotone={1: -1}), 2, 1),
    "concave and rising": (dict(convex=-1, monotone=1), 1, 1),
    "periodic": (dict(period=2.5), 1, 1),
    "second of three periodic": (dict(period={1: 0.7}), 3, 2),
    "two periodic, one rising": (dict(period={0: 1.0, 2: 3.0}, monotone={1: 1}), 3, 1),
    "even": (dict(symmetry="even"), 2, 1),
    "odd, two outputs": (dict(symmetry="odd"), 2, 2),
    "even in one, odd in another": (dict(symmetry={0: "even", 2: "odd"}), 3, 1),
    "odd and rising": (dict(symmetry="odd", monotone=1), 1, 1),
    "even and convex": (dict(symmetry="even", convex=True), 2, 1),
    "even and periodic": (dict(symmetry="even", period=2 * np.pi), 1, 1),
    "odd and periodic": (dict(symmetry="odd", period={0: 2.0}), 2, 1),
    "positive": (dict(positive=True), 2, 2),
    "positive and falling": (dict(positive=True, monotone=-1), 1, 1),
    "positive, convex, even": (dict(positive=True, convex=True, symmetry="even"), 1, 1),
    "positive and periodic": (dict(positive=True, period=1.0), 1, 1),
}
SIZES = ([], [4], [3, 4, 2])


def allowed(kind: str) -> tuple[str, ...]:
    """Activations that may be used with a kind."""
    return activations(MLP([1], **KINDS[kind][0]).constraints)


CASES = [(kind, name, size) for kind in KINDS for name in allowed(kind) for size in SIZES]


def made(kind, name, hidden, seed=0, n=4):
    """A network of the catalogue, parameters far from a start, and points."""
    words, inputs, outputs = KINDS[kind]
    network = MLP(hidden, name, **words).network(inputs, outputs)
    rng = np.random.default_rng(seed)
    theta = network.draw(rng)
    theta = theta + 0.5 * rng.normal(size=theta.shape)
    return network, theta, rng.normal(size=(n, inputs))


def difference(function, x, step=1e-5):
    """Derivatives by every entry of x, first axis: differences of fourth order, good to 1e-10."""
    rows = []
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = step
        e = e.reshape(x.shape)
        near = function(x + e) - function(x - e)
        far = function(x + 2 * e) - function(x - 2 * e)
        rows.append((8 * near - far) / (12 * step))
    return np.array(rows)


def along(function, Z, column, step=1e-5):
    """The derivative of function(Z), row by row, by one column of Z."""
    return difference(lambda t: function(Z + t * (np.arange(Z.shape[1]) == column)), np.zeros(1))[0]


def check_derivatives(network, theta, Z, tolerance):
    """Every derivative that a network gives, against differences of its values."""
    value, tangents = network.linearized(theta, Z)
    close = dict(rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(value, network.value(theta, Z), rtol=1e-13, atol=1e-13)
    assert tangents.shape == (network.size, len(Z), network.outputs)
    expected = difference(lambda t: network.value(t, Z), theta)
    np.testing.assert_allclose(tangents, expected, **close)
    slopes = network.slopes(theta, Z)
    assert slopes.shape == (len(Z), network.outputs, network.inputs)
    for column in range(network.inputs):
        slope, mixed = network.mixed(theta, Z, column)
        np.testing.assert_allclose(slope, slopes[:, :, column], rtol=1e-12, atol=1e-12)
        expected = along(lambda z: network.value(theta, z), Z, column)
        np.testing.assert_allclose(slope, expected, **close)
        by_theta = difference(lambda t, j=column: network.slopes(t, Z)[:, :, j], theta)
        np.testing.assert_allclose(mixed, by_theta, **close)


assert set(ACTIVATIONS) == {name for kind in KINDS for name in allowed(kind)}
