"""Pair potentials: E = ½ Σ_i Σ_j u(r_ij), with forces and virial from the slope of u alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

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

# u(r, parameters) of every edge; parameters are arrays like r, or scalars.
PairEnergy = Callable[[Any, Any], Any]


def pair_kernel(energy: PairEnergy, cutoff: str, virial: bool) -> Callable[..., Any]:
    """A function of (positions (3, n), rows, parameters): the packed sums.

    parameters: a tree of tables (t, t) for pairs of species, or scalars; two of them belong to
    the cutoff: `_rc`, and `_inner` where it is switched.
    """

    def kernel(positions: Any, rows: Rows, parameters: Any) -> Any:
        between = pairs_of(rows, parameters)

        def add(edges: Edges) -> Sums:
            value, slope = edge_energy(energy, cutoff, edges, between(edges))
            force, stretched = along(edges, slope, virial)
            return Sums(value, force, stretched)

        total = over_neighbors(rows, positions, empty_sums(positions, virial), add)
        return packed(halved(total))

    return kernel


def halved(total: Sums) -> Sums:
    """Sums over edges seen from both ends, as energies, forces and virials of atoms.

    u(r²) has the derivative 2 u' d by the vector of its edge.
    """
    return Sums(
        0.5 * total.energy,
        2.0 * total.force,
        total.virial,
    )


def pairs_of(rows: Rows, parameters: Any) -> Callable[[Edges], Any]:
    """Parameters of the pair at each edge: a scalar stays one."""
    leaves = jax.tree_util.tree_leaves(parameters)
    kinds = next((leaf.shape[0] for leaf in leaves if leaf.ndim == 2), 0)
    if not kinds:
        return lambda edges: parameters
    images = extended(rows, rows.species)

    def between(edges: Edges) -> Any:
        pair = rows.species * kinds + gathered(images, edges.image)
        return jax.tree_util.tree_map(
            lambda leaf: leaf.ravel()[pair] if leaf.ndim == 2 else leaf, parameters
        )

    return between


def edge_energy(energy: PairEnergy, cutoff: str, edges: Edges, parameters: Any) -> tuple[Any, Any]:
    """Value and slope by r² of u within its cutoff; zero beyond it."""
    rc = parameters["_rc"]
    inside = edges.r2 < rc * rc
    # A place where u is finite stands in for edges that do not count.
    r = jnp.sqrt(jnp.where(inside, edges.r2, rc * rc))

    def cut(r: Any) -> Any:
        return within(energy, cutoff, r, parameters)

    value, slope = jax.jvp(cut, (r,), (jnp.ones_like(r),))
    return jnp.where(inside, value, 0.0), jnp.where(inside, 0.5 * slope / r, 0.0)


def within(energy: PairEnergy, cutoff: str, r: Any, parameters: Any) -> Any:
    """u with its cutoff, for r below rc.

    sharp: u. shift: u - u(rc). force: u - u(rc) - (r - rc) u'(rc). switch: u times S, which falls
    from 1 at `inner` to 0 at rc with continuous slope, S = (rc² - r²)² (rc² + 2 r² - 3 inner²) /
    (rc² - inner²)³ (B. R. Brooks et al., J. Comput. Chem. 4, 187, 1983).
    """
    u = energy(r, parameters)
    rc = parameters["_rc"]
    if cutoff == "sharp":
        return u
    if cutoff == "switch":
        a, b, s = rc * rc, parameters["_inner"] ** 2, r * r
        fall = (a - s) ** 2 * (a + 2.0 * s - 3.0 * b) / (a - b) ** 3
        return u * jnp.where(s > b, fall, 1.0)
    if cutoff == "shift":
        return u - energy(rc, parameters)
    at, slope = jax.jvp(lambda r: energy(r, parameters), (rc,), (jnp.ones_like(rc),))
    return u - at - (r - rc) * slope
