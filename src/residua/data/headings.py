"""Headings of columns with a unit: "volume (Å^3)", "T [K]", "p / bar", "E(eV)"."""

from __future__ import annotations

import re

from residua.problem.unit_words import powers

LONGEST = 200  # A heading comes from a file, and may be anything.
_BEHIND = re.compile(r"(.*[^\s/])\s+(?:\(([^()]+(?:\([^()]*\)[^()]*)*)\)|\[([^][]+)\])\s*")
_OVER = re.compile(r"(.*?\S)\s+/\s*(\S.*)")
# A unit without a space before it, as files have it too; of a function, f(x), it is none.
_TIGHT = re.compile(r"(.*\S)(?:\(([^()]+)\)|\[([^][]+)\])")


def split_heading(text: str) -> tuple[str, str | None]:
    """The name of a column and its unit; None where the heading has none.

    "p / p0" and "f(x)" are names: after a slash or without a space only a known unit is one.

    >>> split_heading("volume (Å^3)"), split_heading("p / bar"), split_heading("E(eV)")
    (('volume', 'Å^3'), ('p', 'bar'), ('E', 'eV'))
    >>> split_heading("k / 1/s"), split_heading("c / (mol/L)")
    (('k', '1/s'), ('c', 'mol/L'))
    >>> split_heading("p / p0"), split_heading("f(x)"), split_heading("x")
    (('p / p0', None), ('f(x)', None), ('x', None))
    """
    if len(text) > LONGEST:
        return text, None
    if found := _OVER.fullmatch(text):
        over = found[2][1:-1] if re.fullmatch(r"\([^()]*\)", found[2]) else found[2]
        if powers(over):
            return found[1], over
    if found := _BEHIND.fullmatch(text):
        return found[1], (found[2] or found[3]).strip()
    if found := _TIGHT.fullmatch(text):
        unit = found[2] or found[3]
        return (found[1], unit) if powers(unit) else (text, None)
    return text, None
