"""What may be said wrongly of several datasets, and what the answer says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import residua as rs
from joint_cases import decays

FORMULA = "a*exp(-b*t) + c"
T = np.linspace(0, 4, 20)
Y = 2 * np.exp(-T)
TWO = [rs.dataset(T, Y), rs.dataset(T, 2 * Y)]
FRAME = pd.DataFrame({"t": [*T, *T], "y": [*Y, *(2 * Y)], "sample": ["u"] * 20 + ["v"] * 20})


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: rs.fit(FORMULA, [], shared=["b"]), rs.DataError, "no dataset was given"),
        (lambda: rs.fit(FORMULA, {}, local=["a"]), rs.DataError, "no dataset was given"),
        (
            lambda: rs.fit(FORMULA, T, Y, shared=["b"]),
            rs.DataError,
            "y= was given beside the datasets",
        ),
        (lambda: rs.fit(FORMULA, T, shared=["b"]), rs.DataError, "what several datasets have"),
        (lambda: rs.fit(FORMULA, TWO, Y), rs.DataError, "y= was given beside the datasets"),
        (lambda: rs.fit(FORMULA, TWO, sigma=0.1), rs.DataError, r"sigma= was given(?s:.*)dataset"),
        (lambda: rs.fit(FORMULA, [TWO[0], (T,)]), rs.DataError, r"rs.dataset\(x, y\) or a tuple"),
        (lambda: rs.fit(FORMULA, [TWO[0], 3.0]), rs.DataError, "not float"),
        (
            lambda: rs.fit(FORMULA, [rs.dataset(T, Y, name="u"), rs.dataset(T, Y, name="u")]),
            rs.DataError,
            "two datasets are called 'u'",
        ),
        (
            lambda: rs.fit(FORMULA, [TWO[0], rs.dataset([], [])], independent="t"),
            rs.DataError,
            r"dataset '2': y is empty",
        ),
        (
            lambda: rs.fit(FORMULA, {"u": (T, Y), "v": (T, Y[:-1])}),
            rs.ModelError,
            r"dataset 'v'(?s:.*)x has 20 points and y has 19",
        ),
        (
            lambda: rs.fit(FORMULA, {"u": (T, Y), "v": (T, np.where(T > 3, np.nan, Y))}),
            rs.DataError,
            r"dataset 'v': y has 5 of 20 values",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["rate"]),
            rs.ParameterError,
            "shared names 'rate', which is not a parameter",
        ),
        (
            lambda: rs.fit("amount*exp(-rate*t)", TWO, shared=["rates"], independent="t"),
            rs.ParameterError,
            r"shared=\['rate'\]",
        ),
        (lambda: rs.fit(FORMULA, TWO, local=["t"]), rs.DataError, "does not contain x"),
        (
            lambda: rs.fit(FORMULA, TWO, local=["t"], independent="t"),
            rs.ParameterError,
            "local names 't'",
        ),
        (lambda: rs.fit(FORMULA, TWO, shared=3), rs.ParameterError, "shared is 3, not names"),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["b"], local=["a"]),
            rs.ParameterError,
            "complement each other: c in neither",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["b", "a"], local=["a", "c"]),
            rs.ParameterError,
            "complement each other: a in both",
        ),
        (lambda: rs.fit(FORMULA, TWO, shared=[]), rs.ParameterError, "no parameter is shared"),
        (
            lambda: rs.fit(FORMULA, TWO, local=["a", "b", "c"]),
            rs.ParameterError,
            "independent fits",
        ),
        (
            lambda: rs.fit(FORMULA, data=FRAME, y="y", by="sampel", shared=["b"]),
            rs.DataError,
            "did you mean 'sample'",
        ),
        (
            lambda: rs.fit(FORMULA, data=FRAME, y="y", by="sample"),
            rs.ParameterError,
            "makes 2 datasets, and nothing says what they share",
        ),
        (lambda: rs.fit(FORMULA, by="sample", shared=["b"]), rs.DataError, "no data= was given"),
        (
            lambda: rs.fit(FORMULA, T, data=FRAME, y="y", by="sample", shared=["b"]),
            rs.DataError,
            "with by=, x is the name of a column",
        ),
        (
            lambda: rs.fit(
                FORMULA, data=FRAME.assign(sample=np.nan), y="y", by="sample", shared=["b"]
            ),
            rs.DataError,
            "sample is missing in 40 rows",
        ),
        (
            lambda: rs.fit(FORMULA, data=FRAME, y="y", by=["sample"], shared=["b"]),
            rs.DataError,
            "not the name of a column",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["b"], start={"a": [1.0, 2.0, 3.0]}),
            rs.ParameterError,
            "start of a has 3 values for 2 datasets",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["b"], start={"a": {"9": 1.0}}),
            rs.ParameterError,
            "names the dataset '9', which there is not",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["b"], start={"A": 1.0}),
            rs.ParameterError,
            "start names 'A'",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["b"], start=[1.0, 2.0]),
            rs.ParameterError,
            "start has 2 values but the model has 3",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["b"], bounds={"a": (5.0, 1.0)}),
            rs.ParameterError,
            "lower bound of a is above",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, shared=["b"], fixed={"a": 1.0, "b": 1.0, "c": 0.0}),
            rs.ParameterError,
            "nothing to fit",
        ),
        (
            lambda: rs.fit(FORMULA, [(T[:2], Y[:2]), (T[:2], Y[:2])], shared=["b"]),
            rs.DataError,
            r"4 observations cannot determine 5 parameters(?s:.*)counted once for each",
        ),
        (
            lambda: rs.fit(FORMULA, TWO, absolute_sigma=True),
            rs.DataError,
            r"dataset '1': absolute_sigma=True says",
        ),
        (
            lambda: rs.fit(FORMULA, [rs.dataset(T, Y, of="pressure")], independent="t"),
            rs.ModelError,
            r"no quantity 'pressure'",
        ),
        (
            lambda: rs.fit(FORMULA, [TWO[0], rs.dataset(T, Y, of=lambda f: 3)]),
            rs.ModelError,
            r"dataset '2': the operator returned int",
        ),
        (
            lambda: rs.fit(FORMULA, [TWO[0], rs.dataset(T, Y, of=lambda f: f.derivative("z"))]),
            rs.ModelError,
            r"dataset '2'(?s:.*)no variable or parameter 'z'",
        ),
        (
            lambda: rs.fit(FORMULA, [TWO[0], rs.dataset(T, Y, of=lambda f: f.nothing)]),
            rs.ModelError,
            r"the operator of= raised AttributeError",
        ),
        (lambda: rs.dataset(T, Y, of=3), rs.DataError, "neither the name of a quantity"),
        (lambda: rs.dataset(T, Y, name=""), rs.DataError, "not a text"),
        (lambda: rs.dataset(T, Y, absolute_sigma=True), rs.DataError, "no sigma was given"),
        (lambda: rs.fit(FORMULA, [rs.dataset(T)]), rs.DataError, "no y was given"),
        (
            lambda: rs.fit(FORMULA, [rs.dataset(T, Y, sigma=-1.0), TWO[0]]),
            rs.DataError,
            "dataset '1': sigma must be positive",
        ),
        (
            lambda: rs.fit("a*exp(-b*u) + c*s", TWO),
            rs.DataError,
            "does not contain x",
        ),
    ],
)
def test_what_is_wrong_is_said(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_a_model_that_raises_names_the_dataset():
    def model(t, a):
        if t.size > 20:
            raise RuntimeError("too long")
        return a * t

    long = np.linspace(0, 1, 30)
    with pytest.raises(rs.ModelError, match=r"dataset 'long'(?s:.*)too long"):
        rs.fit(model, {"short": (T, T), "long": (long, long)}, start={"a": 1.0})


def test_a_derivative_that_is_not_finite_names_the_dataset():
    x = np.linspace(0, 1, 10)
    with pytest.raises(rs.ModelError, match=r"dataset 'edge': the derivative of .* respect to b"):
        rs.fit(
            "a*x + sqrt(b)",
            {"fine": (x, x + 1), "edge": (x, x)},
            local=["b"],
            start={"a": 1.0, "b": {"fine": 1.0, "edge": 0.0}},
        )


def test_the_variable_of_a_formula_is_what_is_usual_and_not_a_parameter():
    sets = decays(2)
    one = rs.fit("a*exp(-b*t) + c", sets, shared=["b"])
    assert one.model.independent == ("t",)
    named = {"V": T, "other": Y}
    two = rs.fit("a*V + b", [rs.dataset({"V": T}, Y), rs.dataset({"V": T}, 3 * Y)], local=["b"])
    assert two.model.independent == ("V",)
    three = rs.fit("a*V + b", [rs.dataset("V", "other", data=named)] * 1)
    assert three.model.independent == ("V",)


def test_columns_of_tables_and_missing_rows():
    frame = FRAME.copy()
    frame.loc[3, "y"] = np.nan
    fit = rs.fit(FORMULA, data=frame, y="y", by="sample", shared=["b"], missing="drop")
    assert fit.n == 39 and any("dataset 'u'" in text for text in fit.warnings)
    parts = [rs.dataset(data=rows, y="y") for _, rows in FRAME.groupby("sample")]
    again = rs.fit(FORMULA, parts, shared=["b"], independent="t")
    assert again.n == 40 and again.parts[0].observations.names == ("t",)


def test_a_mapping_of_columns_is_still_one_dataset():
    fit = rs.fit("y = a*x + b", data={"x": T, "y": 2 * T + 1})
    assert type(fit) is rs.Fit
    pairs = rs.fit("a*x + b", {"x": [1.0, 2.0, 3.0]}, [2.0, 4.1, 6.0])
    assert type(pairs) is rs.Fit


def test_undetermined_local_parameters_are_said_as_they_would_be_typed():
    sets = {"u": (T, Y), "v": (T, 2 * Y)}
    fit = rs.fit(
        "a*d*exp(-b*t)", sets, shared=["b"], start={"a": 1.0, "d": 1.0, "b": 1.0}, independent="t"
    )
    assert fit.outcome is rs.Outcome.VALLEY
    text = " ".join(fit.warnings)
    assert "only a[u]*d[u] is determined" in text
    assert "fixed={'a': {'u': ...}}" in text or "fixed={'d': {'u': ...}}" in text
    assert np.isinf(fit.stderr["a"]).all() and np.isfinite(fit.stderr["b"])
    assert np.isinf(fit.parts["u"].stderr["a"]) and np.isfinite(
        fit.parts["u"].predict([1.0]).stderr
    )
