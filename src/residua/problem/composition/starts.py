"""Starts of composed models, from the estimates of their parts.

A known part is taken off the data by undoing its operation; the terms of a sum are estimated in
turns (see sums.py); whatever is linear in its parameters is solved for exactly. What is
found is a list of candidates, the most promising first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from residua.problem.composition.nodes import (
    Binary,
    Chained,
    Leaf,
    Negative,
    Node,
    Operated,
    Renamed,
)

# Candidates that are worth a few steps of the solver.
MOST = 12
# Nonlinearity, relative to the size of a part, that is rounding.
ROUNDING = 1e-8

Start = dict[str, float]
Columns = Mapping[str, np.ndarray]


class NoEstimate(Exception):
    """A part about which nothing is known: its start has to be searched for."""


class Estimate:
    """(x, ..., y) -> start of a composed model, or None where only a search can find one.

    `candidates` gives several, of which a few steps of a solver can choose the best.
    """

    __slots__ = ("__weakref__", "node")

    def __init__(self, node: Node) -> None:
        self.node = node

    def __call__(self, *data: Any) -> Start | None:
        return next(self.candidates(*data), None)

    def candidates(self, *data: Any) -> Iterator[Start]:
        """Starts, made one by one as they are asked for; none where only a search can find one."""
        *x, y = data
        columns = dict(zip(self.node.independent, x))
        found = islice(estimates(self.node, columns, np.asarray(y, dtype=float)), MOST)
        every = set(self.node.parameters)
        while True:
            try:
                with np.errstate(all="ignore"):
                    start = next(found, None)
            except NoEstimate:
                return
            if start is None:
                return
            if set(start) == every and _finite(start):
                yield start


def _finite(start: Start) -> bool:
    return all(bool(np.isfinite(value).all()) for value in start.values())


def estimate(node: Node, x: Columns, y: np.ndarray) -> Start:
    """The most promising start of the node; raises NoEstimate."""
    return next(estimates(node, x, y))


def estimates(node: Node, x: Columns, y: np.ndarray) -> Iterator[Start]:
    """Starts of every parameter of the node; raises NoEstimate when one is asked for."""
    if not node.parameters:
        yield {}
    elif isinstance(node, Leaf):
        yield _leaf(node, x, y)
    elif isinstance(node, Renamed):
        for start in estimates(node.part, node_columns(node, x), y):
            yield {node.new(name): value for name, value in start.items()}
    elif isinstance(node, Negative):
        yield from estimates(node.part, x, -y)
    elif isinstance(node, Binary):
        yield from _binary(node, x, y)
    elif isinstance(node, Chained) and not node.inner.parameters:
        inner = shaped(node.inner.value(x), y)
        yield from estimates(node.outer, {**x, node.variable: inner}, y)
    elif isinstance(node, Operated) and node.kind == "derivative":
        yield from _integrated(node, x, y)
    elif isinstance(node, Operated) and node.kind == "quantity":
        yield from _undone(node, x, y)
    else:
        yield linear(node, x, y)


def node_columns(node: Renamed, x: Columns) -> dict[str, np.ndarray]:
    """The columns under the names they have inside a renamed part."""
    return {name: x[node.new(name)] for name in node.part.independent}


def _leaf(node: Leaf, x: Columns, y: np.ndarray) -> Start:
    model = node.model
    if model.estimate is not None:
        found = model.estimate(*(x[name] for name in model.independent), y)
        if found is None:
            raise NoEstimate
        return found
    try:
        return linear(node, x, y)
    except NoEstimate:
        if set(model.parameters) <= set(model.defaults):
            return {name: model.defaults[name] for name in model.parameters}
        raise


def _binary(node: Binary, x: Columns, y: np.ndarray) -> Iterator[Start]:
    left, right = node.left, node.right
    if left.parameters and right.parameters:
        yield from _both(node, x, y)
    elif right.parameters:
        known = shaped(left.value(x), y)
        yield from estimates(right, *_usable(x, _UNDO_LEFT[node.symbol](known, y)))
    else:
        known = shaped(right.value(x), y)
        yield from estimates(left, *_usable(x, _UNDO_RIGHT[node.symbol](known, y)))


def _both(node: Binary, x: Columns, y: np.ndarray) -> Iterator[Start]:
    """Two sides with parameters: linear in all of them, or a sum; else nothing is known."""
    try:
        yield linear(node, x, y)
    except NoEstimate:
        if node.symbol not in "+-" or set(node.left.parameters) & set(node.right.parameters):
            raise
        from residua.problem.composition.sums import sum_estimates

        yield from sum_estimates(node, x, y)


# known (sign) wanted = y, and wanted (sign) known = y, solved for wanted.
_UNDO_LEFT: dict[str, Any] = {
    "+": lambda known, y: y - known,
    "-": lambda known, y: known - y,
    "*": lambda known, y: _over(y, known),
    "/": lambda known, y: _over(known, y),
    "**": lambda known, y: np.log(y) / np.log(known),
}
_UNDO_RIGHT: dict[str, Any] = {
    "+": lambda known, y: y - known,
    "-": lambda known, y: y + known,
    "*": lambda known, y: _over(y, known),
    "/": lambda known, y: y * known,
    "**": lambda known, y: np.sign(y) * np.abs(y) ** (1 / known),
}


def _over(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a / b, NaN where b is so small beside its largest that only noise is left."""
    size = np.abs(b)
    return np.asarray(np.where(size > 1e-3 * size.max(), a / b, np.nan))


