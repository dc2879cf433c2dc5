"""The energy of one atom: a line in its invariants, and the mean of networks of some of them.

e = ε_z + v_z·B + (1/M) Σ_m u_m(W_zmᵀ B_low + b_zm)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from residua.atoms.kernels.local import local_kernel
from residua.atoms.neural import upper
from residua.atoms.neural.basis import Basis
from residua.atoms.neural.descriptors import describe


def atom_energy(
    basis: Basis,
    hidden: tuple[int, ...],
    D: Any,
    r: Any,
    inside: Any,
    mine: Any,
    theirs: Any,
    parameters: Mapping[str, Any],
) -> Any:
    """The energy of one atom, eV.

    Args:
        basis: its invariants, d of them, k of these inputs of the networks.
        hidden: units of the hidden layers; none for a line only.
        D: vectors to its neighbors, (K, 3), Å.
        r: their lengths, (K,), Å; 1 where there is no neighbor.
        inside: where there is one, (K,).
        mine: its own kind; theirs: those of its neighbors, (K,).
        parameters: "kind" (t,), the species of every kind; "offset" (s,), "line" (s, d); and of M
            networks "weights" (s, M, k, h), "bias" (s, M, h), "behind" (s, M, q).

    Returns:
        A number.
    """
    species = parameters["kind"]
    z = species[mine]
    B = describe(basis, D, r, inside, species[theirs])
    line = parameters["offset"][z] + parameters["line"][z] @ B
    if not hidden:
        return line
    a = jnp.einsum("k,mkh->mh", B[basis.inputs], parameters["weights"][z]) + parameters["bias"][z]
    each = jax.vmap(partial(upper.energy, hidden))(parameters["behind"][z], a)
    return line + each.mean()


def neural_kernel(basis: Basis, hidden: tuple[int, ...], virial: bool) -> Callable[..., Any]:
    """What `Potential` compiles: energies, forces and virials of all atoms."""
    return local_kernel(partial(atom_energy, basis, hidden), basis.cutoff, virial)
