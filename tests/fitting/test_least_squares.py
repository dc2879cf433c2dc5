"""least_squares against published minima, against scipy, and against fit on the same problem."""

import math

import numpy as np
import pytest
import scipy.optimize
from more_garbow_hillstrom import PROBLEMS, bard, beale, kowalik_osborne, rosenbrock

import residua as rs
from residua import Outcome

T = np.linspace(0, 4, 40)
Y = 2.5 * np.exp(-1.3 * T) + 0.5 + 0.1 * np.random.default_rng(3).standard_normal(40)


def decay(p, t=T, y=Y):
    return p[0] * np.exp(-p[1] * t) + p[2] - y


def decay_jacobian(p, t=T):
    e = np.exp(-p[1] * t)
    return np.stack([e, -p[0] * t * e, np.ones_like(t)], axis=1)


def vector(fit):
    return np.array(list(fit.params.values()))


# Published minima ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROBLEMS)
def test_published_minimum(name):
    problem = PROBLEMS[name]
    fit = rs.least_squares(problem.residuals, problem.start)
    # Six digits are printed, some of them cut off, not rounded: one unit of the sixth. Where the
    # residuals vanish, those of the badly scaled problems round at 1e6 eps = 2e-10, squared.
    unit = [10.0 ** (math.floor(math.log10(m)) - 5) if m else 1e-22 for m in problem.minima]
    assert any(abs(fit.rss - m) <= u for m, u in zip(problem.minima, unit)), fit.rss
    assert fit.engine != "numeric"
    assert fit.ok or name in ("Powell singular", "Jennrich-Sampson")
    if problem.at:
        at = np.array(problem.at)
        assert vector(fit) == pytest.approx(at, rel=1e-3, abs=1e-8 if problem.singular else 1e-12)


@pytest.mark.parametrize("name", ["Powell singular", "Jennrich-Sampson"])
def test_a_jacobian_without_full_rank_is_said(name):
    fit = rs.least_squares(PROBLEMS[name].residuals, PROBLEMS[name].start)
    assert fit.outcome is Outcome.VALLEY
    assert fit.warnings


def test_exact_minima_to_all_digits():
    for name in ("Rosenbrock", "Beale", "Wood", "Brown badly scaled"):
        problem = PROBLEMS[name]
        fit = rs.least_squares(problem.residuals, problem.start)
        assert vector(fit) == pytest.approx(np.array(problem.at), rel=1e-14)


def test_the_local_minimum_of_freudenstein_and_roth_is_left():
    # Two equations with a nonzero residual are stationary only where J is singular: not a solution.
    residuals = PROBLEMS["Freudenstein-Roth"].residuals
    stuck = scipy.optimize.least_squares(residuals, [11.0, -1.0])
    assert 2 * stuck.cost == pytest.approx(48.9842, rel=1e-5)
    fit = rs.least_squares(residuals, [11.0, -1.0])
    assert fit.ok
    assert vector(fit) == pytest.approx([5.0, 4.0], rel=1e-13)


@pytest.mark.parametrize("factor", [10.0, 100.0])
@pytest.mark.parametrize("name", ["Rosenbrock", "Helical valley", "Wood", "Brown-Dennis"])
def test_far_starts(name, factor):
    problem = PROBLEMS[name]
    fit = rs.least_squares(problem.residuals, [factor * v for v in problem.start])
    assert fit.ok
    assert fit.rss == pytest.approx(problem.minima[0], rel=1e-6, abs=1e-24)


# scipy --------------------------------------------------------------------------------------------

TIGHT = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15}
BOUNDED = [
    (rosenbrock, [2.0, 2.0], ([-np.inf, 1.5], [np.inf, np.inf])),
    (rosenbrock, [-1.0, 0.2], ([-2.0, -2.0], [0.5, 2.0])),
    (beale, [1.0, 1.0], ([0.0, 0.0], [2.0, 2.0])),
    (bard, [0.1, 1.0, 2.0], ([0.0, 0.0, 0.0], [1.0, 1.0, 2.2])),
    (kowalik_osborne, [0.2, 0.1, 0.2, 0.1], ([0.0] * 4, [0.5, 0.15, 0.5, 0.5])),
    (decay, [1.0, 1.0, 0.1], ([0.0, 0.0, 0.0], [3.0, 1.2, 0.3])),
]


