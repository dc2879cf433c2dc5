"""Networks that are periodic in some of their inputs, for any parameters.

With φ = 2π x/P a periodic input enters as a point of the circle, √2 sin φ and √2 cos φ, of variance
1 over a period: whatever follows has the period P, and is smooth where it closes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.networks.physics.wrapped import Wrapped

ROOT_2 = math.sqrt(2.0)


@dataclass(frozen=True)
class Circle:
    """A periodic input: its column, and φ = rate z + phase of the standardized input z."""

    column: int
    rate: float
    phase: float


@dataclass(frozen=True)
class Periodic(Wrapped):
    """A network of d inputs around one of d + m inputs, m of them being periodic.

    Args:
        inner: its inputs are those that are not periodic, in order, then a sine and a cosine for
            every circle.
        circles: the periodic inputs.

    Example:
        >>> from residua.networks.activations import activation
        >>> from residua.networks.dense import Dense
        >>> inner = Dense((2, 5, 1), activation("tanh"))
        >>> network = Periodic(inner, (Circle(0, 2 * np.pi, 0.0),))
        >>> theta, Z = network.draw(np.random.default_rng(0)), np.array([[0.3], [1.3]])
        >>> bool(abs(np.diff(network.value(theta, Z), axis=0)[0, 0]) < 1e-14)
        True
    """

    circles: tuple[Circle, ...]

    @property
    def inputs(self) -> int:
        """Number of inputs, d."""
        return self.inner.inputs - len(self.circles)

    @property
    def straight(self) -> list[int]:
        """Columns that are not periodic."""
        turning = {circle.column for circle in self.circles}
        return [column for column in range(self.inputs) if column not in turning]

    @property
    def groups(self) -> np.ndarray:
        """Those of the network inside; a sine and its cosine share the group of the sine."""
        groups = self.inner.groups.copy()
        first = len(self.straight)
        for cosine in range(first + 1, self.inner.inputs, 2):
            groups[groups == cosine] = cosine - 1
        return groups

    def features(self, Z: Any, xp: Any = np) -> Any:
        """The inputs of the network inside, (n, d + m)."""
        columns = [Z[:, column] for column in self.straight]
        for circle in self.circles:
            angle = circle.rate * Z[:, circle.column] + circle.phase
            columns += [ROOT_2 * xp.sin(angle), ROOT_2 * xp.cos(angle)]
        return xp.stack(columns, axis=1)

    def _chain(self, features: np.ndarray, column: int) -> list[tuple[int, Any]]:
        """Which features depend on a column, and their derivatives by it."""
        at = len(self.straight)
        for circle in self.circles:
            if circle.column == column:
                sine, cosine = features[:, at, None], features[:, at + 1, None]
                return [(at, circle.rate * cosine), (at + 1, -circle.rate * sine)]
            at += 2
        return [(self.straight.index(column), 1.0)]

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d)."""
        return self.inner.value(theta, self.features(Z, xp), xp)

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k)."""
        return self.inner.linearized(theta, self.features(Z))

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""
        features = self.features(Z)
        inner = self.inner.slopes(theta, features)
        by_column = [
            sum(inner[:, :, at] * rate for at, rate in self._chain(features, column))
            for column in range(self.inputs)
        ]
        return np.stack(by_column, axis=-1)

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k)."""
        features = self.features(Z)
        slope: Any = 0.0
        tangents: Any = 0.0
        for at, rate in self._chain(features, column):
            inner_slope, inner_tangents = self.inner.mixed(theta, features, at)
            slope, tangents = slope + rate * inner_slope, tangents + rate * inner_tangents
        return slope, tangents
