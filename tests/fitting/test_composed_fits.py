"""Fits of composed models and of tied parameters: automatic starts, engines, errors, files."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs

X = np.linspace(0.0, 10.0, 120)
LINE = [0.3, 1.0]


def peak(prefix, kind="gaussian"):
    return rs.model(kind, prefix=prefix)


def both():
    return peak("p1_") + peak("p2_") + "linear"


# model, truth, standard deviation of the noise
RECOVERED = {
    "two overlapping Gaussians on a line": (both, [5, 4, 0.6, 4, 5.5, 0.6, *LINE], 0.05),
    "two Gaussians on a steep line": (both, [3, 3, 0.5, 2, 4.6, 0.6, 4.0, -3.0], 0.1),
    "Voigt on a line": (lambda: rs.model("voigt") + "a + b*x", [5, 5, 0.3, 0.4, 1.0, 0.3], 0.05),
    "Gaussian on an exponential": (
        lambda: peak("p_") + "exponential",
        [2, 4, 0.5, 5, 0.5, 1],
        0.05,
    ),
    "Gaussian on a parabola": (
        lambda: rs.model("polynomial", degree=2) + peak("p_"),
        [5, 0.5, -0.1, 2, 4, 0.5],
        0.05,
    ),
    "a large and a small one": (both, [8, 3, 0.5, 0.8, 6, 0.4, *LINE], 0.05),
    "a peak and a dip": (both, [5, 3, 0.5, -3, 6, 0.4, *LINE], 0.05),
    "three Gaussians": (
        lambda: peak("a_") + peak("b_") + peak("c_"),
        [3, 2, 0.4, 5, 4.5, 0.5, 2, 7, 0.6],
        0.05,
    ),
    "two Lorentzians on a line": (
        lambda: peak("a_", "lorentzian") + peak("b_", "lorentzian") + "line",
        [3, 3, 0.4, 5, 5, 0.5, *LINE],
        0.05,
    ),
    "two kinds": (
        lambda: peak("a_") + peak("b_", "lorentzian"),
        [3, 3, 0.4, 5, 6, 0.5],
        0.05,
    ),
    "sine on a line": (
        lambda: rs.model("sine", independent="x") + "s*x",
        [2, 0.4, 0.3, 1, 0.5],
        0.1,
    ),
    "window times peak": (lambda: peak("p_") * "x/10", [5, 5, 1.0], 0.02),
    "reciprocal of a line": (lambda: 1 / rs.model("a*x + b"), [1.0, 2.0], 0.005),
}


def recovered(name, seed):
    """No larger a sum of squares than the truth has, and each parameter within 6 errors of it."""
    make, truth, sigma = RECOVERED[name]
    model = make()
    y = model(X, *truth) + sigma * np.random.default_rng(seed).normal(size=X.size)
    fit = rs.fit(model, X, y, engine="eager")
    best = float(np.sum((y - model(X, *truth)) ** 2))
    near = np.abs(fit.theta - truth) <= 6 * fit.standard_errors
    return fit.ok and fit.rss <= best * (1 + 1e-12) and bool(near.all())


@pytest.mark.parametrize("name", RECOVERED)
def test_the_automatic_start_recovers_the_truth(name):
    assert all(recovered(name, seed) for seed in range(2))


@pytest.mark.slow
@pytest.mark.parametrize("name", RECOVERED)
def test_the_automatic_start_recovers_the_truth_in_95_of_100_draws(name):
    assert sum(recovered(name, seed) for seed in range(100)) >= 95


RNG = np.random.default_rng(5)
Y = both()(X, 5, 3, 0.5, 4, 4.7, 0.5, *LINE) + 0.05 * RNG.normal(size=X.size)


def plain(x, a1, c1, s1, a2, c2, s2, m, b):
    """The same model written by hand."""

    def gauss(a, c, s):
        return a / (s * np.sqrt(2 * np.pi)) * np.exp(-0.5 * ((x - c) / s) ** 2)

    return gauss(a1, c1, s1) + gauss(a2, c2, s2) + m * x + b


@pytest.mark.parametrize("engine", ["eager", "compiled", "numeric"])
def test_a_composed_fit_is_that_of_the_model_written_by_hand(engine):
    by_hand = rs.fit(plain, X, Y, start=[5, 3, 0.5, 4, 4.7, 0.5, *LINE])
    fit = rs.fit(both(), X, Y, engine=engine)
    assert fit.engine == engine
    digits = 1e-6 if engine == "numeric" else 1e-9
    np.testing.assert_allclose(fit.theta, by_hand.theta, rtol=digits)
    np.testing.assert_allclose(fit.standard_errors, by_hand.standard_errors, rtol=1e-6)


def test_the_order_of_peaks_is_that_of_their_places():
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(X.size)
        fit = rs.fit(both(), X[order], Y[order])
        assert fit.params["p1_center"] < fit.params["p2_center"]


KNOWN = {
    "start": dict(start={"p1_center": 4.7}),
    "start of the other": dict(start={"p2_center": 3.0}),
    "bounds": dict(bounds={"p1_center": (4.0, 6.0)}),
    "fixed": dict(fixed={"p1_center": 4.7}),
}


@pytest.mark.parametrize("words", KNOWN.values(), ids=KNOWN)
def test_what_is_known_of_a_peak_says_which_it_is(words):
    fit = rs.fit(both(), X, Y, **words)
    assert fit.ok
    assert abs(fit.params["p1_center"] - 4.7) < 0.1
    assert abs(fit.params["p2_center"] - 3.0) < 0.1


def test_a_derivative_is_fitted_to_slopes():
    model = peak("p_").derivative() + "s*x"
    truth = [5.0, 4.0, 0.7, 0.1]
    y = model(X, *truth) + 0.02 * np.random.default_rng(0).normal(size=X.size)
    fit = rs.fit(model, X, y)
    assert fit.ok
    assert (np.abs(fit.theta - truth) < 5 * fit.standard_errors).all()
    slope = peak("p_").derivative("x")
    h = 1e-5
    g = peak("p_")
    difference = (g(X + h, *truth[:3]) - g(X - h, *truth[:3])) / (2 * h)
    np.testing.assert_allclose(slope(X, *truth[:3]), difference, atol=1e-8)


def test_a_model_and_its_derivative_share_their_parameters():
    E = rs.model("a*x**3 + b*x")
    assert (E + E.derivative()).parameters == ("a", "b")
    assert (E - E.derivative("x", order=2))(2.0, 1.0, 3.0) == pytest.approx(8 + 6 - 12)
    assert E.derivative("a", "x")(2.0, 1.0, 3.0) == pytest.approx(12.0)
    assert E.derivative(1)(2.0, 1.0, 3.0) == pytest.approx(8.0)
    with pytest.raises(rs.ModelError, match="no variable or parameter 'z'"):
        E.derivative("z")


def test_a_quantity_of_the_shelf_is_a_model():
    E = rs.model("murnaghan", prefix="k_")
    P = E.quantity("pressure")
    assert P.parameters == E.parameters
    values = dict(k_E0=-3.7, k_B0=0.5, k_BP=4.2, k_V0=16.5)
    V = np.linspace(14.0, 20.0, 9)
    h = 1e-5
    difference = -(E(V + h, **values) - E(V - h, **values)) / (2 * h)
    np.testing.assert_allclose(P(V, **values), difference, rtol=1e-8)
    assert P(16.5, **values) == pytest.approx(0.0, abs=1e-14)
    with pytest.raises(rs.ModelError) as caught:
        E.quantity("presure")
    assert caught.value.next == "model.quantity('pressure')"


def poly(power):
    return rs.model("a*x + b") + f"c*x**{power}"


def key(model, **words):
    """What a compiled program is kept by."""
    from residua.fitting import compiled
    from residua.problem.gather import gather

    parameters = gather(model.parameters, {}, {}, start=dict.fromkeys("ab", 1.0), **words)
    return compiled.key_of(model, parameters, 100)


def test_equal_compositions_share_one_program_and_others_do_not():
    assert key(poly(2)) == key(poly(2))
    assert key(poly(2), tie={"c": "2*a"}) == key(poly(2), tie={"c": "2*a"})
    assert key(poly(2), tie={"c": half}) == key(poly(2), tie={"c": half})
    different = [
        key(poly(2)),
        key(poly(3)),
        key(poly(2), tie={"c": "2*a"}),
        key(poly(2), tie={"c": "3*a"}),
        key(poly(2), tie={"c": "2*b"}),
        key(poly(2), tie={"c": half}),
        key(poly(2), tie={"c": lambda a: 4 * a}),
        key(poly(2), tie={"c": lambda a: 5 * a}),
        key(poly(2), fixed={"c": 1.0}),
    ]
    assert None not in different
    assert len(set(different)) == len(different)


def half(a):
    return a / 2


def test_a_program_is_found_again():
    from residua.fitting import compiled

    first = rs.fit(poly(2), X, Y, engine="compiled")
    before = dict(compiled._programs)
    second = rs.fit(poly(2), X, Y, engine="compiled")
    assert compiled._programs == before
    np.testing.assert_array_equal(first.theta, second.theta)


def test_parts_in_numpy_and_in_jax_fit_together():
    import jax.numpy as jnp

    def decay(x, a, k):
        return a * jnp.exp(-k * x)

    model = rs.model(decay) + "s*sin(x)"
    y = model(X, 3.0, 0.7, 0.5) + 0.01 * np.random.default_rng(0).normal(size=X.size)
    fit = rs.fit(model, X, y, start=[2.0, 1.0, 1.0])
    assert (fit.ok, fit.engine) == (True, "compiled")
    assert (np.abs(fit.theta - [3.0, 0.7, 0.5]) < 5 * fit.standard_errors).all()


def test_two_names_for_one_variable_are_told_apart():
    with pytest.raises(rs.DataError) as caught:
        rs.fit(rs.model("gaussian") + rs.model("exponential", prefix="e_"), X, Y)
    assert "call the same variable x and t" in caught.value.causes[0]
    assert caught.value.next.startswith('rs.model(..., independent="x")')


# Ties -------------------------------------------------------------------------------------------

TIES = {
    "formula": {"p2_sigma": "p1_sigma"},
    "sentence": "p2_sigma = p1_sigma",
    "function": {"p2_sigma": lambda p1_sigma: p1_sigma},
}


def equal_widths(x, a1, c1, s, a2, c2, m, b):
    return plain(x, a1, c1, s, a2, c2, s, m, b)


WAYS = [(engine, "formula") for engine in ("eager", "compiled", "numeric")]


@pytest.mark.parametrize(("engine", "how"), [*WAYS, ("eager", "sentence"), ("eager", "function")])
def test_a_tie_is_one_parameter_less(how, engine):
    by_hand = rs.fit(equal_widths, X, Y, start=[5, 3, 0.5, 4, 4.7, *LINE])
    fit = rs.fit(both(), X, Y, tie=TIES[how], engine=engine)
    assert (fit.ok, fit.engine) == (True, engine)
    digits = 1e-6 if engine == "numeric" else 1e-9
    np.testing.assert_allclose(fit.theta, by_hand.theta, rtol=digits)
    np.testing.assert_allclose(fit.standard_errors, by_hand.standard_errors, rtol=1e-6)
    assert fit.dof == by_hand.dof
    assert fit.params["p2_sigma"] == fit.params["p1_sigma"]
    assert fit.stderr["p2_sigma"] == pytest.approx(fit.stderr["p1_sigma"], rel=1e-8)
    new = np.linspace(-1, 11, 7)
    ours, theirs = (f.predict(new, interval="confidence") for f in (fit, by_hand))
    np.testing.assert_allclose(ours.low, theirs.low, rtol=1e-5)


T = np.linspace(0.0, 4.0, 60)
NOISY = 2 * np.exp(-T) + np.exp(-2 * T) + 0.01 * np.random.default_rng(2).normal(size=T.size)


def test_errors_of_tied_parameters_are_those_of_the_delta_method():
    tie = {"b2": "b1**2 + a1", "a2": "a1/b2"}
    fit = rs.fit("a1*exp(-b1*x) + a2*exp(-b2*x)", T, NOISY, tie=tie, start={"a1": 2.0, "b1": 1.0})
    a, b = fit.params["a1"], fit.params["b1"]
    assert fit.labels == ("a1", "b1")
    assert fit.params["b2"] == pytest.approx(b * b + a, rel=1e-15)
    assert fit.params["a2"] == pytest.approx(a / (b * b + a), rel=1e-15)
    r = b * b + a
    slopes = {"b2": np.array([1.0, 2 * b]), "a2": np.array([1 / r - a / r**2, -a * 2 * b / r**2])}
    for name, slope in slopes.items():
        expected = np.sqrt(slope @ fit.covariance @ slope)
        assert fit.stderr[name] == pytest.approx(expected, rel=1e-10)
        assert fit.derive(name).stderr == pytest.approx(expected, rel=1e-10)
    low, high = fit.confidence_intervals()["b2"]
    assert low < fit.params["b2"] < high


def test_lmfit_agrees_on_a_constrained_fit():
    lmfit = pytest.importorskip("lmfit")
    theirs = lmfit.models.ExpressionModel("a1*exp(-b1*x) + a2*exp(-b2*x)")
    guess = theirs.make_params(a1=2.0, b1=1.0, a2=1.0)
    guess["b2"].set(expr="2*b1")
    other = theirs.fit(NOISY, guess, x=T)
    start = {"a1": 2.0, "b1": 1.0, "a2": 1.0}
    model = rs.model("a1*exp(-b1*x)") + "a2*exp(-b2*x)"
    fit = rs.fit(model, T, NOISY, tie={"b2": "2*b1"}, start=start)
    for name in ("a1", "b1", "a2", "b2"):
        # Their derivatives are finite differences: 4 digits of the errors.
        assert fit.params[name] == pytest.approx(other.params[name].value, rel=1e-5)
        assert fit.stderr[name] == pytest.approx(other.params[name].stderr, rel=1e-3)


def test_ties_are_printed_and_come_back_from_a_file(tmp_path):
    fit = rs.fit(both(), X, Y, tie={"p2_sigma": "p1_sigma", "p2_amplitude": "0.8 * p1_amplitude"})
    text = str(fit)
    assert "120 points, 6 parameters and 2 tied" in text
    assert "tied: p2_amplitude = 0.8 * p1_amplitude, p2_sigma = p1_sigma" in " ".join(text.split())
    assert "p2_sigma = p1_sigma" in fit._repr_html_()
    fit.plot(tmp_path / "fit.png")
    fit.save(tmp_path / "fit.json")
    back = rs.load(tmp_path / "fit.json")
    assert back.params == fit.params
    assert back.stderr == fit.stderr
    assert str(back) == text
    np.testing.assert_array_equal(back.predict().stderr, fit.predict().stderr)


def test_a_function_as_a_tie_cannot_be_saved(tmp_path):
    fit = rs.fit("a*x + b", X, Y, tie={"b": lambda a: 2 * a})
    with pytest.raises(rs.FileError, match="the tie of b is the Python function") as caught:
        fit.save(tmp_path / "fit.json")
    assert "2*a" in caught.value.next


def test_everything_tied_or_fixed_leaves_nothing_to_fit():
    with pytest.raises(rs.ParameterError, match="every parameter is fixed or tied"):
        rs.fit("a*x + b", X, Y, tie={"a": "2*b"}, fixed={"b": 1.0})


def test_a_tied_fit_is_not_taken_for_the_free_one():
    def line(x, a=1.0, b=1.0):
        return a * x + b

    free = [rs.fit(line, X, Y, engine="compiled") for _ in range(2)][-1]
    tied = rs.fit(line, X, Y, engine="compiled", tie={"b": "2*a"})
    again = rs.fit(line, X, Y, engine="compiled")
    assert tied.params["b"] == 2 * tied.params["a"]
    assert again.params["b"] == pytest.approx(free.params["b"], rel=1e-10)
    assert abs(free.params["b"] - 2 * free.params["a"]) > 0.1


COMPOSED = {
    "sum": both,
    "polynomial": lambda: rs.model("polynomial", degree=1, prefix="q_") - peak("p_"),
    "chain": lambda: rs.model("line").compose("exp(-x/3)"),
    "power": lambda: (rs.model("a*x + b", prefix="r_") ** 2) * 0.1,
}


@pytest.mark.parametrize("name", COMPOSED)
def test_a_composed_model_is_read_again_from_its_file(name, tmp_path):
    fit = rs.fit(COMPOSED[name](), X, Y)
    fit.save(tmp_path / "fit.json")
    back = rs.load(tmp_path / "fit.json")
    assert (back.model.kind, back.model.text) == (fit.model.kind, fit.model.text)
    assert dict(back.model.bounds) == dict(fit.model.bounds)
    np.testing.assert_array_equal(back.predict(X + 1).value, fit.predict(X + 1).value)


def test_a_derivative_is_read_again_from_its_file(tmp_path):
    model = peak("p_").derivative() + "s*x"
    fit = rs.fit(model, X, model(X, 5.0, 4.0, 0.7, 0.1) + 1e-3 * np.cos(40 * X))
    fit.save(tmp_path / "fit.json")
    back = rs.load(tmp_path / "fit.json")
    assert back.model.text == "derivative(gaussian(p_), x) + s*x"
    np.testing.assert_allclose(back(X), fit(X), rtol=1e-14)


HOSTILE = {
    "unknown part": {"part": "pickle"},
    "unknown sign": {"part": "binary", "symbol": "@"},
    "code": {"part": "formula", "text": "__import__('os')", "independent": ["x"]},
    "path": {"part": "shelf", "text": "../../etc/passwd", "options": {}},
    "renames nothing": {"part": "renamed", "names": {"q": "r"}, "prefix": ""},
    "private name": {"part": "renamed", "names": {"a": "__class__"}, "prefix": ""},
    "order": {"part": "derivative", "wrt": ["x"], "order": 10**6},
    "list": [],
    "null": None,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_damaged_tree_is_a_file_error(case, tmp_path):
    import json

    path = tmp_path / "fit.json"
    rs.fit(rs.model("a*x") + "b*x**2", X, Y).save(path)
    document = json.loads(path.read_text("utf-8"))
    good = document["model"]["recipe"]
    bad = HOSTILE[case]
    if isinstance(bad, dict):
        bad = {"left": good["left"], "right": good["right"], "of": good["left"], **bad}
    document["model"]["recipe"] = bad
    path.write_text(json.dumps(document), encoding="utf-8")
    if bad is None:  # a model that was Python code: the numbers are there, the model is not
        with pytest.raises(rs.ModelError, match="loaded without its model"):
            rs.load(path)(1.0)
        return
    with pytest.raises(rs.FileError):
        rs.load(path)


def test_a_tree_that_is_too_deep_is_a_file_error(tmp_path):
    import json

    path = tmp_path / "fit.json"
    rs.fit(rs.model("a*x") + "b*x**2", X, Y).save(path)
    document = json.loads(path.read_text("utf-8"))
    for _ in range(200):
        document["model"]["recipe"] = {"part": "negative", "of": document["model"]["recipe"]}
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(rs.FileError, match="nested more than 60 deep"):
        rs.load(path)


@pytest.mark.parametrize("tie", ["b", "2*zz", "a + ", "lambda: 1", 3])
def test_a_damaged_tie_is_a_file_error(tie, tmp_path):
    import json

    path = tmp_path / "fit.json"
    rs.fit("a*x + b", X, Y, tie={"b": "2*a"}).save(path)
    document = json.loads(path.read_text("utf-8"))
    document["parameters"][1]["tie"] = tie
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(rs.FileError):
        rs.load(path)
