"""The curve a/r¹² - b/r⁶ that meets energies and forces best, before anything is known of u(r).

Sums over pairs of r⁻¹² and r⁻⁶ are numbers of the structures, so a, b and the energies of the
elements follow by linear least squares. Other forms start from the curve that is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from residua.atoms.fitting.batch import batch
from residua.atoms.structures import Structures

POWERS = (12, 6)
# Atoms that are looked at; of more structures every so many-th stands for its neighbors.
ENOUGH = 4000
# The curve is drawn where it is not higher than so many times its depth.
HIGHEST, POINTS = 5.0, 60


@dataclass(frozen=True)
class Reference:
    """a, b of the curve; energies of the elements; the root mean square of what energies it misses.

    nearest, reach: between which distances atoms are seen, Å.
    """

    strengths: np.ndarray
    offsets: dict[str, float]
    missed: float
    nearest: float
    reach: float

    def curve(self) -> tuple[np.ndarray, np.ndarray]:
        """Distances and the energies of a pair there, without most of the wall."""
        r = np.geomspace(self.nearest, self.reach, POINTS)
        u = sum(c / r**p for c, p in zip(self.strengths, POWERS))
        low = u <= HIGHEST * abs(min(u.min(), 0.0)) if u.min() < 0 else np.ones(POINTS, bool)
        return r[low], u[low]


class PairSums:
    """Distances of all pairs of some structures: energies of any u(r) are sums over them."""

    def __init__(self, structures: Structures, reach: float) -> None:
        step = -(-int(structures.natoms.sum()) // ENOUGH)
        self.structures = structures if step == 1 else Structures(structures[::step])
        found = batch(self.structures, reach, False)
        rows, n = found.rows, found.atoms
        self._places = np.concatenate([one.positions for one in self.structures])
        self._images = self._places[rows.owner] + rows.offset
        self._near = rows.near[: int(rows.count), :n]
        self._starts = found.starts[:-1]
        self.reach = reach

    @cached_property
    def vectors(self) -> np.ndarray:
        """(K, n, 3) from atoms to their neighbors, Å."""
        return self._images[self._near] - self._places

    @cached_property
    def distances(self) -> np.ndarray:
        """(K, n) Å; infinite where there is no neighbor within reach."""
        r = np.linalg.norm(self.vectors, axis=2)
        return np.where(r < self.reach, r, np.inf)

    def energies(self, u: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """(s,) eV, of a u(r)."""
        inside = np.isfinite(self.distances)
        found = np.zeros(inside.shape)
        with np.errstate(all="ignore"):
            found[inside] = u(self.distances[inside])
        return self._summed(found)

    def powers(self, p: int) -> np.ndarray:
        """Energies (s,) of r⁻ᵖ."""
        return self._summed(self.distances**-p)

    def pushes(self, p: int) -> np.ndarray:
        """Forces (n, 3) of r⁻ᵖ."""
        return np.einsum("kn,knd->nd", -p * self.distances ** -(p + 2), self.vectors)

    def _summed(self, per_edge: np.ndarray) -> np.ndarray:
        return 0.5 * np.add.reduceat(per_edge.sum(0), self._starts)


def reference(sums: PairSums, offsets: bool, forces: bool) -> Reference | None:
    """The curve from energies for an atom and, where asked, forces; None where they are few."""
    those = sums.structures
    own = those.composition if offsets else np.zeros((len(those), 0))
    energies = np.column_stack([*(sums.powers(p) for p in POWERS), own])
    energies, observed = energies / those.natoms[:, None], those.energies / those.natoms
    known = np.isfinite(observed)
    A, y = energies[known], observed[known]
    size = _size(_beyond(own[known] / those.natoms[known, None], y))
    columns, targets = A / size, y / size
    if forces:
        A, y = _forces(those, [sums.pushes(p) for p in POWERS], own.shape[1])
        columns = np.vstack([columns, A / _size(y)])
        targets = np.concatenate([targets, y / _size(y)])
    nearest = float(sums.distances.min(initial=np.inf))
    if len(targets) < columns.shape[1] or not np.isfinite(nearest):
        return None
    lengths = np.maximum(np.linalg.norm(columns, axis=0), 1e-300)
    found = np.linalg.lstsq(columns / lengths, targets, rcond=1e-10)[0] / lengths
    missed = (energies @ found - observed)[known]
    return Reference(
        found[:2],
        dict(zip(those.species, found[2:].tolist())),
        float(np.sqrt(np.mean(missed**2))) if len(missed) else np.inf,
        nearest,
        sums.reach,
    )


def _beyond(columns: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What is left of observations when the columns took what they can."""
    if not columns.size:
        return y
    return np.asarray(y - columns @ np.linalg.lstsq(columns, y, rcond=1e-10)[0])


def _size(y: np.ndarray) -> float:
    """How far observations of one kind lie apart, so that kinds count alike."""
    return (float(y.std()) if len(y) else 0.0) or 1.0


def _forces(
    structures: Structures, terms: list[np.ndarray], zeros: int
) -> tuple[np.ndarray, np.ndarray]:
    """Columns and observations of the force components that are known."""
    known = np.repeat([one.forces is not None for one in structures], structures.natoms)
    observed = [one.forces.ravel() for one in structures if one.forces is not None]
    columns = [term[known].ravel() for term in terms]
    empty = [np.zeros(len(columns[0]))] * zeros
    return np.column_stack([*columns, *empty]), np.concatenate([np.zeros(0), *observed])
