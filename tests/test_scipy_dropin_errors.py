"""Bad input to residua.scipy: the exception and the message are those of scipy."""

import warnings

import numpy as np
import pytest
import scipy.optimize
from scipy.optimize import Bounds

from residua.scipy import curve_fit, least_squares
from scipy_problems import (
    X,
    Y,
    broyden,
    broyden_sparsity,
    decay,
    line,
    rosenbrock,
    variadic,
    with_nan,
)


def raises(x, a):
    raise ZeroDivisionError("from the model")


CURVE_FIT = {
    "no parameters": ((lambda x: x, X, Y), {}),
    "variadic without start": ((variadic, X, Y), {}),
    "empty y": ((line, [], []), {}),
    "empty y, start": ((line, np.zeros(0), np.zeros(0), [1, 1]), {}),
    "more parameters than points": ((decay, X[:2], Y[:2]), {}),
    "shapes": ((line, X, Y[:-1]), {}),
    "nan in y": ((line, X, with_nan(Y, 1)), {}),
    "nan in x": ((line, with_nan(X, 1), Y), {}),
    "inf in x": ((line, np.where(X > 3, np.inf, X), Y), {}),
    "nan in y, checked": ((line, X, with_nan(Y, 1)), {"check_finite": True}),
    "nan in y, policy raise": ((line, X, with_nan(Y, 1)), {"nan_policy": "raise"}),
    "nan in x, policy raise": ((line, with_nan(X, 1), Y), {"nan_policy": "raise"}),
    "policy propagate": ((line, X, with_nan(Y, 1)), {"nan_policy": "propagate"}),
    "policy unknown": ((line, X, with_nan(Y, 1)), {"nan_policy": "hi"}),
    "policy unknown, no nan": ((line, X, Y), {"nan_policy": "hi"}),
    "sigma too long": ((line, X, Y), {"sigma": np.ones(51)}),
    "sigma wrong square": ((line, X, Y), {"sigma": np.eye(3)}),
    "sigma 3-D": ((line, X, Y), {"sigma": np.ones((2, 5, 5))}),
    "sigma not positive definite": ((line, X[:2], Y[:2]), {"sigma": [[1.0, 2.0], [2.0, 1.0]]}),
    "bounds reversed": ((line, X, Y), {"bounds": ([1, 2], [0, 0])}),
    "bounds equal": ((line, X, Y), {"bounds": ([1, 2], [1, 2])}),
    "bounds of three": ((line, X, Y), {"bounds": ([1], [2], [3])}),
    "bounds of wrong length": ((line, X, Y), {"bounds": ([0, 0, 0], [1, 1, 1])}),
    "start outside": ((line, X, Y, [2, 2]), {"bounds": (0, 1)}),
    "lm with bounds": ((line, X, Y), {"method": "lm", "bounds": (0, 1)}),
    "method unknown": ((line, X, Y), {"method": "newton"}),
    "jac unknown": ((line, X, Y), {"method": "trf", "jac": "4-point"}),
    "args": ((line, X, Y), {"args": (1,)}),
    "keyword unknown": ((line, X, Y), {"foo": 1}),
    "keyword of the other method": ((line, X, Y), {"loss": "huber"}),
    "maxfev reached": ((decay, X, Y, [9, 9, 9]), {"maxfev": 2}),
    "maxfev reached, trf": ((decay, X, Y, [9, 9, 9]), {"method": "trf", "maxfev": 2}),
    "max_nfev reached in bounds": ((decay, X, Y, [9, 9, 9]), {"bounds": (0, 20), "max_nfev": 2}),
    "max_nfev reached, dogbox": ((decay, X, Y, [9, 9, 9]), {"method": "dogbox", "max_nfev": 2}),
    "model not finite at the start, trf": ((lambda x, a: np.log(-a) * x, X, Y), {"method": "trf"}),
    "model raises": ((raises, X, Y), {}),
    "model returns None": ((lambda x, a: None, X, Y), {}),
    "model returns text": ((lambda x, a: "text", X, Y), {}),
    "y is text": ((line, X, ["a"] * 50), {}),
    "start is text": ((line, X, Y, ["a", "b"]), {}),
}

