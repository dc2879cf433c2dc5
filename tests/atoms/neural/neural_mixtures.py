"""Structures whose truth is known: small periodic cells of argon and krypton."""

from __future__ import annotations

import numpy as np

from residua.atoms import LennardJones, Structure, Structures

NUMBERS = [18, 36]


def mixtures(count: int, seed: int = 0) -> Structures:
    """Small periodic cells of argon and krypton, by Lennard-Jones."""
    rng = np.random.default_rng(seed)
    corners = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
    truth = LennardJones(
        epsilon={"Ar": 0.0103, "Kr": 0.0140},
        sigma={"Ar": 3.4, "Kr": 3.65},
        mixing="lorentz_berthelot",
    )
    found = []
    for k in range(count):
        a = rng.uniform(3.6, 4.2)
        positions = a * corners + 0.12 * rng.standard_normal((8, 3))
        numbers = rng.choice(NUMBERS, 8)
        cell = 2 * a * np.eye(3)
        said = truth.evaluate(positions, cell, True, numbers)
        found.append(
            Structure(positions, numbers, cell, True, said.energy, said.forces, name=str(k))
        )
    return Structures(found)
