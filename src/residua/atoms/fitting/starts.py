"""Starts and cutoffs that nobody gave, read off the structures."""

from __future__ import annotations

import warnings
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from residua._errors import ModelError, ResiduaError
from residua.atoms.neighbors import pairs_within
from residua.atoms.pair import Pair
from residua.atoms.structures import Structures
from residua.fitting.fit import fit as fit_curve
from residua.problem.model import Model

# The cutoff in distances of nearest neighbors: that of 3 sigma, where u has its minimum at 2^(1/6).
REACH = 3.0 / 2.0 ** (1.0 / 6.0)
# Pairs within this many nearest distances make the first shell.
SHELL = 1.2


def nearest_distance(structures: Structures) -> float:
    """The least distance between atoms of the structure of lowest energy, Å."""
    energies = structures.energies / structures.natoms
    known = np.isfinite(energies)
    best = int(np.nanargmin(np.where(known, energies, np.inf))) if known.any() else 0
    return float(_distances(structures, best).min())


def _distances(structures: Structures, k: int) -> np.ndarray:
    """Distances of the pairs of a structure, each seen from both ends."""
    one = structures[k]
    reach = 4.0
    while True:
        found = pairs_within(one.positions, one.cell, one.pbc, reach)
        if len(found.first) or reach > 100:
            break
        reach *= 1.6
    if not len(found.first):
        raise ModelError(
            f"structure {one.name} has no two atoms within {reach:.0f} Å of each other",
            next="structures.select(lambda one: len(one) > 1)",
        )
    vectors = one.positions[found.second] - one.positions[found.first] + found.shift @ one.cell
    return np.linalg.norm(vectors, axis=1)


def bond_energies(structures: Structures) -> tuple[np.ndarray, np.ndarray]:
    """Each structure as if all its energy were in its shortest bonds: distance and energy of one.

    Crude, and good for a start: the curve has the depth and the place of the true one.
    """
    r, u = [], []
    for k, one in enumerate(structures):
        if not one.has("energy") or (len(one) < 2 and not one.pbc.any()):
            continue
        distances = _distances(structures, k)
        shell = distances[distances < SHELL * distances.min()]
        r.append(float(shell.mean()))
        u.append(one.energy / (0.5 * len(shell)))
    return np.array(r), np.array(u)


def started(model: Model, structures: Structures, given: dict[str, float]) -> dict[str, float]:
    """A start of every parameter of u(r): given, or of the fit of u to the bonds' energies."""
    missing = [name for name in model.parameters if name not in {**model.defaults, **given}]
    found = {**model.defaults, **given}
    if missing:
        r, u = bond_energies(structures)
        if model.estimate is not None and (guess := model.estimate(r, u)) is not None:
            return {name: float({**guess, **found}[name]) for name in model.parameters}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fit = fit_curve(model, r, u, start=found or None, max_steps=60)
        except ResiduaError as error:
            raise ModelError(
                f"no start was found for {', '.join(missing)}",
                causes=[str(error).splitlines()[0]],
                next=f"start={{{', '.join(f'{name!r}: ...' for name in missing)}}}",
            ) from error
        found.update({name: float(fit.params[name]) for name in missing})
    return {name: float(found[name]) for name in model.parameters}


def pair_template(
    model: Model,
    structures: Structures,
    start: dict[str, float],
    rc: Any,
    **words: Any,
) -> Pair:
    """The potential that is to be fitted: u(r), the same start for every pair of elements."""
    named = {name: start[name] for name in start if name in model.parameters}
    values = started(model, structures, named)
    given: dict[str, Any] = dict(values)
    pairs = list(combinations_with_replacement(structures.species, 2))
    if len(pairs) > 1:
        given = {name: dict.fromkeys(pairs, value) for name, value in values.items()}
    reach = round(REACH * nearest_distance(structures), 2) if rc is None else rc
    return Pair(model, rc=reach, **words, **given)
