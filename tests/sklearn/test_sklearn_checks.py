"""Every check of scikit-learn for both estimators, none skipped, none expected to fail."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator

from residua.sklearn import NeuralRegressor, NonlinearRegressor

ESTIMATORS = {
    "plane": NonlinearRegressor(),
    "network": NeuralRegressor([3], members=5),
    "default_network": NeuralRegressor(),
}
SLOW = ("default_network",)
# SciPy must be told of array dispatch before it is imported: such checks get their own process.
ALONE = "array_api"
# Some checks draw y at random, of which a network rightly says that there is nothing to learn.
NOTHING = "NeuralRegressor. the fit stopped at a fit that is no better than a constant"
pytestmark = pytest.mark.filterwarnings(
    f"ignore:{NOTHING}:sklearn.exceptions.ConvergenceWarning",
)


def named(check):
    words = [f"{key}={value}" for key, value in check.keywords.items()]
    return "-".join([check.func.__name__, *words])


CASES = {
    f"{name}-{named(check)}": (estimator, check)
    for name, estimator in ESTIMATORS.items()
    for _, check in estimator_checks_generator(estimator, mark=None)
}


def cases(alone):
    return [
        pytest.param(case, marks=[pytest.mark.slow] if case.startswith(SLOW) else [])
        for case in CASES
        if (ALONE in case) == alone
    ]


def test_there_are_as_many_checks_as_scikit_learn_has():
    generated = [list(estimator_checks_generator(one, mark=None)) for one in ESTIMATORS.values()]
    assert len(CASES) == sum(map(len, generated)) > 150


@pytest.mark.parametrize("case", cases(alone=False))
def test_scikit_learn_checks(case):
    estimator, check = CASES[case]
    check(clone(estimator))


@pytest.mark.parametrize("case", cases(alone=True))
def test_scikit_learn_checks_of_array_dispatch(case, request):
    code = f"""
import sys, warnings
warnings.simplefilter("error")
sys.path.insert(0, {str(request.path.parent)!r})
from test_sklearn_checks import CASES, NOTHING
warnings.filterwarnings("ignore", NOTHING)
estimator, check = CASES[{case!r}]
check(estimator)
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"SCIPY_ARRAY_API": "1"},
    )
    assert done.stdout == "done\n", done.stderr
