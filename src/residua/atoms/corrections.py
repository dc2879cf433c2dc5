"""What energies and stresses of a database carry that no potential should fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from residua.atoms.structure import Structure
from residua.atoms.structures import Structures
from residua.atoms.units import GPA
from residua.doc import Doc, documented, unit


@documented
@dataclass(frozen=True)
class EnergyOffsets:
    """An energy for each atom of an element; what `energy_offsets` gives.

    Example:
        >>> EnergyOffsets({"H": -1.0, "O": -8.0}, True).values["O"]
        -8.0
    """

    values: Annotated[dict[str, float], Doc("energies of the elements by symbol"), unit("eV")]
    determined: Annotated[
        bool,
        Doc(
            "whether the compositions tell all elements apart. If not, the values are "
            "the shortest of those that fit as well; sums over cells of such "
            "compositions are the same."
        ),
    ]

    @documented
    def of(
        self, structures: Annotated[Iterable[Structure], Doc("whose compositions count")]
    ) -> np.ndarray:
        """(m,) eV of the whole cells. Raises KeyError: an element that has no offset."""
        return np.array([sum(self.values[symbol] for symbol in row.symbols) for row in structures])


@documented
def energy_offsets(
    structures: Annotated[Structures, Doc("those of which at least one has an energy")],
) -> EnergyOffsets:
    """Find energies of the elements by least squares: E / n = sum over elements of e_s n_s / n.

    Rows count by atom, so that large cells do not decide. Structures without energy are left out.

    Returns:
        The energies of the elements, and whether the compositions tell them apart.

    Raises:
        DataError: no structure has an energy.

    Example:
        >>> from residua.atoms import Structure, Structures
        >>> places = [[0.0, 0, 0], [2, 0, 0], [4, 0, 0]]
        >>> rows = Structures(
        ...     Structure(places, z, energy=e) for z, e in (([1, 1, 8], -10.0), ([1, 8, 8], -17.0))
        ... )
        >>> found = energy_offsets(rows)
        >>> {symbol: round(e, 6) for symbol, e in found.values.items()}, found.determined
        ({'H': -1.0, 'O': -8.0}, True)
    """
    rows = structures.having("energy")
    natoms = rows.natoms
    found, _, rank, _ = np.linalg.lstsq(
        rows.composition / natoms[:, None], rows.energies / natoms, rcond=1e-10
    )
    return EnergyOffsets(
        {symbol: float(e) for symbol, e in zip(rows.species, found)},
        bool(rank == len(rows.species)),
    )


@documented
def without_offsets(
    structures: Annotated[Structures, Doc("those without an energy are left without")],
    offsets: Annotated[EnergyOffsets, Doc("energies of the elements")],
) -> Structures:
    """The same structures, the energies of their atoms taken off.

    Returns:
        Structures with energies relative to those of their atoms, eV.

    Example:
        >>> from residua.atoms import read_structures
        >>> argon = read_structures("example:argon")
        >>> relative = without_offsets(argon, energy_offsets(argon))
        >>> abs(float((relative.energies / relative.natoms).mean())) < 1e-12
        True
    """
    totals = offsets.of(structures)
    return Structures(replace(row, energy=row.energy - e) for row, e in zip(structures, totals))


@documented
def pulay(
    structures: Annotated[Structures, Doc("those without a stress stay as they are")],
    gpa_a3_per_atom: Annotated[
        float,
        Doc(
            "P_Pulay V, V the volume for an atom; 20.3 for the argon that comes with residua "
            "(its README; E_cut = 500 eV, dE/dE_cut = -3.81e-4)"
        ),
        unit("GPa Å^3"),
    ] = 20.3,
) -> Structures:
    """Give stresses without the error of a basis that does not grow with the cell.

    Plane waves up to a fixed energy: the derivative of the energy is taken with fixed waves, though
    their number grows with the volume. To first order the pressure is too low by

        P_Pulay = -(2/3) E_cut (dE/dE_cut) / V,

    E and V for an atom; it is added to the pressure, so subtracted from the diagonal of the stress.

    Returns:
        The same structures, their stresses corrected.

    Source: G. P. Francis, M. C. Payne, J. Phys.: Condens. Matter 2 (1990) 4395.

    Example:
        >>> from residua.atoms import read_structures
        >>> raw = read_structures("example:argon", "structure=fcc,ivolume=1,rattle=0")
        >>> [round(-float(rows[0].stress[0, 0]) / GPA, 2) for rows in (raw, pulay(raw))]
        [-0.21, 0.5]
    """
    return Structures(_corrected(row, gpa_a3_per_atom * GPA) for row in structures)


def _corrected(row: Structure, energy: float) -> Structure:
    if row.stress is None:
        return row
    return replace(row, stress=row.stress - energy * len(row) / row.volume * np.eye(3))
