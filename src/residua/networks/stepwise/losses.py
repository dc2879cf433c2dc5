"""Ready-made losses of a network: what a step lowers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from residua.networks.network import Network

Array = Any


@dataclass(frozen=True)
class SquaredLoss:
    """See `squared_loss`."""

    network: Network

    def __call__(self, theta: Array, Z: Array, y: Array, w: Array) -> Array:
        value = self.network.value(theta, Z, xp=jnp)
        return _total((value - y.reshape(value.shape)) ** 2, w)


@dataclass(frozen=True)
class LogisticLoss:
    """See `logistic_loss`."""

    network: Network

    def __call__(self, theta: Array, Z: Array, y: Array, w: Array) -> Array:
        value = self.network.value(theta, Z, xp=jnp)
        return _total(jnp.logaddexp(0.0, value) - y.reshape(value.shape) * value, w)


def squared_loss(network: Network) -> SquaredLoss:
    """The mean of squared residuals over rows and outputs.

        loss = sum_i w_i mean_k (f_k(z_i) - y_ik)²

    Args:
        network: its `value(theta, Z, xp=jax.numpy)` is what JAX follows.

    Returns:
        loss(theta, Z (n, d), y (n,) or (n, k), w (n,) or (n, k)) for `train`, whose w sum to 1 when
        all weights are 1. Equal for equal networks, so that one program serves both.

    Example:
        >>> import numpy as np
        >>> from residua.networks.activations import activation
        >>> from residua.networks.dense import Dense
        >>> loss = squared_loss(Dense((1, 1), activation("linear")))
        >>> float(loss(np.array([2.0, 0.0]), np.array([[1.0]]), np.array([1.5]), np.array([1.0])))
        0.25
    """
    return SquaredLoss(network)


def logistic_loss(network: Network) -> LogisticLoss:
    """The negative log likelihood of labels between 0 and 1, outputs being log odds.

        loss = sum_i w_i mean_k [log(1 + exp(f_k(z_i))) - y_ik f_k(z_i)]

    Args:
        network: its outputs are log odds; several of them are labels of their own.

    Returns:
        loss(theta, Z, y, w) for `train`; see `squared_loss`.

    Example:
        >>> import numpy as np
        >>> from residua.networks.activations import activation
        >>> from residua.networks.dense import Dense
        >>> loss = logistic_loss(Dense((1, 1), activation("linear")))
        >>> one = np.array([1.0])
        >>> round(float(loss(np.zeros(2), one[:, None], one, one)), 4)
        0.6931
    """
    return LogisticLoss(network)


def _total(rows: Array, w: Array) -> Array:
    """Weighted sum over rows of the mean over outputs."""
    if w.ndim == 1:
        return jnp.sum(w * jnp.mean(rows, axis=-1))
    return jnp.sum(jnp.mean(w * rows, axis=-1))
