"""What careless callers do with data and words: a clear error, or the right answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from one_decay import BEST, N, T, Y, bare, decay, refused, same

import residua as rs

# Data -----------------------------------------------------------------------------------------

WITH_NAN = np.where(T == T[3], np.nan, Y)
DATES = pd.date_range("2020-01-01", periods=N)
BAD_DATA = {
    "NaN in y": (T, WITH_NAN, "y has 1 of 40 values that are NaN or infinite (row 3)"),
    "NaN in x": (WITH_NAN, Y, "t has 1 of 40 values that are NaN or infinite (row 3)"),
    "inf in y": (T, np.where(T == T[3], np.inf, Y), "y has 1 of 40"),
    "empty": ([], [], "y is empty"),
    "two points": (T[:2], Y[:2], "2 observations cannot determine 3 parameters"),
    "text": (T, [str(v) for v in Y], "y holds text"),
    "text for x": ([str(v) for v in T], Y, "x holds text"),
    "text among numbers": (T, np.array([*Y[1:], "n/a"], dtype=object), "y holds text"),
    "datetimes": (DATES, Y, "t holds dates"),
    "datetime list": (list(DATES.to_pydatetime()), Y, "t holds dates"),
    "durations": (np.arange(N).astype("m8[s]"), Y, "t holds dates or durations"),
    "complex": (T, Y + 0j, "y is complex"),
    "NA": (T, pd.array([pd.NA, *Y[1:]], dtype="Float64"), "y has 1 of 40"),
    "Int64 NA": (T, pd.Series([pd.NA, *range(39)], dtype="Int64"), "y has 1 of 40"),
    "categories": (T, pd.Series(pd.Categorical(["p", "q"] * 20)), "y holds text"),
    "only None": (T, [None] * N, "y has 40 of 40"),
    "ragged": (T, [[1, 2], [3]] * 20, "y cannot be made an array"),
    "a set": (set(T), Y, "t is a set"),
    "one number": (3.0, Y, "t is one number"),
    "y one number": (T, 3.0, "y is one number"),
    "y without a table": (T, "y", "y names the column 'y'"),
    "enormous": (T, Y * 1e300, "its square cannot be held"),
    "minute": (T, Y * 1e-300, "its square cannot be held"),
}


@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
@pytest.mark.parametrize(("x", "y", "what"), BAD_DATA.values(), ids=BAD_DATA)
def test_bad_data(model: object, x: object, y: object, what: str) -> None:
    refused(rs.DataError, what, model, x, y)


@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_shapes_that_do_not_fit_are_explained(model: object) -> None:
    error = refused(rs.ModelError, "returned shape (39,), but y has shape (40,)", model, T[1:], Y)
    assert error.causes == ("x has 39 points and y has 40",)
    error = refused(rs.ModelError, "returned shape (40, 1), but y has", model, T[:, None], Y)
    assert error.next == "x = numpy.ravel(x)"
    error = refused(rs.ModelError, "returned shape (40,), but y has", model, T, Y[:, None])
    assert error.next == "y = numpy.ravel(y)"


def test_two_variables_for_a_model_of_one_are_explained() -> None:
    def plane(t, u, a=1.0, b=1.0):
        return a * t + b * u

    error = refused(rs.ModelError, "returned shape (2, 40)", plane, (T, T**2), Y)
    assert error.next == "independent=['t', 'u']"
    refused(rs.DataError, "x has 1 columns", plane, {"t": T}, Y, independent=["t", "u"])


GOOD_DATA = {
    "float32": (T.astype(np.float32), Y.astype(np.float32), 1e-5),
    "float16": (T.astype(np.float16), Y.astype(np.float16), 0.2),
    "longdouble": (T.astype(np.longdouble), Y.astype(np.longdouble), 1e-6),
    "objects": (T.astype(object), Y.astype(object), 1e-6),
    "masked": (T, np.ma.masked_array(Y, mask=T == T[3]), 1.0),
    "read only": (np.frombuffer(T.tobytes()), np.frombuffer(Y.tobytes()), 1e-6),
    "strided": (np.repeat(T, 2)[::2], np.repeat(Y, 3)[::3], 1e-6),
    "reversed": (T[::-1], Y[::-1], 1e-6),
    "nullable": (T, pd.array(Y, dtype="Float64"), 1e-6),
}


@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
@pytest.mark.parametrize(("x", "y", "within"), GOOD_DATA.values(), ids=GOOD_DATA)
def test_unusual_data_are_fitted(model: object, x: object, y: object, within: float) -> None:
    fit = rs.fit(model, x, y)
    assert fit.ok, str(fit)
    for name in "abc":
        value = pytest.approx(BEST.params[name], abs=max(within, 2e-4) * BEST.stderr[name])
        assert fit.params[name] == value
    assert fit.theta.dtype == np.float64


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.float32])
def test_whole_numbers(dtype: type) -> None:
    y = np.round(10 * Y)
    fit = rs.fit(decay, T, y.astype(dtype))
    assert fit.params == rs.fit(decay, T, y).params


def test_booleans_are_zero_and_one() -> None:
    step = T > 2
    fit = rs.fit("1/(1 + exp(-(x - m)/w))", T, step, start={"m": 1.9, "w": 0.2}, max_steps=50)
    assert fit.params["m"] == pytest.approx(2.0, abs=0.1)


def test_missing_rows_are_dropped_only_when_asked() -> None:
    fit = rs.fit(decay, T, WITH_NAN, missing="drop")
    clean = rs.fit(decay, np.delete(T, 3), np.delete(Y, 3))
    assert fit.params == clean.params
    assert any("1 row where y is not finite was left out" in text for text in fit.warnings)


# Words ----------------------------------------------------------------------------------------

BAD_WORDS = {
    "missing": (dict(missing="ignore"), rs.DataError, 'missing must be "raise" or "drop"'),
    "engine": (dict(engine="gpu"), rs.ParameterError, '"compiled" or "numeric", not'),
    "max_steps 0": (dict(max_steps=0), rs.ParameterError, "max_steps is 0"),
    "max_steps text": (dict(max_steps="3"), rs.ParameterError, "max_steps is '3'"),
    "seed negative": (dict(seed=-1), rs.ParameterError, "seed is -1"),
    "seed text": (dict(seed="x"), rs.ParameterError, "seed is 'x'"),
    "callback": (dict(callback=3), rs.ParameterError, "callback is 3"),
    "sigma text": (dict(sigma="s"), rs.DataError, "sigma names the column 's'"),
    "sigma short": (dict(sigma=np.ones(39)), rs.DataError, "sigma has shape (39,)"),
    "sigma zero": (dict(sigma=np.where(T == T[2], 0, 1.0)), rs.DataError, "entry 2 is 0"),
    "sigma NaN": (dict(sigma=np.where(T == T[2], np.nan, 1.0)), rs.DataError, "sigma has 1 of"),
    "covariance": (dict(sigma=np.ones((N, N))), rs.DataError, "not positive definite"),
    "absolute sigma": (dict(absolute_sigma=True), rs.DataError, "no sigma was given"),
    "start outside": (dict(bounds={"b": (2, 3)}), rs.ParameterError, "is outside its bounds"),
    "start NaN": (dict(start={"b": np.nan}), rs.ParameterError, "a start must be finite"),
    "start text": (dict(start={"b": "1"}), rs.ParameterError, "not a number"),
    "start unknown": (dict(start={"bb": 1}), rs.ParameterError, "start names 'bb'"),
    "start short": (dict(start=[1, 2]), rs.ParameterError, "start has 2 values"),
    "bounds reversed": (dict(bounds={"b": (3, 0)}), rs.ParameterError, "above its upper bound"),
    "bounds NaN": (dict(bounds={"b": (np.nan, 1)}), rs.ParameterError, "contain NaN"),
    "bounds unknown": (dict(bounds={"d": (0, 1)}), rs.ParameterError, "bounds names 'd'"),
    "bounds pairs": (dict(bounds=[(0, 1)] * 3), rs.ParameterError, "bounds must be a dict"),
    "fixed unknown": (dict(fixed={"d": 1}), rs.ParameterError, "fixed names 'd'"),
    "fixed all": (dict(fixed=["a", "b", "c"]), rs.ParameterError, "every parameter is fixed"),
    "fixed number": (dict(fixed=3), rs.ParameterError, "fixed is 3"),
    "independent": (dict(independent="q"), rs.ModelError, "has no argument named q"),
    "data": (dict(data=3, x=None, y="y"), rs.DataError, "data must be a table"),
    "no x": (dict(x=None), rs.DataError, "no x was given"),
    "no y": (dict(y=None), rs.DataError, "no y was given"),
}


@pytest.mark.parametrize(("words", "error", "what"), BAD_WORDS.values(), ids=BAD_WORDS)
def test_bad_words(words: dict[str, object], error: type[Exception], what: str) -> None:
    with pytest.raises(error) as caught:
        rs.fit(decay, **{"x": T, "y": Y, **words})
    assert what in caught.value.what


def test_bad_words_are_refused_after_many_good_calls_too() -> None:
    """A model that is known to compile takes a short road: no check may be skipped there."""

    def model(t, a=1.0, b=1.0, c=0.0):
        return a * np.exp(-b * t) + c

    for _ in range(3):
        same(rs.fit(model, T, Y, engine="compiled"))
    for words, error, what in BAD_WORDS.values():
        with pytest.raises(error) as caught:
            rs.fit(model, **{"x": T, "y": Y, "engine": "compiled", **words})
        assert what in caught.value.what
    for x, y, what in BAD_DATA.values():
        refused(rs.DataError, what, model, x, y, engine="compiled")
    constant = rs.fit(model, T, np.full(N, 2.0), engine="compiled")
    assert not constant.ok
    assert any("y is constant" in text for text in constant.warnings)
