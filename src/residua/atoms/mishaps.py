"""What went wrong where a potential gave no number."""

from __future__ import annotations

from typing import NoReturn

import numpy as np

from residua._errors import DataError
from residua.atoms.geometry import closest_overlap
from residua.atoms.neighbors import pairs_within, refuse


def explain(
    positions: np.ndarray, cell: np.ndarray, pbc: np.ndarray, energies: np.ndarray
) -> NoReturn:
    """Raise a DataError that names the atoms for which there is no number."""
    refuse(positions, cell, pbc)
    overlap = closest_overlap(positions, cell, pbc)
    if overlap is not None:
        i, j, distance = overlap
        raise DataError(
            f"atoms {i} and {j} are {distance:.3g} Å apart: they overlap",
            causes=["an atom that was added twice", "a cell that is too small", "a step too long"],
            next="ase.geometry.get_duplicate_atoms(atoms, cutoff=0.1, delete=True)",
        )
    bad = np.flatnonzero(~np.isfinite(energies))
    atom = int(bad[0]) if len(bad) else 0
    raise DataError(
        f"the energy of atom {atom} is not a finite number{_nearest(positions, cell, pbc, atom)}",
        causes=[
            "the potential has no value at a distance that occurs: a table that begins beyond it, "
            "a root or a logarithm of a negative number",
            "a parameter is NaN",
        ],
        next="print(potential)",
    )


def _nearest(positions: np.ndarray, cell: np.ndarray, pbc: np.ndarray, atom: int) -> str:
    """How far its nearest neighbor is, in words; nothing where it has none within 4 Å."""
    pairs = pairs_within(positions, cell, pbc, 4.0)
    mine = pairs.first == atom
    if not mine.any():
        return ""
    there = positions[pairs.second[mine]] + pairs.shift[mine] @ cell
    distance = np.linalg.norm(there - positions[atom], axis=1).min()
    return f"; its nearest neighbor is {distance:.4g} Å away"
