"""Datasets for tests of joint fits, and the dense least squares that they must agree with."""

from __future__ import annotations

import numpy as np
from scipy.optimize import least_squares


def decays(count: int = 3, points: int = 20, noise: float = 0.02, seed: int = 0):
    """[(t, y)] of a*exp(-b*t) + c with one b."""
    rng = np.random.default_rng(seed)
    sets = []
    for _ in range(count):
        t = np.sort(rng.uniform(0, 4, points))
        a, c = rng.uniform(1, 4), rng.uniform(-0.5, 0.5)
        sets.append((t, a * np.exp(-1.3 * t) + c + noise * rng.standard_normal(points)))
    return sets


def dense(residual, start, absolute: bool = False):
    """(parameters, standard errors) by scipy, on the rows of all datasets in one vector."""
    found = least_squares(residual, start, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15)
    # Finite differences stop short of the minimum: Gauss-Newton steps with complex-step
    # Jacobians, exact to rounding, go the rest of the way.
    theta = found.x
    for _ in range(8):
        J = complex_step(residual, theta)
        theta = theta - np.linalg.lstsq(J, residual(theta), rcond=None)[0]
    J, r = complex_step(residual, theta), residual(theta)
    variance = 1.0 if absolute else r @ r / (r.size - theta.size)
    return theta, np.sqrt(np.diag(np.linalg.inv(J.T @ J)) * variance)


def complex_step(residual, theta):
    """Jacobian of an analytic function by Im r(θ + ih)/h."""
    columns = []
    for i in range(len(theta)):
        moved = theta.astype(complex)
        moved[i] += 1e-30j
        columns.append(residual(moved).imag / 1e-30)
    return np.array(columns).T
