"""Checks on where atoms are: cells that have a volume, atoms that do not lie on each other."""

from __future__ import annotations

import numpy as np

# Atoms nearer than this (Å) are one atom read twice, or positions in the wrong units.
OVERLAP = 0.1
# A periodic cell thinner than this (Å) in one direction has no volume worth the name.
THINNEST = 1e-3


def completed(cell: np.ndarray, pbc: np.ndarray) -> np.ndarray:
    """The cell with unit vectors, normal to all others, in the directions that do not repeat.

    Args:
        cell: (3, 3), a vector in a row, Å.
        pbc: (3,), which of them repeat.

    Returns:
        (3, 3): the periodic vectors as they are. Singular only where those depend on each other.

    Example:
        >>> completed(np.diag([3.0, 4.0, 0.0]), np.array([True, True, False])).tolist()
        [[3.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 1.0]]
    """
    periodic = np.flatnonzero(pbc)
    whole = np.array(cell, float)
    if len(periodic) == 3:
        return whole
    # The last right singular vectors span what the periodic vectors leave.
    basis = np.linalg.svd(whole[periodic], full_matrices=True)[2] if len(periodic) else np.eye(3)
    for axis, free in zip(np.flatnonzero(~np.asarray(pbc)), basis[len(periodic) :]):
        whole[axis] = free * np.sign(free[np.argmax(np.abs(free))])
    return whole


def heights(cell: np.ndarray) -> np.ndarray:
    """Distances between opposite faces of a cell, (3,) Å; zeros where it has no volume.

    Example:
        >>> heights(np.diag([3.0, 4.0, 5.0])).round(12).tolist()
        [3.0, 4.0, 5.0]
    """
    normals = np.cross(np.roll(cell, -1, axis=0), np.roll(cell, -2, axis=0))
    areas = np.linalg.norm(normals, axis=1)
    volume = abs(np.linalg.det(cell))
    return np.where(areas > 0, volume / np.where(areas > 0, areas, 1.0), 0.0)


def closest_overlap(
    positions: np.ndarray, cell: np.ndarray, pbc: np.ndarray, nearer: float = OVERLAP
) -> tuple[int, int, float] | None:
    """The two atoms nearest to each other, images of them included, where they are too near.

    Args:
        positions: (n, 3) Å.
        cell: (3, 3) Å; its periodic vectors must not depend on each other.
        pbc: (3,).
        nearer: than this distance, Å.

    Returns:
        (first, second, distance), or None. An atom that meets its own image is named twice.

    Example:
        >>> cell, every = np.eye(3) * 4, np.array([True] * 3)
        >>> found = closest_overlap(np.array([[0.0, 0, 0], [3.95, 0, 0]]), cell, every)
        >>> found[:2], round(found[2], 2)
        ((0, 1), 0.05)
    """
    from scipy.spatial import cKDTree

    points, owner = _with_border(positions, completed(cell, pbc), pbc, nearer)
    pairs = cKDTree(points).query_pairs(nearer, output_type="ndarray")
    # Two images of one pair say nothing new.
    pairs = pairs[pairs[:, 0] < len(positions)] if len(pairs) else pairs
    if not len(pairs):
        return None
    distances = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    worst = int(np.argmin(distances))
    first, second = sorted(int(i) for i in owner[pairs[worst]])
    return first, second, float(distances[worst])


def _with_border(
    positions: np.ndarray, cell: np.ndarray, pbc: np.ndarray, margin: float
) -> tuple[np.ndarray, np.ndarray]:
    """Positions in the cell, then images of those near its lower faces; whose they are."""
    inside = positions @ np.linalg.inv(cell)
    inside[:, pbc] -= np.floor(inside[:, pbc])
    owner = np.arange(len(positions))
    for axis in np.flatnonzero(pbc):
        near = inside[:, axis] < margin / heights(cell)[axis]
        image = inside[near] + np.eye(3)[axis]
        inside, owner = np.concatenate([inside, image]), np.concatenate([owner, owner[near]])
    return inside @ cell, owner
