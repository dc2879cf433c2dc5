"""The first shell of structures: how near atoms come to each other, and in how many bonds."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from residua._errors import ModelError
from residua.atoms.neighbors import pairs_within
from residua.atoms.structure import Structure
from residua.atoms.structures import Structures

# Pairs within this many nearest distances make the first shell.
SHELL = 1.2
# Where neighbors are looked for, Å: first so far, then farther, and nowhere beyond.
FIRST, FARTHER, LAST = 4.0, 1.6, 30.0


class Shell(NamedTuple):
    """nearest, mean: distances, Å, infinite where there is nobody. bonds: how many pairs."""

    nearest: float
    mean: float
    bonds: float


# Structures do not change, and many forms are fitted to the same ones.
_KNOWN: WeakKeyDictionary[Structure, Shell] = WeakKeyDictionary()


def shell(one: Structure) -> Shell:
    """The first shell of a structure."""
    if one not in _KNOWN:
        _KNOWN[one] = _shell(one)
    return _KNOWN[one]


def _shell(one: Structure) -> Shell:
    reach = FIRST
    while reach < LAST and (len(one) > 1 or one.pbc.any()):
        found = pairs_within(one.positions, one.cell, one.pbc, reach)
        if len(found.first):
            ends = one.positions[found.second] + found.shift @ one.cell
            distances = np.linalg.norm(ends - one.positions[found.first], axis=1)
            near = distances[distances < SHELL * distances.min()]
            # Each pair is seen from both ends.
            return Shell(float(distances.min()), float(near.mean()), 0.5 * len(near))
        reach *= FARTHER
    return Shell(np.inf, np.inf, 0.0)


def nearest_distance(structures: Structures) -> float:
    """The least distance between atoms of the structure of lowest energy, Å.

    Raises ModelError: nowhere do atoms see each other.
    """
    for k in np.argsort(structures.energies / structures.natoms):  # those without energy are last
        nearest = shell(structures[int(k)]).nearest
        if np.isfinite(nearest):
            return nearest
    raise ModelError(
        f"no structure of {len(structures)} has two atoms within {LAST:g} Å of each other",
        causes=["they are single atoms", "positions are in another unit than Å"],
        next="print(structures)",
    )
