"""Which networks to train on how many data, and how: the one visible choice.

The rows were measured on the UCI tables and the sources' own tasks (benchmarks/uci.py). Many small
networks beat one large one; each is trained on the data without one fold, so that every point has
been predicted by members that never saw it.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from residua._words import counted
from residua.networks.mlp import MLP
from residua.networks.network import Architecture
from residua.networks.stepwise.first_order import Adam

FEWEST_FOR_FOLDS = 20


class Plan(NamedTuple):
    """What to train: candidates, folds (0: all data in each), starts a fold, steps, and why.

    solver: None for Levenberg-Marquardt with evidence, else what goes step by step.
    alone: only the best of the starts is kept.
    """

    candidates: tuple[Architecture, ...]
    folds: int
    starts: int
    steps: int
    reason: str
    solver: Any = None
    alone: bool = False


class Row(NamedTuple):
    """Up to `most` rows of data: the (hidden, activation) to try, folds, starts and steps."""

    most: float
    sizes: tuple[tuple[tuple[int, ...], str | None], ...]
    folds: int
    starts: int
    steps: int


# An activation of None is the one that the user named.
TABLE = (
    Row(FEWEST_FOR_FOLDS - 1, (((3,), None),), 0, 8, 150),
    Row(100, (((3,), None), ((6,), None), ((10,), None)), 5, 3, 150),
    Row(400, (((10,), None), ((20,), None), ((10, 10), None), ((10, 10), "silu")), 5, 2, 60),
    Row(3000, (((10,), None), ((20,), None), ((10, 10), None), ((10, 10), "silu")), 5, 2, 150),
    Row(50_000, (((10,), None), ((20,), None), ((10, 10), None)), 5, 1, 100),
    Row(math.inf, (((64, 64), "silu"),), 5, 1, 0),
)
# Beyond these a step of Levenberg-Marquardt costs more than a thousand steps on mini-batches.
MOST_ROWS, MOST_PARAMETERS = 50_000, 1500
BY_STEPS = Adam(3e-3, batch=512, steps=8_000, schedule="cosine")
# Starts a fold (or in all, without folds) where the user named the sizes.
STARTS, STARTS_WITHOUT_FOLDS = 2, 8
# Steps of a network of sizes that the user named: what this many products pay for, within limits.
# Most end earlier, when nothing is left to gain; data without noise take what they get.
PRODUCTS, FEWEST_STEPS, MOST_STEPS = 2e9, 100, 500


def plan(
    architecture: Architecture,
    shape: tuple[int, ...],
    members: int | None = None,
    solver: Any = None,
) -> Plan:
    """The plan for (n, d, k): rows, inputs, outputs; `members=1` asks for a single network."""
    n, inputs, outputs = shape
    row = next((row for row in TABLE if n <= row.most), TABLE[-1])
    candidates: tuple[Architecture, ...] = (architecture,)
    if isinstance(architecture, MLP) and architecture.hidden is None:
        candidates = sized(architecture, row)
    open_sizes = len(candidates) > 1
    size = max(one.network(inputs, outputs).size for one in candidates)
    if solver is None and (n > MOST_ROWS or size > MOST_PARAMETERS):
        solver = BY_STEPS
        reason = f"{n} rows and {size} parameters are too many for a triangle"
    elif solver is not None:
        reason = "the solver was asked for"
    elif members == 1:
        reason = "one network of all rows was asked for"
    else:
        reason = f"cross-validated on {n} rows"
    steps = row.steps if open_sizes else _steps(n, size)
    if members == 1 or (solver not in (None, BY_STEPS) and members is None):
        starts = 1 if solver is not None else STARTS_WITHOUT_FOLDS
        return Plan(candidates[-1:], 0, starts, steps, reason, solver, alone=True)
    if n < FEWEST_FOR_FOLDS:
        reason = f"{counted(n, 'row')}, too few to leave some out"
        return Plan(candidates[:1], 0, members or STARTS_WITHOUT_FOLDS, steps, reason, solver)
    starts = row.starts if open_sizes else (STARTS if n <= 3000 and solver is None else 1)
    if members is not None:
        starts = max(1, round(members / (row.folds * len(candidates))))
    return Plan(candidates, row.folds, starts, steps, reason, solver)


def _steps(n: int, size: int) -> int:
    """Steps that a named network gets: n p² + 2 p³ products each."""
    return int(min(max(PRODUCTS / (n * size**2 + 2 * size**3), FEWEST_STEPS), MOST_STEPS))


def sized(architecture: MLP, row: Row) -> tuple[Architecture, ...]:
    """The candidates of a row."""
    own = str(architecture.activation)
    return tuple(
        architecture.sized(hidden, name or own)
        for hidden, name in row.sizes
        if name is None or own == "tanh"
    )
