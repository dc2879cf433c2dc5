"""Several datasets in one fit, against dense least squares on all rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import residua as rs
from joint_cases import decays, dense

FORMULA = "a*exp(-b*t) + c"


def rows_of(sets, sigmas=None):
    """Residual vector for theta = (a1, c1, a2, c2, ..., b)."""

    def residual(theta):
        found = []
        for k, (t, y) in enumerate(sets):
            a, c = theta[2 * k], theta[2 * k + 1]
            found.append((y - a * np.exp(-theta[-1] * t) - c) / (sigmas[k] if sigmas else 1.0))
        return np.concatenate(found)

    return residual


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_a_shared_rate_agrees_with_dense_least_squares(engine):
    sets = decays()
    fit = rs.fit(FORMULA, [rs.dataset(t, y) for t, y in sets], shared=["b"], engine=engine)
    theta, errors = dense(rows_of(sets), np.array([2.0, 0.0] * 3 + [1.0]))
    assert fit.ok and fit.engine == engine
    assert fit.labels == ("a[1]", "c[1]", "a[2]", "c[2]", "a[3]", "c[3]", "b")
    np.testing.assert_allclose(fit.theta, theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-8)
    np.testing.assert_allclose(fit.params["a"], theta[0:6:2], rtol=1e-9)
    np.testing.assert_allclose(fit.stderr["c"], errors[1:6:2], rtol=1e-8)
    assert fit.n == 60 and fit.dof == 53 and isinstance(fit.params["b"], float)


def test_absolute_sigma_and_different_sigma_per_dataset():
    sets = decays(2)
    sigmas = [0.02, np.linspace(0.01, 0.05, 20)]
    data = [rs.dataset(t, y, sigma=s) for (t, y), s in zip(sets, sigmas)]
    start = np.array([2.0, 0.0] * 2 + [1.0])
    for absolute in (True, False):
        fit = rs.fit(FORMULA, data, local=["a", "c"], absolute_sigma=absolute)
        theta, errors = dense(rows_of(sets, sigmas), start, absolute)
        np.testing.assert_allclose(fit.theta, theta, rtol=1e-9)
        np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-8)
        assert fit.absolute_sigma is absolute


def test_a_covariance_matrix_whitens_its_own_dataset():
    sets = decays(2)
    matrix = 0.02**2 * (
        0.5 * np.eye(20) + 0.5 * np.exp(-np.abs(np.subtract.outer(range(20), range(20))))
    )
    whiten = np.linalg.inv(np.linalg.cholesky(matrix))
    data = [rs.dataset(*sets[0], sigma=matrix), rs.dataset(*sets[1], sigma=0.02)]
    fit = rs.fit(FORMULA, data, shared=["b"], absolute_sigma=True)

    def residual(theta):
        every = rows_of(sets)(theta)
        return np.concatenate([whiten @ every[:20], every[20:] / 0.02])

    theta, errors = dense(residual, fit.theta * 1.01, True)
    np.testing.assert_allclose(fit.theta, theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-8)


def test_everything_shared_is_the_fit_of_all_rows():
    t = np.linspace(0, 4, 30)
    y = 2 * np.exp(-1.3 * t) + 0.3 + 0.02 * np.random.default_rng(1).standard_normal(30)
    whole = rs.fit(FORMULA, t, y, independent="t")
    fit = rs.fit(FORMULA, [(t[:11], y[:11]), (t[11:], y[11:])])
    np.testing.assert_allclose(fit.theta, whole.theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, whole.standard_errors, rtol=1e-8)
    for name in ("rss", "dof", "residual_standard_error", "log_likelihood", "aic", "bic"):
        assert getattr(fit, name) == pytest.approx(getattr(whole, name), rel=1e-9), name
    new = np.array([0.5, 3.0, 9.0])
    for kind in ("confidence", "prediction"):
        one, other = (f.predict(new, interval=kind) for f in (fit, whole))
        np.testing.assert_allclose(one.low, other.low, rtol=1e-7)
        assert (one.extrapolates == other.extrapolates).all()
    np.testing.assert_allclose(fit(new), whole(new), rtol=1e-9)
    assert fit.derive("a/b").stderr == pytest.approx(whole.derive("a/b").stderr, rel=1e-8)


def test_mapping_list_and_frame_are_the_same_fit():
    sets = decays(2)
    listed = rs.fit(
        FORMULA, [rs.dataset(t, y, name=n) for n, (t, y) in zip("uv", sets)], shared="b"
    )
    mapped = rs.fit(FORMULA, dict(zip("uv", sets)), local=["a", "c"])
    frame = pd.concat(
        [pd.DataFrame({"t": t, "y": y, "sample": n}) for n, (t, y) in zip("uv", sets)]
    )
    framed = rs.fit(FORMULA, data=frame, y="y", by="sample", shared=["b"])
    plain = {name: frame[name].tolist() for name in frame}
    tabled = rs.fit(FORMULA, data=plain, y="y", by="sample", shared=["b"])
    for other in (mapped, framed, tabled):
        np.testing.assert_allclose(other.theta, listed.theta, rtol=1e-9)
        assert list(other.parts) == ["u", "v"]
    with_sigma = rs.fit(FORMULA, data=frame, y="y", by="sample", sigma=0.02, shared=["b"])
    np.testing.assert_allclose(with_sigma.theta, listed.theta, rtol=1e-9)


def test_start_bounds_and_fixed_values_by_dataset():
    sets = dict(zip(("cold", "hot"), decays(2)))
    free = rs.fit(FORMULA, sets, shared=["b"])
    start = {"a": [1.0, 2.0], "b": 1.0, "c": {"cold": 0.1, "hot": -0.1}}
    fit = rs.fit(FORMULA, sets, shared=["b"], start=start)
    np.testing.assert_allclose(fit.theta, free.theta, rtol=1e-9)
    starts = {leaf.name: leaf.start for leaf in fit.parameters.leaves}
    assert starts["a"].tolist() == [1.0, 2.0] and starts["c"].tolist() == [0.1, -0.1]

    held = rs.fit(FORMULA, sets, shared=["b"], fixed={"c": {"hot": 0.0}})
    assert held.params["c"][1] == 0.0 and held.stderr["c"][1] == 0.0
    assert held.labels == ("a[cold]", "c[cold]", "a[hot]", "b")
    every = rs.fit(FORMULA, sets, shared=["b"], fixed={"c": 0.0})
    assert every.labels == ("a[cold]", "a[hot]", "b") and (every.params["c"] == 0).all()

    low, high = free.params["a"].min(), free.params["a"].max()
    both = rs.fit(FORMULA, sets, shared=["b"], bounds={"a": (0, [low / 2, high * 2])[::1]})
    assert both.ok
    cut = rs.fit(FORMULA, sets, shared=["b"], bounds={"a": {"cold": (0, free.params["a"][0] / 2)}})
    assert cut.outcome is rs.Outcome.AT_BOUND
    assert np.isnan(cut.stderr["a"][0]) and np.isfinite(cut.stderr["a"][1])
    # The parameter at its bound is known, so what it does must not loosen the others.
    alone = rs.fit(FORMULA, sets, shared=["b"], fixed={"a": {"cold": cut.params["a"][0]}})
    np.testing.assert_allclose(cut.stderr["b"], alone.stderr["b"], rtol=1e-6)


def test_ties_hold_in_every_dataset():
    sets = decays(2)
    fit = rs.fit(FORMULA, sets, shared=["b"], tie={"c": "0.1*a"})
    np.testing.assert_allclose(fit.params["c"], 0.1 * fit.params["a"], rtol=1e-14)
    np.testing.assert_allclose(fit.stderr["c"], 0.1 * fit.stderr["a"], rtol=1e-9)

    def residual(theta):
        return rows_of(sets)(
            np.array([theta[0], 0.1 * theta[0], theta[1], 0.1 * theta[1], theta[2]])
        )

    theta, errors = dense(residual, np.array([2.0, 2.0, 1.0]))
    np.testing.assert_allclose(fit.theta, theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-8)
    assert fit.local == ("a", "c") and fit.shared == ("b",)


def test_parts_are_fits_with_the_joint_error_bars():
    sets = dict(zip(("cold", "hot"), decays(2)))
    fit = rs.fit(FORMULA, sets, shared=["b"])
    part = fit.parts["hot"]
    where = [fit.labels.index(label) for label in ("a[hot]", "b", "c[hot]")]
    np.testing.assert_allclose(part.theta, fit.theta[where], rtol=0)
    np.testing.assert_allclose(part.covariance, fit.covariance[np.ix_(where, where)], rtol=1e-12)
    assert part.labels == ("a", "b", "c") and part.n == 20
    t, y = sets["hot"]
    gradient = np.zeros((1, len(fit.theta)))
    a, b, _ = part.theta
    gradient[0, where] = [np.exp(-b), -a * np.exp(-b), 1.0]
    expected = np.sqrt(gradient @ fit.covariance @ gradient.T).item()
    assert part.predict([1.0]).stderr[0] == pytest.approx(expected, rel=1e-10)
    np.testing.assert_allclose(part.residuals, y - part(t), atol=1e-14)
    np.testing.assert_allclose(fit.residuals["hot"], part.residuals, rtol=0)
    assert sum(fit.chi_squares.values()) == pytest.approx(fit.rss, rel=1e-10)
    assert sum(p.dof for p in fit.parts.values()) == pytest.approx(fit.dof, rel=1e-10)
    # The triangle of the part alone gives the same standard errors: the rest is eliminated.
    own = np.sqrt(np.diag(np.linalg.inv(part.lin.R.T @ part.lin.R)))
    np.testing.assert_allclose(own * fit.residual_standard_error, part.standard_errors, rtol=1e-9)
    assert fit.parts[1].name == "hot" and fit.parts[-1] is part
    assert part.derive(lambda a, c: a / c).stderr > 0
    alone = rs.fit(FORMULA, t, y, independent="t")
    assert part.stderr["b"] < alone.stderr["b"]
    slope = part.derivative("t")
    assert float(slope(1.0)) == pytest.approx(-a * b * np.exp(-b), rel=1e-9)


def test_local_parameters_need_a_dataset_to_predict():
    fit = rs.fit(FORMULA, decays(2), shared=["b"])
    with pytest.raises(
        rs.DataError, match=r"every dataset has its own a, c(?s:.*)fit.parts\['1'\]"
    ):
        fit.predict([1.0])
    shared = rs.fit(FORMULA, decays(2))
    with pytest.raises(rs.DataError, match="given no x"):
        shared.predict()
    with pytest.raises(KeyError, match="no dataset 'nothing'"):
        fit.parts["nothing"]
    with pytest.raises(rs.ModelError, match="one dataset of a joint fit"):
        fit.parts[0].save("x.json")


def test_shelf_models_start_from_their_own_estimates():
    rng = np.random.default_rng(3)
    x = np.linspace(-4, 4, 60)
    sets = {}
    for name, center in (("left", -1.0), ("right", 1.5)):
        y = 3 * np.exp(-((x - center) ** 2) / (2 * 0.7**2)) + 0.02 * rng.standard_normal(60)
        sets[name] = (x, y)
    model = rs.model("gaussian")
    width = next(name for name in model.parameters if "sigma" in name)
    fit = rs.fit("gaussian", sets, shared=[width])
    assert fit.ok and fit.params[width] == pytest.approx(0.7, rel=0.03)
    np.testing.assert_allclose(fit.params["center"], [-1.0, 1.5], atol=0.05)


def test_one_dataset_alone_is_the_plain_fit():
    ((t, y),) = decays(1)
    plain = rs.fit(FORMULA, t, y, independent="t")
    fit = rs.fit(FORMULA, [rs.dataset(t, y)])
    np.testing.assert_allclose(fit.theta, plain.theta, rtol=1e-8)
    np.testing.assert_allclose(fit.standard_errors, plain.standard_errors, rtol=1e-7)


def test_a_model_that_only_finite_differences_follow():
    def external(t, a, b):
        return np.array([float(a) * float(np.exp(-float(b) * s)) for s in t])

    sets = [(t, y) for t, y in decays(2)]
    fit = rs.fit(external, sets, shared=["b"], start={"a": 2.0, "b": 1.0})
    exact = rs.fit("a*exp(-b*t)", sets, shared=["b"])
    assert fit.engine == "numeric" and "finite differences" in " ".join(fit.warnings)
    np.testing.assert_allclose(fit.theta, exact.theta, rtol=1e-6)


def test_the_fit_is_repeatable_and_follows_the_order_of_datasets():
    sets = decays(3)
    one = rs.fit(FORMULA, sets, shared=["b"])
    two = rs.fit(FORMULA, sets, shared=["b"])
    np.testing.assert_array_equal(one.theta, two.theta)
    back = rs.fit(FORMULA, sets[::-1], shared=["b"])
    np.testing.assert_allclose(back.params["a"][::-1], one.params["a"], rtol=1e-8)


def test_a_callback_may_stop_it():
    seen = []
    fit = rs.fit(
        FORMULA,
        decays(2),
        shared=["b"],
        start={"a": 1.0, "b": 3.0, "c": 0.0},
        callback=lambda state: seen.append(state.cost) or len(seen) > 1,
    )
    assert fit.outcome is rs.Outcome.INTERRUPTED and len(seen) == 2
    assert "interrupted" in str(fit)
