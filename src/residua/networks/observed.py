"""Networks seen through what datasets observe of them, and ensembles of these.

Values and derivatives may be observed at different points. A row says in one more column, its kind,
what it observes. Such rows are linearized like any others, by `linearized` and `mixed` of the
network, so they are trained like any others; the parameters are those of the network itself.

Source: W. M. Czarnecki et al., Sobolev training for neural networks, NIPS (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.networks.ensemble import Ensemble, Trained
from residua.networks.functional import Functional
from residua.networks.physics.wrapped import Wrapped
from residua.networks.scaling import Scaling


@dataclass(frozen=True)
class Seen(Wrapped):
    """One functional of a network, standardized: value f + Σ slopes_j df/dz_j.

    Example:
        >>> from residua.networks.mlp import MLP
        >>> inner = MLP([3]).network(1, 1)
        >>> theta, Z = inner.draw(np.random.default_rng(0)), np.array([[0.5]])
        >>> force = Seen(inner, Functional(0.0, 0.0, (-2.0,))).value(theta, Z)
        >>> bool(force[0, 0] == -2 * inner.slopes(theta, Z)[0, 0, 0])
        True
    """

    functional: Functional

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """What is observed (n, k) at Z (n, d)."""
        value, slopes = self.functional.value, self.functional.slopes
        if not any(slopes):
            return value * self.inner.value(theta, Z, xp)
        if xp is not np:
            return self._traced(theta, Z, xp)
        found = self.inner.slopes(theta, Z) @ np.asarray(slopes)
        return found + value * self.inner.value(theta, Z) if value else found

    def _traced(self, theta: Any, Z: Any, xp: Any) -> Any:
        """The same in JAX: one derivative along the direction of the slopes."""
        import jax

        along = xp.broadcast_to(xp.asarray(self.functional.slopes), Z.shape).astype(Z.dtype)
        value, slope = jax.jvp(lambda z: self.inner.value(theta, z, xp), (Z,), (along,))
        return self.functional.value * value + slope

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What is observed (n, k), and its tangents (p, n, k)."""
        total: Any = 0.0
        tangents: Any = 0.0
        for column, number in enumerate((self.functional.value, *self.functional.slopes), -1):
            if number:
                found, own = self._part(theta, Z, column)
                total, tangents = total + number * found, tangents + number * own
        return np.asarray(total), np.asarray(tangents)

    def _part(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The value (column -1) or one slope, with its tangents."""
        if column < 0:
            return self.inner.linearized(theta, Z)
        return self.inner.mixed(theta, Z, column)

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Not here: those of a slope would be second derivatives."""
        raise NotImplementedError("ask the network itself: .inner.slopes")

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """Not here, see `slopes`."""
        raise NotImplementedError("ask the network itself: .inner.mixed")


@dataclass(frozen=True)
class Observed(Wrapped):
    """A network of d inputs under several functionals; the last of its d + 1 inputs says which."""

    functionals: tuple[Functional, ...]

    @property
    def inputs(self) -> int:
        """Inputs of the network, and the kind of the row."""
        return self.inner.inputs + 1

    def _kinds(self, Z: np.ndarray) -> list[tuple[Seen, np.ndarray]]:
        """Every functional that occurs, with the numbers of its rows."""
        kind = Z[:, -1].astype(int)
        return [
            (Seen(self.inner, one), np.flatnonzero(kind == k))
            for k, one in enumerate(self.functionals)
            if (kind == k).any()
        ]

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """What each row observes, (n, k)."""
        if xp is not np:
            return self._traced(theta, Z, xp)
        out = np.empty((len(Z), self.outputs))
        for seen, rows in self._kinds(Z):
            out[rows] = seen.value(theta, Z[rows, :-1])
        return out

    def _traced(self, theta: Any, Z: Any, xp: Any) -> Any:
        """The same in JAX, where which rows are which is not known beforehand."""
        points, kind = Z[:, :-1], Z[:, -1:]
        out = 0.0
        for k, one in enumerate(self.functionals):
            out = xp.where(kind == k, Seen(self.inner, one).value(theta, points, xp), out)
        return out

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each row observes (n, k), and its tangents (p, n, k)."""
        out = np.empty((len(Z), self.outputs))
        tangents = np.empty((len(theta), len(Z), self.outputs))
        for seen, rows in self._kinds(Z):
            out[rows], tangents[:, rows] = seen.linearized(theta, Z[rows, :-1])
        return out, tangents

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Not here: those of a slope would be second derivatives."""
        raise NotImplementedError("ask the network itself: .inner.slopes")

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """Not here, see `slopes`."""
        raise NotImplementedError("ask the network itself: .inner.mixed")

    def unfolded(self, theta: np.ndarray, scaling: Scaling) -> np.ndarray:
        """Standardized parameters from those in user units, where the network has such."""
        inner: Any = self.inner
        return np.asarray(inner.unfolded(theta, scaling))


@dataclass(frozen=True, eq=False)
class View(Ensemble):
    """An ensemble asked for one thing, after `whole` was trained on all that is observed of it.

    Its networks differ from those of `whole` in what they observe, not in their parameters: so the
    factors, which say how sure the parameters are, come from all rows.
    """

    whole: Ensemble

    def factor(self, one: Trained) -> np.ndarray:
        """That of the whole."""
        return self.whole.factor(one)


def view(whole: Ensemble, one: Functional | None = None) -> View:
    """A trained ensemble of Observed networks seen through one functional; None: the value."""
    inner = [
        network.inner if isinstance(network, Observed) else network for network in whole.networks
    ]
    networks = tuple(inner) if one is None else tuple(Seen(network, one) for network in inner)
    return View(networks, whole.members, whole.rows, whole.fold, whole.likelihood, whole)
