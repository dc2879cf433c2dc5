"""NonlinearRegressor against scikit-learn's own answers, closed forms and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import residua as rs
from residua.sklearn import NonlinearRegressor

DIGITS = 1e-9


def line_data(n=40, d=1, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.uniform(1.0, 5.0, (n, d))
    y = 3.0 + X @ np.arange(1.0, d + 1) + 0.3 * rng.standard_normal(n)
    return X, y, rng.uniform(0.2, 4.0, n)


def decay_data(n=60):
    rng = np.random.default_rng(1)
    t = np.linspace(0.0, 4.0, n)
    return t[:, None], 2.5 * np.exp(-1.3 * t) + 0.02 * rng.standard_normal(n)


# Against scikit-learn -------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("model", "d"), [("a*x + b", 1), ("b + a1*x1 + a2*x2", 2), (None, 4)])
def test_linear_models_equal_linear_regression(model, d, weighted):
    X, y, w = line_data(d=d)
    w = w if weighted else None
    ours = NonlinearRegressor(model).fit(X, y, sample_weight=w)
    theirs = LinearRegression().fit(X, y, sample_weight=w)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=DIGITS)
    np.testing.assert_allclose(ours.derivative(X), np.tile(theirs.coef_, (len(X), 1)), rtol=DIGITS)
    assert ours.score(X, y, w) == pytest.approx(theirs.score(X, y, w), rel=DIGITS)


def test_cross_validation_equals_that_of_linear_regression():
    X, y, _ = line_data(d=3)
    ours = cross_val_score(NonlinearRegressor(), X, y, cv=5)
    np.testing.assert_allclose(ours, cross_val_score(LinearRegression(), X, y, cv=5), rtol=DIGITS)


def test_transformed_target_and_pipeline_equal_those_of_linear_regression():
    X, y, _ = line_data(d=2)

    def chain(inner):
        target = TransformedTargetRegressor(inner, func=np.log, inverse_func=np.exp)
        return make_pipeline(StandardScaler(), target).fit(X, y).predict(X)

    np.testing.assert_allclose(
        chain(NonlinearRegressor("b + a1*x1 + a2*x2")), chain(LinearRegression()), rtol=DIGITS
    )


def test_columns_that_rows_cannot_tell_apart_have_slope_zero():
    X, y, _ = line_data(d=2)
    wide = np.column_stack([X[:, 0], np.full(len(X), 7.0), 2 * X[:, 0] + 1, X[:, 1]])
    ours = NonlinearRegressor().fit(wide, y)
    assert ours.columns_.places == (0, 3)
    np.testing.assert_allclose(ours.predict(wide), LinearRegression().fit(X, y).predict(X), DIGITS)
    np.testing.assert_array_equal(ours.derivative(wide)[:, [1, 2]], 0.0)


def test_fewer_rows_than_columns_are_reproduced():
    X = np.random.default_rng(2).random((6, 20))
    y = np.arange(6.0) ** 2
    np.testing.assert_allclose(NonlinearRegressor().fit(X, y).predict(X), y, atol=1e-9)


def test_the_plane_takes_the_words_of_fit():
    X, y, _ = line_data(d=2)
    theirs = LinearRegression(positive=True, fit_intercept=False).fit(X, -y + X @ [1.0, 5.0])
    ours = NonlinearRegressor(fixed={"intercept": 0.0}, bounds={"slopes": (0, None)})
    start = {"slopes": np.ones(2)}
    ours.set_params(start=start).fit(X, -y + X @ [1.0, 5.0])
    np.testing.assert_allclose(ours.derivative(X)[0], theirs.coef_, rtol=1e-7, atol=1e-12)
    flat = NonlinearRegressor(fixed=[], start=[4.0, [0.0]]).fit(0 * X, y)
    np.testing.assert_allclose(flat.predict(X), y.mean(), rtol=DIGITS)
    with pytest.raises(rs.ParameterError, match="sample_weight=1 / sigma"):
        NonlinearRegressor(sigma=np.ones(40)).fit(X, y)


def test_grid_search_finds_the_model_and_the_order():
    X, y = decay_data()
    grid = {"model": ["a*x + b", "a*exp(-b*x)", "a/(1 + b*x)"]}
    search = GridSearchCV(NonlinearRegressor(), grid, cv=5).fit(X, y)
    assert search.best_params_ == {"model": "a*exp(-b*x)"}
    assert search.best_estimator_.fit_.params["b"] == pytest.approx(1.3, abs=0.05)


# Uncertainty ----------------------------------------------------------------------------------


def textbook(X, y, w, new, level_t):
    """Half widths of confidence and prediction intervals of a weighted line, by its formulas."""
    A, B = np.column_stack([np.ones(len(X)), X]), np.column_stack([np.ones(len(new)), new])
    inverse = np.linalg.inv(A.T @ (w[:, None] * A))
    beta = inverse @ A.T @ (w * y)
    s2 = (w * (y - A @ beta) ** 2).sum() / (len(y) - 2)
    lever = np.einsum("ij,jk,ik->i", B, inverse, B)
    return B @ beta, np.sqrt(s2 * lever), level_t * np.sqrt(s2 * (lever + 1))


def test_intervals_are_those_of_the_textbook():
    from scipy.stats import t as student

    X, y, w = line_data()
    new = np.linspace(0.0, 6.0, 5)[:, None]
    value, error, half = textbook(X, y, w, new, student.ppf(0.95, len(y) - 2))
    ours = NonlinearRegressor("a*x + b").fit(X, y, w)
    mean, std = ours.predict(new, return_std=True)
    np.testing.assert_allclose(mean, value, rtol=DIGITS)
    np.testing.assert_allclose(std, error, rtol=DIGITS)
    band = ours.predict_interval(new, level=0.9)
    np.testing.assert_allclose(band, np.column_stack([value - half, value + half]), rtol=DIGITS)
    narrow = ours.predict_interval(new, level=0.9, interval="confidence")
    assert (np.diff(narrow) < np.diff(band)).all()


def test_a_new_observation_of_weight_four_is_twice_as_sure():
    X, y, _ = line_data(400)
    ours = NonlinearRegressor("a*x + b").fit(X, y)
    one, four = (np.diff(ours.predict_interval(X, sample_weight=w))[:, 0] for w in (1.0, 4.0))
    model = np.diff(ours.predict_interval(X, interval="confidence"))[:, 0]
    np.testing.assert_allclose(one**2 - model**2, 4 * (four**2 - model**2), rtol=DIGITS)


def test_a_known_sigma_replaces_the_residuals():
    X, y, w = line_data()
    known = NonlinearRegressor("a*x + b", sigma=0.5).fit(X, y, w)
    plain = rs.fit("a*x + b", X[:, 0], y, sigma=0.5 / np.sqrt(w), absolute_sigma=True)
    assert known.fit_.stderr == plain.stderr


def test_integer_weights_are_repeated_rows_for_the_parameters():
    X, y = decay_data(20)
    w = np.random.default_rng(3).integers(0, 4, len(y))
    model = NonlinearRegressor("a*exp(-b*x)")
    weighted = model.fit(X, y, w).predict(X)
    repeated = model.fit(X.repeat(w, axis=0), y.repeat(w)).predict(X)
    np.testing.assert_allclose(weighted, repeated, rtol=1e-8)


# Behavior -------------------------------------------------------------------------------------


def test_the_seed_is_given_drawn_or_zero_and_global_state_is_left_alone():
    X, y = decay_data()
    before = np.random.get_state()[1].copy()
    seeds = [
        NonlinearRegressor("a*exp(-b*x)", random_state=state).fit(X, y).seed_
        for state in (None, 5, np.random.RandomState(7))
    ]
    assert seeds == [0, 5, np.random.RandomState(7).randint(np.iinfo(np.int32).max)]
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    with pytest.raises(rs.ParameterError, match="random_state"):
        NonlinearRegressor("a*exp(-b*x)", random_state="seven").fit(X, y)


def test_a_fit_that_did_not_end_warns():
    X, y = decay_data()
    model = NonlinearRegressor("a*exp(-b*x)", start={"a": 50.0, "b": -2.0}, max_steps=1)
    with pytest.warns(ConvergenceWarning, match="NonlinearRegressor: the fit "):
        model.fit(X, y)
    assert not model.fit_.ok


def test_weights_that_are_none_are_refused():
    X, y, w = line_data()
    with pytest.raises(ValueError, match="zero"):  # scikit-learn's own words from 1.8 on
        NonlinearRegressor().fit(X, y, 0 * w)
    with pytest.raises(rs.DataError, match="negative"):
        NonlinearRegressor().fit(X, y, -w)
    with pytest.raises(rs.DataError, match="positive"):
        NonlinearRegressor().fit(X, y).predict_interval(X, sample_weight=0 * w)


@pytest.mark.parametrize("call", ["predict_interval", "derivative", "save"])
def test_nothing_works_before_fit(call, tmp_path):
    with pytest.raises(NotFittedError):
        getattr(NonlinearRegressor(), call)(tmp_path / "none.json")


def test_an_unknown_interval_is_refused():
    X, y, _ = line_data()
    with pytest.raises(ValueError, match='"confidence"'):
        NonlinearRegressor().fit(X, y).predict_interval(X, interval="credible")
