"""Data and words of which no network can be made: a clear error, with what to do next.

And data that tell nothing: a fit that says so. No warning of NumPy escapes (all are errors here).
"""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from residua import DataError, ModelError, Outcome, ParameterError

X = np.linspace(-2, 2, 40)
Y = np.sin(2 * X) + 0.1 * np.random.default_rng(0).normal(size=40)
SMALL = rs.MLP([3])


def table(*columns):
    return np.column_stack(columns)


def fit(x=X, y=Y, model=SMALL, **words):
    return rs.fit(model, x, y, **words)


ARCHITECTURES = {
    "no units": lambda: rs.MLP([0]),
    "negative": lambda: rs.MLP([-1]),
    "text": lambda: rs.MLP("tanh"),
    "float": lambda: rs.MLP(5.5),
    "true": lambda: rs.MLP(True),
    "nested": lambda: rs.MLP([[3]]),
    "mapping": lambda: rs.MLP({3: 2}),
    "activation": lambda: rs.MLP([10], "tanhh"),
    "activation number": lambda: rs.MLP([10], 5),
    "output": lambda: rs.MLP([10], output="softmax"),
    "the class": lambda: rs.fit(rs.MLP, X, Y),
}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architectures_that_are_none(name):
    with pytest.raises(ModelError, match="Try"):
        ARCHITECTURES[name]()


WORDS = {
    "start": ({"start": {"W1": 1.0}}, "start= cannot be used with a network"),
    "bounds": ({"bounds": {"W1": (0, 1)}}, "bounds= cannot be used"),
    "fixed": ({"fixed": ["W1"]}, "fixed= cannot be used"),
    "tie": ({"tie": {"a": "b"}}, "tie= cannot be used"),
    "engine": ({"engine": "compiled"}, "engine='compiled' cannot be used"),
    "members 0": ({"members": 0}, "members must be a whole number, 1 or more, not 0"),
    "members text": ({"members": "a"}, "members must be"),
    "members half": ({"members": 2.5}, "members must be"),
    "members true": ({"members": True}, "members must be"),
    "solver text": ({"solver": "adam"}, "solver is 'adam', not a solver"),
    "solver class": ({"solver": rs.Adam}, "the class Adam"),
    "steps": ({"solver": rs.Adam(1e-3), "max_steps": 5}, "has its own number of steps"),
    "validation": ({"validation": 0.1}, "for solvers that go step by step"),
    "seed": ({"seed": -1}, "seed is -1"),
}


@pytest.mark.parametrize("name", WORDS)
def test_words_that_a_network_cannot_be_told(name):
    words, message = WORDS[name]
    with pytest.raises(ParameterError, match=message):
        fit(**words)


@pytest.mark.parametrize("word", ["solver", "members", "validation", "progress"])
def test_words_for_networks_are_refused_by_others(word):
    with pytest.raises(ParameterError, match=f"{word}= is for networks"):
        fit(model="a*x + b", **{word: 1})


