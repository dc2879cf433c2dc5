"""Outputs as Org keeps them: `#+RESULTS[hash]: name`, then colons, an example block or a drawer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from residua.literate.document import Block

# Org writes shorter outputs behind colons (org-babel-min-lines-for-block-output).
LINES_FOR_AN_EXAMPLE = 10

BEGIN = re.compile(r"([ \t]*)#\+begin_(\w+)(?:[ \t]+(.*?))?[ \t]*$", re.IGNORECASE)
KEYWORD = re.compile(r"[ \t]*#\+(\w+)(?:\[(?:[^\]\s]*\s+)*(\w*)\])?:[ \t]*(.*?)[ \t]*$")
_FIXED = re.compile(r"[ \t]*:(?: (.*))?$")
_ESCAPED = re.compile(r"^([ \t]*),(,*(?:\*|#\+))")
_TO_ESCAPE = re.compile(r"^([ \t]*)(,*(?:\*|#\+))")


def record(block: Block, digest: str, text: str) -> list[str]:
    """The lines that record an output below its block.

    >>> record(Block(1, 3, "python", "1 + 1", "two"), "abc", "2\\n")
    ['#+RESULTS[abc]: two', ': 2']
    """
    head = f"{block.prefix}#+RESULTS[{digest}]: {block.name}".rstrip()
    body = text.split("\n")[:-1]
    if len(body) < LINES_FOR_AN_EXAMPLE:
        return [head, *(f"{block.prefix}: {line}" if line else f"{block.prefix}:" for line in body)]
    escaped = [_TO_ESCAPE.sub(r"\1,\2", line) for line in body]
    inside = [block.prefix + line if line else "" for line in escaped]
    return [head, f"{block.prefix}#+begin_example", *inside, f"{block.prefix}#+end_example"]


def unescaped(line: str) -> str:
    """A line of a block without the comma that keeps it from being Org.

    >>> unescaped(",* a"), unescaped("  ,,#+b"), unescaped(", c")
    ('* a', '  ,#+b', ', c')
    """
    return _ESCAPED.sub(r"\1\2", line)


def output(lines: Sequence[str], i: int, ours: bool) -> tuple[str, int]:
    """The text recorded from line i on, and where it ends."""
    if i >= len(lines):
        return "", i
    if (match := BEGIN.match(lines[i])) is not None:
        for j in range(i + 1, len(lines)):
            if lines[j].strip().lower() == f"#+end_{match[2].lower()}":
                width = len(match[1])
                inside = [unescaped(line[width:]) for line in lines[i + 1 : j]]
                return "".join(f"{line}\n" for line in inside), j + 1
        return "", i
    if lines[i].strip().lower() == ":results:":
        text, j = output(lines, i + 1, ours)
        while j < len(lines) and lines[j].strip().lower() != ":end:":
            j += 1
        return text, min(j + 1, len(lines))
    j = i
    if _FIXED.match(lines[i]):
        while j < len(lines) and (match := _FIXED.match(lines[j])):
            j += 1
        fixed = (_FIXED.match(line) for line in lines[i:j])
        return "".join(f"{match[1] or ''}\n" for match in fixed if match), j
    # Outputs without a hash come from elsewhere, and Org writes some of them as bare text.
    while not ours and j < len(lines) and lines[j].strip() and not KEYWORD.match(lines[j]):
        j += 1
    return "".join(f"{line}\n" for line in lines[i:j]), j
