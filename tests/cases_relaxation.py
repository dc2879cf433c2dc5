"""Relaxation in time and against frequency: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

TIMES = np.concatenate([[0.0], np.geomspace(0.02, 60.0, 60)])
DELAYS = np.linspace(0.0, 6.0, 30)
FREQUENCIES = np.geomspace(1e-3, 1e3, 60)
MEGAHERTZ = 1e7 * np.geomspace(1e-2, 1e2, 40)

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase(
        "stretched_exponential",
        {"amplitude": 5.0, "tau": 3.0, "beta": 0.6, "offset": 1.0},
        TIMES,
        0.05,
    ),
    ShelfCase("power_law_decay", {"amplitude": 5.0, "tau": 3.0, "n": 1.6}, TIMES, 0.03),
    ShelfCase("saturation_recovery", {"M0": 3.0, "T1": 1.2}, DELAYS, 0.05),
    ShelfCase("inversion_recovery", {"M0": 3.0, "T1": 1.2, "inversion": 0.95}, DELAYS, 0.05),
    ShelfCase("spin_echo", {"M0": 3.0, "T2": 1.2}, DELAYS, 0.05),
    ShelfCase("debye_relaxation", {"eps_inf": 3.0, "delta": 9.0, "tau": 0.5}, FREQUENCIES, 0.1),
    ShelfCase(
        "cole_cole",
        {"eps_inf": 3.0, "delta": 9.0, "tau": 0.5, "alpha": 0.25},
        FREQUENCIES,
        0.1,
    ),
    ShelfCase(
        "havriliak_negami",
        {"eps_inf": 3.0, "delta": 9.0, "tau": 0.5, "alpha": 0.8, "beta": 0.5},
        FREQUENCIES,
        0.03,
    ),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "stretched_exponential",
        {"amplitude": -3e4, "tau": 2e-6, "beta": 1.7, "offset": 5e4},
        uneven(0.0, 8e-6, 60, seed=3),
        500.0,
        label="compressed-rising",
    ),
    ShelfCase(
        "power_law_decay",
        {"amplitude": -2e-4, "tau": 5e-9, "n": 0.5},
        1e-8 * TIMES,
        2e-6,
        label="negative-nanoseconds",
    ),
    ShelfCase("saturation_recovery", {"M0": -4e6, "T1": 9.0}, DELAYS, 3e4, label="far-from-over"),
    ShelfCase(
        "inversion_recovery",
        {"M0": -2e5, "T1": 4e-3, "inversion": 0.6},
        uneven(0.0, 0.02, 30, seed=4),
        2e3,
        label="poor-inversion",
    ),
    ShelfCase("spin_echo", {"M0": -2e-5, "T2": 4e-3}, DELAYS / 1e3, 4e-7, label="negative"),
    ShelfCase(
        "debye_relaxation",
        {"delta": 75.0, "tau": 8e-12},
        np.geomspace(1e9, 3e11, 40),
        1.0,
        {"part": "loss"},
        "loss-of-water",
    ),
    ShelfCase(
        "cole_cole",
        {"delta": 0.02, "tau": 3e-8, "alpha": 0.6},
        MEGAHERTZ,
        1e-4,
        {"part": "loss"},
        "loss-very-broad",
    ),
    ShelfCase(
        "havriliak_negami",
        {"delta": 40.0, "tau": 3e-8, "alpha": 0.9, "beta": 0.6},
        MEGAHERTZ,
        0.1,
        {"part": "loss"},
        "loss",
    ),
)
