"""Neighbor rows hold every edge once from either end; the outside truth is ASE's neighbor list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("ase")
pytest.importorskip("vesin")

from ase import Atoms
from ase.build import bulk, fcc111, molecule
from ase.neighborlist import neighbor_list

from residua.atoms.system import Geometry, System, everyone, system


def rattled(atoms: Atoms) -> Atoms:
    """Moved by what breaks every symmetry."""
    atoms.rattle(0.1, seed=3)
    return atoms


def wandered() -> Atoms:
    """Atoms that have left their cell, by up to 30 cells."""
    atoms = rattled(bulk("Cu", cubic=True).repeat(2))
    cells = np.random.default_rng(5).integers(-30, 30, (len(atoms), 3))
    atoms.positions += cells @ atoms.cell.array
    return atoms


STRUCTURES = {
    "one atom, cutoff of three cells": (bulk("Ar", a=5.26), 11.0),
    "skew cell": (rattled(bulk("Si", a=5.43)), 9.0),
    "crystal": (rattled(bulk("Cu", cubic=True).repeat(3)), 5.0),
    "slab": (rattled(fcc111("Cu", (2, 2, 3), vacuum=8)), 6.0),
    "molecule": (rattled(molecule("C6H6")), 3.0),
    "atoms far apart": (Atoms("Ar2", [[0, 0, 0], [9, 0, 0]]), 3.0),
    "atoms that left the cell": (wandered(), 4.0),
}


def geometry(atoms: Atoms) -> Geometry:
    """Its arrays."""
    return Geometry(atoms.positions, atoms.cell.array, atoms.pbc, np.zeros(len(atoms), int))


def filled(found: System) -> tuple[np.ndarray, ...]:
    """Places (row, atom) that hold an edge, and the vectors along them."""
    rows = found.rows
    k, i = np.nonzero(rows.near < len(found.images))
    return k, i, rows.near[k, i]


def vectors(found: System, positions: np.ndarray, k: np.ndarray, i: np.ndarray) -> np.ndarray:
    """Vectors along these edges."""
    image = found.rows.near[k, i]
    return positions[found.rows.owner[image]] + found.rows.offset[image] - positions[i]


def sorted_rows(first: np.ndarray, D: np.ndarray) -> np.ndarray:
    """Edges in an order that does not hang on the last digits."""
    table = np.column_stack([first, D])
    return table[np.lexsort(np.round(table, 6).T)]


@pytest.mark.parametrize("name", STRUCTURES)
def test_rows_hold_the_edges_of_ase(name: str) -> None:
    atoms, cutoff = STRUCTURES[name]
    found = system([geometry(atoms)], cutoff)
    k, i, _ = filled(found)
    want_i, want_D = neighbor_list("iD", atoms, cutoff)
    got = sorted_rows(i, vectors(found, atoms.positions, k, i))
    want = sorted_rows(want_i, want_D)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", STRUCTURES)
def test_other_ends_are_the_same_edges_turned_round(name: str) -> None:
    atoms, cutoff = STRUCTURES[name]
    found = system([geometry(atoms)], cutoff, reverse=True)
    rows, height = found.rows, len(found.rows.near)
    k, i, image = filled(found)
    other_i, other_k = np.divmod(rows.reverse[k, i], height)
    np.testing.assert_array_equal(rows.owner[image], other_i)
    np.testing.assert_array_equal(rows.reverse[other_k, other_i], i * height + k)
    there = vectors(found, atoms.positions, other_k, other_i)
    back = vectors(found, atoms.positions, k, i)
    np.testing.assert_allclose(there, -back, rtol=0, atol=1e-10)
    k, i = np.nonzero(rows.near >= len(found.images))
    np.testing.assert_array_equal(rows.reverse[k, i], i * height + k)


def test_structures_side_by_side_do_not_see_each_other() -> None:
    cases = [STRUCTURES[name] for name in ("crystal", "molecule", "slab", "skew cell")]
    all_: Any = [geometry(atoms) for atoms, _ in cases]
    found = system(all_, 5.0, reverse=True)
    k, i, image = filled(found)
    owner = found.rows.owner[image]
    which = np.searchsorted(found.starts, i, side="right")
    np.testing.assert_array_equal(which, np.searchsorted(found.starts, owner, side="right"))
    sizes = [len(filled(system([one], 5.0))[0]) for one in all_]
    np.testing.assert_array_equal(np.bincount(which)[1:], sizes)
    other_i, other_k = np.divmod(found.rows.reverse[k, i], len(found.rows.near))
    np.testing.assert_array_equal(found.rows.near[other_k, other_i] < len(found.images), True)
    np.testing.assert_array_equal(other_i, owner)


def test_a_small_cluster_lists_everybody() -> None:
    atoms, _ = STRUCTURES["molecule"]
    found = everyone(geometry(atoms), reverse=True)
    n = len(atoms)
    _, i, image = filled(found)
    pairs = set(zip(i.tolist(), found.rows.owner[image].tolist()))
    assert pairs == {(a, b) for a in range(n) for b in range(n) if a != b}


def test_shapes_of_an_earlier_system_are_kept() -> None:
    atoms, cutoff = STRUCTURES["crystal"]
    first = system([geometry(atoms)], cutoff + 0.5)
    second = system([geometry(atoms)], cutoff, room=first)
    assert second.rows.near.shape == first.rows.near.shape
    assert second.rows.owner.shape == first.rows.owner.shape
    assert second.rows.count < first.rows.count
