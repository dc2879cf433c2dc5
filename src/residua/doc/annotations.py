"""What an annotation says: a bare type, how to write it, and the marks beside it.

An annotation may be text (`from __future__ import annotations`) whose names are not all there: a
type imported for type checkers only, or something defined further down. What can be read is read;
a name that cannot be found costs its own entry, not the rest.
"""

from __future__ import annotations

import builtins
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from residua.doc.types_in_words import in_words

# A name for `Annotated` that no module's own names can hide.
OWN = "__residua_annotated__"
FRONT = "Annotated["


class Meaning:
    """One annotation, read.

    type: the bare type, or its text where names are missing. words: the type as a reader wants it.
    marks: the metadata in order. missing: marks that could not be evaluated.
    """

    __slots__ = ("marks", "missing", "type", "words")

    def __init__(
        self, kind: Any, words: str, marks: tuple[Any, ...] = (), missing: tuple[str, ...] = ()
    ) -> None:
        self.type = kind
        self.words = words
        self.marks = marks
        self.missing = missing


class Names:
    """Where the names of annotations are looked up."""

    def __init__(self, module: dict[str, Any], inside: Mapping[str, Any]) -> None:
        self.module = module
        self.inside = {**inside, OWN: Annotated}


def read(annotation: Any, names: Names) -> Meaning:
    """The meaning of one annotation, given as an object or as text."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if not isinstance(annotation, str):
        bare, marks = stripped(annotation)
        return Meaning(bare, in_words(bare), marks)
    quick = _at_once(annotation.strip(), names)
    if quick is not None:
        return quick
    from residua.doc.spelled import read_text

    return read_text(annotation, names)


def _at_once(text: str, names: Names) -> Meaning | None:
    """`X` or `Annotated[X, ...]` where all names are there; None where it takes more care.

    An import pays for every argument of every function, and this is ten times as fast.
    """
    if text == "None":
        return Meaning(type(None), text)
    kind = _first_entry(text) if text.startswith(FRONT) else text
    if not kind or any(sign in kind for sign in ("'", '"', FRONT, "InitVar")):
        return None
    try:
        value = _looked_up(text, names) if kind is text else _evaluated(text, names)
    except AttributeError:  # a name that only a type checker sees stays a text
        return Meaning(text, in_words(text)) if text.isidentifier() else None
    except Exception:
        return None
    if isinstance(value, str | typing.ForwardRef) or value is None:
        return None
    bare, marks = stripped(value)
    if kind is text:
        hidden = bool(marks)
    elif typing.get_origin(value) is not Annotated or bare is None:
        return None
    elif kind.replace(".", "").isidentifier():
        hidden = bool(stripped(_looked_up(kind, names))[1])
    else:  # Annotated[X | Y, ...] has no marks but its own, unless X or Y has
        hidden = len(marks) != len(value.__metadata__)
    # An alias that hides marks is told by what it holds, everything else by what was written.
    return Meaning(bare, in_words(bare) if hidden else in_words(bare, kind), marks)


def _looked_up(text: str, names: Names) -> Any:
    if text.isidentifier():
        for known in (names.inside, names.module):
            if text in known:
                return known[text]
        return getattr(builtins, text)
    return _evaluated(text, names)


def _evaluated(text: str, names: Names) -> Any:
    """An annotation is code of its own module, and means there what typing.get_type_hints says."""
    return eval(text, names.module, names.inside)


def _first_entry(text: str) -> str:
    """The X of `Annotated[X, ...]` as it is written."""
    depth = 0
    for i in range(len(FRONT), len(text)):
        letter = text[i]
        if letter == "," and not depth:
            return text[len(FRONT) : i]
        depth += (letter in "[(") - (letter in "])")
    return ""


def stripped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type without `Annotated`, and every mark in it, those of a union's members too."""
    if type(annotation).__name__ == "InitVar":  # of dataclasses, which is not imported for it
        annotation = annotation.type
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        bare, marks = stripped(annotation.__origin__)
        return bare, (*marks, *annotation.__metadata__)
    if origin is typing.Unpack:  # of **words, whose marks stand inside
        bare, marks = stripped(typing.get_args(annotation)[0])
        return (bare, marks) if marks else (annotation, ())
    if origin in (typing.Union, types.UnionType):
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
