"""Every check of scikit-learn for the estimators, none skipped, none expected to fail."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator

from residua.sklearn import NonlinearRegressor

ESTIMATORS = (NonlinearRegressor(),)
# SciPy must be told of array dispatch before it is imported: such checks get their own process.
ALONE = "array_api"


def named(check):
    words = [f"{key}={value}" for key, value in check.keywords.items()]
    return "-".join([check.func.__name__, *words])


CASES = {
    f"{type(estimator).__name__}-{named(check)}": (estimator, check)
    for estimator in ESTIMATORS
    for _, check in estimator_checks_generator(estimator, mark=None)
}


def test_there_are_as_many_checks_as_scikit_learn_has():
    generated = [list(estimator_checks_generator(estimator, mark=None)) for estimator in ESTIMATORS]
    assert len(CASES) == sum(map(len, generated)) > 50


@pytest.mark.parametrize("case", [case for case in CASES if ALONE not in case])
def test_scikit_learn_checks(case):
    estimator, check = CASES[case]
    check(clone(estimator))


@pytest.mark.parametrize("case", [case for case in CASES if ALONE in case])
def test_scikit_learn_checks_of_array_dispatch(case, request):
    code = f"""
import sys, warnings
warnings.simplefilter("error")
sys.path.insert(0, {str(request.path.parent)!r})
from test_sklearn_checks import CASES
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
