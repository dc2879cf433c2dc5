"""What ASE asks of a calculator, answered by what says energy, forces and stress of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.atoms.arguments import Cell, Numbers, Periodic, Positions
from residua.atoms.ase import Calculator, all_changes
from residua.doc import Doc, documented


class Evaluated(Calculator):  # type: ignore[misc]
    """An ASE calculator whose numbers come from `evaluate(positions, cell, pbc, numbers, stress)`.

    Its parameters do not change once it is made.
    """

    implemented_properties = ["energy", "free_energy", "energies", "forces", "stress"]  # noqa: RUF012
    default_parameters: dict[str, Any] = {}  # noqa: RUF012
    nolabel = True

    @documented
    def evaluate(
        self,
        positions: Positions,
        cell: Cell,
        pbc: Periodic,
        numbers: Numbers,
        stress: Annotated[bool, Doc("whether to give stress")],
    ) -> Any:
        """Energy, energies, forces and stress."""
        raise NotImplementedError

    def set(self, **parameters: Any) -> dict[str, Any]:
        """Refused: ASE would show the new parameters, and go on with the old ones."""
        if "_known" in self.__dict__:
            raise ModelError(
                f"a {type(self).__name__} that was made stays as it is",
                next=f"atoms.calc = {type(self).__name__}(...)",
            )
        return super().set(**parameters)

    def check_state(self, atoms: Any, tol: float = 0.0) -> list[str]:
        """What of these atoms differs from the last ones, as far as a potential can see."""
        last = self.atoms
        if last is None:
            return list(all_changes)
        pairs = {
            "positions": (last.positions, atoms.positions),
            "numbers": (last.numbers, atoms.numbers),
            "cell": (last.cell.array, atoms.cell.array),
            "pbc": (last.pbc, atoms.pbc),
        }
        return [name for name, (old, new) in pairs.items() if not np.array_equal(old, new)]

    def calculate(
        self,
        atoms: Any = None,
        properties: Sequence[str] = ("energy",),
        system_changes: Sequence[str] = all_changes,
    ) -> None:
        """What ASE calls: fills `results`."""
        super().calculate(atoms, properties, system_changes)
        mine = self.atoms
        found = self.evaluate(
            mine.positions, mine.cell.array, mine.pbc, mine.numbers, "stress" in properties
        )
        self.results = {
            "energy": found.energy,
            "free_energy": found.energy,
            "energies": found.energies,
            "forces": found.forces,
        }
        if found.stress is not None:
            self.results["stress"] = found.stress

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": None}  # programs and device arrays stay in their process
