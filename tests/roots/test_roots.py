"""solve: known roots, the established peer, the implicit function theorem, bad input."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import root as scipy_root
from scipy.special import lambertw

import residua as rs
from residua._errors import ModelError, NotDifferentiable, ParameterError


def tutorial(x):
    return [x[1] - 3 * x[0] * (x[0] + 1) * (x[0] - 1), 0.25 * x[0] ** 2 + x[1] ** 2 - 1]


def test_the_root_of_the_tutorial_in_fewer_evaluations():
    """S3b: fsolve needed 21 evaluations, 15 with a Jacobian written by hand."""
    found = rs.solve(tutorial, [0.5, 0.5])
    assert found.ok and found.evaluations <= 15
    np.testing.assert_array_equal(np.round(found.x, 3), [1.117, 0.830])
    np.testing.assert_allclose(tutorial(found.x), 0.0, atol=1e-14)


def rosenbrock(x):
    return [10 * (x[1] - x[0] ** 2), 1 - x[0]]


def powell_singular(x):
    return [
        x[0] + 10 * x[1],
        np.sqrt(5) * (x[2] - x[3]),
        (x[1] - 2 * x[2]) ** 2,
        np.sqrt(10) * (x[0] - x[3]) ** 2,
    ]


def powell_badly_scaled(x):
    return [1e4 * x[0] * x[1] - 1, np.exp(-x[0]) + np.exp(-x[1]) - 1.0001]


def helical_valley(x):
    angle = np.arctan(x[1] / x[0]) / (2 * np.pi)
    angle = np.where(x[0] < 0, angle + 0.5, angle)
    return [10 * (x[2] - 10 * angle), 10 * (np.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]]


def brown_almost_linear(x):
    return np.concatenate([x[:-1] + np.sum(x) - (len(x) + 1), [np.prod(x) - 1]])


def broyden_tridiagonal(x):
    before = np.concatenate([[0.0], x[:-1]])
    after = np.concatenate([x[1:], [0.0]])
    return (3 - 2 * x) * x - before - 2 * after + 1


def discrete_boundary_value(x):
    h = 1 / (len(x) + 1)
    t = h * np.arange(1, len(x) + 1)
    padded = np.concatenate([[0.0], x, [0.0]])
    return 2 * x - padded[:-2] - padded[2:] + h**2 * (x + t + 1) ** 3 / 2


T = np.arange(1, 11) / 11
# J. J. Moré, B. S. Garbow, K. E. Hillstrom, ACM Trans. Math. Software 7, 17, 1981: square systems
# from their standard starts.
PROBLEMS = {
    "rosenbrock": (rosenbrock, [-1.2, 1.0]),
    "powell badly scaled": (powell_badly_scaled, [0.0, 1.0]),
    "helical valley": (helical_valley, [-1.0, 0.0, 0.0]),
    "brown almost linear": (brown_almost_linear, [0.5] * 10),
    "broyden tridiagonal": (broyden_tridiagonal, [-1.0] * 10),
    "discrete boundary value": (discrete_boundary_value, T * (T - 1)),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_standard_problems(name):
    """A root to rounding; scipy's, where it finds the same one, agrees to its own digits."""
    equations, start = PROBLEMS[name]
    found = rs.solve(equations, start)
    assert found.ok, found
    assert np.abs(np.asarray(equations(found.x))).max() < 1e-11
    peer = scipy_root(lambda x: np.asarray(equations(x)), start, tol=1e-12)
    if peer.success and np.allclose(peer.x, found.x, rtol=1e-3):
        np.testing.assert_allclose(found.x, peer.x, rtol=1e-6, atol=1e-12)
    assert found.evaluations <= 200


def test_a_singular_root_is_found_to_the_digits_it_has():
    found = rs.solve(powell_singular, [3.0, -1.0, 0.0, 1.0])
    assert np.abs(found.x).max() < 1e-7


@pytest.mark.parametrize("engine", ["eager", "compiled", "numeric"])
def test_every_engine_finds_it(engine):
    found = rs.solve(tutorial, [1.0, 1.0], engine=engine)
    assert found.ok and found.engine == engine
    np.testing.assert_allclose(np.asarray(tutorial(found.x)), 0.0, atol=1e-12)


def equilibrium(A, B, K, total):
    return (B - K * A, A + B - total)


def test_sensitivities_are_those_of_the_closed_form():
    """A = total / (1 + K), B = K A: derivatives to 13 digits."""
    found = rs.solve(equilibrium, {"A": 1.0, "B": 1.0}, {"K": 3.0, "total": 8.0})
    assert found.x == pytest.approx({"A": 2.0, "B": 6.0}, rel=1e-14)
    np.testing.assert_allclose(found.sensitivity["K"], [-8 / 16, 8 / 16], rtol=1e-13)
    np.testing.assert_allclose(found.sensitivity["total"], [1 / 4, 3 / 4], rtol=1e-13)
    assert "A = 2" in str(found) and "found a root" in str(found)