DATA = {
    "y text": (lambda: fit(y=["a"] * 40), "y holds text"),
    "x text": (lambda: fit(x=["a"] * 40), "which the data do not have"),
    "no y": (lambda: rs.fit(SMALL, X), "no y was given"),
    "nothing": (lambda: rs.fit(SMALL), "no y was given"),
    "no x": (lambda: rs.fit(SMALL, None, Y), "no x was given"),
    "y nan": (lambda: fit(y=np.where(X > 1, np.nan, Y)), "10 of 40 values that are NaN"),
    "x nan": (lambda: fit(x=table(X, np.where(X > 1, np.inf, X))), "10 of 80 values"),
    "y complex": (lambda: fit(y=Y + 1j), "is complex"),
    "y cube": (lambda: fit(y=np.zeros((40, 2, 2))), "y has the shape"),
    "x cube": (lambda: fit(x=np.zeros((40, 2, 2))), "a table \\(n, d\\)"),
    "numbers": (lambda: fit(1.0, 2.0), "y is one number"),
    "empty": (lambda: fit([], []), "y is empty"),
    "ragged": (lambda: fit(x=[[1.0, 2.0], [3.0]], y=[1.0, 2.0]), "cannot be made an array"),
    "ragged tuple": (lambda: fit(x=([[1.0, 2.0], [3.0]], [1.0]), y=[1.0]), "cannot be made"),
    "no columns": (lambda: fit(x=np.zeros((40, 0))), "x has no columns"),
    "no outputs": (lambda: fit(y=np.zeros((40, 0))), "y is empty"),
    "lengths": (lambda: fit(y=Y[:-1]), "and x has 40 rows"),
    "transposed": (lambda: fit(x=np.stack([X, X])), "and x has 2 rows"),
    "columns": (lambda: fit(x={"a": X, "b": X[:-1]}), "different lengths: a 40, b 39"),
    "names": (lambda: fit(independent=["a", "b"]), "independent names 2 variables"),
    "huge": (lambda: fit(x=1e300 * X), "cannot be held in float64"),
    "sigma 0": (lambda: fit(sigma=0), "sigma must be positive"),
    "sigma shape": (lambda: fit(sigma=[1, 2]), "sigma has shape"),
    "covariance": (lambda: fit(sigma=np.eye(40)), "sigma is a covariance matrix"),
    "logistic": (
        lambda: fit(model=rs.MLP([3], output="logistic")),
        "y has other values than 0 and 1",
    ),
}


@pytest.mark.parametrize("name", DATA)
def test_data_that_are_none(name):
    call, message = DATA[name]
    with pytest.raises(DataError, match=message):
        call()


@pytest.mark.parametrize("model", [SMALL, rs.MLP(), rs.MLP([])], ids=repr)
@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("members", [None, 1])
def test_one_or_two_points_leave_no_error_known(n, model, members):
    found = fit(X[:n], Y[:n], model, members=members)
    said = found.predict([0.0, 9.0], interval="prediction")
    assert np.isinf(said.stderr).all()
    assert (said.low == -np.inf).all()
    assert (said.high == np.inf).all()
    assert np.isnan(found.noise)
    assert np.isnan(found.stderr["b1"]).all()
    assert any("no degree of freedom is left" in text for text in found.warnings)
    assert "not known" in str(found)
    np.testing.assert_allclose(found(X[:n]), Y[:n], atol=0.05)


@pytest.mark.parametrize("n", [3, 5, 10, 19, 20, 25])
def test_few_points_are_fitted_and_said_to_be_few(n):
    found = fit(X[::2][:n], Y[::2][:n])
    assert found.ok
    low, high = (getattr(found.predict(interval="prediction"), name) for name in ("low", "high"))
    assert (low < high).all()
    assert bool(found.warnings) == (n <= 5)


NOTHING = {
    "constant y": lambda: fit(y=np.full(40, 3.0)),
    "few constant y": lambda: fit(X[:10], np.full(10, 3.0)),
    "zero y": lambda: fit(y=np.zeros(40)),
    "constant x": lambda: fit(x=np.full(40, 3.0)),
    "one point again and again": lambda: fit(np.ones(40), np.ones(40)),
    "noise": lambda: fit(y=np.random.default_rng(1).normal(size=40)),
    "all true": lambda: fit(y=X > -5),
    "logistic constant": lambda: fit(y=np.ones(40), model=rs.MLP([3], output="logistic")),
}


@pytest.mark.parametrize("name", NOTHING)
def test_data_that_tell_nothing_of_a_function(name):
    found = NOTHING[name]()
    assert not found.ok
    assert found.outcome is Outcome.NO_BETTER_THAN_CONSTANT
    assert str(found).startswith("FAILED")
    np.testing.assert_allclose(found(X), found.y.mean(), atol=0.6)


def test_more_inputs_than_rows():
    """Whatever is said of new rows, its interval holds: 20 inputs, 10 rows, 200 new ones."""
    rng = np.random.default_rng(0)
    found = fit(rng.normal(size=(10, 20)), rng.normal(size=10))
    assert any("of the observations up" in text for text in found.warnings)
    said = found.predict(rng.normal(size=(200, 20)), interval="prediction")
    new = rng.normal(size=200)
    assert ((said.low < new) & (new < said.high)).mean() > 0.9
