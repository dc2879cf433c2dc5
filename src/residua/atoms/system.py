"""Neighbor rows of one structure, or of many at once: a batch is one big system.

Structures do not see each other, so their atoms stand side by side in one set of rows, and one
compiled call serves them all, whatever their cells and sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from residua.atoms.kernels.rows import FAR, Rows
from residua.atoms.neighbors import Pairs, pairs_within


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
    found = [pairs_within(one.positions, one.cell, one.pbc, cutoff) for one in structures]
    return _built(structures, found, reverse, room)


def _built(
    structures: Sequence[Geometry], found: Sequence[Pairs], reverse: bool, room: System | None
) -> System:
    sizes = [len(one.positions) for one in structures]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    parts = [_images(one, pairs, start) for one, pairs, start in zip(structures, found, starts)]
    first, image, images, offset = _joined(parts)
    n, m = int(starts[-1]), len(images)
    padded = _bucket(n)
    space = _bucket(m + 1, None if room is None else len(room.rows.owner))
    owner = np.zeros(space, np.int32)
    owner[:m] = images[:, 0]
    away = np.full((space, 3), FAR)
    away[:m] = offset
    near, count = _near(first, image, padded, space - 1, room)
    kinds = np.zeros(padded, np.int32)
    kinds[:n] = np.concatenate([one.kinds for one in structures])
    back = _reversed(first, image, images, near) if reverse else None
    rows = Rows(owner, away, near, np.int32(count), kinds, back)
    return System(rows, n, starts, images)


class _Images(NamedTuple):
    first: np.ndarray
    image: np.ndarray
    images: np.ndarray
    offset: np.ndarray


def _images(one: Geometry, pairs: Pairs, start: int) -> _Images:
    """Each image that is anybody's neighbor, once; edges then name the image."""
    n = len(one.positions)
    if not len(pairs.first):
        none = np.zeros(0, np.int64)
        return _Images(none, none, np.zeros((0, 4), np.int64), np.zeros((0, 3)))
    shift = pairs.shift.astype(np.int64)
    low = shift.min(0)
    span = shift.max(0) - low + 1
    code = ((shift[:, 0] - low[0]) * span[1] + shift[:, 1] - low[1]) * span[2] + (
        shift[:, 2] - low[2]
    )
    key = code * n + pairs.second
    seen = np.zeros(n * int(span.prod()), np.int64)
    seen[key] = 1
    used = np.flatnonzero(seen)
    seen[used] = np.arange(len(used))
    code, owner = np.divmod(used, n)
    cells = np.stack(np.unravel_index(code, span), 1) + low
    images = np.column_stack([owner + start, cells])
    return _Images(pairs.first + start, seen[key], images, cells @ np.asarray(one.cell, np.float64))


def _joined(parts: list[_Images]) -> _Images:
    if len(parts) == 1:
        return parts[0]
    before = np.cumsum([0, *(len(one.images) for one in parts)])
    return _Images(
        np.concatenate([one.first for one in parts]),
        np.concatenate([one.image + more for one, more in zip(parts, before)]),
        np.concatenate([one.images for one in parts]),
        np.concatenate([one.offset for one in parts]),
    )


def _places(first: np.ndarray, n: int) -> tuple[np.ndarray, int]:
    """Which of its atom's neighbors every edge is, and how many the busiest atom has."""
    count = np.bincount(first, minlength=n)
    begin = np.concatenate([[0], np.cumsum(count)[:-1]])
    return np.arange(len(first)) - begin[first], int(count.max(initial=1))


def _near(
    first: np.ndarray, image: np.ndarray, n: int, empty: int, room: System | None
) -> tuple[np.ndarray, int]:
    """The neighbors of every atom (K, n), and how many rows of it are filled."""
    place, most = _places(first, n)
    known = room.rows.near.shape if room is not None else (0, n)
    near = np.full((_bucket(most, known[0] if known[1] == n else None), n), empty, np.int32)
    near[place, first] = image
    return near, most


def _reversed(
    first: np.ndarray, image: np.ndarray, images: np.ndarray, near: np.ndarray
) -> np.ndarray:
    """For every place (K, n), the flat place i K + k of the same edge seen from its other end."""
    most, n = near.shape
    flat = np.arange(n)[None, :] * most + np.arange(most)[:, None]
    place, _ = _places(first, n)
    second, shift = images[image, 0], images[image, 1:]
    span = np.abs(shift).max(initial=0) * 2 + 1
    weights = np.array([span * span, span, 1])
    code, mirrored = (shift + span // 2) @ weights, (span // 2 - shift) @ weights
    own = np.lexsort((code, second, first))
    other = np.lexsort((mirrored, first, second))
    partner = np.empty(len(first), np.int64)
    partner[other] = own
    flat[place, first] = first[partner] * most + place[partner]
    return flat.astype(np.int32)


def _bucket(size: int, at_least: int | None = None) -> int:
    """The next of few sizes, at most an eighth larger; `at_least` where that one suffices."""
    if at_least is not None and at_least >= size:
        return at_least
    if size <= 8:
        return max(size, 1)
    step = 1 << max(int(size - 1).bit_length() - 4, 0)
    return -(-size // step) * step


def everyone(one: Geometry, reverse: bool = False) -> System:
    """The rows of a cluster without periodic images in which every atom lists all others."""
    n = len(one.positions)
    first = np.repeat(np.arange(n), n - 1)
    second = (first + 1 + np.tile(np.arange(n - 1), n)) % n
    pairs = Pairs(first, second, np.zeros((len(first), 3), np.int32))
    return _built([one], [pairs], reverse, None)
