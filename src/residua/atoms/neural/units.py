"""Units that a fit feels at home in: invariants that pull alike, and forces of order one.

    X = (B - center) scale

center is the mean over the atoms of a species, scale the inverse root mean square of an
invariant's forces; energies count from the best offset of each species. Fitted parameters are
folded back, so that a potential knows nothing of all this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.atoms.neural.design import Described
from residua.atoms.neural.layout import Layout
from residua.atoms.structure import Structure


@dataclass(frozen=True)
class Units:
    """center (s, d) and scale (d,) of invariants; unit, eV/Å; offsets (s,), eV per atom."""

    center: np.ndarray
    scale: np.ndarray
    unit: float
    offsets: np.ndarray

    def standardized(self, one: Described, layout: Layout) -> Described:
        """A structure in these units."""
        T = one.T
        if T is not None:
            T = T * self.scale[layout.basis.inputs].astype(np.float32)[:, None]
        return one._replace(
            B=(one.B - self.center[one.kinds]) * self.scale,
            sums=(one.sums - one.counts[:, None] * self.center) * self.scale,
            pulls=one.pulls * self.scale,
            T=T,
        )

    def reference(self, counts: np.ndarray) -> np.ndarray:
        """What the offsets alone say of structures with these atoms (m, s), eV."""
        return np.asarray(counts @ self.offsets)

    def folded(self, layout: Layout, theta: np.ndarray) -> dict[str, np.ndarray]:
        """Parameters in eV of raw invariants, species first: what `energy.py` takes."""
        line = self.unit * layout.line(theta) * self.scale
        offset = self.offsets + self.unit * theta[: len(self.offsets)]
        found = {"offset": offset - (line * self.center).sum(1), "line": line}
        if layout.hidden:
            parts = [layout.network(theta, z) for z in range(len(offset))]
            weights, bias, behind = (np.stack(part) for part in zip(*parts))
            weights = weights * self.scale[layout.basis.inputs][:, None]
            center = self.center[:, layout.basis.inputs]
            bias = bias - np.einsum("sk,skh->sh", center, weights)
            behind[:, -layout.hidden[-1] :] *= self.unit  # the output is linear in the last layer
            found |= {"weights": weights, "bias": bias, "behind": behind}
        return found


def units(structures: Sequence[Structure], described: Sequence[Described], forces: bool) -> Units:
    """The units that suit these structures. Raises DataError: energies and forces do not vary."""
    counts = np.stack([one.counts for one in described])
    per_atom = 1 / counts.sum(1)
    energies = np.array([one.energy for one in structures])
    offsets = np.linalg.lstsq(counts * per_atom[:, None], energies * per_atom, rcond=None)[0]
    kinds = np.concatenate([one.kinds for one in described])
    B = np.concatenate([one.B for one in described])
    center = np.stack([_mean(B[kinds == z]) for z in range(counts.shape[1])])
    if forces:
        pulls = np.concatenate([one.pulls.sum(1) for one in described])
        spread = np.sqrt((pulls**2).mean(0))
        unit = _root_mean_square(np.concatenate([_forces(one) for one in structures]))
    else:
        spread = B.std(0)
        unit = float((per_atom * (energies - counts @ offsets)).std())
    if not unit > 0:
        raise DataError(
            "all energies and forces of the structures are alike: there is nothing to learn",
            causes=["only perfect crystals of one volume", "forces were never calculated"],
        )
    least = 1e-10 * spread.max()  # an invariant that no data move stays as small as it is
    return Units(center, 1 / np.maximum(spread, least), unit, offsets)


def targets(
    structures: Sequence[Structure], found: Units, counts: Any, energy: float, forces: bool
) -> np.ndarray:
    """What the structures say, as rows of `Matching` in these units, (rows,)."""
    reference = found.reference(np.asarray(counts))
    parts = []
    for one, offset in zip(structures, reference):
        parts.append(np.array([energy * (one.energy - offset) / len(one)]))
        if forces:
            parts.append(_forces(one))
    return np.concatenate(parts) / found.unit


def _forces(one: Structure) -> np.ndarray:
    assert one.forces is not None
    return one.forces.ravel()


def _mean(B: np.ndarray) -> np.ndarray:
    return B.mean(0) if len(B) else np.zeros(B.shape[1])


def _root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt((values**2).mean()))
