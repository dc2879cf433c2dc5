"""Reversible kinetics as a differential equation: 100 points, three parameters, fitted warm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.timing import Report, Target, interleaved, median_ratio, timing_rows

START = {"k1": 1.0, "k_1": 1.0, "A0": 0.8}
TIMES = np.linspace(0.0, 0.5, 100)
REFERENCE = "RK45 + curve_fit"
WARM_UP = 3
# Fits by one before the next has its turn: a loop over data, as people write it (see warm.py).
TURN = 20
# Each gives parameters that agree with the closed form's to this part of their standard error.
AGREE = 1e-3


def rates(t: Any, y: Any, k1: Any, k_1: Any) -> Any:
    """A <-> B."""
    A, B = y
    r = k1 * A - k_1 * B
    return [-r, r]


def closed_form(t: Any, k1: Any, k_1: Any, A0: Any) -> Any:
    """The solution of `rates`."""
    k = k1 + k_1
    return A0 / k * (k1 * np.exp(-k * t) + k_1)


def _residua() -> Callable[[np.ndarray], np.ndarray]:
    import residua

    model = residua.ode(rates, start={"A": None, "B": 0.0}, observe="A")
    return lambda y: np.array([*residua.fit(model, TIMES, y, start=START).params.values()])


def _residua_closed() -> Callable[[np.ndarray], np.ndarray]:
    import residua

    return lambda y: np.array(
        [*residua.fit(closed_form, TIMES, y, start=START, engine="eager").params.values()]
    )


def _scipy(method: str, rtol: float) -> Callable[[np.ndarray], np.ndarray]:
    from scipy.integrate import solve_ivp
    from scipy.optimize import curve_fit

    def model(t: np.ndarray, k1: float, k_1: float, A0: float) -> np.ndarray:
        found = solve_ivp(
            rates, (0.0, t[-1]), [A0, 0.0], method, t, args=(k1, k_1), rtol=rtol, atol=1e-3 * rtol
        )
        return found.y[0]

    return lambda y: curve_fit(model, TIMES, y, p0=[*START.values()])[0]


def _calls() -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    return {
        "residua.ode": _residua(),
        REFERENCE: _scipy("RK45", 1e-8),
        "LSODA + curve_fit": _scipy("LSODA", 1e-8),
        "DOP853 + curve_fit": _scipy("DOP853", 1e-8),
        "RK45, rtol 1e-6, + curve_fit": _scipy("RK45", 1e-6),
        "residua eager, closed form": _residua_closed(),
    }


def run(quick: bool) -> Report:
    """Take turns over fresh data; every answer is compared with the closed form's."""
    rounds = TURN * (2 if quick else 5)
    rng = np.random.default_rng(0)
    clean = closed_form(TIMES, 3.0, 3.0, 1.0)
    data = [clean + 0.005 * rng.standard_normal(TIMES.size) for _ in range(rounds + WARM_UP)]
    calls, answers = _calls(), dict[str, np.ndarray]()

    def call(name: str) -> Callable[[int], object]:
        def fit(i: int) -> None:
            answers[name] = calls[name](data[i])

        return fit

    for i in range(WARM_UP):
        for name in calls:
            call(name)(rounds + i)
    functions = {name: call(name) for name in calls}
    seconds = interleaved(functions, rounds, TURN)
    _agree(answers, data[rounds - 1])
    single = interleaved(functions, rounds)
    _agree(answers, data[rounds - 1])
    explicit = 1 / median_ratio(seconds, "residua.ode", REFERENCE)
    lsoda = 1 / median_ratio(seconds, "residua.ode", "LSODA + curve_fit")
    return Report(
        f"Differential equation A <-> B: {rounds} fits of 100 points, new data each time",
        ("fit", "median", "90 %", f"÷ {REFERENCE}"),
        [
            (f"in turns of {TURN}", "", "", ""),
            *timing_rows(seconds, REFERENCE),
            ("in turns of 1", "", "", ""),
            *timing_rows(single, REFERENCE),
        ],
        [
            Target(
                "at least 10 × faster than RK45 + curve_fit", f"{explicit:.1f} ×", explicit >= 10
            ),
            Target("10 × faster than LSODA + curve_fit", f"{lsoda:.1f} ×", lsoda >= 10),
        ],
        [
            "Integrators at rtol 1e-8, atol 1e-11, unless said; all start alike. The answers",
            f"agree with the closed form's to {AGREE:g} standard errors, or the run stops.",
        ],
    )


def _agree(answers: dict[str, np.ndarray], y: np.ndarray) -> None:
    import residua

    closed = residua.fit(closed_form, TIMES, y, start=START)
    for name, params in answers.items():
        gap = np.abs(params - closed.theta) / closed.standard_errors
        assert gap.max() < AGREE, f"{name} is {gap.max():.2g} standard errors away"
