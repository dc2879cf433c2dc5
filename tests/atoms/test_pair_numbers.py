"""Every pair form against plain NumPy; its forces and stress against differences of energies."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from ase.calculators.fd import calculate_numerical_forces, calculate_numerical_stress
from pair_catalogue import CUTOFFS, FORMS, STRUCTURES, direct, triclinic

import residua.atoms as ra
from residua.atoms.pair import Pair

QUICK = ("LennardJones",)
SOME = [
    form if form == "LennardJones" else pytest.param(form, marks=pytest.mark.slow) for form in FORMS
]
CASES = [
    pytest.param(structure, form, cutoff)
    if (cutoff == "shift" and (form in QUICK or structure == "triclinic"))
    or (form in QUICK and structure == "triclinic")
    else pytest.param(structure, form, cutoff, marks=pytest.mark.slow)
    for form in FORMS
    for cutoff in CUTOFFS
    for structure in STRUCTURES
]


@lru_cache
def made(form, cutoff="shift", precision="double"):
    """One potential for all tests: shapes that are kept need not be compiled again."""
    return FORMS[form].make(cutoff=cutoff, precision=precision)


def test_the_catalogue_is_whole():
    public = {name: getattr(ra, name) for name in ra.__all__}
    kinds = {n for n, kind in public.items() if isinstance(kind, type) and issubclass(kind, Pair)}
    assert kinds == set(FORMS)


def said(form, cutoff, atoms):
    """All numbers, by one program: that of the stress."""
    potential = made(form, cutoff)
    return potential.evaluate(atoms.positions, atoms.cell[:], atoms.pbc, atoms.numbers, True)


@pytest.mark.parametrize("structure, form, cutoff", CASES)
def test_energies_are_those_of_plain_loops(structure, form, cutoff):
    atoms = STRUCTURES[structure]()
    found = said(form, cutoff, atoms)
    expected = direct(atoms, FORMS[form].u, cutoff)
    # The slope of `force` in plain NumPy is a difference quotient of ten digits.
    digits = 1e-9 if cutoff == "force" else 1e-12
    assert np.abs(found.energies - expected).max() < digits * np.abs(expected).max()
    assert found.energy == pytest.approx(found.energies.sum(), rel=1e-14)
    assert np.abs(found.forces.sum(0)).max() < 1e-12 * np.abs(found.forces).max()


@pytest.mark.parametrize("structure, form, cutoff", CASES)
def test_forces_and_stress_are_slopes_of_the_energy(structure, form, cutoff):
    """Central differences of four points; seven digits. Nothing is said of a sharp end, whose
    energy jumps: none of the distances here is so near to it."""
    atoms = STRUCTURES[structure]()
    found = said(form, cutoff, atoms)
    exact = found.forces.ravel()
    for k in range(len(exact)):
        slope = _slope(form, cutoff, atoms, lambda moved, h, k=k: _move(moved, k, h))
        assert exact[k] == pytest.approx(-slope, abs=1e-7 * np.abs(exact).max())
    if atoms.pbc.all():
        scale = np.abs(found.stress).max()
        for k, (a, b) in enumerate([(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)]):
            slope = _slope(form, cutoff, atoms, lambda moved, h, a=a, b=b: _shear(moved, a, b, h))
            assert found.stress[k] == pytest.approx(slope / atoms.get_volume(), abs=1e-7 * scale)


def _slope(form, cutoff, atoms, change, h=1e-4):
    energies = []
    for step in (-2 * h, -h, h, 2 * h):
        moved = atoms.copy()
        change(moved, step)
        energies.append(said(form, cutoff, moved).energy)
    return (energies[0] - 8 * energies[1] + 8 * energies[2] - energies[3]) / (12 * h)


def _move(atoms, k, h):
    atoms.positions.ravel()[k] += h


def _shear(atoms, a, b, h):
    strain = np.eye(3)
    strain[a, b] += h / 2
    strain[b, a] += h / 2
    atoms.set_cell(atoms.cell[:] @ strain, scale_atoms=True)


@pytest.mark.parametrize("cutoff", ["shift", pytest.param("force", marks=pytest.mark.slow)])
def test_ase_finds_the_same_forces_and_stress(cutoff):
    """ASE's own numerical test, through the calculator; seven digits."""
    atoms = triclinic()
    atoms.calc = made("LennardJones", cutoff)
    forces, stress = atoms.get_forces(), atoms.get_stress()
    numerical = calculate_numerical_forces(atoms, eps=2e-5)
    assert np.abs(forces - numerical).max() < 1e-7 * np.abs(forces).max()
    numerical = calculate_numerical_stress(atoms, eps=2e-6, voigt=True)
    assert np.abs(stress - numerical).max() < 1e-7 * np.abs(stress).max()


@pytest.mark.parametrize("form", SOME)
def test_single_precision_has_five_digits(form):
    atoms = triclinic()
    place = (atoms.positions, atoms.cell[:], atoms.pbc, atoms.numbers)
    double, single = (
        made(form, precision=precision).evaluate(*place, stress=True)
        for precision in ("double", "single")
    )
    for name in ("energies", "forces", "stress"):
        exact, rough = getattr(double, name), getattr(single, name)
        assert np.abs(rough - exact).max() < 1e-5 * np.abs(exact).max(), name
        assert rough.dtype == np.float64


@pytest.mark.parametrize("form", FORMS)
def test_the_virial_is_symmetric_and_the_same_for_every_order_of_atoms(form):
    """Pairs turn with the crystal: the stress of a turned crystal is the turned stress."""
    atoms = triclinic()
    potential = made(form)
    Q = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))[0]
    there = potential.evaluate(atoms.positions, atoms.cell[:], atoms.pbc, atoms.numbers, True)
    order = [2, 0, 3, 1]
    turned = potential.evaluate(
        atoms.positions[order] @ Q.T, atoms.cell[:] @ Q.T, atoms.pbc, atoms.numbers[order], True
    )
    full = lambda s: s[[[0, 5, 4], [5, 1, 3], [4, 3, 2]]]  # noqa: E731
    scale = np.abs(there.stress).max()
    assert np.abs(full(turned.stress) - Q @ full(there.stress) @ Q.T).max() < 1e-12 * scale
    assert turned.energies == pytest.approx(there.energies[order], rel=1e-11)
