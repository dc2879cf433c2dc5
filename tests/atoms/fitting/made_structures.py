"""Structures whose energies, forces and stresses a known potential has, with known noise."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from residua.atoms import Structure, Structures, read_structures
from residua.atoms.fitting.names import flat
from residua.atoms.fitting.rows import PotentialRows

STRESS = ([0, 5, 4], [5, 1, 3], [4, 3, 2])  # where xx yy zz yz xz xy stand in a matrix


@lru_cache(maxsize=1)
def argon() -> Structures:
    return read_structures("example:argon")


def places(step: int = 8) -> Structures:
    """Every so many-th structure of argon: all families and volumes."""
    return Structures(argon()[::step])


def alloyed(structures: Structures, seed: int = 3) -> Structures:
    """About half of the atoms turned into krypton, and the cells widened by what it needs."""
    rng = np.random.default_rng(seed)
    found = []
    for one in structures:
        numbers = np.where(rng.random(len(one)) < 0.5, 36, 18)
        found.append(
            Structure(1.04 * one.positions, numbers, 1.04 * one.cell, one.pbc, group=one.group)
        )
    return Structures(found)


def computed(potential, structures, noise=(0.0, 0.0, 0.0), seed=0, own=None) -> Structures:
    """The structures as this potential has them.

    noise: see `noisy`. own: energies of the elements by atomic number.
    """
    rows = PotentialRows(potential, structures, virial=True)
    values, _ = rows.linearized(list(flat(potential.given).values()))  # the program of fits
    s, atoms = len(structures), int(structures.natoms.sum())
    forces = np.split(values[s : s + 3 * atoms].reshape(-1, 3), np.cumsum(structures.natoms)[:-1])
    stresses = values[s + 3 * atoms :].reshape(-1, 6)
    found = []
    for one, energy, pulled, stress in zip(structures, values, forces, stresses):
        energy = energy + sum((own or {}).get(int(z), 0.0) for z in one.numbers)
        whole = stress[np.array(STRESS)] if one.pbc.all() else None
        found.append(replace(one, energy=energy, forces=pulled, stress=whole))
    return noisy(Structures(found), noise, seed)


def noisy(structures, noise, seed) -> Structures:
    """With normal noise of these deviations: energies for an atom, forces, stress components."""
    rng = np.random.default_rng(seed)
    found = []
    for one in structures:
        wrong = noise[2] * rng.standard_normal(6)[np.array(STRESS)]
        found.append(
            replace(
                one,
                energy=one.energy + len(one) * noise[0] * rng.standard_normal(),
                forces=one.forces + noise[1] * rng.standard_normal((len(one), 3)),
                stress=None if one.stress is None else one.stress + wrong,
            )
        )
    return Structures(found)
