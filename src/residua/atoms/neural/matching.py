"""Energies and forces of structures as one network of parameters, for the training of residua.

Of every atom i of species z, with standardized invariants X_i and inputs x_i (some of the X_i),

    E = Σ_i [ε_z + v_z·X_i + e_z(W_zᵀ x_i + b_z)],    F = Σ_i (v_z·T_i + W_z δ_i·T_i),  δ = e'(a)

A row is an energy per atom, divided by the length ρ in which energies count, or a component of a
force. With P_i = W T_i and Q_i = e''(a_i) P_i the tangents of the first layer's weights are
Σ_i (T_i ⊗ δ_i + x_i ⊗ Q_i): two products of matrices for each structure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NoReturn

import numpy as np

from residua.atoms.neural.basis import Basis
from residua.atoms.neural.design import Described
from residua.atoms.neural.upper import shapes, upper, value_and_slope
from residua.networks.network import Leaf, group_of_each, unpack


@dataclass(frozen=True)
class Layout:
    """Which parameters there are: a line in the invariants, and a network of some of them.

    Leaves, in order: offsets ε (s,), a line for every body order (s, d_b), and for a network
    weights1 (s, k, h), bias1 (s, h) and what is behind them, species first.
    """

    basis: Basis
    hidden: tuple[int, ...]

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """One prior precision for each body order of the line and each layer; none for offsets."""
        s, bodies = self.basis.species, self.basis.bodies
        found = [Leaf("offset", (s,), -1)]
        found += [Leaf(f"line{b}", (s, int((bodies == b).sum())), b - 2) for b in np.unique(bodies)]
        if self.hidden:
            first = [
                ("weights1", (len(self.basis.inputs), self.hidden[0])),
                ("bias1", (self.hidden[0],)),
            ]
            named = [*first, *shapes(self.hidden)]
            found += [
                Leaf(name, (s, *shape), len(found) + k) for k, (name, shape) in enumerate(named)
            ]
        return tuple(found)

    @property
    def linear(self) -> int:
        """How many parameters are the line's, offsets included: the first of theta."""
        return self.basis.species * (1 + self.basis.size)

    @property
    def size(self) -> int:
        """Number of parameters, p."""
        return sum(leaf.size for leaf in self.leaves)

    def line(self, theta: Any) -> Any:
        """The weights of all invariants, (s, d), from theta (NumPy)."""
        parts = [
            a for a, leaf in zip(unpack(self.leaves, theta), self.leaves) if leaf.name[:4] == "line"
        ]
        return np.concatenate(parts, 1)

    def network(self, theta: np.ndarray, z: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """weights1 (k, h), bias1 (h,) and all that is behind them (q,), of one species."""
        parts = [a[z] for a, leaf in zip(unpack(self.leaves, theta), self.leaves)]
        behind = self._first + 2
        return (
            parts[self._first],
            parts[self._first + 1],
            np.concatenate([part.ravel() for part in parts[behind:]]),
        )

    def places(self, z: int) -> list[np.ndarray]:
        """Where these three stand in theta."""
        index = unpack(self.leaves, np.arange(self.size))
        parts = [a[z].ravel() for a in index[self._first :]]
        return [parts[0], parts[1], np.concatenate(parts[2:])]

    @cached_property
    def _first(self) -> int:
        return next(i for i, leaf in enumerate(self.leaves) if leaf.name == "weights1")


class Matching:
    """What training sees: a residua Network whose outputs are the rows of all structures.

    layout: the parameters. structures: described and standardized. energy: the factor of rows of
    energies, 1/ρ. The inputs Z of a Network are not looked at: rows are those of the structures,
    each its energy and then its forces, where `forces` says so.
    """

    inputs = outputs = 1

    def __init__(
        self, layout: Layout, structures: Sequence[Described], energy: float, forces: bool
    ) -> None:
        self.layout, self.structures, self.energy, self.forces = layout, structures, energy, forces
        lengths = [1 + (3 * len(one.kinds) if forces else 0) for one in structures]
        ends = np.cumsum([0, *lengths])
        self.rows = [slice(a, b) for a, b in pairwise(ends.tolist())]
        self._tangents = np.zeros((layout.size, int(ends[-1])))
        for one, rows in zip(structures, self.rows):
            self._tangents[: layout.linear, rows] = self._line(one).T

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The arrays that theta holds."""
        return self.layout.leaves

    @property
    def size(self) -> int:
        """Number of parameters, p."""
        return self.layout.size

    @property
    def groups(self) -> np.ndarray:
        """The prior group of every parameter."""
        return group_of_each(self.leaves)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random start: a line of zeros, and weights that keep the variance of their inputs."""
        parts = []
        for leaf in self.leaves:
            spread = 1 / np.sqrt(leaf.shape[1]) if leaf.name.startswith("weights") else 0.0
            parts.append(spread * rng.standard_normal(leaf.size))
        if self.layout.hidden:  # the network begins small beside the line
            parts[-1] = 0.1 * parts[-1]
        return np.concatenate(parts)

    def value(self, theta: Any, Z: Any = None, xp: Any = np) -> Any:
        """All rows, (rows, 1)."""
        out = theta[: self.layout.linear] @ self._tangents[: self.layout.linear]
        for one, rows, z, own in self._parts():
            W, b, behind = self.layout.network(theta, z)
            x = one.B[own][:, self.layout.basis.inputs]
            e, slope = value_and_slope(self.layout.hidden, behind, x @ W + b)
            out[rows.start] += self._per_atom(one) * e.sum()
            if self.forces:
                assert one.T is not None
                pull = (slope @ W.T).astype(np.float32).ravel()
                out[rows.start + 1 : rows.stop] += pull @ one.T[own].reshape(len(pull), -1)
        return out[:, None]

    def linearized(self, theta: np.ndarray, Z: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """All rows (rows, 1) and their tangents (p, rows, 1)."""
        J = self._tangents
        J[self.layout.linear :] = 0.0
        for one, rows, z, own in self._parts():
            self._network(J[:, rows], theta, one, z, own)
        return self.value(theta), J[:, :, None]

    def slopes(self, theta: Any, Z: Any) -> NoReturn:
        """Rows of structures have no inputs that could vary."""
        raise NotImplementedError

    def mixed(self, theta: Any, Z: Any, column: int) -> NoReturn:
        """See `slopes`."""
        raise NotImplementedError

    def _parts(self) -> Iterator[tuple[Described, slice, int, Any]]:
        """Structures, their rows, and their atoms of every species, where there is a network."""
        if not self.layout.hidden:
            return
        for one, rows in zip(self.structures, self.rows):
            for z in np.flatnonzero(one.counts):
                everyone = one.counts[z] == len(one.kinds)
                yield one, rows, int(z), slice(None) if everyone else np.flatnonzero(one.kinds == z)

    def _per_atom(self, one: Described) -> float:
        return self.energy / len(one.kinds)

    def _line(self, one: Described) -> np.ndarray:
        """The rows of a structure by offsets and line, (rows, s (1 + d))."""
        basis = self.layout.basis
        energies = [
            one.counts[None],
            *(one.sums[None][..., basis.bodies == b] for b in _orders(basis)),
        ]
        first = self._per_atom(one) * np.concatenate([part.reshape(1, -1) for part in energies], 1)
        if not self.forces:
            return first
        pulls = [
            one.pulls[..., basis.bodies == b].reshape(len(one.pulls), -1) for b in _orders(basis)
        ]
        return np.concatenate(
            [first, np.concatenate([np.zeros((len(one.pulls), len(one.counts))), *pulls], 1)]
        )

    def _network(self, J: np.ndarray, theta: np.ndarray, one: Described, z: int, own: Any) -> None:
        """The tangents of one species' network, added to those of a structure's rows (p, rows)."""
        W, b, behind = self.layout.network(theta, z)
        x = one.B[own][:, self.layout.basis.inputs]
        found = upper(self.layout.hidden, behind, x @ W + b)
        first, bias, rest = self.layout.places(z)
        scale = self._per_atom(one)
        J[first, 0] += scale * (x.T @ found.slope).ravel()
        J[bias, 0] += scale * found.slope.sum(0)
        J[rest, 0] += scale * found.by_theta.sum(0)
        if not self.forces:
            return
        assert one.T is not None
        T, x32, slope = one.T[own], x.astype(np.float32), found.slope.astype(np.float32)
        n, k, m = T.shape
        h = W.shape[1]
        P = W.T.astype(np.float32) @ T
        Q = found.curvature.astype(np.float32) @ P
        by_weights = (slope.T @ T.reshape(n, -1)).reshape(h, k, m).transpose(1, 0, 2)
        by_weights = by_weights + (x32.T @ Q.reshape(n, -1)).reshape(k, h, m)
        J[first, 1:] += by_weights.reshape(k * h, m)
        J[bias, 1:] += Q.sum(0)
        mixed = found.slope_by_theta.astype(np.float32).transpose(2, 0, 1).reshape(len(rest), -1)
        J[rest, 1:] += mixed @ P.reshape(n * h, m)


def _orders(basis: Basis) -> np.ndarray:
    return np.unique(basis.bodies)
