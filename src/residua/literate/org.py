"""Org documents: source blocks with their header arguments, and results as Org keeps them.

Source: The Org Manual, "Working with Source Code"
(https://orgmode.org/manual/Working-with-Source-Code.html).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from residua._errors import DataError
from residua.literate.document import Block, Recorded
from residua.literate.headers import org_arguments
from residua.literate.org_results import BEGIN, KEYWORD, output, record, unescaped

__all__ = ["read", "record"]

DEFAULTS = {"noweb": "no", "session": "none"}

_HEADING = re.compile(r"(\*+)[ \t]+(.*)$")
_COMMENTED = re.compile(r"(?:(?:TODO|DONE)\s+)?(?:\[#\w\]\s+)?COMMENT(?:\s|$)")
_PROPERTY = re.compile(r"[ \t]*:(\S+?)(\+)?:(?:[ \t]+(.*?))?[ \t]*$")
_VERBATIM = frozenset({"example", "comment", "export", "verse"})

Properties = dict[str, str]


def read(lines: Sequence[str], name: str) -> tuple[list[Block], list[Recorded]]:
    """The source blocks and results of an Org document.

    Args:
        lines: the document, without line ends. name: what errors call it.

    Returns:
        (blocks, results). Blocks under COMMENT headings are left out, as Org does.
    """
    reader = _Reader(lines, name)
    reader.go()
    return reader.blocks(), reader.results


class _Reader:
    """One pass over the lines; header arguments are closed when all keywords are known."""

    def __init__(self, lines: Sequence[str], name: str) -> None:
        self.lines, self.name = lines, name
        self.results: list[Recorded] = []
        self.keywords: Properties = {}
        self.outline: list[tuple[int, Properties]] = [(0, {})]
        self.commented = 0
        self.label, self.headers = "", ""
        self.found: list[tuple[Block, str, list[Properties]]] = []

    def go(self) -> None:
        i = 0
        while i < len(self.lines):
            line = self.lines[i]
            if heading := _HEADING.match(line):
                self.heading(len(heading[1]), heading[2])
            elif line.strip().upper() == ":PROPERTIES:":
                i = self.drawer(i)
            elif begin := BEGIN.match(line):
                i = self.begin(i, begin)
                continue
            elif keyword := KEYWORD.match(line):
                i = self.keyword(i, keyword[1].lower(), keyword[2] or "", keyword[3])
                continue
            else:
                self.label, self.headers = "", ""
            i += 1

    def heading(self, level: int, title: str) -> None:
        while len(self.outline) > 1 and self.outline[-1][0] >= level:
            self.outline.pop()
        self.outline.append((level, {}))
        if self.commented and level <= self.commented:
            self.commented = 0
        if not self.commented and _COMMENTED.match(title):
            self.commented = level

    def drawer(self, i: int) -> int:
        for j in range(i + 1, len(self.lines)):
            if self.lines[j].strip().upper() == ":END:":
                return j
            if match := _PROPERTY.match(self.lines[j]):
                self.put(self.outline[-1][1], match[1] + (match[2] or ""), match[3] or "")
            else:
                return j - 1
        return len(self.lines)

    def put(self, where: Properties, key: str, value: str) -> None:
        """A property; `key+` adds to what the same level already says."""
        key = key.lower()
        adds = key.endswith("+") and key in where
        where[key] = f"{where[key]} {value}" if adds else value

    def keyword(self, i: int, word: str, digest: str, value: str) -> int:
        if word in ("name", "source", "srcname"):
            self.label = value
        elif word in ("header", "headers"):
            self.headers += " " + value
        elif word == "property":
            key, _, rest = value.partition(" ")
            self.put(self.keywords, key, rest)
        elif word == "results":
            text, end = output(self.lines, i + 1, bool(digest))
            self.results.append(Recorded(i, end, value, digest, text))
            self.label, self.headers = "", ""
            return end
        return i + 1

    def begin(self, i: int, begin: re.Match[str]) -> int:
        kind = begin[2].lower()
        if kind == "src":
            return self.source(i, begin)
        self.label, self.headers = "", ""
        return self.end_of(i, kind) + 1 if kind in _VERBATIM else i + 1

    def end_of(self, i: int, kind: str) -> int:
        for j in range(i + 1, len(self.lines)):
            if self.lines[j].strip().lower() == f"#+end_{kind}":
                return j
            if _HEADING.match(self.lines[j]):
                break
        raise DataError(
            f"{self.name}, line {i + 1}: the block is never closed",
            causes=["#+end_" + kind + " is missing", "a line of code begins with '* '"],
            next=f"#+end_{kind}, or ,* where a line begins with an asterisk",
        )

    def source(self, i: int, begin: re.Match[str]) -> int:
        end = self.end_of(i, "src")
        language, _, rest = (begin[3] or "").replace("\t", " ").partition(" ")
        switches, colon, arguments = f" {rest}".partition(" :")
        body = [unescaped(line) for line in self.lines[i + 1 : end]]
        code = "\n".join(body if " -i" in switches else dedented(body))
        if not self.commented:
            block = Block(i + 1, end + 1, language, code, self.label, {}, begin[1])
            own = f"{self.headers} {colon}{arguments}"
            self.found.append((block, own, [level for _, level in self.outline]))
        self.label, self.headers = "", ""
        return end + 1

    def blocks(self) -> list[Block]:
        """Every block with what applies to it: document, headings, its own lines, in this order."""
        closed = []
        for block, own, levels in self.found:
            options = dict(DEFAULTS)
            for key in ("header-args", f"header-args:{block.language.lower()}"):
                options |= org_arguments(inherited(key, [self.keywords, *levels]))
            closed.append(block._replace(options=options | org_arguments(own)))
        return closed


def inherited(key: str, levels: Sequence[Properties]) -> str:
    """The value of a property: the innermost level that has it, and what `key+` adds inside that.

    >>> inherited("header-args", [{"header-args": ":a 1"}, {"header-args+": ":b 2"}])
    ':a 1 :b 2'
    """
    value = ""
    for level in levels:
        value = level.get(key, value)
        if extra := level.get(f"{key}+"):
            value = f"{value} {extra}"
    return value


def dedented(lines: Sequence[str]) -> list[str]:
    """The lines without the indentation that all of them share; blank lines do not count.

    >>> dedented(["  a", "", "    b"])
    ['a', '', '  b']
    """
    filled = [line for line in lines if line.strip()]
    width = min((len(line) - len(line.lstrip(" \t")) for line in filled), default=0)
    return [line[width:] for line in lines]
