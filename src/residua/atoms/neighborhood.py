"""The neighbors of the last structure: kept as long as they hold all neighbors of the next one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from residua.atoms.arrays import cell_of
from residua.atoms.programs import Program
from residua.atoms.system import System

# What distances may be wrong by where rows are left out, Å.
CLOSE = 1e-6


@dataclass
class Neighborhood:
    """A system on the device, and what it hangs on.

    forever: every atom lists all others, so that nothing is ever out of reach. moved: how far the
    atom that moved most is from where it was when neighbors were listed, Å.
    """

    system: System
    rows: Any
    parameters: Any
    positions: np.ndarray
    numbers: np.ndarray | None
    cell: np.ndarray
    pbc: np.ndarray
    forever: bool
    moved: float = 0.0
    programs: dict[bool, Program] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bare = not self.pbc.any() and not self.cell.any()

    def within(self, cutoff: float) -> Any:
        """The rows, those left out that nobody can have come near enough to see."""
        if self.forever:
            return self.rows
        count = self.system.within(cutoff + 2 * self.moved + CLOSE)
        return self.rows._replace(count=count)

    def serves(self, positions: np.ndarray, skin: float) -> bool:
        """Whether all neighbors at these positions are listed, `skin` being how far (Å) neighbors
        are listed beyond the cutoff.
        """
        if self.forever:
            return True
        step = positions - self.positions
        self.moved = math.sqrt(np.einsum("ij,ij->i", step, step).max())
        return 2 * self.moved < skin

    def alike(self, positions: np.ndarray, cell: Any, pbc: Any, numbers: Any) -> bool:
        """Whether this is the last structure, but for positions."""
        if positions.shape != self.positions.shape:
            return False
        if numbers is None or self.numbers is None:
            if numbers is not self.numbers:
                return False
        elif not np.array_equal(numbers, self.numbers):
            return False
        if cell is None and pbc is None:
            return self.bare
        box, periodic = cell_of(cell, pbc)
        return np.array_equal(periodic, self.pbc) and np.array_equal(box, self.cell)
