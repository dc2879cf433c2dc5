"""Sigmoids: growth and dose-response: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

DOSES = np.concatenate([[0.0], np.geomspace(0.01, 100.0, 24)])

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase(
        "logistic",
        {"lower": 1.0, "upper": 5.0, "slope": 2.0, "midpoint": 3.0},
        np.linspace(-1.0, 7.0, 40),
        0.15,
    ),
    ShelfCase("hill", {"Emax": 10.0, "EC50": 2.0, "n": 1.8}, DOSES, 0.3),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "logistic",
        {"lower": -2e3, "upper": 1e4, "slope": -40.0, "midpoint": 0.3},
        uneven(0.0, 1.0, 60, seed=3),
        400.0,
        label="steep-falling",
    ),
    ShelfCase(
        "hill", {"Emax": 90.0, "EC50": 4e-8, "n": -1.1}, 1e-8 * DOSES, 2.0, label="inhibition"
    ),
)
