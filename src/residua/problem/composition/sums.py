"""Starts of sums by back-fitting: each part from what the others leave of the data, in turns.

Back-fitting descends, and can end in a wrong valley: a broad peak that stands for a background, or
a dip inside a broad peak. So it begins in several ways: the parts in different orders; the first of
them by the rows it describes well, which a peak on a background does not disturb; and terms of one
kind (several peaks) side by side, each on its own stretch of the data.

Sources: L. Breiman and J. H. Friedman, J. Am. Stat. Assoc. 80, 580, 1985 (back-fitting);
P. J. Rousseeuw, J. Am. Stat. Assoc. 79, 871, 1984 (least trimmed squares).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise, permutations

import numpy as np

from residua.problem.composition.nodes import Binary, Node, Number
from residua.problem.composition.starts import (
    Columns,
    NoEstimate,
    Start,
    estimate,
    linear,
    rows,
    shaped,
)
from residua.problem.composition.terms import Term, alike, arranged, terms

# Back-fitting sees at most this many rows, each the mean of neighbors: a start needs the shape.
ROWS = 120
# Rounds at most, and the share by which one must lower the cost for another to follow.
ROUNDS, WORTH_ANOTHER = 5, 0.02
# Orders of parts that are tried.
ORDERS = 6
# How the first part may begin: by the rows it describes best, by the lower or upper ones (a
# background under peaks or over dips), by both ends of the data, or by all rows.
MANNERS = ("best", "lower", "ends", "upper", "all")
# Shares of rows kept in these manners, and how often they are chosen again.
KEPT = {"best": 0.6, "lower": 0.5, "upper": 0.5}
END, CHOICES = 0.15, 4
# The data may be cut at this many places when terms of one kind share them out.
PLACES = 7


def sum_estimates(node: Node, x: Columns, y: np.ndarray) -> Iterator[Start]:
    """Starts of a sum whose terms share no parameter, the most promising first."""
    full = x, y
    x, y = _binned(x, y)
    every = terms(node)
    for term in every:
        if not term.node.parameters:
            y = y - contribution(term, {}, x, y)
    every = _linear_joined([term for term in every if term.node.parameters], x, y)
    blocks = _blocks(every)
    for order in list(permutations(blocks))[:ORDERS]:
        # Several terms of one kind are peaks of a kind: trimming would lose what they describe.
        for manner in MANNERS if len(order) > 1 and len(order[0]) == 1 else ("all",):
            yield arranged(every, _backfit(every, order, x, y, manner), *full)


def contribution(term: Term, start: Start, x: Columns, y: np.ndarray) -> np.ndarray:
    """What a term adds to the sum."""
    return term.scale * shaped(term.node.value({**x, **start}), y)


# Rows -------------------------------------------------------------------------------------------


def _curve(x: Columns, y: np.ndarray) -> str | None:
    """The one variable along which y is a curve, or None."""
    names = [name for name, column in x.items() if np.shape(column) == y.shape]
    return names[0] if len(names) == len(x) == 1 and y.ndim == 1 else None


def _binned(x: Columns, y: np.ndarray) -> tuple[Columns, np.ndarray]:
    """A curve in the order of x, as at most ROWS means of neighbors; other data as they are."""
    name = _curve(x, y)
    if name is None:
        return x, y
    order = np.argsort(x[name], kind="stable")
    u, v = np.asarray(x[name], dtype=float)[order], y[order]
    if v.size <= ROWS:
        return {name: u}, v
    edges = np.linspace(0, v.size, ROWS + 1).astype(int)[:-1]
    counts = np.diff([*edges, v.size])
    return {name: np.add.reduceat(u, edges) / counts}, np.add.reduceat(v, edges) / counts


# Blocks: terms that are estimated together ------------------------------------------------------


def _linear_joined(every: Sequence[Term], x: Columns, y: np.ndarray) -> list[Term]:
    """All linear terms as one, in front: a background is best seen before the peaks."""
    straight = [term for term in every if _is_linear(term.node, x, y)]
    if not straight:
        return list(every)
    scaled = [Binary("*", Number(term.scale), term.node) for term in straight]
    joined: Node = reduce(lambda a, b: Binary("+", a, b), scaled)
    return [Term(1.0, joined), *(term for term in every if term not in straight)]


def _is_linear(node: Node, x: Columns, y: np.ndarray) -> bool:
    try:
        linear(node, x, y)
    except NoEstimate:
        return False
    return True


def _blocks(every: Sequence[Term]) -> list[list[int]]:
    """Positions of terms that go together: single ones, then groups of one kind."""
    groups = alike(every)
    taken = {i for group in groups for i in group}
    return [*([i] for i in range(len(every)) if i not in taken), *groups]


def _backfit(
    every: Sequence[Term],
    blocks: Sequence[list[int]],
    x: Columns,
    y: np.ndarray,
    manner: str,
) -> list[Start]:
    """The start of each term after some rounds; `manner`: how the first block begins."""
    starts: list[Start] = [{} for _ in every]
    parts = [np.zeros_like(y) for _ in blocks]
    cost = float("inf")
    for turn in range(ROUNDS):
        before = cost
        for k, block in enumerate(blocks):
            rest = y - sum((part for j, part in enumerate(parts) if j != k), np.zeros_like(y))
            group = [every[i] for i in block]
            if turn == 0:
                found = _first(group, x, rest, manner if k == 0 else "all")
            else:
                found = _in_turns(group, [starts[i] for i in block], x, rest)
            part = _total(group, found, x, y)
            left = float(np.sum((rest - part) ** 2))
            # The first round only adds parts; later ones must pay.
            if turn == 0 or left < cost:
                parts[k], cost = part, left
                for i, start in zip(block, found):
                    starts[i] = start
        if turn and not cost < before * (1 - WORTH_ANOTHER):
            break
    return starts


def _total(group: Sequence[Term], starts: Sequence[Start], x: Columns, y: np.ndarray) -> np.ndarray:
    found = np.zeros_like(y)
    for term, start in zip(group, starts):
        found = found + contribution(term, start, x, y)
    return found


def _first(group: Sequence[Term], x: Columns, y: np.ndarray, manner: str) -> list[Start]:
    """Estimated from some of the rows; those it describes well are chosen again and again."""
    if manner == "all":
        return _together(group, x, y)
    least = len(group[0].node.parameters) + 1
    if manner == "ends":
        count = max(int(END * y.size), least)
        ends = np.arange(y.size)
        kept = ((ends < count) | (ends >= y.size - count)).reshape(y.shape)
        return _together(group, rows(x, y, kept), y[kept])
    kept = np.ones(y.shape, dtype=bool)
    for _ in range(CHOICES):
        found = _together(group, rows(x, y, kept), y[kept])
        miss = y - _total(group, found, x, y)
        miss = {"best": np.abs(miss), "lower": miss, "upper": -miss}[manner]
        if not np.isfinite(miss).all() or y.size < 2 * least:
            break
        kept = miss <= np.quantile(miss, KEPT[manner])
    return found


def _together(group: Sequence[Term], x: Columns, y: np.ndarray) -> list[Start]:
    """A start of each term of a block."""
    if len(group) == 1:
        return [_single(group[0], x, y)]
    name = _curve(x, y)
    if name is None:
        return _one_by_one(group, x, y)
    options = [_one_by_one(group, x, y), *_side_by_side(group, name, x, y)]
    refined = [_in_turns(group, starts, x, y) for starts in options]
    costs = [float(np.sum((y - _total(group, starts, x, y)) ** 2)) for starts in refined]
    return refined[int(np.argmin(np.nan_to_num(costs, nan=np.inf)))]


def _single(term: Term, x: Columns, y: np.ndarray) -> Start:
    return estimate(term.node, x, y / term.scale)


def _one_by_one(group: Sequence[Term], x: Columns, y: np.ndarray) -> list[Start]:
    """Each from what those before it leave."""
    found = []
    for term in group:
        found.append(_single(term, x, y))
        y = y - contribution(term, found[-1], x, y)
    return found


def _in_turns(group: Sequence[Term], starts: list[Start], x: Columns, y: np.ndarray) -> list[Start]:
    """One more round: each from what all others leave."""
    starts = list(starts)
    for k, term in enumerate(group):
        others = [pair for j, pair in enumerate(zip(group, starts)) if j != k]
        rest = y - sum((contribution(t, s, x, y) for t, s in others), np.zeros_like(y))
        found = _single(term, x, rest)
        old, new = (np.sum((rest - contribution(term, s, x, y)) ** 2) for s in (starts[k], found))
        if new < old:
            starts[k] = found
    return starts


def _side_by_side(group: Sequence[Term], name: str, x: Columns, y: np.ndarray) -> list[list[Start]]:
    """Each term on its own stretch of the data, for the best ways to cut them.

    Stretches end at equal shares of the mass of the data, or at equal distances. What a single term
    leaves of each stretch is found once; the cut that leaves least follows by dynamic programming.
    """
    mass = np.cumsum(np.abs(y))
    if not mass[-1] > 0:
        return []
    shares = np.linspace(0, 1, PLACES + 2)[1:-1]
    grids = [
        np.searchsorted(mass / mass[-1], shares),
        np.searchsorted(x[name], x[name][0] + shares * (x[name][-1] - x[name][0])),
    ]
    return [found for grid in grids if (found := _best_cut(group, grid, x, y))]


def _best_cut(group: Sequence[Term], grid: np.ndarray, x: Columns, y: np.ndarray) -> list[Start]:
    """The starts of the best way to cut the rows at the grid; none where it is too coarse."""
    least = len(group[0].node.parameters) + 1
    edges = np.unique([0, *grid, y.size])
    known: dict[tuple[int, int], tuple[float, Start]] = {}

    def stretch(i: int, j: int) -> tuple[float, Start]:
        """What the first term leaves of the rows between two edges, and its start there."""
        if (i, j) not in known:
            own = np.zeros(y.shape, dtype=bool)
            own[edges[i] : edges[j]] = True
            near, values = rows(x, y, own), y[own]
            start = _single(group[0], near, values)
            left = float(np.sum((values - contribution(group[0], start, near, values)) ** 2))
            known[i, j] = (left if np.isfinite(left) else np.inf, start)
        return known[i, j]

    def allowed(i: int, j: int) -> bool:
        return bool(edges[j] - edges[i] >= least)

    # best[j]: what is left of the rows before edge j, and where the stretches begin.
    best: dict[int, tuple[float, tuple[int, ...]]]
    best = {j: (stretch(0, j)[0], (0,)) for j in range(1, len(edges)) if allowed(0, j)}
    for _ in group[1:]:
        best = {
            j: min(
                (best[i][0] + stretch(i, j)[0], (*best[i][1], i))
                for i in best
                if i < j and allowed(i, j)
            )
            for j in range(1, len(edges))
            if any(i < j and allowed(i, j) for i in best)
        }
    if len(edges) - 1 not in best:
        return []
    begins = (*best[len(edges) - 1][1], len(edges) - 1)
    own_names = group[0].node.parameters
    starts = [stretch(i, j)[1] for i, j in pairwise(begins)]
    return [
        dict(zip(term.node.parameters, (start[name] for name in own_names)))
        for term, start in zip(group, starts)
    ]
