"""Training on values and derivatives together: an energy from energies and forces.

A row of the stacked network says in one more column, its kind, what it observes: 0 the outputs
themselves, 1 + j their slopes by input j. Values and slopes may be observed at different points.
Such rows are linearized like any others, by `linearized` and `mixed` of the network, so they are
trained like any others; the parameters are those of the network itself.

Source: W. M. Czarnecki et al., Sobolev training for neural networks, NIPS (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.networks.evidence import Rows
from residua.networks.wrapped import Wrapped


@dataclass(frozen=True)
class Sobolev(Wrapped):
    """A network of d inputs, observed by its values and by its slopes.

    Its d + 1 inputs are those of the network, then the kind of the row. Derivatives by inputs are
    asked of the network itself, `inner`.

    Example:
        >>> from residua.networks.mlp import MLP
        >>> network = MLP([3]).network(1, 1)
        >>> theta, Z = network.draw(np.random.default_rng(0)), np.array([[0.5]])
        >>> both = Sobolev(network).value(theta, np.array([[0.5, 0], [0.5, 1]]))
        >>> bool(both[1, 0] == network.slopes(theta, Z)[0, 0, 0])
        True
    """

    @property
    def inputs(self) -> int:
        """Inputs of the network, and the kind of the row."""
        return self.inner.inputs + 1

    def _kinds(self, Z: np.ndarray) -> tuple[np.ndarray, list[tuple[int, np.ndarray]]]:
        """Which rows are values; the columns that slopes are by, and which rows those are."""
        kind = Z[:, -1]
        by_column = [
            (column, np.flatnonzero(kind == column + 1)) for column in range(Z.shape[1] - 1)
        ]
        return np.flatnonzero(kind == 0), [(j, rows) for j, rows in by_column if len(rows)]

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Values or slopes (n, k), as each row says."""
        if xp is not np:
            return self._traced(theta, Z, xp)
        values, slopes = self._kinds(Z)
        out = np.empty((len(Z), self.outputs))
        out[values] = self.inner.value(theta, Z[values, :-1])
        for column, rows in slopes:
            out[rows] = self.inner.slopes(theta, Z[rows, :-1])[:, :, column]
        return out

    def _traced(self, theta: Any, Z: Any, xp: Any) -> Any:
        """The same in JAX, where which rows are which is not known beforehand."""
        import jax

        points, kind = Z[:, :-1], Z[:, -1:]
        out = self.inner.value(theta, points, xp)
        for column in range(self.inner.inputs):
            along = xp.zeros_like(points).at[:, column].set(1.0)
            _, slope = jax.jvp(lambda z: self.inner.value(theta, z, xp), (points,), (along,))
            out = xp.where(kind == column + 1, slope, out)
        return out

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values or slopes (n, k), and tangents (p, n, k)."""
        values, slopes = self._kinds(Z)
        out = np.empty((len(Z), self.outputs))
        tangents = np.empty((len(theta), len(Z), self.outputs))
        out[values], tangents[:, values] = self.inner.linearized(theta, Z[values, :-1])
        for column, rows in slopes:
            out[rows], tangents[:, rows] = self.inner.mixed(theta, Z[rows, :-1], column)
        return out, tangents

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Not here: those of a slope would be second derivatives."""
        raise NotImplementedError("ask the network itself: Sobolev.inner.slopes")

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """Not here, see `slopes`."""
        raise NotImplementedError("ask the network itself: Sobolev.inner.mixed")


def stacked(values: Rows, slopes: Mapping[int, Rows]) -> Rows:
    """The rows of a Sobolev network.

    Args:
        values: Z (n, d), Y (n, k) and weights, standardized.
        slopes: for every column that slopes are by, Z (m, d), dY/dz (m, k) and weights; the slopes
            by `Scaling.slopes_to_z`. A weight is the variance of the noise of a value over that of
            the row, both standardized. None: the reciprocal of the slopes' mean square, by which
            they count as much as values do.

    Returns:
        Rows with the kind as the last column of Z, and a weight for each.

    Example:
        >>> ones = np.ones((1, 1))
        >>> rows = stacked(Rows(ones, ones), {0: Rows(3 * ones, -2 * ones)})
        >>> rows.Z, rows.weight.ravel()
        (array([[1., 0.],
               [3., 1.]]), array([1.  , 0.25]))
    """
    weights = [np.ones((len(values.Z), 1)) if values.weight is None else values.weight]
    for rows in slopes.values():
        usual = np.full((len(rows.Z), 1), 1 / max(float(np.mean(rows.Y**2)), 1e-12))
        weights.append(usual if rows.weight is None else rows.weight)
    kinds = [(0, values), *((column + 1, rows) for column, rows in slopes.items())]
    Z = [np.column_stack([rows.Z, np.full(len(rows.Z), float(kind))]) for kind, rows in kinds]
    Y = np.concatenate([rows.Y for _, rows in kinds])
    return Rows(np.concatenate(Z), Y, np.concatenate(weights))


def balanced(network: Sobolev, theta: np.ndarray, rows: Rows) -> Rows:
    """The rows, weighted so that residuals at theta are as large in every kind of row.

    Where nobody knows how exact values and slopes are, train, balance, and train again from there:
    the variance of a kind's noise is taken to be the mean square of its residuals.

    Args:
        network: the network that was trained.
        theta: (p,) its parameters.
        rows: what it was trained on; weights within a kind keep their ratios.
    """
    assert rows.weight is not None
    square = np.mean(rows.weight * (rows.Y - network.value(theta, rows.Z)) ** 2, axis=1)
    _, kind = np.unique(rows.Z[:, -1], return_inverse=True)
    means = np.bincount(kind, square) / np.bincount(kind)
    means = np.maximum(means, 1e-6 * means.max() + 1e-300)
    return rows._replace(weight=rows.weight * (means[0] / means[kind])[:, None])
