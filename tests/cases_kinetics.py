"""Kinetics: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

TIMES = np.linspace(0.0, 8.0, 40)
LATE = np.concatenate([[0.0], np.geomspace(0.05, 60.0, 40)])
# Every concentration of the substrate with every one of the inhibitor.
PLAN = (np.tile(np.geomspace(0.2, 30.0, 9), 5), np.repeat([0.0, 0.5, 1.0, 2.0, 6.0], 9))
MICROMOLAR = tuple(1e-6 * column for column in PLAN)

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("michaelis_menten", {"Vmax": 8.0, "Km": 2.0}, np.geomspace(0.1, 30.0, 20), 0.2),
    ShelfCase("arrhenius", {"A": 1e10, "Ea": 6e4}, np.linspace(290.0, 350.0, 25), 0.2),
    ShelfCase("zero_order", {"A0": 5.0, "k": 0.5}, TIMES, 0.1),
    ShelfCase("first_order", {"A0": 5.0, "k": 0.5}, TIMES, 0.1),
    ShelfCase("second_order", {"A0": 5.0, "k": 0.3}, LATE, 0.1),
    ShelfCase("nth_order", {"A0": 5.0, "k": 0.2, "n": 1.6}, LATE, 0.05),
    ShelfCase("reversible", {"A0": 5.0, "k1": 0.6, "k_1": 0.3}, TIMES, 0.1),
    ShelfCase("consecutive", {"A0": 5.0, "k1": 1.5, "k2": 0.3}, TIMES, 0.05),
    ShelfCase("competitive_inhibition", {"Vmax": 8.0, "Km": 2.0, "Ki": 1.5}, PLAN, 0.1),
    ShelfCase("uncompetitive_inhibition", {"Vmax": 8.0, "Km": 2.0, "Ki": 1.5}, PLAN, 0.1),
    ShelfCase("noncompetitive_inhibition", {"Vmax": 8.0, "Km": 2.0, "Ki": 1.5}, PLAN, 0.1),
    ShelfCase("mixed_inhibition", {"Vmax": 8.0, "Km": 2.0, "Kic": 1.0, "Kiu": 4.0}, PLAN, 0.1),
    ShelfCase(
        "substrate_inhibition",
        {"Vmax": 8.0, "Km": 2.0, "Ki": 9.0},
        np.geomspace(0.1, 90.0, 30),
        0.1,
    ),
    ShelfCase(
        "modified_arrhenius",
        {"A": 0.4, "n": 2.2, "Ea": 1.1e4},
        np.linspace(200.0, 2500.0, 40),
        0.1,
    ),
    ShelfCase("eyring", {"dH": 8.5e4, "dS": -12.0}, np.linspace(300.0, 350.0, 25), 0.01),
    ShelfCase(
        "vogel_fulcher_tammann",
        {"A": -3.0, "B": 900.0, "T0": 210.0},
        np.linspace(280, 420, 25),
        0.05,
    ),
    ShelfCase(
        "wlf",
        {"C1": 14.0, "C2": 55.0},
        np.linspace(300.0, 400.0, 25),
        0.05,
        scales=False,
    ),
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
    ShelfCase("zero_order", {"A0": 3e-6, "k": -4e-3}, TIMES / 1e3, 5e-7, label="product"),
    ShelfCase("first_order", {"A0": -2e-3, "k": -40.0}, TIMES / 50.0, 1e-2, label="growing"),
    ShelfCase(
        "second_order",
        {"A0": 2e-5, "k": 9e8},
        uneven(0.0, 1e-3, 50, seed=2),
        2e-7,
        label="micromolar-microseconds",
    ),
    ShelfCase("nth_order", {"A0": 2e-3, "k": 6e-6, "n": 0.5}, 2e3 * TIMES, 2e-5, label="used-up"),
    ShelfCase("nth_order", {"A0": 5.0, "k": 0.4, "n": 1.0}, TIMES, 0.03, label="first-order"),
    ShelfCase("nth_order", {"A0": 40.0, "k": 2e-3, "n": 3.0}, LATE, 0.3, label="third-order"),
    ShelfCase(
        "reversible",
        {"A0": -3e4, "k1": 20.0, "k_1": 900.0},
        uneven(0.0, 5e-3, 60, seed=5),
        100.0,
        label="hardly-reacting",
    ),
    ShelfCase(
        "consecutive",
        {"A0": 3e-4, "k1": 3e5, "k2": 1.2e5},
        TIMES / 3e5,
        2e-6,
        {"species": "C"},
        "product",
    ),
    ShelfCase(
        "competitive_inhibition",
        {"Vmax": 3e-8, "Km": 8e-6, "Ki": 4e-7},
        MICROMOLAR,
        3e-10,
        label="strong",
    ),
    ShelfCase(
        "uncompetitive_inhibition",
        {"Vmax": 3e-8, "Km": 8e-6, "Ki": 9e-6},
        MICROMOLAR,
        2e-10,
        label="weak",
    ),
    ShelfCase(
        "noncompetitive_inhibition",
        {"Vmax": 3e-8, "Km": 4e-7, "Ki": 9e-6},
        MICROMOLAR,
        3e-10,
        label="weak-and-saturated",
    ),
    ShelfCase(
        "mixed_inhibition",
        {"Vmax": -3e-8, "Km": 2e-6, "Kic": 6e-6, "Kiu": 7e-7},
        MICROMOLAR,
        1e-10,
        label="mostly-uncompetitive",
    ),
    ShelfCase(
        "substrate_inhibition",
        {"Vmax": 4e3, "Km": 8e-5, "Ki": 3e-5},
        uneven(0.0, 5e-4, 60, seed=7),
        8.0,
        label="strong",
    ),
    ShelfCase(
        "modified_arrhenius",
        {"A": 3e9, "n": -1.5, "Ea": -4e3},
        np.geomspace(50.0, 900.0, 40),
        1e9,
        {"reference": 300.0},
        "falling",
    ),
    ShelfCase("eyring", {"dH": 2.1e5, "dS": 90.0}, np.linspace(600.0, 700.0, 25), 1.0, label="hot"),
    ShelfCase(
        "vogel_fulcher_tammann",
        {"A": 7.0, "B": -1.5e3, "T0": 40.0},
        np.linspace(250.0, 400.0, 30),
        0.01,
        label="conductivity",
    ),
    ShelfCase(
        "wlf",
        {"C1": 17.4, "C2": 51.6},
        uneven(350.0, 480.0, 40, seed=1),
        0.1,
        {"reference": 373.0},
        "about-the-reference",
        scales=False,
    ),
)
