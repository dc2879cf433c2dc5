"""Library forms are fitted as the classes that bear their names, with all that these know."""

from __future__ import annotations

import numpy as np
import pytest
from made_structures import alloyed, argon, computed, places

from residua.atoms import Buckingham, Pair, Structures, fit_potential, load_potential
from residua.atoms.fitting.starts import FORMS
from residua.science.shelf import FIELDS

TRUTH = {
    "born_mayer": {"A": 9000.0, "rho": 0.27},
    "buckingham": {"A": 9000.0, "B": 3.7, "C": 80.0},
    "double_exponential_pair": {"A": 60000.0, "a": 4.4, "B": 3.5, "b": 1.4},
    "lennard_jones": {"epsilon": 0.0121, "sigma": 3.35},
    "mie": {"epsilon": 0.0121, "sigma": 3.35, "n": 11.0, "m": 6.0},
    "morse": {"D": 0.013, "alpha": 1.6, "r0": 3.8},
    "yukawa": {"A": 14.4, "kappa": 1.4},
}
# Every form compiles for seconds; these two in every run.
OFTEN = ("buckingham", "lennard_jones")
SOME = [
    pytest.param(form, marks=() if form in OFTEN else pytest.mark.slow, id=form) for form in TRUTH
]
# Charges and nuclei, whose classes take other words.
WITHOUT = {"coulomb", "zbl"}


def test_every_form_of_the_library_has_its_class_or_a_reason():
    assert set(FORMS) | WITHOUT == set(FIELDS["potentials"])
    assert set(TRUTH) == set(FORMS)


@pytest.mark.parametrize("form", SOME)
def test_a_fitted_form_is_its_class_with_the_numbers_of_u(form, tmp_path):
    """In the fitted range to the last bits those of the plain u(r); also from a file."""
    truth = TRUTH[form]
    data = computed(Pair(form, rc=8.5, **truth), places(), (5e-4, 2e-3, 0.0), seed=1)
    first = next(iter(truth))
    fixed = {name: value for name, value in truth.items() if name != first}
    fit = fit_potential(form, data, rc=8.5, start={first: 0.9 * truth[first]}, fixed=fixed)
    fit.save(tmp_path / "fitted.json")
    plain = Pair(form, rc=8.5, **fit.given)
    for found in (fit.calculator(), load_potential(tmp_path / "fitted.json")):
        assert type(found) is FORMS[form]
        one = data[1]
        ours = found.evaluate(one.positions, one.cell, one.pbc, one.numbers)
        theirs = plain.evaluate(one.positions, one.cell, one.pbc, one.numbers)
        assert ours.energy == pytest.approx(theirs.energy, rel=1e-12)
        np.testing.assert_allclose(ours.forces, theirs.forces, rtol=1e-11, atol=1e-12)


def test_fitted_buckingham_has_its_guard_also_from_a_file(tmp_path):
    """Two atoms at 0.3 Å repel, where the plain curve has fallen to minus infinity."""
    data = Structures(argon()[::3])
    fit = fit_potential("buckingham", data, rc=9.2)
    fit.save(tmp_path / "argon.json")
    near = [[0.0, 0.0, 0.0], [0.3, 0.0, 0.0]]
    with pytest.warns(UserWarning, match="the fit saw none nearer"):
        energy, forces = fit.calculator().energy_and_forces(near, numbers=[18, 18])
    loaded = load_potential(tmp_path / "argon.json")
    loaded.domain = None
    assert loaded.energy_and_forces(near, numbers=[18, 18])[0] == energy > 0
    assert forces[0, 0] < 0 < forces[1, 0]
    bare = Pair("buckingham", rc=9.2, **fit.given)
    assert bare.energy_and_forces(near, numbers=[18, 18])[0] < 0


def test_numbers_that_attract_everywhere_have_no_guard(tmp_path):
    """Where a fit leaves nothing to hold on to, u is what it is."""
    truth = Buckingham(-50.0, 2.0, 80.0, guard=False, rc=8.5)
    data = computed(truth, places(), (5e-4, 2e-3, 0.0), seed=1)
    fit = fit_potential("buckingham", data, rc=8.5, start=truth.given, fixed=["B"])
    assert fit.params["A"] < 0 < fit.params["C"]
    fit.save(tmp_path / "attracts.json")
    loaded = load_potential(tmp_path / "attracts.json")
    assert fit.calculator().guard is loaded.guard is False
    loaded.domain = None
    assert loaded.energy_and_forces([[0, 0, 0], [4.0, 0, 0]], numbers=[18, 18])[0] < 0


@pytest.mark.slow
def test_a_mixture_has_a_guard_for_every_pair():
    pairs = (("Ar", "Ar"), ("Ar", "Kr"), ("Kr", "Kr"))
    given = {
        name: dict(zip(pairs, values))
        for name, values in {"A": (9e3, 8e3, 1e4), "B": (3.7, 3.5, 3.4), "C": (80, 95, 130)}.items()
    }
    data = computed(Buckingham(**given, rc=8.5), alloyed(places()), (5e-4, 2e-3, 0.0), seed=1)
    fit = fit_potential("buckingham", data, rc=8.5, forces=True, fixed={"B": 3.6})
    assert type(fit.potential) is Buckingham
    assert (fit.potential.tables(["Ar", "Kr"])["_guard"] > 0.5).all()
