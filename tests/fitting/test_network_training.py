"""How networks are trained: solvers, traces, callbacks, interrupts, validation rows."""

from __future__ import annotations

import os
import signal
import threading

import numpy as np
import pytest

import residua as rs
from residua import DataError, ModelError, Outcome, ParameterError
from residua.networks.evidence import Member

X = np.linspace(-2, 2, 40)
Y = np.sin(2 * X) + 0.1 * np.random.default_rng(0).normal(size=40)
NET = rs.MLP([6])
SOLVERS = {
    "Adam": rs.Adam(0.02, steps=1500),
    "AdamW": rs.AdamW(0.02, steps=1500),
    "SGD": rs.SGD(0.05, momentum=0.9, steps=3000),
    "LBFGS": rs.LBFGS(),
}


def stop(_):
    return True


def interrupt(_):
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_finds_the_curve(name):
    """To half of the noise's standard deviation, root mean square; with a report and intervals."""
    fit = rs.fit(NET, X, Y, solver=SOLVERS[name])
    assert fit.ok
    assert fit.members == 1
    inside = np.linspace(-1.9, 1.9, 50)
    said = fit.predict(inside, interval="prediction")
    assert np.sqrt(np.mean((said.value - np.sin(2 * inside)) ** 2)) < 0.06
    assert 0.05 < np.median(said.scale) < 0.2
    assert name in str(fit)
    course = rs.trace(fit)
    assert course.loss[-1] < 0.1 * course.loss[0]
    assert len(course.rate) == len(course.gradient_norm) == len(course)


def test_the_seed_decides_a_training_by_steps():
    """The same bits from one process; other rows in the batches with another seed."""
    solver = rs.Adam(0.01, batch=8, steps=100)
    a, b = (rs.fit(NET, X, Y, solver=solver, seed=1) for _ in range(2))
    assert a.fitted.tobytes() == b.fitted.tobytes()
    assert rs.fit(NET, X, Y, solver=solver, seed=2).fitted.tobytes() != a.fitted.tobytes()


def test_an_ensemble_of_a_solver_is_cross_validated():
    fit = rs.fit(NET, X, Y, solver=SOLVERS["Adam"], members=5)
    assert fit.members == 5
    assert fit.cross_validated > np.sqrt(np.mean(fit.residuals**2))
    assert fit.predict([5.0]).stderr[0] > 3 * fit.predict([0.0]).stderr[0]


