"""One small network fit of every kind that a file can hold."""

from __future__ import annotations

from functools import cache

import numpy as np

import residua as rs

RNG = np.random.default_rng(0)
X = np.linspace(-2, 2, 24)
Y = np.sin(2 * X) + 0.1 * RNG.normal(size=24)
A, B = RNG.uniform(-1, 1, (2, 70))
Z = np.exp(A + 0.3 * np.sin(2 * np.pi * B)) + 0.05 * RNG.normal(size=70)
TWO = rs.MLP([2])

FITS = {
    "one": lambda: rs.fit(TWO, X, Y, members=1),
    "crossed": lambda: rs.fit(TWO, X, Y),
    "sizes": lambda: rs.fit(rs.MLP(), X, Y, members=5),
    "linear": lambda: rs.fit(rs.MLP([]), X, Y),
    "matrix": lambda: rs.fit(rs.MLP([2, 2], "silu"), np.column_stack([A, B]), Z),
    "outputs": lambda: rs.fit(TWO, X, np.column_stack([Y, 100 * Y]), members=1),
    "chances": lambda: rs.fit(TWO, X, X + np.cos(40 * X) > 0, members=1),
    "weights": lambda: rs.fit(TWO, X, Y, sigma=np.linspace(0.1, 0.2, 24)),
    "known": lambda: rs.fit(TWO, X, Y, sigma=0.1, absolute_sigma=True, members=1),
    "dropped": lambda: rs.fit(TWO, X, np.where(X > 1.9, np.nan, Y), missing="drop", members=1),
    "two points": lambda: rs.fit(TWO, X[:2], Y[:2], members=1),
    "constant": lambda: rs.fit(TWO, X, np.full(24, 3.0), members=1),
    "monotone": lambda: rs.fit(
        rs.MLP([3], monotone={"a": 1}, period={"b": 1.0}, positive=True),
        {"a": A, "b": B},
        Z,
        members=1,
    ),
    "convex": lambda: rs.fit(rs.MLP([3], convex=True, symmetry="even"), A, A**2, members=1),
    "held": lambda: rs.fit(
        TWO, X, Y, solver=rs.Adam(0.01, steps=20, patience=5), validation=0.25
    ),
}  # fmt: skip


@cache
def made(kind: str) -> rs.Fit:
    """The fit of this kind."""
    return FITS[kind]()


def new_places(fit: rs.Fit) -> tuple[np.ndarray, ...]:
    """Places inside and outside of what was fitted."""
    columns = fit.observations.block.x
    return tuple(1.3 * column[::5] + 0.01 for column in columns)
