"""The same definitions in LAMMPS: energy, forces and stress to ten digits."""

from __future__ import annotations

import numpy as np
import pytest
from ase.build import bulk
from lammps_numbers import numbers
from pair_catalogue import FORMS, RC, two

import residua.atoms as ra

SHIFT = ["pair_modify shift yes"]
# Form, how it ends, and what LAMMPS is told: types are 1 for Ar, 2 for Kr.
CASES = {
    "LennardJones-shift": [
        f"pair_style lj/cut {RC}",
        "pair_coeff 1 1 0.0104 3.4",
        "pair_coeff 2 2 0.0140 3.65",
        "pair_modify mix arithmetic shift yes",
    ],
    "LennardJones-sharp": [
        f"pair_style lj/cut {RC}",
        "pair_coeff 1 1 0.0104 3.4",
        "pair_coeff 2 2 0.0140 3.65",
        "pair_modify mix arithmetic",
    ],
    "LennardJones-force": [
        f"pair_style lj/smooth/linear {RC}",
        "pair_coeff 1 1 0.0104 3.4",
        "pair_coeff 2 2 0.0140 3.65",
        "pair_modify mix arithmetic",
    ],
    "LennardJones-switch": [
        f"pair_style lj/charmm/coul/charmm {0.8 * RC:.17g} {RC}",
        "pair_coeff 1 1 0.0104 3.4",
        "pair_coeff 2 2 0.0140 3.65",
        "pair_modify mix arithmetic",
    ],
    "Morse-shift": [
        f"pair_style morse {RC}",
        "pair_coeff 1 1 0.34 1.3 2.9",
        "pair_coeff 2 2 0.29 1.5 3.1",
        f"pair_coeff 1 2 {np.sqrt(0.34 * 0.29):.17g} 1.4 3.0",
        *SHIFT,
    ],
    "Buckingham-shift": [
        f"pair_style buck {RC}",
        f"pair_coeff 1 1 4000 {1 / 3.3:.17g} 60",
        f"pair_coeff 2 2 5000 {1 / 3.1:.17g} 90",
        f"pair_coeff 1 2 {np.sqrt(2e7):.17g} {1 / 3.2:.17g} {np.sqrt(5400):.17g}",
        *SHIFT,
    ],
    "BornMayer-shift": [
        f"pair_style born {RC}",
        "pair_coeff 1 1 4000 0.32 0 0 0",
        "pair_coeff 2 2 5000 0.36 0 0 0",
        f"pair_coeff 1 2 {np.sqrt(2e7):.17g} {0.64 * 0.36 / 0.68:.17g} 0 0 0",
        *SHIFT,
    ],
}
SKEW = np.array([[1, 0, 0], [0.1, 1, 0], [-0.07, 0.12, 1]])


def structure():
    """A rattled skew cell of eight atoms, smaller than twice the cutoff."""
    atoms = bulk("Ar", "fcc", a=5.1, cubic=True).repeat((2, 1, 1))
    atoms.numbers[[1, 4, 6]] = 36
    atoms.set_cell(SKEW @ atoms.cell[:], scale_atoms=True)
    atoms.rattle(0.15, seed=11)
    return atoms


def agree(said, expected, digits=1e-10):
    assert said.energy == pytest.approx(expected.energy, rel=digits)
    assert np.abs(said.forces - expected.forces).max() < digits * np.abs(expected.forces).max()
    assert np.abs(said.stress - expected.stress).max() < digits * np.abs(expected.stress).max()


def evaluate(potential, atoms):
    return potential.evaluate(atoms.positions, atoms.cell[:], atoms.pbc, atoms.numbers, True)


@pytest.mark.parametrize("case", CASES)
def test_two_elements_in_a_skew_cell(case):
    form, cutoff = case.split("-")
    atoms = structure()
    style = "charge" if cutoff == "switch" else "atomic"
    expected = numbers(atoms, CASES[case], style)
    agree(evaluate(FORMS[form].make(cutoff=cutoff), atoms), expected)


