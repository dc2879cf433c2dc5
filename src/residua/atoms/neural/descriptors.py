"""The invariants of one atom from the vectors to its neighbors, and their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from residua.atoms.neural.basis import Basis, Family
from residua.atoms.neural.harmonics import harmonics, triple
from residua.atoms.neural.radial import radial


def describe(basis: Basis, D: Any, r: Any, inside: Any, theirs: Any) -> Any:
    """The invariants of one atom.

    Args:
        basis: which they are, d.
        D: vectors to its neighbors, (K, 3), Å.
        r: their lengths, (K,), Å; 1 where there is no neighbor.
        inside: where there is one, (K,).
        theirs: the species of every neighbor, (K,).

    Returns:
        (d,).

    Example:
        >>> import numpy as np
        >>> D = np.array([[1.0, 2.0, 2.0], [0.0, 3.0, 0.0]])
        >>> basis = Basis(5.0, 2.5, degrees=(2, 4, 0))
        >>> turned = D[:, [1, 0, 2]] * [1, -1, 1]
        >>> a, b = (describe(basis, v, np.full(2, 3.0), np.ones(2, bool), np.zeros(2, int))
        ...         for v in (D, turned))
        >>> a.shape, bool(abs(a - b).max() < 1e-6)
        ((6,), True)
    """
    return invariants(basis, moments(basis, D, r, inside, theirs))


def moments(basis: Basis, D: Any, r: Any, inside: Any, theirs: Any) -> Any:
    """A_n,z,l,m in one vector: for each l a block (radials[l] * species, 2 l + 1)."""
    R = radial(r, max(basis.radials), basis.cutoff, basis.scale, jnp) * inside[:, None]
    Y = harmonics(D / r[:, None], len(basis.radials) - 1, jnp)
    own = (theirs[:, None] == jnp.arange(basis.species)).astype(R.dtype)
    R = (R[:, :, None] * own[:, None, :]).reshape(len(R), -1)
    return jnp.concatenate(
        [
            (R[:, : count * basis.species].T @ Y[:, ell * ell : (ell + 1) ** 2]).ravel()
            for ell, count in enumerate(basis.radials)
        ]
    )


def invariants(basis: Basis, A: Any) -> Any:
    """The products of moments that no rotation changes, (d,)."""
    return jnp.concatenate([_of_family(basis, family, A) for family in basis.families])


def _blocks(basis: Basis) -> list[slice]:
    sizes = [count * basis.species * (2 * ell + 1) for ell, count in enumerate(basis.radials)]
    ends = list(accumulate(sizes))
    return [slice(end - size, end) for size, end in zip(sizes, ends)]


def _of_family(basis: Basis, family: Family, A: Any) -> Any:
    places = _blocks(basis)
    parts = [
        A[places[ell]].reshape(-1, 2 * ell + 1)[column]
        for ell, column in zip(family.ell, family.channels.T)
    ]
    if len(parts) == 1:
        return parts[0][:, 0]
    if len(parts) == 2:
        return (parts[0] * parts[1]).sum(-1) / np.sqrt(2 * family.ell[0] + 1)
    G = jnp.asarray(triple(*family.ell), A.dtype)
    pair, which = np.unique(family.channels[:, :2], axis=0, return_inverse=True)
    first, second = (
        A[places[ell]].reshape(-1, 2 * ell + 1)[pair[:, k]] for k, ell in enumerate(family.ell[:2])
    )
    coupled = jnp.einsum("fa,fb,abc->fc", first, second, G)
    return (coupled[which.ravel()] * parts[2]).sum(-1)


@lru_cache(maxsize=32)
def described(basis: Basis) -> Callable[..., Any]:
    """A compiled function of many atoms: invariants (n, d), ∂B/∂A (n, d, a), ∂A/∂D (n, K, a, 3).

    The two factors are multiplied by the caller: BLAS does it faster than XLA does on a CPU.
    """

    def of_neighbor(d: Any, inside: Any, theirs: Any) -> Any:
        r = jnp.sqrt(d @ d)
        return moments(basis, d[None], r[None], inside[None], theirs[None])

    def one(D: Any, inside: Any, theirs: Any) -> Any:
        r = jnp.sqrt((D * D).sum(1))
        A = moments(basis, D, r, inside, theirs)
        # Family by family: no invariant is differentiated by what it does not depend on.
        slopes = [jax.jacrev(lambda A, f=f: _of_family(basis, f, A))(A) for f in basis.families]
        by_place = jax.vmap(jax.jacfwd(of_neighbor))(D, inside, theirs)
        return invariants(basis, A), jnp.concatenate(slopes), by_place

    return jax.jit(jax.vmap(one))