@pytest.mark.parametrize("residuals, start, bounds", BOUNDED)
def test_bounds_as_scipy(residuals, start, bounds):
    fit = rs.least_squares(residuals, start, bounds=bounds)
    peer = scipy.optimize.least_squares(residuals, start, "3-point", bounds, **TIGHT)
    assert fit.ok
    assert fit.rss <= 2 * peer.cost * (1 + 1e-12)
    # An interior method approaches a wall only so far: 7 digits are what it gives.
    assert vector(fit) == pytest.approx(peer.x, rel=1e-6, abs=1e-7)


def test_an_active_bound_is_reached_and_said():
    fit = rs.least_squares(rosenbrock, [2, 2], bounds={"p1": (1.5, None)})
    assert fit.outcome is Outcome.AT_BOUND
    assert fit.params["p1"] == 1.5
    # d/dp0 of 100 (1.5 - p0²)² + (1 - p0)²: 200 p0³ - 299 p0 - 1 = 0
    assert fit.params["p0"] == pytest.approx(np.roots([200, 0, -299, -1]).max(), rel=1e-12)
    assert math.isnan(fit.stderr["p1"])


def test_covariance_as_curve_fit_with_the_analytic_jacobian():
    fit = rs.least_squares(decay, [1.0, 1.0, 0.0])
    popt, pcov = scipy.optimize.curve_fit(
        lambda t, a, b, c: decay((a, b, c), t, 0.0),
        T,
        Y,
        [1, 1, 0],
        jac=lambda t, a, b, c: decay_jacobian((a, b, c), t),
        **TIGHT,
    )
    # MINPACK watches the cost, which is flat to 1e-16 within 1e-8 of its minimum.
    assert vector(fit) == pytest.approx(popt, rel=1e-7)
    np.testing.assert_allclose(fit.covariance, pcov, rtol=1e-7)
    np.testing.assert_allclose(list(fit.stderr.values()), np.sqrt(np.diag(pcov)), rtol=1e-7)


def test_covariance_as_algebra():
    fit = rs.least_squares(bard, [1, 1, 1])
    h = 1e-5
    x = vector(fit)
    J = np.array([(bard(x + h * e) - bard(x - h * e)) / (2 * h) for e in np.eye(3)]).T
    expected = np.linalg.inv(J.T @ J) * (bard(x) @ bard(x)) / 12
    np.testing.assert_allclose(fit.covariance, expected, rtol=1e-6)
    assert fit.dof == 12


# The same road as fit -----------------------------------------------------------------------------


def test_the_same_fit_as_from_model_and_data():
    one = rs.least_squares(decay, [1.0, 1.0, 0.0])
    two = rs.fit(lambda t, a, b, c: a * np.exp(-b * t) + c, T, Y, start=[1.0, 1.0, 0.0])
    assert vector(one) == pytest.approx(vector(two), rel=1e-12)
    assert one.rss == pytest.approx(two.rss, rel=1e-13)
    assert one.residual_standard_error == pytest.approx(two.residual_standard_error, rel=1e-13)
    np.testing.assert_allclose(one.covariance, two.covariance, rtol=1e-10)


def test_residuals_keep_their_sign():
    fit = rs.least_squares(decay, [1.0, 1.0, 0.0])
    np.testing.assert_array_equal(fit.residuals, decay(vector(fit)))
    assert fit.rss == pytest.approx(decay(vector(fit)) @ decay(vector(fit)), rel=1e-14)


def test_nothing_is_said_about_data_that_do_not_exist():
    steady = rs.least_squares(lambda p: p[0] + np.linspace(-1.0, 1.0, 30), [3.0])
    assert math.isnan(steady.r_squared)
    assert steady.ok and steady.warnings == []
    assert steady.params["p0"] == pytest.approx(0.0, abs=1e-14)


