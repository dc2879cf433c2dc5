"""Rows and their weights: what a sample weight means to a fit.

A weight w says that the observation has variance s²/w, so it enters as sigma = 1/sqrt(w): a row of
weight 0 is absent, and one of weight 3 moves the answer as three equal rows do.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError, ParameterError

# Counts beyond this many times the rows are taken for relative weights (a survey's, say).
MOST = 20


class Rows(NamedTuple):
    """X (n, d), y (n,) or (n, k), and weights (n,), None when none were given."""

    X: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None = None


def weighted(X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Rows:
    """The rows that have a weight. Raises DataError when none has, or one is negative."""
    if weight is None:
        return Rows(X, y)
    if (weight < 0).any():
        raise DataError(
            f"sample_weight has {int((weight < 0).sum())} negative entries",
            causes=["a weight is 1/variance, which has no sign"],
            next="sample_weight=np.abs(sample_weight)",
        )
    used = weight > 0
    if not used.any():
        raise DataError(
            "every sample_weight is zero, so no row is left to fit",
            next="sample_weight=None   # every row counts the same",
        )
    return Rows(X, y, weight) if used.all() else Rows(X[used], y[used], weight[used])


def counted(rows: Rows) -> Rows:
    """Whole weights as repeated rows, and repeated rows in an order that the values alone decide.

    A network learns its noise from how many observations there are, so a weight that is a count has
    to be one. Whatever is drawn row by row (folds, batches) is then the same for weights and for
    repeated rows, and both give the same fit, bit for bit. Rows that all differ keep their order.
    Other weights, and counts that add up to more than `MOST` times the rows, are relative.
    """
    X, y, weight = rows
    if weight is not None:
        times = np.rint(weight)
        if (times != weight).any() or times.sum() > MOST * len(y):
            return rows
        each = times.astype(int)
        X, y = X.repeat(each, axis=0), y.repeat(each, axis=0)
    table = np.column_stack([X, y.reshape(len(y), -1)])
    order = np.lexsort(table.T[::-1])
    lines = table[order]
    repeated = (lines[1:] == lines[:-1]).all(axis=1).any()
    return Rows(X[order], y[order]) if repeated else Rows(X, y)


def sigma(rows: Rows, unit: float | None = None) -> Any:
    """Standard deviations shaped like y, `unit` that of weight 1; None when unknown and equal."""
    if rows.weight is None:
        return unit
    return _like(rows.y.shape, (1.0 if unit is None else unit) / np.sqrt(rows.weight))


def new_sigma(weight: Any, count: int, outputs: tuple[int, ...], unit: float) -> Any:
    """Standard deviations of `count` new observations of some outputs, `unit` that of weight 1."""
    if weight is None:
        return unit
    weight = np.broadcast_to(np.asarray(weight, dtype=float), count)
    if not (weight > 0).all():
        raise DataError(
            "sample_weight of new observations must be positive",
            causes=["an observation of weight 0 may be anywhere: it has no interval"],
        )
    return _like((count, *outputs), unit / np.sqrt(weight))


def _like(shape: tuple[int, ...], one: np.ndarray) -> np.ndarray:
    """A number per row, for each output of that row."""
    return np.broadcast_to(one.reshape(-1, *(1,) * (len(shape) - 1)), shape)


def seed(random_state: Any) -> int:
    """A seed as scikit-learn's callers give it: None is 0, and a RandomState is drawn from."""
    if random_state is None:
        return 0
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(np.iinfo(np.int32).max))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(np.iinfo(np.int32).max))
    if isinstance(random_state, (int, np.integer)) and random_state >= 0:
        return int(random_state)
    raise ParameterError(
        f"random_state is {random_state!r}, not a whole number from 0 on", next="random_state=0"
    )
