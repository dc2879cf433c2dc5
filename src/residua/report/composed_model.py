"""A composed model in a saved fit: its tree as plain JSON, of texts, names and numbers only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from residua.autodiff.quadrature import integral
from residua.problem.composition.combine import composed, differentiated, node_of, quantity
from residua.problem.composition.nodes import (
    ARITHMETIC,
    Binary,
    Chained,
    Leaf,
    Negative,
    Number,
    Operated,
    Renamed,
)
from residua.problem.composition.nodes import Node as Part
from residua.problem.model import Model, from_formula, from_shelf
from residua.report.encoding import Node, encode_number, is_name

# Deeper trees are not written by people, and reading them could exhaust the stack.
DEEPEST = 60
HIGHEST_ORDER = 8
MOST_POINTS = 1000


def recipe_record(part: Part) -> dict[str, Any] | None:
    """The tree as JSON; None where it holds a Python function, which a file cannot."""
    try:
        return _record(part)
    except _CodeError:
        return None


class _CodeError(Exception):
    """A Python function in the tree."""


def _record(part: Part) -> dict[str, Any]:
    if isinstance(part, Leaf):
        return _leaf_record(part.model)
    if isinstance(part, Number):
        return {"part": "number", "number": encode_number(part.number)}
    if isinstance(part, Renamed):
        names = dict(part.names)
        return {"part": "renamed", "names": names, "prefix": part.prefix, "of": _record(part.part)}
    if isinstance(part, Binary):
        sides = {"left": _record(part.left), "right": _record(part.right)}
        return {"part": "binary", "symbol": part.symbol, **sides}
    if isinstance(part, Negative):
        return {"part": "negative", "of": _record(part.part)}
    if isinstance(part, Chained):
        return {"part": "chained", "outer": _record(part.outer), "inner": _record(part.inner)}
    assert isinstance(part, Operated)
    below = {"of": _record(part.part)}
    if part.kind == "derivative":
        wrt, order = part.detail
        return {"part": "derivative", "wrt": list(wrt), "order": order, **below}
    if part.kind == "quantity":
        return {"part": "quantity", "name": part.detail[0], **below}
    saved = getattr(part.detail[0], "saved", None)  # operators of this package say how they go
    if saved is not None:
        return {"part": "integral", **saved, **below}
    raise _CodeError


def _leaf_record(model: Model) -> dict[str, Any]:
    if model.kind == "formula":
        return {"part": "formula", "text": model.text, "independent": list(model.independent)}
    if model.kind == "shelf":
        return {"part": "shelf", "text": model.text, "options": dict(model.options)}
    raise _CodeError


def composed_model(node: Node) -> Model:
    """The Model that a tree in a file describes."""
    return composed(_part(node, 0))


def _part(node: Node, depth: int) -> Part:
    if depth > DEEPEST:
        node.fail(f"is nested more than {DEEPEST} deep")
    kind = node["part"].text()
    if kind not in _READ:
        node["part"].fail("is no known part of a model")
    return _READ[kind](node, depth + 1)


def _formula(node: Node, depth: int) -> Part:
    variables = tuple(item.name() for item in node["independent"])
    return Leaf(from_formula(node["text"].text(), variables, bare=True))


def _shelf(node: Node, depth: int) -> Part:
    return Leaf(from_shelf(node["text"].text(), **options(node["options"])))


def _renamed(node: Node, depth: int) -> Part:
    part, given = _part(node["of"], depth), node["names"]
    if not isinstance(given.value, dict):
        given.fail("is not an object")
    names = {old: given[old].name() for old in given.value}
    known = (*part.independent, *part.parameters)
    after = [names.get(name, name) for name in known]
    if not set(names) <= set(known) or len(set(after)) < len(after):
        given.fail("does not rename what there is")
    prefix = node["prefix"].text()
    if prefix and not is_name(prefix):
        node["prefix"].fail("is not a plain name")
    return Renamed(part, names, prefix)


def _binary(node: Node, depth: int) -> Part:
    symbol = node["symbol"].text()
    if symbol not in ARITHMETIC:
        node["symbol"].fail(f"is none of {', '.join(ARITHMETIC)}")
    return Binary(symbol, _part(node["left"], depth), _part(node["right"], depth))


def _chained(node: Node, depth: int) -> Part:
    outer, inner = _part(node["outer"], depth), _part(node["inner"], depth)
    if len(outer.independent) != 1:
        node["outer"].fail("is not a model of one variable")
    return Chained(outer, outer.independent[0], inner)


def _derivative(node: Node, depth: int) -> Part:
    wrt = tuple(item.name() for item in node["wrt"])
    order = node["order"].count()
    if not 1 <= order <= HIGHEST_ORDER or not 1 <= len(wrt) <= HIGHEST_ORDER:
        node["order"].fail("is no order of a derivative")
    return node_of(differentiated(composed(_part(node["of"], depth)), wrt, order))


def _quantity(node: Node, depth: int) -> Part:
    return node_of(quantity(composed(_part(node["of"], depth)), node["name"].text()))


def _integral(node: Node, depth: int) -> Part:
    points = node["points"].count()
    if not 1 <= points <= MOST_POINTS:
        node["points"].fail("is no number of points")
    found = composed(_part(node["of"], depth))
    if node["wrt"].name() not in found.independent:
        node["wrt"].fail("is no variable of the model")
    return node_of(integral(found, node["wrt"].name(), points=points))


_READ: dict[str, Callable[[Node, int], Part]] = {
    "formula": _formula,
    "shelf": _shelf,
    "number": lambda node, depth: Number(node["number"].number()),
    "renamed": _renamed,
    "binary": _binary,
    "negative": lambda node, depth: Negative(_part(node["of"], depth)),
    "chained": _chained,
    "derivative": _derivative,
    "quantity": _quantity,
    "integral": _integral,
}


def options(node: Node) -> dict[str, Any]:
    if not isinstance(node.value, dict):
        node.fail("is not an object")
    found = {}
    for key in node.value:
        if isinstance(node.value[key], (dict, list)) or not key.isidentifier():
            node.fail("holds something that is not an option")
        found[key] = node.value[key]
    return found
