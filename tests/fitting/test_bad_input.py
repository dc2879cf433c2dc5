"""What careless and hostile callers do: each ends in a clear error or the right answer."""

from __future__ import annotations

import math
import threading
import time

import numpy as np
import pandas as pd
import pytest

import residua as rs

N = 40
T = np.linspace(0.0, 4.0, N)
Y = 2.5 * np.exp(-1.3 * T) + 0.5 + 0.05 * np.random.default_rng(0).normal(size=N)


def decay(t, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * t) + c


def bare(t, a, b, c):
    return a * np.exp(-b * t) + c


def line(t, a, b):
    return a * t + b


BEST = rs.fit(decay, T, Y)


def same(fit: rs.Fit) -> None:
    assert fit.ok, str(fit)
    for name in "abc":
        assert fit.params[name] == pytest.approx(BEST.params[name], abs=1e-6 * BEST.stderr[name])


def refused(error: type[Exception], what: str, *args: object, **words: object) -> rs.ResiduaError:
    """The call is refused with this class and this text, and leaves the caller's data alone."""
    with pytest.raises(error) as caught:
        rs.fit(*args, **words)
    assert isinstance(caught.value, rs.ResiduaError)
    assert what in caught.value.what, caught.value.what
    assert caught.value.causes or caught.value.next
    return caught.value


# Data -----------------------------------------------------------------------------------------

