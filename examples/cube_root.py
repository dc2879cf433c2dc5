"""The cube root by a sum of tanh units
=======================================

Regression of y = x^(1/3) by a sum of three tanh units, and what happens beyond the data.

A neural network is just a nonlinear model: ten parameters, fitted by least squares with the exact
Jacobian. The picture shows the fitted range shaded and the same curve continued to x = 3, where
every prediction is graded as extrapolation.

    python examples/cube_root.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

import residua

X = np.linspace(0, 1)
Y = X ** (1 / 3)


def network(x, w1, b1, w2, b2):
    """Three hidden tanh units: 3 input weights, 3 biases, 3 output weights, 1 output bias."""
    return np.tanh(x[:, np.newaxis] * w1 + b1) @ w2 + b2


def random_start(seed: int = 0) -> dict[str, object]:
    """The start of the tutorial, 0.1 × randn, from a seed."""
    p = 0.1 * np.random.default_rng(seed).standard_normal(10)
    return {"w1": p[0:3], "b1": p[3:6], "w2": p[6:9], "b2": p[9]}


def picture(fit: residua.Fit, path: Path) -> None:
    """Data, the fitted curve continued to x = 3, and the fitted range shaded."""
    from matplotlib.figure import Figure

    x = np.linspace(0, 3, 301)
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(X.min(), X.max(), color="0.9", label="fitted range")
    axes.plot(x, x ** (1 / 3), color="0.5", linestyle=":", label="x$^{1/3}$")
    axes.plot(x, fit.predict(x).value, color="#D55E00", label="network")
    axes.plot(X, Y, ".", color="#0072B2", markersize=4, label="data")
    axes.set(xlabel="x", ylabel="y")
    axes.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Fit, print the error, grade the predictions, draw."""
    begin = time.perf_counter()
    fit = residua.fit(network, X, Y, start=random_start())
    seconds = time.perf_counter() - begin
    error = np.mean((network(X, **fit.params) - Y) ** 2)
    print(f"MSE {error:.2e} (the tutorial stops at 2e-5), in {1e3 * seconds:.0f} ms")
    print(fit.outcome.sentence)
    x = np.array([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0])
    prediction = fit.predict(x)
    for where, value, beyond in zip(x, prediction.value, prediction.extrapolates, strict=True):
        grade = "extrapolation" if beyond else "within the data"
        print(f"x = {where:4.2f}   network {value:7.4f}   x^(1/3) {where ** (1 / 3):.4f}   {grade}")
    path = folder / "cube_root.png"
    picture(fit, path)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
