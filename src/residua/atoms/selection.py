"""Conditions on structures as text: `structure=fcc, rattle<2, Cu>=4`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from residua._errors import DataError
from residua.atoms.elements import SYMBOLS
from residua.atoms.structure import Structure

Condition = Callable[[Structure], bool]

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ATTRIBUTES: dict[str, Callable[[Structure], Any]] = {
    "group": lambda row: row.group,
    "name": lambda row: row.name,
    "formula": lambda row: row.formula,
    "natoms": len,
    "energy": lambda row: row.energy,
    "volume": lambda row: row.volume,
}
_TERM = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:(==|!=|<=|>=|=|<|>)\s*(.*?)\s*)?")


def condition(text: str) -> Condition:
    """The function that a text of conditions stands for; all of them have to be met.

    Raises:
        DataError: it cannot be read.

    Example:
        >>> holds = condition("natoms=2, Ar>1")
        >>> holds(Structure([[0, 0, 0], [0, 0, 3.7]], [18, 18]))
        True
    """
    terms = [_term(part, text) for part in text.split(",")]
    return lambda row: all(holds(row) for holds in terms)


def _term(part: str, text: str) -> Condition:
    match = _TERM.fullmatch(part)
    if match is None or match[3] == "":
        raise DataError(
            f"cannot read the condition {part.strip()!r} in {text!r}",
            causes=["a condition is `name op value`, op one of " + " ".join(COMPARED)],
            next='select="structure=fcc, rattle<2"',
        )
    name, sign, value = match.groups()
    if sign is None:
        return lambda row: _lookup(row, name) is not None
    return lambda row: _holds(_lookup(row, name), sign, value)


def _lookup(row: Structure, name: str) -> Any:
    if name in row.info:
        return row.info[name]
    if name in ATTRIBUTES:
        return ATTRIBUTES[name](row)
    if name in SYMBOLS[1:]:
        count = int((row.numbers == SYMBOLS.index(name)).sum())
        return count or None
    return None


def _holds(have: Any, sign: str, text: str) -> bool:
    """Numbers are compared as numbers and all else as text; what is absent meets nothing."""
    if have is None:
        return False
    if isinstance(have, str):
        return COMPARED[sign](have, text)
    wanted = {"True": 1.0, "False": 0.0}.get(text)
    try:
        return bool(COMPARED[sign](float(have), float(text) if wanted is None else wanted))
    except (TypeError, ValueError):
        return COMPARED[sign](str(have), text)
