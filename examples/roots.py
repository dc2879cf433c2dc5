"""Roots and their sensitivities
================================

Roots of equations with exact Jacobians, and how a root moves with a parameter.

The tutorial this comes from solved the same two equations with fsolve: 21 evaluations, or 15 with a
Jacobian written by hand. Here there is none to write, and d(root)/d(parameter) comes with it.

    python examples/roots.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua as rs


def equations(x, width=2.0):
    """A cubic and an ellipse; both vanish where they cross."""
    return [
        x[1] - 3 * x[0] * (x[0] + 1) * (x[0] - 1),
        (x[0] / width) ** 2 + x[1] ** 2 - 1,
    ]


def picture(root: np.ndarray, start: list[float], path: Path) -> None:
    """Both curves, the start and the root."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    x = np.linspace(-2.0, 2.0, 400)
    angle = np.linspace(0.0, 2 * np.pi, 400)
    axes.plot(x, 3 * x * (x + 1) * (x - 1), color="#0072B2", label="$y = 3x(x+1)(x-1)$")
    axes.plot(2 * np.cos(angle), np.sin(angle), color="#009E73", label="$(x/2)^2 + y^2 = 1$")
    axes.plot(*start, "o", color="0.5", label="start")
    axes.plot(*root, "*", color="#D55E00", markersize=14, label="root found")
    axes.set(xlabel="x", ylabel="y", xlim=(-2.2, 2.2), ylim=(-1.6, 1.6))
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Solve, ask how the root depends on the ellipse, draw."""
    start = [0.5, 0.5]
    root = rs.solve(equations, start)
    print(f"root {np.round(root.x, 3)} after {root.evaluations} evaluations: {root.outcome}")
    print(f"largest residual {np.abs(root.residual).max():.1e}")
    moving = rs.solve(equations, start, {"width": 2.0})
    print(f"d(root)/d(width) {np.round(moving.sensitivity['width'], 6)}")
    wider = rs.solve(equations, start, {"width": 2.001})
    print(f"by difference    {np.round((wider.x - moving.x) / 0.001, 6)}")
    path = folder / "roots.png"
    picture(root.x, start, path)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
