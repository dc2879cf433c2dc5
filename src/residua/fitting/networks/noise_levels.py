"""Noise of datasets that observe different things, where nobody knows it.

Who shares a level is decided as in every joint fit (`fitting/joint/levels.py`). What the levels
are is told by rows that networks had not seen: training and estimating in turns, that of a group is

    level_g² = median(r²) / 0.455 - median(v)

r being the honest residuals of its rows in units of their sigma, v the variance of what was said of
them, 0.455 the median of χ² with one degree of freedom. Residuals of seen rows would not do: a
network that follows one dataset closely leaves no residuals there, and would be led to follow it
even more. The median does not mind a few rows at the ends, which are predicted by extrapolation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from residua.fitting.joint.levels import Levels, first_levels
from residua.fitting.networks.stack import Stack
from residua.networks.choose import Plan
from residua.networks.crossed import Crossed
from residua.networks.evidence import Rows
from residua.networks.scaling import Scaling

# Levels need not be exact: a ratio that is off by half costs a few per cent of the precision.
ROUNDS, SETTLED = 4, 0.4
MEDIAN_OF_SQUARES = 0.4549
# At least this share of the squared residuals is noise, at least this share of the spread of y.
KEPT, LOWEST = 0.25, 1e-6
FOLDS, STARTS, STEPS = 5, 2, 60

# (rows, plan, folds) -> the ensemble trained on them.
Training = Callable[[Rows, Plan, np.ndarray], Crossed]


def start_levels(stack: Stack) -> Levels:
    """Who shares a level, and where estimates begin: at the spread of the data."""
    parts: Any = stack.sources
    return first_levels(parts)


def are_known(stack: Stack, levels: Levels) -> bool:
    """Whether the noise needs no further factor: all of it is absolute, or told against such."""
    absolute = [one.absolute for one in stack.sources]
    return all(absolute) or (levels.estimated and any(absolute))


def why_unknown(stack: Stack, levels: Levels, plan: Plan) -> str:
    """Why levels cannot be estimated, where they would have to be; empty where they can."""
    if not levels.estimated:
        return ""
    if plan.solver is not None:
        return "a solver that goes step by step"
    fold = stack.folds(FOLDS, 0)
    for group in levels.groups:
        rows = np.concatenate([fold[stack.places[k]] for k in group.members])
        if not group.absolute and (rows < 0).all():
            names = ", ".join(repr(stack.sources[k].name) for k in group.members)
            return f"too few rows of {names}"
    return ""


def settled_levels(
    stack: Stack, scaling: Scaling, levels: Levels, plan: Plan, seed: int, train: Training
) -> Levels:
    """The levels, estimated in turns with the networks."""
    fold = stack.folds(FOLDS, seed)
    middle = plan.candidates[len(plan.candidates) // 2]
    trial = Plan((middle,), FOLDS, STARTS, min(STEPS, plan.steps), plan.reason)
    known = are_known(stack, levels)
    for _ in range(ROUNDS):
        crossed = train(stack.rows(scaling, levels.values, known), trial, fold)
        assert crossed.honest is not None
        changed = _estimated(stack, scaling, levels, crossed)
        moves = [math.log(a / b) for a, b in zip(changed.values, levels.values)]
        levels = changed
        if (max(moves) - min(moves) if not known else max(map(abs, moves))) < SETTLED:
            break
    return levels


def _estimated(stack: Stack, scaling: Scaling, levels: Levels, crossed: Crossed) -> Levels:
    honest = crossed.honest
    assert honest is not None
    values = list(levels.values)
    ones = (1.0,) * len(values)
    unit = (scaling.y_scale / stack.sigma(ones)) ** 2
    square = unit * (crossed.ensemble.rows.Y - honest.value) ** 2
    variance = unit * honest.variance
    for group in levels.groups:
        if group.absolute:
            continue
        r, v = (
            np.concatenate([array[stack.places[k]].ravel() for k in group.members])
            for array in (square, variance)
        )
        seen = np.isfinite(r)
        typical = float(np.median(r[seen])) / MEDIAN_OF_SQUARES
        level = math.sqrt(max(typical - float(np.median(v[seen])), KEPT * typical))
        spread = np.concatenate([stack.sources[k].table.Y.ravel() for k in group.members])
        floor = LOWEST * (1.0 if group.given else float(spread.std()) or 1.0)
        for k in group.members:
            values[k] = max(level, floor)
    return levels._replace(values=tuple(values))
