"""Steps on the triangle against their definitions and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from residua.algebra.bounded import bounded_step, free_columns
from residua.algebra.linearization import spectrum, triangle
from residua.algebra.newton import quadratic
from residua.algebra.steps import RADIUS_TOLERANCE, accelerate, trust_region_step


def problem(seed: int, p: int = 4, condition: float = 1.0):
    rng = np.random.default_rng(seed)
    J = rng.standard_normal((30, p)) * condition ** -np.linspace(0, 1, p)
    r = rng.standard_normal(30)
    return J, r, triangle(np, np.column_stack([J, r])), np.exp(rng.standard_normal(p))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("condition", [1.0, 1e6])
def test_a_wide_radius_gives_the_gauss_newton_step(seed, condition):
    J, r, lin, scale = problem(seed, condition=condition)
    step = trust_region_step(np, spectrum(np, lin.R, lin.qtr, scale), scale, 1e9 * condition)
    expected = np.linalg.lstsq(J, -r, rcond=None)[0]
    np.testing.assert_allclose(step.step, expected, rtol=1e-9 * condition)
    assert step.damping == 0
    np.testing.assert_allclose(
        step.predicted, 0.5 * (r @ r - np.sum((r + J @ expected) ** 2)), rtol=1e-9
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [1e-6, 1e-2, 0.5])
def test_a_tight_radius_is_met_and_the_step_is_the_damped_minimum(seed, share):
    J, r, lin, scale = problem(seed)
    radius = share * np.linalg.norm(scale * np.linalg.lstsq(J, -r, rcond=None)[0])
    step = trust_region_step(np, spectrum(np, lin.R, lin.qtr, scale), scale, radius)
    length = np.linalg.norm(scale * step.step)
    assert abs(length - radius) <= 1.01 * RADIUS_TOLERANCE * radius
    damped = J.T @ J + step.damping * np.diag(scale**2)
    np.testing.assert_allclose(step.step, np.linalg.solve(damped, -J.T @ r), rtol=1e-8)


def test_undetermined_directions_are_not_moved():
    J, r, _, _ = problem(0)
    J[:, 3] = 2 * J[:, 1]
    lin = triangle(np, np.column_stack([J, r]))
    scale = np.ones(4)
    step = trust_region_step(np, spectrum(np, lin.R, lin.qtr, scale), scale, 1e12).step
    np.testing.assert_allclose(step, np.linalg.pinv(J) @ -r, rtol=1e-8)


@pytest.mark.parametrize("seed", range(20))
def test_bounded_steps_stay_inside_and_reach_the_optimum_of_scipy(seed):
    J, r, lin, scale = problem(seed)
    params = np.zeros(4)
    lower, upper = np.array([-0.05, -np.inf, 0.0, -1]), np.array([0.02, 0.1, np.inf, 1])
    step = bounded_step(np, lin, scale, 1e9, params, lower, upper)
    assert (params + step.step >= lower).all() and (params + step.step <= upper).all()
    best = lsq_linear(J, -r, (lower, upper)).cost
    cost = 0.5 * np.sum((r + J @ step.step) ** 2)
    # One active-set sweep need not release a bound; the solver's next step does.
    assert cost <= 0.5 * r @ r
    assert cost >= best - 1e-9
    np.testing.assert_allclose(0.5 * r @ r - cost, step.predicted, rtol=1e-9)


def test_a_parameter_at_its_bound_is_free_to_come_back():
    J, r, lin, _ = problem(3)
    gradient = J.T @ r
    at = np.zeros(4)
    lower = np.where(gradient > 0, 0.0, -1.0)
    free = free_columns(np, lin, at, lower, np.full(4, 1.0))
    np.testing.assert_array_equal(free, gradient < 0)


@pytest.mark.parametrize("seed", range(5))
def test_newton_step_solves_the_full_hessian(seed):
    J, r, lin, scale = problem(seed)
    S = np.random.default_rng(seed).standard_normal((4, 4)) * 0.3
    S = S + S.T
    parts = spectrum(np, lin.R, lin.qtr, scale)
    local = quadratic(np, parts, scale, S)
    expected = np.linalg.solve(J.T @ J + S, -J.T @ r)
    np.testing.assert_allclose(local.newton(local.seen(lin)), expected, rtol=1e-9)
    signs = np.sign(local.curvatures)
    np.testing.assert_array_equal(signs, np.sign(np.linalg.eigvalsh(J.T @ J + S)))


def test_acceleration_answers_the_second_derivative_like_the_residual():
    J, _, lin, scale = problem(1)
    second = np.random.default_rng(9).standard_normal(30)
    parts = spectrum(np, lin.R, lin.qtr, scale)
    curvature = triangle(np, np.column_stack([J, second])).qtr
    damping = 0.7
    expected = np.linalg.solve(J.T @ J + damping * np.diag(scale**2), -J.T @ second)
    found = accelerate(np, parts, scale, damping, curvature)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
