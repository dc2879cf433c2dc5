"""Potential: what its kernel says of positions, and an ASE calculator at the same time."""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import numpy as np

from residua._errors import ModelError
from residua._types import AnyObject
from residua.atoms.arguments import Cell, Numbers, Periodic, Positions, Precision, Skin
from residua.atoms.arrays import cell_of, kinds_of, positions_of
from residua.atoms.calculator import Evaluated
from residua.atoms.domain import Domain, ExtrapolationWarning
from residua.atoms.elements import SYMBOLS
from residua.atoms.mishaps import explain
from residua.atoms.neighborhood import Neighborhood
from residua.atoms.programs import Program, program
from residua.atoms.system import Geometry, everyone, system
from residua.doc import Doc, documented

# Atoms up to which a cluster simply sees everybody: its list never has to be made again.
FEW = 64
# How far beyond the cutoff neighbors are listed, in cutoffs; the list serves until an atom moved
# half of it.
SKIN = 0.18


class Result(NamedTuple):
    """What a potential says of one structure.

    energy: eV. energies (n,): each atom's share, eV. forces (n, 3): eV/Å. stress (6,): eV/Å³ in
    the order xx yy zz yz xz xy, positive in tension; None where the cell has no volume or it was
    not asked for.
    """

    energy: float
    energies: np.ndarray
    forces: np.ndarray
    stress: np.ndarray | None


