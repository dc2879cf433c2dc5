"""What careless and hostile models do: a clear error, or the right answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from one_decay import BEST, N, T, Y, decay, refused, same

import residua as rs

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
    error = refused(
        rs.ModelError,
        "not finite at the start, in 40 of 40 points",
        lambda t, a=1.0, b=-1.0: a * np.log(b * (t + 1)),
        T,
        Y,
    )
    assert "start={'a': ..., 'b': ...}" in error.next


def test_a_start_without_a_derivative_is_refused() -> None:
    error = refused(
        rs.ModelError,
        "with respect to b is not finite",
        lambda t, a=1.0, b=0.0: a * np.sqrt(t - b),
        T,
        Y,
    )
    assert "start={'b': ...}" in error.next
    refused(
        rs.ModelError,
        "with respect to n is not finite",
        lambda t, a=1.0, n=3.0: a * t**n,
        T - 2,
        (T - 2) ** 3,
    )


def test_a_model_that_is_finite_nowhere() -> None:
    error = refused(
        rs.ParameterError,
        "no start could be found",
        lambda t, a, b: a * np.log(-b * b * (t + 1)),
        T,
        Y,
    )
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


OUTSIDE = {
    "math": lambda t, a, b, c: np.array([a * math.exp(-b * v) + c for v in t]),
    "float": lambda t, a, b, c: float(a) * np.exp(-float(b) * t) + float(c),
    "pandas": lambda t, a, b, c: pd.Series(a * np.exp(-b * t) + c),
    "bytes": lambda t, a, b, c: np.frombuffer((a * np.exp(-b * t) + c).tobytes()),
}


@pytest.mark.parametrize("start", [[1.0, 1.0, 0.0], None], ids=["started", "unstarted"])
@pytest.mark.parametrize("model", OUTSIDE.values(), ids=OUTSIDE)
def test_a_model_no_engine_can_follow_is_fitted_and_that_is_said(
    model: object, start: object
) -> None:
    fit = rs.fit(model, T, Y, start=start)
    assert fit.ok
    for name in "abc":
        assert fit.params[name] == pytest.approx(BEST.params[name], abs=1e-4 * BEST.stderr[name])
    assert fit.engine == "numeric"
    assert any("derivatives are finite differences" in text for text in fit.warnings)


def test_branches_that_are_not_taken_do_not_warn() -> None:
    fit = rs.fit(lambda t, a, b: np.where(t > 0, a * t * np.log(t), 0.0) + b, T, Y)
    assert np.isfinite(fit.fitted).all()
    assert np.isfinite(fit.residuals).all()
    assert np.isfinite(fit.predict([0.0, 1.0], interval="prediction").low).all()


def test_printing_and_counting_models_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    calls = []

    def model(t, a=1.0, b=1.0, c=0.0):
        calls.append(1)
        print("called")
        return decay(t, a, b, c)

    same(rs.fit(model, T, Y))
    assert calls
    assert "called" in capsys.readouterr().out
