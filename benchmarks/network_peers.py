"""Networks on small data: one way to fit each library's, which returns its predictions.

torch is never needed: a benchmark says where it is not installed (`pip install torch`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np

Predict = Callable[[np.ndarray], np.ndarray]
TORCH = find_spec("torch") is not None
NO_TORCH = "torch is not installed: its rows are missing (pip install torch)."


def residua(
    hidden: list[int],
    X: np.ndarray,
    y: np.ndarray,
    seed: int,
    activation: str = "tanh",
    members: int | None = None,
) -> Any:
    """rs.fit of an rs.MLP with everything else left to it; a NetworkFit."""
    import residua as rs

    with silent():
        return rs.fit(rs.MLP(hidden, activation), X, y, seed=seed, members=members)


def perceptron(
    hidden: list[int], X: np.ndarray, y: np.ndarray, seed: int, **settings: Any
) -> Predict:
    """sklearn's MLPRegressor."""
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(hidden_layer_sizes=hidden, random_state=seed, **settings)
    with silent():
        model.fit(X.reshape(len(X), -1), y)
    return lambda new: model.predict(new.reshape(len(new), -1))


def torch_module(sizes: list[int], activation: str, seed: int) -> Any:
    """A torch.nn.Sequential of linear layers, the activation between them."""
    import torch

    torch.manual_seed(seed)
    layers: list[Any] = []
    for fan, width in pairwise(sizes):
        layers += [torch.nn.Linear(fan, width), getattr(torch.nn, activation)()]
    return torch.nn.Sequential(*layers[:-1])


def torch_loop(
    module: Any, optimizer: Any, X: np.ndarray, y: np.ndarray, epochs: int, batch: int
) -> float:
    """The usual training loop on the mean squared error; the last epoch's mean loss."""
    import torch

    inputs = torch.tensor(X.reshape(len(y), -1), dtype=torch.float32)
    targets = torch.tensor(y[:, None], dtype=torch.float32)
    data = torch.utils.data.TensorDataset(inputs, targets)
    loader = torch.utils.data.DataLoader(data, batch_size=batch, shuffle=batch < len(y))
    total = 0.0
    for _ in range(epochs):
        total = 0.0
        for some, wanted in loader:
            loss = torch.nn.functional.mse_loss(module(some), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(some) / len(y)
    return total


def torch_values(module: Any, X: np.ndarray) -> np.ndarray:
    """The module's outputs, (n,)."""
    import torch

    with torch.no_grad():
        return module(torch.tensor(X.reshape(len(X), -1), dtype=torch.float32)).numpy()[:, 0]


def silent() -> AbstractContextManager[Any]:
    """No warnings of convergence: what counts is what is measured."""
    return warnings.catch_warnings(action="ignore")
