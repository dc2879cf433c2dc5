"""Every way a training can end, what it keeps, and what it wrote down."""

from __future__ import annotations

import io
import signal

import numpy as np
import pytest
from stochastic_cases import (
    HELD,
    NET,
    NET_ROWS,
    NET_START,
    ROWS,
    START,
    linear_gradient,
    linear_loss,
)

from residua.networks.stepwise.first_order import LBFGS, SGD, Adam
from residua.networks.stepwise.losses import squared_loss
from residua.networks.stepwise.progress import Pace, ProgressLine
from residua.networks.stepwise.stochastic import train
from residua.networks.stepwise.trace import MOST
from residua.networks.stepwise.training import Ending

LOSS = squared_loss(NET)


def held_loss(theta):
    return np.mean((NET.value(theta, HELD[0])[:, 0] - HELD[1]) ** 2)


def test_early_stopping_returns_the_best_of_the_validation_rows():
    solver = Adam(0.02, batch=10, epochs=4000, patience=15, every=6, record="parameters")
    ends = []
    found = train(
        LOSS, NET_START, NET_ROWS, solver, seed=0, validation=HELD, on_step=lambda s: ends.append(s)
    )
    assert found.ending is Ending.EARLY_STOPPED and found.steps == 6 * found.epochs
    losses = np.array([held_loss(state.theta) for state in ends])
    best = int(np.argmin(losses))
    assert found.epochs == len(losses) == best + 1 + 15
    np.testing.assert_array_equal(found.best_theta, ends[best].theta)
    np.testing.assert_allclose(found.trace.validation_loss, losses, rtol=1e-9)
    np.testing.assert_array_equal(found.trace.validation_step, 6 * np.arange(1, len(losses) + 1))
    np.testing.assert_allclose(ends[-1].validation, losses[-1], rtol=1e-9)


def test_patience_without_validation_rows_watches_the_training_loss():
    found = train(linear_loss, START, ROWS, SGD(0.05, steps=50_000, patience=3), seed=0)
    assert found.ending is Ending.EARLY_STOPPED and found.steps < 5000
    # The gradient of the minimum is zero up to the rounding of the loss, its root near it.
    assert np.linalg.norm(linear_gradient(found.best_theta, *ROWS[:2], ROWS[2] / 23)) < 1e-6


@pytest.mark.parametrize("batch", [None, 5])
def test_divergence_keeps_the_last_finite_parameters(batch):
    solver = SGD(100.0, batch=batch, steps=1000)
    found = train(linear_loss, START, ROWS, solver, seed=0)
    assert found.ending is Ending.NOT_FINITE and found.steps < 200
    assert np.isfinite(found.theta).all() and np.isfinite(found.best_theta).all()
    assert not np.isfinite(found.trace.loss[-1]) and np.isfinite(found.trace.loss[:-1]).all()
    assert found.trace.step[-1] == found.steps and len(found.trace) == found.steps + 1


def test_a_loss_that_is_nowhere_finite():
    found = train(
        lambda t, x, w: (w * x).sum() + np.nan * t[0], [1.0], (np.ones(3),) * 2, SGD(), seed=0
    )
    assert found.ending is Ending.NOT_FINITE and found.steps == 0
    np.testing.assert_array_equal(found.best_theta, [1.0])


def test_the_best_of_all_rows_is_never_worse_than_the_last():
    solver = SGD(0.45, batch=3, steps=160)  # jumps about the minimum
    found = train(linear_loss, START, ROWS, solver, seed=2)
    x, y, w = ROWS
    best, last = (linear_loss(t, x, y, w / 23) for t in (found.best_theta, found.theta))
    assert best < last and found.loss == pytest.approx(best, rel=1e-12)


def test_full_batch_best_is_the_lowest_loss_of_the_trace():
    found = train(linear_loss, START, ROWS, SGD(0.5, momentum=0.9, steps=37), seed=0)
    assert found.loss == pytest.approx(min(found.trace.loss.min(), found.loss), rel=1e-12)
    assert found.loss <= found.trace.loss.min() * (1 + 1e-12)


def test_a_callback_stops_at_the_step_it_names():
    seen = []

    def stop(state):
        seen.append(state.step)
        return state.step >= 30

    found = train(linear_loss, START, ROWS, Adam(0.01, steps=90, every=10, callback=stop), seed=0)
    assert found.ending is Ending.CALLBACK and found.steps == 30 and seen == [10, 20, 30]
    whole = train(linear_loss, START, ROWS, Adam(0.01, steps=30), seed=0)
    np.testing.assert_array_equal(found.theta, whole.theta)


def test_a_callback_sees_what_the_trace_says():
    states = []
    solver = Adam(0.01, batch=5, steps=60, every=7, callback=states.append, schedule="cosine")
    found = train(linear_loss, START, ROWS, solver, seed=0)
    assert [s.step for s in states] == [7, 14, 21, 28, 35, 42, 49, 56]
    for state in states:
        row = state.step - 1
        assert state.loss == found.trace.loss[row]
        assert state.gradient_norm == found.trace.gradient_norm[row]
        assert state.rate == found.trace.rate[row]
        assert state.epoch == state.step // 5


