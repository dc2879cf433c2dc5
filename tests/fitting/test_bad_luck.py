"""Scales, ownership, interruption and repetition: the right answer, or a word about it."""

from __future__ import annotations

import math
import threading
import time

import numpy as np
import pandas as pd
import pytest
from one_decay import BEST, N, T, Y, bare, decay, line, refused, same

import residua as rs

# Parameters and scales ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model", [lambda t, a, b, q: a * t + b, lambda t, a, b, q: a * t + b + 0 * q]
)
@pytest.mark.parametrize("start", [[1, 1, 1], None], ids=["started", "unstarted"])
def test_a_parameter_without_influence_is_named(model: object, start: object) -> None:
    fit = rs.fit(model, T, Y, start=start)
    assert not fit.ok
    assert math.isinf(fit.stderr["q"])
    assert any(text.startswith("q does not influence the predictions") for text in fit.warnings)
    best = np.polyfit(T, Y, 1)
    np.testing.assert_allclose([fit.params["a"], fit.params["b"]], best, rtol=1e-8)


SCALES = [1e-100 / 0.3, 1e-30, 1e-9, 1e9, 1e30, 1e100 / 4]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_the_unit_of_y(model: object, scale: float) -> None:
    start = {"a": scale, "c": 0.0} if model is decay else None
    fit = rs.fit(model, T, Y * scale, start=start)
    assert fit.ok, str(fit)
    for name, unit in (("a", scale), ("b", 1.0), ("c", scale)):
        assert fit.params[name] == pytest.approx(BEST.params[name] * unit, rel=1e-6)
        assert fit.stderr[name] == pytest.approx(BEST.stderr[name] * unit, rel=1e-5)


@pytest.mark.parametrize("scale", [1e-30, 1e-9, 1e9, 1e30])
@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_the_unit_of_x(model: object, scale: float) -> None:
    start = {"b": 1 / scale} if model is decay else None
    fit = rs.fit(model, T * scale, Y, start=start)
    assert fit.ok, str(fit)
    assert fit.params["b"] == pytest.approx(BEST.params["b"] / scale, rel=1e-6)
    assert fit.stderr["b"] == pytest.approx(BEST.stderr["b"] / scale, rel=1e-5)


@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_a_large_offset(model: object) -> None:
    fit = rs.fit(model, T, Y + 1e9)
    assert fit.ok
    # Residuals are differences of numbers near 1e9: their norm, 0.24, is rounded at 5e-6.
    assert fit.params["b"] == pytest.approx(BEST.params["b"], abs=1e-3 * BEST.stderr["b"])
    assert fit.params["c"] == pytest.approx(1e9 + BEST.params["c"], abs=1e-5)


def test_x_far_from_zero_is_right_or_said() -> None:
    for offset in (1e3, 1e6, 1e9, 1e12):
        fit = rs.fit(line, T + offset, Y)
        slope = np.polyfit(T, Y, 1)[0]
        # x keeps 16 digits of the offset; that rounding is all that may be lost.
        lost = 1e-15 * offset
        assert not fit.ok or fit.params["a"] == pytest.approx(slope, rel=max(100 * lost, 1e-8))


def test_powers_of_negative_numbers() -> None:
    x = T - 2
    assert rs.fit(lambda t, a=1.0: a * t**3, x, 2 * x**3).params["a"] == pytest.approx(2.0)
    assert rs.fit("a*x**3", x, 2 * x**3).params["a"] == pytest.approx(2.0)
    refused(rs.ParameterError, "no start could be found", "a*x**n", x, 2 * x**3)


