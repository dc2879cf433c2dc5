"""Local potentials of any kind: E = Σ_i e(neighbors of i), three-body terms and networks alike.

The energy of one atom is differentiated by the vectors to its neighbors, g_ij = ∂e_i/∂d_ij. The
force on i is Σ_j g_ij - Σ_j g_ji, and g_ji is looked up where the same edge stands seen from its
other end: gathered, not scattered. The virial is Σ_j d_ij ⊗ g_ij.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from residua.atoms.kernels.rows import Rows, Sums, extended, packed

# energy(D (K, 3), r (K,), inside (K,), mine, theirs (K,), parameters) of one atom, a number.
LocalEnergy = Callable[..., Any]


def local_kernel(energy: LocalEnergy, cutoff: float, virial: bool) -> Callable[..., Any]:
    """A function of (positions (3, n), rows, parameters): the packed sums."""

    def one(D: Any, mine: Any, theirs: Any, parameters: Any) -> Any:
        r2 = jnp.sum(D * D, 1)
        inside = r2 < cutoff**2
        # The root has no slope at the places of no neighbor, and theirs must not spread.
        r = jnp.sqrt(jnp.where(inside, r2, 1.0))
        D = jnp.where(inside[:, None], D, jnp.array([1.0, 0.0, 0.0], D.dtype))
        return energy(D, r, inside, mine, theirs, parameters)

    each = jax.vmap(jax.value_and_grad(one), in_axes=(0, 0, 0, None))

    def kernel(positions: Any, rows: Rows, parameters: Any) -> Any:
        image = rows.near.T
        places = positions.T
        D = (places[rows.owner] + rows.offset.astype(places.dtype))[image] - places[:, None]
        theirs = extended(rows, rows.species)[image]
        value, g = each(D, rows.species, theirs, parameters)
        back = g.reshape(-1, 3)[rows.reverse.T]  # padded edges look up themselves: both are zero
        force = jnp.sum(g - back, 1)
        stretched: tuple[Any, ...] = ()
        if virial:
            d = jnp.where(jnp.abs(D) < 1e5, D, 0.0)
            W = jnp.einsum("nka,nkb->nab", d, g)
            W = 0.5 * (W + W.swapaxes(1, 2))
            stretched = tuple(
                W[:, a, b] for a, b in ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
            )
        return packed(Sums(value, force.T, stretched))

    return kernel
