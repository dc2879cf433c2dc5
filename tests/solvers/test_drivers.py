"""The host driver and the traced driver walk the same path; interruption keeps the best point."""

from __future__ import annotations

import numpy as np
import pytest

from posing import posed
from residua.objective import prediction
from residua.solvers import host
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.solver import INTERRUPTED, RUNNING, STEP_LIMIT, Limits

PATHS = ["Misra1a", "Chwirut2", "Lanczos3", "Gauss1", "DanWood", "MGH09", "Thurber", "Eckerle4"]


def traced_end(model, parameters, block, theta, limits, accelerated=False):
    import jax
    import jax.numpy as jnp

    from residua.autodiff.lowering import lower
    from residua.autodiff.traced_state import double_precision
    from residua.solvers import traced

    predict = lower(prediction(model, parameters))
    solver = LevenbergMarquardt(jnp, accelerated)

    def program(theta, x, y, steps):
        def rows(at):
            return y - predict(at, x)

        return traced.solve(rows, theta, solver, limits._replace(max_steps=steps))

    compiled = jax.jit(program)
    with double_precision():
        return [
            jax.tree.map(np.asarray, compiled(theta, block.x, block.y, steps))
            for steps in (1, 2, 3, limits.max_steps)
        ]


def offset(lin) -> float:
    """The share of the residual that the columns of J still see."""
    seen = np.linalg.norm(lin.qtr)
    return float(seen / np.hypot(seen, lin.rho))


@pytest.mark.parametrize("name", PATHS)
def test_both_drivers_walk_the_same_path(name):
    """The first three iterates and the end agree to 1e-8: only the order of summation differs."""
    _, model, parameters, block, objective, floor = posed(name)
    theta = parameters.vector()
    limits = Limits(None, None, floor, max_steps=400)
    ends = traced_end(model, parameters, block, theta, limits)
    for steps, compiled in zip((1, 2, 3, 400), ends):
        with np.errstate(all="ignore"):
            walk = host.solve(
                objective, theta, LevenbergMarquardt(np), limits._replace(max_steps=steps)
            )
        scale = np.abs(walk.end.params).max()
        np.testing.assert_allclose(compiled.params, walk.end.params, rtol=1e-8, atol=1e-10 * scale)
        if steps == limits.max_steps:
            # Both have ended; rounding decides what the very last step is called.
            assert offset(walk.end.lin) < 1e-7
            assert offset(compiled.lin) < 1e-7
            continue
        assert int(compiled.code) == int(walk.state.code)
        assert int(compiled.steps) == int(walk.state.steps) + walk.end.steps


@pytest.mark.parametrize("name", ["Misra1a", "DanWood"])
def test_bounds_and_acceleration_agree_too(name):
    problem, model, parameters, block, objective, floor = posed(name)
    theta = parameters.vector()
    upper = np.full(len(theta), np.inf)
    upper[0] = problem.certified[0] * (0.99 if theta[0] < problem.certified[0] else 1.2)
    limits = Limits(np.full(len(theta), -np.inf), upper, floor, max_steps=200)
    compiled = traced_end(model, parameters, block, theta, limits, accelerated=True)[-1]
    with np.errstate(all="ignore"):
        walk = host.solve(objective, theta, LevenbergMarquardt(np, accelerated=True), limits)
    np.testing.assert_allclose(compiled.params, walk.end.params, rtol=1e-6)


def test_the_step_limit_is_reported_and_the_best_point_kept():
    *_, parameters, _, objective, floor = posed("MGH09")
    walk = host.solve(
        objective,
        parameters.vector(),
        LevenbergMarquardt(np),
        Limits(None, None, floor, max_steps=2),
    )
    assert walk.state.code == STEP_LIMIT
    assert walk.costs[-1] < walk.costs[0]


def test_costs_never_rise():
    *_, parameters, _, objective, floor = posed("Thurber")
    with np.errstate(all="ignore"):
        walk = host.solve(
            objective, parameters.vector(), LevenbergMarquardt(np), Limits(None, None, floor)
        )
    assert (np.diff(walk.costs) <= 1e-12 * np.array(walk.costs[:-1])).all()


def test_a_callback_may_stop_the_fit_and_keyboard_interrupt_keeps_the_best_point():
    *_, parameters, _, objective, floor = posed("Misra1a")
    theta, limits = parameters.vector(), Limits(None, None, floor)
    solver = LevenbergMarquardt(np)
    seen = []
    walk = host.solve(objective, theta, solver, limits, lambda s: seen.append(s) or len(seen) == 2)
    assert walk.state.code == INTERRUPTED and len(seen) == 2
    assert all(state.code == RUNNING for state in seen)

    def interrupted(state):
        raise KeyboardInterrupt

    walk = host.solve(objective, theta, solver, limits, interrupted)
    assert walk.state.code == INTERRUPTED
    assert walk.costs[-1] < walk.costs[0]
