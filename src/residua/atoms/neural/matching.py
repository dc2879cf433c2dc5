"""Energies and forces of structures as one network of parameters, for the training of residua.

Of every atom i of species z, with standardized invariants X_i and inputs x_i (some of the X_i),

    E = Σ_i [ε_z + v_z·X_i + e_z(W_zᵀ x_i + b_z)],    F = Σ_i (v_z·T_i + W_z δ_i·T_i),  δ = e'(a)

A row is an energy per atom, divided by the length ρ in which energies count, or a component of a
force. With P_i = W T_i and Q_i = e''(a_i) P_i the tangents of the first layer's weights are
Σ_i (T_i ⊗ δ_i + x_i ⊗ Q_i): two products of matrices for each structure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

import numpy as np

from residua.atoms.neural.basis import Basis
from residua.atoms.neural.design import Described
from residua.atoms.neural.layout import Layout
from residua.atoms.neural.upper import Upper, upper, value_and_slope
from residua.networks.network import Leaf, group_of_each


class _Piece(NamedTuple):
    """The atoms of one species in one structure.

    rows: the structure's. own: which of its atoms. place: where they stand among all of z.
    """

    one: Described
    rows: slice
    z: int
    own: Any
    place: slice


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
        self._pieces = list(self._cut()) if layout.hidden else []
        self._inputs = [self._together(z) for z in range(layout.basis.species)]

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
        said = {}
        for z in {piece.z for piece in self._pieces}:
            W, b, behind = self.layout.network(theta, z)
            e, slope = value_and_slope(self.layout.hidden, behind, self._inputs[z] @ W + b)
            said[z] = e, (slope @ W.T).astype(np.float32)
        for one, rows, z, own, place in self._pieces:
            e, slope = said[z]
            out[rows.start] += self._per_atom(one) * e[place].sum()
            if self.forces:
                assert one.T is not None
                pull = slope[place].ravel()
                out[rows.start + 1 : rows.stop] += pull @ one.T[own].reshape(len(pull), -1)
        return out[:, None]

    def linearized(self, theta: np.ndarray, Z: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """All rows (rows, 1) and their tangents (p, rows, 1)."""
        J = self._tangents
        J[self.layout.linear :] = 0.0
        said = {}
        for z in {piece.z for piece in self._pieces}:
            W, b, behind = self.layout.network(theta, z)
            found = upper(self.layout.hidden, behind, self._inputs[z] @ W + b)
            said[z] = W.astype(np.float32), found, self.layout.places(z)
        for piece in self._pieces:
            W, found, places = said[piece.z]
            own = Upper(*(part[piece.place] for part in found))
            self._add(J[:, piece.rows], piece, W, own, places)
        return self.value(theta), J[:, :, None]

    def slopes(self, theta: Any, Z: Any) -> NoReturn:
        """Rows of structures have no inputs that could vary."""
        raise NotImplementedError

    def mixed(self, theta: Any, Z: Any, column: int) -> NoReturn:
        """See `slopes`."""
        raise NotImplementedError

    def _cut(self) -> Iterator[_Piece]:
        """The atoms of every species in every structure."""
        before = np.zeros(self.layout.basis.species, int)
        for one, rows in zip(self.structures, self.rows):
            for z in np.flatnonzero(one.counts).tolist():
                n = int(one.counts[z])
                own = slice(None) if n == len(one.kinds) else np.flatnonzero(one.kinds == z)
                yield _Piece(one, rows, z, own, slice(before[z], before[z] + n))
                before[z] += n

    def _together(self, z: int) -> np.ndarray:
        """The inputs of all atoms of a species, padded to one of few lengths, (n, k)."""
        inputs = self.layout.basis.inputs
        parts = [piece.one.B[piece.own][:, inputs] for piece in self._pieces if piece.z == z]
        n = sum(map(len, parts))
        step = 1 << max(n.bit_length() - 2, 0)  # few lengths, so that few programs are compiled
        return np.concatenate([*parts, np.zeros((-n % step, len(inputs)))])

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

    def _add(
        self, J: np.ndarray, piece: _Piece, W: np.ndarray, found: Upper, places: list[np.ndarray]
    ) -> None:
        """Add the tangents of one species' network to those of a structure's rows (p, rows)."""
        first, bias, rest = places
        x = self._inputs[piece.z][piece.place]
        scale = self._per_atom(piece.one)
        J[first, 0] += scale * (x.T @ found.slope).ravel()
        J[bias, 0] += scale * found.slope.sum(0)
        J[rest, 0] += scale * found.by_theta.sum(0)
        if not self.forces:
            return
        assert piece.one.T is not None
        T, slope = piece.one.T[piece.own], found.slope.astype(np.float32)
        n, k, m = T.shape
        h = W.shape[1]
        P = W.T @ T
        Q = found.curvature.astype(np.float32) @ P
        by_weights = (slope.T @ T.reshape(n, -1)).reshape(h, k, m).transpose(1, 0, 2)
        by_weights = by_weights + (x.astype(np.float32).T @ Q.reshape(n, -1)).reshape(k, h, m)
        J[first, 1:] += by_weights.reshape(k * h, m)
        J[bias, 1:] += Q.sum(0)
        mixed = found.slope_by_theta.astype(np.float32).transpose(2, 0, 1).reshape(len(rest), -1)
        J[rest, 1:] += mixed @ P.reshape(n * h, m)


def _orders(basis: Basis) -> np.ndarray:
    return np.unique(basis.bodies)
