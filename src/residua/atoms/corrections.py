"""What energies and stresses of a database carry that no potential should fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from residua.atoms.structure import Structure
from residua.atoms.structures import Structures
from residua.atoms.units import GPA


@dataclass(frozen=True)
class EnergyOffsets:
    """An energy for each atom of an element.

    Args:
        values: eV by symbol.
        determined: whether the compositions tell all elements apart. If not, the values are the
            shortest of those that fit as well; sums over cells of such compositions are the same.
    """

    values: dict[str, float]
    determined: bool

    def of(self, structures: Iterable[Structure]) -> np.ndarray:
        """(m,) eV of the whole cells. Raises KeyError: an element that has no offset."""
        return np.array([sum(self.values[symbol] for symbol in row.symbols) for row in structures])


def energy_offsets(structures: Structures) -> EnergyOffsets:
    """Energies of the elements by least squares: E / n = sum over elements of e_s n_s / n.

    Rows count by atom, so that large cells do not decide. Structures without energy are left out.

    Args:
        structures: of which at least one has an energy.

    Returns:
        EnergyOffsets.

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


def without_offsets(structures: Structures, offsets: EnergyOffsets) -> Structures:
    """The same structures, the energies of their atoms taken off.

    Example:
        >>> from residua.atoms import read_structures
        >>> argon = read_structures("example:argon")
        >>> relative = without_offsets(argon, energy_offsets(argon))
        >>> abs(float((relative.energies / relative.natoms).mean())) < 1e-12
        True
    """
    totals = offsets.of(structures)
    return Structures(replace(row, energy=row.energy - e) for row, e in zip(structures, totals))


def pulay(structures: Structures, gpa_a3_per_atom: float = 20.3) -> Structures:
    """Stresses without the error of a basis that does not grow with the cell.

    Plane waves up to a fixed energy: the derivative of the energy is taken with fixed waves, though
    their number grows with the volume. To first order the pressure is too low by

        P_Pulay = -(2/3) E_cut (dE/dE_cut) / V,

    E and V for an atom; it is added to the pressure, so subtracted from the diagonal of the stress.

    Args:
        structures: those without a stress stay as they are.
        gpa_a3_per_atom: P_Pulay V in GPa Å^3, V the volume for an atom; 20.3 for the argon that
            comes with residua (its README; E_cut = 500 eV, dE/dE_cut = -3.81e-4).

    Returns:
        Structures.

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
