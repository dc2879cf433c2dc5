"""Potentials of a local density: E = Σ_i F(ρ_i) + ½ Σ_i Σ_j φ(r_ij), ρ_i = Σ_j f(r_ij).

The embedded-atom method, Finnis-Sinclair, Gupta. Two sweeps over the rows: one for the densities,
one for the forces, which need F' at both ends of an edge. F' of an image is that of its atom, so it
is gathered, and nothing is scattered.

Source: M. S. Daw, M. I. Baskes, Phys. Rev. B 29, 6443 (1984).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from residua.atoms.kernels.pair import PairEnergy, edge_energy, halved, pairs_of
from residua.atoms.kernels.rows import (
    Edges,
    Rows,
    Sums,
    along,
    empty_sums,
    extended,
    gathered,
    over_neighbors,
    packed,
)


class DensityForm(NamedTuple):
    """pair(r, p), density(r, p) of the neighbor as felt by the atom, and embedding(rho, p).

    The first two take parameters of pairs (row: the atom, column: its neighbor), the third those
    of atoms; `cutoff` is how both sums over neighbors end.
    """

    pair: PairEnergy
    density: PairEnergy
    embedding: Callable[[Any, Any], Any]
    cutoff: str = "shift"
    lone: bool = False


def density_kernel(form: DensityForm, virial: bool) -> Callable[..., Any]:
    """A function of (positions (3, n), rows, {"pair": ..., "atom": ...}): the packed sums."""

    def kernel(positions: Any, rows: Rows, parameters: Any) -> Any:
        between = pairs_of(rows, parameters["pair"])
        own = _own(rows, parameters["atom"])

        def feel(edges: Edges) -> Any:
            return edge_energy(form.density, form.cutoff, edges, between(edges))[0]

        zero = jnp.zeros_like(positions[0])
        rho = over_neighbors(rows, positions, zero, feel)
        embedded, pull = _embedded(form, rho, own)
        pulls = extended(rows, pull)
        turned = pairs_of(rows, _turned(parameters["pair"]))

        def add(edges: Edges) -> Sums:
            value, slope = edge_energy(form.pair, form.cutoff, edges, between(edges))
            felt = edge_energy(form.density, form.cutoff, edges, between(edges))[1]
            given = edge_energy(form.density, form.cutoff, edges, turned(edges))[1]
            slope = slope + pull * felt + gathered(pulls, edges.image) * given
            force, stretched = along(edges, slope, virial)
            return Sums(value, force, stretched)

        total = halved(over_neighbors(rows, positions, empty_sums(positions, virial), add))
        return packed(total._replace(energy=total.energy + embedded))

    return kernel


def _embedded(form: DensityForm, rho: Any, own: Any) -> tuple[Any, Any]:
    """F and F' of every atom.

    The slope of a root at zero is infinite, so atoms that feel nothing are left out, unless the
    form says that it has a slope there. Negative densities are not: what has no root shows.
    """

    def embedding(rho: Any) -> Any:
        return form.embedding(rho, own)

    if form.lone:
        return jax.jvp(embedding, (rho,), (jnp.ones_like(rho),))
    felt = rho != 0
    value, pull = jax.jvp(embedding, (jnp.where(felt, rho, 1.0),), (jnp.ones_like(rho),))
    return jnp.where(felt, value, 0.0), jnp.where(felt, pull, 0.0)


def _own(rows: Rows, parameters: Any) -> Any:
    """Parameters of every atom, from tables (t,) of species; a scalar stays one."""
    return jax.tree_util.tree_map(
        lambda leaf: leaf[rows.species] if leaf.ndim == 1 else leaf, parameters
    )


def _turned(parameters: Any) -> Any:
    """Parameters of pairs as seen from the neighbor; what is no table (t, t) has one side only."""
    return jax.tree_util.tree_map(lambda leaf: leaf.T if leaf.ndim == 2 else leaf, parameters)