def test_the_trace_of_levenberg_and_marquardt():
    """Loss and gradient at the parameters of every step, by finite differences: 1e-5."""
    fit = rs.fit(NET, X, Y, members=1)
    course = rs.trace(fit)
    network, rows = fit.ensemble.networks[0], fit.ensemble.rows

    def loss(theta):
        return float(np.mean((network.value(theta, rows.Z) - rows.Y) ** 2))

    for i in (0, len(course) // 2):
        theta = course.parameters[i]
        np.testing.assert_allclose(course.loss[i], loss(theta), rtol=1e-10)
        h = 1e-6 * np.eye(len(theta))
        gradient = np.array([(loss(theta + s) - loss(theta - s)) / 2e-6 for s in h])
        np.testing.assert_allclose(course.gradient_norm[i], np.linalg.norm(gradient), rtol=1e-4)
    assert course.loss[-1] < course.loss[0]
    assert (course.rate > 0).all()
    assert len(course.to_frame()) == len(course)


def test_parameters_are_recorded_where_asked():
    course = rs.trace(rs.fit(NET, X, Y, solver=rs.Adam(0.01, steps=30, record="parameters")))
    assert course.parameters.shape == (30, 19)
    assert rs.trace(rs.fit(NET, X, Y, solver=rs.Adam(0.01, steps=30))).parameters is None
    for nothing in (rs.fit("a*x + b", X, Y), 3):
        with pytest.raises(ModelError, match="no trace of a training"):
            rs.trace(nothing)


def test_a_callback_sees_every_member():
    seen = []
    fit = rs.fit(NET, X, Y, callback=lambda member: seen.append(member))
    assert all(isinstance(member, Member) for member in seen)
    assert len(seen) == len(fit.ensemble.members) + 1  # and the one network of all rows


@pytest.mark.parametrize("callback", [stop, interrupt])
def test_a_callback_stops_the_fit(callback):
    fit = rs.fit(NET, X, Y, callback=callback)
    assert fit.outcome is Outcome.INTERRUPTED
    assert not fit.ok
    assert np.isfinite(fit.predict([0.0], interval="prediction").high).all()


def test_an_interrupt_gives_what_was_found(monkeypatch):
    """A signal like Ctrl-C while members are trained side by side."""
    from residua.fitting.networks import train as room

    trained = room.train

    def slow(*args, **words):
        if not sent.is_set():
            sent.set()
            os.kill(os.getpid(), signal.SIGINT)
        return trained(*args, **words)

    sent = threading.Event()
    monkeypatch.setattr(room, "train", slow)
    fit = rs.fit(rs.MLP([10]), X, Y, members=50)
    assert fit.outcome is Outcome.INTERRUPTED
    assert any("interrupted" in text for text in fit.warnings)
    assert fit(X).shape == (40,)
    monkeypatch.undo()
    assert rs.fit(NET, X, Y).ok  # nothing is left behind


def test_an_interrupt_of_a_training_by_steps():
    for members in (None, 5):
        solver = rs.Adam(0.01, steps=500, callback=interrupt, every=10)
        fit = rs.fit(NET, X, Y, solver=solver, members=members)
        assert fit.outcome is Outcome.INTERRUPTED
        assert np.isfinite(fit.fitted).all()


def test_errors_of_a_callback_are_its_own():
    def wrong(_):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        rs.fit(NET, X, Y, callback=wrong)
    with pytest.raises(LookupError, match="mine"):
        rs.fit(NET, X, Y, solver=rs.Adam(0.01, steps=50, callback=wrong))


def test_a_solvers_own_callback_ends_its_training():
    seen = []
    solver = rs.Adam(
        0.01, steps=500, callback=lambda s: seen.append(s.loss) or s.step >= 50, every=10
    )
    fit = rs.fit(NET, X, Y, solver=solver)
    assert fit.ok
    assert rs.trace(fit).step[-1] == 49
    assert len(seen) == 5


def test_a_divergence_is_no_success():
    fit = rs.fit(NET, X, Y, solver=rs.SGD(1e6, steps=50))
    assert fit.outcome is Outcome.NOT_FINITE
    assert not fit.ok
    unfinished = rs.fit(NET, X, Y, solver=rs.SGD(1e-9, steps=5))
    assert unfinished.outcome is Outcome.NO_BETTER_THAN_CONSTANT


def test_steps_are_limited_where_asked():
    fit = rs.fit(NET, X, Y, max_steps=2)
    assert fit.outcome is Outcome.STEP_LIMIT
    assert all(one.member.steps <= 2 for one in fit.ensemble.members)
    assert rs.fit(NET, X, Y, max_steps=400).ok


def test_validation_rows_stop_a_training():
    """Fewer steps with patience; rows split off are not trained on, and the file knows."""
    solver = rs.Adam(0.05, batch=10, steps=20_000, patience=10)
    fit = rs.fit(NET, X, Y, solver=solver, validation=0.25)
    assert rs.trace(fit).step[-1] < 19_999
    assert len(fit.kept) == len(fit.ensemble.rows.Z) == 30
    assert fit.fitted.shape == (40,)
    np.testing.assert_allclose(fit.scaling.to_x(fit.ensemble.rows.Z)[:, 0], X[fit.kept])
    given = rs.fit(NET, X, Y, solver=solver, validation=(X[::4], Y[::4]))
    assert given.kept is None
    assert len(rs.trace(given).validation_loss) > 0


@pytest.mark.parametrize(
    ("validation", "error", "message"),
    [
        (1, ParameterError, "a pair"),
        (0.0, ParameterError, "a share between 0 and 1"),
        ([X, Y], ParameterError, "a pair"),
        ((np.ones((5, 2)), Y[:5]), DataError, "2 inputs and 1 outputs"),
        ((X[:5], np.ones((5, 2))), DataError, "1 inputs and 2 outputs"),
        ((X[:5], np.full(5, np.nan)), DataError, "NaN"),
        ((X[:5], Y[:4]), DataError, "5 rows"),
        (0.999, DataError, "leave none to train on"),
    ],
)
def test_validation_rows_that_are_none(validation, error, message):
    with pytest.raises(error, match=message):
        rs.fit(NET, X, Y, solver=rs.Adam(0.01, steps=5), validation=validation)
