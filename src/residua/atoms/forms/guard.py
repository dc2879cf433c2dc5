"""Where Buckingham's potential stops repelling, and what takes its place inside.

u = A exp(-B r) - C/r^6 repels most where u'' = 0, at r_g; further inside it turns over and falls to
minus infinity. Inside r_g it is continued, with x = r/r_g, as

    u_g + u'_g r_g ((x - 1) + (x - 1)³/x⁶),

which meets u with its first and second derivative, and grows like x⁻⁶.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from residua._errors import ModelError
from residua.atoms.species import is_traced

# Newton's steps from one side: quadratic, except where maximum and minimum merge.
STEPS = 40


def guarded(r: Any, p: Mapping[str, Any]) -> Any:
    """Buckingham's potential, continued inside `_guard` (0: never)."""
    near = r < p["_guard"]
    outside = jnp.where(near, p["_guard"], r)
    value = p["A"] * jnp.exp(-p["B"] * outside) - p["C"] / outside**6
    x = jnp.where(near, r / jnp.where(near, p["_guard"], 1.0), 1.0)
    return value + p["_pull"] * ((x - 1.0) + (x - 1.0) ** 3 / x**6)


def guard_tables(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Where the guard of every pair begins, and r_g u'_g; zero where there is none.

    Args:
        tables: A, B and C, scalars or (t, t); traced by JAX or not.

    Returns:
        `_guard` and `_pull`, likewise.

    Raises:
        ModelError: a pair that attracts at all distances.

    Example:
        >>> found = guard_tables({"A": 4000.0, "B": 3.5, "C": 60.0})
        >>> round(float(found["_guard"]), 4), float(found["_pull"]) < 0
        (1.1327, True)
    """
    A, B, C = (tables[name] for name in ("A", "B", "C"))
    traced = any(is_traced(leaf) for leaf in jax.tree_util.tree_leaves([A, B, C]))
    xp: Any = jnp if traced else np
    falls = C > 0
    wall = falls & (A > 0) & (B > 0)
    a, b, c = (xp.where(wall, leaf, 1.0) for leaf in (A, B, C))
    level = xp.log(a * b * b / (42.0 * c))

    def step(_: Any, y: Any) -> Any:  # 8 y - b exp(y) + level = 0, y = ln r, from below
        slope = xp.maximum(8.0 - b * xp.exp(y), 1e-3)
        return xp.minimum(y - (8.0 * y - b * xp.exp(y) + level) / slope, xp.log(8.0 / b))

    y = -level / 8.0
    if traced:
        y = jax.lax.fori_loop(0, STEPS, step, y)
    else:
        for _ in range(STEPS):
            y = step(_, y)
    r = xp.exp(y)
    pull = r * (6.0 * c / r**7 - a * b * xp.exp(-b * r))
    stands = wall & (pull < 0)
    if not traced and np.any(falls & ~stands):
        _refuse(A, B, C, falls & ~stands)
    return {"_guard": xp.where(stands, r, 0.0), "_pull": xp.where(stands, pull, 0.0)}


def _refuse(A: Any, B: Any, C: Any, where: Any) -> None:
    """Nothing holds these atoms apart."""
    A, B, C = (float(np.broadcast_to(leaf, np.shape(where))[where][0]) for leaf in (A, B, C))
    raise ModelError(
        f"Buckingham's potential with A={A:g}, B={B:g}, C={C:g} attracts at all distances",
        causes=["A exp(-B r) is nowhere steep enough to hold atoms apart against C/r^6"],
        next="Buckingham(..., guard=False) to have it as it is",
    )


def well(A: float, B: float, C: float) -> float:
    """Where the minimum of Buckingham's potential is, the outer root of u' = 0; nan without one.

    Example:
        >>> round(well(4000.0, 3.5, 60.0), 4)
        3.6175
    """
    if not (A > 0 and B > 0 and C > 0):
        return math.nan
    level = math.log(A * B / (6.0 * C))
    if 7.0 * math.log(7.0 / B) - 7.0 + level <= 0:
        return math.nan
    r = 14.0 / B
    while 7.0 * math.log(r) - B * r + level > 0:
        r *= 2.0
    for _ in range(STEPS):  # from beyond
        r -= (7.0 * math.log(r) - B * r + level) / (7.0 / r - B)
    return r
