"""Roots inside a compiled program, differentiable to any order through lax.custom_root."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from residua.autodiff.lowering import to_arrays
from residua.autodiff.traced import Traced
from residua.roots.newton import FOUND, Walk, newton
from residua.roots.posing import Posed


def traced_root(
    posed: Posed, unknowns: dict[str, Any], values: dict[str, Any], max_steps: int
) -> tuple[Any, Walk]:
    """The root as a carrier of the compiled engine, NaN where none was found."""
    start = jnp.concatenate([jnp.ravel(to_arrays(value)) for value in unknowns.values()])

    def rows(z: Any) -> Any:
        shaped = posed.shaped(Traced(z))
        found = (
            posed.equations(**shaped, **values)
            if posed.named
            else posed.equations(shaped, **values)
        )
        return jnp.ravel(to_arrays(found))

    def linearize(z: Any) -> tuple[Any, Any]:
        return rows(z), jax.jacfwd(rows)(z)

    def walked(_: Any, z: Any) -> Any:
        walk = newton(jnp, linearize, z, max_steps)
        return jnp.where(walk.code == FOUND, walk.x, jnp.nan)

    def tangent(linear: Any, target: Any) -> Any:
        return jnp.linalg.solve(jax.jacfwd(linear)(target), target)

    x = lax.custom_root(rows, start, walked, tangent)
    value, slope = linearize(x)
    blank = jnp.zeros(())
    code = jnp.array(FOUND)
    return Traced(x), Walk(x, value, slope, slope, blank, blank, blank, blank, code, blank)