def test_array_parameters_and_sequences():
    def equations(x, c):
        return x**2 - c

    c = np.array([4.0, 9.0])
    found = rs.solve(equations, [1.0, 1.0], [c])
    np.testing.assert_allclose(found.x, [2.0, 3.0], rtol=1e-14)
    np.testing.assert_allclose(found.sensitivity["c"], np.diag([1 / 4, 1 / 6]), rtol=1e-13)


LINE = np.linspace(0.0, 4.0, 20)


def line_fit():
    y = 1.5 * LINE - 3.0 + 0.05 * np.random.default_rng(3).normal(size=20)
    return rs.fit("a*x + b", LINE, y)


def test_a_root_of_a_fit_has_its_error_bar():
    """Where the fitted line crosses zero: the delta method on -b/a."""
    fit = line_fit()
    found = rs.solve(lambda x, a, b: a * x + b, 1.0, fit)
    expected = fit.derive(lambda a, b: -b / a)
    assert found.x == pytest.approx(expected.value, rel=1e-13)
    assert found.stderr == pytest.approx(expected.stderr, rel=1e-10)
    assert "±" in str(found)


def by_parameters(t, k):
    """w with w exp(w) = k t: Lambert's function."""
    return rs.solve(lambda w, k, t: w * np.exp(w) - k * t, 0.0 * t + 0.5, {"k": k, "t": t}).x


def by_closure(t, k):
    return rs.solve(lambda w: w * np.exp(w) - k * t, 0.0 * t + 0.5).x


TIMES = np.linspace(0.1, 2.0, 12)


@pytest.mark.parametrize("model", [by_parameters, by_closure])
def test_a_model_may_solve_equations(model):
    """Fitted through the implicit function theorem, against scipy's Lambert function."""
    y = lambertw(1.3 * TIMES).real + 1e-3 * np.sin(30 * TIMES)
    fit = rs.fit(model, TIMES, y, start={"k": 1.0})
    peer = rs.fit(lambda t, k: lambertw(k * t).real, TIMES, y, start={"k": 1.0}, engine="numeric")
    assert fit.ok and fit.engine in ("eager", "compiled")
    assert fit.params["k"] == pytest.approx(peer.params["k"], rel=1e-9)
    assert fit.stderr["k"] == pytest.approx(peer.stderr["k"], rel=1e-6)


def test_eager_models_need_no_jax():
    code = (
        "import sys, numpy as np, residua as rs\n"
        "def model(t, k):\n"
        "    return rs.solve(lambda w, k, t: w*np.exp(w) - k*t, 0*t + .5, {'k': k, 't': t}).x\n"
        "t = np.linspace(.1, 2, 9)\n"
        "fit = rs.fit(model, t, model(t, 1.3) + .01*np.sin(40*t), start={'k': 1.0})\n"
        "assert fit.ok and fit.engine == 'eager', fit.engine_reason\n"
        "print('jax' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_no_root_never_looks_like_one():
    found = rs.solve(lambda x: x**2 + 1, 1.0)
    assert not found.ok and "found no root" in str(found) and found.sensitivity == {}
    found = rs.solve(tutorial, [0.5, 0.5], max_steps=2)
    assert not found.ok and "step limit" in found.outcome
    found = rs.solve(lambda x: np.log(x), -1.0)
    assert not found.ok and "not finite" in found.outcome


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda: rs.solve(lambda x: [x, x], 1.0), ModelError, "2 equations cannot determine 1"),
        (lambda: rs.solve(lambda x, y: x + y, {"x": 1.0, "y": 2.0}), ModelError, "x, y"),
        (lambda: rs.solve(lambda x, a: x - a, 1.0), ModelError, "params="),
        (lambda: rs.solve(lambda x, a: x - a, 1.0, {"b": 1.0}), ParameterError, "'b'"),
        (lambda: rs.solve(lambda x, a: x - a, 1.0, [1.0, 2.0]), ParameterError, "2 values"),
        (lambda: rs.solve(lambda x: x, "one"), ParameterError, "not finite real"),
        (lambda: rs.solve(lambda x: x, np.nan), ParameterError, "not finite real"),
        (lambda: rs.solve(lambda x: x, {}), ParameterError, "start is empty"),
        (lambda: rs.solve(lambda x: x, 1.0, engine="magic"), ParameterError, "magic"),
        (lambda: rs.solve(lambda x: x, 1.0, max_steps=0), ParameterError, "max_steps"),
        (lambda: rs.solve(lambda x: "no", 1.0), ModelError, "not numbers"),
        (lambda: rs.solve(lambda x: float(x) - 1, 1.0, engine="eager"), NotDifferentiable, "float"),
    ],
)
def test_bad_input(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)
