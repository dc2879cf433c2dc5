"""Pair potentials: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

ARGON = np.linspace(3.2, 8.0, 40)
COPPER = np.linspace(1.7, 4.5, 40)
CLOSE = np.linspace(0.1, 1.5, 40)

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("lennard_jones", {"epsilon": 0.0103, "sigma": 3.4}, ARGON, 1e-4),
    ShelfCase("mie", {"epsilon": 0.0122, "sigma": 3.4, "n": 13.5, "m": 6.3}, ARGON, 2e-5),
    ShelfCase("morse", {"D": 3.8, "alpha": 1.4, "r0": 2.2}, COPPER, 0.02),
    ShelfCase("buckingham", {"A": 4000.0, "B": 3.5, "C": 60.0}, np.linspace(1.8, 6.0, 40), 0.005),
    ShelfCase("born_mayer", {"A": 1200.0, "rho": 0.32}, np.linspace(1.5, 3.5, 30), 0.01),
    ShelfCase(
        "double_exponential_pair", {"A": 800.0, "a": 3.2, "B": 60.0, "b": 1.3}, COPPER, 0.005
    ),
    ShelfCase("yukawa", {"A": 14.4, "kappa": 0.6}, np.linspace(0.8, 6.0, 40), 0.05),
    ShelfCase("zbl", {"A": 12110.1, "a": 0.11}, CLOSE, 5.0),
    ShelfCase("coulomb", {"A": -14.4}, np.linspace(0.8, 6.0, 30), 0.1),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "lennard_jones",
        {"epsilon": 996.0, "sigma": 3.4e-10},
        uneven(3.3e-10, 9e-10, 40, seed=1),
        20.0,
        label="joule-per-mole-and-meter",
    ),
    ShelfCase(
        "lennard_jones",
        {"epsilon": 2e-3, "sigma": 0.26},
        np.geomspace(0.2, 2.0, 50),
        1e-3,
        label="steep-wall-in-nanometers",
    ),
    ShelfCase(
        "mie",
        {"epsilon": 250.0, "sigma": 0.37, "n": 24.0, "m": 6.0},
        np.linspace(0.355, 0.9, 60),
        0.5,
        label="hard-in-kelvin",
    ),
    ShelfCase(
        "mie",
        {"epsilon": 3.8, "sigma": 1.8, "n": 7.0, "m": 3.0},
        uneven(1.6, 4.5, 60, seed=2),
        0.005,
        label="soft-metal",
    ),
    ShelfCase(
        "morse",
        {"D": 436.0, "alpha": 19.4, "r0": 0.0741},
        uneven(0.04, 0.3, 40, seed=3),
        2.0,
        label="hydrogen-in-nanometers",
    ),
    ShelfCase(
        "morse",
        {"D": 0.35, "alpha": 1.36, "r0": 2.87},
        np.linspace(2.9, 6.0, 40),
        5e-4,
        label="attraction-only",
    ),
    ShelfCase(
        "buckingham",
        {"A": -83.2, "B": 1.187, "C": -266.0},
        np.linspace(1.7, 3.0, 60),
        0.002,
        label="signs-of-the-copper-dimer",
    ),
    ShelfCase(
        "buckingham",
        {"A": 3.86e5, "B": 27.6, "C": 0.0134e-2},
        uneven(0.13, 0.5, 40, seed=4),
        5.0,
        label="oxide-in-nanometers",
    ),
    ShelfCase(
        "born_mayer",
        {"A": 3.2e-16, "rho": 2.9e-11},
        uneven(1.2e-10, 3e-10, 40, seed=5),
        2e-20,
        label="joule-and-meter",
    ),
    ShelfCase(
        "double_exponential_pair",
        {"A": 9e4, "a": 41.0, "B": 2e3, "b": 11.0},
        uneven(0.12, 0.6, 60, seed=6),
        1.0,
        label="nanometers",
    ),
    ShelfCase(
        "yukawa",
        {"A": -2.3e-28, "kappa": 1.1e9},
        uneven(2e-10, 3e-9, 40, seed=7),
        5e-21,
        label="attracting-in-meters",
    ),
    ShelfCase(
        "zbl",
        {"a": 0.105},
        CLOSE,
        5.0,
        {"Z1": 29, "Z2": 29},
        "copper",
        scales=False,
    ),
    ShelfCase(
        "coulomb", {"A": 2.3e-28}, uneven(1e-10, 2e-9, 20, seed=8), 1e-20, label="joule-meter"
    ),
)
