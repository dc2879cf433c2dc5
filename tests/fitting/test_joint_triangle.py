"""Local parameters eliminated dataset by dataset: the same triangle, at a price linear in them."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from joint_cases import decays
from residua.algebra import arrow
from residua.algebra.covariance import uncertainty
from residua.algebra.linearization import Linearization, triangle, unit_columns
from residua.fitting.joint import objective as joint_objective
from residua.fitting.joint import task as joint_task
from residua.fitting.task import Settings
from residua.solvers.arrow import ArrowLevenbergMarquardt
from residua.solvers.arrow import polish as arrow_polish
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.polish import polish
from residua.solvers.solver import Limits


def task_of(fit):
    """The task behind a joint fit, at its end."""
    return joint_task.JointTask(
        fit.model,
        fit.parameters,
        fit.observations.block,
        Settings(),
        fit.engine,
        fit.datasets,
    )


def fitted(count, **words):
    sets = decays(count)
    return rs.fit(
        "a*exp(-b*t) + c", sets, shared=["b"], start={"a": 2.0, "b": 1.0, "c": 0.0}, **words
    )


def equal(found: Linearization, expected: Linearization) -> None:
    size = np.abs(expected.R).max()
    np.testing.assert_allclose(found.R, expected.R, rtol=1e-12, atol=1e-12 * size)
    np.testing.assert_allclose(found.qtr, expected.qtr, rtol=1e-12, atol=1e-12 * size)
    np.testing.assert_allclose(found.rho, expected.rho, rtol=1e-12)


@pytest.mark.parametrize("words", [{}, {"fixed": {"c": {"2": 0.0}}}, {"tie": {"c": "0.1*a"}}])
def test_the_triangle_is_that_of_all_rows(words):
    sets = decays(4)
    start = {"a": 2.0, "b": 1.0} | ({} if "tie" in words else {"c": 0.0})
    fit = rs.fit("a*exp(-b*t) + c", sets, shared=["b"], start=start, **words)
    objective = task_of(fit).objective
    rng = np.random.default_rng(0)
    for _ in range(3):
        theta = fit.theta * rng.uniform(0.7, 1.3, len(fit.theta))
        equal(objective.linearize(theta), triangle(np, objective.augmented(theta).T))


def test_datasets_with_fewer_rows_than_local_parameters():
    sets = decays(3)
    sets[1] = (sets[1][0][:1], sets[1][1][:1])
    fit = rs.fit("a*exp(-b*t) + c", sets, shared=["b", "c"], start={"a": 2.0, "b": 1.0, "c": 0.0})
    objective = task_of(fit).objective
    equal(objective.linearize(fit.theta), triangle(np, objective.augmented(fit.theta).T))
    assert fit.ok


def test_no_matrix_of_all_rows_by_all_parameters_is_factored(monkeypatch):
    """The numbers that are factored grow with the datasets, not with their square."""
    factored = {}
    for count in (5, 10, 20):
        task = task_of(fitted(count))
        shapes = []

        def watched(xp, matrix, shapes=shapes):
            shapes.append(matrix.shape)
            return triangle(xp, matrix)

        monkeypatch.setattr(joint_objective, "triangle", watched)
        task.objective.linearize(task.start)
        monkeypatch.undo()
        assert max(columns for _, columns in shapes) == 4  # a, c, b and the residual
        factored[count] = sum(rows * columns for rows, columns in shapes)
    assert factored[10] == 2 * factored[5] and factored[20] == 2 * factored[10]


def random_arrow(sizes, shared, seed=0):
    rng = np.random.default_rng(seed)
    local = sum(sizes)
    R = np.zeros((local + shared, local + shared))
    first = 0
    for size in sizes:
        block = slice(first, first + size)
        R[block, block] = np.triu(rng.standard_normal((size, size))) + 2 * np.eye(size)
        R[block, local:] = rng.standard_normal((size, shared))
        first += size
    R[local:, local:] = np.triu(rng.standard_normal((shared, shared))) + 2 * np.eye(shared)
    return R, rng


@pytest.mark.parametrize("sizes", [[2, 2, 2], [1, 3, 0, 2], [4]])
def test_arrow_algebra_is_dense_algebra(sizes):
    R, rng = random_arrow(sizes, 2)
    shape = arrow.shape(sizes)
    whole = arrow.parts(shape, R)
    right = rng.standard_normal(len(R))
    np.testing.assert_allclose(whole.solve(right), np.linalg.solve(R, right), rtol=1e-11)
    np.testing.assert_allclose(
        whole.solve_transposed(right), np.linalg.solve(R.T, right), rtol=1e-11
    )
    np.testing.assert_allclose(whole.inverse(), np.linalg.inv(R), rtol=1e-11, atol=1e-13)
    roots = rng.uniform(0.1, 1.0, len(R))
    factor, turned = arrow.damped(whole, right, roots)
    expected = -np.linalg.solve(R.T @ R + np.diag(roots**2), R.T @ right)
    np.testing.assert_allclose(-factor.solve(turned), expected, rtol=1e-10)
    known = arrow.arrow_uncertainty(shape, R, np.zeros(len(R), dtype=bool))
    dense = uncertainty(R)
    np.testing.assert_allclose(
        known.factor @ known.factor.T, dense.factor @ dense.factor.T, rtol=1e-9, atol=1e-12
    )


def test_an_arrow_that_leaves_something_open_is_left_to_the_dense_way():
    R, _ = random_arrow([2, 2], 1)
    R[1] = R[0] * 0
    assert arrow.arrow_uncertainty(arrow.shape([2, 2]), R, np.zeros(5, dtype=bool)) is None
    R, _ = random_arrow([2, 2], 1)
    held = np.array([True, False, False, False, False])
    assert arrow.arrow_uncertainty(arrow.shape([2, 2]), R, held) is None


@pytest.mark.parametrize("bounded", [False, True])
@pytest.mark.parametrize("radius", [1e-3, 0.1, 1.0, 1e3])
def test_steps_by_blocks_are_the_steps_of_the_whole_triangle(radius, bounded):
    sizes = [2, 1, 3]
    R, rng = random_arrow(sizes, 2, seed=1)
    lin = Linearization(R, rng.standard_normal(8), np.float64(0.3))
    params = rng.standard_normal(8)
    lower, upper = (params - 0.05, params + 0.2) if bounded else (None, None)
    if bounded:
        lower[0] = params[0]  # one sits at its bound
    limits = Limits(lower, upper, 1e-12)
    plain = LevenbergMarquardt(np)
    blocks = ArrowLevenbergMarquardt(np, False, arrow.shape(sizes))
    found = []
    for solver in (plain, blocks):
        state = solver.init(params, lin, limits)._replace(radius=radius)
        found.append((solver.propose(state, limits), state))
    (one, start), (two, other) = found
    np.testing.assert_allclose(two.trial, one.trial, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(two.predicted, one.predicted, rtol=1e-9)
    np.testing.assert_allclose(two.length, one.length, rtol=1e-9)
    target = [np.sqrt(s.parts.target @ s.parts.target) for s in (start, other)]
    np.testing.assert_allclose(target[1], target[0], rtol=1e-9)


def test_the_polish_by_blocks_ends_where_the_dense_one_does():
    fit = fitted(5, max_steps=2)
    task = task_of(fit)
    shape = arrow.shape([2] * 5)
    objective = task.objective
    lin = objective.linearize(fit.theta)
    one = polish(objective, fit.theta, lin, task.limits)
    two = arrow_polish(shape)(objective, fit.theta, lin, task.limits)
    np.testing.assert_allclose(two.params, one.params, rtol=1e-9)
    assert (one.curvatures > 0).all() and (two.curvatures > 0).all()


def test_curvatures_by_blocks_have_the_signs_of_the_whole_hessian():
    """As many negative ones, wherever the Hessian loses its definiteness."""
    from residua.solvers import arrow as blocks

    sizes = [2, 1, 3]
    shape = arrow.shape(sizes)
    R, rng = random_arrow(sizes, 2, seed=2)
    lin = Linearization(R, rng.standard_normal(8), np.float64(0.3))
    scale = unit_columns(np, R)
    pattern = np.abs(R.T @ R) > 0
    seen = set()
    for size in (0.0, 0.3, 1.0, 3.0, 10.0):
        S = rng.standard_normal((8, 8)) * size
        S = np.where(pattern, S + S.T, 0.0)
        local = blocks._hessian(shape, lin, scale, np.ones(8, dtype=bool), S)
        found = blocks._curvatures(local)
        negative = int((np.linalg.eigvalsh(R.T @ R + S) < 0).sum())
        assert (found < 0).sum() == negative
        seen.add(negative)
        if size == 0:
            np.testing.assert_allclose(found, 1.0, rtol=1e-9)
    assert len(seen) > 2


def test_two_hundred_datasets():
    rng = np.random.default_rng(0)
    sets, truth = [], []
    for _ in range(200):
        t = np.sort(rng.uniform(0, 6, 25))
        a, c = rng.uniform(1, 5), rng.uniform(-1, 1)
        truth.append((a, c))
        sets.append((t, a * np.exp(-((0.9 * t) ** 1.4)) + c + 0.02 * rng.standard_normal(25)))

    def stretched(t, a, c, k, m):
        return a * np.exp(-((k * t) ** m)) + c

    start = {"a": 2.0, "c": 0.0, "k": 1.0, "m": 1.0}
    fit = rs.fit(stretched, sets, shared=["k", "m"], start=start)
    assert fit.ok and len(fit.labels) == 402
    assert abs(fit.params["k"] - 0.9) < 4 * fit.stderr["k"]
    assert abs(fit.params["m"] - 1.4) < 4 * fit.stderr["m"]
    score = (fit.params["a"] - np.array(truth)[:, 0]) / fit.stderr["a"]
    assert 0.85 < np.sqrt(np.mean(score**2)) < 1.15  # 200 draws: within 5 % but for three sigma
    # Uncertainty by blocks against the whole triangle.
    dense = uncertainty(fit.lin.R)
    errors = np.sqrt((dense.factor**2).sum(axis=1)) * fit.residual_standard_error
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-9)
    # A shared parameter is as well known as the gradient at the end is small.
    gradient = fit.lin.gradient / unit_columns(np, fit.lin.R)
    assert np.abs(gradient).max() < 1e-9 * np.sqrt(fit.rss)
    assert "more in fit.parts" in str(fit)


def test_many_datasets_without_a_start_within_bounds():
    sets = decays(60, points=12)
    fit = rs.fit("a*exp(-b*t) + c", sets, shared=["b"], bounds={"a": (0, None), "b": (0, 10)})
    assert fit.ok and len(fit.labels) == 121
    assert abs(fit.params["b"] - 1.3) < 4 * fit.stderr["b"]


def lengths(count: int, model):
    rng = np.random.default_rng(9)
    sets = []
    for k in range(count):
        t = np.sort(rng.uniform(0, 4, 10 + 3 * k))
        sets.append((t, model(t, 1.0 + k, 1.3) + 0.02 * rng.standard_normal(t.size)))
    return sets


def test_datasets_of_many_lengths_are_compiled_for_few(monkeypatch):
    from residua.autodiff import compiled

    def decay(t, a, b):
        return a * np.exp(-b * t)

    shown = set()
    plain = compiled._jacobian

    def watched(function, identity, theta, args):
        shown.add(args[0][0].shape)
        return plain(function, identity, theta, args)

    sets = lengths(12, decay)
    start = {"a": 1.0, "b": 1.0}
    monkeypatch.setattr(compiled, "_jacobian", watched)
    fit = rs.fit(decay, sets, shared=["b"], start=start, engine="compiled")
    monkeypatch.undo()
    # The first dataset is asked as it is, when the engine is chosen.
    assert fit.engine == "compiled" and shown == {(10,), (16,), (32,), (64,)}
    eager = rs.fit(decay, sets, shared=["b"], start=start, engine="eager")
    np.testing.assert_allclose(fit.theta, eager.theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, eager.standard_errors, rtol=1e-8)


def test_a_model_that_looks_at_all_rows_is_not_padded():
    def centered(t, a, b):
        return a * (t - np.mean(t)) + b * np.mean(t)

    sets = lengths(6, centered)
    start = {"a": 1.0, "b": 1.0}
    fit = rs.fit(centered, sets, shared=["b"], start=start, engine="compiled")
    eager = rs.fit(centered, sets, shared=["b"], start=start, engine="eager")
    assert fit.engine == "compiled"
    np.testing.assert_allclose(fit.theta, eager.theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, eager.standard_errors, rtol=1e-8)
