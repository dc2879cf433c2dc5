"""Activity, vapor pressure and heat capacity: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

# Compositions with both ends, where every excess vanishes.
X1 = np.linspace(0.0, 1.0, 31)
INSIDE = np.linspace(0.03, 0.97, 25)
ETHANOL_WATER = {"r1": 2.1055, "r2": 0.92, "q1": 1.972, "q2": 1.4}
WATER = {"Tc": 647.096, "Pc": 22.064}
NITROGEN_7 = {
    "a1": 3.298677,
    "a2": 1.4082404e-3,
    "a3": -3.963222e-6,
    "a4": 5.641515e-9,
    "a5": -2.444854e-12,
}
STEAM = {"A": 30.092, "B": 6.832514, "C": 6.793435, "D": -2.53448, "E": 0.082139}

# Mole fractions, and temperatures beside an option or a constant in kelvin, have units of their
# own (scales=False).
SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("margules1", {"A": 1.2}, X1, 0.01, scales=False),
    ShelfCase("margules", {"A12": 0.372, "A21": 0.198}, INSIDE, 0.002, scales=False),
    ShelfCase("van_laar", {"A12": 1.6, "A21": 0.8}, X1, 0.005, scales=False),
    ShelfCase("redlich_kister", {"L0": 1.3, "L1": -0.3, "L2": 0.2}, X1, 0.003, scales=False),
    ShelfCase("wilson", {"Lambda12": 0.154, "Lambda21": 0.888}, X1, 0.004, scales=False),
    ShelfCase("nrtl", {"tau12": 0.9, "tau21": 2.8, "alpha": 0.4}, X1, 0.0005, scales=False),
    ShelfCase("uniquac", {"tau12": 0.45, "tau21": 0.8}, X1, 0.003, scales=False),
    # Water in bar and kelvin (NIST WebBook, from Bridgeman and Aldrich).
    ShelfCase(
        "antoine",
        {"A": 5.08354, "B": 1663.125, "C": -45.622},
        np.linspace(300.0, 400.0, 26),
        0.002,
    ),
    ShelfCase(
        "clausius_clapeyron",
        {"P0": 3169.0, "H": 43990.0},
        np.linspace(285.0, 325.0, 21),
        20.0,
        scales=False,
    ),
    ShelfCase(
        "wagner",
        {"a": -7.77, "b": 1.46, "c": -2.0, "d": -2.8},
        np.linspace(0.45, 0.98, 27),
        1e-5,
        scales=False,
    ),
    ShelfCase("shomate", STEAM, np.linspace(500.0, 1700.0, 41), 0.02, scales=False),
    ShelfCase("nasa7", NITROGEN_7, np.linspace(300.0, 1000.0, 41), 0.01, scales=False),
    ShelfCase(
        "einstein_heat_capacity",
        {"C_inf": 24.943, "theta": 1320.0},
        np.linspace(100.0, 1500.0, 29),
        0.1,
    ),
    ShelfCase(
        "debye_heat_capacity", {"C_inf": 24.943, "theta": 428.0}, np.linspace(15.0, 400.0, 31), 0.1
    ),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase("margules1", {"A": -0.7}, INSIDE, 0.01, label="attraction", scales=False),
    ShelfCase(
        "margules", {"A12": -0.8, "A21": 0.5}, INSIDE, 0.004, label="both-signs", scales=False
    ),
    ShelfCase(
        "van_laar", {"A12": -0.4, "A21": -1.1}, INSIDE, 0.003, label="attraction", scales=False
    ),
    ShelfCase(
        "redlich_kister",
        {"L0": -0.5, "L1": 0.8, "L2": 0.0, "L3": 0.4, "L4": -0.3},
        X1,
        0.001,
        {"order": 4},
        label="fourth",
        scales=False,
    ),
    ShelfCase(
        "wilson",
        {"Lambda12": 1.9, "Lambda21": 1.3},
        uneven(0.02, 0.98, 25, 3),
        0.002,
        label="attraction",
        scales=False,
    ),
    ShelfCase(
        "nrtl",
        {"tau12": 2.2, "tau21": 2.9, "alpha": 0.25},
        np.linspace(0.0, 1.0, 41),
        0.0005,
        label="two-liquids",
        scales=False,
    ),
    ShelfCase(
        "uniquac",
        {"tau12": 1.0919744384510301, "tau21": 0.37452902779205477},
        X1,
        0.002,
        ETHANOL_WATER,
        label="ethanol-water",
        scales=False,
    ),
    # Water in Torr and degrees Celsius.
    ShelfCase(
        "antoine",
        {"A": 8.07131, "B": 1730.63, "C": 233.426},
        np.linspace(1.0, 100.0, 30),
        1.0,
        {"pressure": 760.0, "zero": 273.15},
        label="celsius",
    ),
    ShelfCase(
        "clausius_clapeyron",
        {"P0": 1.01325, "H": 40650.0},
        uneven(330.0, 400.0, 25, 5),
        0.01,
        {"T0": 373.15, "pressure": 1.01325},
        label="at-boiling",
        scales=False,
    ),
    # Water in MPa and kelvin, with unscaled options.
    ShelfCase(
        "wagner",
        {"a": -7.77, "b": 1.46, "c": -2.0, "d": -2.8},
        np.linspace(280.0, 640.0, 31),
        1e-3,
        WATER,
        label="water",
        scales=False,
    ),
    ShelfCase(
        "debye_heat_capacity",
        {"C_inf": 24.943, "theta": 428.0},
        np.linspace(2.0, 40.0, 25),
        0.003,
        label="cold",
    ),
)
