"""The 10-parameter tanh network for the cube root, from 100 random starts."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np

from benchmarks.network import X, Y, flat_model, network, split
from benchmarks.timing import Report, Target, duration

GOOD = 2e-5  # the mean squared error at which the source stops its training


def run(quick: bool) -> Report:
    """How many starts reach a mean squared error below 2e-5, and in what time."""
    count = 8 if quick else 100
    starts = 0.1 * np.random.default_rng(0).standard_normal((count, 10))
    rows = []
    reached = 0
    for name, fit in FITTERS.items():
        begin = time.perf_counter()
        returned, seen = np.array([fit(start) for start in starts]).T
        seconds = (time.perf_counter() - begin) / count
        good = int((returned < GOOD).sum())
        reached = good if name == "residua" else reached
        touched = int((seen < GOOD).sum())
        rows.append((name, str(good), str(touched), f"{np.median(seen):.1e}", duration(seconds)))
    return Report(
        f"Cube root by 3 tanh units: of {count} random starts, how many reach MSE < 2e-5",
        ("fit", "returned", "touched", "median MSE touched", "mean time"),
        rows,
        [Target("at least 95 of 100 starts", f"{reached} of {count}", reached >= 0.95 * count)],
        [
            "returned: in the answer given to the caller (curve_fit raises at maxfev: none).",
            "touched: at some point on the way, returned or not. Peers run with their defaults.",
        ],
    )


def _residua(start: np.ndarray) -> tuple[float, float]:
    import residua

    found = residua.fit(network, X, Y, start=split(start))
    error = float(np.mean((network(X, **found.params) - Y) ** 2))
    return error, error


class _BestSeen:
    """The model, remembering the smallest error it ever produced."""

    def __init__(self) -> None:
        self.error = np.inf

    def __call__(self, x: np.ndarray, *p: Any) -> np.ndarray:
        values = flat_model(x, *p)
        self.error = min(self.error, float(np.mean((values - Y) ** 2)))
        return values


def _curve_fit(start: np.ndarray) -> tuple[float, float]:
    from scipy.optimize import curve_fit

    model = _BestSeen()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            params, _ = curve_fit(model, X, Y, p0=start)
        except RuntimeError:  # "maxfev exceeded": the parameters are lost
            return np.inf, model.error
    return float(np.mean((flat_model(X, *params) - Y) ** 2)), model.error


def _lmfit(start: np.ndarray) -> tuple[float, float]:
    import lmfit

    model = _BestSeen()
    params = lmfit.Parameters()
    for i, value in enumerate(start):
        params.add(f"p{i}", value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = lmfit.minimize(lambda p: model(X, *p.valuesdict().values()) - Y, params)
    return float(np.mean(np.square(found.residual))), model.error


FITTERS = {"residua": _residua, "scipy curve_fit": _curve_fit, "lmfit": _lmfit}
