"""Regressors on tables with their default settings, and what each says about new points."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

GP_ROWS = 2000  # a Gaussian process on more rows costs minutes per gradient


class Forecast(NamedTuple):
    """Predictions; log density of the observations, ends of the 95 % interval (None: not given)."""

    value: np.ndarray
    log_density: np.ndarray | None = None
    low: np.ndarray | None = None
    high: np.ndarray | None = None


Predictor = Callable[[np.ndarray, np.ndarray], Forecast]


def residua(X: np.ndarray, y: np.ndarray) -> Predictor:
    """rs.MLP() with nothing chosen."""
    import residua as rs

    fit = rs.fit(rs.MLP(), X, y, seed=0)

    def predict(X_test: np.ndarray, y_test: np.ndarray) -> Forecast:
        with warnings.catch_warnings():  # extrapolation is graded, and is not what is judged here
            warnings.simplefilter("ignore")
            found = fit.predict(X_test, interval="prediction")
        if hasattr(found, "log_density"):
            density = found.log_density(y_test)
        else:
            half = (found.high - found.low) / 2 / 1.959964
            density = gaussian(y_test, found.value, half).log_density
        return Forecast(found.value, density, found.low, found.high)

    return predict


def boosted_trees(X: np.ndarray, y: np.ndarray) -> Predictor:
    """sklearn's HistGradientBoostingRegressor."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    fit = HistGradientBoostingRegressor(random_state=0).fit(X, y)
    return lambda X_test, _: Forecast(fit.predict(X_test))


def gaussian_process(smoothness: float) -> Callable[[np.ndarray, np.ndarray], Predictor]:
    """sklearn's GaussianProcessRegressor: Matérn, a length per input, noise, scaled inputs."""

    def fit(X: np.ndarray, y: np.ndarray) -> Predictor:
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

        if len(y) > GP_ROWS:
            chosen = np.random.RandomState(0).choice(len(y), GP_ROWS, replace=False)
            X, y = X[chosen], y[chosen]
        kernel = ConstantKernel() * Matern(np.ones(X.shape[1]), nu=smoothness) + WhiteKernel()
        scaled = _scaler(X)
        found = GaussianProcessRegressor(kernel, normalize_y=True, random_state=0)
        found.fit(scaled(X), y)
        return lambda new, seen: gaussian(seen, *found.predict(scaled(new), return_std=True))

    return fit


def perceptron(X: np.ndarray, y: np.ndarray) -> Predictor:
    """sklearn's MLPRegressor on the inputs as they are."""
    from sklearn.neural_network import MLPRegressor

    fit = MLPRegressor(random_state=0).fit(X, y)
    return lambda X_test, _: Forecast(fit.predict(X_test))


def scaled_perceptron(X: np.ndarray, y: np.ndarray) -> Predictor:
    """sklearn's MLPRegressor after its StandardScaler, as its documentation advises."""
    scaled = _scaler(X)
    inner = perceptron(scaled(X), y)
    return lambda X_test, y_test: inner(scaled(X_test), y_test)


def deep_ensemble(epochs: int, rate: float) -> Callable[[np.ndarray, np.ndarray], Predictor]:
    """Five networks of mean and variance, 50 relu units (Lakshminarayanan et al. 2017)."""

    def fit(X: np.ndarray, y: np.ndarray) -> Predictor:
        import torch

        scaled, center, scale = _scaler(X), y.mean(), y.std()
        members = [_member(scaled(X), (y - center) / scale, s, epochs, rate) for s in range(5)]

        def predict(X_test: np.ndarray, y_test: np.ndarray) -> Forecast:
            with torch.no_grad():
                points = torch.tensor(scaled(X_test), dtype=torch.float32)
                outputs = np.stack([member(points).numpy() for member in members])
            mean, variance = outputs[..., 0], np.logaddexp(0, outputs[..., 1]) + 1e-6
            spread = np.sqrt((variance + mean**2).mean(0) - mean.mean(0) ** 2)
            return gaussian(y_test, center + scale * mean.mean(0), scale * spread)

        return predict

    return fit


def _member(X: np.ndarray, y: np.ndarray, seed: int, epochs: int, rate: float) -> Any:
    """One network by Adam in batches of 100 on the Gaussian negative log likelihood."""
    import torch

    torch.manual_seed(seed)
    layers = torch.nn.Linear(X.shape[1], 50), torch.nn.ReLU(), torch.nn.Linear(50, 2)
    module = torch.nn.Sequential(*layers)
    adam = torch.optim.Adam(module.parameters(), lr=rate)
    inputs, targets = (torch.tensor(a, dtype=torch.float32) for a in (X, y))
    for _ in range(epochs):
        for batch in torch.randperm(len(y)).split(100):
            mean, raw = module(inputs[batch]).T
            variance = torch.nn.functional.softplus(raw) + 1e-6
            loss = (torch.log(variance) + (targets[batch] - mean) ** 2 / variance).mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
    return module


PEERS: dict[str, Callable[[np.ndarray, np.ndarray], Predictor]] = {
    "residua": residua,
    "trees": boosted_trees,
    "gp": gaussian_process(np.inf),  # the squared exponential
    "gp-matern": gaussian_process(2.5),
    "mlp": perceptron,
    "mlp-scaled": scaled_perceptron,
    "torch-40": deep_ensemble(epochs=40, rate=0.01),
    "torch-400": deep_ensemble(epochs=400, rate=0.01),
}
TITLES = {
    "residua": "residua rs.MLP()",
    "trees": "HistGradientBoosting",
    "gp": "Gaussian process, ARD squared exponential",
    "gp-matern": "Gaussian process, ARD Matérn 5/2",
    "mlp": "MLPRegressor, raw inputs",
    "mlp-scaled": "MLPRegressor, scaled inputs",
    "torch-40": "PyTorch ensemble of 5, 40 epochs",
    "torch-400": "PyTorch ensemble of 5, 400 epochs",
}
LIBRARY = dict.fromkeys(PEERS, "sklearn") | {
    "residua": "residua",
    "torch-40": "torch",
    "torch-400": "torch",
}


def available(name: str) -> bool:
    """Whether this peer's library is installed."""
    return find_spec(LIBRARY[name]) is not None


def gaussian(y: np.ndarray, mean: np.ndarray, std: np.ndarray) -> Forecast:
    """A Gaussian's forecast."""
    density = -0.5 * np.log(2 * np.pi * std**2) - 0.5 * ((y - mean) / std) ** 2
    return Forecast(mean, density, mean - 1.959964 * std, mean + 1.959964 * std)


def _scaler(X: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    center, scale = X.mean(0), X.std(0)
    scale = np.where(scale == 0, 1, scale)
    return lambda new: (new - center) / scale