@documented
class Potential(Evaluated):
    """An interatomic potential: E(positions), with forces and stress by exact derivatives.

    F_i = -∂E/∂x_i,  σ = (1/V) ∂E/∂ε

    It is an ASE calculator (`atoms.calc = potential`), and serves plain arrays as well. Kinds of
    potentials say how their kernel is built, how far it reaches and what its parameters are for
    given elements. Atoms that nearly coincide have huge energies, as u(r) says; those that coincide
    are an error.

    Raises:
        DataError: positions that are not finite, overlapping atoms, a cell without volume.
        ModelError: an element that the potential has no parameters for.
        MissingLibrary: ASE or vesin is not installed.

    Example:
        >>> from residua.atoms import LennardJones
        >>> energy, forces = LennardJones(epsilon=1.0, sigma=1.0).energy_and_forces(
        ...     [[0.0, 0.0, 0.0], [1.2, 0.0, 0.0]]
        ... )
        >>> round(energy, 6), forces.round(4).tolist()
        (-0.885486, [[2.2117, 0.0, 0.0], [-2.2117, 0.0, 0.0]])
    """

    # Whether edges must be found from their other end too.
    both_ends = False
    # What can be fitted: numbers by name, or dicts of them by element or pair of elements.
    given: Mapping[str, Any] = {}

    def __init__(
        self,
        skin: Skin = SKIN,
        precision: Precision = "double",
        **parameters: Annotated[AnyObject, Doc("what ASE shows of it")],
    ) -> None:
        if precision not in ("double", "single"):
            raise ModelError(
                f"precision is {precision!r}", next='precision="double", or precision="single"'
            )
        if not (isinstance(skin, (int, float)) and 0 <= skin <= 1):
            raise ModelError(
                f"skin is {skin!r}: it is a part of the cutoff, from 0 to 1", next="skin=0.18"
            )
        super().__init__(skin=skin, precision=precision, **parameters)
        self.skin, self.precision = float(skin), precision
        self._known: Neighborhood | None = None
        self.atom_energies: Mapping[str, float] = {}
        self.domain: Any = None
        self.beyond = ""

    # What kinds of potentials say -----------------------------------------------------------------

    @property
    def cutoff(self) -> float:
        """The largest distance at which atoms see each other, Å."""
        raise NotImplementedError

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """What builds the kernel, and its options: equal ones share a compiled program."""
        raise NotImplementedError

    def tables(self, symbols: Sequence[str], given: Mapping[str, Any] | None = None) -> Any:
        """The parameters for these elements, as the kernel takes them.

        given: other values than its own, possibly traced by JAX; shaped like `self.given`.
        """
        raise NotImplementedError

    def refit(self, given: Mapping[str, Any]) -> Potential:
        """The same potential with other values of its parameters, shaped like `self.given`."""
        found = copy.copy(self)
        found.given, found._known = dict(given), None
        found.parameters = {**self.parameters, **given}
        found.results, found.atoms = {}, None
        return found

    def fitted(self) -> Potential:
        """This potential, once a fit has found its numbers: what they rule out is left out."""
        return self

    # Numbers --------------------------------------------------------------------------------------

    @documented
    def energy_and_forces(
        self,
        positions: Positions,
        cell: Cell = None,
        pbc: Periodic = None,
        numbers: Numbers = None,
    ) -> tuple[float, np.ndarray]:
        """Energy and forces of plain arrays.

        Returns:
            Energy in eV, and forces (n, 3) in eV/Å.

        Raises:
            DataError, ModelError: see the class.

        Example:
            >>> from residua.atoms import LennardJones
            >>> argon = LennardJones(epsilon=0.0103, sigma=3.40)
            >>> energy, forces = argon.energy_and_forces([[0, 0, 0]], cell=[[0, 2.63, 2.63],
            ...     [2.63, 0, 2.63], [2.63, 2.63, 0]])
            >>> round(energy, 4)
            -0.0818
        """
        found = self.evaluate(positions, cell, pbc, numbers)
        return found.energy, found.forces

    @documented
    def evaluate(
        self,
        positions: Positions,
        cell: Cell = None,
        pbc: Periodic = None,
        numbers: Numbers = None,
        stress: Annotated[bool, Doc("whether to give stress")] = False,
    ) -> Result:
        """Energy, its share of every atom, forces, and stress where asked: a Result."""
        places = positions_of(positions)
        known = self._neighbors(places, cell, pbc, numbers)
        columns = known.system.columns(places)
        n, padded = len(places), columns.shape[1]
        run = known.programs.get(stress)
        if run is None:
            run = known.programs[stress] = self._program(stress)
        out = run(columns, known.within(self.cutoff), known.parameters)
        energies, forces = out[:n], out[padded : 4 * padded].reshape(padded, 3)[:n]
        energy = _total(energies)
        if not math.isfinite(_total(out)):  # padded places are zero
            explain(places, known.cell, known.pbc, energies)
        if self.domain is not None:
            self._watch(self.domain, known, places)
        if self.atom_energies:
            energies = energies + self._own(known)
            energy = float(energies.sum())
        pull = self._stress(out[4 * padded :].reshape(-1, 6)[:n], known) if stress else None
        return Result(energy, energies, forces, pull)

    def _program(self, stress: bool) -> Program:
        build, options = self.kernel(stress)
        return program(build, *options, single=self.precision == "single")

    def look(self, domain: Domain, positions: Any, cell: Any, pbc: Any, numbers: Any) -> str:
        """How a structure goes beyond a domain, in words; empty where it does not."""
        places = positions_of(positions)
        known = self._neighbors(places, cell, pbc, numbers)
        return domain.beyond(known.system, known.rows, known.system.columns(places), known.numbers)

    def _watch(self, domain: Any, known: Neighborhood, places: np.ndarray) -> None:
        """Warn when a structure begins to go beyond what the fit of this potential has seen."""
        before, self.beyond = self.beyond, self._beyond(domain, known, places)
        if self.beyond and not before:
            warnings.warn(ExtrapolationWarning(self.beyond), stacklevel=4)

    def _beyond(self, domain: Any, known: Neighborhood, places: np.ndarray) -> str:
        columns = known.system.columns(places)
        return str(domain.beyond(known.system, known.rows, columns, known.numbers))

    def _own(self, known: Neighborhood) -> np.ndarray:
        """The energies that atoms have by themselves (n,)."""
        numbers = known.numbers
        if numbers is None:
            if len(self.atom_energies) > 1:
                raise ModelError("atoms without atomic numbers", next="numbers=atoms.numbers")
            return np.full(known.system.atoms, next(iter(self.atom_energies.values())))
        return np.array([self.atom_energies[SYMBOLS[int(number)]] for number in numbers])

    @staticmethod
    def _stress(virials: np.ndarray, known: Neighborhood) -> np.ndarray | None:
        volume = abs(np.linalg.det(known.cell))
        return virials.astype(np.float64).sum(0) / volume if volume > 0 else None

    # Neighbors ------------------------------------------------------------------------------------

    def _neighbors(self, positions: np.ndarray, cell: Any, pbc: Any, numbers: Any) -> Neighborhood:
        known = self._known
        if (
            known is not None
            and known.alike(positions, cell, pbc, numbers)
            and known.serves(positions, self.skin * self.cutoff)
        ):
            return known
        box, periodic = cell_of(cell, pbc)
        kinds, symbols = kinds_of(numbers, len(positions))
        forever = not periodic.any() and len(positions) <= FEW
        one = Geometry(positions, box, periodic, kinds)
        room = None if known is None else known.system
        if forever:
            found = everyone(one, self.both_ends)
        else:
            skin = self.skin * self.cutoff
            found = system([one], self.cutoff, self.both_ends, room, skin)
        place = self._program(False).placed
        own = None if numbers is None else np.array(numbers)
        rows, parameters = place(found.rows), place(self.tables(symbols))
        at = positions.copy()
        self._known = Neighborhood(found, rows, parameters, at, own, box, periodic, forever)
        return self._known

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.shown().items())
        return f"{type(self).__name__}({given})"

    def shown(self) -> Mapping[str, Any]:
        """The parameters that a person would type."""
        usual = {"skin": SKIN, "precision": "double"}
        return {k: v for k, v in self.parameters.items() if v is not None and usual.get(k) != v}


def _total(numbers: np.ndarray) -> float:
    """Their sum; of a few numbers Python's own is the faster one."""
    return sum(numbers.tolist()) if len(numbers) <= 4 * FEW else float(np.add.reduce(numbers))