WITH_NAN = np.where(T == T[3], np.nan, Y)
DATES = pd.date_range("2020-01-01", periods=N)
BAD_DATA = {
    "NaN in y": (T, WITH_NAN, "y has 1 of 40 values that are NaN or infinite (rows 3)"),
    "NaN in x": (WITH_NAN, Y, "t has 1 of 40 values that are NaN or infinite (rows 3)"),
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
    assert any("1 rows where y is not finite were left out" in text for text in fit.warnings)


# Words ----------------------------------------------------------------------------------------

BAD_WORDS = {
    "missing": (dict(missing="ignore"), rs.DataError, 'missing must be "raise" or "drop"'),
    "engine": (dict(engine="gpu"), rs.ParameterError, 'engine is "auto"'),
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


# Models ---------------------------------------------------------------------------------------


def fails(t, a, b):
    raise RuntimeError("no license")


def typo(t, a, b):
    return a * unknown_name(t)  # type: ignore[name-defined]  # noqa: F821


def endless(t, a, b):
    return endless(t, a, b)


def generates(t, a, b):
    yield a * t + b


state = [0]


def remembers(t, a, b):
    state[0] += 1
    return a * t + b + state[0]


BAD_MODELS = {
    "None": (lambda t, a, b: None, "returned None"),
    "too few": (lambda t, a, b: (a * t + b)[:5], "returned shape (5,)"),
    "a column": (lambda t, a, b: (a * t + b)[:, None], "returned shape (40, 1)"),
    "a row": (lambda t, a, b: (a * t + b)[None], "returned shape (1, 40)"),
    "text": (lambda t, a, b: "x", "returned str, not numbers"),
    "texts": (lambda t, a, b: ["1"] * N, "returned list, not numbers"),
    "dict": (lambda t, a, b: {"y": a * t}, "returned dict, not numbers"),
    "generator": (generates, "returned generator, not numbers"),
    "complex": (lambda t, a, b: a * t + 1j * b, "returned complex numbers"),
    "masked": (lambda t, a, b: np.ma.masked_array(a * t + b, mask=t == 0), "masked values"),
    "raises": (fails, "raised RuntimeError: no license"),
    "typo": (typo, "raised NameError"),
    "recursion": (endless, "raised RecursionError"),
    "state": (remembers, "something different each time"),
    "random": (lambda t, a, b: a * t + b * np.random.rand(N), "something different each time"),
}


@pytest.mark.parametrize("start", [[1.0, 1.0], None], ids=["started", "unstarted"])
@pytest.mark.parametrize(("model", "what"), BAD_MODELS.values(), ids=BAD_MODELS)
def test_bad_models(model: object, what: str, start: object) -> None:
    with pytest.raises((rs.ModelError, rs.ParameterError)) as caught:
        rs.fit(model, T, Y, start=start)
    assert what in str(caught.value)


def test_the_cause_is_kept() -> None:
    with pytest.raises(rs.ModelError) as caught:
        rs.fit(fails, T, Y)
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_an_array_of_parameters_is_not_changed_by_the_model() -> None:
    def model(t, p):
        p /= p.sum()
        return p[0] * t + p[1]

    refused(rs.ModelError, "writes into the data or parameters", model, T, Y, start={"p": [1, 1]})


def test_a_start_where_the_model_is_not_finite_is_refused() -> None:
    error = refused(rs.ModelError, "not finite at the start, in 40 of 40 points",
                    lambda t, a=1.0, b=-1.0: a * np.log(b * (t + 1)), T, Y)
    assert "start={'a': ..., 'b': ...}" in error.next


def test_a_start_without_a_derivative_is_refused() -> None:
    error = refused(rs.ModelError, "with respect to b is not finite",
                    lambda t, a=1.0, b=0.0: a * np.sqrt(t - b), T, Y)
    assert "start={'b': ...}" in error.next
    refused(rs.ModelError, "with respect to n is not finite",
            lambda t, a=1.0, n=3.0: a * t**n, T - 2, (T - 2) ** 3)


def test_a_model_that_is_finite_nowhere() -> None:
    error = refused(rs.ParameterError, "no start could be found",
                    lambda t, a, b: a * np.log(-b * b * (t + 1)), T, Y)
    assert "start={'a': ..., 'b': ...}" in error.next


@pytest.mark.parametrize(
    "model",
    [
        lambda t, a=1.0, b=1.0: a * t > b,
        lambda t, a=1.0, b=1.0: np.round(a * t + b),
        lambda t, a=1.0, b=1.0: np.sign(a * t + b),
    ],
    ids=["comparison", "round", "sign"],
)
def test_a_model_of_steps_does_not_look_fitted(model: object) -> None:
    fit = rs.fit(model, T, Y)
    assert not fit.ok
    assert fit.warnings
    assert fit.outcome is rs.Outcome.START_UNCHANGED


def test_a_sum_over_the_points_does_not_look_fitted() -> None:
    assert not rs.fit(lambda t, a=1.0, b=1.0: np.sum(a * t + b), T, Y).ok
    assert not rs.fit(lambda t, a, b: np.sum(a * t + b), T, Y).ok


def test_one_number_stands_for_every_point() -> None:
    for model in (lambda t, a=1.0: a, lambda t, a: a, lambda t, a=1.0: [a]):
        if model(T, 1.0) == [1.0]:
            refused(rs.ModelError, "returned shape (1,)", model, T, Y)
            continue
        fit = rs.fit(model, T, Y)
        assert fit.params["a"] == pytest.approx(Y.mean(), rel=1e-12)
        assert fit.stderr["a"] == pytest.approx(Y.std(ddof=1) / math.sqrt(N), rel=1e-10)


def test_not_finite_on_the_way_still_converges() -> None:
    y = 2 * np.log(T + 0.6) + 0.01 * np.random.default_rng(1).normal(size=N)
    fit = rs.fit(lambda t, a=1.0, b=30.0: a * np.log(t + b), T, y)
    best = rs.fit(lambda t, a=2.0, b=0.6: a * np.log(t + b), T, y)
    assert fit.ok
    assert fit.params["b"] == pytest.approx(best.params["b"], abs=1e-6 * best.stderr["b"])


@pytest.mark.parametrize("error", [ValueError, RuntimeError, ZeroDivisionError, KeyError])
def test_a_model_that_raises_on_the_way_still_converges_and_says_so(
    error: type[Exception],
) -> None:
    def model(t, a=50.0, b=0.1, c=0.0):
        if b < 0:
            raise error("b must not be negative")
        return a * np.exp(-b * t) + c

    fit = rs.fit(model, T, Y, engine="eager")
    same(fit)
    assert any(f"raised {error.__name__}" in text for text in fit.warnings)


def test_a_model_that_raises_near_the_minimum_keeps_its_parameters() -> None:
    def model(t, a=1.0, b=3.0, c=0.0):
        if b < 2.0:
            raise ValueError("the inner solver did not converge")
        return a * np.exp(-b * t) + c

    fit = rs.fit(model, T, Y, engine="eager")
    assert not fit.ok
    assert 2.0 <= fit.params["b"] < 2.1
    assert fit.rss < float(((Y - decay(T, 1.0, 3.0, 0.0)) ** 2).sum())
    assert any("the inner solver did not converge" in text for text in fit.warnings)


def test_printing_and_counting_models_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    calls = []

    def model(t, a=1.0, b=1.0, c=0.0):
        calls.append(1)
        print("called")
        return decay(t, a, b, c)

    same(rs.fit(model, T, Y))
    assert calls
    assert "called" in capsys.readouterr().out


# Parameters and scales ------------------------------------------------------------------------


@pytest.mark.parametrize("model", [lambda t, a, b, q: a * t + b, lambda t, a, b, q: a * t + b + 0 * q])
@pytest.mark.parametrize("start", [[1, 1, 1], None], ids=["started", "unstarted"])
def test_a_parameter_without_influence_is_named(model: object, start: object) -> None:
    fit = rs.fit(model, T, Y, start=start)
    assert not fit.ok
    assert math.isinf(fit.stderr["q"])
    assert any(text.startswith("q does not influence the predictions") for text in fit.warnings)
    best = np.polyfit(T, Y, 1)
    np.testing.assert_allclose([fit.params["a"], fit.params["b"]], best, rtol=1e-8)


SCALES = [1e-100 / 0.3, 1e-30, 1e-9, 1e9, 1e30, 1e100 / 4]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_the_unit_of_y(model: object, scale: float) -> None:
    start = {"a": scale, "c": 0.0} if model is decay else None
    fit = rs.fit(model, T, Y * scale, start=start)
    assert fit.ok, str(fit)
    for name, unit in (("a", scale), ("b", 1.0), ("c", scale)):
        assert fit.params[name] == pytest.approx(BEST.params[name] * unit, rel=1e-6)
        assert fit.stderr[name] == pytest.approx(BEST.stderr[name] * unit, rel=1e-5)


@pytest.mark.parametrize("scale", [1e-30, 1e-9, 1e9, 1e30])
@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_the_unit_of_x(model: object, scale: float) -> None:
    start = {"b": 1 / scale} if model is decay else None
    fit = rs.fit(model, T * scale, Y, start=start)
    assert fit.ok, str(fit)
    assert fit.params["b"] == pytest.approx(BEST.params["b"] / scale, rel=1e-6)
    assert fit.stderr["b"] == pytest.approx(BEST.stderr["b"] / scale, rel=1e-5)


@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_a_large_offset(model: object) -> None:
    fit = rs.fit(model, T, Y + 1e9)
    assert fit.ok
    # Residuals are differences of numbers near 1e9: their norm, 0.24, is rounded at 5e-6.
    assert fit.params["b"] == pytest.approx(BEST.params["b"], abs=1e-3 * BEST.stderr["b"])
    assert fit.params["c"] == pytest.approx(1e9 + BEST.params["c"], abs=1e-5)


def test_x_far_from_zero_is_right_or_said() -> None:
    for offset in (1e3, 1e6, 1e9, 1e12):
        fit = rs.fit(line, T + offset, Y)
        slope = np.polyfit(T, Y, 1)[0]
        # x keeps 16 digits of the offset; that rounding is all that may be lost.
        lost = 1e-15 * offset
        assert not fit.ok or fit.params["a"] == pytest.approx(slope, rel=max(100 * lost, 1e-8))


def test_powers_of_negative_numbers() -> None:
    x = T - 2
    assert rs.fit(lambda t, a=1.0: a * t**3, x, 2 * x**3).params["a"] == pytest.approx(2.0)
    assert rs.fit("a*x**3", x, 2 * x**3).params["a"] == pytest.approx(2.0)
    refused(rs.ParameterError, "no start could be found", "a*x**n", x, 2 * x**3)


@pytest.mark.parametrize(
    "model",
    [
        lambda t, a=1.0, c=1.5: a * np.abs(t - c),
        lambda t, a=1.0, c=1.5: np.where(t > c, a * (t - c), a * (c - t)),
        lambda t, a=1.0, c=1.5: a * np.maximum(t - c, c - t),
    ],
    ids=["abs", "where", "maximum"],
)
def test_kinks_in_the_model(model: object) -> None:
    y = 2 * np.abs(T - 2.0) + 0.01 * np.random.default_rng(2).normal(size=N)
    fit = rs.fit(model, T, y)
    assert fit.params["c"] == pytest.approx(2.0, abs=6 * fit.stderr["c"])
    assert fit.params["a"] == pytest.approx(2.0, abs=6 * fit.stderr["a"])


def test_a_kink_at_the_solution_is_right_or_said() -> None:
    # The minimum of |c - 1| + |c + 1| in c lies where the derivative does not exist.
    fit = rs.fit(lambda t, c=3.0: np.abs(c) + 0 * t, T, np.full(N, -1.0))
    assert not fit.ok or abs(fit.params["c"]) < 1e-6


@pytest.mark.parametrize("model", [decay, bare], ids=["started", "unstarted"])
def test_perfect_data(model: object) -> None:
    fit = rs.fit(model, T, decay(T, 2.5, 1.3, 0.5))
    assert fit.ok, str(fit)
    np.testing.assert_allclose(list(fit.params.values()), [2.5, 1.3, 0.5], rtol=1e-12)
    assert fit.standard_errors.max() < 1e-13
    assert fit.r_squared == 1.0


def test_the_start_is_the_answer() -> None:
    fit = rs.fit(decay, T, decay(T))
    assert fit.ok
    assert fit.params == {"a": 1.0, "b": 1.0, "c": 0.0}


def test_as_many_points_as_parameters() -> None:
    fit = rs.fit(line, [0.0, 1.0], [1.0, 3.0])
    np.testing.assert_allclose(list(fit.params.values()), [2.0, 1.0], rtol=1e-14)
    assert math.isnan(fit.stderr["a"])
    assert math.isnan(fit.confidence_intervals()["a"][0])
    assert any("no degree of freedom" in text for text in fit.warnings)
    known = rs.fit(line, [0.0, 1.0], [1.0, 3.0], sigma=0.1, absolute_sigma=True)
    assert known.stderr["a"] == pytest.approx(0.1 * math.sqrt(2), rel=1e-12)


def test_one_point_one_parameter() -> None:
    assert rs.fit(lambda t, a=1.0: a * t, [2.0], [1.0]).params["a"] == pytest.approx(0.5)


def test_one_parameter() -> None:
    fit = rs.fit(lambda t, b: np.exp(-b * t), T, np.exp(-0.7 * T))
    assert fit.params["b"] == pytest.approx(0.7, rel=1e-10)


def test_twenty_parameters() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 20))
    truth = np.arange(20.0)
    y = X @ truth + 0.1 * rng.normal(size=200)
    names = ", ".join(f"p{i}" for i in range(20))
    space: dict[str, object] = {"np": np}
    exec(f"def model(X, {names}): return X @ np.array([{names}])", space)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    for model, start in ((space["model"], None), (lambda X, p: X @ p, {"p": np.zeros(20)})):
        fit = rs.fit(model, X, y, start=start)
        np.testing.assert_allclose(fit.theta, best, rtol=1e-9, atol=1e-11)


