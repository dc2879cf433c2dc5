"""The network behind its first layer: e(a) of pre-activations a, and what a fit needs of it.

    e = w_L·tanh(... tanh(a) ...) ,  δ = ∂e/∂a ,  ∂δ/∂a ,  ∂e/∂θ ,  ∂δ/∂θ

The first layer meets the large derivatives of the descriptors and is written out in `matching.py`;
what is behind it has few inputs and is left to JAX.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from residua.autodiff.traced_state import double_precision


class Upper(NamedTuple):
    """Of n atoms with h pre-activations and q parameters: e (n,), δ (n, h), their derivatives."""

    e: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    by_theta: np.ndarray
    slope_by_theta: np.ndarray


def shapes(hidden: Sequence[int]) -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes of the parameters behind the first layer, in order."""
    found: list[tuple[str, tuple[int, ...]]] = []
    for k, (a, b) in enumerate(pairwise(hidden), 2):
        found += [(f"weights{k}", (a, b)), (f"bias{k}", (b,))]
    return [*found, (f"weights{len(hidden) + 1}", (hidden[-1],))]


def energy(hidden: tuple[int, ...], theta: Any, a: Any) -> Any:
    """e of one atom's pre-activations (h,)."""
    x, at = jnp.tanh(a), 0
    for before, after in pairwise(hidden):
        W = theta[at : at + before * after].reshape(before, after)
        at += before * after
        x = jnp.tanh(x @ W + theta[at : at + after])
        at += after
    return x @ theta[at:]


def upper(hidden: tuple[int, ...], theta: np.ndarray, a: np.ndarray) -> Upper:
    """All of it, for pre-activations (n, h)."""
    with double_precision():
        return Upper(*map(np.asarray, _program(hidden)[1](theta, a)))


def value_and_slope(
    hidden: tuple[int, ...], theta: np.ndarray, a: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """e (n,) and δ (n, h)."""
    with double_precision():
        e, slope = _program(hidden)[0](theta, a)
    return np.asarray(e), np.asarray(slope)


@lru_cache(maxsize=16)
def _program(hidden: tuple[int, ...]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def of(theta: Any, a: Any) -> Any:
        return energy(hidden, theta, a)

    slope = jax.grad(of, 1)

    def value(theta: Any, a: Any) -> Any:
        return jax.value_and_grad(of, 1)(theta, a)

    def one(theta: Any, a: Any) -> Any:
        e, d = value(theta, a)
        curvature = jax.jacfwd(slope, 1)(theta, a)
        return e, d, curvature, jax.grad(of, 0)(theta, a), jax.jacrev(slope, 0)(theta, a)

    return tuple(jax.jit(jax.vmap(f, in_axes=(None, 0))) for f in (value, one))  # type: ignore[return-value]
