"""Networks whose outputs are positive, for any parameters.

    f(z) = softplus(g(z) + c),   softplus(h) = log(1 + exp(h))

Large outputs are those of the network itself, small ones decay like an exponential. c puts the mean
of the data where g is 0. Since softplus rises and is convex, f is monotone or convex where g is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.networks.physics.wrapped import Wrapped

# Where softplus would underflow, far below what single precision resolves.
LEAST = 1e-37


@dataclass(frozen=True)
class Positive(Wrapped):
    """A network through softplus; shift holds c of every output.

    Example:
        >>> from residua.networks.activations import activation
        >>> from residua.networks.dense import Dense
        >>> network = Positive(Dense((1, 5, 1), activation("tanh")), (0.0,))
        >>> theta = 100 * network.draw(np.random.default_rng(0))
        >>> bool((network.value(theta, np.linspace(-9, 9, 50)[:, None]) > 0).all())
        True
    """

    shift: tuple[float, ...]

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d)."""
        h = self.inner.value(theta, Z, xp) + xp.asarray(self.shift)
        return xp.logaddexp(0.0, h) + LEAST

    def _at(self, h: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """softplus with its two derivatives."""
        h = h + np.asarray(self.shift)
        rate = 0.5 + 0.5 * np.tanh(0.5 * h)
        return np.logaddexp(0.0, h) + LEAST, rate, rate * (1 - rate)

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k)."""
        h, tangents = self.inner.linearized(theta, Z)
        value, rate, _ = self._at(h)
        tangents *= rate
        return value, tangents

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""
        rate = self._at(self.inner.value(theta, Z))[1]
        return rate[:, :, None] * self.inner.slopes(theta, Z)

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k)."""
        h, h_tangents = self.inner.linearized(theta, Z)
        slope, tangents = self.inner.mixed(theta, Z, column)
        _, rate, curvature = self._at(h)
        return rate * slope, rate * tangents + curvature * slope * h_tangents


def shift_to(mean: float) -> float:
    """c with softplus(c) = mean; that of a small mean where the mean is not positive.

    >>> round(float(np.logaddexp(0.0, shift_to(2.0))), 12)
    2.0
    """
    mean = max(float(mean), 0.05)
    return mean + float(np.log(-np.expm1(-mean)))
