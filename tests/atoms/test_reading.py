"""Reading: ASE databases, extended XYZ, lists of Atoms; what is missing; what is refused."""

from __future__ import annotations

import sys

import ase.db
import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.singlepoint import SinglePointCalculator
from ase.constraints import FixAtoms

from residua import DataError, FileError, MissingLibrary
from residua.atoms import Structure, Structures, read_structures, to_atoms


@pytest.fixture(scope="module")
def copper():
    """Six rattled cells of copper, results of EMT held apart from each other."""
    images = []
    for seed in range(6):
        atoms = bulk("Cu", cubic=True) * (1, 1, 1 + seed % 2)
        atoms.rattle(0.08, seed=seed)
        atoms.set_cell(atoms.cell @ (np.eye(3) + 0.02 * np.tri(3)), scale_atoms=True)
        atoms.calc = EMT()
        results = {
            "energy": atoms.get_potential_energy(),
            "forces": atoms.get_forces(),
            "stress": atoms.get_stress(),
        }
        atoms.calc = SinglePointCalculator(atoms, **results)
        atoms.info["config_type"] = f"family {seed % 3}"
        images.append(atoms)
    return images


def same(row, atoms, digits=1e-12):
    np.testing.assert_allclose(row.positions, atoms.positions, rtol=0, atol=digits)
    np.testing.assert_allclose(row.cell, atoms.cell.array, rtol=0, atol=digits)
    assert row.numbers.tolist() == atoms.numbers.tolist() and row.pbc.tolist() == [True] * 3
    assert row.energy == pytest.approx(atoms.get_potential_energy(), abs=digits)
    np.testing.assert_allclose(row.forces, atoms.get_forces(), rtol=0, atol=digits)
    stress = atoms.get_stress(voigt=False)
    assert abs(stress[0, 1]) > 1e-4  # a wrong order of Voigt would be seen
    np.testing.assert_allclose(row.stress, stress, rtol=0, atol=digits)


@pytest.mark.parametrize("suffix", [".db", ".json", ".extxyz", ".xyz", ".traj", ".xyz.gz"])
def test_every_kind_of_file_gives_what_was_written(copper, tmp_path, suffix):
    path = tmp_path / f"copper{suffix}"
    if suffix in (".db", ".json"):
        with ase.db.connect(path) as database:
            for atoms in copper:
                database.write(atoms, config_type=atoms.info["config_type"])
    else:
        ase.io.write(path, copper, format="extxyz" if "xyz" in suffix else None)
    rows = read_structures(path)
    # Extended XYZ is written with eight decimals.
    digits = 2e-8 if "xyz" in suffix else 1e-12
    for row, atoms in zip(rows, copper, strict=True):
        same(row, atoms, digits)
    if suffix != ".traj":
        assert rows.groups == {"family 0": 2, "family 1": 2, "family 2": 2}


def test_lists_of_atoms_and_back(copper):
    rows = read_structures(copper)
    for row, atoms in zip(rows, copper, strict=True):
        same(row, atoms)
        same(read_structures(to_atoms(row))[0], atoms)
    assert read_structures(rows)[2] is rows[2]
    assert len(read_structures(copper, "config_type=family 1")) == 2
    assert len(read_structures(copper, lambda row: len(row) == 8)) == 3
    assert read_structures(copper, group="formula").groups == {"Cu4": 3, "Cu8": 3}


def test_several_files(copper, tmp_path):
    for name, images in (("a", copper[:2]), ("b", copper[2:])):
        ase.io.write(tmp_path / f"{name}.extxyz", images)
    rows = read_structures([tmp_path / "a.extxyz", str(tmp_path / "b.extxyz")])
    assert [row.name for row in rows] == ["a:0", "a:1", "b:0", "b:1", "b:2", "b:3"]


def test_the_example_is_the_database():
    rows = read_structures("example:argon", "structure=diamond,rattle=2")
    assert sorted(row.info["ivolume"] for row in rows) == [0, 1, 2, 3, 4]
    assert rows.groups == {"diamond": 5}
    ids = [int(row.name) for row in rows]
    assert ids == sorted(ids)
    with pytest.raises(DataError, match="the examples are argon"):
        read_structures("example:../argon")


def test_a_second_energy_by_its_label_has_no_forces():
    """Forces of one functional do not belong to energies of another."""
    rows = read_structures("example:argon", labels={"energy": "pbe_at_lda_density"})
    assert rows[0].energy == pytest.approx(0.9046820474776212, abs=1e-15)
    assert rows.counts == {"energy": 100, "forces": 0, "stress": 0}
    with pytest.raises(DataError, match="has none of the keys rpa"):
        read_structures("example:argon", labels={"energy": "rpa"})
    with pytest.raises(DataError, match="not 'dipole'"):
        read_structures("example:argon", labels={"dipole": "xc"})


def test_forces_of_fixed_atoms_are_as_calculated(copper, tmp_path):
    """ASE's accessors set them to zero, which no potential says."""
    atoms = copper[0].copy()
    atoms.set_constraint(FixAtoms([0, 1]))
    atoms.calc = SinglePointCalculator(atoms, **copper[0].calc.results)
    assert abs(atoms.get_forces()[:2]).max() == 0
    with ase.db.connect(tmp_path / "fixed.db") as database:
        database.write(atoms)
    for source in (atoms, tmp_path / "fixed.db"):
        np.testing.assert_array_equal(
            read_structures(source)[0].forces, copper[0].calc.results["forces"]
        )


