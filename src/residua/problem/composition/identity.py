"""What a composed model computes, as a key: equal for equal compositions, different for others."""

from __future__ import annotations

from collections.abc import Hashable

from residua.autodiff.fingerprint import fingerprint
from residua.problem.composition.nodes import (
    Binary,
    Chained,
    Leaf,
    Negative,
    Node,
    Number,
    Operated,
    Renamed,
)


class Unidentified(Exception):
    """A part whose identity cannot be read for certain."""


def identity(node: Node) -> Hashable | None:
    """A hashable key, or None when the identity of a Python function in it cannot be known."""
    try:
        return _identity(node)
    except Unidentified:
        return None


def _identity(node: Node) -> Hashable:
    if isinstance(node, Leaf):
        return _leaf(node)
    if isinstance(node, Number):
        return ("number", node.number.hex())
    below = tuple(_identity(part) for part in node.parts)
    if isinstance(node, Renamed):
        return ("renamed", tuple(sorted(node.names.items())), below)
    if isinstance(node, Binary):
        return ("binary", node.symbol, below)
    if isinstance(node, Negative):
        return ("negative", below)
    if isinstance(node, Chained):
        return ("chained", node.variable, below)
    assert isinstance(node, Operated)
    detail = node.detail
    if node.kind == "operator":
        detail = (fingerprint(detail[0]),)
        if detail[0] is None:
            raise Unidentified
    return (node.kind, detail, node.variables, below)


def _leaf(node: Leaf) -> Hashable:
    model = node.model
    if model.kind in ("formula", "shelf"):
        what: Hashable = model.text
    else:
        what = fingerprint(model.function)
        if what is None:
            raise Unidentified
    options = tuple(sorted(model.options.items()))
    return (model.kind, what, options, model.independent, model.parameters)
