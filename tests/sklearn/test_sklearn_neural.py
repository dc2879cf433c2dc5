"""NeuralRegressor: the same network as rs.fit, under scikit-learn's rules."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import residua as rs
from residua.sklearn import NeuralRegressor
from residua.sklearn.rows import Rows, counted


def waves(n=80, seed=0):
    """y = sin 2 x0 + x1² / 2, noise 0.05."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2.0, 2.0, (n, 2))
    truth = np.sin(2 * X[:, 0]) + X[:, 1] ** 2 / 2
    return X, truth + 0.05 * rng.standard_normal(n), rng.integers(0, 4, n)


@pytest.fixture(scope="module")
def network():
    X, y, _ = waves()
    return NeuralRegressor([5]).fit(X, y)


def test_it_is_the_network_of_rs_fit(network):
    X, y, _ = waves()
    plain = rs.fit(rs.MLP([5]), X, y, seed=0)
    found = plain.predict(X, interval="prediction")
    mean, std = network.predict(X, return_std=True)
    np.testing.assert_array_equal(network.predict(X), plain(X))
    np.testing.assert_array_equal(mean, found.value)
    np.testing.assert_array_equal(std, found.stderr)
    band = np.stack([found.low, found.high], axis=-1)
    np.testing.assert_array_equal(network.predict_interval(X), band)
    np.testing.assert_array_equal(network.derivative(X), plain.derivative()(X))


def test_columns_keep_their_names(network):
    X, y, _ = waves()
    for names, known in ((["t", "T"], ("t", "T")), (["a b", "T"], ("x[0]", "x[1]"))):
        frame = pd.DataFrame(X, columns=names)
        named = NeuralRegressor([5]).fit(frame, y)
        assert named.fit_.table.columns == known
        np.testing.assert_allclose(named.predict(frame), network.predict(X), rtol=1e-9)
        np.testing.assert_allclose(named.derivative(frame), network.derivative(X), rtol=1e-6)


def test_intervals_hold_what_they_promise(network):
    X, y, _ = waves(2000, seed=1)
    low, high = network.predict_interval(X, level=0.95).T
    assert 0.90 < np.mean((low < y) & (y < high)) < 0.99
    inner = network.predict_interval(X, interval="confidence")
    assert (np.diff(inner) < np.diff(network.predict_interval(X))).all()


def test_slopes_equal_central_differences(network):
    X, step = waves()[0], 1e-5
    for j, unit in enumerate(np.eye(2)):
        central = (network.predict(X + step * unit) - network.predict(X - step * unit)) / (2 * step)
        np.testing.assert_allclose(network.derivative(X)[:, j], central, rtol=1e-6, atol=1e-7)


def test_several_outputs():
    X, y, _ = waves()
    both = np.column_stack([y, X[:, 0] - 3 * y])
    network = NeuralRegressor([5]).fit(X, both)
    assert network.score(X, both) > 0.98
    assert network.predict(X).shape == both.shape
    assert network.predict_interval(X).shape == (*both.shape, 2)
    step = np.array([1e-5, 0.0])
    central = (network.predict(X + step) - network.predict(X - step)) / 2e-5
    np.testing.assert_allclose(network.derivative(X)[:, :, 0], central, rtol=1e-6, atol=1e-7)
    column = NeuralRegressor([5]).fit(X, y[:, None])
    assert column.predict(X).shape == (len(X), 1) and column.derivative(X).shape == (len(X), 1, 2)


def test_whole_weights_are_repeated_rows_bit_for_bit():
    X, y, w = waves(40)
    weighted = NeuralRegressor([4]).fit(X, y, w)
    repeated = NeuralRegressor([4]).fit(X.repeat(w, axis=0), y.repeat(w))
    shuffle = np.random.default_rng(2).permutation(len(X))
    shuffled = NeuralRegressor([4]).fit(X[shuffle], y[shuffle], w[shuffle])
    for other in (repeated, shuffled):
        np.testing.assert_array_equal(weighted.predict_interval(X), other.predict_interval(X))


def test_other_weights_are_relative():
    X, y, _ = waves(60)
    w = np.random.default_rng(3).uniform(0.5, 2.0, len(X))
    one, other = (NeuralRegressor([4]).fit(X, y, scale * w).predict(X) for scale in (1.0, 8.0))
    np.testing.assert_allclose(one, other, rtol=1e-6)


