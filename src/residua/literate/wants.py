"""What was printed, in the words that doctest expects it in.

doctest has its own grammar: an empty line ends what is expected, >>> begins the next example, ...
goes on with the code, tabs become spaces. What collides with it is written around, with directives.

Source: the doctest module of Python (https://docs.python.org/3/library/doctest.html).
"""

from __future__ import annotations

import re
from typing import NamedTuple

BLANK = "<BLANKLINE>"
HEADER = "Traceback (most recent call last):"
# Every directive that doctest knows, without importing doctest, which brings unittest and pdb.
FLAGS = frozenset(
    {
        "DONT_ACCEPT_BLANKLINE",
        "DONT_ACCEPT_TRUE_FOR_1",
        "ELLIPSIS",
        "IGNORE_EXCEPTION_DETAIL",
        "NORMALIZE_WHITESPACE",
        "SKIP",
    }
)

# Neither a document nor a docstring can be trusted to keep these as they are. Blanks become spaces,
# the others three dots, and take in dots beside them: four dots would mean three and one.
_STRANGE_BLANK = re.compile("[\x0b-\x0d\x1c-\x1f]+")
_HIDDEN = "[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff]"
# What doctest takes for blank: it compares letters outside of ASCII by their escapes.
_BLANKS = " \t\x0b\x0c\r\x1c\x1d\x1e\x1f"
_UNWRITABLE = re.compile(rf"\.*{_HIDDEN}(?:{_HIDDEN}|\.)*")
_LITERAL_BLANK = re.compile(rf"{BLANK}\s*$")
_PROMPT = re.compile(r"(\s*)>>>")
_MORE = re.compile(r"\s*\.\.\.")
_STACK = re.compile(rf"{re.escape(HEADER)}\n((?:[ \t].*\n|\n)+)(?=\w)")


class Want(NamedTuple):
    """The lines to expect, each ended by a newline, and the directives that they need."""

    text: str
    flags: frozenset[str] = frozenset()


def want(output: str) -> Want:
    """The lines after an example whose output is `output`.

    Args:
        output: what was printed, or the traceback; "" for nothing. A missing last newline is added.

    Returns:
        Want.

    >>> want("1\\n\\n2\\n").text
    '1\\n<BLANKLINE>\\n2\\n'
    >>> want(">>> prompt\\n")
    Want(text='<BLANKLINE>\\n...>> prompt\\n', flags=frozenset({...}))
    """
    flags: set[str] = set()
    lines = [_line(line, flags) for line in output.removesuffix("\n").split("\n")] if output else []
    if lines and _MORE.match(lines[0]):
        # It would be taken for more code. A blank line before it is forgiven with the other blanks.
        lines.insert(0, BLANK)
        flags.add("NORMALIZE_WHITESPACE")
    return Want("".join(f"{line}\n" for line in lines), frozenset(flags))


def _line(line: str, flags: set[str]) -> str:
    if not line.strip(_BLANKS):
        return BLANK
    plain = _STRANGE_BLANK.sub(" ", line)
    if plain != line or "\t" in line:
        flags.add("NORMALIZE_WHITESPACE")
    shown = _UNWRITABLE.sub("...", plain)
    if _LITERAL_BLANK.match(shown):
        shown = shown.replace("LINE", "...LINE")
    if _PROMPT.match(shown):
        shown = _PROMPT.sub(r"\1...>>", shown)
    if shown != plain:
        flags.add("ELLIPSIS")
    return shown


def shortened(output: str) -> str:
    """A traceback without its stack, which doctest does not compare: first line and message.

    >>> print(shortened(f"{HEADER}\\n  File ...\\n    1 / 0\\nZeroDivisionError: no\\n"), end="")
    Traceback (most recent call last):
    ZeroDivisionError: no
    """
    match = _STACK.match(output)
    return f"{HEADER}\n{output[match.end() :]}" if match else output