def _usable(x: Columns, y: np.ndarray) -> tuple[Columns, np.ndarray]:
    """The rows in which undoing gave a number."""
    known = np.isfinite(y)
    if known.all():
        return x, y
    if known.sum() < 3:
        raise NoEstimate
    return rows(x, y, known), y[known]


def rows(x: Columns, y: np.ndarray, chosen: np.ndarray) -> Columns:
    """The chosen rows of every column that has a row for each y."""
    return {name: a[chosen] if np.shape(a) == y.shape else a for name, a in x.items()}


def shaped(value: Any, y: np.ndarray) -> np.ndarray:
    """A prediction in the shape of y."""
    try:
        return np.broadcast_to(np.asarray(value, dtype=float), y.shape)
    except (TypeError, ValueError) as error:
        raise NoEstimate from error


# Linear parts -----------------------------------------------------------------------------------


def linear(node: Node, x: Columns, y: np.ndarray) -> Start:
    """The least-squares answer of a part that is linear in its parameters; else NoEstimate."""
    names = node.parameters
    if not y.size or any(np.ndim(value) for value in node.defaults.values()):
        raise NoEstimate
    rng = np.random.default_rng(0)
    base, *others = rng.uniform(0.5, 1.5, (3, len(names)))

    def at(theta: np.ndarray) -> np.ndarray:
        try:
            value = node.value({**x, **dict(zip(names, theta))})
        except Exception as error:  # a model may raise anything at numbers that mean nothing to it
            raise NoEstimate from error
        return shaped(value, y).ravel()

    origin = at(base)
    columns = np.array([at(base + unit) - origin for unit in np.eye(len(names))])
    for theta in others:
        straight = origin + (theta - base) @ columns
        seen = at(theta)
        if not np.abs(seen - straight).max() <= ROUNDING * np.abs(seen).max():
            raise NoEstimate
    rest = y.ravel() - origin + base @ columns
    scale = np.linalg.norm(columns, axis=1)
    scale[scale == 0] = 1.0
    found = np.linalg.lstsq((columns / scale[:, None]).T, rest, rcond=None)[0] / scale
    return dict(zip(names, found.tolist()))


def _integrated(node: Operated, x: Columns, y: np.ndarray) -> Iterator[Start]:
    """A first derivative by the one variable: the part itself describes the integral of the data,
    up to a constant, which for a peak or a decay is nothing."""
    wrt, order = node.detail
    variables = node.part.independent
    if order != 1 or len(wrt) != 1 or wrt != variables or x[variables[0]].shape != y.shape:
        yield linear(node, x, y)
        return
    along = np.argsort(x[variables[0]], axis=None, kind="stable")
    u, v = x[variables[0]].ravel()[along], y.ravel()[along]
    area = np.concatenate([[0.0], np.cumsum(0.5 * (v[1:] + v[:-1]) * np.diff(u))])
    yield from estimates(node.part, {variables[0]: u}, area)


def _undone(node: Operated, x: Columns, y: np.ndarray) -> Iterator[Start]:
    """A quantity of a library model: its shelf may know what its data say about the model."""
    from residua.problem.composition.combine import entry_of

    entry = entry_of(node.part)
    undo = None if entry is None else entry.quantities[node.detail[0]].undo
    if undo is None:
        yield linear(node, x, y)
        return
    columns = [x[name] for name in node.independent]
    yield from estimates(node.part, *_usable(x, np.asarray(undo(*columns, y))))
