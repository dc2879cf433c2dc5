"""A hidden layer trained by hand
=================================

A hidden layer trained by hand: ten rectified linear units on y = x² + 0.2 u, then XOR.

The same five functions as for the line (teaching_line.py): predict, loss, gradient, update, repeat.
The 31 parameters are listed by name before and after 500 epochs of gradient descent at rate 0.05;
two more small models show several predictors and a classifier.

    python examples/teaching_hidden_layer.py [FOLDER FOR THE PICTURES]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua.teaching as teach


def hidden_layer() -> teach.Trace:
    """Train, and list the parameters."""
    x, y = teach.parabola_data()
    start = teach.random_start([1, 10, 1], seed=0)
    trace = teach.repeat(start, x, y, rate=0.05, steps=500, activation="rectified linear")
    print(f"{len(teach.labels(start))} parameters, before and after 500 epochs:")
    for name, before, after in zip(trace.names, trace.matrix[0], trace.matrix[-1]):
        print(f"  {name:<8} {before:8.4f} {after:8.4f}")
    print(f"loss {trace.loss[0]:.4f} -> {trace.loss[-1]:.4f}; the noise alone: {0.2**2 / 12:.4f}")
    return trace


def several_predictors() -> None:
    """Three predictors: weight is an array, all else stays."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3))
    y = x @ [1.0, -2.0, 0.5] + 3.0
    trace = teach.repeat({"weight": np.zeros(3), "bias": 0.0}, x, y, rate=0.2, steps=300)
    found = (*trace.params["weight"], trace.params["bias"])
    print(f"three predictors: {np.round(found, 4)} (true: 1, -2, 0.5, and the bias 3)")


def exclusive_or() -> teach.Trace:
    """XOR by three tanh units and a logistic output."""
    x, y = teach.xor_data()
    start = teach.random_start([2, 3, 1], seed=1)
    trace = teach.repeat(start, x, y, rate=1.0, steps=3000, output="logistic")
    print(f"XOR: {teach.predict(trace.params, x, output='logistic').round(3)}")
    return trace


def pictures(hidden: teach.Trace, xor: teach.Trace, folder: Path) -> None:
    """Network, traces, one section of the loss surface, activations, decision map, animations."""
    x, y = teach.parabola_data()
    relu = "rectified linear"
    teach.network_diagram(hidden.params, path=folder / "hidden_network.png")
    teach.traces(hidden, path=folder / "hidden_traces.png")
    teach.loss_surface(
        hidden.at(0),
        x,
        y,
        along=("W2[0,0]", "b2[0]"),
        activation=relu,
        path=folder / "hidden_surface.png",
    )
    teach.activation_table(path=folder / "activations.png")
    teach.decision_map(xor.params, *teach.xor_data(), path=folder / "xor.png")
    teach.animation(hidden, x, y, folder / "hidden.html", title="Ten hidden units on a parabola")
    teach.animation(hidden, x, y, folder / "hidden.gif")
    print(f"pictures: {folder}/hidden*.png, activations.png, xor.png, hidden.html, hidden.gif")


def main(folder: Path | None) -> None:
    """Train three models by hand, list, draw."""
    hidden = hidden_layer()
    several_predictors()
    xor = exclusive_or()
    if folder is not None:
        pictures(hidden, xor, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