def test_a_hundred_thousand_rows_take_no_time() -> None:
    x = np.linspace(0.0, 4.0, 100_000)
    y = decay(x, 2.5, 1.3, 0.5) + 0.05 * np.random.default_rng(4).normal(size=x.size)
    began = time.perf_counter()
    fit = rs.fit(decay, x, y)
    started = time.perf_counter() - began
    began = time.perf_counter()
    found = rs.fit(bare, x, y)
    unstarted = time.perf_counter() - began
    assert fit.ok
    assert found.ok
    # Ten times what an idle machine needs: this guards against work that grows with the square.
    assert started < 2
    assert unstarted < 20


# Ownership, interruption, repetition ----------------------------------------------------------


def test_the_fit_does_not_change_when_the_data_do() -> None:
    x, y, sigma, start = T.copy(), Y.copy(), np.full(N, 0.05), np.array([1.0, 1.0, 0.0])
    fit = rs.fit(decay, x, y, sigma=sigma, start=start)
    fitted, rss = fit.fitted.copy(), fit.rss
    for array in (x, y, sigma, start):
        array[:] = 7.0
    again = rs.fit(decay, T, Y, sigma=np.full(N, 0.05))
    np.testing.assert_array_equal(fit.y, Y)
    np.testing.assert_array_equal(fit.x["t"], T)
    np.testing.assert_array_equal(fit.sigma, np.full(N, 0.05))
    np.testing.assert_array_equal(fit.fitted, fitted)
    np.testing.assert_allclose(fit.residuals, again.residuals, atol=1e-12)
    assert fit.rss == rss
    assert fit.parameters.vector().tolist() == [1.0, 1.0, 0.0]


