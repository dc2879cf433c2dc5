"""Potentials as objects: copied, pickled, shared by threads and processes, driven by ASE."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from concurrent.futures import ThreadPoolExecutor

import ase.db
import numpy as np
import pytest
from ase import units
from ase.build import bulk
from ase.calculators.lj import LennardJones as AseLennardJones
from ase.cluster import Icosahedron
from ase.filters import FrechetCellFilter
from ase.io import read
from ase.md.verlet import VelocityVerlet
from ase.optimize import BFGS
from pair_catalogue import FORMS, triclinic
from scipy.optimize import brentq

import residua.atoms as ra
from residua._errors import ResiduaError

DOORS = {
    "pickle": lambda potential: pickle.loads(pickle.dumps(potential)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


QUICK = ("LennardJones", "Buckingham", "Tabulated", "Pair")
SOME = [form if form in QUICK else pytest.param(form, marks=pytest.mark.slow) for form in FORMS]

STORED = [
    f if f in ("LennardJones", "Tabulated") else pytest.param(f, marks=pytest.mark.slow)
    for f in FORMS
]


def argon(**more):
    return ra.LennardJones(epsilon=0.0104, sigma=3.4, **more)


def energy_of(task):
    potential, atoms = task
    atoms.calc = potential
    return atoms.get_potential_energy()


def images(count):
    out = []
    for seed in range(count):
        atoms = triclinic()
        atoms.rattle(0.1, seed=seed)
        out.append(atoms)
    return out


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("form", SOME)
def test_copies_say_the_same_and_go_their_own_ways(door, form):
    atoms = triclinic()
    potential = FORMS[form].make()
    place = (atoms.cell[:], atoms.pbc, atoms.numbers)
    before = potential.energy_and_forces(atoms.positions, *place)[0]
    other = DOORS[door](potential)
    assert repr(other) == repr(potential)
    moved = atoms.positions + np.random.default_rng(0).normal(0, 0.3, (4, 3))
    there = other.energy_and_forces(moved, *place)[0]
    assert there != before
    assert potential.energy_and_forces(atoms.positions, *place)[0] == before
    assert potential.energy_and_forces(moved, *place)[0] == pytest.approx(there, rel=1e-13)


def test_threads_may_share_one_potential():
    """Four threads, each with structures of its own, one potential: nobody sees the others'."""
    potential = FORMS["LennardJones"].make()
    many = images(24)
    alone = [FORMS["LennardJones"].make().evaluate(*place(a)).energy for a in many]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda a: potential.evaluate(*place(a)).energy, many * 4))
    assert found == pytest.approx(alone * 4, rel=1e-13)


def place(atoms):
    return atoms.positions, atoms.cell[:], atoms.pbc, atoms.numbers


def test_processes_may_share_one_potential():
    potential = FORMS["LennardJones"].make()
    many = images(3)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.map(energy_of, [(potential, atoms) for atoms in many])
    assert found == pytest.approx([energy_of((potential, atoms)) for atoms in many], rel=1e-14)


def test_the_icosahedron_of_the_source():
    """-1.257417746487 eV, of `lennard-jones` in ase 3.13 (see ../shared/notes/atoms.md)."""
    atoms = Icosahedron("Ar", noshells=2, latticeconstant=3)
    atoms.calc = ra.LennardJones()
    assert atoms.get_potential_energy() == pytest.approx(-1.257417746487, abs=1e-12)


@pytest.mark.parametrize(
    "build",
    [pytest.param(lambda: bulk("Ar", cubic=True, a=5.2), marks=pytest.mark.slow), triclinic],
)
def test_lennard_jones_is_that_of_ase(build):
    ours, theirs = build(), build()
    for atoms in (ours, theirs):
        atoms.numbers[:] = 18
        atoms.rattle(0.1, seed=2)
    ours.calc = argon(rc=7.0)
    theirs.calc = AseLennardJones(epsilon=0.0104, sigma=3.4, rc=7.0)
    for quantity in ("get_potential_energy", "get_potential_energies", "get_forces", "get_stress"):
        mine, other = getattr(ours, quantity)(), getattr(theirs, quantity)()
        assert np.abs(mine - other).max() < 1e-12 * np.abs(other).max(), quantity


