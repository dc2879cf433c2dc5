"""Estimators in files and pickles: the same predictions, and nothing run that a file says."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import residua as rs
from residua.sklearn import NonlinearRegressor
from residua.sklearn.values import decode, encode


def decay(t, a, b):
    return a * np.exp(-b * t)


def decay_data():
    rng = np.random.default_rng(1)
    t = np.linspace(0.0, 4.0, 40)
    return pd.DataFrame({"t": t}), 2.5 * np.exp(-1.3 * t) + 0.02 * rng.standard_normal(40)


ESTIMATORS = {
    "formula": NonlinearRegressor("a*exp(-b*t)", bounds={"b": (0, None)}, start={"a": 1, "b": 1.5}),
    "shelf": NonlinearRegressor("exponential", sigma=0.02),
    "model": NonlinearRegressor(
        rs.model("a*exp(-b*t)", independent="t") + rs.model("constant", independent="t")
    ),
    "function": NonlinearRegressor(decay, random_state=3),
    "plane": NonlinearRegressor(start={"slopes": np.zeros(1)}),
    "vector": NonlinearRegressor("a*exp(-b*t)", bounds={"a": (-np.inf, np.inf)}, fixed={"b": 1.3}),
}


@pytest.fixture(params=ESTIMATORS)
def fitted(request):
    X, y = decay_data()
    return clone(ESTIMATORS[request.param]).fit(X, y, np.linspace(1.0, 2.0, 40)), X


def same(one, other, X):
    np.testing.assert_array_equal(one.predict(X), other.predict(X))
    np.testing.assert_array_equal(one.predict_interval(X), other.predict_interval(X))
    np.testing.assert_array_equal(one.derivative(X), other.derivative(X))
    assert other.feature_names_in_.tolist() == ["t"] and other.n_features_in_ == 1
    assert other.seed_ == one.seed_ and str(other.fit_) == str(one.fit_)


def test_a_saved_estimator_is_the_same(fitted, tmp_path):
    one, X = fitted
    one.save(tmp_path / "it.json")
    words = {"model": decay} if one.model is decay else {}
    other = NonlinearRegressor.load(tmp_path / "it.json", **words)
    same(one, other, X)
    mine, theirs = one.get_params(), other.get_params()
    assert repr({**mine, "model": 0}) == repr({**theirs, "model": 0})
    np.testing.assert_array_equal(clone(other).fit(X, one.fit_.y).predict(X).shape, (40,))


def test_a_pickled_estimator_is_the_same(fitted):
    one, X = fitted
    same(one, pickle.loads(pickle.dumps(one)), X)
    assert pickle.loads(pickle.dumps(clone(one))).get_params().keys() == one.get_params().keys()


def test_a_random_state_is_saved_as_the_seed_it_gave(tmp_path):
    X, y = decay_data()
    one = NonlinearRegressor("exponential", random_state=np.random.RandomState(3)).fit(X, y)
    one.save(tmp_path / "it.json")
    assert NonlinearRegressor.load(tmp_path / "it.json").random_state == one.seed_


def test_what_a_file_cannot_hold_is_asked_for(tmp_path):
    X, y = decay_data()
    NonlinearRegressor(decay).fit(X, y).save(tmp_path / "it.json")
    with pytest.raises(rs.ResiduaError, match=r"cannot hold decay.*\n.*it.json', model=...\)"):
        NonlinearRegressor.load(tmp_path / "it.json")
    with pytest.raises(rs.ModelError, match="predicts other numbers"):
        NonlinearRegressor.load(tmp_path / "it.json", model=lambda t, a, b: a - b * t)
    with pytest.raises(rs.ResiduaError, match="no parameter colour"):
        NonlinearRegressor.load(tmp_path / "it.json", model=decay, colour="red")


def damaged(record, place, value):
    for key in place[:-1]:
        record = record[key]
    record[place[-1]] = value


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (["format"], "residua.fit", "is not a saved estimator"),
        (["version"], 2, "version"),
        (["estimator"], "NeuralRegressor", "holds a NeuralRegressor"),
        (["params", "mischief"], 1, "names that do not belong"),
        (["fitted", "predict"], 1, "names that do not belong"),
        (["params", "bounds"], {"call": "os.system"}, "is no value"),
        (["params", "bounds"], {"list": [1], "dict": {}}, "is no value"),
        (["fit", "theta"], 3, "theta"),
    ],
)
def test_a_damaged_file_is_refused(place, value, words, tmp_path):
    X, y = decay_data()
    path = tmp_path / "it.json"
    NonlinearRegressor("exponential").fit(X, y).save(path)
    record = json.loads(path.read_text())
    damaged(record, place, value)
    path.write_text(json.dumps(record))
    with pytest.raises(rs.ResiduaError, match=words):
        NonlinearRegressor.load(path)


def test_files_are_replaced_only_when_asked(tmp_path):
    X, y = decay_data()
    one = NonlinearRegressor("exponential").fit(X, y)
    one.save(tmp_path / "it.json")
    with pytest.raises(rs.ResiduaError, match="exists already"):
        one.save(tmp_path / "it.json", overwrite=False)
    with pytest.raises(rs.ResiduaError, match="cannot be read"):
        NonlinearRegressor.load(tmp_path / "nothing.json")
    assert [path.name for path in tmp_path.iterdir()] == ["it.json"]


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -0.1, np.inf, "tanh", [1, (2.0, None)], {"a": (0, np.inf)}, {"list": [[]]}],
)
def test_values_come_back_as_they_were(value):
    from residua.report.encoding import parse

    assert decode(parse(json.dumps(encode(value)), "text")) == value


def test_containers_of_what_cannot_be_held_are_not_held_by_half():
    assert set(encode([1, {"a": decay}])) == {"absent"}


def test_without_scikit_learn_the_line_that_installs_it_is_given():
    code = """
import sys
sys.modules["sklearn"] = None
import residua as rs
try:
    import residua.sklearn
except rs.MissingLibrary as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'Try: python -m pip install "residua[sklearn]"' in done.stdout
