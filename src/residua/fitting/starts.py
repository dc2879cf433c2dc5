"""Starts found from the data, for parameters that have none; also the seeds of a multi-start.

Candidates are drawn at the scales the data themselves have (ranges of x and y, their inverses and
ratios), linear parameters are solved for, the best few are improved for some steps, and the best of
those is the start. Nothing is silently set to one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from residua._errors import ParameterError
from residua.data.dataset import Block
from residua.fitting.task import Task
from residua.objective import Objective
from residua.problem.parameters import Parameter, Parameters
from residua.solvers.host import run
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.projection import Projected, linear_parameters
from residua.solvers.solver import Limits

CANDIDATES = 400
IMPROVED = 12
IMPROVING_STEPS = 40
EQUAL = 1e-4  # relative difference of cost of candidates that are on their way to the same cost
# Evaluations of all rows together: large tables get fewer candidates, never none.
WORK = 4e7


def data_scales(block: Block) -> np.ndarray:
    """Natural magnitudes of parameters: ranges of x and y, their inverses, ratios, and one."""
    spans = [1.0]
    for array in (*block.x, block.y):
        if array.size:
            spans += [float(np.ptp(array)), float(np.abs(array).max())]
    spans = [s for s in spans if 0 < s < np.inf]
    y = spans[-1]
    every = [*spans, *(1 / s for s in spans), *(y / s for s in spans)]
    return np.unique(np.array(every))


def draw(parameters: Parameters, block: Block, count: int, seed: int) -> np.ndarray:
    """`count` random free vectors at the scales of the data, inside the bounds."""
    rng = np.random.default_rng(seed)
    p = len(parameters.labels)
    scales = data_scales(block)
    magnitude = rng.choice(scales, (count, p)) * np.exp(rng.normal(0.0, 1.5, (count, p)))
    theta = magnitude * rng.choice([1.0, 1.0, -1.0], (count, p))
    location = rng.random((count, p)) < 0.3
    for array in block.x[:1]:
        if array.size:
            places = rng.uniform(array.min(), array.max(), (count, p))
            theta = np.where(location, places, theta)
    bounds = parameters.bounds()
    return theta if bounds is None else _into(theta, *bounds, rng)


def _into(
    theta: np.ndarray, lower: np.ndarray, upper: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Fold draws into the bounds: uniform within a finite interval, reflected at a single bound."""
    finite = np.isfinite(lower) & np.isfinite(upper)
    width = np.where(finite, upper - lower, 1.0)
    inside = np.where(finite, lower, 0.0) + width * rng.random(theta.shape)
    above = np.where(np.isfinite(lower), lower + np.abs(theta), theta)
    below = np.where(np.isfinite(upper), upper - np.abs(theta), theta)
    single = np.where(np.isfinite(lower), above, np.where(np.isfinite(upper), below, theta))
    return np.where(finite, inside, single)


def affordable(block: Block, p: int, wanted: int) -> int:
    """How many candidates the size of the data allows."""
    return int(np.clip(WORK / (max(block.y.size, 1) * (p + 1)), 8, wanted))


def best_of(
    objective: Objective,
    candidates: Sequence[np.ndarray],
    limits: Limits,
    linear: np.ndarray,
    improved: int = IMPROVED,
) -> list[tuple[float, np.ndarray]]:
    """(cost, theta) of the most promising candidates after some steps each, best first."""
    screened = [(cost, theta) for cost, theta in map(_screen(objective, linear), candidates)]
    screened = sorted((pair for pair in screened if np.isfinite(pair[0])), key=lambda pair: pair[0])
    found = []
    for _, theta in _distinct(screened)[:improved]:
        short = limits._replace(max_steps=IMPROVING_STEPS)
        theta = np.clip(theta, limits.lower, limits.upper) if limits.lower is not None else theta
        with np.errstate(all="ignore"):
            if np.isfinite(objective.linearize(theta).cost):
                state = run(objective, theta, LevenbergMarquardt(np, accelerated=True), short)
                found.append((float(state.lin.cost), state.params))
    return _simplest_first(sorted(found, key=lambda pair: pair[0]))


def _simplest_first(found: list[tuple[float, np.ndarray]]) -> list[tuple[float, np.ndarray]]:
    """Between equals the smallest numbers first: data cannot tell a frequency from its alias."""
    equals = [pair for pair in found if pair[0] <= found[0][0] * (1 + EQUAL)]
    return sorted(equals, key=lambda pair: float(pair[1] @ pair[1])) + found[len(equals) :]


def _screen(
    objective: Objective, linear: np.ndarray
) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Cost of a candidate, with its linear parameters solved for."""

    def cost(theta: np.ndarray) -> tuple[float, np.ndarray]:
        with np.errstate(all="ignore"):
            try:
                if linear.any():
                    theta = Projected(objective, linear, theta).full(theta[~linear])
                rows = objective.residual(theta)
            except (ArithmeticError, ValueError, np.linalg.LinAlgError):
                return np.inf, theta
            return 0.5 * float(rows @ rows), theta

    return cost


def _distinct(screened: list[tuple[float, np.ndarray]]) -> list[tuple[float, np.ndarray]]:
    """Leave out candidates whose cost is that of a better one: they are the same place."""
    kept: list[tuple[float, np.ndarray]] = []
    for cost, theta in screened:
        if not kept or cost > kept[-1][0] * (1 + 1e-6):
            kept.append((cost, theta))
    return kept


def find_start(task: Task) -> Parameters:
    """Parameters with every missing start filled in; given starts stay as they are.

    Raises ParameterError when no candidate gives a finite prediction.
    """
    missing = [leaf for leaf in task.parameters.leaves if leaf.missing]
    task = provisional(task)
    filled = task.parameters
    unknown = {leaf.name for leaf in missing}
    open_ended = np.concatenate([np.full(leaf.size, leaf.name in unknown) for leaf in filled.free])
    count = affordable(task.block, len(filled.labels), CANDIDATES)
    candidates = draw(filled, task.block, count, task.settings.seed)
    candidates = np.where(open_ended, candidates, filled.vector())
    with np.errstate(all="ignore"):
        linear = linear_parameters(task.objective, candidates[0], task.settings.seed)
    bounds = filled.bounds()
    if bounds is not None:  # projection knows no bounds
        linear &= ~(np.isfinite(bounds[0]) | np.isfinite(bounds[1]))
    found = best_of(task.objective, list(candidates), task.limits, linear & open_ended)
    if not found:
        names = ", ".join(f"'{leaf.name}': ..." for leaf in missing)
        raise ParameterError(
            "no start could be found: the model is not finite anywhere that was tried",
            causes=[
                f"the model raised {task.objective.trouble}"
                if task.objective.trouble
                else "a logarithm, root or power of a negative number in the model",
                "the parameters need a magnitude that the data do not suggest",
            ],
            next=f"start={{{names}}}",
        )
    return filled.started(filled.named(found[0][1]))


def provisional(task: Task) -> Task:
    """The task with something in place of each missing start."""
    missing = [leaf for leaf in task.parameters.leaves if leaf.missing]
    filled = task.parameters.started({leaf.name: _inside(leaf) for leaf in missing})
    return replace(task, parameters=filled)


def _inside(leaf: Parameter) -> float:
    """Any value within the bounds: only the names and the shape matter until a start is found."""
    return float(np.clip(1.0, leaf.lower, leaf.upper))
