"""One fit of every kind that a report must handle, by name; each is made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import residua as rs

T = np.linspace(0, 5, 50)
_RNG = np.random.default_rng(0)
NOISE = 0.05 * _RNG.normal(size=50)
Y = 2 * np.exp(-1.3 * T) + 0.5 + NOISE
SIGMA = _RNG.uniform(0.02, 0.1, 50)
COVARIANCE = 0.0025 * np.exp(-np.abs(T[:, None] - T) / 0.1)
PLANE = np.meshgrid(np.linspace(0, 1, 6), np.linspace(0, 2, 5))


def decay(x, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * x) + c


def product(x, a1=1.0, a2=2.0, b=1.0):
    return a1 * a2 * np.exp(-b * x)


def cosines(x, w):
    return sum(w[k] * np.cos(k * np.pi * x / 5) for k in range(40))


def matrix_model(x, w, c):
    return w[0, 0] * x + w[0, 1] * x**2 + w[1, 0] * np.sin(x) + w[1, 1] * np.cos(x) + c


def three(x, a, b):
    return np.stack([a * x, b * x**2, a + b * x], axis=1)


def powers(x, *p):
    return sum(value * x**k for k, value in enumerate(p))


def swapped(a, t, *, k):
    return a * np.exp(-k * t)


def two_waves(x, v, w):
    return v[0] * np.exp(-v[1] * x) + w[0] + w[1] * x


def rosenbrock(p):
    return np.array([10 * (p[1] - p[0] ** 2), 1 - p[0], 0.1 * p[0]])


def named_rows(a, b):
    return Y - decay(T, a, b, 0.5)


DECAY_ON_LINE = rs.model(decay, prefix="d_") + "s*x"
PLANE_Y = 2 * np.exp(-PLANE[0]) + PLANE[1] ** 2 + 0.1 * np.random.default_rng(3).normal(size=(5, 6))
PAIR = {"u": PLANE[0].ravel(), "v": PLANE[1].ravel()}
THREE_Y = three(T, 2.0, 3.0) + np.random.default_rng(4).normal(size=(50, 3))
MATRIX_Y = matrix_model(T, np.array([[1.0, 2.0], [3.0, 4.0]]), 0.5) + NOISE
HOLES = np.where(np.arange(50) % 10 == 3, np.nan, Y)

# name -> (how to make it, the Python function to give to `load`, or None for a model with a text)
KINDS: dict[str, tuple[Callable[[], rs.Fit], Any]] = {
    "formula": (lambda: rs.fit("a*exp(-b*x)+c", T, Y), None),
    "response": (lambda: rs.fit("signal ~ a*exp(-b*t)+c", data={"t": T, "signal": Y}), None),
    "two_variables": (lambda: rs.fit("a*exp(-u)+b*v**2", PAIR, PLANE_Y.ravel(), sigma=0.1), None),
    "outer": (lambda: rs.fit("a*exp(-u)+b*v**2", {"u": PLANE[0], "v": PLANE[1]}, PLANE_Y), None),
    "shelf": (lambda: rs.fit("exponential", T, Y, fixed={"offset": 0.5}), None),
    "options": (lambda: rs.fit(rs.model("polynomial", degree=3), T, Y), None),
    "energy": (lambda: rs.fit("birch_murnaghan", *rs.example("volume_energy").values()), None),
    "function": (lambda: rs.fit(decay, T, Y, sigma=0.05, absolute_sigma=True), decay),
    "relative": (lambda: rs.fit(decay, T, Y, sigma=SIGMA), decay),
    "covariance": (lambda: rs.fit(decay, T, Y, sigma=COVARIANCE, absolute_sigma=True), decay),
    "bounded": (lambda: rs.fit(decay, T, Y, bounds={"a": (0, 9), "b": (None, 5)}), decay),
    "at_bound": (lambda: rs.fit(decay, T, Y - 0.7, bounds={"c": (0, None)}), decay),
    "fixed": (lambda: rs.fit(decay, T, Y, fixed=["c"], start={"c": 0.5}), decay),
    "valley": (lambda: rs.fit(product, T, Y - 0.5), product),
    "dropped": (lambda: rs.fit(decay, T, HOLES, missing="drop"), decay),
    "array": (lambda: rs.fit(cosines, T, Y, start={"w": np.zeros(40)}), cosines),
    "matrix": (
        lambda: rs.fit(
            matrix_model,
            T,
            MATRIX_Y,
            start={"w": np.ones((2, 2)), "c": 0.0},
            bounds={"w": (np.array([[0, 0], [0, -9.0]]), None)},
        ),
        matrix_model,
    ),
    "outputs": (lambda: rs.fit(three, T, THREE_Y, start=[1, 1]), three),
    "variadic": (lambda: rs.fit(powers, T, Y, start=[1.0, 0.0, 0.0]), powers),
    "keywords": (
        lambda: rs.fit(swapped, T, Y - 0.5, independent="t", start={"a": 1, "k": 1}),
        swapped,
    ),
    "exact": (lambda: rs.fit(decay, T, decay(T, 2.0, 1.0, 0.0), start=[2, 1, 0]), decay),
    "no_dof": (lambda: rs.fit("a*x+b", [0.0, 1.0], [1.0, 2.0]), None),
    "interrupted": (lambda: rs.fit(decay, T, Y, callback=lambda state: True), decay),
    "residuals": (lambda: rs.least_squares(rosenbrock, [-1.2, 1.0]), rosenbrock),
    "residuals_named": (lambda: rs.least_squares(named_rows, {"a": 1.0, "b": 1.0}), named_rows),
    "composed": (lambda: rs.fit(rs.model("exponential", prefix="e_") + "s*t", T, Y + T), None),
    "renamed": (lambda: rs.fit(rs.model("exponential", prefix="e_", independent="x"), T, Y), None),
    "composed_function": (lambda: rs.fit(DECAY_ON_LINE, T, Y + T), DECAY_ON_LINE),
    "tied": (lambda: rs.fit("a*exp(-b*x)+c/d", T, Y, tie={"c": "a/d", "d": "2"}), None),
    "tied_arrays": (
        lambda: rs.fit(two_waves, T, Y, start={"v": [1.0, 1.0]}, tie={"w": "v/2"}),
        two_waves,
    ),
    "compiled": (lambda: rs.fit(decay, T, Y, engine="compiled"), decay),
}


@cache
def made(kind: str) -> rs.Fit:
    """The fit of this kind, made once."""
    return KINDS[kind][0]()
