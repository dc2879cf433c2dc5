"""NeuralPotential: a fitted network of an atom's surroundings, in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from residua._arguments import Overwrite
from residua._errors import ModelError
from residua._types import PathLike
from residua.atoms.arguments import Cell, Numbers, Periodic, Positions, Precision, Skin
from residua.atoms.elements import SYMBOLS
from residua.atoms.neighborhood import Neighborhood
from residua.atoms.neural.basis import Basis
from residua.atoms.neural.energy import neural_kernel
from residua.atoms.neural.grade import Seen
from residua.atoms.potential import SKIN, Potential
from residua.doc import Doc, documented


@documented
class NeuralPotential(Potential):
    """E = Σ_i e(surroundings of i): a line in smooth invariants and a network of some of them.

    `fit_neural` makes it. Energy, forces, stress and Hessians are exact derivatives of one smooth
    function, whose first two derivatives vanish at the cutoff.

    Raises:
        ModelError: asked for an element that it was not fitted to.

    Sources: J. Behler, M. Parrinello, Phys. Rev. Lett. 98, 146401 (2007); R. Drautz,
    Phys. Rev. B 99, 014104 (2019).

    Example:
        >>> import numpy as np
        >>> from residua.atoms.neural.basis import Basis
        >>> pair = Basis(4.0, 2.5, degrees=(1, 0, 0))
        >>> weights = {"offset": np.zeros(1), "line": np.array([[-1.0]])}
        >>> potential = NeuralPotential(pair, (), ("Ar",), weights)
        >>> energy, forces = potential.energy_and_forces([[0, 0, 0], [0, 0, 2.0]])
        >>> round(float(energy * np.sqrt(4 * np.pi)), 6), bool(forces[0, 2] > 0)
        (-0.25, True)
    """

    both_ends = True

    def __init__(
        self,
        basis: Annotated[Basis, Doc("the invariants")],
        hidden: Annotated[
            Sequence[int], Doc("units of the hidden layers of the network; none for a line only")
        ],
        species: Annotated[
            Sequence[str], Doc("symbols of its elements, in the order of its parameters")
        ],
        weights: Annotated[
            Mapping[str, np.ndarray],
            Doc("parameters as `residua.atoms.neural.energy.atom_energy` takes them"),
        ],
        seen: Annotated[
            Seen | None,
            Doc("the surroundings that it was fitted to, for `grades`; None where nobody knows"),
        ] = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
    ) -> None:
        super().__init__(skin=skin, precision=precision)
        self.basis, self.hidden, self.species = basis, tuple(hidden), tuple(species)
        self.weights, self.seen = dict(weights), seen

    @property
    def cutoff(self) -> float:
        """The largest distance at which atoms see each other, Å."""
        return self.basis.cutoff

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """What builds the kernel, and its options."""
        return neural_kernel, (self.basis, self.hidden, virial)

    def tables(self, symbols: Sequence[str], given: Mapping[str, Any] | None = None) -> Any:
        """The parameters, and which species the elements are."""
        return {**self.weights, "kind": np.array([self._species(symbol) for symbol in symbols])}

    @documented
    def grades(
        self, positions: Positions, cell: Cell = None, pbc: Periodic = None, numbers: Numbers = None
    ) -> np.ndarray:
        """How far every atom is from the surroundings of the fit, (n,); above 1 it is outside.

        Raises:
            ModelError: the potential does not know what it was fitted to.
        """
        from residua.atoms.structure import Structure

        if self.seen is None:
            raise ModelError("this potential does not say what it was fitted to")
        places = np.asarray(positions, float)
        first = SYMBOLS.index(self.species[0])
        kinds = np.full(len(places), first) if numbers is None else np.asarray(numbers)
        box = np.zeros((3, 3)) if cell is None else np.asarray(cell, float)
        box = np.diag(box) if box.ndim == 1 else box
        periodic = np.broadcast_to(cell is not None if pbc is None else pbc, 3)
        known = [SYMBOLS.index(symbol) for symbol in self.species]
        return self.seen.grades(Structure(places, kinds, box, periodic), self.basis, known)

    @documented
    def save(
        self,
        path: Annotated[PathLike, Doc('where to, for example "copper.potential.json"')],
        overwrite: Overwrite = True,
    ) -> None:
        """Write it as JSON, atomically; `residua.atoms.load_potential` reads it back."""
        from residua.atoms.neural.files import save

        save(self, path, overwrite)

    def _beyond(self, domain: Any, known: Neighborhood, places: np.ndarray) -> str:
        found = self.grades(places, known.cell, known.pbc, known.numbers)
        atom = int(np.argmax(found))
        if found[atom] <= 1:
            return ""
        return (
            f"the surroundings of atom {atom} are {found[atom]:.3g} times as far from the mean as "
            "the farthest of the fit"
        )

    def _species(self, symbol: str) -> int:
        if symbol == "" and len(self.species) == 1:  # positions without atomic numbers
            return 0
        if symbol not in self.species:
            who = f"the element {symbol}" if symbol else "positions without atomic numbers"
            raise ModelError(
                f"the potential has no parameters for {who}",
                causes=[f"it was fitted to {', '.join(self.species)}"],
                next="fit_neural(structures) with structures of that element",
            )
        return self.species.index(symbol)

    def __repr__(self) -> str:
        count = sum(part.size for part in self.weights.values())
        return (
            f"NeuralPotential({', '.join(self.species)}; {self.basis.size} invariants, "
            f"hidden={list(self.hidden)}, {count} parameters, cutoff {self.cutoff:g} Å)"
        )