@pytest.mark.parametrize(
    "model",
    [
        lambda t, a=1.0, c=1.5: a * np.abs(t - c),
        lambda t, a=1.0, c=1.5: np.where(t > c, a * (t - c), a * (c - t)),
        lambda t, a=1.0, c=1.5: a * np.maximum(t - c, c - t),
    ],
    ids=["abs", "where", "maximum"],
)
def test_kinks_in_the_model(model: object) -> None:
    y = 2 * np.abs(T - 2.0) + 0.01 * np.random.default_rng(2).normal(size=N)
    fit = rs.fit(model, T, y)
    assert fit.params["c"] == pytest.approx(2.0, abs=6 * fit.stderr["c"])
    assert fit.params["a"] == pytest.approx(2.0, abs=6 * fit.stderr["a"])


def test_a_kink_at_the_solution_is_right_or_said() -> None:
    # The minimum of |c - 1| + |c + 1| in c lies where the derivative does not exist.
    fit = rs.fit(lambda t, c=3.0: np.abs(c) + 0 * t, T, np.full(N, -1.0))
    assert not fit.ok or abs(fit.params["c"]) < 1e-6


@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_perfect_data(model: object) -> None:
    fit = rs.fit(model, T, decay(T, 2.5, 1.3, 0.5))
    assert fit.ok, str(fit)
    np.testing.assert_allclose(list(fit.params.values()), [2.5, 1.3, 0.5], rtol=1e-12)
    assert fit.standard_errors.max() < 1e-13
    assert fit.r_squared == 1.0


def test_the_start_is_the_answer() -> None:
    fit = rs.fit(decay, T, decay(T))
    assert fit.ok
    assert fit.params == {"a": 1.0, "b": 1.0, "c": 0.0}


@pytest.mark.parametrize(
    ("model", "data", "linear"),
    [("cos(a - x)", np.cos, False), ("b*cos(a - x)", np.cos, False), ("a*x", np.positive, True)],
)
def test_worse_than_a_constant_with_all_at_a_bound(model: str, data: object, linear: bool) -> None:
    """No curvature is left to ask; a linear model has its only minimum there all the same."""
    x = np.array([0.0, 0.5, 1.0, 1.5]) * np.pi
    start = {"a": 0.0, "b": 1.0} if "b" in model else {"a": 0.0}
    bounds = {name: (0.9 * value - 0.2, value + 0.2) for name, value in start.items()}
    fit = rs.fit(model, x, -2 * data(x), start=start, bounds=bounds)
    assert fit.ok is linear
    assert any("no better than a constant" in text for text in fit.warnings)


def test_as_many_points_as_parameters() -> None:
    fit = rs.fit(line, [0.0, 1.0], [1.0, 3.0])
    np.testing.assert_allclose(list(fit.params.values()), [2.0, 1.0], rtol=1e-14)
    assert math.isnan(fit.stderr["a"])
    assert math.isnan(fit.confidence_intervals()["a"][0])
    assert any("no degree of freedom" in text for text in fit.warnings)
    known = rs.fit(line, [0.0, 1.0], [1.0, 3.0], sigma=0.1, absolute_sigma=True)
    assert known.stderr["a"] == pytest.approx(0.1 * math.sqrt(2), rel=1e-12)


def test_one_point_one_parameter() -> None:
    assert rs.fit(lambda t, a=1.0: a * t, [2.0], [1.0]).params["a"] == pytest.approx(0.5)


def test_one_parameter() -> None:
    fit = rs.fit(lambda t, b: np.exp(-b * t), T, np.exp(-0.7 * T))
    assert fit.params["b"] == pytest.approx(0.7, rel=1e-10)


def test_twenty_parameters() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 20))
    truth = np.arange(20.0)
    y = X @ truth + 0.1 * rng.normal(size=200)
    names = ", ".join(f"p{i}" for i in range(20))
    space: dict[str, object] = {"np": np}
    exec(f"def model(X, {names}): return X @ np.array([{names}])", space)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    for model, start in ((space["model"], None), (lambda X, p: X @ p, {"p": np.zeros(20)})):
        fit = rs.fit(model, X, y, start=start)
        np.testing.assert_allclose(fit.theta, best, rtol=1e-9, atol=1e-11)


