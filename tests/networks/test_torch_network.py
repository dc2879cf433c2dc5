"""Modules of PyTorch as networks: derivatives against torch.autograd, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from module_checks import check_derivatives, check_same_triangle

torch = pytest.importorskip("torch")

import residua.torch as rt  # noqa: E402
from residua._errors import ModelError  # noqa: E402
from residua.networks.activations import activation  # noqa: E402
from residua.networks.dense import Dense  # noqa: E402
from residua.networks.foreign.recognize import architecture_of  # noqa: E402

nn = torch.nn
Z = np.random.default_rng(1).normal(size=(7, 2))


def built(*layers, seed=0):
    """Layers in a row, filled by a generator of their own."""
    module = nn.Sequential(*layers)
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(generator=draw)
    return module


def mlp(outputs=3):
    return built(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, outputs))


class Flat(nn.Module):
    """Its outputs are (n,), and it changes tensors in place."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(2, 4)
        self.scale = nn.Parameter(torch.tensor(1.5))
        self.register_buffer("shift", torch.tensor([0.5, -0.5]))

    def forward(self, x):
        h = self.inner(x - self.shift)
        h.sigmoid_()
        return self.scale * h.sum(dim=1)


MODULES = {
    "tanh, 1 output": (mlp(1), 1),
    "tanh, 3 outputs": (mlp(3), 3),
    "silu, layer norm": (built(nn.Linear(2, 4), nn.LayerNorm(4), nn.SiLU(), nn.Linear(4, 1)), 1),
    "gelu in place of softplus": (built(nn.Linear(2, 4), nn.GELU(), nn.Softplus()), 4),
    "relu in place": (built(nn.Linear(2, 4), nn.ReLU(inplace=True), nn.Linear(4, 1)), 1),
    "batch norm at rest": (built(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Tanh()).eval(), 3),
    "flat output, buffer, in place": (Flat(), 1),
}


@pytest.mark.parametrize("name", MODULES)
def test_derivatives(name):
    module, outputs = MODULES[name]
    network = rt.TorchModule(module).network(2, outputs)
    check_derivatives(network, network.given, Z)


@pytest.mark.parametrize("name", MODULES)
def test_tangents_are_those_of_autograd(name):
    module, outputs = MODULES[name]
    network = rt.TorchModule(module).network(2, outputs)
    value, tangents = network.linearized(network.given, Z)
    double = rt.TorchModule(module.double()).with_parameters(network.given)
    rows = double(torch.tensor(Z)).reshape(len(Z), outputs)
    np.testing.assert_allclose(value, rows.detach(), rtol=1e-12, atol=1e-13)
    for i in range(len(Z)):
        for j in range(outputs):
            slopes = torch.autograd.grad(rows[i, j], list(double.parameters()), retain_graph=True)
            expected = np.concatenate([slope.numpy().ravel() for slope in slopes])
            np.testing.assert_allclose(tangents[:, i, j], expected, rtol=1e-8, atol=1e-12)


def test_equal_weights_give_the_triangle_of_our_own_network():
    network, dense = rt.TorchModule(mlp()).network(2, 3), Dense((2, 5, 3), activation("tanh"))
    many = np.random.default_rng(4).normal(size=(60, 2))
    check_same_triangle(network, dense, dense.draw(np.random.default_rng(5)), many)


def test_names_are_those_of_torch_and_an_offset_has_no_prior():
    leaves = architecture_of(mlp()).network(2, 3).leaves
    assert [leaf.name for leaf in leaves] == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert [leaf.group for leaf in leaves] == [2, 3, 4, -1]


def test_the_module_itself_is_not_touched():
    module = mlp().requires_grad_(True)
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    network = rt.TorchModule(module).network(2, 3)
    network.linearized(network.draw(np.random.default_rng(0)), Z)
    for name, tensor in module.state_dict().items():
        assert torch.equal(tensor, before[name]) and tensor.dtype == before[name].dtype
    assert all(p.requires_grad and p.grad is None for p in module.parameters())


def test_frozen_parameters_stay():
    module = mlp(1)
    module[0].requires_grad_(False)
    network = rt.TorchModule(module).network(2, 1)
    assert [leaf.name for leaf in network.leaves] == ["2.weight", "2.bias"]
    check_derivatives(network, network.given, Z)
    with pytest.raises(ModelError, match="no parameters that may change"):
        rt.TorchModule(module.requires_grad_(False))


def test_global_random_state_is_left_alone():
    module = mlp()
    before = torch.get_rng_state()
    network = rt.TorchModule(module).network(2, 3)
    network.draw(np.random.default_rng(0))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("layer", "words"), [(nn.Dropout(0.5), "1 .Dropout."), (nn.BatchNorm1d(3), "1 .BatchNorm1d.")]
)
def test_layers_in_training_are_refused(layer, words):
    module = built(nn.Linear(2, 3), layer)
    with pytest.raises(ModelError, match=words) as caught:
        rt.TorchModule(module)
    assert "module.eval()" in str(caught.value)
    rt.TorchModule(module.eval()).network(2, 3)


class Noisy(nn.Linear):
    def forward(self, x):
        return super().forward(x) + torch.randn(len(x), 1, dtype=x.dtype)


class Centered(nn.Linear):
    def forward(self, x):
        return super().forward(x - x.mean(dim=0))


class Single(nn.Linear):
    def forward(self, x):
        return super().forward(x) @ torch.ones(1, 1)


@pytest.mark.parametrize(
    ("module", "shape", "words"),
    [
        (Noisy(2, 1), (2, 1), "another answer each time"),
        (Centered(2, 1), (2, 1), "depends on the other rows"),
        (Single(2, 1), (2, 1), "tensors of single precision"),
        (nn.Linear(2, 1), (3, 1), "rows of 3 numbers"),
        (nn.Linear(2, 1), (2, 2), r"\(3, 1\); y has 2 columns"),
        (nn.Flatten(0), (2, 1), "no parameters"),
        (nn.Linear(2, 1, dtype=torch.complex64), (2, 1), "complex"),
        (nn.LazyLinear(1), (2, 1), "do not know their sizes"),
    ],
)
def test_what_cannot_be_fitted_is_refused(module, shape, words):
    with torch.random.fork_rng(), pytest.raises(ModelError, match=words):
        rt.TorchModule(module).network(*shape)


def test_only_modules_are_modules():
    with pytest.raises(ModelError, match=r"not a torch\.nn\.Module"):
        rt.TorchModule(np.sin)
