"""Equations of state: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

EOS = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
EOS2 = {name: EOS[name] for name in ("E0", "B0", "V0")}
# B'' of a solid is about -BP / B0; the curvature of B(P) shows only over a wide range.
EOS4 = {**EOS, "BPP": -11.0}
VOLUMES = np.linspace(13.5, 20.5, 25)
WIDE = np.linspace(11.0, 21.0, 41)

# Copper to 100 GPa, argon near its minimum and far stretched, and energies in hartree and bohr^3.
COPPER = {"E0": -3.7, "B0": 0.9, "BP": 5.5, "V0": 11.8}
ARGON = {"E0": -0.138, "B0": 0.045, "BP": 7.6, "V0": 30.16}
HARTREE = {"E0": -13.2, "B0": 0.0048, "BP": 4.3, "V0": 79.6}

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("murnaghan", EOS, VOLUMES, 0.001),
    ShelfCase("birch_murnaghan", EOS, VOLUMES, 0.001),
    ShelfCase("birch_murnaghan2", EOS2, VOLUMES, 0.001),
    ShelfCase("birch_murnaghan4", EOS4, WIDE, 0.001),
    ShelfCase("poirier_tarantola", EOS, VOLUMES, 0.001),
    ShelfCase("poirier_tarantola2", EOS2, VOLUMES, 0.001),
    ShelfCase("poirier_tarantola4", EOS4, WIDE, 0.001),
    ShelfCase("sjeos", EOS, VOLUMES, 0.001),
    ShelfCase("taylor", EOS, VOLUMES, 0.001),
    ShelfCase("vinet", EOS, VOLUMES, 0.001),
    ShelfCase("anton_schmidt", EOS, VOLUMES, 0.001),
    ShelfCase("tait", EOS, VOLUMES, 0.001),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "murnaghan",
        {"E0": -400.03, "B0": 0.004, "BP": 4.03, "V0": 211.8},
        uneven(180.0, 325.0, 28, seed=4),
        2e-5,
        label="one-sided",
    ),
    ShelfCase("birch_murnaghan", COPPER, np.linspace(11.3, 12.3, 9), 1e-5, label="narrow"),
    ShelfCase(
        "birch_murnaghan4",
        {**HARTREE, "BPP": -1000.0},
        np.linspace(55.0, 100.0, 30),
        1e-5,
        label="hartree",
    ),
    ShelfCase(
        "poirier_tarantola", HARTREE, uneven(64.0, 96.0, 20, seed=6), 1e-5, label="hartree-uneven"
    ),
    ShelfCase("sjeos", COPPER, np.linspace(8.0, 12.0, 12), 1e-3, label="compressed"),
    ShelfCase("taylor", COPPER, np.linspace(11.5, 12.1, 9), 1e-5, label="narrow"),
    ShelfCase("vinet", ARGON, np.linspace(20.0, 45.0, 15), 1e-4, label="stretched"),
    ShelfCase("vinet", COPPER, np.linspace(7.5, 11.9, 15), 1e-3, label="compressed"),
    ShelfCase("anton_schmidt", ARGON, np.linspace(22.0, 42.0, 15), 1e-4, label="stretched"),
    ShelfCase("anton_schmidt", COPPER, np.linspace(11.3, 12.3, 9), 1e-5, label="narrow"),
    ShelfCase("tait", COPPER, uneven(9.0, 12.5, 20, seed=8), 1e-3, label="compressed"),
)