def test_the_data_do_not_change_when_fitted() -> None:
    x, y, sigma, start = T.copy(), Y.copy(), np.full(N, 0.05), np.array([30.0, 0.1, 0.0])
    frame = pd.DataFrame({"t": x, "y": y})
    rs.fit(decay, x, y, sigma=sigma, start=start)
    rs.fit(bare, x, y)
    rs.fit(bare, data=frame, y="y")
    np.testing.assert_array_equal(x, T)
    np.testing.assert_array_equal(y, Y)
    np.testing.assert_array_equal(sigma, np.full(N, 0.05))
    np.testing.assert_array_equal(start, [30.0, 0.1, 0.0])
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"t": T, "y": Y}))


@pytest.mark.parametrize("calls", [3, 5, 8, 13, 21, 30, 44, 60, 90, 140])
def test_a_keyboard_interrupt_in_the_model_keeps_the_best_so_far(calls: int) -> None:
    count = 0

    def model(t, a=30.0, b=0.1, c=0.0):
        nonlocal count
        count += 1
        if count > calls:
            raise KeyboardInterrupt
        return a * np.exp(-b * t) + c

    try:
        fit = rs.fit(model, T, Y, engine="eager")
    except KeyboardInterrupt:
        assert calls <= 5  # before the first step there is nothing to keep
        return
    if fit.outcome is rs.Outcome.INTERRUPTED:
        assert not fit.ok
        assert "interrupted" in fit.warnings[0]
        assert "interrupted" in str(fit)
    else:
        same(fit)
    count = -(10**6)
    assert fit.rss <= float(((Y - decay(T, 30.0, 0.1, 0.0)) ** 2).sum())