def test_rescaling_the_residuals_changes_nothing_but_the_scale():
    one = rs.least_squares(bard, [1, 1, 1])
    for factor in (1e-100, 1e-12, 1e12, 1e100):
        fit = rs.least_squares(lambda p, k=factor: k * bard(p), [1, 1, 1])
        assert fit.ok
        assert vector(fit) == pytest.approx(vector(one), rel=1e-9)
        assert fit.stderr["p0"] == pytest.approx(one.stderr["p0"], rel=1e-7)


def test_a_far_start_does_not_loosen_the_end():
    # The start overflows to 1e37: rounding there says nothing about rounding at the minimum.
    fit = rs.least_squares(lambda p: np.exp(p[0] * T) - np.exp(0.3 * T), [22.0])
    assert fit.ok
    assert fit.params["p0"] == pytest.approx(0.3, rel=1e-13)


def test_start_at_the_solution():
    fit = rs.least_squares(rosenbrock, [1.0, 1.0])
    assert fit.ok and vector(fit).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("engine", ["eager", "numeric"])
def test_engines_agree(engine):
    fit = rs.least_squares(decay, [1.0, 1.0, 0.0], engine=engine)
    best = rs.least_squares(decay, [1.0, 1.0, 0.0])
    assert fit.engine == engine
    assert vector(fit) == pytest.approx(vector(best), rel=1e-7)


# Ways to call -------------------------------------------------------------------------------------

EXPECTED = {"a": 2.0, "b": 0.5}
X = np.linspace(0, 1, 9)


def by_name(a, b):
    return a * np.exp(b * X) - 2 * np.exp(0.5 * X)


def by_mapping(p):
    return by_name(p["a"], p["b"])


def by_any_name(**p):
    return by_name(p["a"], p["b"])


def by_keyword_only(x, *, b, a):
    return a * np.exp(b * x) - 2 * np.exp(0.5 * x)


@pytest.mark.parametrize(
    "residuals, args", [(by_name, ()), (by_mapping, ()), (by_any_name, ()), (by_keyword_only, (X,))]
)
def test_dict_start(residuals, args):
    fit = rs.least_squares(residuals, {"a": 1.0, "b": 0.1}, args=args)
    assert fit.params == pytest.approx(EXPECTED, rel=1e-13)


def test_dict_of_arrays():
    def residuals(w, c):
        return np.concatenate([w - np.array([1.0, 2.0]), w * c - np.array([3.0, 6.0])])

    fit = rs.least_squares(residuals, {"w": [0.0, 0.0], "c": 1.0})
    assert fit.labels == ("w[0]", "w[1]", "c")
    assert fit.params["w"] == pytest.approx([1.0, 2.0], rel=1e-13)
    assert fit.params["c"] == pytest.approx(3.0, rel=1e-13)


def test_vector_start_gives_a_vector():
    seen = []

    def residuals(p):
        seen.append(np.shape(p))
        return np.concatenate([p - 1.0, p[:2] * p[2]])

    fit = rs.least_squares(residuals, np.array([0.0, 0.5, 3.0]))
    assert set(seen) == {(3,)}
    assert list(fit.params) == ["p0", "p1", "p2"]


def test_a_list_of_residuals_is_an_array():
    fit = rs.least_squares(lambda p: [10 * (p[1] - p[0] ** 2), 1 - p[0], 0.0], [-1.2, 1.0])
    assert fit.engine != "numeric"
    assert vector(fit) == pytest.approx([1.0, 1.0], rel=1e-14)


def test_one_number_as_start_and_residuals_of_any_shape():
    fit = rs.least_squares(lambda p: p[0] - np.array([[1.0, 2.0], [3.0, 4.0]]), 0.0)
    assert fit.params["p0"] == pytest.approx(2.5, rel=1e-15)
    assert fit.n == 4


def test_args_and_kwargs():
    fit = rs.least_squares(decay, [1.0, 1.0, 0.0], args=(T[:20],), kwargs={"y": Y[:20]})
    np.testing.assert_array_equal(
        vector(fit), vector(rs.least_squares(lambda p: decay(p, T[:20], Y[:20]), [1.0, 1.0, 0.0]))
    )


