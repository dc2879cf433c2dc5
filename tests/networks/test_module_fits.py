"""rs.fit of modules: intervals, and weights that predict the same in their module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from module_checks import CURVE_X, CURVE_Y

import residua as rs
from residua._errors import ParameterError
from residua.networks.foreign.modules import JaxModule, from_function

EXAMPLES = Path(__file__).parents[2] / "examples"
RNG = np.random.default_rng(0)
# Two outputs of three inputs in units far from one.
X = RNG.normal(size=(120, 3)) * [1.0, 50.0, 0.01] + [10.0, 0.0, 3.0]
Z = (X - [10.0, 0.0, 3.0]) / [1.0, 50.0, 0.01]
TRUTH = np.stack([1e3 * np.sin(Z[:, 0]), 5 + Z[:, 1] * Z[:, 2]], axis=1)
Y = TRUTH + RNG.normal(size=(120, 2)) * [50.0, 0.05]


def equinox_module():
    return eqx.nn.MLP(3, 2, 12, 1, activation=jnp.tanh, key=jax.random.key(0))


def torch_module():
    torch = pytest.importorskip("torch")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layers = torch.nn.Linear(3, 12), torch.nn.Tanh(), torch.nn.Linear(12, 2)
        return torch.nn.Sequential(*layers)


def said_by_equinox(module, fit, X):
    return np.asarray(jax.vmap(JaxModule(module).with_parameters(fit))(jnp.asarray(X)))


def said_by_torch(module, fit, X):
    import torch

    import residua.torch

    residua.torch.update(module, fit)
    with torch.no_grad():
        return module(torch.tensor(X, dtype=torch.float32)).numpy()


KINDS = {"equinox": (equinox_module, said_by_equinox), "torch": (torch_module, said_by_torch)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_module_is_fitted_in_units_of_the_data(kind):
    make, _ = KINDS[kind]
    fit = rs.fit(make(), X, Y, members=5)
    assert fit.ok
    band = fit.predict(X, interval="prediction")
    assert band.value.shape == Y.shape
    inside = (band.low <= Y) & (band.high >= Y)
    assert inside.mean() >= 0.9
    assert (np.sqrt(((fit(X) - TRUTH) ** 2).mean(axis=0)) < [50.0, 0.05]).all()
    assert fit.predict([[50.0, 0.0, 3.0]]).extrapolates.all()
    slope = fit.derivative(0)(X)
    error = slope[:, 0] - 1e3 * np.cos(Z[:, 0])
    assert np.sqrt((error**2).mean()) < 150.0


@pytest.mark.parametrize("kind", KINDS)
def test_the_weights_in_their_module_predict_what_the_fit_predicts(kind):
    make, said = KINDS[kind]
    module = make()
    fit = rs.fit(module, X, Y, members=1)
    np.testing.assert_allclose(said(module, fit, X), fit(X), atol=1e-4 * np.ptp(Y, axis=0).max())
    assert "trained" in str(fit)
    # What is shown of the fit are the weights of the module, in its own units.
    np.testing.assert_allclose(fit.model.evaluate((X,), list(fit.params.values())), fit(X), 1e-7)
    network = fit.ensemble.networks[0]
    theta = np.concatenate([np.ravel(value) for value in fit.params.values()])
    np.testing.assert_allclose(network.value(theta, X), fit(X), rtol=1e-7)


def test_weights_of_another_module_are_refused():
    fit = rs.fit(equinox_module(), X, Y, members=1, seed=1)
    other = eqx.nn.MLP(3, 2, 5, 1, key=jax.random.key(0))
    with pytest.raises(ParameterError, match="layers0_weight has shape"):
        JaxModule(other).with_parameters(fit)


@pytest.mark.slow
def test_the_seed_decides_everything():
    module = equinox_module()
    first, again, other = (rs.fit(module, X, Y, members=5, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first(X), again(X))
    assert np.abs(first(X) - other(X)).max() > 0


def curve(params, x):
    return np.tanh(x[0] * params["w"] + params["a"]) @ params["v"] + params["b"]


def test_a_plain_function_is_fitted_like_a_module():
    start = {"a": np.linspace(-2, 2, 10), "b": 0.0, "v": np.ones(10), "w": np.ones(10)}
    for model in (from_function(curve, start), (curve, start)):
        fit = rs.fit(model, CURVE_X, CURVE_Y, members=5)
        assert np.mean((fit(CURVE_X) - CURVE_Y) ** 2) <= 90.0
    one = rs.fit(from_function(curve, start), CURVE_X, CURVE_Y, members=1)
    found = from_function(curve, start).with_parameters(one)
    said = [curve(found, np.array([x])) for x in CURVE_X]
    np.testing.assert_allclose(said, one(CURVE_X), rtol=1e-9, atol=1e-9)


# CI runs these scripts for the gallery of the site; what they print is compared before a release.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "words"),
    [("equinox_module", "Trend: differs"), ("torch_module", "the module itself")],
)
def test_examples_run_and_draw(example, words, tmp_path):
    pytest.importorskip(example.split("_")[0])
    command = [sys.executable, str(EXAMPLES / f"{example}.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert words in done.stdout
    assert (tmp_path / f"{example}.png").exists()
    if example == "torch_module":
        error = float(done.stdout.split("the module itself: MSE ")[1].split()[0])
        assert error <= 90.0  # where the tutorial's 50 000 epochs end
