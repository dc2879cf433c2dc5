"""Weights whose signs are given, whatever the parameters are.

    w = s softplus(κ θ) / κ   where a sign s = ±1 is given,   w = θ   where s = 0

The chain rule is elementwise: tangents by θ are tangents by w times s σ(κ θ). Where w is large it
is |θ|, so that priors, damping and starts mean what they mean without signs. (κ between 1 and 20
made no difference to what monotone and convex networks predicted; 2 took the fewest steps.)

Source: J. Sill, Monotonic networks, NIPS 10 (1998) 661, with exp in place of softplus.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.networks.physics.wrapped import Wrapped, arrays

SHARPNESS = 2.0
# The smallest size of a weight at the start: below it the slope by θ dies.
LEAST_WEIGHT = 0.05


@dataclass(frozen=True)
class Signed(Wrapped):
    """A network that reads its weights through softplus; signs (p,) are -1, 0 (free) or 1.

    shrink (p,): the factor on the sizes of weights at the start. A sum of weights of one sign
    grows as their number, where one of both signs grows as its root.
    """

    signs: np.ndarray
    shrink: np.ndarray

    def weights(self, theta: Any, xp: Any = np) -> Any:
        """The parameters of the network inside, (p,)."""
        positive = xp.logaddexp(0.0, SHARPNESS * theta) / SHARPNESS
        return xp.where(self.signs == 0, theta, self.signs * positive)

    def _factor(self, theta: np.ndarray) -> np.ndarray:
        """d weights / d theta, (p, 1, 1)."""
        rate = 0.5 + 0.5 * np.tanh(0.5 * SHARPNESS * theta)
        return np.where(self.signs == 0, 1.0, self.signs * rate)[:, None, None]

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random start of the network inside, its signs turned to what they have to be."""
        weights = self.inner.draw(rng)
        size = np.maximum(np.abs(weights) * self.shrink, LEAST_WEIGHT)
        return np.where(
            self.signs == 0, weights, size + np.log(-np.expm1(-SHARPNESS * size)) / SHARPNESS
        )

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d)."""
        return self.inner.value(self.weights(theta, xp), Z, xp)

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k)."""
        value, tangents = self.inner.linearized(self.weights(theta), Z)
        tangents *= self._factor(theta)
        return value, tangents

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""
        return self.inner.slopes(self.weights(theta), Z)

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k)."""
        slope, tangents = self.inner.mixed(self.weights(theta), Z, column)
        return slope, tangents * self._factor(theta)

    def arrays(self, theta: Any) -> dict[str, Any]:
        """The weights, by name, with the signs they have."""
        return arrays(self.inner, self.weights(theta))
