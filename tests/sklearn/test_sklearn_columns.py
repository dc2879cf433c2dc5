"""Which column feeds which variable: by name, in order, or all of them as one matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import residua as rs
from residua.sklearn import NonlinearRegressor


def decay(t, a, b):
    return a * np.exp(-b * t)


def surface(X, w, b):
    return np.tanh(X @ w) + b


def columns(count):
    X = np.random.default_rng(0).uniform(1.0, 5.0, (40, count))
    return X, X.sum(axis=1)


def test_columns_of_a_frame_go_by_name():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"T": rng.uniform(300, 400, 50), "note": 1.0, "t": rng.uniform(0, 4, 50)})
    y = 2.0 * np.exp(-0.5 * frame["t"]) + 0.01 * frame["T"]
    for model in ("a*exp(-b*t) + c*T", lambda t, T, a, b, c: a * np.exp(-b * t) + c * T):
        ours = NonlinearRegressor(model).fit(frame, y)
        np.testing.assert_allclose(ours.predict(frame), y, rtol=1e-8)
        slopes = ours.derivative(frame)
        np.testing.assert_allclose(slopes[:, :2], [[0.01, 0.0]] * 50, rtol=1e-6)
        np.testing.assert_allclose(slopes[:, 2], -np.exp(-0.5 * frame["t"]), rtol=1e-6)
        with pytest.raises(ValueError, match="feature names should match"):
            ours.predict(frame[["t", "T", "note"]])


def test_scaled_frames_keep_their_names_in_a_pipeline():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.uniform(0, 4, (50, 2)), columns=["late", "early"])
    y = 1.0 + 2.0 * frame["early"] - 3.0 * frame["late"]
    scaler = StandardScaler().set_output(transform="pandas")
    pipe = make_pipeline(scaler, NonlinearRegressor("a + b*early + c*late")).fit(frame, y)
    assert pipe[-1].feature_names_in_.tolist() == ["late", "early"]
    assert pipe[-1].fit_.params["b"] == pytest.approx(2.0 * frame["early"].std(ddof=0), rel=1e-9)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("a*x + b", {}),
        ("a*u + b*v", {}),
        (decay, {"independent": ["t", "b"], "matrix": False}),
    ],
)
def test_a_model_of_other_variables_is_refused(model, words):
    X, y = columns(3)
    with pytest.raises(rs.DataError, match=r"X has 3 columns.*\n.*\n.*\n.*\nTry: independent="):
        NonlinearRegressor(model, **words).fit(X, y)


def test_columns_in_another_order_than_their_names_are_refused():
    X, y = columns(2)
    with pytest.raises(rs.DataError, match="ordered otherwise"):
        NonlinearRegressor("a*t + b*T", independent=["t", "T"]).fit(
            pd.DataFrame(X, columns=["T", "other"]), y
        )


def test_a_function_of_one_variable_gets_the_matrix_and_its_slopes_are_exact():
    rng = np.random.default_rng(6)
    X = rng.standard_normal((80, 3))
    w, b = np.array([0.5, -1.0, 0.2]), 0.3
    start = {"w": np.full(3, 0.1), "b": 0.0}
    ours = NonlinearRegressor(surface, start=start).fit(X, surface(X, w, b))
    np.testing.assert_allclose(ours.fit_.params["w"], w, rtol=1e-8)
    slopes = (1 - np.tanh(X @ w) ** 2)[:, None] * w
    np.testing.assert_allclose(ours.derivative(X), slopes, rtol=1e-7)
    one = NonlinearRegressor(surface, start={"w": [0.1], "b": 0.0}, matrix=True)
    assert one.fit(X[:, :1], np.tanh(X[:, 0])).fit_.params["w"].shape == (1,)
