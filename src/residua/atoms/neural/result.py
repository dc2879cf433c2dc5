"""NeuralFit: what came of a fit of a neural potential, and what it says of structures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from residua.atoms.elements import SYMBOLS
from residua.atoms.neural.design import describe_structures
from residua.atoms.neural.grade import Seen
from residua.atoms.neural.honest import Calibration, Held, variance_of
from residua.atoms.neural.layout import Layout
from residua.atoms.neural.matching import Matching
from residua.atoms.neural.potential import NeuralPotential
from residua.atoms.neural.units import Units
from residua.atoms.reading import read_structures
from residua.atoms.structures import Structures
from residua.networks.evidence import Member

# Structures whose tangents are kept at once.
CHUNK = 16


class Errors(NamedTuple):
    """Root mean squares and means of absolute errors: energies in eV/atom, forces in eV/Å."""

    energy: float
    forces: float
    energy_absolute: float
    forces_absolute: float

    @classmethod
    def of(cls, energy: np.ndarray, forces: np.ndarray) -> Errors:
        """Those of these errors; nan where there are none."""
        square = [
            float(np.sqrt((e**2).mean())) if len(e) else float("nan") for e in (energy, forces)
        ]
        absolute = [float(np.abs(e).mean()) if len(e) else float("nan") for e in (energy, forces)]
        return cls(*square, *absolute)

    def __str__(self) -> str:
        return (
            f"energy {1e3 * self.energy:.2f} meV/atom, forces {self.forces:.4f} eV/Å "
            f"(absolute {1e3 * self.energy_absolute:.2f}, {self.forces_absolute:.4f})"
        )


class LeftOut(NamedTuple):
    """The structures of a fit, and what is said of each by a fit that it was held out from.

    energies: (m,), eV. forces: each (n, 3), eV/Å; None where they were not fitted.
    """

    structures: Structures
    energies: np.ndarray
    forces: tuple[np.ndarray, ...] | None


class NeuralPrediction(NamedTuple):
    """Of structures: energies (m,), eV, and forces, each (n, 3), eV/Å, with standard errors.

    A standard error is the expected size of the error itself, not only of what the parameters
    leave open: it was calibrated on structures held out.
    """

    energies: np.ndarray
    energies_stderr: np.ndarray
    forces: tuple[np.ndarray, ...]
    forces_stderr: tuple[np.ndarray, ...]


@dataclass(frozen=True, repr=False)
class NeuralFit:
    """A fitted neural potential.

    Attributes:
        symbols: its elements.
        members: the trained networks; their mean predicts.
        held: errors on structures held out, by `folds` of `fit_neural`: what to expect of unseen
            ones that are like them.
        left_out: the structures, and what was said of each when it was held out.
    """

    layout: Layout
    symbols: tuple[str, ...]
    units: Units
    members: tuple[Member, ...]
    seen: Seen
    energy_factor: float
    forces: bool
    held: Errors
    calibrations: tuple[Calibration, ...]
    left_out: LeftOut

    @property
    def count(self) -> tuple[int, int]:
        """How many structures and atoms were fitted."""
        those = self.left_out.structures
        return len(those), int(those.natoms.sum())

    def potential(self, **options: Any) -> NeuralPotential:
        """The potential: an ASE calculator. Options are those of Potential: skin, precision."""
        each = [self.units.folded(self.layout, member.theta) for member in self.members]
        weights = {name: np.mean([one[name] for one in each], 0) for name in ("offset", "line")}
        for name in ("weights", "bias", "behind") if self.layout.hidden else ():
            weights[name] = np.stack([one[name] for one in each], 1)
        layout = self.layout
        return NeuralPotential(
            layout.basis, layout.hidden, self.symbols, weights, self.seen, **options
        )

    def calculator(self, watch: bool = True) -> NeuralPotential:
        """The potential, watching what it is used for.

        Args:
            watch: whether atoms whose surroundings the fit never saw give an
                ExtrapolationWarning; `calculator.beyond` says the last one.

        Returns:
            A NeuralPotential; the watch costs a description of all atoms at every step.
        """
        found = self.potential()
        found.domain = self.seen if watch else None
        return found

    def predict(self, structures: Any) -> NeuralPrediction:
        """Energies and forces of structures, with standard errors.

        Args:
            structures: Structures, or whatever `read_structures` reads.

        Raises:
            DataError: an element that was not fitted.
        """
        rows = read_structures(structures, need=())
        energies, stderr, forces, force_stderr = [], [], [], []
        for one, said, q in self._said(rows):
            n, unit = len(one), self.units.unit
            reference = self.units.reference(self._counts(one))
            to_energy = unit * n / self.energy_factor
            energies.append(reference + to_energy * said[0])
            stderr.append(to_energy * float(self.calibrations[0].stderr(q[:1])[0]))
            if self.forces:
                forces.append(unit * said[1:].reshape(n, 3))
                force_stderr.append(unit * self.calibrations[1].stderr(q[1:]).reshape(n, 3))
        return NeuralPrediction(
            np.array(energies), np.array(stderr), tuple(forces), tuple(force_stderr)
        )

    def errors(self, structures: Any) -> Errors:
        """What the potential misses of structures that say energies (and forces).

        Raises DataError: none has an energy.
        """
        rows = read_structures(structures)
        said = self.predict(rows)
        energy = [(e - one.energy) / len(one) for e, one in zip(said.energies, rows)]
        forces = [
            (f - one.forces).ravel() for f, one in zip(said.forces, rows) if one.has("forces")
        ]
        known = np.array(energy)
        return Errors.of(known[~np.isnan(known)], np.concatenate(forces or [np.zeros(0)]))

    def grades(self, structures: Any) -> tuple[np.ndarray, ...]:
        """How far every atom is from the surroundings of the fit, (n,) each; above 1: outside."""
        rows = read_structures(structures, need=())
        return tuple(self.seen.grades(one, self.layout.basis, self._numbers) for one in rows)

    def plot(self, path: Any = None, structures: Any = None, **options: Any) -> Any:
        """Parity of energies and forces, residuals along the volume, and the histogram of energies.

        Args:
            path: where to save: .png, .pdf or .svg; None saves nothing.
            structures: what the fit is shown beside, as for `errors`; None: those it was fitted
                to, each held out from the fit that predicts it, whose errors are `held`.
            options: as of `residua.atoms.figures.overview`.

        Returns:
            A matplotlib Figure.

        Raises:
            DataError: no structure has an energy, or an element was not fitted.
            MissingLibrary: matplotlib is not installed.
            FileError: the path cannot be written.
        """
        from residua.atoms.neural.pictures import overview

        return overview(self, path, structures, **options)

    def save(self, path: Any, overwrite: bool = True) -> None:
        """Write the potential as JSON, atomically, with the surroundings and errors of the fit;
        `residua.atoms.load_potential` reads it back as a calculator, which has no standard errors
        and no pictures: these need the fit.
        """
        from residua.atoms.neural.files import save

        save(self, path, overwrite)

    @property
    def _numbers(self) -> list[int]:
        return [SYMBOLS.index(symbol) for symbol in self.symbols]

    def _counts(self, one: Any) -> np.ndarray:
        return np.array([(one.numbers == z).sum() for z in self._numbers], float)

    def _said(self, rows: Structures) -> Iterator[tuple[Any, np.ndarray, np.ndarray]]:
        """Structures with their rows and variances, in units of the fit."""
        with_network = bool(self.layout.hidden) and self.forces
        for begin in range(0, len(rows), CHUNK):
            some = rows[begin : begin + CHUNK]
            raw = describe_structures(some, self.layout.basis, self._numbers, with_network)
            ready = [self.units.standardized(one, self.layout) for one in raw]
            network = Matching(self.layout, ready, self.energy_factor, self.forces)
            found: Held = variance_of(network, self.members)
            for one, place in zip(some, network.rows):
                yield one, found.left[place], found.variance[place]

    def __repr__(self) -> str:
        from residua.atoms.neural.text import describe

        return describe(self)

    def _repr_html_(self) -> str:
        from residua.atoms.neural.text import describe_html

        return describe_html(self)
