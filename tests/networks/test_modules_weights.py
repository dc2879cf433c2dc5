"""Fitted weights on their way back into modules of JAX, and which models are modules at all."""

from __future__ import annotations

import functools

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from module_checks import CURVE_X, CURVE_Y, fit_the_curve

import residua as rs
from residua._errors import ModelError, ParameterError
from residua.networks.foreign.modules import FlaxModule, JaxModule, from_function, from_pair
from residua.networks.foreign.recognize import architecture_of
from residua.networks.mlp import MLP


def curve_module(seed=0):
    return eqx.nn.MLP(1, 1, 10, 1, activation=jnp.tanh, key=jax.random.key(seed))


def test_a_trained_module_predicts_what_the_network_predicts():
    module = curve_module()
    architecture = architecture_of(module)
    network, scaling, member = fit_the_curve(architecture, draws=1)
    X, Y = CURVE_X[:, None], CURVE_Y[:, None]
    expected = scaling.from_Y(network.value(member.theta, scaling.to_z(X)))
    assert np.mean((expected - Y) ** 2) <= 90.0
    theta = network.folded(member.theta, scaling)
    np.testing.assert_allclose(network.value(theta, X), expected, rtol=1e-12)
    fitted = architecture.with_parameters(theta)
    assert jax.tree.structure(fitted) == jax.tree.structure(module)
    assert fitted.layers[0].weight.dtype == jnp.float32
    np.testing.assert_allclose(jax.vmap(fitted)(jnp.asarray(X)), expected, atol=1e-4 * np.ptp(Y))
    np.testing.assert_array_equal(module.layers[0].weight, curve_module().layers[0].weight)


def test_parameters_go_back_by_name_too():
    architecture = JaxModule(eqx.nn.Linear(2, 1, key=jax.random.key(0)))
    fitted = architecture.with_parameters({"bias": [3.0], "weight": [[1.0, 2.0]]})
    assert fitted(jnp.ones(2)).tolist() == [6.0]
    with pytest.raises(ParameterError, match="are W; the module's are weight, bias"):
        architecture.with_parameters({"W": [1.0]})
    with pytest.raises(ParameterError, match=r"weight has shape \(2,\)"):
        architecture.with_parameters({"bias": [3.0], "weight": [1.0, 2.0]})
    with pytest.raises(ParameterError, match="3 parameters"):
        architecture.with_parameters([1.0])


def test_a_tree_of_a_plain_function_keeps_its_form():
    architecture = from_function(lambda p, x: p["a"][0] * x[0], {"a": [1, np.float32(2)]})
    fitted = architecture.with_parameters([3.0, 4.0])
    assert fitted["a"] == [3.0, 4.0]
    assert fitted["a"][1].dtype == np.float32


class Linen:
    """Stands for a flax.linen.Module: it has init and apply, and knows nothing of its arrays."""

    def __init__(self, width):
        self.width = width

    def init(self, key, x):
        first, second = jax.random.split(key)
        kernel = jax.random.normal(first, (x.shape[-1], self.width))
        out = jax.random.normal(second, (self.width, 1))
        return {"params": {"Dense_0": {"kernel": kernel}, "Dense_1": {"kernel": out}}}

    def apply(self, variables, x):
        held = variables["params"]
        shift = variables.get("batch_stats", {"mean": 0.0})["mean"]
        return jnp.tanh((x - shift) @ held["Dense_0"]["kernel"]) @ held["Dense_1"]["kernel"]


def test_a_module_of_flax_is_started_by_its_own_init():
    architecture = FlaxModule(Linen(4))
    with pytest.raises(ModelError, match="not been fitted"):
        architecture.with_parameters([0.0])
    network = architecture.network(2, 1)
    assert [leaf.name for leaf in network.leaves] == [
        "params_Dense_0_kernel",
        "params_Dense_1_kernel",
    ]
    fitted = architecture.with_parameters(np.arange(12.0))
    assert fitted["params"]["Dense_1"]["kernel"].ravel().tolist() == [8.0, 9.0, 10.0, 11.0]


def test_only_params_of_flax_are_fitted():
    module = Linen(4)
    variables = module.init(jax.random.key(0), jnp.zeros(1))
    pair = (module.apply, variables | {"batch_stats": {"mean": np.array([2.0])}})
    network = from_pair(pair).network(1, 1)
    assert network.size == 8
    expected = module.apply(pair[1], jnp.array([[2.5]]))
    np.testing.assert_allclose(network.value(network.given, [[2.5]]), expected, rtol=1e-6)
    fitted = from_pair(pair).with_parameters(np.zeros(8))
    assert module.apply(fitted, jnp.ones(1)).tolist() == [0.0]
    assert fitted["batch_stats"]["mean"].tolist() == [2.0]


def test_which_models_are_modules():
    module = curve_module()
    architecture = MLP([3])
    assert architecture_of(architecture) is architecture
    assert isinstance(architecture_of(module), JaxModule)
    assert isinstance(architecture_of((lambda p, x: p["a"] * x, {"a": 1.0})), JaxModule)
    others = [
        "a*x + b",
        lambda x, a: a * x,
        jax.jit(lambda x, a: a * x),
        functools.partial(lambda x, a, n: a * x**n, n=2),
        rs.model("murnaghan"),
        curve_module,
        dict,
        None,
        np.sin,
    ]
    assert [architecture_of(model) for model in others] == [None] * len(others)
