"""Rate laws and settings that cannot be used, and integrations that fail."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs

T = np.linspace(0.0, 1.0, 20)


def decay(t, y, k):
    return [-k * y[0]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((lambda t, y, k: [-k * y[0]] * 3, {"A": 1.0, "B": 0.0}), "returned 3 rates for 2 species"),
        ((lambda t, y, k: {"A": -k * y[0], "X": 0.0}, {"A": 1.0, "B": 0.0}), "rates are those of"),
        ((decay, {"A": 1.0}, "C"), "'C' cannot be observed: the species are A"),
        ((decay, {"A": 1.0}, []), "nothing cannot be observed"),
        ((decay, {}), "start must name the species"),
        ((decay, {"A": np.nan}), "the start of A is nan"),
        ((decay, {"A": "2 k"}), "not a parameter's name"),
        ((decay, {"A": [1.0, 2.0]}), "not a finite number"),
        ((lambda t: [t], {"A": 1.0}), "takes no states"),
        ((lambda t, y, *k: [-k[0]], {"A": 1.0}), "no names"),
        ((lambda y, t, k: [-k], {"A": 1.0}), "it comes first"),
        ((lambda t, y, A: [-A], {"A": 1.0}), "also a species"),
        ((lambda t, y: [-y[0]], {"A": 1.0}), "no parameter to fit"),
        (("A -> B", {"A": 1.0}), "must be a function"),
        ((decay, {"A": "t"}), "t is the time"),
    ],
)
def test_what_cannot_be_a_rate_law_is_refused_at_once(arguments, words):
    with pytest.raises(rs.ModelError, match=words):
        rs.ode(*arguments)


@pytest.mark.parametrize(
    "settings", [{"rtol": 0.0}, {"rtol": 1.0}, {"atol": 0.0}, {"max_steps": 0}, {"t0": np.inf}]
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(rs.ModelError):
        rs.ode(decay, {"A": 1.0}, **settings)


def test_a_rate_missing_only_for_arrays_is_named_when_asked():
    def sometimes(t, y, k):
        return [-k[0] * y[0]]  # fails where k is one, so that nothing can be said beforehand

    with pytest.raises(rs.ModelError, match=r"rates have shape \(1,\)"):
        rs.ode(sometimes, {"A": 1.0, "B": 0.0})(T, k=np.array([1.0, 2.0]))


def test_where_the_integration_fails_the_prediction_is_nan():
    explodes = rs.ode(lambda t, y, k: [k * y[0] ** 2], {"A": 1.0})
    assert np.isnan(explodes(T, k=2.0)).all()  # infinite at t = 1/2
    np.testing.assert_allclose(explodes(T, k=0.5), 1 / (1 - 0.5 * T), rtol=1e-7)
    undefined = rs.ode(lambda t, y, k: [np.sqrt(k) * y[0]], {"A": 1.0})
    assert np.isnan(undefined(T, k=-1.0)).all()
    assert np.isnan(rs.ode(decay, {"A": 1.0}, max_steps=3)(T, k=5.0)).all()


def test_a_fit_whose_start_cannot_be_integrated_says_so():
    explodes = rs.ode(lambda t, y, k: [k * y[0] ** 2], {"A": 1.0})
    with pytest.raises(rs.ModelError, match="not finite at the start") as caught:
        rs.fit(explodes, T, 1 / (1 - 0.5 * T), start={"k": 2.0})
    assert "stiff=True" in str(caught.value)


def test_steps_to_where_the_integration_fails_are_refused():
    """From k = 0.2 the step of Gauss and Newton goes to 7, beyond the pole at k = 1."""
    explodes = rs.ode(lambda t, y, k: [k * y[0] ** 2], {"A": 1.0})
    noise = 0.001 * np.random.default_rng(0).standard_normal(T.size)
    fit = rs.fit(explodes, T, 1 / (1 - 0.97 * T) + noise, start={"k": 0.2})
    assert fit.ok and abs(fit.params["k"] - 0.97) < 5 * fit.stderr["k"]


def test_data_before_the_clock_starts_are_refused():
    with pytest.raises(rs.ModelError, match="lies before t0"):
        rs.fit(rs.ode(decay, {"A": 1.0}), T - 0.5, np.exp(-T), start={"k": 1.0})


def test_a_missing_diffrax_is_named(monkeypatch):
    monkeypatch.setattr("residua.dynamics.model.find_spec", lambda name: None)
    with pytest.raises(rs.MissingLibrary, match=r"residua\[ode\]"):
        rs.ode(decay, {"A": 1.0})
