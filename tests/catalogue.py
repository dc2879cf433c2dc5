"""The lists that the cross-product tests walk: every shelf model with data that determine it.

SHELF has exactly one row for each model (tests/science/test_shelf_registry.py checks that none is
missing). VARIANTS are the same models in the other shapes, signs and scales people bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from residua.science.registry import ShelfModel, get

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ShelfCase:
    """A shelf model, true parameters, the places measured and the standard deviation of noise."""

    name: str
    params: Mapping[str, float]
    x: Array
    sigma: float
    options: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    @property
    def id(self) -> str:
        return f"{self.name}-{self.label}" if self.label else self.name

    @property
    def model(self) -> ShelfModel:
        return get(self.name, **self.options)

    def truth(self) -> Array:
        return np.asarray(self.model.function(self.x, **self.params))

    def data(self, seed: int) -> Array:
        """One draw of the measurement: truth plus normal noise of standard deviation sigma."""
        noise = np.random.default_rng(seed).normal(0.0, self.sigma, self.x.size)
        return self.truth() + noise


def _uneven(low: float, high: float, count: int, seed: int) -> Array:
    """Unsorted, uneven places: measurements as they come."""
    return np.random.default_rng(seed).uniform(low, high, count)


EOS = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
VOLUMES = np.linspace(13.5, 20.5, 25)
DOSES = np.concatenate([[0.0], np.geomspace(0.01, 100.0, 24)])

SHELF: tuple[ShelfCase, ...] = (
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
        "logistic",
        {"lower": 1.0, "upper": 5.0, "slope": 2.0, "midpoint": 3.0},
        np.linspace(-1.0, 7.0, 40),
        0.15,
    ),
    ShelfCase("hill", {"Emax": 10.0, "EC50": 2.0, "n": 1.8}, DOSES, 0.3),
    ShelfCase("michaelis_menten", {"Vmax": 8.0, "Km": 2.0}, np.geomspace(0.1, 30.0, 20), 0.2),
    ShelfCase("arrhenius", {"A": 1e10, "Ea": 6e4}, np.linspace(290.0, 350.0, 25), 0.2),
    ShelfCase("murnaghan", EOS, VOLUMES, 0.001),
    ShelfCase("birch_murnaghan", EOS, VOLUMES, 0.001),
    ShelfCase(
        "sine",
        {"amplitude": 2.0, "frequency": 0.83, "phase": 0.6, "offset": 1.0},
        np.linspace(0.0, 9.0, 60),
        0.4,
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
        _uneven(0.0, 3e-8, 50, seed=1),
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
        "gaussian",
        {"amplitude": -0.5, "center": 7.2, "sigma": 0.08},
        _uneven(0.0, 10.0, 300, seed=2),
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
        "logistic",
        {"lower": -2e3, "upper": 1e4, "slope": -40.0, "midpoint": 0.3},
        _uneven(0.0, 1.0, 60, seed=3),
        400.0,
        label="steep-falling",
    ),
    ShelfCase(
        "hill", {"Emax": 90.0, "EC50": 4e-8, "n": -1.1}, 1e-8 * DOSES, 2.0, label="inhibition"
    ),
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
    ShelfCase(
        "murnaghan",
        {"E0": -400.03, "B0": 0.004, "BP": 4.03, "V0": 211.8},
        _uneven(180.0, 325.0, 28, seed=4),
        2e-5,
        label="one-sided",
    ),
    ShelfCase(
        "birch_murnaghan",
        {"E0": -3.7, "B0": 0.9, "BP": 5.5, "V0": 11.8},
        np.linspace(11.3, 12.3, 9),
        1e-5,
        label="narrow",
    ),
    ShelfCase(
        "sine",
        {"amplitude": 1.5, "frequency": 7.4, "phase": -2.0, "offset": -30.0},
        _uneven(100.0, 106.0, 80, seed=5),
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
)
