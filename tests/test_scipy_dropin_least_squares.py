"""residua.scipy.least_squares behaves as scipy.optimize.least_squares documents."""

import inspect

import numpy as np
import pytest
import scipy.optimize
from scipy.optimize import Bounds, OptimizeResult
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, aslinearoperator

import residua.scipy.residual
from residua.scipy import least_squares
from scipy_problems import (
    NOISY,
    T,
    broyden,
    broyden_sparsity,
    complex_as_real,
    exponential,
    exponential_jacobian,
    parabola,
    rosenbrock,
    rosenbrock_jacobian,
    same_array,
)

# What works ---------------------------------------------------------------------------------------

DATA = {"args": (T, NOISY)}
START = [1.0, 1.0, -0.1]
WALL = ([-np.inf, 1.5], np.inf)
GOOD = {
    "rosenbrock": ((rosenbrock, [2, 2]), {}),
    "rosenbrock, lm": ((rosenbrock, [2, 2]), {"method": "lm"}),
    "rosenbrock, dogbox": ((rosenbrock, [2, 2]), {"method": "dogbox"}),
    "jac": ((rosenbrock, [2, 2], rosenbrock_jacobian), {}),
    "jac, bounds": ((rosenbrock, [2, 2], rosenbrock_jacobian), {"bounds": WALL}),
    "bounds": ((rosenbrock, [2, 2]), {"bounds": WALL}),
    "bounds, dogbox": ((rosenbrock, [2, 2]), {"bounds": WALL, "method": "dogbox"}),
    "bounds of numbers": ((rosenbrock, [0.2, 0.2]), {"bounds": (0, 0.5)}),
    "bounds of lists": ((rosenbrock, [2, 2]), {"bounds": [[1.2, 0], [3, 3]]}),
    "Bounds": ((rosenbrock, [2, 2]), {"bounds": Bounds([1.2, 0], [3, 3])}),
    "all infinite": ((rosenbrock, [2, 2]), {"bounds": (-np.inf, [np.inf, np.inf]), "method": "lm"}),
    "inactive bounds": ((rosenbrock, [2, 2]), {"bounds": (-5, 5)}),
    "start on a bound": ((rosenbrock, [0.0, 0.0]), {"bounds": (0, 5)}),
    "args": ((exponential, START), DATA),
    "args, lm": ((exponential, START), {**DATA, "method": "lm"}),
    "args, jac": ((exponential, START, exponential_jacobian), DATA),
    "kwargs": ((exponential, START), {"kwargs": {"t": T, "y": NOISY}}),
    "args and kwargs": ((parabola, 3.0), {"args": (2.0,), "kwargs": {"b": 0.5}}),
    "args a list": ((parabola, 3.0), {"args": [2.0]}),
    "start a number": ((lambda x: x - 3.0, 1.0), {}),
    "start a 0-d array": ((lambda x: x - 3.0, np.array(1.0)), {}),
    "residual a number": ((lambda x: x[0] ** 2 - 3.0, 1.0), {}),
    "residual a float, lm": ((lambda x: x[0] ** 2 - 3.0, 1.0), {"method": "lm"}),
    "residuals in a list": ((lambda x: [10 * (x[1] - x[0] ** 2), 1 - x[0]], [2, 2]), {}),
    "complex wrapped": ((complex_as_real, (0.1, 0.1)), {"bounds": ([0, 0], [1, 1])}),
    "function returns its argument": ((same_array, [1.0, 2.0]), {}),
    "in place": ((broyden, -np.ones(8)), {}),
    "integers": ((rosenbrock, np.array([2, 2])), {}),
    "fewer residuals than variables": ((lambda x: x[:1] + x[1] - 1, [0.0, 0.0]), {}),
    "jac 3-point": ((rosenbrock, [2, 2], "3-point"), {}),
    "jac cs": ((rosenbrock, [2, 2], "cs"), {"method": "dogbox"}),
    "sparsity": ((broyden, -np.ones(20)), {"jac_sparsity": broyden_sparsity(20)}),
    "sparse jac": ((same_array, [1.0, 2.0], lambda x: csr_array(np.eye(2))), {}),
    "operator jac": ((same_array, [1.0, 2.0], lambda x: aslinearoperator(np.eye(2))), {}),
    "ftol": ((exponential, START), {**DATA, "ftol": 1e-12}),
    "no ftol": ((exponential, START), {**DATA, "ftol": None}),
    "only xtol": ((exponential, START), {**DATA, "ftol": None, "gtol": None}),
    "x_scale": ((rosenbrock, [2, 2]), {"x_scale": [1.0, 2.0]}),
    "x_scale jac": ((rosenbrock, [2, 2]), {"x_scale": "jac"}),
    "x_scale 1": ((rosenbrock, [2, 2]), {"x_scale": 1.0}),
    "soft_l1": ((exponential, START), {**DATA, "loss": "soft_l1", "f_scale": 0.1}),
    "huber": ((exponential, START), {**DATA, "loss": "huber", "f_scale": 0.1}),
    "cauchy": ((exponential, START), {**DATA, "loss": "cauchy", "f_scale": 0.1}),
    "arctan": ((exponential, START), {**DATA, "loss": "arctan", "f_scale": 0.3}),
    "own loss": (
        (exponential, START),
        {**DATA, "loss": lambda z: np.array([np.log1p(z), 1 / (1 + z), -1 / (1 + z) ** 2])}),
    "f_scale without loss": ((exponential, START), {**DATA, "f_scale": 0.1}),
    "diff_step": ((exponential, START), {**DATA, "diff_step": 1e-6}),
    "exact": ((rosenbrock, [2, 2]), {"tr_solver": "exact"}),
    "lsmr": ((rosenbrock, [2, 2]), {"tr_solver": "lsmr"}),
    "lsmr, regularize": ((rosenbrock, [2, 2]), {
        "tr_solver": "lsmr", "tr_options": {"regularize": False}}),
    "max_nfev": ((rosenbrock, [2, 2]), {"max_nfev": 100}),
    "workers": ((rosenbrock, [2, 2]), {"workers": map}),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_same_answer_as_scipy(name):
    args, options = GOOD[name]
    ours, theirs = least_squares(*args, **options), scipy.optimize.least_squares(*args, **options)
    assert type(ours) is OptimizeResult
    assert set(ours) == set(theirs)
    np.testing.assert_allclose(ours.x, theirs.x, rtol=1e-4, atol=1e-4)
    assert ours.cost <= theirs.cost * (1 + 1e-6) + 1e-12
    for field in ("x", "fun", "jac", "grad", "active_mask"):
        assert np.shape(ours[field]) == np.shape(theirs[field]), field
    assert ours.success is True
    assert ours.status > 0
    assert "termination condition" in ours.message


@pytest.mark.parametrize("name", GOOD)
def test_fields_are_what_the_documentation_says(name):
    args, options = GOOD[name]
    if "loss" in options:  # jac and grad are then modified
        options = {k: v for k, v in options.items() if k != "loss"}
    found = least_squares(*args, **options)
    given, named = options.get("args", ()), options.get("kwargs") or {}
    rows = np.atleast_1d(args[0](found.x.copy(), *given, **named))
    np.testing.assert_allclose(found.fun, rows, rtol=1e-12, atol=1e-15)
    assert found.cost == pytest.approx(0.5 * rows @ rows, rel=1e-12)
    jac = _dense(found.jac)
    np.testing.assert_allclose(found.grad, jac.T @ rows, rtol=1e-9, atol=1e-12)
    steps = 1e-6 * np.maximum(np.abs(found.x), 1)
    ahead = [args[0](found.x + h, *given, **named) for h in np.diag(steps)]
    behind = [args[0](found.x - h, *given, **named) for h in np.diag(steps)]
    difference = (
        (np.atleast_2d(ahead) - np.atleast_2d(behind)).reshape(len(steps), -1).T / 2 / steps
    )
    np.testing.assert_allclose(jac, difference, rtol=1e-6, atol=1e-6)
    assert isinstance(found.cost, float)
    assert isinstance(found.nfev, int)
    assert found.active_mask.dtype.kind in "if"
    if "bounds" not in options:
        assert found.optimality == np.abs(found.grad).max()
        assert (found.active_mask == 0).all()


def _dense(jac):
    if isinstance(jac, LinearOperator):
        return jac @ np.eye(jac.shape[1])
    return jac.toarray() if hasattr(jac, "toarray") else jac


def test_signature_is_that_of_scipy():
    ours = inspect.signature(least_squares).parameters.values()
    theirs = inspect.signature(scipy.optimize.least_squares).parameters.values()
    assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in theirs]


