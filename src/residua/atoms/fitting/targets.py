"""Which numbers of the structures a fit is to meet, and in what units they count.

All rows of a potential, in order: the energy of every structure, the forces of every atom, the
stress of every structure. Targets are those of them that the database says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.atoms.structures import Structures

KINDS = ("energy", "forces", "stress")
# xx yy zz yz xz xy of a matrix.
VOIGT = ([0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1])


@dataclass(frozen=True, eq=False)
class Targets:
    """What is observed (n,), of which kind, of which structure, and which of all rows it is.

    per (s,): what energies are divided by: the number of atoms, or one.
    """

    observed: np.ndarray
    kind: np.ndarray
    structure: np.ndarray
    take: np.ndarray
    per: np.ndarray

    def of(self, kind: str) -> np.ndarray:
        """Which targets are of this kind."""
        return self.kind == KINDS.index(kind)

    @property
    def kinds(self) -> list[str]:
        """The kinds that there are."""
        return [kind for kind in KINDS if self.of(kind).any()]


def checked_words(per: str, weights: Any) -> None:
    """Refuse words that no data could make sense of. Raises DataError."""
    if per not in ("atom", "cell"):
        raise DataError(f"per is {per!r}", next='per="atom", or per="cell"')
    if weights is None:
        return
    example = 'weights={"energy": 1.0, "forces": 0.1}   # in 1/eV, Å/eV'
    if not isinstance(weights, Mapping):
        raise DataError(f"weights are {weights!r}, not a dict by kind", next=example)
    for kind, weight in weights.items():
        if kind not in KINDS:
            raise DataError(
                f"weights name {kind!r}, which is none of {', '.join(KINDS)}", next=example
            )
        number = isinstance(weight, (int, float, np.number)) and np.isfinite(weight)
        if not number or weight <= 0:
            raise DataError(
                f"the weight of {kind} is {weight!r}: it must be a positive number", next=example
            )


def targets(
    structures: Structures, energy: bool, forces: bool, stress: bool, per: str = "atom"
) -> Targets:
    """The targets of structures: energies per atom (or per cell), force components, stresses.

    Raises:
        DataError: what is asked for is nowhere in the data.
    """
    wanted = dict(zip(KINDS, (energy, forces, stress)))
    for kind in [kind for kind in KINDS if wanted[kind]]:
        structures.having(kind)  # refuses, and says why, where no structure has it
    if not any(wanted.values()):
        raise DataError("nothing is to be fitted", next="fit_potential(..., energy=True)")
    sizes = structures.natoms
    divisor = sizes.astype(float) if per == "atom" else np.ones(len(sizes))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    s, atoms = len(sizes), int(starts[-1])
    parts: list[tuple[np.ndarray, int, int, np.ndarray]] = []
    for k, one in enumerate(structures):
        if energy and one.has("energy"):
            parts.append((np.array([one.energy / divisor[k]]), 0, k, np.array([k])))
        if forces and one.has("forces"):
            assert one.forces is not None
            places = s + np.arange(3 * starts[k], 3 * starts[k + 1])
            parts.append((one.forces.ravel(), 1, k, places))
        if stress and one.has("stress"):
            assert one.stress is not None
            places = s + 3 * atoms + np.arange(6 * k, 6 * k + 6)
            parts.append((one.stress[VOIGT], 2, k, places))
    parts.sort(key=lambda part: part[1])
    lengths = [len(part[0]) for part in parts]
    return Targets(
        np.concatenate([part[0] for part in parts]),
        np.repeat([part[1] for part in parts], lengths),
        np.repeat([part[2] for part in parts], lengths),
        np.concatenate([part[3] for part in parts]),
        divisor,
    )
