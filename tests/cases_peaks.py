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
    ShelfCase(
        "pseudo_voigt",
        {"amplitude": 10.0, "center": 4.0, "gamma": 0.8, "fraction": 0.45},
        np.linspace(-2.0, 10.0, 120),
        0.05,
    ),
    ShelfCase(
        "sech2",
        {"amplitude": 8.0, "center": 4.0, "width": 0.9},
        np.linspace(0.0, 10.0, 60),
        0.2,
    ),
    ShelfCase(
        "split_gaussian",
        {"amplitude": 8.0, "center": 4.04, "sigma_left": 0.5, "sigma_right": 1.3},
        np.linspace(0.0, 10.0, 80),
        0.1,
    ),
    ShelfCase(
        "split_lorentzian",
        {"amplitude": 8.0, "center": 4.04, "gamma_left": 0.9, "gamma_right": 0.4},
        np.linspace(0.0, 10.0, 80),
        0.1,
    ),
    ShelfCase(
        "pearson7",
        {"amplitude": 10.0, "center": 4.0, "gamma": 0.8, "m": 1.8},
        np.linspace(-2.0, 10.0, 120),
        0.05,
    ),
    ShelfCase(
        "students_t",
        {"amplitude": 10.0, "center": 4.0, "scale": 0.7, "nu": 3.0},
        np.linspace(-2.0, 10.0, 120),
        0.05,
    ),
    ShelfCase(
        "moffat",
        {"height": 6.0, "center": 4.0, "alpha": 1.1, "beta": 2.5},
        np.linspace(-2.0, 10.0, 120),
        0.05,
    ),
    ShelfCase(
        "pearson4",
        {"amplitude": 10.0, "center": 3.0, "width": 1.0, "m": 2.2, "nu": -2.5},
        np.linspace(-4.0, 14.0, 150),
        0.02,
    ),
    ShelfCase(
        "skewed_gaussian",
        {"amplitude": 8.0, "center": 3.0, "sigma": 1.4, "skew": 3.5},
        np.linspace(0.0, 10.0, 100),
        0.05,
    ),
    ShelfCase(
        "skewed_voigt",
        {"amplitude": 10.0, "center": 4.0, "sigma": 0.8, "gamma": 0.4, "skew": 2.0},
        np.linspace(-2.0, 12.0, 150),
        0.02,
    ),
    ShelfCase(
        "exponential_gaussian",
        {"amplitude": 8.0, "center": 3.0, "sigma": 0.4, "tau": 1.1},
        np.linspace(0.0, 12.0, 120),
        0.05,
    ),
    ShelfCase(
        "lognormal",
        {"amplitude": 8.0, "median": 2.5, "sigma": 0.5},
        np.linspace(0.05, 10.0, 80),
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
    ShelfCase(
        "pseudo_voigt",
        {"amplitude": -50.0, "center": 36.1, "gamma": 0.06, "fraction": 0.6},
        uneven(35.0, 37.0, 200, seed=3),
        4.0,
        label="narrow-dip",
    ),
    ShelfCase(
        "sech2",
        {"amplitude": -3e-13, "center": 8.7e-13, "width": 4e-14},
        uneven(0.0, 1e-12, 90, seed=4),
        0.1,
        label="femtoseconds-near-the-edge",
    ),
    ShelfCase(
        "split_gaussian",
        {"amplitude": -60.0, "center": 402.3, "sigma_left": 9.0, "sigma_right": 2.0},
        uneven(350.0, 450.0, 150, seed=6),
        0.1,
        label="dip-with-a-left-tail",
    ),
    ShelfCase(
        "split_lorentzian",
        {"amplitude": 900.0, "center": 1712.0, "gamma_left": 40.0, "gamma_right": 120.0},
        uneven(1000.0, 2000.0, 150, seed=7),
        0.1,
        label="wide-off-center",
    ),
    ShelfCase(
        "pearson7",
        {"amplitude": -200.0, "center": 44.83, "gamma": 0.07, "m": 1.2},
        uneven(44.0, 46.0, 250, seed=8),
        10.0,
        label="narrow-dip",
    ),
    ShelfCase(
        "students_t",
        {"amplitude": 4.0, "center": -3.3, "scale": 0.05, "nu": 1.5},
        uneven(-4.0, 1.0, 250, seed=9),
        0.5,
        label="narrow-off-center",
    ),
    ShelfCase(
        "moffat",
        {"height": -1e4, "center": 117.0, "alpha": 6.0, "beta": 3.5},
        np.arange(64.0, 160.0),
        100.0,
        label="pixels-of-a-negative",
    ),
    ShelfCase(
        "pearson4",
        {"amplitude": -400.0, "center": 530.0, "width": 12.0, "m": 1.6, "nu": 1.5},
        uneven(420.0, 620.0, 300, seed=10),
        0.1,
        label="dip-with-a-left-tail",
    ),
    ShelfCase(
        "skewed_gaussian",
        {"amplitude": -40.0, "center": 82.0, "sigma": 3.0, "skew": -6.0},
        uneven(40.0, 100.0, 200, seed=11),
        0.1,
        label="dip-with-a-left-tail",
    ),
    ShelfCase(
        "skewed_voigt",
        {"amplitude": 2e3, "center": 1480.0, "sigma": 9.0, "gamma": 4.0, "skew": -2.5},
        np.linspace(1300.0, 1560.0, 220),
        0.3,
        label="left-tail-off-center",
    ),
    ShelfCase(
        "exponential_gaussian",
        {"amplitude": -6.0, "center": 8.0, "sigma": 0.15, "tau": -1.5},
        uneven(0.0, 10.0, 150, seed=12),
        0.05,
        label="dip-with-a-left-tail",
    ),
    ShelfCase(
        "exponential_gaussian",
        {"amplitude": 8.0, "center": 3.0, "sigma": 0.8, "tau": 0.6},
        np.linspace(0.0, 12.0, 200),
        0.02,
        label="short-tail",
    ),
    ShelfCase(
        "lognormal",
        {"amplitude": 1e-5, "median": 3e-8, "sigma": 1.2},
        np.geomspace(1e-9, 2e-6, 90),
        5.0,
        label="aerosol-in-meters",
    ),
    ShelfCase(
        "lognormal",
        {"amplitude": -70.0, "median": 310.0, "sigma": 0.03},
        uneven(200.0, 400.0, 150, seed=13),
        0.1,
        label="narrow-dip",
    ),
)