@pytest.mark.parametrize("cutoff", ["force", pytest.param("switch", marks=pytest.mark.slow)])
def test_energy_is_conserved(cutoff):
    """400 steps of 5 fs of 32 atoms at 40 K, after 20: the total energy wanders by less than 5e-6
    eV/atom, the error of Verlet's steps, and does not drift: halves of the run agree to 2e-7, while
    the kinetic energy wanders by more than 1e-3."""
    atoms = bulk("Ar", cubic=True, a=5.3).repeat(2)
    atoms.calc = argon(cutoff=cutoff, rc=5.3 * 1.2)
    spread = np.sqrt(units.kB * 80 * atoms.get_masses())[:, None]
    atoms.set_momenta(spread * np.random.default_rng(4).normal(size=(32, 3)))
    run = VelocityVerlet(atoms, timestep=5 * units.fs)
    totals, kinetic = [], []
    run.attach(lambda: totals.append(atoms.get_total_energy() / len(atoms)))
    run.attach(lambda: kinetic.append(atoms.get_kinetic_energy() / len(atoms)))
    run.run(400)
    totals = np.array(totals[20:])
    assert np.ptp(totals) < 5e-6
    half = len(totals) // 2
    assert abs(totals[:half].mean() - totals[half:].mean()) < 2e-7
    assert np.ptp(kinetic) > 1e-3


def fcc_energy(a, epsilon=0.0104, sigma=3.4, rc=7.0):
    grid = np.array(
        [(i, j, k) for i in range(-9, 10) for j in range(-9, 10) for k in range(-9, 10)]
    )
    r = a / 2 * np.linalg.norm(grid[grid.sum(1) % 2 == 0], axis=1)
    r = r[(r > 0) & (r < rc)]
    slope = 4 * epsilon * (-12 * sigma**12 / r**13 + 6 * sigma**6 / r**7)
    return np.sum(slope * r)


def test_optimizers_find_the_lattice_constant():
    """The root of the virial of the lattice sum, to nine digits."""
    exact = brentq(fcc_energy, 5.1, 5.4, xtol=1e-14)
    atoms = bulk("Ar", a=5.3).repeat((1, 1, 2))
    atoms.rattle(0.02, seed=0)
    atoms.calc = argon(rc=7.0)
    BFGS(FrechetCellFilter(atoms), logfile=None).run(fmax=1e-8, steps=200)
    volume = atoms.get_volume() / len(atoms)
    assert (4 * volume) ** (1 / 3) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("form", STORED)
def test_what_was_calculated_can_be_stored(form, tmp_path):
    atoms = triclinic()
    atoms.calc = FORMS[form].make()
    energy, forces, stress = atoms.get_potential_energy(), atoms.get_forces(), atoms.get_stress()
    atoms.write(tmp_path / "a.extxyz")
    with ase.db.connect(tmp_path / "a.db") as db:
        db.write(atoms)
    for back in (read(tmp_path / "a.extxyz"), ase.db.connect(tmp_path / "a.db").get_atoms(1)):
        assert back.get_potential_energy() == pytest.approx(energy, rel=1e-8)
        assert np.abs(back.get_forces() - forces).max() < 1e-7 * np.abs(forces).max()
        assert np.abs(back.get_stress() - stress).max() < 1e-7 * np.abs(stress).max()


def test_a_potential_is_not_changed_in_place():
    """ASE's `set` would otherwise change what is shown, and not what is computed."""
    potential = argon()
    with pytest.raises(ResiduaError, match="LennardJones"):
        potential.set(epsilon=1.0)
    assert potential.parameters["epsilon"] == 0.0104


def test_what_is_shown_can_be_typed():
    """The text of a potential makes it again."""
    shown = [
        ra.LennardJones({"Ar": 0.0104, "Kr": 0.014}, 3.4, cutoff="force"),
        ra.Buckingham(4e3, 3.5, 60.0, guard=False, skin=0.3),
        ra.ZBL(inner=1.1, precision="single"),
        ra.Pair("D*exp(-r/rho)", D=900.0, rho=0.3, rc="20*rho"),
    ]
    for potential in shown:
        again = eval(repr(potential), vars(ra) | {n: getattr(ra, n) for n in ra.__all__})
        assert repr(again) == repr(potential) and again.parameters == potential.parameters
    assert repr(shown[-1]) == "Pair(u='D*exp(-r/rho)', D=900.0, rho=0.3, rc='20*rho')"


def test_what_is_not_there_is_not_made_up():
    atoms = Icosahedron("Ar", noshells=2)
    atoms.calc = argon()
    assert atoms.get_forces().shape == (13, 3)
    with pytest.raises(Exception, match="stress"):
        atoms.get_stress()


def test_results_belong_to_the_caller():
    """Writing into what was returned changes nothing."""
    atoms = triclinic()
    potential = FORMS["LennardJones"].make()
    first = potential.evaluate(*place(atoms), True)
    kept = [np.array(a) for a in (first.energies, first.forces, first.stress)]
    second = potential.evaluate(*place(atoms), True)
    for array in (second.energies, second.forces, second.stress):
        if array.flags.writeable:
            array[...] = 0
    third = potential.evaluate(*place(atoms), True)
    for old, new in zip(kept, (third.energies, third.forces, third.stress)):
        assert np.array_equal(old, new)
    atoms.calc = potential
    forces = atoms.get_forces()
    forces[...] = 0
    assert np.abs(atoms.get_forces()).max() > 0
