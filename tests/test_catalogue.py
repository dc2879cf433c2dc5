"""Every shelf model through the whole road: fit, both engines, saved and loaded, printed, drawn."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from catalogue import SHELF, VARIANTS
from shelf_case import one_in

CASES = [*SHELF, *VARIANTS]
SEED = 7


def fitted(case, engine="eager"):
    model = rs.model(case.name, **case.options)
    return rs.fit(model, case.x, case.data(SEED), engine=engine)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_automatic_start_fits_noisy_data(case):
    """The sum of squares is at most that of the true parameters, and the fit says so."""
    fit = fitted(case)
    assert fit.ok, fit.warnings
    truth = float(np.sum((case.data(SEED) - case.truth()) ** 2))
    assert fit.rss <= truth * (1 + 1e-12)
    assert fit.engine == "eager"


@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_the_standard_errors_are_those_of_a_dense_jacobian(case):
    """Against central differences of the plain model: 5 digits, the accuracy of differences."""
    fit = fitted(case)
    theta, p = fit.theta, len(fit.theta)
    J = np.empty((case.size, p))
    for k in range(p):
        step = np.zeros(p)
        step[k] = 6e-6 * max(abs(theta[k]), 1e-3)
        ahead, behind = (
            case.model.function(*case.columns, *(theta + sign * step)) for sign in (1.0, -1.0)
        )
        J[:, k] = (ahead - behind) / (2 * step[k])
    scale = np.linalg.norm(J, axis=0)
    scaled = J / scale
    covariance = fit.rss / fit.dof * np.linalg.inv(scaled.T @ scaled)
    errors = np.sqrt(np.diagonal(covariance)) / scale
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-5)


@pytest.mark.parametrize("case", one_in(16, SHELF, first=4))
def test_both_engines_give_the_same_fit(case):
    eager, compiled = fitted(case), fitted(case, "compiled")
    assert compiled.engine == "compiled", compiled.engine_reason
    assert compiled.outcome is eager.outcome
    np.testing.assert_allclose(compiled.theta, eager.theta, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(compiled.standard_errors, eager.standard_errors, rtol=1e-6)


@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_a_saved_fit_comes_back_alive(case, tmp_path):
    fit = fitted(case)
    path = tmp_path / "saved.fit.json"
    fit.save(path)
    back = rs.load(path)
    assert back.params == fit.params
    assert back.stderr == fit.stderr
    assert back.outcome is fit.outcome
    here, there = (f.predict(*case.columns, interval="prediction") for f in (fit, back))
    np.testing.assert_array_equal(here.value, there.value)
    np.testing.assert_array_equal(here.low, there.low)


@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_it_prints(case):
    fit = fitted(case)
    text = str(fit)
    assert fit.outcome.sentence in text
    assert all(name in text for name in fit.params)


@pytest.mark.parametrize("case", one_in(4, SHELF, first=1))
def test_it_draws(case, tmp_path):
    fitted(case).plot(tmp_path / "fit.png")
    assert (tmp_path / "fit.png").stat().st_size > 10_000
