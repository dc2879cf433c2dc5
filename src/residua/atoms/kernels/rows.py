"""What every kernel is given: positions, and the rows of a neighbor matrix.

Neighbor k of atom i is the extended position `near[k, i]`: an atom, or a periodic image of one.
The matrix holds each pair twice, so that every sum over neighbors is a sum over its rows: no two
atoms write to one place, and of many atoms nothing larger than one row is ever kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

# Atoms from which rows are summed one after the other; fewer are done at once, since a step of a
# loop costs some microseconds.
MANY = 128
# Where empty places of the rows are: farther than any cutoff.
FAR = 1e6


class Rows(NamedTuple):
    """The neighbors of n atoms, as arrays of one program.

    owner (m,): the atom that an extended position is an image of. offset (m, 3): how far from it,
    Å. near (K, n): extended positions of the neighbors; the last one is far from everything.
    count: how many rows are filled. species (n,): index of the element of every atom.
    reverse (K, n): where the same edge stands seen from its other end, for local potentials.
    """

    owner: Any
    offset: Any
    near: Any
    count: Any
    species: Any
    reverse: Any = None


class Edges(NamedTuple):
    """Edges of all atoms to one neighbor (n,), or to all of them (K, n).

    D: vectors to the neighbor, (3, ...). r2: squared length. image: which extended position it is.
    """

    D: Any
    r2: Any
    image: Any


class Sums(NamedTuple):
    """What a kernel adds up for every atom: energy (n,), force (3, n), virial xx yy zz yz xz xy."""

    energy: Any
    force: Any
    virial: tuple[Any, ...]


def extended(rows: Rows, per_atom: Any) -> Any:
    """A quantity of atoms (n,), at every extended position (m,)."""
    return per_atom[rows.owner]


def gathered(quantity: Any, image: Any) -> Any:
    """A quantity of extended positions (..., m), at these; all exist, so nobody checks."""
    return quantity.at[..., image].get(mode="promise_in_bounds", wrap_negative_indices=False)


def over_neighbors(rows: Rows, positions: Any, start: Any, add: Callable[[Edges], Any]) -> Any:
    """The sum over all neighbors of what `add` says of edges.

    positions (3, n). `add` returns a tree of arrays like the edges', `start` is one of (n,).
    """
    places = gathered(positions, rows.owner) + rows.offset.T.astype(positions.dtype)

    def said(image: Any, own: Any) -> Any:
        x, y, z = D = gathered(places, image) - own
        return add(Edges(D, x * x + y * y + z * z, image))

    def step(k: Any, total: Any) -> Any:
        return jax.tree_util.tree_map(jnp.add, total, said(rows.near[k], positions))

    if positions.shape[1] >= MANY:
        return jax.lax.fori_loop(0, rows.count, step, start)
    all_ = said(rows.near, positions[:, None])
    return jax.tree_util.tree_map(lambda each: each.sum(-2), all_)


def empty_sums(positions: Any, virial: bool) -> Sums:
    """Zeros of every atom."""
    zero = jnp.zeros_like(positions[0])
    return Sums(zero, jnp.zeros_like(positions), (zero,) * (6 if virial else 0))


def along(edges: Edges, slope: Any, virial: bool) -> tuple[Any, tuple[Any, ...]]:
    """Force and virial of edges whose energy has this slope by r²; each edge is seen twice.

    An edge of energy u pulls its atom by 2 u' d; half of its virial u' d ⊗ d goes to each end.
    """
    x, y, z = edges.D
    fx, fy, fz = pull = slope * edges.D
    stretched = (fx * x, fy * y, fz * z, fy * z, fx * z, fx * y) if virial else ()
    return pull, stretched


def packed(sums: Sums) -> Any:
    """[energies (n), forces (3 n), virials (6 n)] in one vector: one copy to the host, not four."""
    parts = [sums.energy, sums.force.T.ravel()]
    if sums.virial:
        parts.append(jnp.stack(sums.virial, 1).ravel())
    return jnp.concatenate(parts)
