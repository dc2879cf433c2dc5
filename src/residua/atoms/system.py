"""Neighbor rows of one structure, or of many at once: a batch is one big system.

Structures do not see each other, so their atoms stand side by side in one set of rows, and one
compiled call serves them all, whatever their cells and sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from residua.atoms.edges import Reach, arranged, bucket, edges_of, joined
from residua.atoms.kernels.rows import FAR, Rows
from residua.atoms.neighbors import Pairs, pairs_once


class Geometry(NamedTuple):
    """Where the atoms of one structure are: positions (n, 3), cell (3, 3), pbc (3,), kinds (n,)."""

    positions: np.ndarray
    cell: np.ndarray
    pbc: np.ndarray
    kinds: np.ndarray


@dataclass(frozen=True)
class System:
    """Rows of neighbors, padded so that few different shapes are ever compiled.

    rows: what the kernel is given. atoms: how many atoms are real. starts (s + 1,): where each
    structure's atoms begin. images (m, 4): owner and shift of every extended position. begins: no
    neighbor in a row was nearer when it was listed, Å; rows are filled from near to far.
    """

    rows: Rows
    atoms: int
    starts: np.ndarray
    images: np.ndarray
    begins: np.ndarray

    @property
    def padded(self) -> int:
        """How many atoms the kernel sees."""
        return int(self.rows.near.shape[1])

    def within(self, distance: float) -> np.int32:
        """How many rows hold all neighbors that were nearer than this when they were listed, Å."""
        return np.int32(np.searchsorted(self.begins, distance, side="right"))

    def columns(self, positions: np.ndarray) -> np.ndarray:
        """Positions (n, 3) as the kernel takes them, (3, padded)."""
        if self.padded == self.atoms:
            return np.ascontiguousarray(positions.T)
        out = np.zeros((3, self.padded))
        out[:, : self.atoms] = positions.T
        return out


def system(
    structures: Sequence[Geometry],
    cutoff: float,
    reverse: bool = False,
    room: System | None = None,
    skin: float = 0.0,
    few: int = 0,
) -> System:
    """The rows of all structures within a cutoff, and a skin beyond it (Å).

    reverse: whether to look up the other end of every edge, as local potentials need.
    room: an earlier system whose shapes are kept where they suffice, so that nothing is compiled.
    few: clusters of so many atoms, or fewer, list everybody, wherever they are.
    """
    found = [
        _all_pairs(one)
        if len(one.positions) <= few and not one.pbc.any()
        else pairs_once(one.positions, one.cell, one.pbc, cutoff + skin)
        for one in structures
    ]
    return _built(structures, found, Reach(cutoff, skin), reverse, room)


def everyone(one: Geometry, reverse: bool = False) -> System:
    """The rows of a cluster without periodic images in which every atom lists all others."""
    return _built([one], [_all_pairs(one)], Reach(0.0), reverse, None)


def _all_pairs(one: Geometry) -> Pairs:
    first, second = np.triu_indices(len(one.positions), 1)
    return Pairs(first, second, np.zeros((len(first), 3), np.int32), np.zeros(len(first)))


def _built(
    structures: Sequence[Geometry],
    found: Sequence[Pairs],
    reach: Reach,
    reverse: bool,
    room: System | None,
) -> System:
    sizes = [len(one.positions) for one in structures]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    parts = zip(found, sizes, structures, starts)
    edges = joined([edges_of(pairs, n, one.cell, at, reach) for pairs, n, one, at in parts])
    n, m = int(starts[-1]), len(edges.images)
    padded = bucket(n)
    space = bucket(m + 1, None if room is None else len(room.rows.owner))
    owner, kinds, away = np.zeros(space, np.int32), np.zeros(padded, np.int32), np.empty((space, 3))
    owner[:m], away[:m], away[m:] = edges.images[:, 0], edges.offset, FAR
    kinds[:n] = np.concatenate([one.kinds for one in structures])
    height = None if room is None or room.padded != padded else len(room.rows.near)
    table = arranged(edges, padded, space - 1, reach, reverse, height)
    count = np.int32(len(table.begins))
    rows = Rows(owner, away, table.near, count, kinds, table.reverse)
    return System(rows, n, starts, edges.images, table.begins)
