"""Mini-batch Adam, step for step: residua's compiled epochs beside loops of PyTorch."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.timing import Report, Target, duration, interleaved

LOADER = "PyTorch, DataLoader"
PLAIN = "PyTorch, plain loop"
FUSED = "PyTorch, plain loop, fused Adam"
OURS = "residua"
SINGLE = "residua, single precision"


@dataclass(frozen=True)
class Task:
    """A training: rows, layers, batch, and epochs in one turn of each competitor."""

    name: str
    rows: int
    sizes: tuple[int, ...]
    batch: int
    epochs: dict[str, int]

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Inputs (n, d) and outputs (n,): the source's noisy cubic along the first input."""
        rng = np.random.default_rng(42)
        x = rng.uniform(-5, 5, (self.rows, self.sizes[0]))
        t = x[:, 0]
        return x, t**3 - t**2 + 25 * np.sin(2 * t) + rng.normal(0, 10, self.rows)

    def steps(self, name: str) -> int:
        """Updates of one turn."""
        return self.epochs[name] * -(-self.rows // self.batch)


SMALL = Task(
    "100 rows, 1-10-10-10-1, batch 25",
    100,
    (1, 10, 10, 10, 1),
    25,
    {OURS: 4000, SINGLE: 4000, LOADER: 100, PLAIN: 100, FUSED: 100},
)
LARGE = Task(
    "10 000 rows, 8-64-64-1, batch 128",
    10_000,
    (8, 64, 64, 1),
    128,
    {OURS: 5, SINGLE: 5, LOADER: 2, PLAIN: 2, FUSED: 2},
)


def run(quick: bool) -> Report:
    """Every competitor in every round, after one turn of each to load and compile."""
    rows: list[tuple[str, ...]] = []
    targets: list[Target] = []
    for task in (SMALL, LARGE):
        functions = {name: make(task) for name, make in COMPETITORS.items()}
        interleaved(functions, 1)
        seconds = interleaved(functions, 3 if quick else 15)
        steps = {name: times / task.steps(name) for name, times in seconds.items()}
        rows += [_row(task, name, steps) for name in steps]
        if task is SMALL:
            targets = _targets(steps)
    return Report(
        "Adam with mini-batches, ReLU, warm: time of a step",
        ("training", "median", "90 %", "DataLoader ÷", "plain ÷"),
        rows,
        targets,
        [
            "residua in double precision unless said; PyTorch in single, as the source. PyTorch is",
            "kept to 1 thread; XLA may use the others for the larger network's products.",
            "plain loop: rows shuffled once an epoch by randperm, batches are slices of them.",
            _cold(3 if quick else 7),
        ],
    )


def _row(task: Task, name: str, steps: dict[str, np.ndarray]) -> tuple[str, ...]:
    times = steps[name]
    return (
        f"{task.name}: {name}",
        duration(float(np.median(times))),
        duration(float(np.quantile(times, 0.9))),
        f"{np.median(steps[LOADER] / times):.3g}",
        f"{np.median(steps[PLAIN] / times):.3g}",
    )


def _targets(steps: dict[str, np.ndarray]) -> list[Target]:
    loader = float(np.median(steps[LOADER] / steps[OURS]))
    return [Target("≥ 25 × faster than the source's loop", f"{loader:.3g} ×", loader >= 25)]


def _residua(precision: str, name: str) -> Callable[[Task], Callable[[int], object]]:
    def make(task: Task) -> Callable[[int], object]:
        from residua.networks.activations import activation
        from residua.networks.dense import Dense
        from residua.networks.stepwise.first_order import Adam
        from residua.networks.stepwise.losses import squared_loss
        from residua.networks.stepwise.stochastic import train

        x, y = task.data()
        network = Dense(task.sizes, activation("relu"))
        loss, start = squared_loss(network), network.draw(np.random.default_rng(0))
        rows = x, y, np.ones(len(y))
        solver = Adam(1e-4, batch=task.batch, epochs=task.epochs[name], precision=precision)
        return lambda seed: train(loss, start, rows, solver, seed=seed, progress=False)

    return make


def _torch(name: str, loader: bool, **options: Any) -> Callable[[Task], Callable[[int], object]]:
    def make(task: Task) -> Callable[[int], object]:
        import torch

        torch.set_num_threads(1)
        x, y = task.data()
        inputs, outputs = torch.tensor(x).float(), torch.tensor(y[:, None]).float()
        if loader:
            table = torch.utils.data.TensorDataset(inputs, outputs)
            batches: Any = torch.utils.data.DataLoader(table, task.batch, shuffle=True)
        else:
            batches = _Shuffled(inputs, outputs, task.batch)
        return lambda seed: _loop(task, batches, task.epochs[name], seed, options)

    return make


def _loop(task: Task, batches: Any, epochs: int, seed: int, options: dict[str, Any]) -> None:
    import torch

    torch.manual_seed(seed)
    layers: list[Any] = []
    for fan, width in zip(task.sizes[:-1], task.sizes[1:]):
        layers += [torch.nn.Linear(fan, width), torch.nn.ReLU()]
    module, distance = torch.nn.Sequential(*layers[:-1]), torch.nn.MSELoss()
    adam = torch.optim.Adam(module.parameters(), lr=1e-4, **options)
    for _ in range(epochs):
        for x, y in batches:
            loss = distance(module(x), y)
            adam.zero_grad()
            loss.backward()
            adam.step()


class _Shuffled:
    """Batches of rows, shuffled anew each time they are gone through."""

    def __init__(self, x: Any, y: Any, batch: int) -> None:
        self.x, self.y, self.batch = x, y, batch

    def __iter__(self) -> Any:
        import torch

        order = torch.randperm(len(self.x))
        return zip(self.x[order].split(self.batch), self.y[order].split(self.batch))


COMPETITORS: dict[str, Callable[[Task], Callable[[int], object]]] = {
    OURS: _residua("double", OURS),
    SINGLE: _residua("single", SINGLE),
    LOADER: _torch(LOADER, True),
    PLAIN: _torch(PLAIN, False),
    FUSED: _torch(FUSED, False, fused=True),
}

COLD = """
import time
begin = time.perf_counter()
from benchmarks.adam import SMALL, COMPETITORS, OURS
turn = COMPETITORS[OURS](SMALL)
loaded = time.perf_counter()
turn(0)
print(loaded - begin, time.perf_counter() - loaded)
"""


def _cold(rounds: int) -> str:
    """A sentence on the first training of a fresh process, with and without kept programs."""
    with tempfile.TemporaryDirectory() as kept:
        _fresh(kept)
        both = np.array([[_fresh("0"), _fresh(kept)] for _ in range(rounds)])
    none, cached = np.median(both, axis=0)
    ratio = float(np.median(both[:, 0, 1] / both[:, 1, 1]))
    return (
        f"Fresh process: imports {duration(cached[0])}; first training of 16 000 steps "
        f"{duration(none[1])}, with programs kept from an earlier process "
        f"{duration(cached[1])} ({ratio:.2g} × less)."
    )


def _fresh(cache: str) -> list[float]:
    env = {**os.environ, "RESIDUA_CACHE": cache}
    command = [sys.executable, "-c", COLD]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return [float(word) for word in done.stdout.split()]
