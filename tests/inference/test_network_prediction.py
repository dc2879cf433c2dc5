"""Predictions of networks: intervals that hold, errors that grow away from data, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import residua as rs
from residua import DataError, ParameterError

X = np.linspace(-2, 2, 40)
Y = np.sin(2 * X) + 0.1 * np.random.default_rng(0).normal(size=40)
SMALL = rs.MLP([4])


@pytest.fixture(scope="module")
def curve():
    return rs.fit(SMALL, X, Y)


@pytest.fixture(scope="module")
def weighted():
    return rs.fit(SMALL, X, Y, sigma=np.linspace(0.05, 0.2, 40), members=1)


@pytest.fixture(scope="module")
def surface():
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-2, 2, (2, 60))
    return rs.fit(SMALL, {"a": a, "b": b}, a**2 + b + 0.1 * rng.normal(size=60), members=1)


@pytest.fixture(scope="module")
def chances():
    rng = np.random.default_rng(0)
    x = rng.uniform(-3, 3, 150)
    return rs.fit(SMALL, x, x + rng.logistic(size=150) > 0)


def test_intervals_are_students_about_the_value(curve):
    """low, high and the density of new observations by scipy, from value, scale and dof: 1e-12."""
    new = np.linspace(-3, 3, 13)
    for level in (0.5, 0.95):
        said = curve.predict(new, interval="prediction", level=level)
        t = stats.t(said.dof, said.value, said.scale)
        np.testing.assert_allclose(said.low, t.ppf(0.5 - level / 2), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(said.high, t.ppf(0.5 + level / 2), rtol=1e-9, atol=1e-12)
        y = said.value + 0.3
        exact = stats.t.logpdf(y, said.dof, said.value, said.scale)
        if said.dof[0] < 1e5:
            np.testing.assert_allclose(said.log_density(y), exact, rtol=1e-12)
        band = curve.predict(new, interval="confidence", level=level)
        half = stats.norm.ppf(0.5 + level / 2) * band.stderr
        np.testing.assert_allclose(band.high - band.value, half, rtol=1e-9, atol=1e-12)


def test_levels_are_nested_and_bands_within_intervals(curve):
    new = np.linspace(-3, 3, 50)
    before = None
    for level in (0.5, 0.8, 0.95, 0.999):
        said = curve.predict(new, interval="prediction", level=level)
        band = curve.predict(new, interval="confidence", level=level)
        assert (said.low < band.low).all()
        assert (band.high < said.high).all()
        if before is not None:
            assert (said.low < before.low).all()
            assert (said.high > before.high).all()
        before = said


def test_errors_grow_away_from_the_data_and_it_is_said(curve):
    said = curve.predict(np.array([0.0, 1.0, 2.5, 3.0, 4.0]))
    assert said.extrapolates.tolist() == [False, False, True, True, True]
    assert (np.diff(said.stderr[1:]) > 0).all()
    assert said.stderr[-1] > 10 * said.stderr[0]
    assert not curve.predict().extrapolates.any()


@pytest.mark.parametrize("seed", range(3))
def test_a_gap_in_the_data_is_an_extrapolation(seed):
    """Inside the range, but far from all points: graded, or the truth within the band of 95 %."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.uniform(-3, -1, 30), rng.uniform(1, 3, 30)])
    found = rs.fit(rs.MLP([8]), x, np.sin(2 * x) + 0.05 * rng.normal(size=60), seed=seed)
    gap = np.linspace(-0.7, 0.7, 15)
    said = found.predict(gap, interval="prediction")
    assert said.stderr.max() > 3 * found.predict().stderr.max()
    truth = np.sin(2 * gap)
    assert (((said.low < truth) & (truth < said.high)) | said.extrapolates).all()


def test_far_outside_the_truth_lies_within_or_it_is_said():
    """Where to, nobody knows: every point of twice the range is graded."""
    x = np.linspace(-1, 1, 50)
    found = rs.fit(SMALL, x, x**3 + 0.02 * np.random.default_rng(0).normal(size=50))
    outside = np.concatenate([np.linspace(-2, -1.01, 20), np.linspace(1.01, 2, 20)])
    assert found.predict(outside).extrapolates.all()


