"""The tutorial's own class, fitted by Levenberg-Marquardt, and its weights back in the module."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from module_checks import CURVE_X, CURVE_Y, fit_the_curve

torch = pytest.importorskip("torch")

import residua.torch as rt  # noqa: E402
from residua._errors import ParameterError  # noqa: E402
from residua.networks.activations import activation  # noqa: E402
from residua.networks.dense import Dense  # noqa: E402
from residua.networks.stepwise.first_order import Adam  # noqa: E402
from residua.networks.stepwise.losses import squared_loss  # noqa: E402
from residua.networks.stepwise.stochastic import train as descend  # noqa: E402

nn = torch.nn
X, Y = CURVE_X[:, None], CURVE_Y[:, None]


class MLP(nn.Module):
    """As in the tutorial: layers of 10 with relu between them."""

    def __init__(self, input_dim=1, hidden_dim=10, output_dim=1):
        super().__init__()
        self.layer1 = nn.Linear(input_dim, hidden_dim)
        self.layer2 = nn.Linear(hidden_dim, hidden_dim)
        self.layer3 = nn.Linear(hidden_dim, hidden_dim)
        self.output = nn.Linear(hidden_dim, output_dim)

    def forward(self, x):
        x = torch.relu(self.layer1(x))
        x = torch.relu(self.layer2(x))
        x = torch.relu(self.layer3(x))
        return self.output(x)


def tutorial_module(seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return MLP()


@pytest.fixture(scope="module")
def trained():
    """The best of a few starts: relu has no curvature, and some starts are stuck."""
    module = tutorial_module()
    network, scaling, member = fit_the_curve(rt.TorchModule(module), draws=5)
    return module, network, network.folded(member.theta, scaling)


def test_the_tutorials_curve_is_fitted(trained):
    # Its 50 000 epochs of Adam end at a mean squared error of 90.
    _, network, theta = trained
    assert np.mean((network.value(theta, X) - Y) ** 2) <= 90.0


def test_the_module_predicts_what_the_network_predicts(trained):
    module, network, theta = trained
    expected = network.value(theta, X)
    fitted = rt.TorchModule(module).with_parameters(theta)
    with torch.no_grad():
        single = fitted(torch.tensor(X, dtype=torch.float32)).numpy()
        np.testing.assert_allclose(single, expected, atol=1e-4 * np.ptp(Y))
        double = copy.deepcopy(module).double()
        rt.update(double, theta)
        np.testing.assert_allclose(double(torch.tensor(X)).numpy(), expected, atol=1e-10)
    assert fitted.layer1.weight.dtype == torch.float32
    fresh = tutorial_module()
    assert torch.equal(module.layer1.weight, fresh.layer1.weight)  # the given one has not changed


def test_a_fitted_module_goes_on_training(trained):
    module, _, theta = trained
    fitted = rt.TorchModule(module).with_parameters(theta)
    fitted(torch.ones(1, 1)).sum().backward()
    assert fitted.output.bias.grad.tolist() == [1.0]


def test_weights_of_another_module_change_nothing():
    module = tutorial_module()
    before = module.layer1.weight.clone()
    names = {name: p.detach().numpy() + 1 for name, p in module.named_parameters()}
    with pytest.raises(ParameterError, match="those of another module"):
        rt.update(module, names | {"more": np.zeros(1)})
    with pytest.raises(ParameterError, match=r"output\.bias has shape \(2,\)"):
        rt.update(module, names | {"output.bias": np.zeros(2)})
    assert torch.equal(module.layer1.weight, before)
    rt.update(module, names)
    assert torch.equal(module.layer1.weight, before + 1)


def test_programs_of_jax_call_back():
    """Loss and gradient as JAX has them, and those of torch.autograd."""
    import jax

    network = rt.TorchModule(tutorial_module()).network(1, 1)
    loss, w = squared_loss(network), np.full(len(X), 1 / len(X))
    with jax.enable_x64(True):
        value, slopes = jax.jit(jax.value_and_grad(loss))(network.given, X, Y, w)
        by_input = jax.grad(loss, argnums=1)(network.given, X, Y, w)
    _, tangents = network.linearized(network.given, X)
    residual = network.value(network.given, X) - Y
    assert float(value) == pytest.approx(np.mean(residual**2), rel=1e-12)
    expected = 2 * np.mean(residual[:, 0] * tangents[:, :, 0], axis=1)
    np.testing.assert_allclose(slopes, expected, rtol=1e-9, atol=1e-12)
    expected = 2 / len(X) * residual * network.slopes(network.given, X)[:, 0]
    np.testing.assert_allclose(by_input, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("precision", "digits"), [("double", 1e-12), ("single", 1e-5)])
def test_adam_goes_the_same_way_as_with_our_own_network(precision, digits):
    network = rt.TorchModule(nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1)))
    pair = network.network(1, 1), Dense((1, 4, 1), activation("tanh"))
    start = pair[1].draw(np.random.default_rng(0))
    solver = Adam(0.01, batch=10, steps=30, precision=precision)
    rows = (X / 5, Y / 60, np.ones(len(X)))
    ends = [descend(squared_loss(one), start, rows, solver, seed=0).theta for one in pair]
    np.testing.assert_allclose(ends[0], ends[1], rtol=digits, atol=digits)
    assert np.abs(ends[0] - start).max() > 0.1
