"""Fits of networks: what they are, whatever the units, shapes and words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import residua as rs
from residua import Outcome
from residua.networks import threads

RNG = np.random.default_rng(0)
X = np.linspace(-2, 2, 40)
Y = np.sin(2 * X) + 0.1 * RNG.normal(size=40)
TWO = RNG.uniform(-2, 2, (60, 2))
Z = TWO[:, 0] ** 2 + TWO[:, 1] + 0.1 * RNG.normal(size=60)
SMALL = rs.MLP([5])
NEW = RNG.uniform(-2, 2, (7, 2))


def same_bits(a, b):
    said = [one.predict([0.3, 1.7], interval="prediction") for one in (a, b)]
    return all(
        np.asarray(getattr(said[0], name)).tobytes() == np.asarray(getattr(said[1], name)).tobytes()
        for name in ("value", "stderr", "low", "high")
    )


def test_the_seed_decides_everything_and_nothing_else(monkeypatch):
    first = rs.fit(SMALL, X, Y, seed=3)
    np.random.seed(99)
    monkeypatch.setattr(threads, "workers", lambda: 1)
    alone = rs.fit(SMALL, X, Y, seed=3)
    monkeypatch.setattr(threads, "workers", lambda: 4)
    assert same_bits(first, alone)
    assert same_bits(first, rs.fit(SMALL, X, Y, seed=np.int64(3)))
    assert not same_bits(first, rs.fit(SMALL, X, Y, seed=4))


@pytest.mark.parametrize(
    "make",
    [
        lambda: (TWO, Z, {}),
        lambda: (TWO.tolist(), Z.tolist(), {}),
        lambda: ((TWO[:, 0], TWO[:, 1]), Z, {}),
        lambda: ({"a": TWO[:, 0], "b": TWO[:, 1]}, Z, {}),
        lambda: (pd.DataFrame(TWO, columns=["a", "b"]), pd.Series(Z), {}),
        lambda: (["a", "b"], "z", {"data": {"a": TWO[:, 0], "b": TWO[:, 1], "z": Z}}),
        lambda: (None, "z", {"data": pd.DataFrame({"a": TWO[:, 0], "b": TWO[:, 1], "z": Z})}),
        lambda: (TWO, Z, {"independent": ["a", "b"]}),
        lambda: (np.vstack([TWO, [[np.nan, 0]]]), np.append(Z, 1.0), {"missing": "drop"}),
    ],
)
def test_the_same_data_in_other_clothes_are_the_same_fit(make):
    x, y, words = make()
    plain = rs.fit(SMALL, TWO, Z, members=1)
    found = rs.fit(SMALL, x, y, members=1, **words)
    assert found.fitted.tobytes() == plain.fitted.tobytes()


def test_new_places_in_every_form():
    """A matrix, rows of a list, columns, a tuple, names, a table: one answer, 1e-13."""
    named = rs.fit(SMALL, {"a": TWO[:, 0], "b": TWO[:, 1]}, Z, members=1)
    a, b = NEW.T
    forms = [
        named(NEW),
        named(NEW.tolist()),
        named(a, b),
        named((a, b)),
        named(a=a, b=b),
        named({"b": b, "a": a, "c": a}),
        named(pd.DataFrame({"b": b, "a": a})),
        named.predict(NEW).value,
        named.predict((a, b), interval="prediction").value,
        rs.fit(SMALL, TWO, Z, members=1)(NEW),
    ]
    for form in forms[1:]:
        np.testing.assert_allclose(form, forms[0], rtol=1e-13)
    pair = NEW[:2]  # as many rows as columns: rows stay rows, and a tuple holds columns
    expected = named(NEW)[:2]
    for form in (named(pair), named(pair.tolist()), named(tuple(pair.T)), named(*pair.T)):
        np.testing.assert_allclose(form, expected, rtol=1e-13)
    assert named([1.0], 2.0).shape == named(np.array([1.0, 2.0])).shape == (1,)


@pytest.mark.parametrize(
    ("x_unit", "y_unit", "x_zero", "y_zero"),
    [(1e12, 1.0, 0.0, 0.0), (1e-12, 1e12, 0.0, 0.0), (1.0, 1e-12, 0.0, 0.0), (1, 1, 1e6, -1e6)],
)
def test_units_change_nothing(x_unit, y_unit, x_zero, y_zero):
    """The same curve in any unit, and about any zero: 1e-6 of its range, beside rounding."""
    plain = rs.fit(SMALL, X, Y, members=1)
    other = rs.fit(SMALL, x_unit * X + x_zero, y_unit * Y + y_zero, members=1)
    new = np.linspace(-2.5, 2.5, 11)
    for name in ("value", "stderr", "low", "high"):
        mine = getattr(plain.predict(new, interval="prediction"), name)
        theirs = getattr(other.predict(x_unit * new + x_zero, interval="prediction"), name)
        zero = 0.0 if name == "stderr" else y_zero
        np.testing.assert_allclose((theirs - zero) / y_unit, mine, atol=1e-6)


def test_the_one_network_is_the_formula_that_it_says_it_is():
    """y = W2 tanh(W1 x + b1) + b2 with fit.params, in user units: 1e-12."""
    found = rs.fit(SMALL, TWO, 100 + 20 * Z, members=1)
    p = found.params
    assert {name: np.shape(value) for name, value in p.items()} == {
        "W1": (5, 2),
        "b1": (5,),
        "W2": (1, 5),
        "b2": (1,),
    }
    by_hand = p["W2"] @ np.tanh(p["W1"] @ NEW.T + p["b1"][:, None]) + p["b2"][:, None]
    np.testing.assert_allclose(found(NEW), by_hand[0], rtol=1e-12)
    np.testing.assert_allclose(found.model.call(NEW, *p.values()), by_hand[0], rtol=1e-12)


def test_several_outputs():
    """Each has its own unit and noise; shapes follow y, and one column stays a column."""
    rng = np.random.default_rng(1)
    both = np.column_stack([Z, 1e3 * np.sin(TWO[:, 0]) + 300 * rng.normal(size=60)])
    found = rs.fit(SMALL, TWO, both)
    assert found.ok
    said = found.predict(NEW, interval="prediction")
    assert said.value.shape == said.low.shape == said.extrapolates.shape == (7, 2)
    assert said.log_density(said.value).shape == (7, 2)
    assert found.fitted.shape == found.residuals.shape == (60, 2)
    scale = np.median(said.scale, axis=0)
    assert 0.05 < scale[0] < 0.5
    assert 200 < scale[1] < 600
    assert rs.fit(SMALL, X, Y[:, None], members=1)(X).shape == (40, 1)


def test_sigma_in_any_unit_weighs_the_same():
    """Relative sigma: its unit means nothing; ten times the sigma is ignored."""
    sigma = np.where(np.arange(40) % 2, 1.0, 100.0)
    bent = Y + np.where(np.arange(40) % 2, 0.0, 3.0)
    found = rs.fit(SMALL, X, bent, sigma=sigma, members=1)
    other = rs.fit(SMALL, X, bent, sigma=1e-3 * sigma, members=1)
    np.testing.assert_allclose(found(X), other(X), rtol=1e-9)
    assert np.sqrt(np.mean((found(X) - np.sin(2 * X)) ** 2)) < 0.15


def test_sigma_in_the_units_of_y_is_believed():
    """The error bars follow it, whatever the residuals say; its noise is the sigma given."""
    found = [
        rs.fit(SMALL, X, Y, sigma=s, absolute_sigma=True).predict(
            [0.5], interval="prediction", sigma=s
        )
        for s in (0.1, 0.3)
    ]
    assert found[1].stderr[0] > 1.5 * found[0].stderr[0]
    np.testing.assert_allclose([p.scale[0] for p in found], [0.1, 0.3], rtol=0.25)
    assert all(p.dof[0] >= 1e5 for p in found)
    fit = rs.fit(SMALL, X, Y, sigma=0.1, absolute_sigma=True, members=1)
    np.testing.assert_allclose(fit.noise, 0.1)
    assert "known: sigma was given" in str(fit)


def test_numbers_of_a_fit_belong_together():
    found = rs.fit(SMALL, X, Y)
    np.testing.assert_allclose(found.residuals, Y - found(X), atol=1e-15)
    np.testing.assert_allclose(found.rss, (found.residuals**2).sum())
    np.testing.assert_allclose(found.r_squared, 1 - found.rss / ((Y - Y.mean()) ** 2).sum())
    assert found.outcome is Outcome.TRAINED
    assert found.n == 40
    assert 4 < found.effective < 16
    assert found.dof == round(40 - found.effective)
    assert found.cross_validated > np.sqrt(found.rss / 40)
    np.testing.assert_allclose(found.noise, 0.1, rtol=0.35)
    assert found.members == sum(one.weight > 0 for one in found.ensemble.members)
    np.testing.assert_allclose(sum(one.weight for one in found.ensemble.active), 1.0)
