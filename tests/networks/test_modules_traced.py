"""Modules that JAX follows, as networks: derivatives, names, and one program for equals."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from module_checks import check_derivatives, check_same_triangle

from residua._errors import ModelError
from residua.networks.activations import activation
from residua.networks.dense import Dense
from residua.networks.foreign import traced_network
from residua.networks.foreign.modules import JaxModule, from_function, from_pair
from residua.networks.foreign.recognize import architecture_of
from residua.networks.stepwise.losses import squared_loss

Z = np.random.default_rng(1).normal(size=(7, 2))


def mlp(outputs=3, inputs=2, seed=0, width=5, f=jnp.tanh):
    return eqx.nn.MLP(inputs, outputs, width, 1, activation=f, key=jax.random.key(seed))


@pytest.mark.parametrize("outputs", [1, 3])
def test_derivatives_of_an_equinox_module(outputs):
    network = architecture_of(mlp(outputs)).network(2, outputs)
    check_derivatives(network, network.draw(np.random.default_rng(2)), Z)


def test_derivatives_of_a_module_whose_output_is_a_number():
    module = eqx.nn.MLP(2, "scalar", 4, 1, activation=jnp.tanh, key=jax.random.key(0))
    network = architecture_of(module).network(2, 1)
    check_derivatives(network, network.given, Z)


def in_numpy(params, x):
    """One row, in NumPy."""
    return np.sin(params["W"] @ x) @ params["v"] + params["c"]


def in_jax(params, x):
    return jnp.sin(params["W"] @ x) @ params["v"] + params["c"]


def batch_in_numpy(params, X):
    return np.sin(X @ params["W"].T) @ params["v"] + params["c"]


@pytest.mark.parametrize(
    ("function", "batched"), [(in_numpy, False), (in_jax, False), (batch_in_numpy, True)]
)
def test_derivatives_of_a_plain_function(function, batched):
    rng = np.random.default_rng(3)
    params = {"W": rng.normal(size=(4, 2)), "c": 0.5, "v": rng.normal(size=4)}
    network = from_function(function, params, batched=batched).network(2, 1)
    assert [leaf.name for leaf in network.leaves] == ["W", "c", "v"]
    check_derivatives(network, network.given, Z)
    expected = np.sin(Z @ params["W"].T) @ params["v"] + 0.5
    np.testing.assert_allclose(network.value(network.given, Z)[:, 0], expected, rtol=1e-14)


def test_equal_weights_give_the_triangle_of_our_own_network():
    network = architecture_of(mlp()).network(2, 3)
    dense = Dense((2, 5, 3), activation("tanh"))
    assert [leaf.shape for leaf in network.leaves] == [leaf.shape for leaf in dense.leaves]
    many = np.random.default_rng(4).normal(size=(60, 2))
    check_same_triangle(network, dense, dense.draw(np.random.default_rng(5)), many)


def test_parameters_are_named_by_their_places_and_an_offset_has_no_prior():
    leaves = architecture_of(mlp()).network(2, 3).leaves
    assert [leaf.name for leaf in leaves] == [
        "layers0_weight",
        "layers0_bias",
        "layers1_weight",
        "layers1_bias",
    ]
    assert [leaf.group for leaf in leaves] == [2, 3, 4, -1]


def test_a_bias_inside_a_bent_output_has_a_prior():
    module = eqx.nn.MLP(
        2, 1, 4, 1, activation=jnp.tanh, final_activation=jax.nn.softplus, key=jax.random.key(0)
    )
    assert architecture_of(module).network(2, 1).leaves[-1].group >= 0


def test_modules_of_one_structure_share_their_programs():
    first, second = (architecture_of(mlp(seed=seed)).network(2, 3) for seed in (0, 1))
    assert first == second and squared_loss(first) == squared_loss(second)
    assert not np.array_equal(first.given, second.given)
    first.linearized(first.given, Z)
    before = len(traced_network._PROGRAMS)
    second.linearized(second.given, Z[:5])
    assert len(traced_network._PROGRAMS) == before


def test_modules_that_compute_otherwise_share_nothing():
    rows = {}
    for f in (jnp.tanh, jax.nn.silu):
        network = architecture_of(mlp(f=f)).network(2, 3)
        rows[f] = network.value(np.full(network.size, 0.3), Z)
    assert np.abs(rows[jnp.tanh] - rows[jax.nn.silu]).max() > 0.01


def test_a_function_that_reads_a_changed_global_is_compiled_again():
    network = from_function(scaled, {"a": 2.0}).network(1, 1)
    assert network.value(network.given, np.ones((1, 1))) == [[2.0]]
    global FACTOR
    FACTOR = 3.0
    try:
        network = from_function(scaled, {"a": 2.0}).network(1, 1)
        assert network.value(network.given, np.ones((1, 1))) == [[6.0]]
    finally:
        FACTOR = 1.0


FACTOR = 1.0


def scaled(params, x):
    return FACTOR * params["a"] * x[0]


def test_jax_may_transform_the_value_in_either_precision():
    network = architecture_of(mlp()).network(2, 3)
    for dtype, digits in ((jnp.float32, 1e-5), (jnp.float64, 1e-13)):
        theta, rows = network.given.astype(dtype), Z.astype(dtype)
        with jax.enable_x64(dtype == jnp.float64):
            found = jax.jit(lambda t, z: network.value(t, z, xp=jnp))(theta, rows)
            assert found.dtype == dtype
        np.testing.assert_allclose(found, network.value(network.given, Z), atol=digits)


def test_draws_have_the_spread_that_was_given():
    network = architecture_of(eqx.nn.Linear(400, 300, key=jax.random.key(0))).network(400, 300)
    drawn = network.draw(np.random.default_rng(0))
    assert drawn[: 400 * 300].std() == pytest.approx(network.given[: 400 * 300].std(), rel=0.01)
    np.testing.assert_array_equal(drawn, network.draw(np.random.default_rng(0)))
    norm = architecture_of(eqx.nn.LayerNorm(4)).network(4, 4)
    np.testing.assert_array_equal(norm.draw(np.random.default_rng(0)), norm.given)


def test_layers_that_train_otherwise_are_refused():
    key = jax.random.key(0)
    module = eqx.nn.Sequential([eqx.nn.Linear(2, 1, key=key), eqx.nn.Dropout(0.5)])
    with pytest.raises(ModelError, match=r"inference_mode\(module\)"):
        architecture_of(module).network(2, 1)
    network = architecture_of(eqx.nn.inference_mode(module)).network(2, 1)
    assert network.size == 3  # the probability of Dropout is no parameter


@pytest.mark.parametrize(
    ("inputs", "outputs", "words"),
    [(3, 3, "one row of 3 numbers"), (2, 2, r"shape \(3,\); y has 2 columns")],
)
def test_other_shapes_are_refused(inputs, outputs, words):
    with pytest.raises(ModelError, match=words):
        architecture_of(mlp()).network(inputs, outputs)


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(ModelError, match="nothing to fit"):
        JaxModule(eqx.nn.Lambda(jnp.tanh))
    with pytest.raises(ModelError, match="w is complex"):
        from_function(in_jax, {"w": np.array([1j])})
    with pytest.raises(ModelError, match="no real number"):
        from_pair((in_jax, {"w": "tanh"}))
