"""What the marks beside a type say: text, unit, shape and constraints, whoever made the marks.

Marks are known by their attributes, so no library of marks is imported: `documentation`
(typing_extensions.Doc, annotated_doc.Doc, ours), `unit` and `shape`, the bounds of annotated-types,
pydantic's Field, the `dim_str` of jaxtyping's arrays, and plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from residua.doc.constraints import Constraint, constraints_of
from residua.doc.marks import Doc, Shape, Unit, shape

NO_UNIT = ("", "1")


class Facts:
    """Everything the marks of one argument say; `wrong` are slips in the marks themselves."""

    __slots__ = ("constraints", "doc", "shape", "unit", "wrong")

    def __init__(self) -> None:
        self.doc = ""
        self.unit: str | None = None
        self.shape: tuple[int | str, ...] | None = None
        self.constraints: tuple[Constraint, ...] = ()
        self.wrong: list[str] = []

    def say(self, name: str, value: Any, again: bool) -> None:
        """Keep a text, unit or shape; of two the last one counts, and it is told."""
        known = getattr(self, name)
        if again and str(known) != str(value):
            self.wrong.append(f"its {name} is said to be {known!r} and {value!r}")
        setattr(self, name, value)


def facts_of(marks: Iterable[Any], kind: Any = None) -> Facts:
    """The facts in `marks`, and in the type."""
    facts = Facts()
    said: set[str] = set()
    for mark in (*_shape_of_type(kind), *marks):
        try:
            for each in flat(mark):
                for name, value in _words_of(each):
                    facts.say(name, value, again=name in said)
                    said.add(name)
                _keep_rules(facts, each)
        except Exception as error:  # what libraries do at a question is theirs
            facts.wrong.append(
                f"a {type(mark).__name__} cannot be read: {type(error).__name__} {error}"
            )
    facts.wrong.sort()
    return facts


def _keep_rules(facts: Facts, mark: Any) -> None:
    if isinstance(mark, Shape):
        if mark.wrong:
            facts.wrong.append(mark.wrong)
    elif not isinstance(mark, str | Doc | Unit):
        known = (*facts.constraints, *constraints_of(mark))
        facts.constraints = tuple(dict.fromkeys(known))


def flat(mark: Any) -> Iterator[Any]:
    """A mark, and those that pydantic's Field holds; groups of annotated-types are one."""
    yield mark
    if type(mark).__module__.partition(".")[0] == "pydantic":
        for inner in getattr(mark, "metadata", None) or ():
            yield from flat(inner)


def _words_of(mark: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(mark, str):
        yield "doc", mark.strip()
        return
    if isinstance(mark, Shape):
        if not mark.wrong:
            yield "shape", mark.shape
        return
    for attribute in ("documentation", "description"):
        text = getattr(mark, attribute, None)
        if isinstance(text, str):
            yield "doc", " ".join(text.split()) if "\n\n" not in text else text.strip()
    extra = getattr(mark, "json_schema_extra", None)
    unit = extra.get("unit") if isinstance(extra, Mapping) else getattr(mark, "unit", None)
    if isinstance(unit, str):
        yield "unit", "" if unit in NO_UNIT else unit


def _shape_of_type(kind: Any) -> Iterator[Shape]:
    """The shape in a type of jaxtyping, such as Float[Array, "n 3"], where it is that simple."""
    text = getattr(kind, "dim_str", None)
    if isinstance(text, str):
        found = shape(*text.split())
        if not found.wrong:
            yield found
