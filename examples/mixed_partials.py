"""Mixed partial derivatives
============================

Mixed partial derivatives of x y² do not depend on the order of differentiation.

python examples/mixed_partials.py
"""

from __future__ import annotations

import numpy as np

import residua as rs


def f(x, y):
    """Any function of numbers, written with NumPy or without."""
    return x * y**2


def main(points: int = 10) -> None:
    """Differentiate first by x and then by y, and the other way round; compare with 2 y."""
    x, y = np.random.default_rng(0).random((2, points))
    by_x_then_y = rs.derivative(f, "x", "y")
    by_y_then_x = rs.derivative(rs.derivative(f, "y"), "x")
    equal = np.isclose(by_x_then_y(x, y), by_y_then_x(x, y), rtol=1e-15)
    print(f"mixed partials equal at {points} points: {equal}, all {equal.all()}")
    right = np.isclose(by_x_then_y(x, y), 2 * y, rtol=1e-15)
    print(f"and equal to 2 y: {right.all()}")


if __name__ == "__main__":
    main()
