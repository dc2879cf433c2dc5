"""All structures of a fit side by side: their neighbors, and what else their rows hang on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from residua._errors import ModelError
from residua.atoms.elements import SYMBOLS
from residua.atoms.kernels.rows import Rows
from residua.atoms.structures import Structures
from residua.atoms.system import Geometry, System, system

# The neighbors that were asked for last, by reach: structures do not change, and what follows upon
# a fit, or the fit of another form, asks for the same ones.
_KNOWN: WeakKeyDictionary[Structures, dict[tuple[float, bool], System]] = WeakKeyDictionary()
KEPT = 3
# Neighbors that are listed farther than needed serve as well, up to so many times as far.
FARTHER = 1.15


class Data(NamedTuple):
    """What does not change while a potential is fitted, as arrays of one program.

    positions (3, n), rows; owner (n,) the structure of every atom; counts (s, t) atoms of each
    element that has an offset; per (s,) what energies are divided by; volume (s, 1); take (m,) the
    rows that are wanted.
    """

    positions: Any
    rows: Rows
    owner: Any
    counts: Any
    per: Any
    volume: Any
    take: Any


def batch(structures: Structures, reach: float, both_ends: bool) -> System:
    """The neighbors of all structures within a distance, Å, or a little farther."""
    known = _KNOWN.setdefault(structures, {})
    for (far, both), found in known.items():
        if both == both_ends and reach <= far <= FARTHER * reach:
            return found
    while len(known) >= KEPT:
        del known[next(iter(known))]
    found = known[reach, both_ends] = system(_geometries(structures), reach, both_ends)
    return found


def _geometries(structures: Structures) -> list[Geometry]:
    known = [SYMBOLS.index(symbol) for symbol in structures.species]
    return [
        Geometry(one.positions, one.cell, one.pbc, np.searchsorted(known, one.numbers))
        for one in structures
    ]


def batch_data(
    structures: Structures,
    neighbors: System,
    per: np.ndarray,
    take: np.ndarray,
    offsets: Sequence[str],
) -> Data:
    """Everything else that rows need of the structures."""
    positions = neighbors.columns(np.concatenate([one.positions for one in structures]))
    owner = np.repeat(np.arange(len(structures)), structures.natoms)
    volumes = np.nan_to_num(structures.volumes, nan=1.0)[:, None]
    counts = _counts(structures, offsets)
    return Data(positions, neighbors.rows, owner, counts, per, volumes, take)


def _counts(structures: Structures, offsets: Sequence[str]) -> np.ndarray:
    """Atoms of the elements that have offsets; an element that has none would count as nothing."""
    strange = [symbol for symbol in structures.species if symbol not in offsets]
    if offsets and strange:
        raise ModelError(
            f"the fit has no energy of the element {strange[0]}",
            causes=[f"it was fitted to {', '.join(offsets)}"],
        )
    known = [SYMBOLS.index(symbol) for symbol in offsets]
    counts = [[np.sum(one.numbers == number) for number in known] for one in structures]
    return np.array(counts, float).reshape(len(structures), len(known))
