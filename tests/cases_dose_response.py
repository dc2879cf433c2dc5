"""Dose and response: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

DOSES = np.concatenate([[0.0], np.geomspace(0.01, 100.0, 34)])
LOGS = np.linspace(-10.0, -4.0, 30)

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase(
        "four_parameter_logistic",
        {"bottom": 1.0, "top": 9.0, "EC50": 2.0, "slope": 1.4},
        DOSES,
        0.2,
    ),
    ShelfCase(
        "five_parameter_logistic",
        {"bottom": 1.0, "top": 9.0, "C": 1.0, "slope": 1.2, "asymmetry": 2.5},
        DOSES,
        0.08,
    ),
    ShelfCase(
        "log_dose_response",
        {"bottom": 3.0, "top": 95.0, "logEC50": -6.8, "slope": 1.1},
        LOGS,
        2.0,
    ),
    ShelfCase(
        "brain_cousens",
        {"bottom": 1.0, "top": 9.0, "hormesis": 3.0, "C": 3.0, "slope": 2.6},
        DOSES,
        0.2,
    ),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "four_parameter_logistic",
        {"bottom": 3e4, "top": -2e3, "EC50": 4e-8, "slope": 0.8},
        1e-8 * DOSES,
        400.0,
        label="inhibitor",
    ),
    ShelfCase(
        "five_parameter_logistic",
        {"bottom": 3e-3, "top": 1e-4, "C": 4e3, "slope": 2.5, "asymmetry": 0.5},
        1e3 * DOSES,
        2e-5,
        label="inhibitor",
    ),
    ShelfCase(
        "log_dose_response",
        {"bottom": 1e-3, "top": -4e-3, "logEC50": 1.7, "slope": 4.0},
        uneven(0.0, 3.0, 40, seed=6),
        1e-4,
        label="inhibitor",
    ),
    ShelfCase(
        "brain_cousens",
        {"bottom": -4e3, "top": 2e4, "hormesis": -2e9, "C": 3e-6, "slope": 5.0},
        1e-6 * DOSES,
        300.0,
        label="dip",
    ),
)
