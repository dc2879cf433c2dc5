"""Fits of rate laws: parameters, error bars, starts from the data, files, engines."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs

T = np.linspace(0.0, 0.5, 100)
TRUTH = {"k1": 3.0, "k_1": 2.0, "A0": 1.0}
NOISE = 0.01
GAIN = 1.0


def reversible(t, y, k1, k_1):
    A, B = y
    r = k1 * A - k_1 * B
    return [-r, r]


def exact(t, k1, k_1, A0):
    k = k1 + k_1
    return A0 / k * (k1 * np.exp(-k * t) + k_1)


def noisy(seed, clean=None, noise=NOISE):
    clean = exact(T, **TRUTH) if clean is None else clean
    return clean + noise * np.random.default_rng(seed).standard_normal(clean.shape)


@pytest.fixture(scope="module")
def model():
    return rs.ode(reversible, start={"A": None, "B": 0.0}, observe="A")


def test_a_fit_is_that_of_the_closed_form(model):
    """Same minimum, same error bars, found from the data alone."""
    fit, closed = rs.fit(model, T, noisy(0)), rs.fit(exact, T, noisy(0), start=TRUTH)
    assert fit.ok and fit.engine == "compiled" and "differential equation" in fit.engine_reason
    np.testing.assert_allclose(fit.theta, closed.theta, rtol=1e-6)
    np.testing.assert_allclose(fit.standard_errors, closed.standard_errors, rtol=1e-5)
    np.testing.assert_allclose(fit.covariance, closed.covariance, rtol=1e-4)


def test_error_bars_are_right(model):
    """400 fits: the pulls of each parameter have mean 0 and deviation 1 to three of their errors,
    and the intervals of 95 % hold the truth as often as they say."""
    pulls, held = [], []
    for seed in range(400):
        fit = rs.fit(model, T, noisy(seed), start=TRUTH)
        assert fit.ok
        pulls.append([(fit.params[n] - TRUTH[n]) / fit.stderr[n] for n in TRUTH])
        intervals = fit.confidence_intervals()
        held.append([intervals[n][0] <= TRUTH[n] <= intervals[n][1] for n in TRUTH])
    assert (np.abs(np.mean(pulls, axis=0)) < 3 / np.sqrt(400) + 0.05).all()  # k's are curved
    assert (np.abs(np.std(pulls, axis=0) - 1) < 3 / np.sqrt(800)).all()
    assert (np.abs(np.mean(held, axis=0) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 400)).all()


def test_a_model_that_is_fitted_again_is_not_compiled_again(model):
    from jax import monitoring

    rs.fit(model, T, noisy(0), start=TRUTH)
    compiled, active = [0], [True]
    monitoring.register_event_duration_secs_listener(
        lambda event, *_, **__: compiled.append(event) if active[0] and "compile" in event else None
    )
    try:
        fit = rs.fit(model, T, noisy(1), start=TRUTH)
        again = rs.ode(reversible, start={"A": None, "B": 0.0}, observe="A")
        np.testing.assert_allclose(rs.fit(again, T, noisy(1), start=TRUTH).theta, fit.theta)
    finally:
        active[0] = False
    assert compiled == [0] and "again and again" in fit.engine_reason


def test_starts_come_from_the_data_whatever_the_units():
    """Hours or years, moles or nanomoles: no start is given, and none is silently one."""
    for time, amount in ((1.0, 1.0), (1e6, 1e-9), (1e-5, 1e4)):
        model = rs.ode(reversible, start={"A": None, "B": 0.0}, observe="A")
        fit = rs.fit(model, T * time, amount * noisy(2))
        for name, size in (("k1", 1 / time), ("k_1", 1 / time), ("A0", amount)):
            assert abs(fit.params[name] / size - TRUTH[name]) < 4 * fit.stderr[name] / size


def test_several_species_and_starting_conditions_in_one_fit():
    """Predator and prey, both observed; four rates and two starts, from the data alone."""

    def predator_prey(t, hare, lynx, a, b, c, d):
        return [hare * (a - b * lynx), lynx * (d * hare - c)]

    truth = {"a": 1.1, "b": 0.4, "c": 0.4, "d": 0.1, "hare0": 10.0, "lynx0": 5.0}
    model = rs.ode(predator_prey, start={"hare": None, "lynx": None})
    t = np.linspace(0.0, 20.0, 60)
    fit = rs.fit(model, t, noisy(3, model(t, **truth), 0.2), sigma=0.2, absolute_sigma=True)
    assert fit.ok and fit.n == 120
    assert all(abs(fit.params[n] - truth[n]) < 4 * fit.stderr[n] for n in truth)


def test_defaults_fixed_values_and_bounds():
    def decay(t, y, k=2.0):
        return [-k * y[0]]

    model = rs.ode(decay, start={"A": None})
    y = noisy(4, 3 * np.exp(-1.3 * T))
    fit = rs.fit(model, T, y, bounds={"k": (0, 10)}, fixed={"A0": 3.0})
    assert fit.parameters.leaves[0].start == 2.0
    closed = rs.fit("3*exp(-k*t)", {"t": T}, y, start={"k": 1.0})
    np.testing.assert_allclose(fit.params["k"], closed.params["k"], rtol=1e-6)


def test_a_global_that_changed_is_seen(monkeypatch):
    def decay(y, k):
        return [-k * GAIN * y[0]]

    model = rs.ode(decay, start={"A": 1.0})
    np.testing.assert_allclose(model(T, k=2.0), np.exp(-2 * T), rtol=1e-7)
    monkeypatch.setitem(globals(), "GAIN", 3.0)
    np.testing.assert_allclose(model(T, k=2.0), np.exp(-6 * T), rtol=1e-7)


def test_an_eager_engine_that_was_asked_for_says_why_not(model):
    fit = rs.fit(model, T, noisy(0), start=TRUTH, engine="eager")
    assert fit.engine == "compiled" and "differential equation" in fit.engine_reason


def test_predictions_have_bands(model):
    fit = rs.fit(model, T, noisy(0), start=TRUTH)
    closed = rs.fit(exact, T, noisy(0), start=TRUTH)
    found, expected = (f.predict([0.1, 0.6], interval="confidence") for f in (fit, closed))
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-6)
    np.testing.assert_allclose(found.low, expected.low, rtol=1e-6)


def test_saved_and_loaded(model, tmp_path):
    fit = rs.fit(model, T, noisy(0), start=TRUTH)
    path = tmp_path / "kinetics.fit.json"
    fit.save(path)
    absent = rs.load(path)
    assert absent.params == fit.params and "reversible" in str(absent)
    with pytest.raises(rs.ModelError, match="Python function"):
        absent.predict([0.1])
    again = rs.ode(reversible, start={"A": None, "B": 0.0}, observe="A")
    np.testing.assert_array_equal(rs.load(path, model=again).fitted, fit.fitted)
    other = rs.ode(reversible, start={"A": None, "B": 0.5}, observe="A")
    with pytest.raises(rs.ModelError, match="predicts other numbers"):
        rs.load(path, model=other)
