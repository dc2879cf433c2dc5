"""How much each kind counts where nobody says it: maximum likelihood, by another road."""

from __future__ import annotations

import numpy as np
import pytest
from made_structures import computed, places
from scipy.optimize import minimize

from residua.atoms import Pair, fit_potential, pulay, read_structures
from residua.atoms.fitting.levels import EXACT, scatter_of, settled
from residua.atoms.fitting.targets import targets

TRUTH = Pair("lennard_jones", epsilon=0.0121, sigma=3.35, rc=8.5)
NOISE = (1e-3, 3e-3, 3e-4)


def test_estimated_levels_and_parameters_maximize_the_likelihood():
    """scipy's Nelder-Mead over parameters and log levels of three kinds at once."""
    data = computed(TRUTH, places(), NOISE, seed=5)
    fit = fit_potential("lennard_jones", data, rc=8.5, forces=True, stress=True)
    kinds = fit.targets.kinds
    sizes = {kind: int(fit.targets.of(kind).sum()) for kind in kinds}

    def surprise(z):
        off = fit.rows.linearized([0.0121 * z[0], 3.35 * z[1]])[0] - fit.targets.observed
        total = 0.0
        for kind, log in zip(kinds, z[2:]):
            rows = off[fit.targets.of(kind)]
            total += sizes[kind] * log + 0.5 * np.sum(rows**2) * np.exp(-2 * log)
        return total

    begin = [1.0, 1.0, *np.log(NOISE)]
    found = minimize(
        surprise, begin, method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 10_000, "maxfev": 10_000},
    )  # fmt: skip
    np.testing.assert_allclose(fit.theta, found.x[:2] * [0.0121, 3.35], rtol=1e-6)
    # The levels of maximum likelihood know nothing of the two parameters that were spent.
    share = np.sqrt(fit.n / (fit.n - 2))
    levels = [fit.levels[kind] / share for kind in kinds]
    np.testing.assert_allclose(levels, np.exp(found.x[2:]), rtol=2e-4)
    assert fit.residual_standard_error == pytest.approx(1.0, abs=1e-3)
    assert fit.levels_estimated


def test_a_kind_that_is_met_exactly_does_not_count_for_everything():
    data = computed(TRUTH, places())
    fit = fit_potential("lennard_jones", data, rc=8.5, forces=True)
    assert fit.ok
    np.testing.assert_allclose(fit.theta, [0.0121, 3.35], rtol=1e-9)
    scatter = scatter_of(fit.targets)
    assert all(fit.levels[kind] >= EXACT * scatter[kind] for kind in fit.levels)


def test_who_stops_a_fit_stops_its_rounds():
    wanted = targets(computed(TRUTH, places(20)), True, True, False)
    asked = []

    def stopped(levels):
        asked.append(levels)

    found = settled(wanted, stopped, 2, np.ones(len(wanted.observed)))
    assert len(asked) == 1 and found == asked[0]


def test_one_kind_has_no_levels_to_estimate():
    fit = fit_potential("lennard_jones", computed(TRUTH, places(), NOISE), rc=8.5)
    assert fit.levels == {"energy": 1.0} and not fit.levels_estimated
    assert "every observation counts the same" in str(fit)


def test_a_kind_that_others_outvote_is_said_with_the_weights_that_help():
    argon = pulay(read_structures("example:argon"))
    fit = fit_potential("lennard_jones", argon, forces=True, stress=True)
    (text,) = fit.warnings
    assert text.startswith("energy: residuals are 15") and 'weights={"energy": 26.9' in text
    weights = {"energy": 26.9, "forces": 7.33, "stress": 173.0}
    fair = fit_potential("lennard_jones", argon, forces=True, stress=True, weights=weights)
    assert not fair.warnings
    assert fair.errors.rmse("energy") < 0.3 * fit.errors.rmse("energy")
