"""How a composed model is written: `gaussian(p1_) + line`, with the parentheses it needs."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

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

# How tightly a text holds together: what stands beside a tighter sign needs parentheses.
LOOSE, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)
_LEVEL = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "**": POWER}
_OF_FORMULA: dict[type[ast.operator], int] = {
    ast.Add: SUM,
    ast.Sub: SUM,
    ast.Mult: PRODUCT,
    ast.Div: PRODUCT,
    ast.Pow: POWER,
}


def written(node: Node) -> str:
    """The node as one line of text."""
    return _written(node)[0]


def renamed_text(text: str, names: Mapping[str, str]) -> str:
    """`text` with every whole word that is one of `names` replaced."""
    return re.sub(r"[^\W\d]\w*", lambda word: names.get(word[0], word[0]), text)


def _written(node: Node) -> tuple[str, int]:
    if isinstance(node, Leaf):
        return _leaf(node, ())
    if isinstance(node, Number):
        return f"{node.number:.12g}", ATOM if node.number >= 0 else SIGN
    if isinstance(node, Renamed):
        return _renamed(node)
    if isinstance(node, Negative):
        return f"-{_inside(node.part, PRODUCT)}", SIGN
    if isinstance(node, Binary):
        return _binary(node)
    if isinstance(node, Chained):
        return f"{_inside(node.outer, ATOM)}({node.variable}={written(node.inner)})", ATOM
    assert isinstance(node, Operated)
    return _operated(node), ATOM


def _inside(node: Node, least: int) -> str:
    text, level = _written(node)
    return text if level >= least else f"({text})"


def _binary(node: Binary) -> tuple[str, int]:
    level = _LEVEL[node.symbol]
    # a - (b + c), a / (b * c) and (a ** b) ** c: one side must hold together more tightly.
    left = level + 1 if node.symbol == "**" else level
    right = level + 1 if node.symbol in ("-", "/") else level
    gap = "" if node.symbol == "**" else " "
    text = f"{_inside(node.left, left)}{gap}{node.symbol}{gap}{_inside(node.right, right)}"
    return text, level


def _leaf(node: Leaf, more: tuple[str, ...]) -> tuple[str, int]:
    """A model by its name, with its options and `more` in parentheses; a formula as it is."""
    model = node.model
    if model.kind == "formula" and not more:
        return _formula(model.text)
    name = short_name(model.text) if model.kind == "function" else model.text
    if model.kind == "formula":
        name = f"({name})"
    inside = (*(f"{key}={value}" for key, value in model.options.items()), *more)
    return (f"{name}({', '.join(inside)})" if inside else name), ATOM


def _formula(text: str) -> tuple[str, int]:
    from residua.problem.formula_text import read_source

    expression = read_source(text).expression.strip()
    body = ast.parse(expression, mode="eval").body
    if isinstance(body, (ast.Call, ast.Name, ast.Constant)):
        return expression, ATOM
    if isinstance(body, ast.UnaryOp) and isinstance(body.op, ast.USub):
        return expression, SIGN
    known = isinstance(body, ast.BinOp)
    return expression, _OF_FORMULA.get(type(body.op), LOOSE) if known else LOOSE  # type: ignore[attr-defined]


def _renamed(node: Renamed) -> tuple[str, int]:
    variables = (n for n in node.part.independent if node.new(n) != n)
    more = (*filter(None, [node.prefix]), *(f"{n}={node.new(n)}" for n in variables))
    if isinstance(node.part, Leaf):
        return _leaf(node.part, more)
    return f"{_inside(node.part, ATOM)}({', '.join(more)})", ATOM


def _operated(node: Operated) -> str:
    inside = written(node.part)
    if node.kind == "derivative":
        wrt, order = node.detail
        power = f", order={order}" if order != 1 else ""
        return f"derivative({inside}, {', '.join(wrt)}{power})"
    if node.kind == "quantity":
        return f"{node.detail[0]}({inside})"
    return f"{operator_name(node.detail[0])}({inside})"


def operator_name(function: Any) -> str:
    """What a function is called, without its module; "operator" for a lambda."""
    name = short_name(getattr(function, "__qualname__", None) or type(function).__qualname__)
    return "operator" if "lambda" in name else name


def short_name(text: str) -> str:
    """The last name of `module.qualname`; "lambda" for one."""
    name = text.rpartition("<locals>.")[2] if "<locals>." in text else text.rpartition(".")[2]
    return "lambda" if "lambda" in name else name
