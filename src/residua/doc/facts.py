"""What the marks beside a type say: text, unit, shape and constraints, whoever made the marks.

Marks are known by their attributes, so no library of marks is imported: `documentation`
(typing_extensions.Doc, annotated_doc.Doc, ours), `unit` and `shape`, the bounds of annotated-types,
pydantic's Field, the `dim_str` of jaxtyping's arrays, and plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from residua.doc.constraints import Constraint, constraints_of
from residua.doc.marks import Shape, shape

NO_UNIT = ("", "1")


@dataclass(frozen=True)
class Facts:
    """Everything the marks of one argument say; `wrong` are slips in the marks themselves."""

    doc: str = ""
    unit: str | None = None
    shape: tuple[int | str, ...] | None = None
    constraints: tuple[Constraint, ...] = ()
    wrong: tuple[str, ...] = ()


def facts_of(marks: Iterable[Any], kind: Any = None) -> Facts:
    """The facts in `marks`; of two texts, units or shapes the last one counts, and it is told."""
    said: dict[str, list[Any]] = {"doc": [], "unit": [], "shape": []}
    constraints: list[Constraint] = []
    wrong: list[str] = []
    said["shape"] += [found.shape for found in _shape_of_type(kind)]
    for mark in marks:
        try:
            for each in flat(mark):
                words, rules, slips = _read(each)
                constraints += rules
                wrong += slips
                for name, value in words:
                    said[name].append(value)
        except Exception as error:  # what libraries do at a question is theirs
            wrong.append(f"a {type(mark).__name__} cannot be read: {type(error).__name__} {error}")
    for name, values in said.items():
        if len({str(value) for value in values}) > 1:
            wrong.append(f"its {name} is said to be {' and '.join(map(repr, values))}")
    last = {name: values[-1] for name, values in said.items() if values}
    return Facts(**last, constraints=tuple(dict.fromkeys(constraints)), wrong=tuple(wrong))


def flat(mark: Any) -> Iterator[Any]:
    """A mark, and those that pydantic's Field holds; groups of annotated-types are one."""
    yield mark
    if type(mark).__module__.partition(".")[0] == "pydantic":
        for inner in getattr(mark, "metadata", None) or ():
            yield from flat(inner)


def _read(mark: Any) -> tuple[list[tuple[str, Any]], list[Constraint], list[str]]:
    """What one mark says in words, as constraints, and what is wrong with it."""
    slips = [mark.wrong] if isinstance(mark, Shape) and mark.wrong else []
    rules = [] if isinstance(mark, str | Shape) else list(constraints_of(mark))
    return list(_words_of(mark)), rules, slips


def _words_of(mark: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(mark, str):
        yield "doc", mark.strip()
        return
    for attribute in ("documentation", "description"):
        text = getattr(mark, attribute, None)
        if isinstance(text, str):
            yield "doc", " ".join(text.split()) if "\n\n" not in text else text.strip()
    extra = getattr(mark, "json_schema_extra", None)
    unit = extra.get("unit") if isinstance(extra, Mapping) else getattr(mark, "unit", None)
    if isinstance(unit, str):
        yield "unit", "" if unit in NO_UNIT else unit
    if isinstance(mark, Shape) and not mark.wrong:
        yield "shape", mark.shape


def _shape_of_type(kind: Any) -> Iterator[Shape]:
    """The shape in a type of jaxtyping, such as Float[Array, "n 3"], where it is that simple."""
    text = getattr(kind, "dim_str", None)
    if isinstance(text, str):
        found = shape(*text.split())
        if not found.wrong:
            yield found