LEAST_SQUARES = {
    "method unknown": ((rosenbrock, [2, 2]), {"method": "newton"}),
    "jac unknown": ((rosenbrock, [2, 2], "4-point"), {}),
    "jac a number": ((rosenbrock, [2, 2], 3), {}),
    "tr_solver unknown": ((rosenbrock, [2, 2]), {"tr_solver": "best"}),
    "loss unknown": ((rosenbrock, [2, 2]), {"loss": "hinge"}),
    "lm with a loss": ((rosenbrock, [2, 2]), {"method": "lm", "loss": "huber"}),
    "verbose unknown": ((rosenbrock, [2, 2]), {"verbose": 7}),
    "max_nfev zero": ((rosenbrock, [2, 2]), {"max_nfev": 0}),
    "start complex": ((rosenbrock, [2 + 1j, 2]), {}),
    "start 2-D": ((rosenbrock, [[2, 2]]), {}),
    "start text": ((rosenbrock, ["a", "b"]), {}),
    "start nan": ((rosenbrock, [np.nan, 2]), {}),
    "start outside": ((rosenbrock, [2, 2]), {"bounds": (0, 1)}),
    "bounds of three": ((rosenbrock, [2, 2]), {"bounds": (1, 2, 3)}),
    "bounds of wrong length": ((rosenbrock, [2, 2]), {"bounds": ([0, 0, 0], 4)}),
    "bounds reversed": ((rosenbrock, [2, 2]), {"bounds": (3, 1)}),
    "bounds equal": ((rosenbrock, [2, 2]), {"bounds": ([2, 0], [2, 4])}),
    "Bounds of wrong length": ((rosenbrock, [2, 2]), {"bounds": Bounds(0, 4)}),
    "lm with bounds": ((rosenbrock, [2, 2]), {"method": "lm", "bounds": (0, 4)}),
    "lm, fewer residuals": ((lambda x: x[:1], [2, 2]), {"method": "lm"}),
    "x_scale of wrong length": ((rosenbrock, [2, 2]), {"x_scale": [1, 2, 3]}),
    "x_scale negative": ((rosenbrock, [2, 2]), {"x_scale": -1.0}),
    "x_scale text": ((rosenbrock, [2, 2]), {"x_scale": "auto"}),
    "no tolerance": ((rosenbrock, [2, 2]), {"ftol": None, "xtol": None, "gtol": None}),
    "residuals nan": ((lambda x: x * np.nan, [2, 2]), {}),
    "residuals inf": ((lambda x: x / 0.0, [2, 2]), {}),
    "residuals 2-D": ((lambda x: np.outer(x, x), [2, 2]), {}),
    "residuals None": ((lambda x: None, [2, 2]), {}),
    "residuals ragged": ((lambda x: [x, x[:1]], [2, 2]), {}),
    "args wrong": ((rosenbrock, [2, 2]), {"args": (1, 2)}),
    "args a number": ((rosenbrock, [2, 2]), {"args": 1.0}),
    "kwargs wrong": ((rosenbrock, [2, 2]), {"kwargs": {"a": 1}}),
    "jac of wrong shape": ((rosenbrock, [2, 2], lambda x: np.eye(3)), {}),
    "loss of wrong shape": ((rosenbrock, [2, 2]), {"loss": lambda z: z}),
    "sparsity with exact": ((broyden, -np.ones(5)), {
        "jac_sparsity": broyden_sparsity(5), "tr_solver": "exact"}),
    "sparsity with lm": ((broyden, -np.ones(5)), {
        "jac_sparsity": broyden_sparsity(5), "method": "lm"}),
    "sparsity of wrong shape": ((broyden, -np.ones(5)), {"jac_sparsity": np.eye(3)}),
}  # fmt: skip


def ends(solver, args, options):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with pytest.raises(Exception) as caught:
            solver(*args, **options)
    return caught.type, str(caught.value)


@pytest.mark.parametrize("name", CURVE_FIT)
def test_curve_fit_raises_as_scipy(name):
    assert ends(curve_fit, *CURVE_FIT[name]) == ends(scipy.optimize.curve_fit, *CURVE_FIT[name])


@pytest.mark.parametrize("name", LEAST_SQUARES)
def test_least_squares_raises_as_scipy(name):
    expected = ends(scipy.optimize.least_squares, *LEAST_SQUARES[name])
    assert ends(least_squares, *LEAST_SQUARES[name]) == expected


def test_an_error_of_the_function_reaches_the_caller():
    def residuals(x):
        raise LookupError("no such table")

    with pytest.raises(LookupError, match="no such table"):
        least_squares(residuals, [1.0])
