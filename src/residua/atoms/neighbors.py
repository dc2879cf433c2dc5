"""Pairs of atoms within a cutoff, by vesin: any cell, all images, mixed boundaries."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError, MissingLibrary
from residua.atoms.geometry import completed


class Pairs(NamedTuple):
    """Every pair from both of its ends, sorted by the first atom.

    first, second (e,): the atoms. shift (e, 3): how many cells the second one's image is away.
    distance (e,): Å.
    """

    first: np.ndarray
    second: np.ndarray
    shift: np.ndarray
    distance: np.ndarray


def pairs_within(positions: np.ndarray, cell: np.ndarray, pbc: np.ndarray, cutoff: float) -> Pairs:
    """All pairs closer than a cutoff, images included however small the cell is.

    Args:
        positions: (n, 3), Å.
        cell: rows are the lattice vectors, (3, 3), Å; vectors of directions that are not periodic
            are not looked at.
        pbc: which directions are periodic, (3,).
        cutoff: Å.

    Returns:
        Pairs.

    Raises:
        DataError: positions that are not finite; a periodic cell without volume.
        MissingLibrary: vesin is not installed.

    Source: vesin, https://github.com/luthaf/vesin.

    Example:
        >>> import numpy as np
        >>> found = pairs_within(np.zeros((1, 3)), np.eye(3), np.ones(3, bool), 1.1)
        >>> len(found.first), np.abs(found.shift).sum(1).max()
        (6, np.int64(1))
    """
    return _found(positions, cell, pbc, cutoff, twice=True)


def pairs_once(positions: np.ndarray, cell: np.ndarray, pbc: np.ndarray, cutoff: float) -> Pairs:
    """Like `pairs_within`, but each pair from one of its ends only, in no order; twice as fast."""
    return _found(positions, cell, pbc, cutoff, twice=False)


def _found(
    positions: np.ndarray, cell: np.ndarray, pbc: np.ndarray, cutoff: float, twice: bool
) -> Pairs:
    refuse(positions, cell, pbc)
    periodic = np.array(pbc, bool)
    box = completed(cell, periodic) if periodic.any() else np.zeros((3, 3))
    finder = _vesin().NeighborList(cutoff=cutoff, full_list=twice, sorted=twice)
    ends, shift, distance = finder.compute(
        points=np.ascontiguousarray(positions, np.float64),
        box=box,
        periodic=periodic,
        quantities="PSd",
        copy=False,  # their memory goes with the finder
    )
    first, second = np.asarray(ends).T.astype(np.int64, order="C")
    return Pairs(first, second, np.array(shift), np.array(distance))


def refuse(positions: np.ndarray, cell: np.ndarray, pbc: np.ndarray) -> None:
    """Raise a DataError where positions or cell are no geometry."""
    if not np.isfinite(positions).all():
        bad = np.flatnonzero(~np.isfinite(positions).all(1))
        raise DataError(
            f"the position of atom {bad[0]} is {positions[bad[0]].tolist()}",
            causes=[
                f"{len(bad)} of {len(positions)} positions are not finite numbers",
                "a simulation that blew up: its time step may be too long",
            ],
            next="np.isfinite(atoms.positions).all()",
        )
    if np.any(pbc) and not np.isfinite(cell).all():
        raise DataError("the cell has numbers that are not finite", next="print(atoms.cell[:])")
    vectors = np.asarray(cell)[np.asarray(pbc, bool)]
    if len(vectors) and not np.linalg.det(vectors @ vectors.T) > 0:
        raise DataError(
            f"the cell has no volume: its periodic vectors are {vectors.tolist()}",
            causes=["pbc is set, and the cell was never given"],
            next="atoms.pbc = False, or atoms.cell = [...]",
        )


def _vesin() -> Any:
    try:
        return import_module("vesin")
    except ImportError as error:
        raise MissingLibrary(
            "neighbors of atoms are found by vesin, which is not installed",
            next='python -m pip install "residua[atoms]"',
        ) from error