# Examples of the documentation --------------------------------------------------------------------


def test_documented_rosenbrock():
    found = least_squares(rosenbrock, np.array([2, 2]))
    np.testing.assert_allclose(found.x, [1, 1], rtol=1e-14)
    assert found.cost < 1e-28
    # One ulp of x[1] is 10 * 20 ulp of the gradient, 4.4e-14; processors differ by up to four.
    assert found.optimality < 4 * 200 * np.finfo(float).eps


def test_documented_bounds():
    found = least_squares(rosenbrock, [2, 2], bounds=([-np.inf, 1.5], np.inf))
    np.testing.assert_allclose(found.x, [1.22437075, 1.5], rtol=1e-8)
    assert found.cost == pytest.approx(0.025213093946805685, rel=1e-12)
    assert found.active_mask.tolist() == [0, -1]
    assert found.optimality < 1e-10


def test_active_mask_above():
    found = least_squares(rosenbrock, [0.2, 0.2], bounds=(0, 0.5))
    assert found.active_mask.tolist() == [1, 0]
    assert found.x.tolist() == pytest.approx([0.5, 0.25], rel=1e-9)


def test_documented_sparse_system():
    found = least_squares(broyden, -np.ones(300), jac_sparsity=broyden_sparsity(300))
    assert found.cost < 1e-16
    assert hasattr(found.jac, "toarray")


