"""Starts and cutoffs that nobody gave, read off the structures.

Curves to start from are the one of `reference.py`, and one as if all energy of a structure were in
its shortest bonds. A form is fitted to them; the start whose energies are nearest to the data wins.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from residua._errors import ModelError, ResiduaError
from residua.atoms.corrections import EnergyOffsets
from residua.atoms.fitting.reference import PairSums, Reference, reference
from residua.atoms.fitting.shells import nearest_distance, shell
from residua.atoms.forms.buckingham import Buckingham
from residua.atoms.forms.exponentials import DoubleExponential, Morse
from residua.atoms.forms.lennard_jones import LennardJones
from residua.atoms.forms.mie import Mie
from residua.atoms.forms.repulsions import BornMayer, Yukawa
from residua.atoms.pair import Pair
from residua.atoms.structures import Structures
from residua.fitting.fit import fit as fit_curve
from residua.problem.model import Model

# The cutoff in distances of nearest neighbors: that of 3 sigma, where u has its minimum at 2^(1/6).
REACH = 3.0 / 2.0 ** (1.0 / 6.0)
# How much farther pairs are looked at where the cutoff will follow from parameters.
LIKELY = 1.1
# The classes of library models, which know more than u(r): Buckingham's has a guard.
FORMS: dict[str, type[Pair]] = {
    "born_mayer": BornMayer,
    "buckingham": Buckingham,
    "double_exponential_pair": DoubleExponential,
    "lennard_jones": LennardJones,
    "mie": Mie,
    "morse": Morse,
    "yukawa": Yukawa,
}
# A start that misses energies by so many times what the reference misses needs no competitor.
GOOD = 1.5


@dataclass(frozen=True)
class Known:
    """What is known of parameters by name: numbers that stay, and numbers that are a guess."""

    held: Mapping[str, float]
    guessed: Mapping[str, float]


@dataclass(frozen=True)
class Begin:
    """What a fit begins with beside the values of u: elements and their energies, a cutoff."""

    species: Sequence[str]
    reach: float
    offsets: Mapping[str, float]
    curve: Reference | None
    sums: PairSums

    @classmethod
    def of(cls, structures: Structures, offsets: bool, forces: bool, rc: Any = None) -> Begin:
        """Read off the structures; rc: the cutoff that was given, if one was."""
        reach = round(REACH * nearest_distance(structures), 2)
        known = isinstance(rc, (int, float)) and np.isfinite(rc) and rc > 0
        # Where it is known the fit has the same neighbors, and where it follows they are likely.
        sums = PairSums(structures, float(rc) if known else LIKELY * reach)
        curve = reference(sums, offsets, forces)
        own = dict.fromkeys(structures.species if offsets else (), 0.0)
        own |= {} if curve is None else curve.offsets
        return cls(structures.species, reach, own, curve, sums)

    def curves(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Distances and energies that u could have, the likeliest first."""
        if self.curve is not None:
            yield self.curve.curve()
        r, u = bond_energies(self.sums.structures, self.offsets)
        if len(r):
            yield r, u

    def missed(self, model: Model, values: Mapping[str, float]) -> float:
        """Root mean square of what energies for an atom u misses; infinite where it has none."""
        those = self.sums.structures
        own = EnergyOffsets(dict(self.offsets), True).of(those) if self.offsets else 0.0
        numbers = [values[name] for name in model.parameters]
        said = self.sums.energies(lambda r: np.asarray(model.evaluate((r,), numbers), float)) + own
        off = ((said - those.energies) / those.natoms)[np.isfinite(those.energies)]
        size = float(np.sqrt(np.mean(off**2))) if len(off) else 0.0
        return size if np.isfinite(size) else np.inf


def bond_energies(
    structures: Structures, offsets: Mapping[str, float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Distance and energy of a bond of each structure, as if the shortest bonds had all energy.

    offsets: energies of the elements, which are no energies of bonds.
    """
    shells = [shell(one) for one in structures]
    energies = structures.energies
    if offsets:
        energies = energies - EnergyOffsets(dict(offsets), True).of(structures)
    bonds = np.array([one.bonds for one in shells])
    known = np.isfinite(energies) & (bonds > 0)
    return np.array([one.mean for one in shells])[known], energies[known] / bonds[known]


def started(model: Model, begin: Begin, known: Known) -> dict[str, float]:
    """A start of every parameter of u(r): held, or of the fit of u to a curve.

    Raises ModelError: there is none.
    """
    if all(name in known.held for name in model.parameters):
        return {name: float(known.held[name]) for name in model.parameters}
    best, least, trouble = None, np.inf, "no structure has energies, and atoms that see each other"
    enough = np.inf if begin.curve is None else GOOD * begin.curve.missed
    for r, u in begin.curves():
        try:
            found = _onto(model, r, u, known)
        except ResiduaError as error:
            trouble = str(error).splitlines()[0]
            continue
        missed = begin.missed(model, found)
        if best is None or missed < least:
            best, least = found, missed
        if missed <= enough:
            break
    if best is None:
        missing = [name for name in model.parameters if name not in known.held]
        raise ModelError(
            f"no start was found for {', '.join(missing)}",
            causes=[trouble],
            next=f"start={{{', '.join(f'{name!r}: ...' for name in missing)}}}",
        )
    return best


def _onto(model: Model, r: np.ndarray, u: np.ndarray, known: Known) -> dict[str, float]:
    """The parameters of u nearest to a curve: what the library estimates, or a fit."""
    if not known.held and not known.guessed and model.estimate is not None:
        guess = model.estimate(r, u)
        if guess is not None:
            return {name: float(guess[name]) for name in model.parameters}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start, fixed = dict(known.guessed) or None, dict(known.held) or None
        found = fit_curve(model, r, u, start=start, fixed=fixed, max_steps=60)
    return {name: float(found.params[name]) for name in model.parameters}


def pair_template(model: Model, begin: Begin, known: Mapping[str, float], **words: Any) -> Pair:
    """The potential that is to be fitted: u(r), the same start for every pair of elements.

    It is of the class of u(r), where there is one. known: values of parameters that were given, by
    name; other names are no concern of this.
    """
    held = {name: float(known[name]) for name in model.parameters if name in known}
    guessed = {name: value for name, value in model.defaults.items() if name not in held}
    values = started(model, begin, Known(held, guessed))
    given: dict[str, Any] = dict(values)
    pairs = list(combinations_with_replacement(begin.species, 2))
    if len(pairs) > 1:
        given = {name: dict.fromkeys(pairs, value) for name, value in values.items()}
    if words["rc"] is None:
        words["rc"] = begin.reach
    if model.kind == "shelf" and model.text in FORMS and not model.options:
        return FORMS[model.text](**given, **words)
    return Pair(model, **words, **given)