def test_a_hundred_thousand_rows_take_no_time() -> None:
    x = np.linspace(0.0, 4.0, 100_000)
    y = decay(x, 2.5, 1.3, 0.5) + 0.05 * np.random.default_rng(4).normal(size=x.size)
    began = time.perf_counter()
    fit = rs.fit(decay, x, y)
    started = time.perf_counter() - began
    began = time.perf_counter()
    found = rs.fit(bare, x, y)
    unstarted = time.perf_counter() - began
    assert fit.ok
    assert found.ok
    # Ten times what an idle machine needs: this guards against work that grows with the square.
    assert started < 2
    assert unstarted < 20


# Ownership, interruption, repetition ----------------------------------------------------------


def test_the_fit_does_not_change_when_the_data_do() -> None:
    x, y, sigma, start = T.copy(), Y.copy(), np.full(N, 0.05), np.array([1.0, 1.0, 0.0])
    fit = rs.fit(decay, x, y, sigma=sigma, start=start)
    fitted, rss = fit.fitted.copy(), fit.rss
    for array in (x, y, sigma, start):
        array[:] = 7.0
    again = rs.fit(decay, T, Y, sigma=np.full(N, 0.05))
    np.testing.assert_array_equal(fit.y, Y)
    np.testing.assert_array_equal(fit.x["t"], T)
    np.testing.assert_array_equal(fit.sigma, np.full(N, 0.05))
    np.testing.assert_array_equal(fit.fitted, fitted)
    np.testing.assert_allclose(fit.residuals, again.residuals, atol=1e-12)
    assert fit.rss == rss
    assert fit.parameters.vector().tolist() == [1.0, 1.0, 0.0]


def test_the_data_do_not_change_when_fitted() -> None:
    x, y, sigma, start = T.copy(), Y.copy(), np.full(N, 0.05), np.array([30.0, 0.1, 0.0])
    frame = pd.DataFrame({"t": x, "y": y})
    rs.fit(decay, x, y, sigma=sigma, start=start)
    rs.fit(bare, x, y)
    rs.fit(bare, data=frame, y="y")
    np.testing.assert_array_equal(x, T)
    np.testing.assert_array_equal(y, Y)
    np.testing.assert_array_equal(sigma, np.full(N, 0.05))
    np.testing.assert_array_equal(start, [30.0, 0.1, 0.0])
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"t": T, "y": Y}))


@pytest.mark.parametrize("calls", [3, 5, 8, 13, 21, 30, 44, 60, 90, 140])
def test_a_keyboard_interrupt_in_the_model_keeps_the_best_so_far(calls: int) -> None:
    count = 0

    def model(t, a=30.0, b=0.1, c=0.0):
        nonlocal count
        count += 1
        if count > calls:
            raise KeyboardInterrupt
        return a * np.exp(-b * t) + c

    try:
        fit = rs.fit(model, T, Y, engine="eager")
    except KeyboardInterrupt:
        assert calls <= 5  # before the first step there is nothing to keep
        return
    if fit.outcome is rs.Outcome.INTERRUPTED:
        assert not fit.ok
        assert "interrupted" in fit.warnings[0]
        assert "interrupted" in str(fit)
    else:
        same(fit)
    count = -(10**6)
    assert fit.rss <= float(((Y - decay(T, 30.0, 0.1, 0.0)) ** 2).sum())


