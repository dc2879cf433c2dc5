"""Lineshapes, resonances, edges and pictures: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import Array, ShelfCase, uneven


def plane(low: float, high: float, count: int) -> tuple[Array, Array]:
    """The places of a square picture of count times count pixels."""
    x, y = np.meshgrid(np.linspace(low, high, count), np.linspace(low, high, count))
    return x.ravel(), y.ravel()


SHELF: tuple[ShelfCase, ...] = (
    ShelfCase(
        "doniach",
        {"amplitude": 8.0, "center": 4.0, "gamma": 0.5, "asymmetry": 0.15},
        np.linspace(-4.0, 8.0, 150),
        0.05,
    ),
    ShelfCase(
        "fano",
        {"amplitude": 2.0, "center": 4.0, "gamma": 0.5, "q": 1.4},
        np.linspace(0.0, 9.0, 90),
        0.1,
    ),
    ShelfCase(
        "damped_oscillator",
        {"amplitude": 2.0, "center": 3.0, "zeta": 0.12},
        np.linspace(0.1, 8.0, 80),
        0.1,
    ),
    ShelfCase(
        "damped_harmonic_oscillator",
        {"amplitude": 5.0, "center": 3.0, "gamma": 0.6, "kT": 2.0},
        np.linspace(-8.0, 8.0, 121),
        0.04,
    ),
    ShelfCase(
        "thermal",
        {"amplitude": 2.0, "center": 4.0, "kT": 0.4},
        np.linspace(0.0, 8.0, 80),
        0.05,
    ),
    ShelfCase(
        "step",
        {"amplitude": 3.0, "center": 4.0, "width": 0.6},
        np.linspace(0.0, 10.0, 60),
        0.1,
    ),
    ShelfCase(
        "rectangle",
        {"amplitude": 3.0, "center1": 3.0, "width1": 0.4, "center2": 6.5, "width2": 0.9},
        np.linspace(0.0, 10.0, 100),
        0.05,
    ),
    ShelfCase(
        "gaussian2d",
        {
            "amplitude": 30.0,
            "center_x": 3.0,
            "center_y": 5.5,
            "sigma_x": 0.9,
            "sigma_y": 1.6,
        },
        plane(0.0, 9.0, 16),
        0.2,
    ),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "doniach",
        {"amplitude": 900.0, "center": 1402.6, "gamma": 0.35, "asymmetry": 0.07},
        np.linspace(1396.0, 1406.0, 200),
        10.0,
        label="kinetic-energies",
    ),
    ShelfCase(
        "fano",
        {"amplitude": 1e3, "center": 60.15, "gamma": 0.019, "q": -2.6},
        np.linspace(59.9, 60.4, 150),
        100.0,
        label="helium-2s2p",
    ),
    ShelfCase(
        "fano",
        {"amplitude": 5.0, "center": 2.0, "gamma": 0.3, "q": 0.08},
        uneven(0.0, 9.0, 120, seed=14),
        0.3,
        label="window",
    ),
    ShelfCase(
        "damped_oscillator",
        {"amplitude": -3e-9, "center": 4.1e5, "zeta": 0.02},
        uneven(3.5e5, 4.6e5, 150, seed=15),
        2e-9,
        label="sharp",
    ),
    ShelfCase(
        "damped_oscillator",
        {"amplitude": 2.0, "center": 3.0, "zeta": 0.9},
        np.linspace(0.0, 10.0, 60),
        0.03,
        label="without-a-peak",
    ),
    ShelfCase(
        "damped_harmonic_oscillator",
        {"amplitude": 800.0, "center": 22.0, "gamma": 1.5, "kT": 6.9},
        uneven(-40.0, 40.0, 200, seed=16),
        3.0,
        label="phonon-in-meV",
    ),
    ShelfCase(
        "thermal",
        {"amplitude": -300.0, "center": 16.85, "kT": -0.06},
        uneven(15.0, 18.0, 150, seed=17),
        20.0,
        label="Fermi-edge-of-losses",
    ),
    ShelfCase(
        "thermal",
        {"amplitude": 2.0, "center": 0.5, "kT": 1.5},
        np.linspace(0.7, 9.0, 80),
        0.02,
        {"form": "bose"},
        "bose",
    ),
    ShelfCase(
        "thermal",
        {"amplitude": 40.0, "center": -3.0, "kT": -20.0},
        uneven(-90.0, -4.0, 120, seed=18),
        0.1,
        {"form": "bose"},
        "bose-negative",
    ),
    ShelfCase(
        "thermal",
        {"amplitude": -50.0, "kT": 25.0},
        uneven(20.0, 120.0, 60, seed=19),
        0.3,
        {"form": "maxwell"},
        "maxwell",
    ),
    ShelfCase(
        "step",
        {"amplitude": -200.0, "center": 87.3, "width": -1.5},
        uneven(0.0, 100.0, 200, seed=20),
        20.0,
        label="falling-off-center",
    ),
    ShelfCase(
        "step",
        {"amplitude": 3.0, "center": 4.0, "width": 0.3},
        np.linspace(0.0, 10.0, 80),
        0.1,
        {"form": "arctan"},
        "arctan",
    ),
    ShelfCase(
        "step",
        {"amplitude": 3.0, "center": 4.0, "width": -0.3},
        np.linspace(0.0, 10.0, 80),
        0.1,
        {"form": "logistic"},
        "logistic",
    ),
    ShelfCase(
        "step",
        # Where the best corner is a measured x, a fit stalls: 9 of 100 at noise 0.1, none at 0.03.
        {"amplitude": 3.0, "center": 4.03, "width": 2.2},
        np.linspace(0.0, 10.0, 80),
        0.03,
        {"form": "linear"},
        "linear",
    ),
    ShelfCase(
        "rectangle",
        {"amplitude": -7e5, "center1": 2e-6, "width1": 3e-7, "center2": 3.1e-6, "width2": 1e-7},
        uneven(0.0, 1e-5, 250, seed=21),
        3e4,
        label="trough-off-center",
    ),
    ShelfCase(
        "rectangle",
        {"amplitude": 3.0, "center1": 3.0, "width1": 0.3, "center2": 6.5, "width2": 0.2},
        np.linspace(0.0, 10.0, 120),
        0.05,
        {"form": "arctan"},
        "arctan",
    ),
    ShelfCase(
        "rectangle",
        {"amplitude": 3.0, "center1": 3.0, "width1": 0.3, "center2": 6.5, "width2": 0.2},
        np.linspace(0.0, 10.0, 120),
        0.05,
        {"form": "logistic"},
        "logistic",
    ),
    ShelfCase(
        "rectangle",
        {"amplitude": 3.0, "center1": 3.03, "width1": 1.1, "center2": 6.53, "width2": 1.7},
        np.linspace(0.0, 10.0, 120),
        0.05,
        {"form": "linear"},
        "linear",
    ),
    ShelfCase(
        "gaussian2d",
        {
            "amplitude": -5.0,
            "center_x": 7.4,
            "center_y": 1.3,
            "sigma_x": 0.5,
            "sigma_y": 0.3,
        },
        (uneven(0.0, 9.0, 700, seed=22), uneven(0.0, 9.0, 700, seed=23)),
        0.3,
        label="small-hole-in-a-corner",
    ),
)