def test_documented_complex():
    found = least_squares(complex_as_real, (0.1, 0.1), bounds=([0, 0], [1, 1]))
    np.testing.assert_allclose(found.x, [0.5, 0.5], rtol=1e-12)


# What is gained -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "rosenbrock",
        "bounds",
        "args",
        "args, lm",
        "kwargs",
        "jac 3-point",
        "f_scale without loss",
        "diff_step",
        "residual a number",
        "workers",
    ],
)
def test_standard_problems_never_reach_scipy(name, monkeypatch):
    args, options = GOOD[name]
    expected = scipy.optimize.least_squares(*args, **options)
    monkeypatch.setattr(residua.scipy.residual.optimize, "least_squares", None)
    np.testing.assert_allclose(least_squares(*args, **options).x, expected.x, rtol=1e-4)


@pytest.mark.parametrize(
    "name",
    [
        "rosenbrock, dogbox",
        "ftol",
        "x_scale jac",
        "cauchy",
        "lsmr",
        "max_nfev",
        "fewer residuals than variables",
        "jac cs",
    ],
)
def test_scipy_is_given_the_exact_jacobian(name, monkeypatch):
    seen = []
    real = scipy.optimize.least_squares

    def spy(fun, x0, **options):
        seen.append(options["jac"])
        return real(fun, x0, **options)

    monkeypatch.setattr(residua.scipy.residual.optimize, "least_squares", spy)
    args, options = GOOD[name]
    least_squares(*args, **options)
    x = np.array(args[1], dtype=float) + 0.1
    given = options.get("args", ())
    columns = []
    for k in range(x.size):
        z = x.astype(complex)
        z[k] += 1e-100j
        columns.append(np.imag(args[0](z, *given)) / 1e-100)
    np.testing.assert_allclose(seen[0](x, *given), np.stack(columns, axis=1), rtol=1e-12)


