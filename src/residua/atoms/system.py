"""Neighbor rows of one structure, or of many at once: a batch is one big system.

Structures do not see each other, so their atoms stand side by side in one set of rows, and one
compiled call serves them all, whatever their cells and sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array

from residua.atoms.kernels.rows import FAR, Rows
from residua.atoms.neighbors import Pairs, pairs_once

# Images are looked up in a table of all there could be, unless it were this many times longer than
# the list of edges: atoms that wandered through many cells.
SPARSE = 16


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
    structure's atoms begin. images (m, 4): owner and shift of every extended position.
    """

    rows: Rows
    atoms: int
    starts: np.ndarray
    images: np.ndarray

    @property
    def padded(self) -> int:
        """How many atoms the kernel sees."""
        return int(self.rows.near.shape[1])

    def columns(self, positions: np.ndarray) -> np.ndarray:
        """Positions (n, 3) as the kernel takes them, (3, padded)."""
        if self.padded == self.atoms:
            return np.ascontiguousarray(positions.T)
        out = np.zeros((3, self.padded))
        out[:, : self.atoms] = positions.T
        return out


def system(
    structures: Sequence[Geometry], cutoff: float, reverse: bool = False, room: System | None = None
) -> System:
    """The rows of all structures within a cutoff (Å).

    reverse: whether to look up the other end of every edge, as local potentials need.
    room: an earlier system whose shapes are kept where they suffice, so that nothing is compiled.
    """
    found = [pairs_once(one.positions, one.cell, one.pbc, cutoff) for one in structures]
    return _built(structures, found, reverse, room)


def everyone(one: Geometry, reverse: bool = False) -> System:
    """The rows of a cluster without periodic images in which every atom lists all others."""
    first, second = np.triu_indices(len(one.positions), 1)
    pairs = Pairs(first, second, np.zeros((len(first), 3), np.int32))
    return _built([one], [pairs], reverse, None)


def _built(
    structures: Sequence[Geometry], found: Sequence[Pairs], reverse: bool, room: System | None
) -> System:
    sizes = [len(one.positions) for one in structures]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    edges = _joined(
        [_edges(one, pairs, start) for one, pairs, start in zip(structures, found, starts)]
    )
    n, m = int(starts[-1]), len(edges.images)
    padded = _bucket(n)
    space = _bucket(m + 1, None if room is None else len(room.rows.owner))
    owner = np.zeros(space, np.int32)
    owner[:m] = edges.images[:, 0]
    away = np.full((space, 3), FAR)
    away[:m] = edges.offset
    kinds = np.zeros(padded, np.int32)
    kinds[:n] = np.concatenate([one.kinds for one in structures])
    near, count, back = _near(edges, padded, space, reverse, room)
    rows = Rows(owner, away, near, np.int32(count), kinds, back)
    return System(rows, n, starts, edges.images)


class _Edges(NamedTuple):
    """Edges from atoms (`first`) to images, and the same edge seen from its other end.

    images (m, 4): owner and shift. offset (m, 3): the shift in Å.
    """

    first: np.ndarray
    image: np.ndarray
    twin: np.ndarray
    images: np.ndarray
    offset: np.ndarray


def _edges(one: Geometry, pairs: Pairs, start: int) -> _Edges:
    """Pairs seen from one end, then from the other; each image in use is named once."""
    n, half = len(one.positions), len(pairs.first)
    a, b, c = shift = np.ascontiguousarray(pairs.shift.T)
    far = np.abs(shift).max(1, initial=0).astype(np.int64)
    span = 2 * far + 1
    code = (a * span[1] + b) * span[2] + c  # that of the opposite shift is its negative
    middle = int(span.prod()) // 2
    key = np.concatenate([middle + code, middle - code]) * n
    key += np.concatenate([pairs.second, pairs.first])
    used, image = _named(key, n * int(span.prod()))
    code, owner = np.divmod(used, n)
    cells = np.stack(np.unravel_index(code, span), 1) - far
    return _Edges(
        np.concatenate([pairs.first, pairs.second]) + start,
        image,
        np.roll(np.arange(2 * half), half),
        np.column_stack([owner + start, cells]),
        cells @ np.asarray(one.cell, np.float64),
    )


def _named(key: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The keys that occur, and which of them each one is."""
    if size > SPARSE * (len(key) + 1):
        return np.unique(key, return_inverse=True)
    place = np.zeros(size, np.int64)
    place[key] = 1
    used = np.flatnonzero(place)
    place[used] = np.arange(len(used))
    return used, place[key]


def _joined(parts: list[_Edges]) -> _Edges:
    if len(parts) == 1:
        return parts[0]
    images = np.cumsum([0, *(len(one.images) for one in parts)])
    edges = np.cumsum([0, *(len(one.first) for one in parts)])
    return _Edges(
        np.concatenate([one.first for one in parts]),
        np.concatenate([one.image + more for one, more in zip(parts, images)]),
        np.concatenate([one.twin + more for one, more in zip(parts, edges)]),
        np.concatenate([one.images for one in parts]),
        np.concatenate([one.offset for one in parts]),
    )


def _near(
    edges: _Edges, n: int, space: int, reverse: bool, room: System | None
) -> tuple[np.ndarray, int, np.ndarray | None]:
    """The neighbors of every atom (K, n), how many rows are filled, and the other ends (K, n)."""
    total = len(edges.first)
    table = coo_array((np.arange(total), (edges.first, edges.image)), shape=(n, space))
    table.has_canonical_format = True  # no edge occurs twice
    by_atom = table.tocsr()  # counted into place: much faster than sorting
    count = np.diff(by_atom.indptr)
    most = int(count.max(initial=1))
    known = room.rows.near.shape if room is not None else (0, n)
    height = _bucket(most, known[0] if known[1] == n else None)
    filled = np.arange(height) < count[:, None]
    near = np.full((n, height), space - 1, np.int32)
    near[filled] = by_atom.indices
    if not reverse:
        return np.ascontiguousarray(near.T), most, None
    flat = np.arange(n * height, dtype=np.int32).reshape(n, height)
    where = np.empty(total, np.int32)
    where[by_atom.data] = flat[filled]
    flat[filled] = where[edges.twin[by_atom.data]]
    return np.ascontiguousarray(near.T), most, np.ascontiguousarray(flat.T)


def _bucket(size: int, at_least: int | None = None) -> int:
    """The next of few sizes, at most an eighth larger; `at_least` where that one suffices."""
    if at_least is not None and at_least >= size:
        return at_least
    if size <= 8:
        return max(size, 1)
    step = 1 << max(int(size - 1).bit_length() - 4, 0)
    return -(-size // step) * step
