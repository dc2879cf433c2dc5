"""A docstring taken apart: summary and text in front, then sections under numpydoc's headings."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Sequence

# In the order in which numpydoc wants them.
ORDER = (
    "Parameters",
    "Attributes",
    "Methods",
    "Returns",
    "Yields",
    "Receives",
    "Other Parameters",
    "Raises",
    "Warns",
    "Warnings",
    "See Also",
    "Notes",
    "References",
    "Examples",
)
_PLACES = {name: i for i, name in enumerate(ORDER)}
_NAMES = {name.lower(): name for name in ORDER}
_SPLIT = r"\s+:\s*|:\s+|:$"


class Row:
    """One entry of a section: names (with their stars), what follows the colon, the text."""

    __slots__ = ("lines", "names", "type")

    def __init__(self, names: tuple[str, ...], kind: str = "", lines: Iterable[str] = ()) -> None:
        self.names = names
        self.type = kind
        self.lines = list(lines)

    def written(self) -> list[str]:
        """The lines of this entry."""
        first = ", ".join(self.names) + (f" : {self.type}" if self.type else "")
        return [first, *(f"    {line}" if line else "" for line in self.lines)]


class Docstring:
    """head: summary and text before the first section. sections: (heading, lines), in order."""

    __slots__ = ("head", "sections", "starts_blank")

    def __init__(
        self,
        head: list[str],
        sections: list[tuple[str, list[str]]],
        starts_blank: bool = False,
    ) -> None:
        self.head = head
        self.sections = sections
        self.starts_blank = starts_blank

    def lines(self, name: str) -> list[str] | None:
        """The lines of a section, or None where there is none."""
        return next((lines for heading, lines in self.sections if heading == name), None)

    def rows(self, name: str) -> list[Row]:
        """The entries of a section such as Parameters."""
        return rows_of(self.lines(name) or [])

    def put(self, name: str, lines: list[str]) -> None:
        """Set a section: in its place where it is there, else where numpydoc's order says."""
        for i, (heading, _) in enumerate(self.sections):
            if heading == name:
                self.sections[i] = (name, lines)
                return
        self.sections.append((name, lines))

    def text(self) -> str:
        """The whole docstring, its sections in numpydoc's order."""
        parts = ["\n".join(self.head).strip("\n")]
        for name, lines in sorted(self.sections, key=lambda section: _PLACES[section[0]]):
            body = "\n".join(lines).strip("\n")
            parts.append(f"{name}\n{'-' * len(name)}\n{body}")
        whole = "\n\n".join(part for part in parts if part)
        whole = "\n".join(line.rstrip() for line in whole.split("\n"))
        if "\n" not in whole:
            return whole
        return ("\n" if self.starts_blank else "") + whole + "\n"


def parsed(text: str) -> Docstring:
    """A docstring with numpydoc's headings, taken apart."""
    lines = inspect.cleandoc(text).split("\n")
    head: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    into, i = head, 0
    while i < len(lines):
        if (name := heading(lines, i)) is None:
            into.append(lines[i])
            i += 1
            continue
        into = []
        sections.append((name, into))
        i += 2
    return Docstring(head, joined(sections), text.startswith("\n"))


def heading(lines: Sequence[str], i: int) -> str | None:
    """The section that begins with line i: a known name, underlined, after an empty line."""
    if i + 1 == len(lines) or lines[i].startswith(" "):
        return None
    line = lines[i + 1].strip()
    if len(line) < 3 or (line.strip("-") and line.strip("=")):
        return None
    clear = i == 0 or not lines[i - 1].strip()
    return _NAMES.get(lines[i].strip().lower()) if clear else None


def joined(sections: Iterable[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Sections of one name made one."""
    found: dict[str, list[str]] = {}
    for name, lines in sections:
        found[name] = [*found[name], *lines] if name in found else lines
    return list(found.items())


def rows_of(lines: Iterable[str]) -> list[Row]:
    """Entries: a line at the margin, and the indented lines below it."""
    rows: list[Row] = []
    for line in lines:
        if line.strip() and not line.startswith((" ", "\t")):
            rows.append(Row(*_split(line.strip())))
        elif rows:
            rows[-1].lines.append(line)
    for row in rows:
        row.lines = textwrap.dedent("\n".join(row.lines)).strip("\n").split("\n")
        row.lines = [] if row.lines == [""] else row.lines
    return rows


def _split(line: str) -> tuple[tuple[str, ...], str]:
    found = re.search(_SPLIT, line)
    left, right = (line[: found.start()], line[found.end() :]) if found else (line, "")
    names = tuple(name.strip().replace("\\", "") for name in left.split(","))
    return names, right.strip()
