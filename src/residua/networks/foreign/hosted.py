"""A network of the host inside programs of JAX: mini-batches for networks that JAX cannot see into.

Each call leaves the compiled program for the host and comes back, which costs some 0.1 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np

Array = Any


class Hosted(Protocol):
    """What is asked of the network; NumPy in, NumPy out."""

    @property
    def outputs(self) -> int:
        """Number of outputs, k."""

    def value(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Outputs (n, k)."""

    def pulled_back(
        self, theta: np.ndarray, Z: np.ndarray, weights: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Derivatives of Σ weights · outputs by theta (p,) and Z (n, d)."""


def value(network: Hosted, theta: Array, Z: Array) -> Array:
    """Outputs (n, k) as JAX sees them, with derivatives of first order in reverse mode.

    Args:
        network: of the host.
        theta, Z: (p,), (n, d), traced or not; the answer has their precision.
    """
    dtype = jnp.result_type(theta, Z)
    theta, Z = jnp.asarray(theta, dtype), jnp.asarray(Z, dtype)

    @jax.custom_vjp
    def called(theta: Array, Z: Array) -> Array:
        return _asked(lambda *args: (network.value(*args),), [(len(Z), network.outputs)], theta, Z)[
            0
        ]

    def forward(theta: Array, Z: Array) -> tuple[Array, tuple[Array, Array]]:
        return called(theta, Z), (theta, Z)

    def backward(seen: tuple[Array, Array], weights: Array) -> Any:
        return _asked(network.pulled_back, [theta.shape, Z.shape], *seen, weights)

    called.defvjp(forward, backward)
    return called(theta, Z)


def _asked(host: Callable[..., Any], shapes: list[tuple[int, ...]], *args: Array) -> Any:
    """Arrays of these shapes from a function of the host, in the arguments' precision.

    Doubles travel as pairs of integers: the thread that calls the host has JAX's default of single
    precision, and would round them.
    """
    dtype = np.dtype(args[0].dtype)
    double = dtype == np.float64
    pair = (2,) if double else ()

    def call(*packed: Array) -> list[np.ndarray]:
        arrays = [np.ascontiguousarray(one).view(dtype) for one in packed]
        plain = [one.reshape(one.shape[:-1]) for one in arrays] if double else arrays
        found = [np.ascontiguousarray(one, dtype=dtype) for one in host(*plain)]
        return [one[..., None].view(np.uint32) for one in found] if double else found

    kinds = [jax.ShapeDtypeStruct((*s, *pair), np.uint32 if double else dtype) for s in shapes]
    packed = [jax.lax.bitcast_convert_type(one, np.uint32) for one in args] if double else args
    found = jax.pure_callback(call, kinds, *packed, vmap_method="sequential")
    return tuple(jax.lax.bitcast_convert_type(one, dtype) for one in found) if double else found
