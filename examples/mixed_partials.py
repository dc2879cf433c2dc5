"""Mixed partial derivatives
============================

Mixed partial derivatives of x y² do not depend on the order of differentiation.

    python examples/mixed_partials.py [folder for the picture]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import residua as rs


def f(x, y):
    """Any function of numbers, written with NumPy or without."""
    return x * y**2


def picture(mixed, path: Path) -> None:
    """The function, and over the same square its mixed derivative."""
    x, y = np.meshgrid(np.linspace(0.0, 1.0, 60), np.linspace(0.0, 1.0, 60))
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    for axes, name, values in zip(
        figure.subplots(1, 2), ("x y²", "∂²(x y²)/∂x∂y"), (f(x, y), mixed(x, y)), strict=True
    ):
        figure.colorbar(axes.contourf(x, y, values, levels=12), ax=axes)
        axes.set(xlabel="x", ylabel="y", title=name)
    figure.savefig(path, dpi=150)


def main(folder: Path, points: int = 10) -> None:
    """Differentiate first by x and then by y, and the other way round; compare with 2 y."""
    x, y = np.random.default_rng(0).random((2, points))
    by_x_then_y = rs.derivative(f, "x", "y")
    by_y_then_x = rs.derivative(rs.derivative(f, "y"), "x")
    equal = np.isclose(by_x_then_y(x, y), by_y_then_x(x, y), rtol=1e-15)
    print(f"mixed partials equal at {points} points: {equal}, all {equal.all()}")
    right = np.isclose(by_x_then_y(x, y), 2 * y, rtol=1e-15)
    print(f"and equal to 2 y: {right.all()}")
    picture(by_x_then_y, folder / "mixed_partials.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
