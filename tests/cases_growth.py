"""Growth, and R's self-starting models: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

DAYS = np.linspace(0.0, 12.0, 40)
YEARS = np.arange(1790.0, 2000.0, 5.0)
AGES = np.linspace(0.5, 15.0, 40)
HOURS = np.concatenate([[0.0], np.geomspace(0.1, 24.0, 30)])
DOSES = np.repeat([1.0, 3.0, 4.0], HOURS.size)

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("logistic_growth", {"K": 8.0, "rate": 1.1, "midpoint": 5.0}, DAYS, 0.15),
    ShelfCase("gompertz", {"K": 8.0, "rate": 0.7, "midpoint": 4.0}, DAYS, 0.15),
    ShelfCase("richards", {"K": 8.0, "rate": 1.4, "midpoint": 6.0, "shape": 2.5}, DAYS, 0.08),
    ShelfCase("zwietering", {"A": 9.0, "mu": 2.0, "lag": 2.5}, DAYS, 0.15),
    ShelfCase("monomolecular", {"K": 7.0, "y0": 1.5, "rate": 0.4}, DAYS, 0.1),
    ShelfCase("von_bertalanffy", {"Linf": 75.0, "k": 0.25, "t0": -0.4}, AGES, 1.5),
    ShelfCase("weibull_growth", {"K": 9.0, "y0": 1.0, "rate": 0.2, "shape": 2.2}, DAYS, 0.1),
    ShelfCase("ssasymp", {"Asym": 94.0, "R0": -8.0, "lrc": -1.5}, AGES, 1.5),
    ShelfCase("ssasympoff", {"Asym": 30.0, "lrc": -1.0, "c0": 0.3}, AGES, 0.5),
    ShelfCase("ssasymporig", {"Asym": 90.0, "lrc": -1.2}, AGES, 1.5),
    ShelfCase("ssbiexp", {"A1": 3.0, "lrc1": 1.0, "A2": 0.6, "lrc2": -1.4}, AGES - 0.4, 0.01),
    ShelfCase(
        "ssfol",
        {"lKe": -2.5, "lKa": 0.5, "lCl": -3.2},
        (DOSES, np.tile(HOURS, 3)),
        0.5,
    ),
    ShelfCase("ssmicmen", {"Vm": 210.0, "K": 0.065}, np.geomspace(0.02, 1.1, 24), 8.0),
    ShelfCase("ssfpl", {"A": 2.0, "B": 9.0, "xmid": 6.0, "scal": 1.2}, DAYS, 0.15),
    ShelfCase("sslogis", {"Asym": 2.3, "xmid": 5.0, "scal": 1.0}, DAYS, 0.04),
    ShelfCase("ssgompertz", {"Asym": 4.6, "b2": 2.3, "b3": 0.7}, DAYS, 0.05, scales=False),
    ShelfCase("ssweibull", {"Asym": 160.0, "Drop": 110.0, "lrc": -3.0, "pwr": 1.9}, DAYS, 2.0),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "logistic_growth", {"K": 4e8, "rate": 0.03, "midpoint": 1915.0}, YEARS, 4e6, label="census"
    ),
    ShelfCase(
        "gompertz",
        {"K": -3e-4, "rate": 2e3, "midpoint": 1e-3},
        uneven(0.0, 5e-3, 60, seed=8),
        5e-6,
        label="negative-milliseconds",
    ),
    ShelfCase(
        "richards",
        {"K": 3e5, "rate": 0.05, "midpoint": 1880.0, "shape": 0.4},
        YEARS,
        1e3,
        label="nearly-gompertz",
    ),
    ShelfCase(
        "zwietering", {"A": -0.3, "mu": -8e-5, "lag": -900.0}, DAYS * 800.0, 0.003, label="no-lag"
    ),
    ShelfCase(
        "monomolecular",
        {"K": 2e-6, "y0": 9e-6, "rate": 4e4},
        uneven(0.0, 1e-4, 40, seed=9),
        1e-7,
        label="falling",
    ),
    ShelfCase(
        "von_bertalanffy",
        {"Linf": 0.3, "k": 4.0, "t0": 0.11},
        0.15 + DAYS / 8.0,
        0.003,
        label="fry",
    ),
    ShelfCase(
        "weibull_growth",
        {"K": -2e3, "y0": 4e3, "rate": 3e-3, "shape": 0.6},
        np.concatenate([[0.0], np.geomspace(1.0, 5e3, 40)]),
        60.0,
        label="falling-with-a-long-tail",
    ),
    ShelfCase(
        "ssasymp", {"Asym": -2.0, "R0": 1e3, "lrc": 4.0}, AGES / 200.0, 10.0, label="falling"
    ),
    ShelfCase(
        "ssasympoff", {"Asym": -5e-5, "lrc": -8.0, "c0": 900.0}, 1e3 * AGES, 1e-6, label="negative"
    ),
    ShelfCase("ssasymporig", {"Asym": -3e4, "lrc": 6.0}, AGES / 1e3, 400.0, label="negative"),
    ShelfCase(
        "ssbiexp",
        {"A1": -5e3, "lrc1": -4.0, "A2": 6e3, "lrc2": -6.5},
        np.linspace(0.0, 3000.0, 60),
        30.0,
        label="rise-and-decay",
    ),
    ShelfCase(
        "ssfol",
        {"lKe": -7.0, "lKa": -6.0, "lCl": 2.0},
        (1e3 * DOSES, np.tile(100.0 * HOURS, 3)),
        0.003,
        label="nearly-equal-rates",
    ),
    ShelfCase(
        "ssmicmen", {"Vm": -3e-7, "K": 5e-5}, np.linspace(0.0, 4e-4, 25), 5e-9, label="negative"
    ),
    ShelfCase(
        "ssfpl",
        {"A": 900.0, "B": -50.0, "xmid": 2e-3, "scal": 3e-4},
        DAYS / 3e3,
        20.0,
        label="falling",
    ),
    ShelfCase("sslogis", {"Asym": 4e8, "xmid": 1915.0, "scal": 33.0}, YEARS, 4e6, label="census"),
    ShelfCase(
        "ssgompertz",
        {"Asym": -80.0, "b2": 200.0, "b3": 0.92},
        8.0 * DAYS + 10,
        1.0,
        label="late",
        scales=False,
    ),
    ShelfCase(
        "ssweibull",
        {"Asym": -1.0, "Drop": -5.0, "lrc": 3.0, "pwr": 0.7},
        np.concatenate([[0.0], np.geomspace(1e-3, 1.0, 30)]),
        0.05,
        label="falling",
    ),
)
