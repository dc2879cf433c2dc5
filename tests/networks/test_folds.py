"""Standardized units, and the parameters of a module that take them up: proved by its outputs."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from module_checks import CURVE_X, CURVE_Y, fit_the_curve

from residua.networks.activations import activation
from residua.networks.dense import Dense
from residua.networks.foreign.modules import from_function
from residua.networks.foreign.recognize import architecture_of
from residua.networks.scaling import Scaling

KEY = jax.random.key(0)
SCALING = Scaling(
    np.array([2.0, -30.0]), np.array([0.1, 50.0]), np.array([7.0, 0.0, -1e3]), np.array([3, 1, 9.0])
)
X = SCALING.to_x(np.random.default_rng(1).normal(size=(9, 2)))


def mlp(f=jnp.tanh, out=lambda h: h, outputs=3):
    return eqx.nn.MLP(2, outputs, 5, 2, activation=f, final_activation=out, key=KEY)


def flat(params, x):
    """Weights as flax keeps them: (inputs, outputs)."""
    return jnp.sin(x @ params["kernel"] + params["a"]) @ params["out"] + params["b"]


RNG = np.random.default_rng(2)
TURNED = {
    "a": np.zeros(4),
    "b": np.zeros(3),
    "kernel": RNG.normal(size=(2, 4)),
    "out": RNG.normal(size=(4, 3)),
}
# Each with what of x_mean, x_scale, y_mean, y_scale it can take up.
CASES = {
    "tanh": (mlp(), "all"),
    "relu": (mlp(jax.nn.relu), "all"),
    "kernels turned around": (from_function(flat, TURNED), "all"),
    "linear": (eqx.nn.Linear(2, 3, key=KEY), "all"),
    "softplus outputs": (mlp(out=jax.nn.softplus), "x"),
    "relu outputs": (mlp(out=jax.nn.relu), "x"),
    "normalized inputs": (
        eqx.nn.Sequential([eqx.nn.LayerNorm(2), eqx.nn.Linear(2, 3, key=KEY)]),
        "y",
    ),
    "no biases": (eqx.nn.MLP(2, 3, 5, 1, use_bias=False, use_final_bias=False, key=KEY), "scales"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_taken_up_is_so_exactly(name):
    module, expected = CASES[name]
    prepared, allowed = architecture_of(module).prepared(("u", "v"), SCALING)
    plain = Scaling(np.zeros(2), np.ones(2), np.zeros(3), np.ones(3))
    taken = [not np.array_equal(a, b) for a, b in zip(allowed, plain)]
    assert (
        taken
        == {
            "all": [True, True, True, True],
            "x": [True, True, False, False],
            "y": [False, False, True, True],
            "scales": [False, True, False, True],
        }[expected]
    )

    network = prepared.network(2, 3)
    theta = network.draw(np.random.default_rng(3))
    inside = allowed.from_Y(network.value(theta, allowed.to_z(X)))
    outside = network.value(network.folded(theta, allowed), X)
    np.testing.assert_allclose(outside, inside, rtol=1e-10, atol=1e-10 * np.abs(inside).max())
    np.testing.assert_allclose(
        network.unfolded(network.folded(theta, allowed), allowed), theta, atol=1e-11
    )
    # The module as it came predicts in user units what its start predicts in standardized ones.
    before = network.value(network.given, X)
    start = allowed.from_Y(network.value(network.start, allowed.to_z(X)))
    np.testing.assert_allclose(start, before, rtol=1e-9, atol=1e-10 * np.abs(before).max())


def test_folds_and_groups_are_those_of_our_own_network():
    network = architecture_of(mlp()).network(2, 3)
    dense = Dense((2, 5, 5, 3), activation("tanh"))
    theta = dense.draw(np.random.default_rng(0))
    for name in ("folded", "unfolded"):
        ours, theirs = (getattr(one, name)(theta, SCALING) for one in (dense, network))
        np.testing.assert_allclose(theirs, ours, rtol=1e-12)
    _, ours = np.unique(dense.groups, return_inverse=True)
    _, theirs = np.unique(network.groups, return_inverse=True)
    np.testing.assert_array_equal(theirs, ours)


def test_a_fitted_module_is_started_from_where_it_was():
    """A trained module has weights of the size of its data; draws take the size of its start."""
    module = eqx.nn.MLP(1, 1, 10, 1, activation=jnp.tanh, key=KEY)
    architecture = architecture_of(module)
    network, scaling, member = fit_the_curve(architecture, draws=1)
    again = architecture_of(architecture.with_parameters(network.folded(member.theta, scaling)))
    prepared, _ = again.prepared(("x",), scaling)
    trained = prepared.network(1, 1)
    np.testing.assert_allclose(trained.start, member.theta, rtol=1e-3, atol=1e-3)
    fresh = np.abs(network.draw(np.random.default_rng(0))).max()
    assert np.abs(trained.draw(np.random.default_rng(0))).max() < 10 * fresh
    assert np.abs(trained.given).max() > 10 * fresh


def test_outputs_of_a_drawn_start_vary():
    """Deep relu networks with small weights would start as constants."""
    module = eqx.nn.MLP(1, 1, 10, 4, activation=jax.nn.relu, key=KEY)
    Z = np.linspace(-2, 2, 50)[:, None]
    scaling = Scaling(*(np.full(1, v) for v in (CURVE_X.mean(), CURVE_X.std(), 0.0, CURVE_Y.std())))
    prepared, _ = architecture_of(module).prepared(("x",), scaling)
    network = prepared.network(1, 1)
    assert network.value(network.given, Z).std() < 0.1
    drawn = [network.value(network.draw(np.random.default_rng(i)), Z).std() for i in range(10)]
    assert np.median(drawn) > 0.5
