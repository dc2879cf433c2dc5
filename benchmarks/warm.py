"""The same model fitted again and again: to data of one length, then to data of many lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from benchmarks.peers import PEERS
from benchmarks.timing import Report, Target, interleaved, median_ratio, timing_rows

START = {"a": 1.0, "b": 1.0, "c": 0.0}
REFERENCE = "scipy curve_fit"
NEEDS_ONE_LENGTH = ("optimistix LM",)  # compiles again for every length: 1 s and more each
WARM_UP = 30
SHORTEST, LONGEST = 40, 60


def model(x: Any, a: Any, b: Any, c: Any) -> Any:
    """An exponential decay."""
    return a * np.exp(-b * x) + c


# Fits by one library before the next has its turn: a loop over data, as people write it. Taking
# turns after every single fit, each would find the caches full of the others; that is shown too.
TURN = 25


def _residua(engine: str) -> Callable[..., np.ndarray]:
    def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        import residua

        return np.array([*residua.fit(model, x, y, start=START, engine=engine).params.values()])

    return fit


def _curve_fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    from scipy.optimize import curve_fit

    return curve_fit(model, x, y, p0=[*START.values()])[0]


def _peer(name: str) -> Callable[..., np.ndarray]:
    return lambda x, y: PEERS[name](model, x, y, START).params


# The call a person would write, and nothing around it.
CALLS: dict[str, Callable[..., np.ndarray]] = {
    "residua eager": _residua("eager"),
    "residua compiled": _residua("compiled"),
    "scipy curve_fit": _curve_fit,
    "lmfit": _peer("lmfit"),
    "optimistix LM": _peer("optimistix LM"),
}


def run(quick: bool) -> Report:
    """Take turns over fresh data; then change the number of points each time."""
    rounds = 100 if quick else 1000
    names = list(CALLS)
    others = [name for name in names if name not in NEEDS_ONE_LENGTH]
    fixed, varied = _data(rounds + WARM_UP, (50, 50)), _data(rounds + WARM_UP, (SHORTEST, LONGEST))
    same, _ = _measure(names, fixed, rounds, TURN)
    many, compilations = _measure(others, varied, rounds, TURN)
    single, _ = _measure(others, fixed, rounds, 1)
    rows = [(f"n = 50, in turns of {TURN}", "", "", ""), *timing_rows(same, REFERENCE)]
    rows += [(f"n = {SHORTEST} to {LONGEST}", "", "", ""), *timing_rows(many, REFERENCE)]
    rows += [("n = 50, in turns of 1", "", "", ""), *timing_rows(single, REFERENCE)]
    again = sum(compilations[WARM_UP:])
    eager = median_ratio(same, "residua eager", REFERENCE)
    compiled = median_ratio(same, "residua compiled", REFERENCE)
    return Report(
        f"Warm: {rounds} fits of a*exp(-b*x)+c, new data each time",
        ("fit", "median", "90 %", "÷ scipy"),
        rows,
        [
            Target("compiled, at most 0.75 × curve_fit", f"{compiled:.2f} ×", compiled <= 0.75),
            Target("no compilation for a new length", f"{again} after the first", again == 0),
            Target("eager, at most 6 × curve_fit", f"{eager:.2f} ×", eager <= 6),
        ],
        [
            "Starts and noise are the same for all; every answer agrees with curve_fit's to 1e-5,",
            "or the run stops. Statistics are computed when asked for, here by curve_fit alone.",
        ],
    )


def _measure(
    names: list[str], data: list[tuple[np.ndarray, np.ndarray]], rounds: int, turn: int
) -> tuple[dict[str, np.ndarray], list[int]]:
    """Seconds per fit, and how many XLA compilations residua caused at each of its fits."""
    compilations: list[int] = []
    answers: dict[str, np.ndarray] = {}

    def call(name: str) -> Callable[[int], object]:
        def fit(i: int) -> None:
            answers[name] = CALLS[name](*data[i])

        return fit

    calls = {name: call(name) for name in names}
    with _counted_compilations() as count:
        for i in range(WARM_UP):
            for name in names:
                before = count[0]
                calls[name](i)
                if name == "residua compiled":
                    compilations.append(count[0] - before)
            _agree(answers)
        before = count[0]
        shifted = {name: lambda i, f=f: f(i + WARM_UP) for name, f in calls.items()}
        seconds = interleaved(shifted, rounds, turn)
        compilations.append(count[0] - before)
    _agree(answers)
    return seconds, compilations


def _agree(answers: dict[str, np.ndarray]) -> None:
    for name, params in answers.items():
        np.testing.assert_allclose(params, answers[REFERENCE], rtol=1e-5, err_msg=name)


def _data(count: int, lengths: tuple[int, int]) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(0)
    sizes = rng.integers(lengths[0], lengths[1] + 1, size=count)
    grids = [np.linspace(0, 4, size) for size in sizes]
    return [(x, model(x, 2.5, 1.3, 0.5) + 0.02 * rng.standard_normal(len(x))) for x in grids]


@contextmanager
def _counted_compilations() -> Iterator[list[int]]:
    """Count programs compiled by XLA in this process, through JAX's own monitoring."""
    from jax import monitoring

    count, active = [0], [True]

    def listen(event: str, *_: Any, **__: Any) -> None:
        count[0] += active[0] and event.endswith("backend_compile_duration")

    monitoring.register_event_duration_secs_listener(listen)
    try:
        yield count
    finally:
        active[0] = False  # JAX has no public way to unregister one listener