def test_partial_data_are_absent_not_zero(copper, tmp_path):
    first, second, third = (atoms.copy() for atoms in copper[:3])
    first.calc = SinglePointCalculator(first, energy=-1.0)
    second.calc = SinglePointCalculator(second, forces=copper[1].get_forces())
    path = tmp_path / "partial.extxyz"
    with ase.db.connect(tmp_path / "partial.db") as database:
        for atoms in (first, second, third):
            database.write(atoms)
            ase.io.write(path, atoms, append=True)
    for source in ([first, second, third], path, tmp_path / "partial.db"):
        rows = read_structures(source)
        assert rows.counts == {"energy": 1, "forces": 1, "stress": 0}
        assert np.isnan(rows[1].energy) and rows[0].forces is None and rows[2].forces is None


def test_other_names_and_the_virial(copper):
    """dft_ names, and virial = -V stress, of QUIP and its kin."""
    atoms = copper[1].copy()
    stress = copper[1].get_stress(voigt=False)
    atoms.info |= {"dft_energy": -3.0, "virial": (-stress * atoms.get_volume()).ravel()}
    atoms.arrays["dft_forces"] = copper[1].get_forces()
    row = read_structures(atoms)[0]
    assert row.energy == -3.0
    np.testing.assert_allclose(row.stress, stress, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(row.forces, copper[1].get_forces())
    atoms.info["REF_energy"] = -3.5
    with pytest.raises(DataError, match="two values of energy: dft_energy and REF_energy"):
        read_structures(atoms)
    assert read_structures(atoms, labels={"energy": "REF_energy"})[0].energy == -3.5


def test_calculators_that_have_not_run():
    images = [Atoms("Cu2", [[0, 0, 0], [0, 0, r]]) for r in (2.2, 2.5)]
    shared = EMT()
    for atoms in images:
        atoms.calc = shared
    images[1].get_potential_energy()
    with pytest.raises(DataError, match=r"item 0: its calculator EMT has not been run") as caught:
        read_structures(images)
    assert "calculate=True" in str(caught.value)
    rows = read_structures(images, calculate=True)
    assert rows[0].energy == pytest.approx(images[0].get_potential_energy(), abs=1e-14)
    assert rows[0].forces[0, 2] == pytest.approx(-rows[0].forces[1, 2])
    assert rows[0].stress is None and rows[0].energy != rows[1].energy


def test_results_of_other_positions_are_not_believed(copper):
    atoms = copper[0].copy()
    atoms.calc = SinglePointCalculator(atoms, energy=-1.0)
    atoms.positions[0] += 0.1
    with pytest.raises(DataError, match="has not been run for it"):
        read_structures(atoms)


def test_energies_may_be_waived(copper):
    bare = [atoms.copy() for atoms in copper]
    for atoms in bare:
        atoms.calc = None
    with pytest.raises(DataError, match="no structure of 6 has energy"):
        read_structures(bare)
    assert len(read_structures(bare, need=())) == 6
    with pytest.raises(DataError, match="has energy and forces"):
        read_structures([Structure([[0, 0, 0]], [18], energy=1.0)], need=("energy", "forces"))


def test_files_that_are_not_there_or_not_readable(tmp_path):
    with pytest.raises(FileError, match=r"there is no file .*nothing\.db"):
        read_structures(tmp_path / "nothing.db")
    with pytest.raises(FileError, match="is a directory"):
        read_structures(tmp_path)
    for name, text in (("a.db", "no database"), ("b.extxyz", "2\nno lattice\nCu 0"), ("c.q", "?")):
        (tmp_path / name).write_text(text)
        with pytest.raises(DataError, match=f"{name} cannot be read"):
            read_structures(tmp_path / name)
    (tmp_path / "empty.xyz").write_text("")
    with pytest.raises(DataError, match=r"empty\.xyz"):
        read_structures(tmp_path / "empty.xyz")


def test_nothing_selected():
    with pytest.raises(DataError, match="example:argon has no structures with 'structure=bct'"):
        read_structures("example:argon", "structure=bct")
    with pytest.raises(DataError, match="not one of ASE's"):
        read_structures("example:argon", "structure=fcc=3=4")
    with pytest.raises(DataError, match="has no structures"):
        read_structures([])
    with pytest.raises(DataError, match="from int"):
        read_structures(3)
    with pytest.raises(DataError, match="item 0 is dict"):
        read_structures([{"energy": 1}])


def test_structures_that_cannot_be_are_named(copper, tmp_path):
    bad = copper[3].copy()
    bad.positions[2] = bad.positions[5] + bad.cell[0] + [0, 0.03, 0]
    with pytest.raises(DataError, match=r"structure 1: atoms 2 and 5 are 0.03 Å apart"):
        read_structures([copper[0], bad])
    bad = copper[3].copy()
    bad.positions[1, 1] = np.nan
    with pytest.raises(DataError, match=r"structure 0: positions\[1, 1\] is nan"):
        read_structures(bad, need=())
    with pytest.raises(DataError, match="no volume"):
        read_structures(Atoms("Ar", pbc=True), need=())
    bad = copper[0].copy()
    bad.info["stress"] = np.zeros(5)
    with pytest.raises(DataError, match=r"structure 0: its stress has shape \(5,\)"):
        read_structures(bad, need=())
    bad.info["stress"] = np.arange(9.0)
    with pytest.raises(DataError, match="its stress is not symmetric"):
        read_structures(bad, need=())


def test_without_ase_the_error_says_what_to_install(monkeypatch, tmp_path):
    path = tmp_path / "a.extxyz"
    path.write_text("1\n\nAr 0 0 0\n")
    for name in [name for name in sys.modules if name.split(".")[0] == "ase"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingLibrary, match=r"residua\[atoms\]"):
        read_structures(path)
    # What needs no ASE goes without it.
    assert len(read_structures(Structures([Structure([[0, 0, 0]], [18], energy=0.0)]))) == 1
