"""Equations of state: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

EOS = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
VOLUMES = np.linspace(13.5, 20.5, 25)

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("murnaghan", EOS, VOLUMES, 0.001),
    ShelfCase("birch_murnaghan", EOS, VOLUMES, 0.001),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "murnaghan",
        {"E0": -400.03, "B0": 0.004, "BP": 4.03, "V0": 211.8},
        uneven(180.0, 325.0, 28, seed=4),
        2e-5,
        label="one-sided",
    ),
    ShelfCase(
        "birch_murnaghan",
        {"E0": -3.7, "B0": 0.9, "BP": 5.5, "V0": 11.8},
        np.linspace(11.3, 12.3, 9),
        1e-5,
        label="narrow",
    ),
)
