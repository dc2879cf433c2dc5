"""Adsorption isotherms: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

PRESSURES = np.concatenate([[0.0], np.geomspace(0.02, 50.0, 29)])
LAYERS = np.linspace(0.02, 0.4, 25)

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("henry", {"K": 1.7}, np.linspace(0.0, 4.0, 15), 0.1),
    ShelfCase("langmuir", {"qmax": 5.0, "K": 0.6}, PRESSURES, 0.08),
    ShelfCase("freundlich", {"K": 2.0, "n": 2.5}, PRESSURES, 0.1),
    ShelfCase("temkin", {"B": 1.4, "K": 12.0}, np.geomspace(0.2, 80.0, 25), 0.1),
    ShelfCase("sips", {"qmax": 6.0, "K": 0.8, "n": 0.65}, PRESSURES, 0.03),
    ShelfCase("toth", {"qmax": 6.0, "K": 1.5, "n": 0.6}, PRESSURES, 0.02),
    ShelfCase("redlich_peterson", {"K": 4.0, "a": 1.2, "g": 0.8}, PRESSURES, 0.04),
    ShelfCase(
        "dual_site_langmuir",
        {"qmax1": 2.0, "K1": 9.0, "qmax2": 4.0, "K2": 0.15},
        PRESSURES,
        0.02,
    ),
    ShelfCase("bet", {"qm": 2.5, "C": 90.0}, LAYERS, 0.03, scales=False),
    ShelfCase(
        "dubinin_radushkevich",
        {"qmax": 0.4, "E": 9e3},
        np.geomspace(1e-5, 0.3, 25),
        0.004,
        scales=False,
    ),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase("henry", {"K": 3e-12}, uneven(0.0, 1e7, 12, seed=2), 2e-7, label="pascal"),
    ShelfCase(
        "langmuir",
        {"qmax": 3e-3, "K": 4e-6},
        uneven(0.0, 3e5, 40, seed=4),
        4e-5,
        label="far-from-saturation",
    ),
    ShelfCase(
        "freundlich", {"K": 40.0, "n": 0.7}, np.linspace(0.0, 0.02, 25), 5e-3, label="convex"
    ),
    ShelfCase(
        "temkin", {"B": 2e-4, "K": 5e-4}, np.geomspace(1e2, 1e6, 25), 2e-5, label="below-zero"
    ),
    ShelfCase("sips", {"qmax": 0.7, "K": 2e-5, "n": 2.2}, 1e4 * PRESSURES, 0.02, label="steep"),
    ShelfCase(
        "toth", {"qmax": 3e-3, "K": 8e-5, "n": 1.6}, 2e3 * PRESSURES, 2e-5, label="sharp-in-pascal"
    ),
    ShelfCase(
        "redlich_peterson",
        {"K": 3e-6, "a": 6e-4, "g": 0.93},
        1e3 * PRESSURES,
        3e-5,
        label="pascal",
    ),
    ShelfCase(
        "dual_site_langmuir",
        {"qmax1": 7e-4, "K1": 5e-4, "qmax2": 2e-3, "K2": 6e-6},
        1e4 * PRESSURES,
        1e-5,
        label="pascal",
    ),
    ShelfCase(
        "bet",
        {"qm": 4e-4, "C": 2.0},
        np.linspace(0.05, 0.8, 30),
        1e-5,
        {"cross_section": 0.21},
        "weak",
        scales=False,
    ),
    ShelfCase(
        "dubinin_radushkevich",
        {"qmax": 18.0, "E": 2.6e3},
        np.geomspace(1e-6, 0.5, 30),
        0.3,
        {"temperature": 77.35},
        "nitrogen",
        scales=False,
    ),
)
