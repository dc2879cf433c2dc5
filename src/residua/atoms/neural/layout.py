"""Which parameters a neural potential has, and where they stand in one vector theta."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from residua.atoms.neural.basis import Basis
from residua.atoms.neural.upper import shapes
from residua.networks.network import Leaf, unpack


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