@pytest.mark.parametrize("solver", [Adam(0.01, steps=10**6), LBFGS(10**6, tolerance=0.0)])
def test_ctrl_c_keeps_what_was_found(solver):
    def press(state):
        if state.step >= 5:
            signal.raise_signal(signal.SIGINT)

    found = train(LOSS, NET_START, NET_ROWS, solver, seed=0, on_step=press)
    assert found.ending is Ending.INTERRUPTED and 5 <= found.steps < 10**6
    start = np.mean((NET.value(NET_START, NET_ROWS[0])[:, 0] - NET_ROWS[1]) ** 2)
    assert found.loss < start and found.trace.step[-1] == found.steps - 1


def test_other_exceptions_of_a_callback_are_the_callers():
    def broken(state):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        train(linear_loss, START, ROWS, Adam(callback=broken), seed=0)


def test_parameters_and_gradients_are_written_down_when_asked():
    solver = SGD(0.05, steps=40, record="parameters")
    trace = train(linear_loss, START, ROWS, solver, seed=0).trace
    np.testing.assert_array_equal(trace.parameters[0], START)
    expected = [linear_gradient(t, *ROWS[:2], ROWS[2] / 23) for t in trace.parameters]
    np.testing.assert_allclose(trace.gradients, expected, rtol=1e-9, atol=1e-12)
    moved = trace.parameters[:-1] - 0.05 * trace.gradients[:-1]
    np.testing.assert_allclose(trace.parameters[1:], moved, rtol=1e-12)


@pytest.mark.parametrize("steps", [MOST - 1, MOST, 25_001])
def test_a_long_trace_is_thinned_and_keeps_its_ends(steps):
    solver = SGD(1e-4, steps=steps, record="parameters")
    found = train(linear_loss, START, ROWS, solver, seed=0, on_step=lambda s: None)
    step = found.trace.step
    assert len(step) <= MOST and len(step) > MOST // 3
    assert step[0] == 0 and step[-1] == steps - 1
    stride = step[1]
    np.testing.assert_array_equal(step[:-1], stride * np.arange(len(step) - 1))
    x, y, w = ROWS
    for i in (0, 1, len(step) // 2, -2, -1):
        loss = linear_loss(found.trace.parameters[i], x, y, w / 23)
        assert found.trace.loss[i] == pytest.approx(loss, rel=1e-12)


def test_a_trace_becomes_a_table():
    pytest.importorskip("pandas")
    solver = Adam(0.01, batch=5, epochs=3, record="parameters")
    held = tuple(a[:4] for a in ROWS)
    found = train(linear_loss, START, ROWS, solver, seed=0, validation=held)
    frame = found.trace.to_frame(("a", "b", "c", "d"))
    assert list(frame.columns) == [
        *("loss", "gradient_norm", "rate", "validation_loss", "a", "b", "c", "d"),
        *("dloss/da", "dloss/db", "dloss/dc", "dloss/dd"),
    ]
    assert frame.index.tolist() == list(range(15))
    assert frame["validation_loss"].isna().tolist() == [True] * 5 + [False] * 10
    assert frame["validation_loss"][5] == found.trace.validation_loss[0]


def test_the_progress_line_says_how_far_it_is():
    stream = io.StringIO()
    line = ProgressLine(200, True, stream)
    line.update(50, 1.5, 0.25, 1e-3)
    line.update(100, 1.25, 0.125, 1e-3)
    line.close()
    text = stream.getvalue()
    assert "100/200" in text and "loss 1.25" in text and "rate 0.001" in text and "left" in text
    assert text.endswith("\n") and "#" * 12 + "." * 12 in text


def test_the_progress_line_is_silent_where_nobody_looks(capsys):
    stream = io.StringIO()  # not a terminal
    line = ProgressLine(10, None, stream)
    line.update(5, 1.0, 1.0, 1.0)
    line.close()
    assert stream.getvalue() == ""
    train(linear_loss, START, ROWS, Adam(steps=5), seed=0)
    assert capsys.readouterr().err == ""
    train(linear_loss, START, ROWS, Adam(steps=5), seed=0, progress=True)
    assert "5/5" in capsys.readouterr().err


def test_the_pace_is_a_tenth_of_a_second_and_whole_epochs_where_they_are_short():
    pace = Pace(batches=4, most=16_384)
    for _ in range(9):
        pace.measured(pace.length, pace.length * 1e-5)
    assert pace.length == 10_000 and pace.stop(0, 10**6, None) == 10_000
    assert pace.stop(3, 10**6, None) % 4 == 0
    assert pace.stop(0, 10**6, 250) == 250 and pace.stop(0, 77, None) == 76
    assert pace.stop(76, 77, None) == 77
    slow = Pace(batches=1000, most=16_384)
    slow.measured(64, 64 * 0.05)
    assert slow.length == 20