def test_new_observations_have_the_sigma_that_is_given(weighted):
    """The scale grows with it; without one, only fits of one sigma know."""
    near, far = (
        weighted.predict([0.0], interval="prediction", sigma=s).scale[0] for s in (0.1, 0.2)
    )
    noise = far**2 - near**2  # s² = sigma² unit + c v
    np.testing.assert_allclose(near**2 - noise / 3, far**2 - noise * 4 / 3, rtol=1e-9)
    assert noise > 0
    each = weighted.predict([0.0, 0.0], interval="prediction", sigma=[0.1, 0.2]).scale
    np.testing.assert_allclose(each, [near, far], rtol=1e-12)
    with pytest.raises(DataError, match="needs the sigma of the new observations"):
        weighted.predict([0.0], interval="prediction")
    assert weighted.predict([0.0], interval="confidence").low is not None


def test_the_fitted_points_have_their_own_sigma(weighted):
    own = weighted.predict(interval="prediction")
    given = weighted.predict(X, interval="prediction", sigma=weighted.sigma)
    np.testing.assert_allclose(own.scale, given.scale, rtol=1e-12)


def test_probabilities_stay_probabilities(chances):
    said = chances.predict(np.linspace(-9, 9, 50), interval="confidence")
    for name in ("value", "low", "high"):
        assert (getattr(said, name) >= 0).all()
        assert (getattr(said, name) <= 1).all()
    np.testing.assert_allclose(chances(chances.x["x"]), chances.predict().value, rtol=1e-10)
    truth = stats.logistic.cdf(np.linspace(-2, 2, 9))
    assert np.abs(chances(np.linspace(-2, 2, 9)) - truth).max() < 0.15
    with pytest.raises(DataError, match="0 or 1 has no prediction interval"):
        chances.predict([0.0], interval="prediction")
    with pytest.raises(ParameterError, match="needs their noise"):
        chances.predict([0.0]).log_density([1.0])


REFUSED = {
    "wide": lambda f: f(np.ones((3, 3))),
    "narrow": lambda f: f(np.ones((3, 1))),
    "transposed": lambda f: f(np.ones((2, 5))),
    "cube": lambda f: f(np.ones((2, 2, 2))),
    "one name": lambda f: f(a=[1.0]),
    "other names": lambda f: f(a=[1.0], c=[1.0]),
    "a name too many": lambda f: f(a=[1.0], b=[1.0], c=[1.0]),
    "one column": lambda f: f({"a": [1.0]}),
    "three columns": lambda f: f([1.0], [1.0], [1.0]),
    "lengths": lambda f: f([1.0, 2.0], [1.0, 2.0, 3.0]),
    "ragged": lambda f: f([[1.0, 2.0], [3.0]]),
    "nan": lambda f: f([np.nan], [1.0]),
    "infinite": lambda f: f.predict([1.0], [np.inf]),
    "text": lambda f: f(["u"], ["v"]),
    "complex": lambda f: f([1j], [1.0]),
    "none": lambda f: f(None),
    "sigma 0": lambda f: f.predict([1.0], [1.0], interval="prediction", sigma=0),
    "sigma text": lambda f: f.predict([1.0], [1.0], interval="prediction", sigma="a"),
    "sigma shape": lambda f: f.predict([1.0], [1.0], interval="prediction", sigma=[1, 2]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_place_is_refused(surface, name):
    with pytest.raises(DataError):
        REFUSED[name](surface)


def test_one_row_of_a_matrix_says_what_to_do():
    found = rs.fit(rs.MLP([2]), np.random.default_rng(0).normal(size=(9, 2)), X[:9], members=1)
    with pytest.raises(
        DataError, match="x has 1 column, and the network was fitted to 2"
    ) as caught:
        found([1.0, 2.0])
    assert "one row where a table of rows is expected" in str(caught.value)
    assert "X.shape == (n, 2)" in str(caught.value)


@pytest.mark.parametrize("level", [0, 1, -1, 95, np.nan, "0.95", None])
def test_levels_that_are_none(curve, level):
    for interval in ("prediction", "confidence"):
        with pytest.raises(ParameterError, match="between 0 and 1"):
            curve.predict([0.0], interval=interval, level=level)
    with pytest.raises(ParameterError, match="interval is"):
        curve.predict([0.0], interval="both")


def test_nowhere_is_a_place(curve, surface):
    for said in (curve.predict([], interval="prediction"), surface.predict(np.zeros((0, 2)))):
        assert said.value.shape == said.stderr.shape == said.extrapolates.shape == (0,)
    assert curve([]).shape == (0,)
