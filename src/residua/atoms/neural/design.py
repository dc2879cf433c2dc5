"""What structures look like to a fit: positions are fixed, so descriptors are computed once.

With B_i the invariants of atom i, a sum over atoms of v·B_i has the energy v·Σ B_i and the forces
-v·Σ ∂B_i/∂x: one row of a matrix each. A network of the inputs x_i needs the derivatives of every
atom, T[i, k, :] = -∂B_ik/∂x.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from residua._errors import DataError
from residua.atoms.neighbors import pairs_within
from residua.atoms.neural.basis import Basis
from residua.atoms.neural.descriptors import described
from residua.atoms.structure import Structure
from residua.autodiff.traced_state import double_precision

# Atoms that are described in one compiled call.
CHUNK = 32
# The derivatives of the network's inputs are kept; more than so many bytes are refused.
MOST_BYTES = 8 << 30


class Described(NamedTuple):
    """One structure. n atoms, s species, d invariants, k of them inputs of the network.

    kinds (n,): the species of every atom. B (n, d): invariants. sums (s, d): Σ B_i by species.
    pulls (3 n, s, d): the forces of those sums. T (n, k, 3 n), single precision; None where no
    network is fitted. counts (s,): atoms of each species.
    """

    kinds: np.ndarray
    B: np.ndarray
    sums: np.ndarray
    pulls: np.ndarray
    T: np.ndarray | None
    counts: np.ndarray


def describe_structures(
    structures: Sequence[Structure], basis: Basis, numbers: Sequence[int], network: bool
) -> list[Described]:
    """Every structure, described.

    Args:
        structures: of Structure.
        basis: the invariants.
        numbers: atomic numbers of the species, in their order.
        network: whether the derivatives of the network's inputs are needed.

    Raises:
        DataError: an element that is none of the species; structures too large for a network.
    """
    if network:
        _refuse_large(structures, basis)
    found = [_edges(one, basis, numbers) for one in structures]
    most = max((len(edges.inside[0]) for edges in found), default=1)
    most += -most % 8  # few widths, so that few programs are compiled
    return [_described(edges.widened(most), basis, network) for edges in found]


class _Edges(NamedTuple):
    """Neighbors of every atom as rectangles: vectors (n, K, 3), who (n, K), inside (n, K)."""

    kinds: np.ndarray
    D: np.ndarray
    who: np.ndarray
    inside: np.ndarray

    def widened(self, most: int) -> _Edges:
        more = most - self.inside.shape[1]
        D = np.concatenate([self.D, np.ones((len(self.D), more, 3))], 1)
        who, inside = (np.pad(a, ((0, 0), (0, more))) for a in (self.who, self.inside))
        return _Edges(self.kinds, D, who, inside)


def _edges(one: Structure, basis: Basis, numbers: Sequence[int]) -> _Edges:
    strange = np.setdiff1d(one.numbers, numbers)
    if len(strange):
        raise DataError(
            f"structure {one.name!s} has atoms of atomic number {strange[0]}",
            causes=[f"the potential was fitted to {sorted(numbers)}"],
        )
    kinds = np.array([list(numbers).index(z) for z in one.numbers])
    pairs = pairs_within(one.positions, one.cell, one.pbc, basis.cutoff)
    n = len(kinds)
    count = np.bincount(pairs.first, minlength=n)
    most = max(int(count.max(initial=0)), 1)
    place = np.arange(len(pairs.first)) - (np.cumsum(count) - count)[pairs.first]
    D, who = np.ones((n, most, 3)), np.zeros((n, most), int)
    vectors = one.positions[pairs.second] - one.positions[pairs.first] + pairs.shift @ one.cell
    D[pairs.first, place], who[pairs.first, place] = vectors, pairs.second
    return _Edges(kinds, D, who, np.arange(most) < count[:, None])


def _described(edges: _Edges, basis: Basis, network: bool) -> Described:
    n, species, inputs = len(edges.kinds), basis.species, basis.inputs
    B, sums = np.empty((n, basis.size)), np.zeros((species, basis.size))
    pulls = np.zeros((n, 3, species, basis.size))
    T = np.zeros((n, len(inputs), n, 3), np.float32) if network else None
    for atoms, values, slopes in _chunks(edges, basis):
        B[atoms] = values
        for z in range(species):
            _pull(pulls[:, :, z], slopes, edges, atoms, edges.kinds[atoms] == z)
        if T is not None:
            _pull_apart(T, slopes[..., inputs], edges, atoms)
    np.add.at(sums, edges.kinds, B)
    flat = None if T is None else T.reshape(n, len(inputs), 3 * n)
    count = np.bincount(edges.kinds, minlength=species).astype(float)
    return Described(edges.kinds, B, sums, pulls.reshape(3 * n, species, -1), flat, count)


def _chunks(edges: _Edges, basis: Basis) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Atoms, their invariants (c, d), and ∂B/∂D (c, K, 3, d), zero where there is no neighbor."""
    n, most = edges.inside.shape
    for begin in range(0, n, CHUNK):
        atoms = np.arange(begin, min(begin + CHUNK, n))
        filled = np.resize(atoms, CHUNK)  # always as many, so that nothing is compiled twice
        with double_precision():
            theirs = edges.kinds[edges.who[filled]]
            out = described(basis)(edges.D[filled], edges.inside[filled], theirs)
        values, by_moment, moved = (np.asarray(part)[: len(atoms)] for part in out)
        a = by_moment.shape[2]
        moved = moved.transpose(0, 1, 3, 2).reshape(len(atoms), 3 * most, a)
        slopes = (moved @ by_moment.transpose(0, 2, 1)).reshape(len(atoms), most, 3, -1)
        yield atoms, values, slopes * edges.inside[atoms][:, :, None, None]


def _pull(
    pulls: np.ndarray, slopes: np.ndarray, edges: _Edges, atoms: np.ndarray, own: np.ndarray
) -> None:
    """Add the forces of Σ B_i over these atoms: on i itself, and back on its neighbors."""
    pulls[atoms[own]] += slopes[own].sum(1)
    inside = edges.inside[atoms[own]]
    who = edges.who[atoms[own]][inside]
    if not len(who):
        return
    order = np.argsort(who, kind="stable")
    begins = np.flatnonzero(np.diff(who[order], prepend=-1))
    pulls[who[order][begins]] -= np.add.reduceat(slopes[own][inside][order], begins, axis=0)


def _pull_apart(T: np.ndarray, slopes: np.ndarray, edges: _Edges, atoms: np.ndarray) -> None:
    """The same of every atom alone, T (n, k, n, 3)."""
    T[atoms, :, atoms] += slopes.sum(1).transpose(0, 2, 1)
    for k in range(slopes.shape[1]):  # one atom has several images of another among its neighbors
        T[atoms, :, edges.who[atoms, k]] -= slopes[:, k].transpose(0, 2, 1)


def _refuse_large(structures: Sequence[Structure], basis: Basis) -> None:
    size = sum(len(one) ** 2 for one in structures) * 3 * len(basis.inputs) * 4
    if size > MOST_BYTES:
        raise DataError(
            f"the derivatives of {len(structures)} structures would take {size / 2**30:.0f} GiB",
            causes=["a network needs those of every atom by every position"],
            next="fit_neural(..., hidden=[]), which fits invariants only, or smaller cells",
        )
