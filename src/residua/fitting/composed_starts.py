"""Starts from what library models estimate: alone, excluded by bounds, or of composed models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from residua.data.dataset import Block
from residua.fitting.residual_notes import runs_shortfall
from residua.fitting.starts import best_of, find_start
from residua.fitting.task import Task
from residua.problem.composition.starts import Estimate
from residua.problem.composition.terms import ordered, suited
from residua.problem.parameters import Parameters

# A start that leaves this many times the variance of the noise, or this share of the variance of
# the data, needs no competitor, if what is left changes its sign as often as noise does: standard
# deviations by which the number of runs may fall short.
GOOD, EXACT, UNSTRUCTURED = 1.1, 1e-8, 1.0


def guessed(parameters: Parameters, guess: dict[str, float]) -> Parameters:
    """The parameters with what was guessed of the missing starts, within their bounds."""
    missing = [leaf for leaf in parameters.leaves if leaf.missing]
    return parameters.started(
        {leaf.name: float(np.clip(guess[leaf.name], leaf.lower, leaf.upper)) for leaf in missing}
    )


def estimated_start(task: Task, followed: Callable[[Task], Task]) -> Parameters | None:
    """What a library model estimates; where bounds exclude that, it competes with a search.

    None where the model estimates nothing. `followed` chooses an engine for the task.
    """
    estimate, block = task.model.estimate, task.block
    guess = None if estimate is None else estimate(*block.x, block.y)
    if guess is None:
        return None
    start = guessed(task.parameters, guess)
    missing = (leaf for leaf in task.parameters.leaves if leaf.missing)
    if all(leaf.lower <= guess[leaf.name] <= leaf.upper for leaf in missing):
        return start
    task = followed(task)
    rivals = (start, find_start(task))
    return min((_improved(task, rival) for rival in rivals), key=lambda found: found[0])[1]


def composed_start(task: Task, followed: Callable[[Task], Task]) -> Parameters | None:
    """The best start that the estimates lead to; None when nothing is known about the parts.

    `followed` chooses an engine for the task.
    """
    node, block, given = task.model.recipe, task.block, task.parameters
    enough = GOOD * noise(block) + EXACT * float(np.var(block.y))
    best: tuple[float, Parameters] | None = None
    for guess in Estimate(node).candidates(*block.x, block.y):
        start = guessed(given, suited(node, guess, given.leaves))
        task = followed(replace(task, parameters=start)) if best is None else task
        left, improved, structure = _improved(task, start)
        # A later one must be clearly better: which of two equals is found must not be chance.
        if best is None or left < best[0] * (1 - 1e-6):
            best = left, improved
        if left <= enough and structure < UNSTRUCTURED:
            break
    if best is None:
        return None
    values = best[1].named(best[1].vector())
    with np.errstate(all="ignore"):
        tidy = ordered(node, values, dict(zip(node.independent, block.x)), block.y)
    return guessed(given, suited(node, tidy, given.leaves))


def _improved(task: Task, start: Parameters) -> tuple[float, Parameters, float]:
    """(mean square left, start, structure of what is left) after some steps of the solver."""
    theta = start.vector()
    unsolved = np.zeros(len(theta), dtype=bool)
    found = best_of(task.objective, [theta], task.limits, unsolved)
    if not found:
        return np.inf, start, np.inf
    theta = found[0][1]
    with np.errstate(all="ignore"):
        value = task.objective.predict(theta, task.block.x)
    rest = task.block.y - value
    structure = 0.0
    if _plain_curve(task.block):
        structure = runs_shortfall(rest[np.argsort(task.block.x[0], kind="stable")])
    return float(np.mean(rest**2)), start.started(start.named(theta)), structure


def _plain_curve(block: Block) -> bool:
    enough = block.y.size >= 8
    return len(block.x) == 1 and block.x[0].shape == block.y.shape and block.y.ndim == 1 and enough


def noise(block: Block) -> float:
    """Variance of the noise of a curve: each point against the line between its neighbors; 0 where
    it is not known.

    Source: T. Gasser, L. Sroka and C. Jennen-Steinmetz, Biometrika 73, 625, 1986.
    """
    if not _plain_curve(block):
        return 0.0
    along = np.argsort(block.x[0], kind="stable")
    x, y = block.x[0][along], block.y[along]
    width = x[2:] - x[:-2]
    share = np.divide(x[1:-1] - x[:-2], width, out=np.full(width.shape, 0.5), where=width > 0)
    gap = (1 - share) * y[:-2] + share * y[2:] - y[1:-1]
    return float(np.mean(gap**2 / (1 + share**2 + (1 - share) ** 2)))
