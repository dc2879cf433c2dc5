"""Many structures at once: one compiled call for clusters and crystals of any sizes and cells."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from residua._errors import DataError
from residua._types import AtomsLike
from residua.atoms.arrays import cell_of, kinds_of, positions_of
from residua.atoms.domain import ExtrapolationWarning
from residua.atoms.elements import SYMBOLS
from residua.atoms.mishaps import explain
from residua.atoms.neighborhood import CLOSE
from residua.atoms.potential import FEW, Potential
from residua.atoms.programs import program
from residua.atoms.system import Geometry, System, system
from residua.doc import Doc, documented, shape, unit


@documented
class BatchResult(NamedTuple):
    """What a potential says of many structures.

    Example:
        >>> from residua.atoms import Batch, LennardJones, Structure
        >>> pairs = [Structure([[0.0, 0, 0], [r, 0, 0]], [18, 18]) for r in (3.6, 4.0)]
        >>> batch = Batch(LennardJones(epsilon=0.01, sigma=3.4), pairs)
        >>> batch.evaluate().energies.round(4).tolist()
        [-0.0082, -0.0093]
    """

    energies: Annotated[np.ndarray, Doc("of the structures"), shape("s"), unit("eV")]
    forces: Annotated[
        np.ndarray, Doc("of all atoms, one structure after the other"), shape("n", 3), unit("eV/Å")
    ]
    stress: Annotated[
        np.ndarray | None,
        Doc(
            "in the order xx yy zz yz xz xy, positive in tension; nan where a cell has "
            "no volume; None where it was not asked for"
        ),
        shape("s", 6),
        unit("eV/Å³"),
    ]


@documented
class Batch:
    """Structures of any sizes, cells and elements, evaluated by a potential in one compiled call.

    Their atoms stand side by side as one big system, in which structures do not see each other: it
    says what the potential says of them one by one. Positions may change from call to call, cells
    and elements may not.

    Raises:
        DataError: no structures; positions that are not finite; overlapping atoms.
        ModelError: an element that the potential has no parameters for.
        MissingLibrary: vesin is not installed.

    Example:
        >>> from ase.build import bulk, molecule
        >>> from residua.atoms import Batch, LennardJones
        >>> argon = LennardJones(epsilon=0.0103, sigma=3.40)
        >>> batch = Batch(argon, [bulk("Ar", a=5.26), bulk("Ar", "hcp", a=3.72)])
        >>> energies, forces = batch.energy_and_forces()
        >>> energies.round(4).tolist(), [len(part) for part in batch.split(forces)]
        ([-0.0818, -0.1636], [1, 2])
    """

    def __init__(
        self,
        potential: Annotated[Potential, Doc("any potential")],
        structures: Annotated[
            Iterable[AtomsLike], Doc("Atoms of ASE, or Structures, as many as fit in memory")
        ],
    ) -> None:
        given = list(structures)
        if not given:
            raise DataError("there are no structures", next="Batch(potential, [atoms, ...])")
        self.potential = potential
        sizes = [len(one.numbers) for one in given]
        self.starts = np.concatenate([[0], np.cumsum(sizes)])
        self.numbers = np.concatenate([np.asarray(one.numbers) for one in given])
        self.positions = np.concatenate([positions_of(one.positions) for one in given])
        self._boxes = [cell_of(np.asarray(one.cell), one.pbc) for one in given]
        self._kinds, symbols = kinds_of(self.numbers, len(self.numbers))
        self._parameters = self._program(False).placed(potential.tables(symbols))
        # Small clusters list everybody, so that only the others ever need new lists.
        listed = [bool(pbc.any()) or n > FEW for n, (_, pbc) in zip(sizes, self._boxes)]
        self._listed = np.repeat(listed, sizes)
        self._beyond = ""
        self._list(self.positions, None)

    def __len__(self) -> int:
        return len(self._boxes)

    @documented
    def evaluate(
        self,
        positions: Annotated[
            ArrayLike | None,
            Doc(
                "(n, 3) of all atoms, one structure after the other, or a list of such "
                "arrays; those of the structures by default"
            ),
            unit("Å"),
        ] = None,
        stress: Annotated[bool, Doc("whether to give stress")] = False,
    ) -> BatchResult:
        """Energies, forces, and stress where asked, of all structures.

        Returns:
            A BatchResult: `energies` in eV, `forces` in eV/Å, `stress` in eV/Å³.

        Raises:
            DataError: another number of atoms; atoms that overlap; the message names the structure.
        """
        places = self._places(positions)
        rows, run = self._rows(places), self._program(stress)
        columns = self._system.columns(places)
        out = run(columns, rows, self._parameters)
        n, padded = len(places), self._system.padded
        energies, forces = out[:n], out[padded : 4 * padded].reshape(padded, 3)[:n]
        if not np.isfinite(np.add.reduce(out)):  # padded places are zero
            self._explain(places, energies)
        self._watch(columns)
        own = self.potential.atom_energies
        if own:
            energies = energies + np.array([own[SYMBOLS[int(number)]] for number in self.numbers])
        pull = self._stress(out[4 * padded :].reshape(-1, 6)[:n]) if stress else None
        return BatchResult(np.add.reduceat(energies, self.starts[:-1]), forces, pull)

    @documented
    def energy_and_forces(
        self,
        positions: Annotated[
            ArrayLike | None, Doc("as of `evaluate`; those of the structures by default"), unit("Å")
        ] = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Energies (s,) in eV and forces (n, 3) in eV/Å; see `evaluate`."""
        found = self.evaluate(positions)
        return found.energies, found.forces

    @documented
    def split(
        self,
        per_atom: Annotated[np.ndarray, Doc("an array with a row for each atom of all structures")],
    ) -> list[np.ndarray]:
        """An array of all atoms (n, ...), structure by structure."""
        return np.split(per_atom, self.starts[1:-1])

    def _places(self, positions: Any) -> np.ndarray:
        if positions is None:
            return self.positions
        if isinstance(positions, (list, tuple)) and len(positions) == len(self):
            positions = np.concatenate([positions_of(part) for part in positions])
        places = positions_of(positions)
        if len(places) != len(self.numbers):
            raise DataError(
                f"there are {len(places)} positions; the structures have {len(self.numbers)} atoms",
                next="batch.evaluate(batch.positions + step)",
            )
        return places

    def _program(self, stress: bool) -> Any:
        build, options = self.potential.kernel(stress)
        return program(build, *options, single=self.potential.precision == "single")

    def _rows(self, places: np.ndarray) -> Any:
        """The rows, made again where an atom may have neighbors that are not listed."""
        cutoff = self.potential.cutoff
        step = (places - self._at)[self._listed]
        moved = float(np.sqrt(np.einsum("ij,ij->i", step, step).max(initial=0.0)))
        if not 2 * moved <= self.potential.skin * cutoff:
            self._list(places, self._system)
            moved = 0.0
        return self._placed._replace(count=self._system.within(cutoff + 2 * moved + CLOSE))

    def _list(self, places: np.ndarray, room: System | None) -> None:
        parts = zip(self.split(places), self._boxes, self.split(self._kinds))
        geometries = [Geometry(part, *box, kinds) for part, box, kinds in parts]
        potential = self.potential
        skin = potential.skin * potential.cutoff
        both = potential.both_ends
        self._system = system(geometries, potential.cutoff, both, room, skin, few=FEW)
        self._placed = self._program(False).placed(self._system.rows)
        self._at = places.copy()

    def _stress(self, virials: np.ndarray) -> np.ndarray:
        total = np.add.reduceat(virials.astype(np.float64), self.starts[:-1], axis=0)
        volumes = np.abs([np.linalg.det(cell) for cell, _ in self._boxes])
        return total / np.where(volumes > 0, volumes, np.nan)[:, None]

    def _explain(self, places: np.ndarray, energies: np.ndarray) -> None:
        bad = np.flatnonzero(~np.isfinite(energies))
        k = int(np.searchsorted(self.starts, bad[0], side="right")) - 1 if len(bad) else 0
        atoms = slice(self.starts[k], self.starts[k + 1])
        try:
            explain(places[atoms], *self._boxes[k], energies[atoms])
        except DataError as error:
            raise DataError(f"structure {k}: {error.what}", error.causes, error.next) from error

    def _watch(self, columns: np.ndarray) -> None:
        """Warn when some structure begins to go beyond what the fit has seen."""
        domain, before = self.potential.domain, self._beyond
        if domain is None:
            return
        each = domain.beyond_each(self._system, self._placed, columns, self.numbers)
        self._beyond = next((f"structure {k}: {said}" for k, said in enumerate(each) if said), "")
        if self._beyond and not before:
            warnings.warn(ExtrapolationWarning(self._beyond), stacklevel=3)
