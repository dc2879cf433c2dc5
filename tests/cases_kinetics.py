"""Kinetics: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("michaelis_menten", {"Vmax": 8.0, "Km": 2.0}, np.geomspace(0.1, 30.0, 20), 0.2),
    ShelfCase("arrhenius", {"A": 1e10, "Ea": 6e4}, np.linspace(290.0, 350.0, 25), 0.2),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "michaelis_menten",
        {"Vmax": 3e-7, "Km": 5e-5},
        np.linspace(0.0, 4e-4, 25),
        5e-9,
        label="micromolar-with-blank",
    ),
    ShelfCase(
        "arrhenius",
        {"A": 2e13, "Ea": 1.8e5},
        np.linspace(700.0, 900.0, 20),
        5.0,
        label="hot",
    ),
)
