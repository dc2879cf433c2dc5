"""The source's noisy curve: our fits beside 500 of the 50 000 epochs of its PyTorch training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.network_peers import (
    NO_TORCH,
    TORCH,
    perceptron,
    residua,
    torch_loop,
    torch_module,
)
from benchmarks.timing import Report, Target, duration, interleaved, median_ratio

GOOD = 90.0  # mean squared error at which the source's 50 000 epochs end
EPOCHS, BATCH, RATE = 500, 25, 1e-4
TORCH_NAME = "PyTorch Adam, 500 epochs"


def data() -> tuple[np.ndarray, np.ndarray]:
    """x³ - x² + 25 sin 2x + N(0, 10) at 100 points of (-5, 5)."""
    rng = np.random.RandomState(42)
    x = rng.uniform(-5, 5, 100)
    return x, x**3 - x**2 + 25 * np.sin(2 * x) + rng.normal(0, 10, 100)


X, Y = data()


def run(quick: bool) -> Report:
    """Every seed by every trainer in turn, after one of each to load and compile."""
    count = 3 if quick else 20
    fitters = {name: fit for name, fit in FITTERS.items() if TORCH or name != TORCH_NAME}
    errors: dict[str, list[float]] = {name: [] for name in fitters}
    for fit in fitters.values():
        fit(0)
    functions = {name: _recorded(fit, errors[name]) for name, fit in fitters.items()}
    seconds = interleaved(functions, count)
    rows = [_row(name, errors[name], seconds) for name in functions]
    notes = [f"Mean squared errors on the 100 points; good: ≤ {GOOD:g}."]
    notes += [] if TORCH else [NO_TORCH]
    title = f"Noisy cubic, 100 points: {count} seeds, warm, in turns"
    header = ("fit", "good", "median MSE", "worst MSE", "median time", "÷ PyTorch")
    return Report(title, header, rows, _targets(count, errors, seconds), notes)


def _row(name: str, errors: list[float], seconds: dict[str, np.ndarray]) -> tuple[str, ...]:
    ratio = median_ratio(seconds, name, TORCH_NAME) if TORCH_NAME in seconds else np.nan
    good = sum(error <= GOOD for error in errors)
    shown = f"{np.median(errors):.1f}", f"{max(errors):.1f}"
    return name, str(good), *shown, duration(float(np.median(seconds[name]))), f"{ratio:.3g}"


def _targets(
    count: int, errors: dict[str, list[float]], seconds: dict[str, np.ndarray]
) -> list[Target]:
    good = sum(error <= GOOD for error in errors["residua"])
    aim = f"mean squared error ≤ {GOOD:g} from every seed"
    found = [Target(aim, f"{good} of {count}", good == count)]
    if TORCH_NAME in seconds:
        ratio = median_ratio(seconds, "residua", TORCH_NAME)
        found.append(Target("at most 0.1 × 500 epochs of PyTorch", f"{ratio:.3g} ×", ratio <= 0.1))
    return found


def _recorded(fit: Callable[[int], float], errors: list[float]) -> Callable[[int], None]:
    return lambda seed: errors.append(fit(seed))


def _error(values: Any) -> float:
    return float(np.mean((np.ravel(values) - Y) ** 2))


def _residua(seed: int) -> float:
    return _error(residua([10], X, Y, seed)(X))


def _sklearn(seed: int) -> float:
    return _error(perceptron([10], X, Y, seed, activation="tanh", solver="lbfgs", max_iter=5000)(X))


def _torch(seed: int) -> float:
    import torch

    module = torch_module([1, 10, 10, 10, 1], "ReLU", seed)
    adam = torch.optim.Adam(module.parameters(), lr=RATE)
    return torch_loop(module, adam, X, Y, EPOCHS, BATCH)


FITTERS: dict[str, Callable[[int], float]] = {
    "residua": _residua,
    "sklearn MLPRegressor, lbfgs": _sklearn,
    TORCH_NAME: _torch,
}
