"""Lines, polynomials, exponentials, powers, waves: rows of the catalogue (see catalogue.py)."""

from __future__ import annotations

import numpy as np

from shelf_case import ShelfCase, uneven

SHELF: tuple[ShelfCase, ...] = (
    ShelfCase("constant", {"c": 4.0}, np.linspace(0.0, 10.0, 20), 0.2),
    ShelfCase("line", {"slope": -1.5, "intercept": 3.0}, np.linspace(0.0, 10.0, 30), 0.2),
    ShelfCase("polynomial", {"c0": 1.0, "c1": -2.0, "c2": 0.5}, np.linspace(-3.0, 5.0, 30), 0.3),
    ShelfCase(
        "exponential",
        {"amplitude": 5.0, "rate": 0.7, "offset": 1.0},
        np.linspace(0.0, 6.0, 40),
        0.1,
    ),
    ShelfCase(
        "biexponential",
        {"amplitude1": 6.0, "rate1": 2.5, "amplitude2": 4.0, "rate2": 0.25, "offset": 0.5},
        np.linspace(0.0, 15.0, 150),
        0.05,
    ),
    ShelfCase("power", {"amplitude": 2.0, "exponent": 0.75}, np.linspace(0.5, 20.0, 30), 0.2),
    ShelfCase(
        "sine",
        {"amplitude": 2.0, "frequency": 0.83, "phase": 0.6, "offset": 1.0},
        np.linspace(0.0, 9.0, 60),
        0.4,
    ),
    ShelfCase(
        "damped_sine",
        {"amplitude": 3.0, "frequency": 0.83, "phase": 0.6, "rate": 0.35, "offset": 1.0},
        np.linspace(0.0, 9.0, 90),
        0.2,
    ),
    ShelfCase(
        "chirp",
        {"amplitude": 2.0, "frequency": 0.5, "sweep": 0.25, "phase": 0.6, "offset": 1.0},
        np.linspace(0.0, 9.0, 90),
        0.4,
    ),
    ShelfCase(
        "spline",
        {"s0": 1.0, "s1": 3.0, "s2": -2.0, "s3": 0.5, "s4": 2.0},
        np.linspace(0.0, 1.0, 40),
        0.2,
        scales=False,
    ),
)

VARIANTS: tuple[ShelfCase, ...] = (
    ShelfCase(
        "polynomial",
        {"c0": 1.0, "c1": 0.0, "c2": -1.0, "c3": 0.3, "c4": 0.05},
        np.linspace(-4.0, 4.0, 40),
        0.5,
        {"degree": 4},
        "quartic",
    ),
    ShelfCase(
        "exponential",
        {"amplitude": -0.02, "rate": -0.9, "offset": 4.0},
        np.linspace(0.0, 6.0, 40),
        0.1,
        label="growing-downward",
    ),
    ShelfCase(
        "exponential",
        {"amplitude": 3e-6, "rate": 2e8, "offset": -1e-6},
        uneven(0.0, 3e-8, 50, seed=1),
        1e-7,
        label="nanoseconds",
    ),
    ShelfCase(
        "biexponential",
        {"amplitude1": -5.0, "rate1": 1.5, "amplitude2": 6.0, "rate2": 0.2, "offset": 0.0},
        np.linspace(0.0, 25.0, 120),
        0.03,
        label="rise-and-decay",
    ),
    ShelfCase(
        "power",
        {"amplitude": -300.0, "exponent": -2.3},
        np.geomspace(1.0, 50.0, 30),
        1.0,
        label="falling-negative",
    ),
    ShelfCase(
        "sine",
        {"amplitude": 1.5, "frequency": 7.4, "phase": -2.0, "offset": -30.0},
        uneven(100.0, 106.0, 80, seed=5),
        0.4,
        label="uneven-far-from-zero",
    ),
    ShelfCase(
        "sine",
        {"amplitude": 2.0, "frequency": 0.07, "phase": 1.0, "offset": 5.0},
        np.linspace(0.0, 10.0, 50),
        0.05,
        label="less-than-a-cycle",
    ),
    ShelfCase(
        "constant",
        {"c": -3e-7},
        uneven(1e5, 2e5, 30, seed=8),
        1e-7,
        label="tiny-far-from-zero",
    ),
    ShelfCase(
        "damped_sine",
        {"amplitude": 0.5, "frequency": 41.0, "phase": -2.5, "rate": 6.0, "offset": -40.0},
        uneven(0.0, 1.0, 300, seed=9),
        0.03,
        label="ringing-uneven",
    ),
    ShelfCase(
        "damped_sine",
        {"amplitude": 0.1, "frequency": 0.9, "phase": 2.0, "rate": -0.4, "offset": 0.0},
        np.linspace(0.0, 9.0, 120),
        0.1,
        label="growing",
    ),
    ShelfCase(
        "chirp",
        {"amplitude": 30.0, "frequency": 2e4, "sweep": -6e6, "phase": -1.0, "offset": 500.0},
        uneven(0.0, 6e-3, 400, seed=10),
        10.0,
        label="falling-through-zero-uneven",
    ),
    ShelfCase(
        "spline",
        {"s0": 1.0, "s1": 0.5, "s2": 4.0, "s3": 2.0, "s4": 2.0, "s5": 0.0},
        uneven(-3.0, 12.0, 80, seed=11),
        0.1,
        {"knots": "-2, 0, 1, 4, 8, 11", "ends": "not-a-knot"},
        "not-a-knot",
        scales=False,
    ),
)
