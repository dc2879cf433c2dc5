"""Edges of a neighbor list: who sees which image, and how they are arranged in rows.

A pair is found once and written down from both of its ends. Places in the rows are counted, not
sorted, so that all this costs less than finding the pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array

from residua.atoms.neighbors import Pairs

# Images are looked up in a table of all there could be, unless it were this many times longer than
# the list of edges: atoms that wandered through many cells.
SPARSE = 16


class Edges(NamedTuple):
    """Pairs from both ends: atom[0] sees image[0], and atom[1] sees image[1], which is atom[0]'s.

    atom, image (2, e). shell (e,): how far apart, in steps, see `Reach`. images (m, 4): owner and
    shift of every image that is seen. offset (m, 3): the shift, Å.
    """

    atom: np.ndarray
    image: np.ndarray
    shell: np.ndarray
    images: np.ndarray
    offset: np.ndarray


class Reach(NamedTuple):
    """A cutoff and a skin beyond it, Å, which is divided into steps.

    The shell of a distance is 0 within the cutoff, and one more for every step begun beyond it.
    """

    cutoff: float
    skin: float = 0.0
    steps: int = 64

    def shell(self, distance: np.ndarray) -> np.ndarray:
        """The shells of distances."""
        if self.skin <= 0:
            return np.zeros(len(distance), np.uint8)
        step = np.ceil((distance - self.cutoff) * (self.steps / self.skin))
        return step.clip(0, self.steps).astype(np.uint8)

    def begins(self, shell: np.ndarray) -> np.ndarray:
        """Where shells begin, Å."""
        step = self.skin / self.steps
        return np.where(shell > 0, self.cutoff + (shell.astype(np.float64) - 1) * step, 0.0)


class Table(NamedTuple):
    """Edges in rows, those of each atom from near to far.

    near (K, n): the images. begins: no edge is shorter in this row, Å; of filled rows. reverse
    (K, n): the flat place i K + k of the same edge seen from its other end, or None.
    """

    near: np.ndarray
    begins: np.ndarray
    reverse: np.ndarray | None


def edges_of(pairs: Pairs, n: int, cell: np.ndarray, start: int, reach: Reach) -> Edges:
    """The edges of one structure of n atoms, which begin at `start`."""
    a, b, c = shift = np.ascontiguousarray(pairs.shift.T)
    far = np.abs(shift).max(1, initial=0).astype(np.int64)
    span = 2 * far + 1
    code = (a * span[1] + b) * span[2] + c  # that of the opposite shift is its negative
    middle = int(span.prod()) // 2
    key = np.stack([middle + code, middle - code]) * n
    key += np.stack([pairs.second, pairs.first])
    used, image = _named(key, n * int(span.prod()))
    which, owner = np.divmod(used, n)
    cells = np.stack(np.unravel_index(which, span), 1) - far
    return Edges(
        np.stack([pairs.first, pairs.second]).astype(np.int32) + np.int32(start),
        image,
        reach.shell(pairs.distance),
        np.column_stack([owner + start, cells]),
        cells @ np.asarray(cell, np.float64),
    )


def _named(key: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The keys that occur, and which of them each one is."""
    if size > SPARSE * (key.size + 1):
        used, which = np.unique(key, return_inverse=True)
        return used, which.reshape(key.shape).astype(np.int32)
    place = np.zeros(size, np.int32)
    place[key] = 1
    used = np.flatnonzero(place)
    place[used] = np.arange(len(used))
    return used, place[key]


def joined(parts: Sequence[Edges]) -> Edges:
    """The edges of structures side by side."""
    if len(parts) == 1:
        return parts[0]
    before = np.cumsum([0, *(len(one.images) for one in parts)]).astype(np.int32)
    return Edges(
        np.concatenate([one.atom for one in parts], 1),
        np.concatenate([one.image + more for one, more in zip(parts, before)], 1),
        np.concatenate([one.shell for one in parts]),
        np.concatenate([one.images for one in parts]),
        np.concatenate([one.offset for one in parts]),
    )


def arranged(
    edges: Edges, n: int, empty: int, reach: Reach, both: bool, height: int | None = None
) -> Table:
    """The edges of n atoms in rows; the places of no edge hold `empty`.

    both: whether to look up the other ends. height: of an earlier table, kept where it suffices.
    """
    order = np.argsort(np.tile(edges.shell, 2), kind="stable").astype(np.int32)
    places = edges.atom.ravel()[order], edges.image.ravel()[order]
    by_atom = coo_array((order, places), shape=(n, empty + 1))
    by_atom.has_canonical_format = True  # no edge occurs twice
    by_atom = by_atom.tocsr()
    count = np.diff(by_atom.indptr)
    most = int(count.max(initial=1))
    filled = np.arange(bucket(most, height)) < count[:, None]
    near = np.full(filled.shape, empty, np.int32)
    near[filled] = by_atom.indices
    shell = np.full(filled.shape, reach.steps, np.uint8)
    shell[filled] = np.tile(edges.shell, 2)[by_atom.data]
    begins = reach.begins(shell.min(0)[:most])
    return Table(near.T.copy(), begins, _reverse(by_atom.data, filled) if both else None)


def _reverse(order: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """Edge e, counted from both ends, is e + half seen from its other end, and that one is e."""
    flat = np.arange(filled.size, dtype=np.int32).reshape(filled.shape)
    where = np.empty(len(order), np.int32)
    where[order] = flat[filled]
    flat[filled] = np.roll(where, len(order) // 2)[order]
    return flat.T.copy()


def bucket(size: int, at_least: int | None = None) -> int:
    """The next of few sizes, at most an eighth larger; `at_least` where that one suffices."""
    if at_least is not None and at_least >= size:
        return at_least
    if size <= 8:
        return max(size, 1)
    step = 1 << max(int(size - 1).bit_length() - 4, 0)
    return -(-size // step) * step
