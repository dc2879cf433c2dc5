"""One structure: what it keeps, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from residua.atoms import Structure
from residua.atoms.geometry import closest_overlap, completed, heights


def dimer(**changes):
    given = dict(positions=[[0, 0, 0], [0, 0, 3.7]], numbers=[18, 18])
    return Structure(**(given | changes))


def test_what_is_absent_is_not_zero():
    row = dimer()
    assert np.isnan(row.energy) and np.isnan(row.energy_per_atom)
    assert row.forces is None and row.stress is None and np.isnan(row.volume)
    assert not any(row.has(what) for what in ("energy", "forces", "stress"))
    assert dimer(forces=np.full((2, 3), np.nan), energy=None).has("forces") is False


def test_arrays_are_copies_that_nobody_writes_to():
    positions = np.array([[0.0, 0, 0], [0, 0, 3.7]])
    row = dimer(positions=positions)
    positions[:] = 9
    assert row.positions[1, 2] == 3.7
    with pytest.raises(ValueError, match="read-only"):
        row.positions[0, 0] = 1


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"positions": [[0, 0, 0], [0, 0, np.nan]]}, r"positions\[1, 2\] is nan"),
        ({"positions": [[0, 0, 0]]}, r"positions of shape \(1, 3\), not \(2, 3\)"),
        ({"numbers": [18, 0]}, "atom 1 is of no element"),
        ({"numbers": [18, 119]}, "atom 1 is of no element"),
        ({"numbers": [], "positions": np.zeros((0, 3))}, "no atoms"),
        ({"pbc": True}, "periodic cell has no volume"),
        ({"pbc": True, "cell": [[3, 0, 0], [6, 0, 0], [0, 0, 3]]}, "periodic cell has no volume"),
        ({"pbc": [1, 1, 0], "cell": np.diag([0, 3, 3])}, "periodic cell has no volume"),
        ({"cell": np.eye(2)}, r"cell of shape \(2, 2\)"),
        ({"forces": np.zeros((2, 2))}, r"forces of shape \(2, 2\), not \(2, 3\)"),
        ({"forces": [[0, 0, 0], [0, np.nan, 0]]}, r"forces\[1, 1\] is nan"),
        ({"energy": np.inf}, "energy is inf"),
        ({"energy": "low"}, "energy are not numbers: 'low'"),
        ({"stress": np.zeros((3, 3))}, "its cell has no volume"),
        ({"positions": [[0, 0, 0], [0, 0, 0.05]]}, r"atoms 0 and 1 are 0\.05 Å apart"),
    ],
)
def test_what_cannot_be_is_refused(changes, said):
    with pytest.raises(ValueError, match=rf"structure 7: .*{said}|structure 7 has {said}"):
        dimer(name="7", **changes)


def test_mixed_boundaries_need_no_vector_where_nothing_repeats():
    slab = dimer(cell=np.diag([3.0, 4, 0]), pbc=[True, True, False])
    assert np.isnan(slab.volume) and slab.pbc.tolist() == [True, True, False]


def brute_force(positions, cell, pbc):
    """The shortest distance over all pairs and 5^3 images, atoms to their own images too."""
    steps = [range(-2, 3) if repeats else (0,) for repeats in pbc]
    shifts = np.array([[i, j, k] for i in steps[0] for j in steps[1] for k in steps[2]]) @ cell
    gaps = positions[:, None, None] - positions[None, :, None] + shifts
    far = np.linalg.norm(gaps, axis=-1)
    far[far == 0] = np.inf
    return far.min()


@pytest.mark.parametrize("seed", range(12))
def test_overlaps_are_those_of_all_images(seed):
    draw = np.random.default_rng(seed)
    pbc = draw.random(3) < 0.6
    cell = np.eye(3) * 4 + draw.normal(0, 0.8, (3, 3))
    positions = draw.uniform(-5, 5, (9, 3))
    wrapped = positions - (np.floor(positions @ np.linalg.inv(completed(cell, pbc))) * pbc) @ cell
    shortest = brute_force(wrapped, cell, pbc)
    # A limit above the shortest distance finds it, one below finds nothing.
    found = closest_overlap(positions, cell, pbc, nearer=shortest * 1.001)
    assert found is not None and found[2] == pytest.approx(shortest, rel=1e-12)
    assert closest_overlap(positions, cell, pbc, nearer=shortest * 0.999) is None


def test_an_atom_can_meet_its_own_image():
    cell = np.diag([0.05, 3.0, 3.0])
    found = closest_overlap(np.zeros((1, 3)), cell, np.ones(3, bool))
    assert found is not None and found[:2] == (0, 0) and found[2] == pytest.approx(0.05)


def test_heights_are_the_distances_between_faces():
    cell = np.random.default_rng(3).normal(size=(3, 3)) * 5
    # Rows of the inverse transposed are the face normals over the heights.
    np.testing.assert_allclose(
        heights(cell), 1 / np.linalg.norm(np.linalg.inv(cell), axis=0), rtol=1e-12
    )
    assert heights(np.zeros((3, 3))).tolist() == [0, 0, 0]