@pytest.mark.parametrize("fixed", [{"p1": 2.0}, ["p1"], "p1"])
def test_fixed(fixed):
    fit = rs.least_squares(decay, [1.0, 2.0, 0.0], fixed=fixed)
    design = np.stack([np.exp(-2 * T), np.ones_like(T)], axis=1)
    best = np.linalg.lstsq(design, Y)[0]
    assert vector(fit) == pytest.approx([best[0], 2.0, best[1]], rel=1e-12)
    assert fit.stderr["p1"] == 0.0
    assert fit.labels == ("p0", "p2")


def test_callback_and_step_limit():
    costs = []
    fit = rs.least_squares(rosenbrock, [-1.2, 1], callback=lambda s: costs.append(s.lin.cost))
    assert len(costs) == fit.steps
    assert (np.diff(costs) <= 0).all()
    stopped = rs.least_squares(rosenbrock, [-1.2, 1], callback=lambda s: s.steps >= 2)
    assert stopped.outcome is Outcome.INTERRUPTED
    assert stopped.steps == 2


# Bad input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start, says",
    [
        (None, "no start was given"),
        ([], "empty"),
        ({}, "empty"),
        (["one", 2], "not a vector of numbers"),
        ([[1.0, 2.0], [3.0]], "not a vector of numbers"),
        ([[1.0, 2.0]], "one axis"),
        ([1.0, np.nan], "must be finite"),
        ({"a": "x"}, "not a number"),
        ([1j, 2], "not a vector of numbers"),
    ],
)
def test_bad_start(start, says):
    with pytest.raises(rs.ParameterError) as caught:
        rs.least_squares(rosenbrock, start)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "options, says",
    [
        ({"bounds": {"q": (0, 1)}}, "not a parameter"),
        ({"fixed": "q"}, "not a parameter"),
        ({"bounds": ([0, 0], [0.5, 0.5])}, "outside its bounds"),
        ({"bounds": ([3, 3], [0.5, 0.5])}, "above its upper"),
        ({"fixed": ["p0", "p1"]}, "every parameter is fixed"),
        ({"engine": "magic"}, "engine"),
    ],
)
def test_bad_options(options, says):
    with pytest.raises(rs.ParameterError) as caught:
        rs.least_squares(rosenbrock, [1.0, 1.0], **options)
    assert says in str(caught.value)


def raises(p):
    raise KeyError("temperature")


@pytest.mark.parametrize(
    "residuals, says",
    [
        (lambda p: None, "returned None"),
        (lambda p: np.sum(p**2), "one number"),
        (lambda p: 3.0, "one number"),
        (lambda p: p * np.nan, "not finite at the start, in 2 of 2"),
        (lambda p: np.log(-p), "not finite"),
        (lambda p: np.array(["a", "b"]), "not an array of numbers"),
        (lambda p: {"r": p}, "not an array of numbers"),
        (lambda p: [p, p[:1]], "not an array of numbers"),
        (lambda p: p * 1j, "complex"),
        (raises, "raised KeyError: 'temperature'"),
        (lambda p, q: p, "raised TypeError"),
        (np.array([1.0, 2.0]), "must be a function"),
        ("a*x + b", "must be a function"),
        (rs.model("a*x + b"), "must be a function"),
    ],
)
def test_bad_residuals(residuals, says):
    with pytest.raises(rs.ModelError) as caught:
        rs.least_squares(residuals, [1.0, 1.0])
    assert says in str(caught.value)


def test_randomness_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(rs.ModelError, match="something different each time"):
        rs.least_squares(lambda p: p + rng.standard_normal(2), [1.0, 1.0])


def test_fewer_residuals_than_parameters():
    with pytest.raises(rs.DataError, match="1 residual cannot determine 2"):
        rs.least_squares(lambda p: p[:1], [1.0, 1.0])
    fit = rs.least_squares(lambda p: p[:1] - p[1], [1.0, 1.5], fixed="p1")
    assert fit.params["p0"] == pytest.approx(1.5, rel=1e-15)


def test_what_is_not_determined_is_said():
    fit = rs.least_squares(lambda p: p[0] * p[1] * np.exp(-T) - Y, [1.0, 2.0])
    assert fit.outcome is Outcome.VALLEY
    assert any("p0*p1" in sentence for sentence in fit.warnings)
    assert math.isinf(fit.stderr["p0"])
