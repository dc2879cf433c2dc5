"""Sensitivities: closed forms, error bars against the fit's own second derivatives, pictures."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from residua import ModelError, ParameterError

T = np.linspace(0.0, 0.5, 26)


def reversible(t, k1, k_1, A0=1.0):
    return A0 / (k1 + k_1) * (k1 * np.exp(-(k1 + k_1) * t) + k_1)


def closed_forms(t, k1, k_1):
    """∂A/∂k1 and ∂A/∂k_1 of the reversible reaction, differentiated by hand."""
    s, e = k1 + k_1, np.exp(-(k1 + k_1) * t)
    by_k1 = -(k1 * e + k_1) / s**2 + (e - k1 * t * e) / s
    by_k_1 = -(k1 * e + k_1) / s**2 + (1 - k1 * t * e) / s
    return by_k1, by_k_1


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_the_reaction_of_the_tutorial(engine):
    """S7, to 13 digits."""
    found = rs.sensitivity(reversible, T, {"k1": 3.0, "k_1": 3.0}, engine=engine)
    by_k1, by_k_1 = closed_forms(T, 3.0, 3.0)
    np.testing.assert_allclose(found.absolute["k1"], by_k1, rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(found.absolute["k_1"], by_k_1, rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(found.absolute["A0"], found.value, rtol=1e-13)
    np.testing.assert_allclose(found.relative["A0"], 1.0, rtol=1e-13)
    assert list(found.ranked) == ["A0", "k1", "k_1"]
    assert found.ranked["k1"] == pytest.approx(3 * np.sqrt(np.mean(by_k1**2)), rel=1e-12)


def test_collinearity_of_parameters_that_cannot_be_told_apart():
    found = rs.sensitivity("a*b*x + c", np.arange(4.0), {"a": 2.0, "b": 3.0, "c": 1.0})
    assert found.collinearity == np.inf
    apart = rs.sensitivity("a + b*x", np.array([-1.0, 1.0]), {"a": 2.0, "b": 3.0})
    assert apart.collinearity == pytest.approx(1.0, rel=1e-14)


@pytest.fixture(scope="module")
def fit():
    y = reversible(T, 3.0, 2.0) + 0.002 * np.random.default_rng(0).normal(size=T.size)
    return rs.fit(reversible, T, y, start={"k1": 1.0, "k_1": 1.0}, fixed={"A0": 1.0})


def test_of_a_fit_with_error_bars(fit):
    """The standard error of ∂A/∂k is the delta method on the closed form, to 7 digits."""
    found = rs.sensitivity(fit)
    by_k1, _ = closed_forms(T, fit.params["k1"], fit.params["k_1"])
    np.testing.assert_allclose(found.absolute["k1"], by_k1, rtol=1e-12, atol=1e-15)
    expected = fit.derive(lambda k1, k_1: closed_forms(T, k1, k_1)[0]).stderr
    np.testing.assert_allclose(found.stderr["k1"], expected, rtol=1e-7, atol=1e-15)
    np.testing.assert_allclose(
        found.uncertainty["k_1"], np.abs(found.absolute["k_1"]) * fit.stderr["k_1"], rtol=1e-12
    )


def test_text_table_and_pictures(fit, tmp_path):
    found = rs.sensitivity(fit)
    text = str(found)
    assert "k_1" in text and "collinearity index" in text and "at t" in text
    frame = found.to_frame("relative")
    assert list(frame.columns) == ["t", "value", "d/dk1", "d/dk_1"]
    for kind in ("absolute", "scaled", "relative"):
        figure = found.plot(tmp_path / f"{kind}.png", kind=kind)
        assert len(figure.axes) == 2 and (tmp_path / f"{kind}.png").stat().st_size > 10_000
    several = rs.sensitivity("a*x*z + b", {"x": T, "z": T + 1}, {"a": 1.0, "b": 2.0})
    several.plot(tmp_path / "several.png")
    assert "at x" not in str(several)


def test_bad_requests(fit):
    with pytest.raises(ModelError, match="no x was given"):
        rs.sensitivity("a*x + b")
    with pytest.raises(ParameterError, match="no value was given for b"):
        rs.sensitivity("a*x + b", T, {"a": 1.0})
    with pytest.raises(ParameterError, match="has its own parameters"):
        rs.sensitivity(fit, T, {"k1": 1.0})
    with pytest.raises(ParameterError, match="kind is"):
        rs.sensitivity(fit).plot(kind="log")
    with pytest.raises(ModelError, match="not finite at some points"):
        rs.sensitivity("a*sqrt(x - b)", np.array([1.0, 2.0]), {"a": 1.0, "b": 1.0})