def test_an_interrupt_among_the_rescues_keeps_the_first_answer() -> None:
    x = np.linspace(0, 10, 80)
    y = 1.5 * np.sin(8.17 * x + 0.4) + 0.1 * np.random.default_rng(1).normal(size=80)
    count, limit = 0, 10**6

    def sine(x, a=1.0, w=1.0, phase=0.0):
        nonlocal count
        count += 1
        if count == limit:
            raise KeyboardInterrupt
        return a * np.sin(w * x + phase)

    rs.fit(sine, x, y, engine="eager")
    needed = count
    for limit in (needed // 2, needed * 3 // 4, needed - 5):
        count = 0
        fit = rs.fit(sine, x, y, engine="eager")
        assert fit.outcome is rs.Outcome.INTERRUPTED or fit.r_squared > 0.98
        assert not (fit.ok and fit.r_squared < 0.98)


def test_a_callback_may_stop_interrupt_watch_and_meddle() -> None:
    start = {"a": 30.0, "b": 0.1, "c": 0.0}
    for stop in (lambda state: True, lambda state: np.True_):
        fit = rs.fit(decay, T, Y, start=start, callback=stop)
        assert fit.outcome is rs.Outcome.INTERRUPTED
        assert fit.steps == 1

    def interrupt(state):
        if state.steps == 2:
            raise KeyboardInterrupt

    assert rs.fit(decay, T, Y, start=start, callback=interrupt).outcome.name == "INTERRUPTED"
    same(rs.fit(decay, T, Y, start=start, callback=lambda state: state.params.fill(99.0)))
    seen: list[float] = []
    fit = rs.fit(decay, T, Y, start=start, callback=lambda s: seen.append(float(s.lin.cost)))
    same(fit)
    assert 0 < len(seen) <= fit.steps  # the last digits come from steps that need no watching
    assert seen == sorted(seen, reverse=True)
    with pytest.raises(ZeroDivisionError):
        rs.fit(decay, T, Y, start=start, callback=lambda state: 1 / 0)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_a_step_limit_binds(steps: int) -> None:
    fit = rs.fit(decay, T, Y, start=[80.0, 0.01, 3.0], max_steps=steps)
    assert fit.steps <= steps
    assert not fit.ok
    assert fit.outcome is rs.Outcome.STEP_LIMIT
    assert fit.rss < float(((Y - decay(T, 80.0, 0.01, 3.0)) ** 2).sum())


def test_the_same_call_gives_the_same_bits() -> None:
    for model, words in ((decay, {}), (bare, {}), (decay, {"start": [80.0, 0.01, 3.0]})):
        one = rs.fit(model, T, Y, engine="eager", **words)
        two = rs.fit(model, T, Y, engine="eager", **words)
        assert one.params == two.params
        assert one.stderr == two.stderr
        assert one.steps == two.steps


def test_threads_give_the_answers_of_one_thread() -> None:
    models = [eval(f"lambda t, a, b, c: a*np.exp(-b*t) + c + 0*{i}", {"np": np}) for i in range(8)]
    tables = [decay(T, 2.0 + i, 1.3, 0.5) + 0.02 * (Y - BEST.fitted) for i in range(8)]

    def task(i: int) -> dict[str, float]:
        return rs.fit(models[i], T, tables[i], engine="eager").params

    alone = [task(i) for i in range(8)]
    together: list[dict[str, float]] = [{}] * 8

    def work(i: int) -> None:
        together[i] = task(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


FAILED = {
    "valley": lambda: rs.fit("a1*a2*exp(-b*x)", T, Y),
    "steps": lambda: rs.fit(decay, T, Y, start=[80.0, 0.01, 3.0], max_steps=2),
    "unchanged": lambda: rs.fit(lambda t, a=1.0: np.round(a * t), T, Y),
    "interrupted": lambda: rs.fit(decay, T, Y, start=[9.0, 0.1, 0], callback=lambda state: True),
    "constant": lambda: rs.fit(decay, T, np.full(N, 2.0)),
}


@pytest.mark.parametrize("make", FAILED.values(), ids=FAILED)
def test_a_fit_that_failed_never_looks_like_one_that_worked(make: object) -> None:
    fit = make()
    assert not fit.ok
    assert fit.warnings[0] == f"the fit {fit.outcome.sentence}"
    assert fit.outcome.sentence in " ".join(str(fit).split())
    assert "converged to a minimum" not in " ".join(str(fit).split())
    assert "converged to a minimum" not in repr(fit)
