"""Training step by step: whole epochs in one compiled program, and somebody to watch it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from residua.autodiff.traced_state import double_precision
from residua.networks.stepwise.descent import FirstOrder
from residua.networks.stepwise.progress import ProgressLine
from residua.networks.stepwise.table import Rows
from residua.networks.stepwise.task import Loss, Task
from residua.networks.stepwise.training import Training, TrainingState


def train(
    loss: Loss,
    theta0: Any,
    rows: Rows,
    solver: FirstOrder,
    *,
    seed: int,
    validation: Rows | None = None,
    progress: bool | None = None,
    on_step: Callable[[TrainingState], Any] | None = None,
) -> Training:
    """Lower a loss step by step, on mini-batches or on all rows.

        theta <- theta + rate(step) update(gradient of loss on the step's rows)

    Args:
        loss: (theta, *rows of a batch) -> scalar that JAX can follow, the sum over rows of
            weight times row loss. The weights that it is given are divided by the rows of the
            batch, so it is a mean; rows that only fill a batch have weight 0. See `squared_loss`.
            Programs are kept for equal losses: make it once, not per call.
        theta0: (p,) start.
        rows: arrays of n rows each, weights (n,) or (n, k) last: (Z, y, w).
        solver: SGD, Adam, AdamW or LBFGS.
        seed: decides the order of the rows, with the number of the epoch alone.
        validation: rows likewise, whose loss is looked at after each epoch.
        progress: a line on stderr; None: what the solver says.
        on_step: called like the solver's callback, before it.

    Returns:
        A Training. Ctrl-C ends it with what was found so far.

    Raises:
        DataError: rows that are not finite, or not of one length. ParameterError: a start that is
        not a finite vector. FileError: a checkpoint of another training. MissingLibrary: optax is
        not installed.

    Source: H. Robbins, S. Monro, Ann. Math. Stat. 22 (1951) 400, for the idea.

    Example:
        >>> import numpy as np
        >>> from residua.networks.stepwise.first_order import Adam
        >>> def loss(theta, x, y, w):
        ...     return (w * (theta[0] * x + theta[1] - y) ** 2).sum()
        >>> x = np.linspace(0.0, 1.0, 20)
        >>> solver = Adam(0.05, batch=5, steps=2000, schedule="cosine")
        >>> found = train(loss, [0.0, 0.0], (x, 2 * x - 1, np.ones(20)), solver, seed=0)
        >>> found.best_theta.round(3).tolist()
        [2.0, -1.0]
    """
    with double_precision():
        task = Task(loss, theta0, rows, solver, seed, validation)
        line = ProgressLine(task.plan.steps, solver.progress if progress is None else progress)
        try:
            ending = task.go(line, [f for f in (on_step, solver.callback) if f is not None])
        finally:
            line.close()
        return task.result(ending)
