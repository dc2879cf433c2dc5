"""Dense networks: derivatives for every activation and several shapes; the table of activations."""

from __future__ import annotations

import numpy as np
import pytest
from constrained_cases import check_derivatives, difference

from residua._errors import ModelError
from residua.networks.activations import ACTIVATIONS
from residua.networks.mlp import MLP, Dense

SHAPES = ((1, 1), (3, 2), (1, 4, 1), (2, 5, 3), (3, 4, 3, 1), (2, 3, 4, 3, 2))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_derivatives_are_those_of_the_values(sizes, name):
    network = Dense(sizes, ACTIVATIONS[name])
    rng = np.random.default_rng(3)
    theta = network.draw(rng)
    theta = theta + 0.3 * rng.normal(size=theta.shape)
    check_derivatives(network, theta, rng.normal(size=(6, sizes[0])), 1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_and_curvature_of_every_activation(name):
    """Away from the kink of relu and of elu's curvature at 0, to 1e-9 of differences."""
    row = ACTIVATIONS[name]
    h = np.array([-30.0, -4.1, -1.3, -0.4, -0.02, 0.03, 0.6, 1.1, 3.7, 25.0])
    slopes = row.slope(np, h, row.value(np, h)) + 0 * h
    curvatures = row.curvature(np, h, row.value(np, h)) + 0 * h
    by_step = difference(lambda t: row.value(np, h + t), np.zeros(1))[0]
    np.testing.assert_allclose(slopes, by_step, atol=1e-9, rtol=1e-9)
    by_step = difference(lambda t: row.slope(np, h + t, row.value(np, h + t)) + 0 * h, np.zeros(1))
    np.testing.assert_allclose(curvatures, by_step[0], atol=1e-9, rtol=1e-9)
    assert row.smooth == (name != "relu")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_layer_keeps_the_variance_of_its_inputs(name):
    """gain: the second moment after f of normal inputs times gain is about one.

    Within a factor of 2.5: starts have to be alive, not exact.
    """
    row = ACTIVATIONS[name]
    h = np.random.default_rng(0).normal(size=200_000)
    spread = np.sqrt(np.mean(row.value(np, row.gain * h) ** 2))
    assert 0.4 < spread < 2.5


def test_values_far_out_are_finite():
    h = np.array([-1e4, -800.0, 800.0, 1e4])
    for name, row in ACTIVATIONS.items():
        if name != "gelu":  # its cube is finite here, too
            v = row.value(np, h)
            assert np.isfinite(v).all() and np.isfinite(row.slope(np, h, v)).all(), name


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (dict(hidden=[0]), "units of each hidden layer"),
        (dict(hidden=[2.5]), "units of each hidden layer"),
        (dict(hidden=[10], activation="tahn"), "no activation called 'tahn'"),
        (dict(hidden=[10], output="softmax"), "output is 'softmax'"),
    ],
)
def test_what_cannot_be_is_refused(words, match):
    with pytest.raises(ModelError, match=match):
        MLP(**words)


def test_an_mlp_is_written_as_it_is_shown():
    for text in (
        "MLP([10], 'tanh')",
        "MLP([10, 5], 'relu', output='linear')",
        "MLP(activation='silu')",
        "MLP([3], 'tanh', monotone={'dose': 1}, positive=True)",
        "MLP([3], 'softplus', convex=-1)",
        "MLP([3], 'tanh', period={0: 6.5}, symmetry='even')",
    ):
        assert repr(eval(text, {"MLP": MLP})) == text
