"""A batch says what the potential says of its structures one by one, to twelve digits."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

pytest.importorskip("ase")
pytest.importorskip("vesin")

from ase import Atoms
from ase.build import bulk, fcc111
from ase.cluster.icosahedron import Icosahedron

import residua.atoms as ra
from residua import DataError, ModelError
from residua.atoms.potential import FEW

PARAMETERS: dict[str, Any] = {
    "epsilon": {"Ar": 0.0104, "Kr": 0.0141, "Xe": 0.0191},
    "sigma": {"Ar": 3.40, "Kr": 3.65, "Xe": 3.98},
    "rc": 8.5,
}


def lennard_jones(**options: Any) -> ra.LennardJones:
    """Three noble gases, mixed."""
    return ra.LennardJones(**PARAMETERS, **options)


def structures() -> list[Atoms]:
    """Clusters below and above what lists everybody, crystals, a slab, a chain, a single atom."""
    found = [
        bulk("Ar", a=5.3),
        Icosahedron("Kr", 2, 5.9),
        bulk("Xe", "hcp", a=4.4) * (3, 2, 1),
        bulk("Ar", cubic=True, a=5.4) * (3, 3, 2),
        Atoms("Ar", [[1.0, 2.0, 3.0]]),
        fcc111("Kr", (2, 2, 3), a=5.7, vacuum=6.0),
        Atoms("ArXe", [[0, 0, 0], [0, 0, 3.9]], cell=[0, 0, 8.0], pbc=[False, False, True]),
        bulk("Ar", cubic=True, a=5.3) * (2, 1, 1),
    ]
    found[3].pbc = False
    found[7].numbers[::3] = 36
    for k, atoms in enumerate(found):
        atoms.rattle(0.08, seed=k)
    assert {len(atoms) > FEW for atoms in found if not atoms.pbc.any()} == {True, False}
    return found


def one_by_one(potential: ra.Potential, given: list[Atoms]) -> list[Any]:
    """Results of a fresh potential for each."""
    return [
        potential.evaluate(a.positions, a.cell.array, a.pbc, a.numbers, stress=True) for a in given
    ]


def agree(batch: ra.Batch, found: ra.BatchResult, expected: list[Any], tol: float = 1e-12) -> None:
    """Energies, forces and stresses."""
    for k, (forces, one) in enumerate(zip(batch.split(found.forces), expected)):
        assert found.energies[k] == pytest.approx(one.energy, rel=tol, abs=tol)
        np.testing.assert_allclose(forces, one.forces, rtol=0, atol=tol)
        assert found.stress is not None
        if one.stress is None:
            assert np.isnan(found.stress[k]).all()
        else:
            np.testing.assert_allclose(found.stress[k], one.stress, rtol=0, atol=tol)


def test_sizes_cells_and_elements_mixed() -> None:
    given = structures()
    batch = ra.Batch(lennard_jones(), given)
    assert len(batch) == len(given)
    agree(batch, batch.evaluate(stress=True), one_by_one(lennard_jones(), given))
    energies, forces = batch.energy_and_forces()
    assert energies.shape == (8,)
    assert forces.shape == (sum(map(len, given)), 3)


@pytest.mark.parametrize("form", ["density", "local"])
def test_potentials_of_many_bodies(form: str) -> None:
    """Both ends of edges, and densities of images, in structures side by side."""
    copper, silicon = bulk("Cu", cubic=True), bulk("Si", a=5.43)
    if form == "density":
        potential: Any = ra.Gupta(A=0.0855, xi=1.224, p=10.96, q=2.278, r0=2.556, rc=6.0)
        given = [copper * 2, Icosahedron("Cu", 2), copper]
    else:
        potential = ra.StillingerWeber()
        given = [silicon, silicon * (2, 2, 2), silicon * (1, 1, 3)]
    for k, atoms in enumerate(given):
        atoms.rattle(0.1, seed=k)
    batch = ra.Batch(potential, given)
    agree(batch, batch.evaluate(stress=True), one_by_one(potential, given), 1e-11)


def test_atoms_that_move_find_new_neighbors() -> None:
    """Steps that are within the skin at first, and then far beyond it."""
    given = structures()[1:3]
    batch, alone = ra.Batch(lennard_jones(), given), lennard_jones(skin=0.0)
    lists = set()
    for step in (0.0, 0.3, 0.6, 1.5):
        rng = np.random.default_rng(1)
        moved = [a.positions + step * rng.uniform(-1, 1, a.positions.shape) for a in given]
        for atoms, positions in zip(given, moved):
            atoms.positions = positions
        expected = one_by_one(alone, given)
        found = batch.evaluate(moved if step < 1 else np.concatenate(moved), stress=True)
        scale = max(np.abs(one.forces).max() for one in expected)
        agree(batch, found, expected, 1e-12 * max(scale, 1.0))
        lists.add(id(batch._system))
    assert len(lists) > 1


def test_structures_of_a_database_serve_as_well() -> None:
    given = ra.read_structures("example:argon")[:6]
    potential = ra.LennardJones(epsilon=0.0168, sigma=3.15)
    found = ra.Batch(potential, given).evaluate()
    for one, energy in zip(given, found.energies):
        alone = potential.evaluate(one.positions, one.cell, one.pbc, one.numbers)
        assert energy == pytest.approx(alone.energy, rel=1e-12)
    assert found.stress is None


def test_single_precision_is_close() -> None:
    given = structures()
    double = ra.Batch(lennard_jones(), given).evaluate()
    single = ra.Batch(lennard_jones(precision="single"), given).evaluate()
    assert np.abs(single.forces - double.forces).max() < 1e-5
    assert 0 < np.abs(single.energies - double.energies).max() < 1e-5


def test_a_cluster_that_leaves_the_range_of_the_fit_is_said_once() -> None:
    potential = lennard_jones()
    potential.domain = ra.Domain({("Ar", "Ar"): 3.3}, (0, 10_000), 8.5)
    dimers = [Atoms("Ar2", [[0, 0, 0], [r, 0, 0]]) for r in (3.8, 3.5)]
    batch = ra.Batch(potential, dimers)
    batch.evaluate()
    near = batch.positions * [0.9, 1, 1]
    said = r"structure 1: Ar \d and another Ar are 3.150 Å apart"
    with pytest.warns(ra.ExtrapolationWarning, match=said):
        batch.evaluate(near)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        batch.evaluate(near)


def test_bad_input_is_named() -> None:
    given = structures()
    with pytest.raises(DataError, match="no structures"):
        ra.Batch(lennard_jones(), [])
    with pytest.raises(ModelError, match="Ne"):
        ra.Batch(lennard_jones(), [*given, Atoms("Ne")])
    batch = ra.Batch(lennard_jones(), given)
    with pytest.raises(DataError, match="3 positions"):
        batch.evaluate(np.zeros((3, 3)))
    places = batch.positions.copy()
    places[batch.starts[1]] = places[batch.starts[1] + 4]
    with pytest.raises(DataError, match=r"structure 1: atoms 0 and 4 are 0 Å apart"):
        batch.evaluate(places)
    places = batch.positions.copy()
    places[batch.starts[5]] = np.nan
    with pytest.raises(DataError, match="not finite"):
        batch.evaluate(places)
