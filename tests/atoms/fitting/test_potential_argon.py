"""Fits of argon.db: the numbers of the notes, and those of scipy with ASE's calculator."""

from __future__ import annotations

import numpy as np
import pytest
from ase.calculators.lj import LennardJones as LJOfASE
from made_structures import argon
from scipy.optimize import least_squares

from residua.atoms import Structures, fit_potential, pulay, to_atoms
from residua.report.rounding import format_value


def test_energies_alone_give_the_numbers_of_the_notes():
    fit = fit_potential("lennard_jones", argon(), rc="3*sigma", per="cell")
    assert fit.ok and fit.n == 100
    assert f"{fit.params['epsilon']:.6f}" == "0.016854"
    assert f"{fit.stderr['epsilon'] * 1e6:.0f}" == "122"
    assert f"{fit.params['sigma']:.4f}" == "3.1535"
    assert f"{fit.stderr['sigma']:.4f}" == "0.0033"
    assert format_value(fit.params["sigma"], fit.stderr["sigma"]) in str(fit)
    assert fit.errors.rmse("energy") == pytest.approx(7.47e-3, abs=5e-6)


def test_with_forces():
    fit = fit_potential(
        "lennard_jones", argon(), rc=9.2, per="cell", forces=True,
        weights={"energy": 1.0, "forces": 0.5},
    )  # fmt: skip
    assert fit.ok and fit.n == 820
    assert f"{fit.params['epsilon']:.5f}" == "0.01637"
    assert f"{fit.params['sigma']:.3f}" == "3.116"


@pytest.mark.slow
@pytest.mark.parametrize("per", ["atom", "cell"])
def test_scipy_with_the_calculator_of_ase_ends_at_the_same_place(per):
    """ASE's energies and forces, differences for derivatives: no line of residua is in it."""
    some = Structures(argon()[::9])
    atoms = [to_atoms(one) for one in some]
    divisor = some.natoms if per == "atom" else np.ones(len(some))

    def residuals(theta):
        rows = []
        for one, image, n in zip(some, atoms, divisor):
            image.calc = LJOfASE(epsilon=theta[0], sigma=theta[1], rc=9.2, smooth=False)
            rows.append([(image.get_potential_energy() - one.energy) / n / 0.01])
            rows.append((image.get_forces() - one.forces).ravel() / 0.02)
        return np.concatenate(rows)

    theirs = least_squares(
        residuals, [0.017, 3.1], jac="3-point", x_scale=[0.01, 1.0], xtol=1e-15, ftol=1e-15,
        gtol=1e-15,
    )  # fmt: skip
    variance = 2 * theirs.cost / (len(theirs.fun) - 2)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(theirs.jac.T @ theirs.jac)))
    fit = fit_potential(
        "lennard_jones", some, rc=9.2, per=per, forces=True, weights={"energy": 100, "forces": 50}
    )
    np.testing.assert_allclose(fit.theta, theirs.x, rtol=1e-8)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-5)
    assert fit.rss == pytest.approx(2 * theirs.cost, rel=1e-10)


def test_the_cutoff_may_follow_and_neighbors_with_it():
    """From a start whose neighbors do not reach: the answer is that of a good start."""
    good = fit_potential("lennard_jones", argon(), rc="3*sigma")
    near = fit_potential("lennard_jones", argon(), rc="3*sigma", start={"sigma": 2.3})
    assert near.rows.reach >= near.potential.cutoff
    np.testing.assert_allclose(near.theta, good.theta, rtol=1e-8)


def test_stress_is_fitted_once_the_basis_is_corrected():
    """The error of the basis is an offset of the pressure; the correction takes most of it."""
    words = {"forces": True, "stress": True, "rc": 9.2}
    raw = fit_potential("lennard_jones", argon(), **words)
    corrected = fit_potential("lennard_jones", pulay(argon()), **words)
    assert raw.ok and corrected.ok
    assert corrected.n == 100 + 720 + 600
    assert corrected.levels["stress"] < 0.75 * raw.levels["stress"]


@pytest.mark.slow
def test_forms_side_by_side_find_their_minima_without_starts():
    """What holds Lennard-Jones as a case is not worse; Buckingham ends on its physical branch."""
    fits = {
        form: fit_potential(form, argon(), rc=9.2)
        for form in ("lennard_jones", "mie", "buckingham")
    }
    sizes = {form: float(np.sqrt(np.mean(fit.residuals**2))) for form, fit in fits.items()}
    assert all(fit.ok for fit in fits.values())
    assert sizes["mie"] <= sizes["lennard_jones"]
    assert sizes["buckingham"] < sizes["lennard_jones"]
    assert min(fits["buckingham"].params.values()) > 0
