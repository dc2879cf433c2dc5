"""One structure of a database: atoms, their cell, and what was calculated for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np

from residua._errors import DataError
from residua.atoms import geometry
from residua.atoms.elements import SYMBOLS, formula
from residua.doc import Doc, documented, shape, unit

QUANTITIES = ("energy", "forces", "stress")


@documented
@dataclass(frozen=True, eq=False)
class Structure:
    """Atoms with energy, forces and stress, in eV and Å; what is absent is nan or None, never zero.

    Arrays are copied, checked and made read-only.

    Raises:
        DataError: a shape is wrong, a position is not finite, a periodic cell has no volume, or two
            atoms are nearer than 0.1 Å.

    Example:
        >>> dimer = Structure([[0, 0, 0], [0, 0, 3.7]], [18, 18], energy=-0.012)
        >>> dimer.formula, dimer.energy_per_atom, dimer.forces is None
        ('Ar2', -0.006, True)
    """

    positions: Annotated[np.ndarray, Doc("where the atoms are"), shape("n", 3), unit("Å")]
    numbers: Annotated[np.ndarray, Doc("atomic numbers"), shape("n")]
    cell: Annotated[
        np.ndarray,
        Doc("lattice vectors as rows; zeros where there is none"),
        shape(3, 3),
        unit("Å"),
    ] = field(default_factory=lambda: np.zeros((3, 3)))
    pbc: Annotated[np.ndarray, Doc("along which vectors the cell repeats"), shape(3)] = field(
        default_factory=lambda: np.zeros(3, bool)
    )
    energy: Annotated[float, Doc("energy of the whole cell; nan where absent"), unit("eV")] = float(
        "nan"
    )
    forces: Annotated[
        np.ndarray | None, Doc("on the atoms; None where absent"), shape("n", 3), unit("eV/Å")
    ] = None
    stress: Annotated[
        np.ndarray | None,
        Doc("positive under tension, as ASE has it: (1/V) dE/d(strain)"),
        shape(3, 3),
        unit("eV/Å^3"),
    ] = None
    group: Annotated[
        str, Doc('family or trajectory, by which structures are split; "" where unknown')
    ] = ""
    name: Annotated[str, Doc("what row of the database it is")] = ""
    info: Annotated[Mapping[str, Any], Doc("the key-value pairs of the row")] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        numbers = self._array("numbers", self.numbers, (None,))
        n = len(numbers)
        if n == 0:
            raise DataError(f"{self._who()} has no atoms")
        unknown = (numbers != np.round(numbers)) | (numbers < 1) | (numbers >= len(SYMBOLS))
        if unknown.any():
            raise DataError(
                f"{self._who()}: atom {int(np.argmax(unknown))} is of no element "
                f"(atomic number {numbers[np.argmax(unknown)]:g})"
            )
        self._keep("numbers", numbers.astype(int))
        self._keep("positions", self._array("positions", self.positions, (n, 3)))
        self._keep("cell", self._array("cell", self.cell, (3, 3)))
        self._keep("pbc", np.broadcast_to(np.asarray(self.pbc, bool), 3).copy())
        self._keep_quantities(n)
        object.__setattr__(self, "group", str(self.group))
        object.__setattr__(self, "name", str(self.name))
        object.__setattr__(self, "info", dict(self.info))
        self._check_geometry()

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def symbols(self) -> list[str]:
        """Chemical symbols of all atoms."""
        return [SYMBOLS[number] for number in self.numbers]

    @property
    def formula(self) -> str:
        """Symbols and counts, in order of atomic number."""
        return formula(self.numbers)

    @property
    def volume(self) -> float:
        """Volume of the cell, Å^3; nan where it has none."""
        found = abs(float(np.linalg.det(self.cell)))
        return found if found > 0 else float("nan")

    @property
    def energy_per_atom(self) -> float:
        """eV per atom; nan where absent."""
        return self.energy / len(self)

    @documented
    def has(self, quantity: Annotated[str, Doc('"energy", "forces" or "stress"')]) -> bool:
        """Whether it says energy, forces or stress."""
        value = getattr(self, quantity)
        return value is not None and not np.isnan(value).any()

    def _keep_quantities(self, n: int) -> None:
        for name, sizes in (("energy", ()), ("forces", (n, 3)), ("stress", (3, 3))):
            value = getattr(self, name)
            absent = value is None or np.isnan(self._numbers(name, value)).all()
            found = None if absent else self._array(name, value, sizes)
            if name == "energy":
                object.__setattr__(self, name, float("nan") if found is None else float(found))
            elif found is None:
                object.__setattr__(self, name, None)
            else:
                self._keep(name, found)

    def _keep(self, name: str, value: np.ndarray) -> None:
        value.flags.writeable = False
        object.__setattr__(self, name, value)

    def _array(self, name: str, value: Any, shape: tuple[int | None, ...]) -> np.ndarray:
        """A float copy of this shape, all of it finite."""
        found = self._numbers(name, value)
        if len(found.shape) != len(shape) or any(
            want is not None and want != have for want, have in zip(shape, found.shape)
        ):
            wanted = tuple("n" if length is None else length for length in shape)
            raise DataError(f"{self._who()}: {name} of shape {found.shape}, not {wanted}")
        if not np.isfinite(found).all():
            where = [int(i) for i in np.argwhere(~np.isfinite(found))[0]]
            raise DataError(
                f"{self._who()}: {name}{where or ''} is {found[tuple(where)]}",
                causes=["a calculation that did not converge was written all the same"],
            )
        return found

    def _numbers(self, name: str, value: Any) -> np.ndarray:
        try:
            return np.array(value, float)
        except (TypeError, ValueError) as error:
            raise DataError(f"{self._who()}: {name} are not numbers: {value!r:.60}") from error

    def _check_geometry(self) -> None:
        thin = geometry.heights(geometry.completed(self.cell, self.pbc))[self.pbc]
        if np.any(thin < geometry.THINNEST):
            raise DataError(
                f"{self._who()}: its periodic cell has no volume",
                causes=["the cell is missing", "pbc is set for a molecule"],
                next="atoms.set_cell([a, b, c]) or atoms.pbc = False",
            )
        if self.stress is not None and np.isnan(self.volume):
            raise DataError(f"{self._who()}: it has a stress, but its cell has no volume")
        overlap = geometry.closest_overlap(self.positions, self.cell, self.pbc)
        if overlap is not None:
            i, j, distance = overlap
            raise DataError(
                f"{self._who()}: atoms {i} and {j} are {distance:.3g} Å apart",
                causes=[
                    "an atom was written twice",
                    "positions are fractional, or in nm",
                    "the cell is too small",
                ],
            )

    def _who(self) -> str:
        return f"structure {self.name!s}" if str(self.name) else "a structure"
