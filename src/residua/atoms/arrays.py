"""Positions, cells and atomic numbers as people give them, checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua._errors import DataError
from residua.atoms.elements import SYMBOLS


def positions_of(given: Any) -> np.ndarray:
    """Positions (n, 3) in double precision.

    Raises:
        DataError: they are no numbers, or not three of them for each of at least one atom.

    Example:
        >>> positions_of([[0, 0, 0], [0, 0, 1]]).shape
        (2, 3)
    """
    try:
        found = np.asarray(given, np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"positions are no array of numbers: {error}",
            next="potential.energy_and_forces(atoms.positions)",
        ) from error
    if found.ndim != 2 or found.shape[1] != 3 or not len(found):
        raise DataError(
            f"positions have the shape {found.shape}; they must be (n, 3), n at least 1",
            next="potential.energy_and_forces(atoms.positions)",
        )
    return found


def cell_of(cell: Any, pbc: Any) -> tuple[np.ndarray, np.ndarray]:
    """Lattice vectors (3, 3) and which directions are periodic (3,): all where a cell is given.

    Raises:
        DataError: arrays of other shapes, or no numbers.

    Example:
        >>> cell_of([3.0, 4.0, 5.0], None)[0].diagonal().tolist()
        [3.0, 4.0, 5.0]
    """
    try:
        given = np.zeros((3, 3)) if cell is None else np.array(cell, np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"the cell is no array of numbers: {error}", next="cell=atoms.cell[:]"
        ) from error
    box = np.diag(given) if given.ndim == 1 else given
    if box.shape != (3, 3):
        raise DataError(
            f"the cell has the shape {given.shape}; it must be (3, 3), or three lengths",
            next="cell=atoms.cell[:]",
        )
    periodic = np.asarray(cell is not None if pbc is None else pbc, bool)
    if periodic.shape not in ((), (3,)):
        raise DataError(
            f"pbc has the shape {periodic.shape}; it must be one truth, or three",
            next="pbc=[True, True, False]",
        )
    return box, np.array(np.broadcast_to(periodic, (3,)))


def kinds_of(numbers: Any, n: int) -> tuple[np.ndarray, list[str]]:
    """Which of the elements every atom is (n,), and the elements in order of atomic number.

    Raises:
        DataError: too few or too many numbers, or some that are of no element.

    Example:
        >>> kinds_of([36, 18, 36], 3)
        (array([1, 0, 1]), ['Ar', 'Kr'])
    """
    if numbers is None:
        return np.zeros(n, np.int64), [""]
    given = np.asarray(numbers)
    if given.shape != (n,):
        raise DataError(
            f"there are {n} positions and {given.size} atomic numbers",
            next="numbers=atoms.numbers",
        )
    if given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= len(SYMBOLS):
        raise DataError(
            f"atomic numbers are whole numbers from 0 to {len(SYMBOLS) - 1}, not {given.tolist()}"
            if n < 9
            else f"atomic numbers are whole numbers from 0 to {len(SYMBOLS) - 1}",
            next="numbers=atoms.numbers",
        )
    unique, kinds = np.unique(given, return_inverse=True)
    return kinds, [SYMBOLS[int(number)] for number in unique]
