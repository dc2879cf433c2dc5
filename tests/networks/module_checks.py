"""What every network must satisfy, whoever differentiates it."""

from __future__ import annotations

import numpy as np

from residua.networks.evidence import Member, Rows, train
from residua.networks.scaling import Scaling, standard

# The noisy curve of the tutorials: x³ - x² + 25 sin 2x + N(0, 10).
_RNG = np.random.RandomState(42)
CURVE_X = _RNG.uniform(-5, 5, 100)
CURVE_Y = CURVE_X**3 - CURVE_X**2 + 25 * np.sin(2 * CURVE_X) + _RNG.normal(0, 10, 100)


def fit_the_curve(architecture, draws: int) -> tuple[object, Scaling, Member]:
    """The best of what the module came with and some draws, trained in standardized units."""
    X, Y = CURVE_X[:, None], CURVE_Y[:, None]
    prepared, scaling = architecture.prepared(("x",), standard(X, Y))
    network = prepared.network(1, 1)
    rng = np.random.default_rng(0)
    starts = [network.start, *(network.draw(rng) for _ in range(draws))]
    rows = Rows(scaling.to_z(X), scaling.to_Y(Y))
    members = [train(network, rows, start) for start in starts]
    return network, scaling, min(members, key=lambda member: member.cost)


def central(f, at: np.ndarray, step: float = 1e-6) -> np.ndarray:
    """Central differences of f by every number of `at`, along a first axis."""
    moves = step * np.eye(at.size)
    return np.stack([(f(at + m) - f(at - m)) / (2 * step) for m in moves])


def check_derivatives(network, theta: np.ndarray, Z: np.ndarray) -> None:
    """Tangents, slopes, mixed derivatives against central differences, to 1e-6 of the largest."""
    value, tangents = network.linearized(theta, Z)
    n, k, p = len(Z), network.outputs, network.size
    assert value.shape == (n, k) and tangents.shape == (p, n, k)
    assert value.dtype == tangents.dtype == np.float64
    np.testing.assert_allclose(value, network.value(theta, Z), rtol=1e-13, atol=1e-14)
    _close(tangents, central(lambda t: network.value(t, Z), theta))

    slopes = network.slopes(theta, Z)
    assert slopes.shape == (n, k, network.inputs)
    for column in range(network.inputs):
        move = 1e-6 * np.eye(network.inputs)[column]
        by_input = (network.value(theta, Z + move) - network.value(theta, Z - move)) / 2e-6
        _close(slopes[:, :, column], by_input)
        slope, mixed = network.mixed(theta, Z, column)
        assert slope.shape == (n, k) and mixed.shape == (p, n, k)
        np.testing.assert_allclose(slope, slopes[:, :, column], rtol=1e-12, atol=1e-14)
        _close(mixed, central(lambda t, c=column: network.slopes(t, Z)[:, :, c], theta))


def check_same_triangle(network, other, theta: np.ndarray, Z: np.ndarray) -> None:
    """Two networks of one order of parameters linearize alike, to 1e-10: the same triangle."""
    y = np.random.default_rng(9).normal(size=(len(Z), network.outputs))
    first, second = (_triangle(one, theta, Z, y) for one in (network, other))
    np.testing.assert_allclose(first, second, rtol=1e-10, atol=1e-10)


def _triangle(network, theta: np.ndarray, Z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The triangle of [J | r], its diagonal made positive."""
    value, tangents = network.linearized(theta, Z)
    rows = np.column_stack([tangents.reshape(network.size, -1).T, (y - value).ravel()])
    R = np.linalg.qr(rows, mode="r")
    return R * np.sign(np.diag(R))[:, None]


def _close(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6 * np.abs(expected).max())
