"""How near atoms come to each other: the least distance and the crowd around every atom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from residua.atoms.kernels.rows import FAR, Rows, extended, gathered


def closest_kernel(kinds: int, cutoff: float) -> Callable[..., Any]:
    """A function of (positions (3, n), rows, nothing): for each atom, the least squared distance
    to every kind of atom (kinds, n), then how many atoms it sees within the cutoff (n,).
    """

    def kernel(positions: Any, rows: Rows, _: Any) -> Any:
        offset = rows.offset.T.astype(positions.dtype)
        places = [positions[k][rows.owner] + offset[k] for k in range(3)]
        species = extended(rows, rows.species)
        n = positions.shape[1]

        def step(k: Any, found: tuple[Any, Any]) -> tuple[Any, Any]:
            least, crowd = found
            image = rows.near[k]
            r2 = sum((gathered(e, image) - own) ** 2 for e, own in zip(places, positions))
            theirs = gathered(species, image)
            of_kind = [jnp.where(theirs == kind, r2, FAR**2) for kind in range(kinds)]
            return jnp.minimum(least, jnp.stack(of_kind)), crowd + (r2 < cutoff**2)

        start = (jnp.full((kinds, n), FAR**2, positions.dtype), jnp.zeros(n, positions.dtype))
        least, crowd = jax.lax.fori_loop(0, rows.count, step, start)
        return jnp.concatenate([least.ravel(), crowd])

    return kernel
