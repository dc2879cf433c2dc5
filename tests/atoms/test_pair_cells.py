"""Cells smaller than the cutoff, mixed boundaries, atoms outside, and lists that are reused."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.neighborlist import neighbor_list
from pair_catalogue import FORMS, STRUCTURES, direct, slab, triclinic

import residua.atoms as ra
from residua.atoms.neighbors import pairs_within
from residua.atoms.potential import FEW

BOUNDARIES = [
    pbc if sum(pbc) == 3 or pbc == (1, 0, 1) else pytest.param(pbc, marks=pytest.mark.slow)
    for pbc in product((True, False), repeat=3)
]
SIZES = [1, 2, 7, 9, 17, FEW, FEW + 1, 127, 129, 131]
SIZES = [n if n in (1, 9, FEW + 1, 129) else pytest.param(n, marks=pytest.mark.slow) for n in SIZES]


def said(potential, atoms):
    return potential.evaluate(atoms.positions, atoms.cell[:], atoms.pbc, atoms.numbers, True)


@pytest.mark.parametrize("pbc", BOUNDARIES, ids=str)
def test_a_small_cell_is_its_own_supercell(pbc):
    """Cutoff 6.5 Å in a cell of 4.6 Å, against three cells in every periodic direction."""
    atoms = triclinic()
    atoms.pbc = pbc
    times = [3 if periodic else 1 for periodic in pbc]
    small, large = (said(FORMS["LennardJones"].make(), a) for a in (atoms, atoms.repeat(times)))
    n, copies = len(atoms), int(np.prod(times))
    assert large.energy == pytest.approx(copies * small.energy, rel=1e-12)
    for name in ("energies", "forces"):
        one, many = getattr(small, name), getattr(large, name)
        assert (
            np.abs(many.reshape(copies, n, -1) - one.reshape(n, -1)).max()
            < 1e-12 * np.abs(one).max()
        )
    if all(pbc):
        assert large.stress == pytest.approx(small.stress, rel=1e-12)


@pytest.mark.parametrize("rc", [2.0, 6.5, 17.0])
def test_one_atom_in_a_needle(rc):
    """Lattice sums of one atom, up to eight cells away."""
    atoms = Atoms("Ar", cell=[[2.1, 0, 0], [0.4, 9.0, 0], [5.0, -3.0, 7.0]], pbc=True)
    potential = ra.BornMayer(A=30.0, rho=1.1, rc=rc)
    u = lambda r, i, j: 30.0 * np.exp(-r / 1.1)  # noqa: E731
    expected = direct(atoms, u, "shift", rc)
    found = said(potential, atoms)
    assert found.energies == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert np.abs(found.forces).max() < 1e-12


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("reach", [3.1, 7.0])
def test_neighbors_are_those_of_ase(structure, reach):
    atoms = STRUCTURES[structure]()
    found = pairs_within(atoms.positions, atoms.cell[:], atoms.pbc, reach)
    ours = {(i, j, *shift) for i, j, shift in zip(found.first, found.second, found.shift.tolist())}
    i, j, S = neighbor_list("ijS", atoms, reach)
    theirs = {(a, b, *shift) for a, b, shift in zip(i, j, S.tolist())}
    assert ours == theirs and len(found.first) == len(i)
    assert (np.diff(found.first) >= 0).all()


def test_where_an_atom_is_counted_does_not_matter():
    """Atoms moved by whole cells, far away: the same crystal."""
    atoms = triclinic()
    moved = atoms.copy()
    moved.positions += np.random.default_rng(1).integers(-9, 9, (4, 3)) @ atoms.cell[:]
    one, other = (said(FORMS["LennardJones"].make(), a) for a in (atoms, moved))
    assert other.energy == pytest.approx(one.energy, rel=1e-11)
    assert np.abs(other.forces - one.forces).max() < 1e-11 * np.abs(one.forces).max()


def test_in_a_direction_that_does_not_repeat_atoms_may_be_anywhere():
    atoms = slab()
    potential = FORMS["LennardJones"].make()
    one = said(potential, atoms)
    atoms.positions[:, 1] += 1e4
    assert said(potential, atoms).energy == pytest.approx(one.energy, rel=1e-10)
    atoms.cell[1] = 0
    assert said(potential, atoms).energy == pytest.approx(one.energy, rel=1e-10)


@pytest.mark.parametrize("n", SIZES)
def test_every_number_of_atoms(n):
    """Around the sizes where arrays are padded, rows are looped over, and lists are made."""
    rng = np.random.default_rng(n)
    grid = np.stack(np.meshgrid(*[np.arange(6)] * 3, indexing="ij"), -1).reshape(-1, 3)
    atoms = Atoms(f"Ar{n}", 3.6 * grid[:n] + rng.normal(0, 0.1, (n, 3)))
    lj = ra.LennardJones(0.0104, 3.4, rc=7.0)
    u = FORMS["LennardJones"].u
    found = said(lj, atoms)
    expected = direct(atoms, u, "shift", 7.0)
    assert found.energies == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert found.forces.shape == (n, 3)
    assert np.abs(found.forces.sum(0)).max() <= 1e-13
    assert found.stress is None


@pytest.mark.parametrize("periodic", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_list_that_is_reused_says_what_a_fresh_one_says(periodic):
    """Along a random walk of 60 steps, in which the list is made again many times."""
    atoms = bulk("Ar", cubic=True, a=5.3).repeat(2 if periodic else 3)
    atoms.pbc = periodic
    walker = ra.LennardJones(0.0104, 3.4, rc=6.0, skin=0.07)
    fresh = ra.LennardJones(0.0104, 3.4, rc=6.0, skin=0.0)
    rng = np.random.default_rng(0)
    lists = set()
    for _ in range(60):
        atoms.positions += rng.normal(0, 0.02, atoms.positions.shape)
        one, other = said(walker, atoms), said(fresh, atoms)
        lists.add(id(walker._known))
        assert one.energy == pytest.approx(other.energy, rel=1e-12)
        assert np.abs(one.forces - other.forces).max() < 1e-12
        if periodic:
            assert np.abs(one.stress - other.stress).max() < 1e-13
    assert 1 < len(lists) < 40


@pytest.mark.parametrize("what", ["cell", "pbc", "numbers", "count", "positions"])
def test_a_change_is_seen(what):
    potential = FORMS["LennardJones"].make()
    atoms = triclinic()
    atoms.calc = potential
    before = atoms.get_potential_energy()
    if what == "cell":
        atoms.set_cell(atoms.cell[:] * 1.01)
    if what == "pbc":
        atoms.pbc = [True, True, False]
    if what == "numbers":
        atoms.numbers[0] = 36
    if what == "count":
        atoms = atoms[:3]
        atoms.calc = potential
    if what == "positions":
        atoms.positions[0, 0] += 1e-9
    after = atoms.get_potential_energy()
    assert after != before
    assert after == pytest.approx(said(FORMS["LennardJones"].make(), atoms).energy, rel=1e-13)
