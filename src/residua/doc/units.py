"""Units that stand beside an argument, with those of the variables in them.

A unit in brackets stands for that of a variable: a slope in [y]/[x] has the unit of y divided by
that of x, whatever these are. Nothing is converted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\[(\w+)\]")
_POWER = r"(?:(?:\*\*|\^)(?:\([^()]*\)|[\w.]+))?"


def resolved(unit: str, units: Mapping[str, str | None]) -> str | None:
    """A unit with those of the variables in place of their names.

    Args:
        unit: such as "[E]/[V]".
        units: of each variable; "" for none, None where it is not known.

    Returns:
        The unit, or None if a variable's is not known.

    >>> resolved("[E]/[V]", {"E": "eV", "V": "Å^3"}), resolved("1/[t]", {"t": "s"})
    ('eV/Å^3', '1/s')
    >>> resolved("[y]/[x]", {"y": "J/mol", "x": ""}), resolved("[y]/[x]", {"y": "m"})
    ('J/mol', None)
    >>> resolved("[y]/[x]**2", {"y": "m", "x": "kg m"}), resolved("[u][r]", {"u": "eV", "r": "Å"})
    ('m/(kg m)**2', 'eV Å')
    """
    found = {name: units.get(name) for name in _VARIABLE.findall(unit)}
    if any(known is None for known in found.values()):
        return None
    text = unit
    for name, known in found.items():
        if not known:
            text = re.sub(rf"\[{name}\]{_POWER}", " 1 ", text)
    text = _without_ones(text) if "" in found.values() else text
    for name, known in found.items():
        text = _put(text, f"[{name}]", known) if known else text
    return text


def _put(text: str, name: str, unit: str) -> str:
    """`unit` in place of `name`, in parentheses where what stands beside it would split it."""
    compound = re.search(r"[\s/*]", unit) is not None
    while (at := text.find(name)) >= 0:
        before, after = text[:at], text[at + len(name) :]
        divided = compound and before.rstrip().endswith("/")
        raised = after.startswith(("**", "^")) and (compound or "^" in unit)
        multiplied = "/" in unit and bool(re.match(r"\s*[\w\[(]", after))
        put = f"({unit})" if divided or raised or multiplied else unit
        joint = " " if re.search(r"[^\s/(*^]$", before) else ""
        gap = " " if re.match(r"[\w\[(]", after) else ""
        text = before + joint + put + gap + after
    return text


def _without_ones(text: str) -> str:
    """Without factors and divisors of 1: those of variables that have no unit."""
    text = re.sub(r"\s*/\s*", "/", " ".join(text.split()))
    text = text.replace("( ", "(").replace(" )", ")")
    before = ""
    while text != before:
        before = text
        text = re.sub(r"(?<![\w.])1 (?=\S)|(?:/| )1(?![\w.*^])", "", text)
        text = re.sub(r"\(1?\)", "1", text)
    return "" if text == "1" else text
