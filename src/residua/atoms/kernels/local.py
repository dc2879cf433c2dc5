"""Local potentials of any kind: E = Σ_i e(neighbors of i), three-body terms and networks alike.

The energy of one atom is differentiated by the vectors to its neighbors, g_ij = ∂e_i/∂d_ij. The
force on i is Σ_j g_ij - Σ_j g_ji, and g_ji is looked up where the same edge stands seen from its
other end: gathered, not scattered. The virial is Σ_j d_ij ⊗ g_ij.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from residua.atoms.kernels.rows import Rows, Sums, extended, packed

# energy(D (K, 3), r (K,), inside (K,), mine, theirs (K,), parameters) of one atom, a number.
LocalEnergy = Callable[..., Any]
# Atoms whose neighborhoods are worked on at a time: they stay in the cache of one core.
BLOCK = 64


def local_kernel(energy: LocalEnergy, cutoff: float | None, virial: bool) -> Callable[..., Any]:
    """A function of (positions (3, n), rows, parameters): the packed sums.

    cutoff: Å; None where it is one of the parameters, `_rc`.
    """

    def one(D: Any, mine: Any, theirs: Any, parameters: Any) -> Any:
        rc = parameters["_rc"] if cutoff is None else cutoff
        r2 = jnp.sum(D * D, 1)
        inside = r2 < rc**2
        # The root has no slope at the places of no neighbor, and theirs must not spread.
        r = jnp.sqrt(jnp.where(inside, r2, 1.0))
        D = jnp.where(inside[:, None], D, jnp.array([1.0, 0.0, 0.0], D.dtype))
        return energy(D, r, inside, mine, theirs, parameters)

    each = jax.vmap(jax.value_and_grad(one), in_axes=(0, 0, 0, None))

    def kernel(positions: Any, rows: Rows, parameters: Any) -> Any:
        places = positions.T
        around = places[rows.owner] + rows.offset.astype(places.dtype)
        kinds = extended(rows, rows.species)

        def some(atoms: Any) -> tuple[Any, ...]:
            own, near, mine = atoms
            D = around[near] - own[:, None]
            value, g = each(D, mine, kinds[near], parameters)
            return value, g, _virial(D, g) if virial else ()

        value, g, stretched = _blocks(some, (places, rows.near.T, rows.species))
        back = g.reshape(-1, 3)[rows.reverse.T]  # padded edges look up themselves: both are zero
        return packed(Sums(value, jnp.sum(g - back, 1).T, stretched))

    return kernel


def _blocks(some: Callable[..., Any], atoms: tuple[Any, ...]) -> Any:
    """What is said of all atoms, some at a time."""
    n = len(atoms[0])
    size = math.gcd(n, BLOCK)
    if n <= 2 * BLOCK:
        return some(atoms)
    apart = jax.tree_util.tree_map(lambda a: a.reshape(n // size, size, *a.shape[1:]), atoms)
    said = jax.lax.map(some, apart)
    return jax.tree_util.tree_map(lambda a: a.reshape(n, *a.shape[2:]), said)


def _virial(D: Any, g: Any) -> tuple[Any, ...]:
    """d ⊗ g summed over neighbors, made symmetric: xx yy zz yz xz xy."""
    d = jnp.where(jnp.abs(D) < 1e5, D, 0.0)
    W = jnp.einsum("nka,nkb->nab", d, g)
    W = 0.5 * (W + W.swapaxes(1, 2))
    return tuple(W[:, a, b] for a, b in ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)))
