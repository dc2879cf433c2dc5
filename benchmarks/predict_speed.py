"""Ten thousand predictions of a network of ten tanh units, fitted to the copper dimer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.cu_dimer_network import data
from benchmarks.network_peers import NO_TORCH, TORCH, perceptron, residua, torch_module
from benchmarks.timing import Report, Target, duration, interleaved, timing_rows

ONE = "residua fit(x), members=1"
TURN = 25
POINTS = np.linspace(1.7, 3, 10_000)


def run(quick: bool) -> Report:
    """All of them in turns of 25 calls, and of one call, when everybody's caches are cold."""
    functions = _functions()
    interleaved(functions, 3)
    rounds = 50 if quick else 300
    seconds = interleaved(functions, rounds, TURN)
    cold = interleaved(functions, rounds)
    each = {name: float(np.median(seconds[name])) for name in ("residua fit(x)", ONE)}
    return Report(
        "10 000 predictions, warm",
        ("prediction", "median", "90 %", "÷ residua fit(x)", "turns of one"),
        [
            (*row, duration(float(np.median(cold[row[0]]))))
            for row in timing_rows(seconds, "residua fit(x)")
        ],
        [
            Target(f"{name}: 10 000 predictions ≤ 1 ms", f"{1000 * t:.3g} ms", t <= 1e-3)
            for name, t in each.items()
        ],
        ["Turns of 25 calls; the last column: turns of one call, everybody's caches cold."]
        + ["fit(x): values. fit.predict(x): values, standard errors and grades as well."]
        + ([] if TORCH else [NO_TORCH]),
    )


def _functions() -> dict[str, Callable[[int], object]]:
    x, y = data()
    fit = residua([10], x, y, seed=0)
    one = residua([10], x, y, seed=0, members=1)
    learned = perceptron([10], x, y, 0, activation="tanh", solver="lbfgs")
    functions: dict[str, Callable[[int], object]] = {
        "residua fit(x)": lambda _: fit(POINTS),
        ONE: lambda _: one(POINTS),
        "residua fit.predict(x)": lambda _: fit.predict(POINTS),
        "residua, interval": lambda _: fit.predict(POINTS, interval="prediction"),
        "sklearn MLPRegressor": lambda _: learned(POINTS),
    }
    return functions | (_torch() if TORCH else {})


def _torch() -> dict[str, Callable[[int], object]]:
    import torch

    module = torch_module([1, 10, 1], "Tanh", 0)
    points = torch.tensor(POINTS[:, None], dtype=torch.float32)

    def predict(_: int) -> object:
        with torch.no_grad():
            return module(points)

    return {"PyTorch module, float32": predict}
