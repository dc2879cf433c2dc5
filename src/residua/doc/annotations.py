"""What an annotation says: a bare type, how to write it, and the marks beside it.

An annotation may be text (`from __future__ import annotations`) whose names are not all there: a
type imported for type checkers only, or something defined further down. What can be read is read;
a name that cannot be found costs its own entry, not the rest.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from residua.doc.types_in_words import in_words

# A name for `Annotated` that no module's own names can hide.
_OWN = "__residua_annotated__"


@dataclass(frozen=True)
class Meaning:
    """One annotation, read.

    type: the bare type, or its text where names are missing. words: the type as a reader wants it.
    marks: the metadata in order. missing: marks that could not be evaluated.
    """

    type: Any
    words: str
    marks: tuple[Any, ...] = ()
    missing: tuple[str, ...] = ()


class Names:
    """Where the names of annotations are looked up."""

    def __init__(self, module: dict[str, Any], inside: Mapping[str, Any]) -> None:
        self._module = module
        self._inside = {**inside, _OWN: Annotated}

    def value(self, text: str) -> Any:
        """The annotation that a text stands for, as `typing.get_type_hints` finds it."""
        holder: Any = types.SimpleNamespace(__annotations__={"it": text})
        hints = typing.get_type_hints(holder, self._module, self._inside, include_extras=True)
        return hints["it"]


def read(annotation: Any, names: Names) -> Meaning:
    """The meaning of one annotation, given as an object or as text."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if not isinstance(annotation, str):
        bare, marks = stripped(annotation)
        return Meaning(bare, in_words(bare), marks)
    try:
        tree = ast.parse(annotation.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return Meaning(annotation, annotation)
    source = _Source()
    text = ast.unparse(source.visit(tree))
    try:
        bare, marks = stripped(names.value(annotation.strip()))
    except Exception:  # a name that is not there (yet), or code of the user that raises
        return _in_pieces(text, source.marks, names)
    # An alias that hides marks is told by what it holds, everything else by what was written.
    told = in_words(bare) if len(marks) != len(source.marks) else in_words(bare, text)
    return Meaning(bare, told, marks)


def _in_pieces(text: str, written: list[str], names: Names) -> Meaning:
    marks: list[Any] = []
    missing: list[str] = []
    kind: Any = text
    with contextlib.suppress(Exception):  # a type that only a type checker sees stays a text
        kind = stripped(names.value(text))[0]
    for mark in written:
        try:
            marks += stripped(names.value(f"{_OWN}[object, {mark}]"))[1]
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


def stripped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type without `Annotated`, and every mark in it, those of a union's members too."""
    if isinstance(annotation, dataclasses.InitVar):
        annotation = annotation.type
    if typing.get_origin(annotation) is Annotated:
        bare, marks = stripped(annotation.__origin__)
        return bare, (*marks, *annotation.__metadata__)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [stripped(member) for member in typing.get_args(annotation)]
        if any(marks for _, marks in members):
            return typing.Union[tuple(bare for bare, _ in members)], tuple(  # noqa: UP007
                mark for _, marks in members for mark in marks
            )
    return annotation, ()


def results(annotation: Any, names: Names, generates: bool = False) -> Iterator[Meaning]:
    """What a function returns: one meaning, or one for each entry of a tuple with marks.

    Of a function that generates, what each step yields: the first entry of `Iterator[...]`.
    """
    whole = read(annotation, names)
    inside = typing.get_args(whole.type)
    if generates and inside and not whole.marks:
        whole = read(inside[0], names)
        inside = typing.get_args(whole.type)
    entries = inside if typing.get_origin(whole.type) is tuple else ()
    each = [read(entry, names) for entry in entries if entry is not ...]
    if not whole.marks and any(meaning.marks for meaning in each):
        yield from each
    else:
        yield whole
