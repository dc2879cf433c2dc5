"""Branches and loops that read the same on the host (NumPy) and inside a compiled program (JAX).

Solver steps are written once against the array namespace `xp` of the triangle they are given.
Arithmetic needs nothing more than `xp`; only a branch and a loop differ between the two worlds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any
Namespace = Any


def choose(xp: Namespace, condition: Array, yes: Array, no: Array) -> Array:
    """`yes` or `no` by one scalar condition; both are already computed."""
    if xp is np:
        return yes if condition else no
    return xp.where(condition, yes, no)


def branch(
    xp: Namespace, condition: Array, yes: Callable[..., Any], no: Callable[..., Any], *args: Any
) -> Any:
    """`yes(*args)` where `condition` holds, `no(*args)` otherwise; only one of them is run."""
    if xp is np:
        return yes(*args) if condition else no(*args)
    from jax import lax

    return lax.cond(condition, yes, no, *args)


def loop(
    xp: Namespace, running: Callable[[Any], Any], body: Callable[[Any], Any], state: Any
) -> Any:
    """Apply `body` to `state` for as long as `running(state)` holds."""
    if xp is np:
        while running(state):
            state = body(state)
        return state
    from jax import lax

    return lax.while_loop(running, body, state)
