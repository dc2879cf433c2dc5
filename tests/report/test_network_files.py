"""Network fits written and read again: the same bits, whatever the kind."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from network_fits import FITS, made, new_places

import residua as rs
from residua import DataError, FileError, ModelError


@pytest.fixture
def again(tmp_path):
    """A fit, saved and loaded."""

    def go(fit):
        fit.save(tmp_path / "n.fit.json")
        return rs.load(tmp_path / "n.fit.json")

    return go


def bits(values):
    return [np.asarray(value, dtype=float).tobytes() for value in values if value is not None]


@pytest.mark.parametrize("kind", FITS)
def test_everything_that_is_said_comes_back_to_the_bit(kind, again):
    fit = made(kind)
    back = again(fit)
    places = new_places(fit)
    assert bits([fit(*places), fit.fitted]) == bits([back(*places), back.fitted])
    interval = "confidence" if kind == "chances" else "prediction"
    words = {"sigma": 0.15} if kind == "weights" else {}
    a, b = (one.predict(*places, interval=interval, **words) for one in (fit, back))
    # Factors that a file leaves out are made again, from the same numbers in the same order.
    assert bits([a.value]) == bits([b.value])
    for name in ("stderr", "low", "high", "scale"):
        if getattr(a, name) is not None:
            np.testing.assert_allclose(getattr(b, name), getattr(a, name), rtol=1e-9)
    assert np.array_equal(a.extrapolates, b.extrapolates)
    np.testing.assert_allclose(
        back.derivative().of_stderr(*places), fit.derivative().of_stderr(*places), rtol=1e-7
    )


@pytest.mark.parametrize("kind", FITS)
def test_the_report_comes_back(kind, again):
    fit = made(kind)
    back = again(fit)
    assert str(back) == str(fit)
    assert back._repr_html_() == fit._repr_html_()
    assert (back.ok, back.outcome, back.warnings) == (fit.ok, fit.outcome, fit.warnings)
    for name, value in fit.params.items():
        assert np.array_equal(back.params[name], value)
        np.testing.assert_allclose(back.stderr[name], fit.stderr[name], rtol=1e-9)
    for name in ("n", "dof", "members", "steps", "effective", "r_squared", "cross_validated"):
        np.testing.assert_equal(getattr(back, name), getattr(fit, name))
    assert back.seconds == fit.seconds
    assert back.architecture == fit.architecture


@pytest.mark.parametrize("kind", ["crossed", "monotone", "held"])
def test_saved_twice_is_the_same_file(kind, again, tmp_path):
    again(made(kind)).save(tmp_path / "second.json")
    first, second = (tmp_path / name for name in ("n.fit.json", "second.json"))
    assert first.read_bytes() == second.read_bytes()


def test_constraints_hold_after_loading(again):
    back = again(made("monotone"))
    a = np.linspace(-3, 3, 200)
    assert (np.diff(back(a, np.full(200, 0.3))) >= 0).all()
    assert (back(a, np.full(200, 0.3)) > 0).all()
    np.testing.assert_allclose(back([0.2], [0.3]), back([0.2], [7.3]), rtol=1e-9)


def test_a_loaded_fit_has_no_trace_and_says_so(again):
    with pytest.raises(ModelError, match="it was loaded from a file"):
        rs.trace(again(made("one")))


def test_the_file_can_be_read_by_people(again, tmp_path):
    fit = made("one")
    again(fit)
    found = json.loads((tmp_path / "n.fit.json").read_text())
    assert found["format"] == "residua.network_fit"
    assert found["version"] == 1
    assert found["outcome"] == "trained"
    assert found["params"]["W1"] == fit.params["W1"].tolist()
    assert found["architecture"]["hidden"] == [2]


def test_loading_in_a_fresh_process_starts_nothing_heavy(again, tmp_path):
    """And predicts the same bits there."""
    fit = made("crossed")
    again(fit)
    script = f"""
import sys, residua as rs
fit = rs.load({str(tmp_path / "n.fit.json")!r})
print(fit([0.3, 5.0]).tobytes().hex())
print(*[m for m in ("jax", "scipy.optimize", "matplotlib", "optax", "sklearn") if m in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    value, heavy = done.stdout.split("\n")[:2]
    assert value == fit([0.3, 5.0]).tobytes().hex()
    assert heavy == ""


def test_what_a_file_cannot_hold(tmp_path):
    names = {"my column": np.arange(9.0), "b": np.arange(9.0) ** 2}
    fit = rs.fit(rs.MLP([2]), names, np.sin(names["b"]), members=1)
    with pytest.raises(FileError, match="cannot have a variable called 'my column'"):
        fit.save(tmp_path / "x.json")
    assert not (tmp_path / "x.json").exists()


def test_a_model_is_not_asked_for(tmp_path):
    made("one").save(tmp_path / "x.json")
    with pytest.raises(DataError, match="comes back by itself"):
        rs.load(tmp_path / "x.json", model=lambda x, a: a * x)
    with pytest.raises(FileError, match="exists"):
        made("one").save(tmp_path / "x.json", overwrite=False)
