"""XOR by a 2-2-1 network: how many of 100 seeds end with all four answers right."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.network_peers import (
    NO_TORCH,
    TORCH,
    perceptron,
    residua,
    torch_loop,
    torch_module,
    torch_values,
)
from benchmarks.timing import Report, Target, duration

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0.0, 1.0, 1.0, 0.0])
GOOD = 0.05  # mean squared error; a network stuck half way ends at 1/6 or 1/4


def run(quick: bool) -> Report:
    """Default settings from every seed, first call left out of the mean time."""
    count = 10 if quick else 100
    rows, notes = [], ["right: all four on their side of 0.5 and mean squared error < 0.05."]
    solved = {}
    for name, fit in FITTERS.items():
        if name.startswith("PyTorch") and not TORCH:
            notes.append(NO_TORCH)
            continue
        fit(0)
        begin = time.perf_counter()
        errors, sides = np.array([_judge(fit(seed)) for seed in range(count)]).T
        seconds = (time.perf_counter() - begin) / count
        solved[name] = int(np.sum((errors < GOOD) & (sides == 1)))
        row = (name, str(solved[name]), f"{np.median(errors):.1e}", f"{errors.max():.1e}")
        rows.append((*row, duration(seconds)))
    ours = solved["residua"]
    return Report(
        f"XOR, 2-2-1: right from how many of {count} seeds",
        ("fit", "right", "median MSE", "worst MSE", "mean time"),
        rows,
        [Target("at least 99 of 100 seeds", f"{ours} of {count}", ours >= 0.99 * count)],
        notes,
    )


def _judge(values: np.ndarray) -> tuple[float, float]:
    error = float(np.mean((values - Y) ** 2))
    return error, float(np.all((values > 0.5) == (Y == 1)))


def _residua(activation: str) -> Callable[[int], np.ndarray]:
    return lambda seed: np.ravel(residua([2], X, Y, seed, activation)(X))


def _sklearn(solver: str) -> Callable[[int], np.ndarray]:
    settings = {"activation": "logistic", "solver": solver, "max_iter": 1000}
    return lambda seed: perceptron([2], X, Y, seed, **settings)(X)


def _torch(seed: int) -> np.ndarray:
    import torch

    module = torch_module([2, 2, 1], "Sigmoid", seed)
    torch_loop(module, torch.optim.AdamW(module.parameters(), lr=0.03), X, Y, 1000, batch=4)
    return torch_values(module, X)


FITTERS: dict[str, Callable[[int], np.ndarray]] = {
    "residua": _residua("tanh"),
    "residua, sigmoid": _residua("sigmoid"),
    "sklearn MLPRegressor, lbfgs": _sklearn("lbfgs"),
    "sklearn MLPRegressor, adam": _sklearn("adam"),
    "PyTorch AdamW 0.03, 1000 epochs": _torch,
}
