"""The terms of a sum, and which of them are of one kind: those could change places.

Two Gaussians of a sum may be swapped without changing it. Which is called the first is settled
here: the one further left, unless what is known of the parameters (starts, bounds) says otherwise.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from residua.problem.composition.nodes import (
    Binary,
    Leaf,
    Negative,
    Node,
    Number,
    Renamed,
)
from residua.problem.parameters import Parameter

# Beyond this many terms of one kind not every arrangement is looked at.
MOST_ARRANGED = 6


class Term(NamedTuple):
    """scale * node."""

    scale: float
    node: Node


def terms(node: Node, scale: float = 1.0) -> list[Term]:
    """The node as a sum of multiples."""
    if isinstance(node, Negative):
        return terms(node.part, -scale)
    if isinstance(node, Binary) and node.symbol in ("+", "-"):
        sign = 1.0 if node.symbol == "+" else -1.0
        return [*terms(node.left, scale), *terms(node.right, sign * scale)]
    if isinstance(node, Binary) and node.symbol in ("*", "/"):
        if isinstance(node.right, Number) and node.right.number:
            by = node.right.number
            return terms(node.left, scale * by if node.symbol == "*" else scale / by)
        if isinstance(node.left, Number) and node.symbol == "*" and node.left.number:
            return terms(node.right, scale * node.left.number)
    return [Term(scale, node)]


def signature(node: Node) -> Hashable:
    """Equal for terms that differ only in the names of their parameters."""
    if isinstance(node, Renamed):
        variables = tuple(node.new(name) for name in node.part.independent)
        return signature(node.part), variables
    if isinstance(node, Leaf):
        return (node.model.function, node.model.options.get("degree")), node.independent
    return id(node)


def arranged(
    every: Sequence[Term], starts: Sequence[dict[str, float]], x: Mapping[str, Any], y: np.ndarray
) -> dict[str, float]:
    """All starts, terms of one kind in the order of their places along the first variable."""
    found = list(starts)
    for group in alike(every):
        places = [place(every[i], starts[i], x, y) for i in group]
        for i, j in zip(group, [group[k] for k in np.argsort(places, kind="stable")]):
            values = [starts[j][name] for name in every[j].node.parameters]
            found[i] = dict(zip(every[i].node.parameters, values))
    return {name: value for start in found for name, value in start.items()}


def ordered(
    node: Node, start: Mapping[str, float], x: Mapping[str, Any], y: np.ndarray
) -> dict[str, float]:
    """The start of a sum with its terms of one kind in the order of their places."""
    every = [term for term in terms(node) if term.node.parameters]
    own = [{name: start[name] for name in term.node.parameters} for term in every]
    return {**start, **arranged(every, own, x, y)}


def alike(every: Sequence[Term]) -> list[list[int]]:
    """Positions of the terms of one kind and scale, for kinds of which there are several."""
    groups: dict[Hashable, list[int]] = {}
    for i, term in enumerate(every):
        groups.setdefault((signature(term.node), term.scale), []).append(i)
    return [group for group in groups.values() if len(group) > 1]


def place(term: Term, start: Mapping[str, float], x: Mapping[str, Any], y: np.ndarray) -> float:
    """Where along the first variable a term weighs most: the center of its square."""
    along = np.asarray(x[term.node.independent[0]], dtype=float)
    weight = np.broadcast_to(term.node.value({**x, **start}), y.shape) ** 2
    if along.shape != weight.shape or not weight.sum() > 0:
        return 0.0
    return float((weight * along).sum() / weight.sum())


def suited(node: Node, guess: dict[str, float], leaves: Sequence[Parameter]) -> dict[str, float]:
    """The guess with terms of one kind exchanged so that they suit given starts and bounds."""
    known = {leaf.name: leaf for leaf in leaves}
    every = terms(node)
    found = dict(guess)
    for group in alike(every):
        names = [every[i].node.parameters for i in group]
        if len(group) > MOST_ARRANGED or not _anything_known(names, known):
            continue
        values = [[guess[name] for name in row] for row in names]
        scale = np.ptp(values, axis=0)
        best = min(
            permutations(range(len(group))),
            key=lambda order: sum(
                _misfit(known[name], values[j][k], scale[k])
                for i, j in enumerate(order)
                for k, name in enumerate(names[i])
                if name in known
            ),
        )
        found |= {n: v for i, j in enumerate(best) for n, v in zip(names[i], values[j])}
    return found


def _anything_known(names: list[tuple[str, ...]], known: Mapping[str, Parameter]) -> bool:
    def says(leaf: Parameter | None) -> bool:
        bounded = leaf is not None and bool(np.isfinite([leaf.lower, leaf.upper]).any())
        return leaf is not None and (leaf.start is not None or bounded)

    return any(says(known.get(name)) for row in names for name in row)


def _misfit(leaf: Parameter, value: float, scale: float) -> float:
    """How far a guess is from what is known of a parameter, in units of how guesses differ."""
    if leaf.start is not None and np.ndim(leaf.start) == 0:
        gap = abs(value - leaf.start)
    else:
        gap = max(float(np.max(leaf.lower)) - value, value - float(np.min(leaf.upper)), 0.0)
    return float(gap / scale) if scale > 0 else 0.0