def test_counts_are_rows_in_an_order_of_their_own():
    X, y = np.array([[2.0], [1.0], [3.0]]), np.array([5.0, 6.0, 7.0])
    assert counted(Rows(X, y)).X.tolist() == [[2.0], [1.0], [3.0]]
    rows = counted(Rows(X, y, np.array([1.0, 2.0, 1.0])))
    assert rows.X.ravel().tolist() == [1.0, 1.0, 2.0, 3.0] and rows.weight is None
    assert rows.y.tolist() == [6.0, 6.0, 5.0, 7.0]
    for relative in ([1.0, 2.5, 1.0], [1e5, 1.0, 1.0]):
        assert counted(Rows(X, y, np.array(relative))).weight.tolist() == relative


def test_the_seed_decides_and_global_state_is_left_alone(network):
    X, y, _ = waves()
    np.random.seed(99)
    before = np.random.get_state()[1].copy()
    again = NeuralRegressor([5], random_state=0).fit(X, y)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    np.testing.assert_array_equal(network.predict(X), again.predict(X))
    drawn = NeuralRegressor([5], random_state=np.random.RandomState(4)).fit(X, y)
    assert drawn.seed_ == np.random.RandomState(4).randint(np.iinfo(np.int32).max)
    assert np.abs(drawn.predict(X) - network.predict(X)).max() > 0


def test_it_learns_what_a_line_cannot_in_every_harness_of_scikit_learn():
    X, y, _ = waves(120)
    pipe = make_pipeline(StandardScaler().set_output(transform="pandas"), NeuralRegressor([5]))
    frame = pd.DataFrame(X, columns=["x one", "x two"])
    scores = cross_val_score(pipe, frame, y, cv=3)
    assert scores.min() > 0.95 > 0.6 > cross_val_score(LinearRegression(), X, y, cv=3).max()
    target = TransformedTargetRegressor(NeuralRegressor([5]), func=np.exp, inverse_func=np.log)
    assert target.fit(X, y / 4).score(X, y / 4) > 0.95


def test_grid_search_chooses_a_width():
    X, y, _ = waves()
    search = GridSearchCV(NeuralRegressor(), {"hidden": [[1], [5]]}, cv=3).fit(X, y)
    assert search.best_params_ == {"hidden": [5]}


def test_files_and_pickles_give_the_same_network(network, tmp_path):
    X = waves()[0]
    network.save(tmp_path / "it.json")
    loaded = NeuralRegressor.load(tmp_path / "it.json")
    pickled = pickle.loads(pickle.dumps(network))
    for other in (loaded, pickled):
        np.testing.assert_array_equal(network.predict_interval(X), other.predict_interval(X))
        np.testing.assert_array_equal(network.derivative(X), other.derivative(X))
        assert other.get_params() == network.get_params()
    assert clone(loaded).get_params() == network.get_params()


def test_weighted_networks_of_two_outputs_are_kept_too():
    X, y, _ = waves(40)
    w = np.random.default_rng(3).uniform(0.5, 2.0, len(X))
    network = NeuralRegressor([3], members=5).fit(X, np.column_stack([y, -y]), w)
    again = pickle.loads(pickle.dumps(network))
    bands = [it.predict_interval(X, sample_weight=w) for it in (network, again)]
    np.testing.assert_array_equal(*bands)
    unsure, usual = (np.diff(network.predict_interval(X, sample_weight=v)) for v in (0.01, 1.0))
    assert (unsure >= usual).all() and unsure.mean() > 1.5 * usual.mean()
    with pytest.raises(rs.ParameterError, match="without relative weights"):
        network.fit(X, y).predict_interval(X, sample_weight=w)


def test_a_solver_is_used_and_asked_for_again(tmp_path):
    X, y, _ = waves()
    solver = rs.Adam(1e-2, batch=20, steps=50)
    network = NeuralRegressor([5], solver=solver, members=1).fit(X, y)
    assert network.fit_.plan.solver is solver
    network.save(tmp_path / "it.json")
    with pytest.raises(rs.ResiduaError, match=r"cannot hold Adam.*\n.*solver=\.\.\."):
        NeuralRegressor.load(tmp_path / "it.json")
    loaded = NeuralRegressor.load(tmp_path / "it.json", solver=solver)
    np.testing.assert_array_equal(loaded.predict(X), network.predict(X))


def test_zero_and_one_are_numbers_unless_they_are_said_to_be_chances():
    X, y, _ = waves()
    plain = NeuralRegressor([3], members=5).fit(X, y > 0.5)
    assert plain.predict_interval(X).shape == (80, 2)
    chances = NeuralRegressor([3], members=5, output="logistic").fit(X, y > 0.5)
    low, high = chances.predict_interval(X, interval="confidence").T
    assert (low >= 0).all() and (high <= 1).all()
    with pytest.raises(rs.DataError, match="no prediction interval"):
        chances.predict_interval(X)


def test_one_row_is_refused():
    with pytest.raises(rs.DataError, match="1 sample"):
        NeuralRegressor().fit([[1.0]], [2.0])
