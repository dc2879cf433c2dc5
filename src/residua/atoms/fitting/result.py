"""PotentialFit: a Fit whose model is a potential."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from residua._arguments import Overwrite, Picture
from residua._types import AnyObject, AtomsLike, PathLike, StructuresLike
from residua.atoms.domain import Domain
from residua.atoms.fitting.errors import Errors, errors_of
from residua.atoms.fitting.names import OFFSET, flat, shaped
from residua.atoms.fitting.rows import PotentialRows
from residua.atoms.fitting.targets import Targets, targets
from residua.atoms.fitting.words import by_free
from residua.atoms.potential import Potential
from residua.atoms.reading import read_structures
from residua.atoms.structures import Structures
from residua.doc import Doc, documented
from residua.fitting.result import Fit


@dataclass(frozen=True)
class Predicted:
    """What a fitted potential says of structures, and how sure it is of it.

    energy, energy_stderr (s,): eV of the cell. forces, forces_stderr: an array (n, 3) for each,
    eV/Å. beyond (s,): how a structure goes beyond those of the fit; empty where it does not.
    """

    energy: np.ndarray
    energy_stderr: np.ndarray
    forces: list[np.ndarray]
    forces_stderr: list[np.ndarray]
    beyond: list[str]

    @property
    def extrapolates(self) -> np.ndarray:
        """(s,) whether a structure goes beyond those of the fit."""
        return np.array([bool(text) for text in self.beyond])


@documented
@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PotentialFit(Fit):
    """A fitted potential: parameters with error bars, and a calculator for production.

    `fit.calculator()` is an ASE calculator that warns where a structure goes beyond what the fit
    has seen; `fit.errors` says how far energies, forces and stresses are from the data.

    Example:
        >>> from residua.atoms import fit_potential
        >>> fit = fit_potential("lennard_jones", "example:argon", rc="3*sigma", per="cell")
        >>> fit.ok, list(fit.params), len(fit.structures)
        (True, ['epsilon', 'sigma'], 100)
    """

    rows: Annotated[PotentialRows, Doc("the program over all structures")]
    targets: Annotated[Targets, Doc("what was fitted")]
    levels: Annotated[
        dict[str, float], Doc("standard deviation of each kind, estimated or given")
    ] = field(default_factory=dict)
    levels_estimated: Annotated[bool, Doc("whether these were estimated")] = False
    held_back: Annotated[Structures | None, Doc("the structures that were not fitted")] = None

    @property
    def structures(self) -> Structures:
        """The structures that were fitted."""
        return self.rows.structures

    @cached_property
    def given(self) -> dict[str, Any]:
        """The fitted parameters as the potential takes them."""
        template = self.rows.template
        count = len(flat(template.given))
        values = [self.params[name] for name in self.rows.labels[:count]]
        return shaped(template.given, values)

    @property
    def offsets(self) -> dict[str, float]:
        """Fitted energies of the elements, eV."""
        return {symbol: self.params[OFFSET + symbol] for symbol in self.rows.offsets}

    @cached_property
    def domain(self) -> Domain:
        """Which distances and crowds the fit has seen."""
        return self.rows.domain(self.potential.cutoff)

    @cached_property
    def potential(self) -> Potential:
        """The potential with the fitted parameters, without a watch on what it is used for."""
        return self.rows.template.refit(self.given).fitted()

    @cached_property
    def curve(self) -> Fit:
        """u(r) as a Fit: `fit.curve.minimum()`, `.derivative("r")`, `.predict(r)` with bands.

        Raises ModelError: it is no pair potential of one element.
        """
        from residua.atoms.fitting.curve import curve

        return curve(self)

    def __call__(self, /, *x: Any, **named: Any) -> Any:
        """u(r) of a pair potential of one element, without its cutoff."""
        return self.curve(*x, **named)

    @documented
    def calculator(
        self,
        watch: Annotated[
            bool,
            Doc(
                "whether structures with distances or densities that the fit never saw give "
                "an ExtrapolationWarning; `calculator.beyond` says the last one"
            ),
        ] = True,
    ) -> Potential:
        """An ASE calculator with the fitted parameters: MD, optimization, equations of state.

        Returns:
            A Potential; energies of the elements are part of its energy where they were fitted.
            A fit that failed warns: its numbers are not to be trusted.
        """
        if not self.ok:
            from residua.atoms.fitting.files import warn_failed

            warn_failed(self.outcome.sentence)
        found = self.potential.refit(self.given)
        found.atom_energies = self.offsets
        found.domain = self.domain if watch else None
        return found

    @documented
    def predict(  # type: ignore[override]
        self, structures: Annotated[StructuresLike, Doc("whatever `read_structures` reads")]
    ) -> Predicted:
        """Energies and forces of structures with standard errors of the fit (delta method).

        Returns:
            A Predicted: `energy` in eV, `forces` in eV/Å, their standard errors, and `beyond`.
        """
        those = _read(structures)
        rows = self.rows.over(those)
        value, tangents = rows.linearized([self.params[name] for name in rows.labels])
        error = self._spread(tangents)
        s, ends = len(those), np.cumsum(those.natoms)[:-1]
        forces = np.split(value[s:].reshape(-1, 3), ends)
        forces_error = np.split(error[s:].reshape(-1, 3), ends)
        return Predicted(value[:s], error[:s], forces, forces_error, rows.beyond(self.domain))

    def _spread(self, tangents: np.ndarray) -> np.ndarray:
        """Standard errors of what has these derivatives by all parameters (p, n)."""
        own = by_free(self.parameters, self.theta, tangents)
        known = np.nan_to_num(self.covariance, nan=0.0, posinf=np.inf)  # at a bound: known
        if not np.isfinite(known).all():
            return np.full(tangents.shape[1], np.nan)
        return np.sqrt(np.maximum(np.einsum("in,ij,jn->n", own, known, own), 0.0))

    @documented
    def beyond(self, structure: Annotated[AtomsLike, Doc("a Structure, or Atoms")]) -> str:
        """How a structure, or Atoms, goes beyond what the fit has seen; empty where it does not."""
        return self.rows.over(_read(structure)).beyond(self.domain)[0]

    @cached_property
    def errors(self) -> Errors:
        """RMSE and mean absolute error by kind, for all and by group, fitted and held back."""
        sets = {"fitted": self.structures}
        if self.held_back is not None:
            sets["held back"] = self.held_back
        return Errors(
            tuple(row for name, those in sets.items() for row in self._errors(name, those))
        )

    def _errors(self, name: str, those: Structures) -> list[Any]:
        counts = those.counts
        wanted = targets(
            those, counts["energy"] > 0, counts["forces"] > 0, counts["stress"] > 0, "atom"
        )
        rows = self.rows.over(those, wanted.per, wanted.take, virial=True)
        value = rows.value([self.params[name] for name in rows.labels])
        groups = [one.group for one in those]
        return errors_of(name, wanted, value - wanted.observed, groups)

    @documented
    def plot(
        self,
        path: Picture = None,
        **options: Annotated[AnyObject, Doc("as of `residua.atoms.figures.overview`")],
    ) -> Any:
        """Parity of energies and forces, residuals along the volume, and the histogram of energies.

        Returns:
            A matplotlib Figure.
        """
        from residua.atoms.fitting.pictures import overview

        return overview(self, path, **options)

    def __str__(self) -> str:
        from residua.atoms.fitting.text import describe

        return describe(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from residua.atoms.fitting.text import describe_html

        return describe_html(self)

    @documented
    def save(
        self,
        path: Annotated[PathLike, Doc('where to, for example "argon.potential.json"')],
        overwrite: Overwrite = True,
    ) -> None:
        """Write the potential with its parameters, errors and domain as JSON, atomically.

        `residua.atoms.load_potential` reads it back as a calculator.
        """
        from residua.atoms.fitting.files import save

        save(self, path, overwrite)


def _read(structures: Any) -> Structures:
    """Where atoms are; what their calculators say of them is not looked at."""
    if isinstance(structures, Structures):
        return structures
    if hasattr(structures, "get_atomic_numbers"):
        structures = [structures]
    if isinstance(structures, (list, tuple)):
        structures = [one.copy() if hasattr(one, "calc") else one for one in structures]
    return read_structures(structures, need=())
