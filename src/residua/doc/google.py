"""The other way to write docstrings, headings with a colon (`Args:`), turned into sections.

It is how residua's own docstrings are written. A docstring that has any underlined heading of
numpydoc is not read this way.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Collection

from residua.doc.sections import Docstring, Row, heading, joined
from residua.doc.sentences import sentence

HEADINGS = {
    "Args": "Parameters",
    "Arguments": "Parameters",
    "Parameters": "Parameters",
    "Keyword Args": "Other Parameters",
    "Attributes": "Attributes",
    "Returns": "Returns",
    "Yields": "Yields",
    "Raises": "Raises",
    "Warns": "Warns",
    "See Also": "See Also",
    "Note": "Notes",
    "Notes": "Notes",
    "Source": "References",
    "Sources": "References",
    "References": "References",
    "Example": "Examples",
    "Examples": "Examples",
}
_ENTRY = r"(\*{0,2}\w+(?:,\s*\*{0,2}\w+)*)\s*(?:\(([^)]*)\))?:(?:\s+(.*))?$"
_ENTRIES = ("Parameters", "Other Parameters", "Attributes", "Raises", "Warns")


def is_google(text: str) -> bool:
    """Whether a docstring has headings with a colon, and none that is underlined."""
    lines = inspect.cleandoc(text).split("\n")
    if any(heading(lines, i) for i in range(len(lines))):
        return False
    found = [_headed(line) for line in lines]
    # Of a heading with words behind it only a source is sure to be one: "Note: ..." is prose.
    return any(each and (not each[1] or each[0] == "References") for each in found)


def _headed(line: str) -> tuple[str, str] | None:
    """Section and the words that follow the colon, of a line such as "Source: Newton, 1687"."""
    word, colon, rest = line.partition(":")
    if not colon or word not in HEADINGS or (rest and not rest[0].isspace()):
        return None
    return HEADINGS[word], rest.strip()


def converted(text: str, names: Collection[str]) -> Docstring:
    """The docstring with its headings as sections, the text of an entry made a sentence."""
    head: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    into = head
    for paragraph in _paragraphs(inspect.cleandoc(text).split("\n")):
        found = _headed(paragraph[0])
        if found:
            into = [found[1]] if found[1] else []
            sections.append((found[0], into))
            into += paragraph[1:]
            continue
        if sections and not paragraph[0].startswith(" "):
            name = "Examples" if paragraph[0].startswith(">>>") else "Notes"
            if sections[-1][0] not in (name, "Examples"):
                into = []
                sections.append((name, into))
        into += ["", *paragraph]
    tidy = [(name, _body(name, lines, names)) for name, lines in sections]
    return Docstring(head, joined(tidy), text.startswith("\n"))


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Runs of lines between empty ones; a heading begins one without an empty line."""
    found: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            found.append([])
        elif found[-1] and _headed(line):
            found.append([line])
        else:
            found[-1].append(line)
    return [paragraph for paragraph in found if paragraph]


def _body(name: str, lines: list[str], names: Collection[str]) -> list[str]:
    text = textwrap.dedent("\n".join(lines)).strip("\n")
    if name in _ENTRIES:
        quoted = () if name in ("Raises", "Warns") else names  # "x is not finite" is a sentence
        return [line for row in _rows(text, quoted) for line in row.written()]
    if name in ("Returns", "Yields"):
        # The type, which comes first in numpydoc, is known from the signature, if at all.
        return textwrap.indent(sentence(text), "    ").split("\n")
    return [*text.split("\n"), ""]


def _rows(text: str, names: Collection[str]) -> list[Row]:
    rows: list[Row] = []
    for line in text.split("\n"):
        found = None if line.startswith(" ") else re.match(_ENTRY, line)
        if found:
            own = tuple(part.strip() for part in found[1].split(","))
            rows.append(Row(own, found[2] or "", [found[3]] if found[3] else []))
        elif rows:
            rows[-1].lines.append(line)
    for row in rows:
        others = set(names) - set(row.names)
        rest = textwrap.dedent("\n".join(row.lines[1:]))
        row.lines = sentence("\n".join([*row.lines[:1], rest]).strip(), others).split("\n")
    return rows
