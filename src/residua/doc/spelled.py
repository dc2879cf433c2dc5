"""An annotation that is text, read piece by piece: the slow and thorough way.

For texts whose names are not all there, and for `Annotated[...]` deep inside another type.
"""

from __future__ import annotations

import ast
import contextlib
import types
import typing
from typing import Any

from residua.doc.annotations import OWN, Meaning, Names, stripped
from residua.doc.types_in_words import in_words


def read_text(annotation: str, names: Names) -> Meaning:
    """The meaning of an annotation given as text."""
    try:
        text, written = without_marks(annotation)
    except (SyntaxError, ValueError, RecursionError):
        return Meaning(annotation, annotation)
    try:
        bare, marks = stripped(value(annotation.strip(), names))
    except Exception:  # a name that is not there (yet), or code of the user that raises
        return _in_pieces(text, written, names)
    # An alias that hides marks is told by what it holds, everything else by what was written.
    told = in_words(bare) if len(marks) != len(written) else in_words(bare, text)
    return Meaning(bare, told, marks)


def without_marks(annotation: str) -> tuple[str, list[str]]:
    """An annotation without `Annotated[...]`, and what stood there beside the types."""
    source = _Source()
    tree = source.visit(ast.parse(annotation.strip(), mode="eval"))
    return ast.unparse(tree), source.marks


def value(text: str, names: Names) -> Any:
    """What a text stands for, as `typing.get_type_hints` finds it."""
    holder: Any = types.SimpleNamespace(__annotations__={"it": text})
    hints = typing.get_type_hints(holder, names.module, names.inside, include_extras=True)
    return hints["it"]


def _in_pieces(text: str, written: list[str], names: Names) -> Meaning:
    marks: list[Any] = []
    missing: list[str] = []
    kind: Any = text
    with contextlib.suppress(Exception):  # a type that only a type checker sees stays a text
        kind = stripped(value(text, names))[0]
    for mark in written:
        try:
            marks += stripped(value(f"{OWN}[object, {mark}]", names))[1]
        except Exception:
            missing.append(mark)
    return Meaning(kind, in_words(kind, text), tuple(marks), tuple(missing))


class _Source(ast.NodeTransformer):
    """Takes `Annotated[X, ...]` out of an expression, leaving X and remembering the rest.

    A field that is only passed, `InitVar[X]`, is an X to whoever passes it.
    """

    def __init__(self) -> None:
        self.marks: list[str] = []

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        name = getattr(node.value, "id", getattr(node.value, "attr", ""))
        if name == "InitVar":
            return self.visit(node.slice)
        if name != "Annotated" or not isinstance(node.slice, ast.Tuple) or not node.slice.elts:
            return self.generic_visit(node)
        bare = self.visit(node.slice.elts[0])
        self.marks += [ast.unparse(mark) for mark in node.slice.elts[1:]]
        return bare