def test_mie_and_waldman_hagler():
    atoms = structure()
    lines = [
        f"pair_style mie/cut {RC}",
        "pair_coeff 1 1 0.0104 3.4 13.0 6.0",
        "pair_coeff 2 2 0.0140 3.65 13.0 6.0",
        "pair_modify mix sixthpower shift yes",
    ]
    mie = ra.Mie(two(0.0104, 0.0140), two(3.4, 3.65), 13.0, rc=RC, mixing="waldman_hagler")
    agree(evaluate(mie, atoms), numbers(atoms, lines))


def test_yukawa():
    """LAMMPS knows one screening length for all pairs."""
    atoms = structure()
    lines = [
        f"pair_style yukawa 0.6 {RC}",
        "pair_coeff 1 1 40",
        "pair_coeff 2 2 60",
        f"pair_coeff 1 2 {np.sqrt(2400):.17g}",
        *SHIFT,
    ]
    agree(evaluate(ra.Yukawa(two(40, 60), 0.6, rc=RC), atoms), numbers(atoms, lines))


def test_different_cutoffs_of_pairs():
    atoms = structure()
    lines = [
        f"pair_style lj/cut {RC}",
        "pair_coeff 1 1 0.0104 3.4 5.0",
        "pair_coeff 2 2 0.0140 3.65 6.5",
        "pair_coeff 1 2 0.0120 3.5 5.75",
        *SHIFT,
    ]
    potential = ra.LennardJones(
        {**two(0.0104, 0.0140), "Ar-Kr": 0.0120},
        {**two(3.4, 3.65), ("Kr", "Ar"): 3.5},
        rc=two(5.0, 6.5),
    )
    agree(evaluate(potential, atoms), numbers(atoms, lines))


@pytest.mark.parametrize("distance", [0.3, 0.8, 1.4])
def test_nuclei_that_collide(distance):
    """Below `inner`, LAMMPS adds a constant, so that forces are compared, and differences of
    energies. Its e² is 14.399645 eV Å."""
    inner, outer = 1.6, 2.5
    lines = [f"pair_style zbl {inner} {outer}", "pair_coeff 1 1 18 18", "pair_coeff 2 2 36 36"]
    ours = ra.ZBL(rc=outer, inner=inner)

    def both(d):
        atoms = structure()[:2]
        atoms.pbc = False
        atoms.set_cell(np.eye(3) * 30)
        atoms.positions[:] = [[9, 9, 9], [9 + 0.6 * d, 9, 9 + 0.8 * d]]
        assert set(atoms.numbers) == {18, 36}
        there = numbers(atoms, lines)
        energy, forces = ours.energy_and_forces(atoms.positions, numbers=atoms.numbers)
        share = 14.399645 / 14.3996454784
        return there.energy, there.forces, energy * share, forces * share

    energy, forces, said, pushed = both(distance)
    assert np.abs(pushed - forces).max() < 1e-10 * np.abs(forces).max()
    other, _, again, _ = both(0.5)
    assert said - again == pytest.approx(energy - other, rel=1e-10)


def test_a_table_of_lammps(tmp_path):
    """LAMMPS has the same spline of energies, resampled, and another of the forces, where ours
    are the slope of the energies: eight digits of the energy, five of the forces."""
    r = np.linspace(2.0, RC, 200)
    lj = FORMS["LennardJones"].u
    h = 1e-5
    force = (lj(r - h, 0, 0) - lj(r + h, 0, 0)) / (2 * h)
    rows = "".join(
        f"{k + 1} {x:.17g} {e:.17g} {f:.17g}\n"
        for k, (x, e, f) in enumerate(zip(r, lj(r, 0, 0), force))
    )
    path = tmp_path / "pairs.table"
    path.write_text(
        f"# energies\n\nARGON\nN {len(r)} R 2.0 {RC}\n\n{rows}\nOTHER\nN 2\n\n1 1 1 1\n2 2 2 2\n"
    )
    atoms = structure()
    atoms.numbers[:] = 18
    said = evaluate(ra.Tabulated.read(path, cutoff="sharp"), atoms)
    lines = ["pair_style table spline 4000", f"pair_coeff * * {path} ARGON"]
    expected = numbers(atoms, lines)
    assert said.energy == pytest.approx(expected.energy, rel=1e-8)
    agree(said, expected, 3e-5)
