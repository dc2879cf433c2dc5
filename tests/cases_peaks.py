"""Peaks and lineshapes: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase(
        "gaussian",
        {"amplitude": 8.0, "center": 4.0, "sigma": 0.8},
        np.linspace(0.0, 10.0, 60),
        0.2,
    ),
    ShelfCase(
        "lorentzian",
        {"amplitude": 8.0, "center": 4.0, "gamma": 0.6},
        np.linspace(0.0, 10.0, 60),
        0.2,
    ),
    ShelfCase(
        "voigt",
        {"amplitude": 10.0, "center": 4.0, "sigma": 0.6, "gamma": 0.4},
        np.linspace(-2.0, 10.0, 120),
        0.05,
    ),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "gaussian",
        {"amplitude": -0.5, "center": 7.2, "sigma": 0.08},
        uneven(0.0, 10.0, 300, seed=2),
        0.2,
        label="narrow-dip",
    ),
    ShelfCase(
        "lorentzian",
        {"amplitude": 4e-3, "center": 1.5e-9, "gamma": 1e-10},
        np.linspace(1e-9, 2e-9, 80),
        3e5,
        label="tiny-x",
    ),
    ShelfCase(
        "voigt",
        {"amplitude": -2e4, "center": 589.3, "sigma": 0.02, "gamma": 0.03},
        np.linspace(589.0, 589.6, 150),
        2e3,
        label="absorption-line",
    ),
)
