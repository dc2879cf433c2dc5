"""How far an atom's surroundings are from those of a fit: an extrapolation grade.

    g² = x·C⁻¹x / max over the fitted atoms,  C = mean of x xᵀ

with x the centered inputs of the network. It is the square root of a leverage: 1 is the most
unusual atom of the fit, and what is beyond was never seen.

Source: E. V. Podryabinkin, A. V. Shapeev, Comput. Mater. Sci. 140, 171 (2017), for the idea.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from residua.atoms.neural.basis import Basis
from residua.atoms.neural.design import Described, describe_structures
from residua.atoms.structure import Structure

# Directions in which the fitted atoms differ by less than this share of the largest are noise.
LEAST = 1e-6


@dataclass(frozen=True)
class Seen:
    """center (s, k); whitener (s, k, k): |whitener (x - center)| is the grade."""

    center: np.ndarray
    whitener: np.ndarray

    def of(self, B: np.ndarray, kinds: np.ndarray, basis: Basis) -> np.ndarray:
        """The grades of atoms with these invariants (n, d), (n,)."""
        x = B[:, basis.inputs] - self.center[kinds]
        return np.asarray(np.linalg.norm(np.einsum("nij,nj->ni", self.whitener[kinds], x), axis=1))

    def grades(self, one: Structure, basis: Basis, numbers: Sequence[int]) -> np.ndarray:
        """The grades of the atoms of a structure, (n,)."""
        found = describe_structures([one], basis, numbers, network=False)[0]
        return self.of(found.B, found.kinds, basis)


def seen(described: Sequence[Described], basis: Basis) -> Seen:
    """What these structures show, of every species."""
    kinds = np.concatenate([one.kinds for one in described])
    inputs = np.concatenate([one.B for one in described])[:, basis.inputs]
    found = [_of_species(inputs[kinds == z]) for z in range(basis.species)]
    center, whitener = (np.stack(part) for part in zip(*found))
    return Seen(center, whitener)


def _of_species(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    center = x.mean(0)
    spread = np.maximum(x.std(0), 1e-12)
    scaled = (x - center) / spread
    value, vector = np.linalg.eigh(scaled.T @ scaled / len(x))
    whitener = (vector / np.sqrt(np.maximum(value, LEAST * value.max()))).T / spread
    largest = np.linalg.norm((x - center) @ whitener.T, axis=1).max()
    return center, whitener / max(largest, 1e-12)
