"""Text of the reference: headings, and docstrings, in which what looks like markup is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# After residua.doc.sphinx, at 400, which makes NumPy sections; before numpydoc, at 500.
BETWEEN = 450
ENTRY = re.compile(r"\*{0,2}\w+(, \*{0,2}\w+)*( : .*)?$")
UNDERLINE = re.compile(r"-{3,}$")
# A star, a bar, or an underscore that ends a word, none of them escaped yet.
MARKUP = re.compile(r"(?<!\\)([*|]|(?<=\w)_(?!\w))")
# "D. J. C. MacKay" at the start of a paragraph is no list.
INITIAL = re.compile(r"(\s*[A-Z])\.(?= )")


def title(text: str, under: str) -> list[str]:
    """A heading in reStructuredText."""
    return [text, under * len(text), ""]


def put_plain(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """What Sphinx calls for every docstring."""
    lines[:] = list(escaped(with_blocks(lines)))


def with_blocks(lines: list[str]) -> list[str]:
    """Indented paragraphs before the first section become blocks of code."""
    found: list[str] = []
    last, open_text = "", True
    for line in lines:
        open_text = open_text and not UNDERLINE.match(line)
        begins = line.startswith("    ") and not line.lstrip().startswith(">>>")
        if open_text and begins and last and not last[0].isspace() and found and not found[-1]:
            found += ["::", ""]
        found.append(line)
        last = line or last
    return found


def escaped(lines: list[str]) -> Iterator[str]:
    """The lines, stars and bars of prose escaped; code and entries of sections as they are."""
    code = block = quoted = False
    for line in lines:
        if not line.strip():
            code = quoted = False
        elif line.lstrip().startswith(">>>"):
            code = True
        block = line == "::" or (block and (not line or line[0].isspace()))
        if code or block or ENTRY.match(line):
            yield line
        else:
            made, quoted = _prose(line, quoted)
            yield made


def _prose(line: str, quoted: bool) -> tuple[str, bool]:
    """One line of prose; text between backticks, which may go on in the next line, is left."""
    pieces = line.split("`")
    for k, piece in enumerate(pieces):
        if quoted == bool(k % 2):
            pieces[k] = MARKUP.sub(r"\\\1", piece)
    pieces[0] = INITIAL.sub(r"\1\\.", pieces[0], count=1) if INITIAL.match(line) else pieces[0]
    return "`".join(pieces), quoted != (len(pieces) % 2 == 0)
