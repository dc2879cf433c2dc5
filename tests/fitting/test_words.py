"""Every way to say the same fit gives the same answer."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest

import residua as rs

RNG = np.random.default_rng(0)
N = 40
T = np.linspace(0.0, 4.0, N)
U = RNG.uniform(0.0, 2.0, N)
Y = 2.5 * np.exp(-1.3 * T) + 0.5 + 0.05 * RNG.normal(size=N)
Z = 2.0 * T + 3.0 * U + 1.0 + 0.05 * RNG.normal(size=N)
SIGMA = np.full(N, 0.05)
FRAME = pd.DataFrame({"u": U, "t": T, "z": Z, "s": SIGMA})


def decay(t, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * t) + c


def plane(t, u, a, b, c):
    return a * t + b * u + c


DECAY = rs.fit(decay, T, Y)
PLANE = np.linalg.lstsq(np.c_[T, U, np.ones(N)], Z, rcond=None)[0]


def numbers(fit: rs.Fit) -> list[float]:
    return list(fit.params.values())


def close(fit: rs.Fit, other: object = DECAY) -> None:
    """The same minimum to far below its standard errors."""
    expected = numbers(other) if isinstance(other, rs.Fit) else other
    assert fit.ok, str(fit)
    np.testing.assert_allclose(numbers(fit), expected, atol=1e-6 * fit.standard_errors.max())


# One independent variable ---------------------------------------------------------------------

X_FORMS = {
    "array": T,
    "list": list(T),
    "tuple": tuple(T),
    "generator": None,
    "Series": pd.Series(T),
    "Series with another index": pd.Series(T, index=range(100, 100 + N)),
    "Index": pd.Index(T),
    "dict": {"t": T},
    "frame": pd.DataFrame({"t": T}),
    "frame with more": FRAME,
    "memory order": np.asfortranarray(np.repeat(T, 3).reshape(N, 3))[:, 1],
    "read only": np.frombuffer(T.tobytes()),
    "big endian": T.astype(">f8"),
}


@pytest.mark.parametrize("form", X_FORMS)
def test_x(form: str) -> None:
    x = (v for v in T) if form == "generator" else X_FORMS[form]
    close(rs.fit(decay, x, Y))


def test_the_order_of_the_rows_does_not_matter() -> None:
    order = RNG.permutation(N)
    close(rs.fit(decay, T[order], Y[order]))


@pytest.mark.parametrize("y", [list(Y), pd.Series(Y, index=list(RNG.permutation(N)))])
def test_y(y: object) -> None:
    close(rs.fit(decay, T, y))


def test_a_column_fits_a_column() -> None:
    close(rs.fit(decay, T[:, None], Y[:, None]))


TABLES = {
    "dict": {"t": T, "y": Y},
    "frame": pd.DataFrame({"t": T, "y": Y}),
    "records": pd.DataFrame({"t": T, "y": Y}).to_records(index=False),
    "structured": np.array(list(zip(T, Y)), dtype=[("t", float), ("y", float)]),
    "dict of lists": {"t": list(T), "y": list(Y)},
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_columns_of_a_table(table: object) -> None:
    close(rs.fit(decay, data=table, y="y"))
    close(rs.fit(decay, "t", "y", data=table))
    close(rs.fit(decay, ["t"], "y", data=table))
    close(rs.fit("y ~ a*exp(-b*t) + c", data=table))
    close(rs.fit("a*exp(-b*t) + c", data=table, y="y"))


def test_a_column_of_another_name_than_the_argument() -> None:
    close(rs.fit(decay, "time", "signal", data={"time": T, "signal": Y}))


def test_a_series_knows_its_name() -> None:
    close(rs.fit("a*exp(-b*time) + c", pd.Series(T, name="time"), Y))
    close(rs.fit("a*exp(-b*x) + c", pd.Series(T, name="time"), Y))
    close(rs.fit("a*exp(-b*x) + c", pd.Series(T, name="a"), Y))
    close(rs.fit(lambda t, a, b, c: a * np.exp(-b * t) + c, pd.Series(T, name="a"), Y))


def test_a_formula_without_x_is_told_what_to_say() -> None:
    with pytest.raises(rs.DataError, match="does not contain x") as caught:
        rs.fit("a*exp(-b*t) + c", T, Y)
    assert caught.value.next == """rs.fit('a*exp(-b*t) + c', x, y, independent="t")"""
    close(rs.fit("a*exp(-b*t) + c", T, Y, independent="t"))


# The model ------------------------------------------------------------------------------------


class Decay:
    __hash__ = None  # type: ignore[assignment]

    def __call__(self, t, a=1.0, b=1.0, c=0.0):
        return decay(t, a, b, c)

    def method(self, t, a=1.0, b=1.0, c=0.0):
        return decay(t, a, b, c)


def with_options(t, kind="decay", a=1.0, b=1.0, c=0.0, log=False):
    return decay(t, a, b, c) if kind == "decay" and not log else None


def raised(t, *p):
    return p[0] * np.exp(-p[1] * t) + p[2]


MODELS = {
    "lambda": lambda t, a=1.0, b=1.0, c=0.0: a * np.exp(-b * t) + c,
    "no starts": lambda t, a, b, c: a * np.exp(-b * t) + c,
    "keyword only": lambda t, *, a=1.0, b=1.0, c=0.0: a * np.exp(-b * t) + c,
    "keyword only, no starts": lambda t, *, a, b, c: a * np.exp(-b * t) + c,
    "position only": lambda t, a, b, c, /: a * np.exp(-b * t) + c,
    "partial": functools.partial(lambda k, t, a, b, c: k * a * np.exp(-b * t) + c, 1.0),
    "partial by name": functools.partial(lambda t, a, b, c, k: k * decay(t, a, b, c), k=1.0),
    "callable object": Decay(),
    "method": Decay().method,
    "options": with_options,
    "list of values": lambda t, a, b, c: [a * np.exp(-b * v) + c for v in t],
    "list comprehension of sums": lambda t, a, b, c: np.array([decay(v, a, b, c) for v in t]),
    "formula": "a*exp(-b*x) + c",
    "formula with another order": "c + a*exp(-b*x)",
    "Model": rs.model("a*exp(-b*x) + c"),
    "Model of a function": rs.model(decay),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_model(model: object) -> None:
    fit = rs.fit(model, T, Y)
    assert fit.ok, str(fit)
    for name in "abc":
        assert fit.params[name] == pytest.approx(DECAY.params[name], abs=1e-6 * DECAY.stderr[name])
        assert fit.stderr[name] == pytest.approx(DECAY.stderr[name], rel=1e-5)


def test_a_library_model() -> None:
    fit = rs.fit("exponential", T, Y)
    np.testing.assert_allclose(numbers(fit), numbers(DECAY), rtol=1e-6)


def test_star_args_need_a_start() -> None:
    close(rs.fit(raised, T, Y, start=[1.0, 1.0, 0.0]))
    with pytest.raises(rs.ParameterError, match="their number is not known"):
        rs.fit(raised, T, Y)


def test_a_parameter_may_be_an_array() -> None:
    fit = rs.fit(lambda t, p: p[0] * np.exp(-p[1] * t) + p[2], T, Y, start={"p": [1.0, 1.0, 0.0]})
    np.testing.assert_allclose(fit.params["p"], numbers(DECAY), rtol=1e-7)
    np.testing.assert_allclose(fit.stderr["p"], DECAY.standard_errors, rtol=1e-6)
    assert fit.labels == ("p[0]", "p[1]", "p[2]")


def test_names_that_shadow() -> None:
    fit = rs.fit(
        lambda x, x1, y, self, name: x1 * np.exp(-y * x) + self + 0 * name,
        T,
        Y,
        fixed={"name": 3.0},
    )
    close(fit, [*numbers(DECAY), 3.0])


# Several independent variables ----------------------------------------------------------------

TWO = {
    "dict": dict(x={"t": T, "u": U}),
    "dict in another order": dict(x={"u": U, "t": T}),
    "frame": dict(x=FRAME[["u", "t"]]),
    "tuple": dict(x=(T, U), independent=["t", "u"]),
    "list": dict(x=[T, U], independent=["t", "u"]),
    "array": dict(x=np.array([T, U]), independent=["t", "u"]),
    "swapped": dict(x=(U, T), independent=["u", "t"]),
    "names": dict(x=["t", "u"], data=FRAME),
    "tuple of names": dict(x=("u", "t"), data=FRAME),
    "table": dict(data=FRAME),
}


@pytest.mark.parametrize("words", TWO.values(), ids=TWO)
@pytest.mark.parametrize("model", [plane, "a*t + b*u + c"], ids=["function", "formula"])
def test_two_variables(model: object, words: dict[str, object]) -> None:
    words = dict(words)
    x = words.pop("x", None)
    y = "z" if "data" in words else Z
    fit = rs.fit(model, x, y, **words)
    for name, value in zip("abc", PLANE):
        assert fit.params[name] == pytest.approx(value, rel=1e-9)


def test_a_matrix_for_a_model_of_one_argument() -> None:
    for x, model in (
        (np.c_[T, U], lambda X, a, b, c: a * X[:, 0] + b * X[:, 1] + c),
        (np.asfortranarray(np.c_[T, U]), lambda X, a, b, c: X @ np.array([a, b]) + c),
        (np.stack([T, U]), lambda X, a, b, c: a * X[0] + b * X[1] + c),
        ((T, U), lambda X, a, b, c: a * X[0] + b * X[1] + c),
    ):
        np.testing.assert_allclose(numbers(rs.fit(model, x, Z)), PLANE, rtol=1e-9)


def test_a_number_may_accompany_columns() -> None:
    fit = rs.fit(lambda t, K, a, b: a * t / K + b, {"t": T, "K": 2.0}, Z)
    best = np.polyfit(T / 2, Z, 1)
    np.testing.assert_allclose(numbers(fit), best, rtol=1e-9)


# start, bounds, fixed, sigma ------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [None, {"b": 2}, {"a": 2, "b": 1, "c": 0.1}, [2, 1, 0.1], np.array([2.0, 1.0, 0.1]), (2, 1, 0)],
    ids=["defaults", "one", "dict", "list", "array", "tuple"],
)
def test_start(start: object) -> None:
    close(rs.fit(decay, T, Y, start=start))


@pytest.mark.parametrize(
    "bounds",
    [
        {"b": (0, None)},
        {"a": (0, 10), "b": (0, 10), "c": (-1, 1)},
        ([0, 0, -1], [10, 10, 1]),
        (0, np.inf),
        ([0, None, None], [None, 10, None]),
    ],
    ids=["one", "dict", "scipy", "numbers", "None"],
)
@pytest.mark.parametrize("model", [decay, "a*exp(-b*x) + c"], ids=["started", "unstarted"])
def test_bounds_that_do_not_bind_change_nothing(bounds: object, model: object) -> None:
    fit = rs.fit(model, T, Y, bounds=bounds)
    close(fit)
    np.testing.assert_allclose(fit.standard_errors, DECAY.standard_errors, rtol=1e-5)


@pytest.mark.parametrize("fixed", ["c", ["c"], {"c": 0.0}, {"c": True}])
def test_fixed(fixed: object) -> None:
    fit = rs.fit(decay, T, Y, fixed=fixed)
    best = rs.fit(lambda t, a=1.0, b=1.0: a * np.exp(-b * t), T, Y)
    assert fit.params["c"] == 0.0
    assert fit.stderr["c"] == 0.0
    assert fit.params["a"] == pytest.approx(best.params["a"], rel=1e-8)
    assert fit.stderr["b"] == pytest.approx(best.stderr["b"], rel=1e-6)


SIGMAS = {
    "number": dict(sigma=0.05),
    "array": dict(sigma=SIGMA),
    "list": dict(sigma=list(SIGMA)),
    "Series": dict(sigma=pd.Series(SIGMA, index=range(7, 7 + N))),
    "column": dict(sigma="s"),
    "covariance": dict(sigma=np.diag(SIGMA**2)),
}


@pytest.mark.parametrize("words", SIGMAS.values(), ids=SIGMAS)
@pytest.mark.parametrize("absolute", [False, True])
def test_sigma(words: dict[str, object], absolute: bool) -> None:
    table = {"t": T, "y": Y, "s": SIGMA}
    fit = rs.fit(decay, "t", "y", data=table, absolute_sigma=absolute, **words)
    close(fit)
    factor = 0.05 / DECAY.residual_standard_error if absolute else 1.0
    np.testing.assert_allclose(fit.standard_errors, DECAY.standard_errors * factor, rtol=1e-6)
    assert fit.rss == pytest.approx(DECAY.rss / 0.05**2, rel=1e-9)


# Several outputs ------------------------------------------------------------------------------


def test_several_outputs() -> None:
    both = np.stack([2 * T + 1, 3 * T + 1]) + 0.05 * RNG.normal(size=(2, N))

    def rows(t, a, b, c):
        return np.stack([a * t + c, b * t + c])

    def columns(t, a, b, c):
        return np.stack([a * t + c, b * t + c], axis=1)

    design = np.zeros((2, N, 3))
    design[0, :, 0] = design[1, :, 1] = T
    design[:, :, 2] = 1
    best = np.linalg.lstsq(design.reshape(-1, 3), both.ravel(), rcond=None)[0]
    for model, y in (
        (rows, both),
        (rows, list(both)),
        (lambda t, a, b, c: [a * t + c, b * t + c], both),
        (columns, both.T),
        (columns, pd.DataFrame(both.T, columns=["p", "q"])),
    ):
        fit = rs.fit(model, T, y)
        np.testing.assert_allclose(numbers(fit), best, rtol=1e-9)
        assert fit.residuals.shape == np.shape(y)
        assert fit.n == 2 * N
        sigma = np.full(np.shape(y), 0.05)
        np.testing.assert_allclose(numbers(rs.fit(model, T, y, sigma=sigma)), best, rtol=1e-9)


# The fit as a function ------------------------------------------------------------------------


def test_predict_understands_the_same_words() -> None:
    fit = rs.fit(plane, {"t": T, "u": U}, Z)
    expected = PLANE @ [1.5, 0.5, 1.0]
    for given in (
        fit.predict([1.5], [0.5]),
        fit.predict({"u": [0.5], "t": [1.5]}),
        fit.predict(pd.DataFrame({"u": [0.5], "t": [1.5]})),
        fit.predict(t=[1.5], u=[0.5]),
        fit.predict(np.array([[1.5], [0.5]])),
    ):
        np.testing.assert_allclose(given.value, [expected], rtol=1e-9)
    np.testing.assert_allclose(fit(1.5, 0.5), expected, rtol=1e-9)
    np.testing.assert_allclose(fit(t=[1.5], u=[0.5]), [expected], rtol=1e-9)
    np.testing.assert_allclose(fit.predict().value, fit.fitted, rtol=1e-12)