def test_exact_zero_of_a_gradient():
    found = least_squares(exponential, START, args=(T, NOISY))
    J = exponential_jacobian(found.x, T, NOISY)
    assert np.abs(J.T @ exponential(found.x, T, NOISY)).max() < 1e-12
    np.testing.assert_allclose(found.jac, J, rtol=1e-13)


def test_what_cannot_be_followed_is_what_scipy_makes_of_it():
    def slow(x):
        return [float(x[0]) ** 2 - 2.0, float(x[1]) - float(x[0])]

    ours, theirs = least_squares(slow, [1, 1]), scipy.optimize.least_squares(slow, [1, 1])
    np.testing.assert_array_equal(ours.x, theirs.x)
    assert ours.nfev == theirs.nfev


# Limits, callbacks, printing ----------------------------------------------------------------------


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
def test_max_nfev(method):
    options = {"method": method, "max_nfev": 2}
    ours = least_squares(rosenbrock, [-3, 3], **options)
    theirs = scipy.optimize.least_squares(rosenbrock, [-3, 3], **options)
    assert (ours.status, ours.success, ours.message) == (theirs.status, False, theirs.message)
    assert ours.nfev == theirs.nfev
    np.testing.assert_allclose(ours.x, theirs.x, rtol=1e-6)


def test_callback_sees_each_iteration():
    seen = []
    found = least_squares(
        exponential, START, args=(T, NOISY), callback=lambda x: seen.append(x.copy())
    )
    assert len(seen) > 2
    np.testing.assert_array_equal(seen[-1], found.x)


def test_callback_may_stop():
    def stop(intermediate_result):
        assert isinstance(intermediate_result, OptimizeResult)
        raise StopIteration

    found = least_squares(rosenbrock, [-3, 3], callback=stop)
    theirs = scipy.optimize.least_squares(rosenbrock, [-3, 3], callback=stop)
    assert (found.status, found.success) == (-2, False)
    assert found.message == theirs.message


def test_callback_with_lm_warns():
    for solver in (least_squares, scipy.optimize.least_squares):
        with pytest.warns(UserWarning, match="not supported with `lm`"):
            solver(rosenbrock, [2, 2], method="lm", callback=lambda x: None)


@pytest.mark.parametrize("verbose", [1, 2])
def test_verbose_prints(verbose, capsys):
    least_squares(rosenbrock, [2, 2], verbose=verbose)
    ours = capsys.readouterr().out
    scipy.optimize.least_squares(rosenbrock, [2, 2], verbose=verbose)
    theirs = capsys.readouterr().out
    assert ours.splitlines()[0] == theirs.splitlines()[0]
    assert "first-order optimality" in ours


def test_tolerance_below_epsilon_warns():
    for solver in (least_squares, scipy.optimize.least_squares):
        with pytest.warns(UserWarning, match="below the machine epsilon"):
            solver(rosenbrock, [2, 2], ftol=1e-20)


def test_where_no_minimum_is_scipy_decides():
    # exp(-x) has none: scipy walks until the gradient is small, and calls that success.
    ours = least_squares(lambda x: np.exp(-x), [1.0])
    theirs = scipy.optimize.least_squares(lambda x: np.exp(-x), [1.0])
    assert ours.success and theirs.success
    assert ours.optimality < 1e-8


def test_functions_of_jax_are_fitted_in_double_precision():
    import jax.numpy as jnp

    def residuals(x):
        return jnp.array([10 * (x[1] - x[0] ** 2), 1 - x[0], 0.1 * jnp.sin(x[0])])

    def plain(x):
        return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0], 0.1 * np.sin(x[0])])

    # scipy differentiates float32 by differences, and gets five digits.
    np.testing.assert_allclose(
        least_squares(residuals, [2, 2]).x, least_squares(plain, [2, 2]).x, rtol=1e-9
    )
