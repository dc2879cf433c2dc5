"""Networks that are even or odd under a reflection of some of their inputs, for any parameters.

    f(z) = (g(z) + σ g(R z)) / 2,   R z = -z in the reflected columns,   σ = 1 even, -1 odd

Every even (odd) function is of this form, with g = f: nothing is lost. Standardized inputs keep 0
at 0 (x_mean = 0 in the reflected columns, y_mean = 0 for odd); `MLP.prepared` sees to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.networks.network import Leaf
from residua.networks.physics.wrapped import Wrapped, arrays

EVEN, ODD = 1, -1


@dataclass(frozen=True)
class Symmetric(Wrapped):
    """A network of a parity: EVEN or ODD under the reflection of `columns`.

    Example:
        >>> from residua.networks.activations import activation
        >>> from residua.networks.dense import Dense
        >>> network = Symmetric(Dense((1, 5, 1), activation("tanh")), (0,), EVEN)
        >>> theta, Z = network.draw(np.random.default_rng(0)), np.array([[-0.7], [0.7]])
        >>> bool(np.diff(network.value(theta, Z), axis=0)[0, 0] == 0)
        True
    """

    columns: tuple[int, ...]
    parity: int

    @property
    def mirror(self) -> np.ndarray:
        """-1 in the reflected columns, 1 in the others, (d,)."""
        mirror = np.ones(self.inputs)
        mirror[list(self.columns)] = -1.0
        return mirror

    def _both(self, there: Any, back: Any) -> Any:
        return 0.5 * (there + self.parity * back)

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d)."""
        inner = self.inner.value
        return self._both(inner(theta, Z, xp), inner(theta, Z * self.mirror, xp))

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k)."""
        there, tangents = self.inner.linearized(theta, Z)
        back, tangents_back = self.inner.linearized(theta, Z * self.mirror)
        # In place: (p, n, k) is the largest array of a training.
        tangents_back *= self.parity
        tangents += tangents_back
        tangents *= 0.5
        return self._both(there, back), tangents

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""
        inner, mirror = self.inner.slopes, self.mirror
        return self._both(inner(theta, Z), inner(theta, Z * mirror) * mirror)

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k)."""
        there, tangents = self.inner.mixed(theta, Z, column)
        back, tangents_back = self.inner.mixed(theta, Z * self.mirror, column)
        sign = self.mirror[column]
        return self._both(there, sign * back), self._both(tangents, sign * tangents_back)


@dataclass(frozen=True)
class WithoutLastBias(Wrapped):
    """A network whose last array is held at zero: an odd function cannot see it."""

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All but the last."""
        return self.inner.leaves[:-1]

    @property
    def groups(self) -> np.ndarray:
        """The prior group of every parameter, (p,)."""
        return self.inner.groups[: -self._missing]

    @property
    def _missing(self) -> int:
        return self.inner.leaves[-1].size

    def _full(self, theta: Any, xp: Any = np) -> Any:
        return xp.concatenate([theta, xp.zeros(self._missing, theta.dtype)])

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random start, (p,)."""
        return self.inner.draw(rng)[: -self._missing]

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d)."""
        return self.inner.value(self._full(theta, xp), Z, xp)

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k)."""
        value, tangents = self.inner.linearized(self._full(theta), Z)
        return value, tangents[: -self._missing]

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""
        return self.inner.slopes(self._full(theta), Z)

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k)."""
        slope, tangents = self.inner.mixed(self._full(theta), Z, column)
        return slope, tangents[: -self._missing]

    def arrays(self, theta: Any) -> dict[str, Any]:
        """The parameters by name, the last of them zero."""
        return arrays(self.inner, self._full(theta))
