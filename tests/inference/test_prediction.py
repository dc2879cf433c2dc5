"""Predictions against the textbook: linear regression to the last digits; refusals."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

import residua as rs

RNG = np.random.default_rng(0)
N = 25
X = RNG.uniform(0.0, 10.0, N)
Y = 2.0 - 0.7 * X + 0.3 * RNG.normal(size=N)
NEW = np.array([-5.0, 0.5, 5.0, 9.9, 30.0])


def line(x, a, b):
    return a * x + b


def decay(x, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * x) + c


def textbook(x: np.ndarray, y: np.ndarray, new: np.ndarray, level: float) -> dict[str, np.ndarray]:
    """Simple linear regression: N. R. Draper, H. Smith, Applied Regression Analysis, ch. 1."""
    mean = x.mean()
    spread = ((x - mean) ** 2).sum()
    slope = ((x - mean) * y).sum() / spread
    value = y.mean() + slope * (new - mean)
    residual = y - y.mean() - slope * (x - mean)
    s = math.sqrt((residual**2).sum() / (len(x) - 2))
    leverage = 1 / len(x) + (new - mean) ** 2 / spread
    quantile = t.ppf(0.5 + level / 2, len(x) - 2)
    stderr = s * np.sqrt(leverage)
    return {
        "value": value,
        "stderr": stderr,
        "confidence": quantile * stderr,
        "prediction": quantile * s * np.sqrt(1 + leverage),
    }


@pytest.mark.parametrize("level", [0.5, 0.6827, 0.95, 0.999])
@pytest.mark.parametrize("interval", ["confidence", "prediction"])
def test_the_textbook_formula(interval: str, level: float) -> None:
    found = rs.fit(line, X, Y).predict(NEW, interval=interval, level=level)
    book = textbook(X, Y, NEW, level)
    np.testing.assert_allclose(found.value, book["value"], rtol=1e-10)
    np.testing.assert_allclose(found.stderr, book["stderr"], rtol=1e-10)
    np.testing.assert_allclose(found.high - found.value, book[interval], rtol=1e-10)
    np.testing.assert_allclose(found.value - found.low, book[interval], rtol=1e-10)
    assert (found.interval, found.level) == (interval, level)


def test_a_known_sigma_uses_the_normal_quantile() -> None:
    fit = rs.fit(line, X, Y, sigma=0.3, absolute_sigma=True)
    design = np.c_[X, np.ones(N)]
    covariance = 0.3**2 * np.linalg.inv(design.T @ design)
    rows = np.c_[NEW, np.ones(5)]
    variance = np.einsum("ij,jk,ik->i", rows, covariance, rows)
    z = norm.ppf(0.975)
    found = fit.predict(NEW, interval="prediction")
    np.testing.assert_allclose(found.high - found.value, z * np.sqrt(variance + 0.09), rtol=1e-10)


def test_relative_sigma_is_scaled_by_the_residuals() -> None:
    sigma = 0.1 + 0.05 * X
    weight = 1 / sigma
    design = np.c_[X, np.ones(N)]
    best = np.linalg.lstsq(design * weight[:, None], Y * weight, rcond=None)[0]
    residual = (Y - design @ best) * weight
    scale = (residual**2).sum() / (N - 2)
    covariance = scale * np.linalg.inv((design * weight[:, None] ** 2).T @ design)
    rows = np.c_[NEW, np.ones(5)]
    variance = np.einsum("ij,jk,ik->i", rows, covariance, rows)
    fit = rs.fit(line, X, Y, sigma=sigma)
    found = fit.predict(NEW, interval="confidence")
    q = t.ppf(0.975, N - 2)
    np.testing.assert_allclose(found.high - found.value, q * np.sqrt(variance), rtol=1e-9)
    with pytest.raises(rs.DataError, match="needs the sigma of the new observations") as caught:
        fit.predict(NEW, interval="prediction")
    assert "sigma=..." in caught.value.next
    new = np.full(5, 0.2)
    wide = fit.predict(NEW, interval="prediction", sigma=new)
    expected = q * np.sqrt(variance + scale * new**2)
    np.testing.assert_allclose(wide.high - wide.value, expected, rtol=1e-9)
    at_data = fit.predict(interval="prediction")
    rows = design
    variance = np.einsum("ij,jk,ik->i", rows, covariance, rows)
    expected = q * np.sqrt(variance + scale * sigma**2)
    np.testing.assert_allclose(at_data.high - at_data.value, expected, rtol=1e-9)


def test_correlated_observations() -> None:
    root = np.tril(RNG.normal(size=(N, N)) * 0.05) + 0.3 * np.eye(N)
    matrix = root @ root.T
    fit = rs.fit(line, X, Y, sigma=matrix, absolute_sigma=True)
    design = np.c_[X, np.ones(N)]
    covariance = np.linalg.inv(design.T @ np.linalg.solve(matrix, design))
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-9)
    rows = np.c_[NEW, np.ones(5)]
    variance = np.einsum("ij,jk,ik->i", rows, covariance, rows)
    np.testing.assert_allclose(fit.predict(NEW).stderr, np.sqrt(variance), rtol=1e-9)


def test_a_nonlinear_band_is_the_delta_method() -> None:
    x = np.linspace(0.0, 4.0, 40)
    fit = rs.fit(decay, x, decay(x, 2.5, 1.3, 0.5) + 0.05 * RNG.normal(size=40))
    a, b, _ = fit.params.values()
    new = np.array([0.0, 0.7, 2.0, 8.0])
    e = np.exp(-b * new)
    rows = np.stack([e, -a * new * e, np.ones(4)], axis=1)
    variance = np.einsum("ij,jk,ik->i", rows, fit.covariance, rows)
    np.testing.assert_allclose(fit.predict(new).stderr, np.sqrt(variance), rtol=1e-9)


@pytest.mark.parametrize("amplitude", [2.5e8, 1e13, 1e-13])
def test_the_width_follows_the_amplitude(amplitude: float) -> None:
    one = rs.fit(line, X, Y).predict(NEW, interval="prediction")
    many = rs.fit(line, X, Y * amplitude).predict(NEW, interval="prediction")
    np.testing.assert_allclose(many.high - many.low, (one.high - one.low) * amplitude, rtol=1e-9)


# What the data do not determine ----------------------------------------------------------------


def test_a_prediction_is_sure_where_only_the_product_matters() -> None:
    x = np.linspace(0.0, 4.0, 40)
    y = 2.5 * np.exp(-1.3 * x) + 0.05 * RNG.normal(size=40)
    twins = rs.fit("p*q*exp(-b*x)", x, y)
    alone = rs.fit("a*exp(-b*x)", x, y)
    assert math.isinf(twins.stderr["p"])
    found, expected = twins.predict([0.5, 3.0]), alone.predict([0.5, 3.0])
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-6)
    # The twin counts as one more parameter in the residual variance.
    np.testing.assert_allclose(found.stderr, expected.stderr * math.sqrt(38 / 37), rtol=1e-5)


def test_a_prediction_that_needs_what_is_unknown_is_infinitely_unsure() -> None:
    def model(x, a, b, k):
        return a * x + b + k * np.maximum(x - 100.0, 0.0)

    fit = rs.fit(model, X, Y, start=[1, 1, 1])
    found = fit.predict([5.0, 150.0], interval="confidence")
    assert np.isfinite(found.stderr[0])
    assert math.isinf(found.stderr[1])
    assert found.low[1] == -math.inf
    assert found.extrapolates.tolist() == [False, True]


def test_a_parameter_at_its_bound_is_taken_as_known() -> None:
    y = 2 * np.exp(-X) - 0.5 + 0.01 * RNG.normal(size=N)
    fit = rs.fit(decay, X, y, bounds={"c": (0, None)})
    assert fit.outcome is rs.Outcome.AT_BOUND
    assert np.isfinite(fit.predict([1.0]).stderr).all()


def test_without_degrees_of_freedom_there_is_no_width() -> None:
    fit = rs.fit(line, [0.0, 1.0], [1.0, 3.0])
    found = fit.predict([0.5], interval="prediction")
    assert found.value[0] == pytest.approx(2.0)
    assert np.isnan(found.stderr).all()
    assert np.isnan(found.low).all()


# Where it extrapolates --------------------------------------------------------------------------


def test_beyond_the_range_of_x() -> None:
    x = np.linspace(2.0, 5.0, 20)
    fit = rs.fit(line, x, x + 0.01 * RNG.normal(size=20))
    found = fit.predict([1.9, 2.0, 3.5, 5.0, 5.1])
    assert found.extrapolates.tolist() == [True, False, False, False, True]
    assert not fit.predict().extrapolates.any()


def test_in_a_gap_between_the_data() -> None:
    x = np.r_[np.linspace(0.0, 1.0, 20), np.linspace(9.0, 10.0, 20)]
    fit = rs.fit("a + b*x + c*x**2 + d*x**3", x, np.sin(x) + 0.01 * RNG.normal(size=40))
    assert fit.predict([5.0, 0.5]).extrapolates.tolist() == [True, False]


def test_in_a_corner_no_range_sees() -> None:
    u = RNG.uniform(0.0, 1.0, 60)
    v = u + 0.01 * RNG.normal(size=60)
    fit = rs.fit("a*u + b*v + c", {"u": u, "v": v}, u + v + 0.01 * RNG.normal(size=60))
    found = fit.predict({"u": [0.5, 0.1], "v": [0.5, 0.9]})
    assert found.extrapolates.tolist() == [False, True]


# Forms and refusals -----------------------------------------------------------------------------


def test_forms_of_x() -> None:
    fit = rs.fit(line, X, Y)
    expected = fit.predict(NEW).value
    for given in (
        list(NEW),
        tuple(NEW),
        pd.Series(NEW, index=list("pqrst")),
        {"x": NEW},
        pd.DataFrame({"x": NEW}),
        (v for v in NEW),
        NEW.astype(np.longdouble),
    ):
        np.testing.assert_array_equal(fit.predict(given).value, expected)
    np.testing.assert_array_equal(fit.predict(x=NEW).value, expected)
    assert fit.predict(3.0).value.shape == ()
    assert fit.predict(3.0).value == pytest.approx(fit.predict([3.0]).value[0], rel=1e-15)
    assert fit.predict(NEW.reshape(5, 1)).value.shape == (5, 1)
    np.testing.assert_array_equal(fit.predict().value, fit.fitted)


def test_no_points_give_no_predictions() -> None:
    found = rs.fit(line, X, Y).predict([], interval="prediction")
    assert found.value.shape == found.low.shape == found.extrapolates.shape == (0,)
    assert len(found) == 0


def test_a_prediction_is_array_like_and_printable() -> None:
    found = rs.fit(line, X, Y).predict(NEW, interval="prediction")
    np.testing.assert_array_equal(np.asarray(found), found.value)
    np.testing.assert_array_equal(np.add(found, 0), found.value)
    assert len(found) == 5
    assert str(found).startswith("5 predictions, 0.95 prediction interval; 3 extrapolate")
    assert str(found).count("extrapolates") == 3  # -5, 9.9 (beyond the largest x, 9.35) and 30
    many = rs.fit(line, X, Y).predict(np.linspace(0, 1, 50))
    assert str(many).endswith("...")


def test_a_table_of_predictions() -> None:
    found = rs.fit(line, X, Y).predict(NEW, interval="prediction")
    frame = found.to_frame()
    for name in ("value", "stderr", "low", "high", "extrapolates"):
        np.testing.assert_array_equal(frame[name], getattr(found, name))


REFUSED = {
    "interval": (dict(interval="band"), rs.ParameterError, 'interval is "confidence"'),
    "percent": (dict(interval="confidence", level=95), rs.ParameterError, "between 0 and 1"),
    "percent, no interval": (dict(level=95), rs.ParameterError, "between 0 and 1"),
    "level 0": (dict(interval="confidence", level=0.0), rs.ParameterError, "between 0 and 1"),
    "level 1": (dict(interval="confidence", level=1.0), rs.ParameterError, "between 0 and 1"),
    "level NaN": (dict(interval="confidence", level=math.nan), rs.ParameterError, "between 0"),
}


@pytest.mark.parametrize(("words", "error", "what"), REFUSED.values(), ids=REFUSED)
def test_refused_words(words: dict[str, object], error: type[Exception], what: str) -> None:
    with pytest.raises(error) as caught:
        rs.fit(line, X, Y).predict(NEW, **words)
    assert what in str(caught.value)


BAD_X = {
    "text": (["a"], "text"),
    "NaN": ([np.nan], "NaN or infinite"),
    "infinite": ([np.inf], "NaN or infinite"),
    "masked": (np.ma.masked_array([1.0], [True]), "NaN or infinite"),
    "dates": (pd.date_range("2020", periods=2), "dates"),
    "complex": (np.array([1j]), "complex"),
    "other columns": ({"p": NEW, "q": NEW}, "x has 2 columns"),
}


@pytest.mark.parametrize(("x", "what"), BAD_X.values(), ids=BAD_X)
def test_refused_x(x: object, what: str) -> None:
    with pytest.raises(rs.DataError) as caught:
        rs.fit(line, X, Y).predict(x)
    assert what in caught.value.what


def test_wrong_counts_and_names() -> None:
    fit = rs.fit(line, X, Y)
    with pytest.raises(rs.DataError, match="needs 1 independent variables"):
        fit.predict(NEW, NEW)
    with pytest.raises(rs.DataError, match="predict needs x, and was given z"):
        fit.predict(z=NEW)


def test_predicting_does_not_keep_the_callers_array() -> None:
    fit = rs.fit(line, X, Y)
    new = NEW.copy()
    found = fit.predict(new)
    before = found.value.copy()
    new[:] = 0
    np.testing.assert_array_equal(found.value, before)


def test_a_constant_model_predicts_everywhere() -> None:
    fit = rs.fit(lambda x, a=1.0: a, X, Y)
    found = fit.predict(NEW, interval="confidence")
    np.testing.assert_allclose(found.value, np.full(5, Y.mean()), rtol=1e-12)
    half = t.ppf(0.975, N - 1) * Y.std(ddof=1) / math.sqrt(N)
    np.testing.assert_allclose(found.high - found.value, np.full(5, half), rtol=1e-10)


def test_several_outputs_have_several_bands() -> None:
    y = np.stack([2 * X + 1, 3 * X + 1]) + 0.05 * RNG.normal(size=(2, N))
    fit = rs.fit(lambda x, a, b, c: np.stack([a * x + c, b * x + c]), X, y)
    found = fit.predict(NEW, interval="confidence")
    assert found.value.shape == found.low.shape == found.extrapolates.shape == (2, 5)
    rows = np.stack([NEW, 0 * NEW, np.ones(5)], axis=1)
    variance = np.einsum("ij,jk,ik->i", rows, fit.covariance, rows)
    np.testing.assert_allclose(found.stderr[0], np.sqrt(variance), rtol=1e-9)
    beyond = (X.min() > NEW) | (X.max() < NEW)
    assert found.extrapolates.tolist() == [beyond.tolist()] * 2
    turned = rs.fit(lambda x, a, b, c: np.stack([a * x + c, b * x + c], axis=1), X, y.T)
    other = turned.predict(NEW, interval="confidence")
    np.testing.assert_allclose(other.low, found.low.T, rtol=1e-9)
    np.testing.assert_array_equal(other.extrapolates, found.extrapolates.T)


def test_a_matrix_of_x_has_a_range_for_each_variable() -> None:
    u, v = RNG.uniform(0.0, 1.0, 60), RNG.uniform(100.0, 101.0, 60)
    y = u + v + 0.01 * RNG.normal(size=60)
    new = np.array([[0.5, 100.5], [0.5, 99.0], [2.0, 100.5]])
    columns = rs.fit(lambda X, a, b: a * X[:, 0] + b * X[:, 1], np.c_[u, v], y)
    assert columns.predict(new).extrapolates.tolist() == [False, True, True]
    rows = rs.fit(lambda X, a, b: a * X[0] + b * X[1], np.stack([u, v]), y)
    assert rows.predict(new.T).extrapolates.tolist() == [False, True, True]
