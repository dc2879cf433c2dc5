"""Structures whose energies, forces and stresses a known potential has, with known noise."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from residua.atoms import Structure, Structures, read_structures

STRESS = ([0, 5, 4], [5, 1, 3], [4, 3, 2])  # where xx yy zz yz xz xy stand in a matrix


@lru_cache(maxsize=1)
def argon() -> Structures:
    return read_structures("example:argon")


def places(step: int = 5) -> Structures:
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

    noise: standard deviations of an energy for an atom, of a force and of a stress component.
    own: energies of the elements by atomic number.
    """
    rng = np.random.default_rng(seed)
    found = []
    for one in structures:
        said = potential.evaluate(one.positions, one.cell, one.pbc, one.numbers, stress=True)
        n = len(one)
        energy = said.energy + n * noise[0] * rng.standard_normal()
        energy += sum((own or {}).get(int(z), 0.0) for z in one.numbers)
        pulled = said.stress + noise[2] * rng.standard_normal(6)
        found.append(
            replace(
                one,
                energy=energy,
                forces=said.forces + noise[1] * rng.standard_normal((n, 3)),
                stress=pulled[np.array(STRESS)],
            )
        )
    return Structures(found)
