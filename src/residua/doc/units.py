"""Units in text: in the meaning of a parameter ("depth, in [u]"), in the heading of a column.

A unit in brackets stands for that of a variable: a slope in [y]/[x] has the unit of y divided by
that of x, whatever these are. Nothing is converted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 200  # A heading comes from a file, and may be anything.
_NO_UNIT = re.compile(r",?\s*\bno unit\b")
_PART = r"\([^()]*\)|\[[^\[\]]*\]|[^,;()\[\]]"
_IN = re.compile(rf"(?:^|,\s+)in\s+(?P<unit>(?:{_PART})+?)(?=[,;]|\s+where\b|\.?$)")
_HEADING = re.compile(
    r"(.*\S)\s*(?:\s\(([^()]+(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]]+)\]|\s/\s*([^\s/]+))\s*"
)
_VARIABLE = re.compile(r"\[(\w+)\]")
_POWER = r"(?:(?:\*\*|\^)(?:\([^()]*\)|[\w.]+))?"


def unit_in(meaning: str) -> str | None:
    """The unit in a text such as "depth of the well, in [u], such as eV".

    Args:
        meaning: the text, with its unit after ", in", or "no unit".

    Returns:
        The unit as it is written; "" where the text says that there is none; None where nothing
        is said.

    >>> unit_in("depth of the well, in [u], such as eV"), unit_in("activation energy, in J/mol")
    ('[u]', 'J/mol')
    >>> unit_in("Hill slope, no unit, positive"), unit_in("how many")
    ('', None)
    """
    if found := _IN.search(meaning):
        return found["unit"].strip()
    return "" if _NO_UNIT.search(meaning) else None


def without_unit(meaning: str) -> str:
    """The text without its unit.

    >>> without_unit("depth of the well, in [u], positive")
    'depth of the well, positive'
    """
    if found := _IN.search(meaning):
        return meaning[: found.start()] + meaning[found.end() :]
    return _NO_UNIT.sub("", meaning)


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


def heading(text: str) -> tuple[str, str | None]:
    """The heading of a column as name and unit: "volume (Å^3)", "V [Å^3]" or "V / Å^3".

    >>> heading("volume (Å^3)"), heading("T [K]"), heading("p / bar"), heading("f(x)")
    (('volume', 'Å^3'), ('T', 'K'), ('p', 'bar'), ('f(x)', None))
    """
    if len(text) <= LONGEST and (found := _HEADING.fullmatch(text)):
        return found[1], (found[2] or found[3] or found[4]).strip()
    return text, None


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
