"""Unconstrained least-squares test problems with their published minima.

Source: J. J. Moré, B. S. Garbow, K. E. Hillstrom, Testing unconstrained optimization software,
ACM Transactions on Mathematical Software 7 (1981) 17-41; the numbers are those of section 3. Sums
of squares are given there to six digits, zero where the residuals vanish.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Problem(NamedTuple):
    """residuals(p) has minima with these sums of squares, at `at` where that is published."""

    residuals: Callable[[np.ndarray], np.ndarray]
    start: list[float]
    minima: tuple[float, ...]
    at: tuple[float, ...] | None = None
    singular: bool = False  # the Jacobian has no full rank at the minimum


BARD = np.array(
    [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]
)
KOWALIK_Y = np.array(
    [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
)
KOWALIK_U = np.array([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])
GAUSSIAN = np.array(
    [
        0.0009,
        0.0044,
        0.0175,
        0.0540,
        0.1295,
        0.2420,
        0.3521,
        0.3989,
        0.3521,
        0.2420,
        0.1295,
        0.0540,
        0.0175,
        0.0044,
        0.0009,
    ]
)
MEYER = np.array(
    [
        34780,
        28610,
        23650,
        19630,
        16370,
        13720,
        11540,
        9744,
        8261,
        7030,
        6005,
        5147,
        4427,
        3820,
        3307,
        2872.0,
    ]
)
OSBORNE_1 = np.array(
    [
        0.844,
        0.908,
        0.932,
        0.936,
        0.925,
        0.908,
        0.881,
        0.850,
        0.818,
        0.784,
        0.751,
        0.718,
        0.685,
        0.658,
        0.628,
        0.603,
        0.580,
        0.558,
        0.538,
        0.522,
        0.506,
        0.490,
        0.478,
        0.467,
        0.457,
        0.448,
        0.438,
        0.431,
        0.424,
        0.420,
        0.414,
        0.411,
        0.406,
    ]
)
OSBORNE_2 = np.array(
    [
        1.366,
        1.191,
        1.112,
        1.013,
        0.991,
        0.885,
        0.831,
        0.847,
        0.786,
        0.725,
        0.746,
        0.679,
        0.608,
        0.655,
        0.616,
        0.606,
        0.602,
        0.626,
        0.651,
        0.724,
        0.649,
        0.649,
        0.694,
        0.644,
        0.624,
        0.661,
        0.612,
        0.558,
        0.533,
        0.495,
        0.500,
        0.423,
        0.395,
        0.375,
        0.372,
        0.391,
        0.396,
        0.405,
        0.428,
        0.429,
        0.523,
        0.562,
        0.607,
        0.653,
        0.672,
        0.708,
        0.633,
        0.668,
        0.645,
        0.632,
        0.591,
        0.559,
        0.597,
        0.625,
        0.739,
        0.710,
        0.729,
        0.720,
        0.636,
        0.581,
        0.428,
        0.292,
        0.162,
        0.098,
        0.054,
    ]
)


def rosenbrock(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def freudenstein_roth(x):
    return np.array(
        [-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1], -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]]
    )


def powell_badly_scaled(x):
    return np.array([1e4 * x[0] * x[1] - 1, np.exp(-x[0]) + np.exp(-x[1]) - 1.0001])


def brown_badly_scaled(x):
    return np.array([x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2])


def beale(x):
    return np.array([1.5, 2.25, 2.625]) - x[0] * (1 - x[1] ** np.array([1.0, 2.0, 3.0]))


def jennrich_sampson(x):
    i = np.arange(1.0, 11)
    return 2 + 2 * i - (np.exp(i * x[0]) + np.exp(i * x[1]))


def helical_valley(x):
    turn = np.arctan(x[1] / x[0]) / (2 * np.pi) + np.where(x[0] > 0, 0.0, 0.5)
    return np.array([10 * (x[2] - 10 * turn), 10 * (np.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]])


def bard(x):
    u = np.arange(1.0, 16)
    v = 16 - u
    return BARD - (x[0] + u / (v * x[1] + np.minimum(u, v) * x[2]))


def gaussian(x):
    t = (8 - np.arange(1.0, 16)) / 2
    return x[0] * np.exp(-x[1] * (t - x[2]) ** 2 / 2) - GAUSSIAN


def meyer(x):
    t = 45 + 5 * np.arange(1.0, 17)
    return x[0] * np.exp(x[1] / (t + x[2])) - MEYER


def box_three_dimensional(x):
    t = 0.1 * np.arange(1.0, 11)
    return np.exp(-t * x[0]) - np.exp(-t * x[1]) - x[2] * (np.exp(-t) - np.exp(-10 * t))


def powell_singular(x):
    return np.array(
        [
            x[0] + 10 * x[1],
            np.sqrt(5) * (x[2] - x[3]),
            (x[1] - 2 * x[2]) ** 2,
            np.sqrt(10) * (x[0] - x[3]) ** 2,
        ]
    )


def wood(x):
    return np.array(
        [
            10 * (x[1] - x[0] ** 2),
            1 - x[0],
            np.sqrt(90) * (x[3] - x[2] ** 2),
            1 - x[2],
            np.sqrt(10) * (x[1] + x[3] - 2),
            (x[1] - x[3]) / np.sqrt(10),
        ]
    )


def kowalik_osborne(x):
    u = KOWALIK_U
    return KOWALIK_Y - x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3])


def brown_dennis(x):
    t = np.arange(1.0, 21) / 5
    return (x[0] + t * x[1] - np.exp(t)) ** 2 + (x[2] + x[3] * np.sin(t) - np.cos(t)) ** 2


def osborne_1(x):
    t = 10 * np.arange(33.0)
    return OSBORNE_1 - (x[0] + x[1] * np.exp(-t * x[3]) + x[2] * np.exp(-t * x[4]))


def biggs_exp6(x):
    t = 0.1 * np.arange(1.0, 14)
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)
    return x[2] * np.exp(-t * x[0]) - x[3] * np.exp(-t * x[1]) + x[5] * np.exp(-t * x[4]) - y


def osborne_2(x):
    t = np.arange(65.0) / 10
    model = x[0] * np.exp(-t * x[4])
    for k in range(3):
        model = model + x[1 + k] * np.exp(-((t - x[8 + k]) ** 2) * x[5 + k])
    return OSBORNE_2 - model


def watson(x):
    n = len(x)
    t = np.arange(1.0, 30)[:, None] / 29
    j = np.arange(n)
    slope = (j[1:] * t ** (j[1:] - 1.0)) @ x[1:]
    value = t**j @ x
    return np.concatenate([slope - value**2 - 1, [x[0], x[1] - x[0] ** 2 - 1]])


def brown_almost_linear(x):
    n = len(x)
    return np.concatenate([x[:-1] + np.sum(x) - (n + 1), [np.prod(x) - 1]])


def broyden_tridiagonal(x):
    before = np.concatenate([[0.0], x[:-1]])
    after = np.concatenate([x[1:], [0.0]])
    return (3 - 2 * x) * x - before - 2 * after + 1


def discrete_boundary_value(x):
    n = len(x)
    h = 1 / (n + 1)
    t = h * np.arange(1.0, n + 1)
    before = np.concatenate([[0.0], x[:-1]])
    after = np.concatenate([x[1:], [0.0]])
    return 2 * x - before - after + h**2 * (x + t + 1) ** 3 / 2


_T10 = np.arange(1.0, 11) / 11

PROBLEMS = {
    "Rosenbrock": Problem(rosenbrock, [-1.2, 1], (0.0,), (1, 1)),
    "Freudenstein-Roth": Problem(freudenstein_roth, [0.5, -2], (0.0, 48.9842)),
    "Powell badly scaled": Problem(powell_badly_scaled, [0, 1], (0.0,), (1.098e-5, 9.106)),
    "Brown badly scaled": Problem(brown_badly_scaled, [1, 1], (0.0,), (1e6, 2e-6)),
    "Beale": Problem(beale, [1, 1], (0.0,), (3, 0.5)),
    "Jennrich-Sampson": Problem(jennrich_sampson, [0.3, 0.4], (124.362,), (0.2578, 0.2578)),
    "Helical valley": Problem(helical_valley, [-1, 0, 0], (0.0,), (1, 0, 0)),
    "Bard": Problem(bard, [1, 1, 1], (8.21487e-3,)),
    "Gaussian": Problem(gaussian, [0.4, 1, 0], (1.12793e-8,)),
    "Meyer": Problem(meyer, [0.02, 4000, 250], (87.9458,)),
    "Box": Problem(box_three_dimensional, [0, 10, 20], (0.0,)),
    "Powell singular": Problem(powell_singular, [3, -1, 0, 1], (0.0,), (0, 0, 0, 0), singular=True),
    "Wood": Problem(wood, [-3, -1, -3, -1], (0.0,), (1, 1, 1, 1)),
    "Kowalik-Osborne": Problem(kowalik_osborne, [0.25, 0.39, 0.415, 0.39], (3.07505e-4,)),
    "Brown-Dennis": Problem(brown_dennis, [25, 5, -5, -1], (85822.2,)),
    "Osborne 1": Problem(osborne_1, [0.5, 1.5, -1, 0.01, 0.02], (5.46489e-5,)),
    "Biggs EXP6": Problem(biggs_exp6, [1, 2, 1, 1, 1, 1], (0.0, 5.65565e-3)),
    "Osborne 2": Problem(
        osborne_2, [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5], (4.01377e-2,)
    ),
    "Watson 6": Problem(watson, [0] * 6, (2.28767e-3,)),
    "Watson 9": Problem(watson, [0] * 9, (1.39976e-6,)),
    "Brown almost-linear": Problem(brown_almost_linear, [0.5] * 10, (0.0, 1.0)),
    "Broyden tridiagonal": Problem(broyden_tridiagonal, [-1] * 10, (0.0,)),
    "Discrete boundary value": Problem(discrete_boundary_value, list(_T10 * (_T10 - 1)), (0.0,)),
}
