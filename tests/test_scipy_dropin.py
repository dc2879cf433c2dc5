"""residua.scipy.curve_fit behaves as scipy.optimize.curve_fit documents, with exact derivatives.

Both are called with the same arguments. scipy stops where the cost is flat to its tolerance and
differentiates by differences, so parameters agree to 5 digits and covariances to 3; where truth is
known to more digits, ours has to have them.
"""

import functools
import inspect
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
from scipy.optimize import Bounds, OptimizeWarning

import residua.scipy.curve
from residua.scipy import curve_fit
from scipy_problems import (
    COVARIANCE,
    SPREAD,
    X2,
    Y2,
    Decay,
    Series,
    X,
    Y,
    as_list,
    constant,
    decay,
    decay_jacobian,
    line,
    of_series,
    plane,
    variadic,
    with_default,
    with_nan,
)

# What works ---------------------------------------------------------------------------------------

GOOD = {
    "ones as start": ((decay, X, Y), {}),
    "start": ((decay, X, Y, [2, 1, 0]), {}),
    "start as tuple of ints": ((decay, X, Y, (2, 1, 0)), {}),
    "lists": ((decay, X.tolist(), Y.tolist()), {}),
    "float32": ((decay, X.astype(np.float32), Y.astype(np.float32)), {}),
    "integers": ((line, [1, 2, 3, 4, 6], [1, 3, 5, 8, 11]), {}),
    "one parameter, start a number": ((lambda x, b: np.exp(-b * x), X, Y, 0.5), {}),
    "two predictors": ((plane, X2, Y2), {}),
    "tuple of predictors": ((plane, (X2[0], X2[1]), Y2), {}),
    "any object as xdata": ((of_series, Series(X), Y), {}),
    "xdata a DataFrame": ((lambda t, a, b: a * t["u"] + b, pd.DataFrame({"u": X}), Y), {}),
    "xdata a Series": ((line, pd.Series(X), pd.Series(Y)), {}),
    "method of an object": ((Decay().method, X, Y), {}),
    "callable object": ((Decay(), X, Y), {}),
    "static method": ((Decay.static, X, Y), {}),
    "partial": ((functools.partial(decay, c=0.5), X, Y), {}),
    "partial of the first": ((functools.partial(lambda k, x, a, b: k * a * x + b, 2.0), X, Y), {}),
    "variadic": ((variadic, X, Y, [1, 1]), {}),
    "default in the signature": ((with_default, X, Y), {}),
    "constant model": ((constant, X, Y), {}),
    "model returns a list": ((as_list, X, Y), {}),
    "sigma a number": ((decay, X, Y), {"sigma": 0.2}),
    "sigma a number, absolute": ((decay, X, Y), {"sigma": 0.2, "absolute_sigma": True}),
    "sigma one number in an array": ((decay, X, Y), {"sigma": [0.2], "absolute_sigma": True}),
    "sigma 1-D": ((decay, X, Y), {"sigma": SPREAD}),
    "sigma 1-D, absolute": ((decay, X, Y), {"sigma": SPREAD, "absolute_sigma": True}),
    "sigma negative": ((decay, X, Y), {"sigma": -SPREAD, "absolute_sigma": True}),
    "sigma 2-D": ((decay, X, Y), {"sigma": COVARIANCE}),
    "sigma 2-D, absolute": ((decay, X, Y), {"sigma": COVARIANCE, "absolute_sigma": True}),
    "sigma 2-D in bounds": ((decay, X, Y), {"sigma": COVARIANCE, "bounds": (0, 4)}),
    "absolute without sigma": ((decay, X, Y), {"absolute_sigma": True}),
    "bounds of numbers": ((decay, X, Y), {"bounds": (0, 5)}),
    "bounds of arrays": ((decay, X, Y), {"bounds": ([0, 0, 0], [3.0, 1.0, 0.5])}),
    "bounds mixed": ((decay, X, Y), {"bounds": (0, [3.0, 1.0, 0.5])}),
    "bounds of tuples": ((decay, X, Y), {"bounds": ((0, 0, 0), (3.0, 1.0, np.inf))}),
    "one-sided": ((decay, X, Y), {"bounds": ([-np.inf, 0, 0.6], np.inf)}),
    "only above": ((decay, X, Y), {"bounds": (-np.inf, [2.0, np.inf, np.inf])}),
    "Bounds": ((decay, X, Y), {"bounds": Bounds([0, 0, 0], [3.0, 1.0, 0.5])}),
    "infinite Bounds": ((decay, X, Y), {"bounds": Bounds([-np.inf] * 3, [np.inf] * 3)}),
    "infinite bounds, lm": ((decay, X, Y), {"bounds": (-np.inf, np.inf), "method": "lm"}),
    "start in bounds": ((decay, X, Y, [1, 0.5, 0.2]), {"bounds": (0, 5)}),
    "start on a bound": ((decay, X, Y, [1, 1, 0.0]), {"bounds": (0, 5)}),
    "lm": ((decay, X, Y), {"method": "lm"}),
    "trf": ((decay, X, Y), {"method": "trf"}),
    "dogbox": ((decay, X, Y), {"method": "dogbox"}),
    "dogbox in bounds": ((decay, X, Y), {"method": "dogbox", "bounds": (0, [3.0, 1.0, 0.5])}),
    "jac": ((decay, X, Y), {"jac": decay_jacobian}),
    "jac in bounds": ((decay, X, Y), {"jac": decay_jacobian, "bounds": (0, 5)}),
    "jac and sigma": ((decay, X, Y), {"jac": decay_jacobian, "sigma": COVARIANCE}),
    "jac 2-point": ((decay, X, Y), {"jac": "2-point", "method": "trf"}),
    "jac 3-point": ((decay, X, Y), {"jac": "3-point", "bounds": (0, 5)}),
    "jac cs": ((decay, X, Y), {"jac": "cs", "method": "dogbox"}),
    "maxfev": ((decay, X, Y), {"maxfev": 5000}),
    "maxfev in bounds": ((decay, X, Y), {"maxfev": 5000, "bounds": (0, 5)}),
    "max_nfev": ((decay, X, Y), {"max_nfev": 5000, "bounds": (0, 5)}),
    "ftol xtol": ((decay, X, Y), {"ftol": 1e-12, "xtol": 1e-12}),
    "epsfcn": ((decay, X, Y), {"epsfcn": 1e-8}),
    "x_scale": ((decay, X, Y), {"method": "trf", "x_scale": [1.0, 2.0, 1.0]}),
    "robust loss": ((decay, X, Y), {"method": "trf", "loss": "soft_l1", "f_scale": 0.1}),
    "cauchy loss in bounds": ((decay, X, Y), {"loss": "cauchy", "f_scale": 0.1, "bounds": (0, 5)}),
    "tr_solver": ((decay, X, Y), {"method": "trf", "tr_solver": "lsmr"}),
    "check_finite off": ((decay, X, Y), {"check_finite": False}),
    "nan_policy raise, no nan": ((decay, X, Y), {"nan_policy": "raise"}),
    "nan_policy omit, no nan": ((decay, X, Y), {"nan_policy": "omit"}),
    "nan in y": ((decay, X, with_nan(Y, 3)), {"nan_policy": "omit"}),
    "nan in x": ((decay, with_nan(X, 5), Y), {"nan_policy": "omit"}),
    "nan in both, sigma": (
        (decay, with_nan(X, 5), with_nan(Y, 3)), {"nan_policy": "omit", "sigma": SPREAD}),
    "nan, sigma 2-D": ((decay, X, with_nan(Y, 3)), {"nan_policy": "omit", "sigma": COVARIANCE}),
    "nan in 2-D x": ((plane, with_nan(X2, 1, 4), with_nan(Y2, 9)), {"nan_policy": "omit"}),
    "nan, jac": ((decay, X, with_nan(Y, 3)), {"nan_policy": "omit", "jac": decay_jacobian}),
    "nan, dogbox": ((decay, X, with_nan(Y, 3)), {"nan_policy": "omit", "method": "dogbox"}),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_same_answer_as_scipy(name):
    args, options = GOOD[name]
    ours = curve_fit(*args, **options)
    theirs = scipy.optimize.curve_fit(*args, **options)
    assert [type(part) for part in ours] == [type(part) for part in theirs]
    assert [part.dtype for part in ours] == [part.dtype for part in theirs]
    np.testing.assert_allclose(ours[0], theirs[0], rtol=2e-5, atol=1e-6)
    size = np.sqrt(np.outer(np.diag(theirs[1]), np.diag(theirs[1])))
    np.testing.assert_allclose(ours[1] / size, theirs[1] / size, atol=1e-3)


# Those that minimize the sum of squares of all rows.
PLAIN = [name for name, case in GOOD.items() if not {"loss", "nan_policy"} & set(case[1])]


@pytest.mark.parametrize("name", PLAIN)
def test_at_least_as_low_as_scipy(name):
    args, options = GOOD[name]
    weight = np.asarray(options.get("sigma", 1.0), dtype=float)
    rows = [args[0](_as_scipy(args[1]), *fit(*args, **options)[0]) - np.asarray(args[2])
            for fit in (curve_fit, scipy.optimize.curve_fit)]  # fmt: skip
    inverse = (
        np.linalg.inv(weight) if weight.ndim == 2 else np.diag(np.ones(len(args[2])) / weight**2)
    )
    ours, theirs = (float(r @ inverse @ r) for r in map(np.asarray, rows))
    assert ours <= theirs * (1 + 1e-13) + 1e-25


def _as_scipy(x):
    return np.asarray(x, float) if isinstance(x, (list, tuple, np.ndarray)) else x


@pytest.mark.parametrize(
    "name", ["start", "sigma 2-D", "bounds of arrays", "dogbox", "jac", "nan in y"]
)
def test_full_output(name):
    args, options = GOOD[name]
    ours = curve_fit(*args, **options, full_output=True)
    theirs = scipy.optimize.curve_fit(*args, **options, full_output=True)
    assert len(ours) == 5
    assert set(ours[2]) == set(theirs[2])
    np.testing.assert_allclose(ours[2]["fvec"], theirs[2]["fvec"], atol=1e-5)
    assert isinstance(ours[2]["nfev"], int) and ours[2]["nfev"] > 0
    assert isinstance(ours[3], str) and ours[3]
    assert ours[4] in (1, 2, 3, 4)


def test_infodict_is_what_the_documentation_says():
    popt, pcov, info, _, _ = curve_fit(
        decay, X, Y, sigma=SPREAD, absolute_sigma=True, full_output=True
    )
    fvec = (decay(X, *popt) - Y) / SPREAD
    np.testing.assert_allclose(info["fvec"], fvec, rtol=1e-12)
    jacobian = decay_jacobian(X, *popt) / SPREAD[:, None]
    R = np.triu(info["fjac"].T[:3])
    permuted = jacobian[:, info["ipvt"]]
    np.testing.assert_allclose(R.T @ R, permuted.T @ permuted, rtol=1e-10)
    assert (np.diff(np.abs(np.diag(R))) <= 0).all()
    # The part of fvec that the columns of J see: nothing, at a minimum.
    assert np.abs(info["qtf"]).max() < 1e-7 * np.linalg.norm(fvec)
    R = R[:, np.argsort(info["ipvt"])]
    np.testing.assert_allclose(np.linalg.inv(R.T @ R), pcov, rtol=1e-9)


def test_signature_is_that_of_scipy():
    ours = inspect.signature(curve_fit).parameters.values()
    theirs = inspect.signature(scipy.optimize.curve_fit).parameters.values()
    assert [(p.name, p.kind, p.default) for p in ours] == [
        (p.name, p.kind, p.default) for p in theirs
    ]


# What is gained -----------------------------------------------------------------------------------


def test_covariance_is_exact():
    popt, pcov = curve_fit(decay, X, Y)
    J = decay_jacobian(X, *popt)
    r = Y - decay(X, *popt)
    assert np.abs(J.T @ r).max() < 1e-11
    np.testing.assert_allclose(pcov, np.linalg.inv(J.T @ J) * (r @ r) / 47, rtol=1e-10)


def test_digits_that_differences_lose():
    truth = np.array([2.5e5, 1.3, -4.0])
    y = decay(X, *truth)
    popt, _ = curve_fit(decay, X, y, [1e5, 1, 1])
    np.testing.assert_allclose(popt, truth, rtol=1e-10)


@pytest.mark.parametrize(
    "options", [{}, {"bounds": (0, 5)}, {"method": "trf"}, {"sigma": SPREAD}, {"maxfev": 999},
                {"nan_policy": "raise"}, {"jac": "3-point", "method": "trf"}]
)  # fmt: skip
def test_standard_problems_never_reach_scipy(options, monkeypatch):
    monkeypatch.setattr(residua.scipy.curve.optimize, "curve_fit", None)
    assert curve_fit(decay, X, Y, **options)[0] == pytest.approx([2.5, 1.3, 0.5], abs=0.3)


@pytest.mark.parametrize(
    "options", [{"method": "dogbox"}, {"ftol": 1e-10}, {"method": "trf", "loss": "huber"},
                {"method": "trf", "jac": "2-point", "x_scale": 2.0}]
)  # fmt: skip
def test_scipy_is_given_the_exact_jacobian(options, monkeypatch):
    seen = []
    real = scipy.optimize.curve_fit

    def spy(*args, **kwargs):
        seen.append(args[9])
        return real(*args, **kwargs)

    monkeypatch.setattr(residua.scipy.curve.optimize, "curve_fit", spy)
    curve_fit(decay, X, Y, **options)
    exact = decay_jacobian(X, 2.0, 1.0, 0.3)
    np.testing.assert_allclose(seen[0](X, 2.0, 1.0, 0.3), exact, rtol=1e-14)


def test_what_cannot_be_followed_is_what_scipy_makes_of_it():
    def slow(x, a, b):
        return np.array([float(a) * float(v) + float(b) for v in x])

    ours, theirs = curve_fit(slow, X, Y), scipy.optimize.curve_fit(slow, X, Y)
    np.testing.assert_array_equal(ours[0], theirs[0])
    np.testing.assert_array_equal(ours[1], theirs[1])


# Warnings and exceptions --------------------------------------------------------------------------

COVARIANCE_UNKNOWN = {
    "as many points as parameters": ((line, [1.0, 2.0], [1.0, 3.0]), {}),
    "the same in bounds": ((line, [1.0, 2.0], [1.0, 3.0]), {"bounds": (-9, 9)}),
    "a parameter without influence": ((lambda x, a, b: a * x + 0 * b, X, Y), {}),
    "one point, one parameter": ((lambda x, a: a * x, [1.0], [2.0]), {}),
}


@pytest.mark.parametrize("name", COVARIANCE_UNKNOWN)
def test_covariance_that_cannot_be_estimated(name):
    args, options = COVARIANCE_UNKNOWN[name]
    for fit in (scipy.optimize.curve_fit, curve_fit):
        with pytest.warns(OptimizeWarning, match="could not be estimated") as caught:
            popt, pcov = fit(*args, **options)
        assert len(caught) == 1
        assert caught[0].filename == __file__
        assert pcov.shape == (popt.size, popt.size)
        assert np.isinf(pcov).all()
        assert np.isfinite(popt).all()


def test_redundant_parameters_in_lm_have_infinite_covariance():
    # scipy documents this; its differences hide the lost rank behind numbers such as 1e29.
    with pytest.warns(OptimizeWarning):
        _, pcov = curve_fit(lambda x, a, b: a * b * np.exp(-x), X, Y)
    assert np.isinf(pcov).all()


def test_redundant_parameters_in_trf_have_the_pseudoinverse():
    def model(x, a, b):
        return (a + b) * np.exp(-x)

    popt, pcov = curve_fit(model, X, Y, method="trf")
    J = np.exp(-X)[:, None] * [[1.0, 1.0]]
    r = Y - model(X, *popt)
    np.testing.assert_allclose(pcov, np.linalg.pinv(J.T @ J) * (r @ r) / 48, rtol=1e-10)
    # With differences instead of this Jacobian scipy reports variances of 6e13.
    theirs = scipy.optimize.curve_fit(model, X, Y, method="trf", jac=lambda x, a, b: J)[1]
    np.testing.assert_allclose(pcov, theirs, rtol=1e-6)


def test_badly_scaled_example_of_the_documentation():
    y = decay(X, 500000, 0.01, 15)
    with pytest.raises(RuntimeError, match="maximum number of function evaluations"):
        curve_fit(decay, X, y, method="trf")
    popt, _ = curve_fit(decay, X, y, method="trf", x_scale=[1000, 1, 1])
    np.testing.assert_allclose(popt, [5e5, 1e-2, 15], rtol=1e-6)


def test_an_interrupt_reaches_the_caller():
    calls = []

    def model(x, a, b):
        calls.append(1)
        if len(calls) > 4:
            raise KeyboardInterrupt
        return a * np.exp(-b * x)

    with pytest.raises(KeyboardInterrupt):
        curve_fit(model, X, Y)


def test_the_model_is_given_what_scipy_gives_it():
    kinds = []

    def model(x, a, b):
        kinds.append((type(x), x.dtype, x.shape))
        return a * x + b

    curve_fit(model, [0, 1, 2], [1, 2, 4])
    assert kinds[0] == (np.ndarray, np.dtype(float), (3,))


@pytest.mark.parametrize("module, absent", [("residua", "scipy"), ("residua.scipy", "jax")])
def test_imports_stay_light(module, absent):
    code = f"import {module}, sys; assert {absent!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
