"""Starts and cutoffs that nobody gave, read off the structures."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from residua._errors import ModelError, ResiduaError
from residua.atoms.corrections import EnergyOffsets, energy_offsets
from residua.atoms.fitting.shells import nearest_distance, shell
from residua.atoms.pair import Pair
from residua.atoms.structures import Structures
from residua.fitting.fit import fit as fit_curve
from residua.problem.model import Model

# The cutoff in distances of nearest neighbors: that of 3 sigma, where u has its minimum at 2^(1/6).
REACH = 3.0 / 2.0 ** (1.0 / 6.0)


def offset_starts(structures: Structures) -> dict[str, float]:
    """Energies of the elements, eV, as if the most expanded structure had no other energy."""
    known = structures.having("energy")
    found = energy_offsets(known)
    left = (known.energies - found.of(known)) / known.natoms
    shift = float(left[np.argmax([shell(one).mean for one in known])])
    return {symbol: value + shift for symbol, value in found.values.items()}


def bond_energies(
    structures: Structures, offsets: Mapping[str, float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Each structure as if all its energy were in its shortest bonds: distance and energy of one.

    Crude, and good for a start: the curve has the depth and the place of the true one.

    offsets: energies of the elements, which are no energies of bonds.
    """
    shells = [shell(one) for one in structures]
    energies = structures.energies
    if offsets:
        energies = energies - EnergyOffsets(dict(offsets), True).of(structures)
    bonds = np.array([one.bonds for one in shells])
    known = np.isfinite(energies) & (bonds > 0)
    return np.array([one.mean for one in shells])[known], energies[known] / bonds[known]


def started(
    model: Model,
    structures: Structures,
    given: Mapping[str, float],
    offsets: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """A start of every parameter of u(r): given, or of the fit of u to the bonds' energies.

    Raises ModelError: there is none.
    """
    found = {**model.defaults, **given}
    missing = [name for name in model.parameters if name not in found]
    if missing:
        r, u = bond_energies(structures, offsets)
        found = {**_estimated(model, r, u, found, missing), **found}
    return {name: float(found[name]) for name in model.parameters}


def _estimated(
    model: Model, r: np.ndarray, u: np.ndarray, known: Mapping[str, float], missing: list[str]
) -> Mapping[str, float]:
    if not len(r):
        raise _no_start(missing, "no structure with an energy has atoms that see each other")
    if model.estimate is not None and (guess := model.estimate(r, u)) is not None:
        return guess
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return fit_curve(model, r, u, start=dict(known) or None, max_steps=60).params
    except ResiduaError as error:
        raise _no_start(missing, str(error).splitlines()[0]) from error


def _no_start(missing: list[str], why: str) -> ModelError:
    return ModelError(
        f"no start was found for {', '.join(missing)}",
        causes=[why],
        next=f"start={{{', '.join(f'{name!r}: ...' for name in missing)}}}",
    )


def pair_template(
    model: Model,
    structures: Structures,
    known: Mapping[str, float],
    rc: Any,
    offsets: Mapping[str, float] | None = None,
    **words: Any,
) -> Pair:
    """The potential that is to be fitted: u(r), the same start for every pair of elements.

    known: values of parameters that were given, by name; other names are no concern of this.
    """
    named = {name: known[name] for name in model.parameters if name in known}
    values = started(model, structures, named, offsets)
    given: dict[str, Any] = dict(values)
    pairs = list(combinations_with_replacement(structures.species, 2))
    if len(pairs) > 1:
        given = {name: dict.fromkeys(pairs, value) for name, value in values.items()}
    reach = round(REACH * nearest_distance(structures), 2) if rc is None else rc
    return Pair(model, rc=reach, **words, **given)
