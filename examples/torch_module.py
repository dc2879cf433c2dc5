"""A PyTorch module as a model
==============================

A torch.nn.Module as a model: the tutorial's own class, fitted by Levenberg-Marquardt.

The curve is y = x³ - x² + 25 sin 2x with noise of 10, at 100 points. The tutorial trains three
layers of 10 relu for 50 000 epochs of Adam, and ends at a mean squared error of 90. Here the same
module, unchanged, is fitted by second-order steps with exact derivatives (torch.func), gives
intervals, grades extrapolation, and gets its weights back only when asked.

    python examples/torch_module.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import residua as rs

_RNG = np.random.RandomState(42)
X = _RNG.uniform(-5, 5, 100)
Y = X**3 - X**2 + 25 * np.sin(2 * X) + _RNG.normal(0, 10, 100)


def tutorial_module() -> Any:
    """The class of the tutorial, and one of it."""
    import torch
    from torch import nn

    class MLP(nn.Module):
        def __init__(self, input_dim: int, hidden_dim: int, output_dim: int) -> None:
            super().__init__()
            self.layer1 = nn.Linear(input_dim, hidden_dim)
            self.layer2 = nn.Linear(hidden_dim, hidden_dim)
            self.layer3 = nn.Linear(hidden_dim, hidden_dim)
            self.output = nn.Linear(hidden_dim, output_dim)

        def forward(self, x: Any) -> Any:
            x = torch.relu(self.layer1(x))
            x = torch.relu(self.layer2(x))
            x = torch.relu(self.layer3(x))
            return self.output(x)

    torch.manual_seed(0)
    return MLP(1, 10, 1)


def picture(fit: rs.Fit, path: Path) -> None:
    """Data, curve, and the interval of new observations."""
    from matplotlib.figure import Figure

    x = np.linspace(-7, 7, 400)
    band = fit.predict(x, interval="prediction")
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(X.min(), X.max(), color="0.93", label="fitted range")
    axes.fill_between(x, band.low, band.high, color="#E69F00", alpha=0.35, label="95 %, new point")
    axes.plot(x, band.value, color="#D55E00", label="10 networks")
    axes.plot(X, Y, ".", color="#0072B2", markersize=4, label="data")
    axes.set(xlabel="x", ylabel="y", ylim=(-260, 260))
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Fit with intervals; fit one network and put its weights into the module; draw."""
    module = tutorial_module()
    import torch

    import residua.torch

    began = time.perf_counter()
    fit = rs.fit(module, X, Y)
    print(fit)
    print(f"in {time.perf_counter() - began:.1f} s")
    band = fit.predict([-4.0, 0.0, 4.0, 9.0], interval="prediction")
    for x, low, high, far in zip([-4, 0, 4, 9], band.low, band.high, band.extrapolates):
        print(f"x = {x:2d}: {low:7.1f} to {high:7.1f}{'   beyond the data' if far else ''}")

    one = rs.fit(module, X, Y, members=1)  # the best of 8 starts, fitted to all rows
    residua.torch.update(module, one)  # only now does the module change
    with torch.no_grad():
        said = module(torch.tensor(X[:, None], dtype=torch.float32))[:, 0].numpy()
    print(f"the module itself: MSE {np.mean((said - Y) ** 2):.1f} (the tutorial ends at 90)")
    print(f"its largest difference from the fit: {np.abs(said - one(X)).max():.1g}")
    picture(fit, folder / "torch_module.png")
    print(f"picture: {folder / 'torch_module.png'}")


if __name__ == "__main__":
    try:
        import torch  # noqa: F401
    except ImportError:
        sys.exit("This example needs PyTorch: python -m pip install torch")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
