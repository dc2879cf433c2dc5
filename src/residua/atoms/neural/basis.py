"""Which invariants describe an atom: their radial functions, degrees and species, enumerated.

Neighbors are summed to moments A_z,n,l,m = Σ_j R_n(r_j) Y_lm(d_j/r_j) of every species z, and
moments are multiplied to numbers that no rotation changes:

    pairs      A_n00
    angles     Σ_m A_n1,l,m A_n2,l,m
    four-body  Σ G(m1, m2, m3) A_n1,l1,m1 A_n2,l2,m2 A_n3,l3,m3

with G the integral of three harmonics. An invariant counts when its degree, Σ (n + 1) + 1.5 Σ l,
does not exceed that of its body order.

Sources: R. Drautz, Phys. Rev. B 99, 014104 (2019); A. P. Bartók, R. Kondor, G. Csányi,
Phys. Rev. B 87, 184115 (2013).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from residua._errors import ModelError

# A step of l costs as much of the degree as so many radial functions.
ANGULAR = 1.5
# The highest l whose harmonics are worth their time.
MOST_L = 6


class Family(NamedTuple):
    """Invariants of one body order and one set of l; channels (f, len(l)) say which moments."""

    ell: tuple[int, ...]
    channels: np.ndarray


@dataclass(frozen=True)
class Basis:
    """The invariants of an atom.

    Args:
        cutoff: how far neighbors count, Å.
        scale: about the distance of nearest neighbors, Å.
        species: how many elements there are; they are counted apart.
        degrees: highest degree of pairs, angles and four-body invariants; 0 for none.
        low: highest degree of the pairs and angles that the network is given too.

    Raises:
        ModelError: no invariants, or a cutoff that is not positive.

    Example:
        >>> basis = Basis(5.0, 2.35)
        >>> basis.size, basis.bodies.tolist().count(4), len(basis.inputs)
        (379, 267, 51)
    """

    cutoff: float
    scale: float
    species: int = 1
    degrees: tuple[int, int, int] = (10, 14, 14)
    low: int = 10

    def __post_init__(self) -> None:
        if not (self.cutoff > 0 and self.scale > 0 and self.species > 0):
            raise ModelError(
                f"a basis of {self.species} species, cutoff {self.cutoff} Å, scale {self.scale} Å",
                next="cutoff=5.0",
            )
        if len(self.degrees) != 3 or min(self.degrees) < 0 or self.degrees[0] < 1:
            raise ModelError(
                f"degrees are {self.degrees}",
                causes=["they are those of pairs (at least 1), angles and four-body invariants"],
                next="degrees=(10, 14, 14)",
            )

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """All invariants, in the order of the descriptors."""
        kinds = [(0,), *((ell, ell) for ell in range(MOST_L + 1)), *_triangles()]
        found = [Family(ell, self._channels(ell)) for ell in kinds]
        return tuple(family for family in found if len(family.channels))

    @cached_property
    def radials(self) -> tuple[int, ...]:
        """How many radial functions the moments of every l need."""
        most: dict[int, int] = defaultdict(int)
        for family in self.families:
            for ell, column in zip(family.ell, family.channels.T):
                most[ell] = max(most[ell], int(column.max()) // self.species + 1)
        return tuple(most[ell] for ell in range(max(most) + 1))

    @property
    def size(self) -> int:
        """Number of invariants, d."""
        return len(self.bodies)

    @cached_property
    def bodies(self) -> np.ndarray:
        """Body order of every invariant, (d,): 2, 3 or 4."""
        return np.concatenate([np.full(len(f.channels), len(f.ell) + 1) for f in self.families])

    @cached_property
    def inputs(self) -> np.ndarray:
        """Which invariants the network is given, (k,)."""
        degree = np.concatenate([self._degree(f.ell, f.channels) for f in self.families])
        return np.flatnonzero((self.bodies == 2) | ((self.bodies == 3) & (degree <= self.low)))

    def _channels(self, ell: tuple[int, ...]) -> np.ndarray:
        """Channels n * species + z of the invariants with these l, each once."""
        left = self.degrees[len(ell) - 1] - ANGULAR * sum(ell) - len(ell)
        ranges = [range(int(left + 1) * self.species if left >= 0 else 0)] * len(ell)
        found = {
            tuple(c for _, c in sorted(zip(ell, channels)))
            for channels in itertools.product(*ranges)
            if sum(c // self.species for c in channels) <= left
        }
        return np.array(sorted(found), int).reshape(-1, len(ell))

    def _degree(self, ell: tuple[int, ...], channels: np.ndarray) -> np.ndarray:
        return (channels // self.species + 1).sum(1) + ANGULAR * sum(ell)


def _triangles() -> Iterator[tuple[int, int, int]]:
    """l1 ≤ l2 ≤ l3 that couple to a number which mirrors do not change either."""
    for a, b, c in itertools.combinations_with_replacement(range(MOST_L + 1), 3):
        if c <= a + b and (a + b + c) % 2 == 0:
            yield a, b, c