def test_an_interrupt_among_the_rescues_keeps_the_first_answer() -> None:
    x = np.linspace(0, 10, 80)
    y = 1.5 * np.sin(8.17 * x + 0.4) + 0.1 * np.random.default_rng(1).normal(size=80)
    count, limit = 0, 10**6

    def sine(x, a=1.0, w=1.0, phase=0.0):
        nonlocal count
        count += 1
        if count == limit:
            raise KeyboardInterrupt
        return a * np.sin(w * x + phase)

    rs.fit(sine, x, y, engine="eager")
    needed = count
    for stop in (needed // 2, needed * 3 // 4, needed - 5):
        count, limit = 0, stop
        fit = rs.fit(sine, x, y, engine="eager")
        assert fit.outcome is rs.Outcome.INTERRUPTED or fit.r_squared > 0.98
        assert not (fit.ok and fit.r_squared < 0.98)


def test_a_callback_may_stop_interrupt_watch_and_meddle() -> None:
    start = {"a": 30.0, "b": 0.1, "c": 0.0}
    for stop in (lambda state: True, lambda state: np.True_):
        fit = rs.fit(decay, T, Y, start=start, callback=stop)
        assert fit.outcome is rs.Outcome.INTERRUPTED
        assert fit.steps == 1

    def interrupt(state):
        if state.steps == 2:
            raise KeyboardInterrupt

    assert rs.fit(decay, T, Y, start=start, callback=interrupt).outcome.name == "INTERRUPTED"
    same(rs.fit(decay, T, Y, start=start, callback=lambda state: state.params.fill(99.0)))
    seen: list[float] = []
    fit = rs.fit(decay, T, Y, start=start, callback=lambda s: seen.append(float(s.lin.cost)))
    same(fit)
    assert 0 < len(seen) <= fit.steps  # the last digits come from steps that need no watching
    assert seen == sorted(seen, reverse=True)
    with pytest.raises(ZeroDivisionError):
        rs.fit(decay, T, Y, start=start, callback=lambda state: 1 / 0)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_a_step_limit_binds(steps: int) -> None:
    fit = rs.fit(decay, T, Y, start=[80.0, 0.01, 3.0], max_steps=steps)
    assert fit.steps <= steps
    assert not fit.ok
    assert fit.outcome is rs.Outcome.STEP_LIMIT
    assert fit.rss <= float(((Y - decay(T, 80.0, 0.01, 3.0)) ** 2).sum()) * (1 + 1e-12)


def test_the_same_call_gives_the_same_bits() -> None:
    for model, words in ((decay, {}), (bare, {}), (decay, {"start": [80.0, 0.01, 3.0]})):
        one = rs.fit(model, T, Y, engine="eager", **words)
        two = rs.fit(model, T, Y, engine="eager", **words)
        assert one.params == two.params
        assert one.stderr == two.stderr
        assert one.steps == two.steps


def test_threads_give_the_answers_of_one_thread() -> None:
    models = [eval(f"lambda t, a, b, c: a*np.exp(-b*t) + c + 0*{i}", {"np": np}) for i in range(8)]
    tables = [decay(T, 2.0 + i, 1.3, 0.5) + 0.02 * (Y - BEST.fitted) for i in range(8)]

    def task(i: int) -> dict[str, float]:
        return rs.fit(models[i], T, tables[i], engine="eager").params

    alone = [task(i) for i in range(8)]
    together: list[dict[str, float]] = [{}] * 8

    def work(i: int) -> None:
        together[i] = task(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


FAILED = {
    "valley": lambda: rs.fit("a1*a2*exp(-b*x)", T, Y),
    "steps": lambda: rs.fit(decay, T, Y, start=[80.0, 0.01, 3.0], max_steps=2),
    "unchanged": lambda: rs.fit(lambda t, a=1.0: np.round(a * t), T, Y),
    "interrupted": lambda: rs.fit(decay, T, Y, start=[9.0, 0.1, 0], callback=lambda state: True),
    "constant": lambda: rs.fit(decay, T, np.full(N, 2.0)),
}


@pytest.mark.parametrize("make", FAILED.values(), ids=FAILED)
def test_a_fit_that_failed_never_looks_like_one_that_worked(make: object) -> None:
    fit = make()
    assert not fit.ok
    assert fit.warnings[0] == f"the fit {fit.outcome.sentence}"
    assert fit.outcome.sentence in " ".join(str(fit).split())
    assert "converged to a minimum" not in " ".join(str(fit).split())
    assert "converged to a minimum" not in repr(fit)
