"""From cells of text to numbers: decimal commas, thousands separators, missing values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

MISSING = frozenset(("", "nan", "na", "n/a", "#n/a", "null", "none", "-", "--", "?", "."))

_SPACES = " '\u2019\u00a0\u2009\u202f"


def _pattern(decimal: str, group: str) -> re.Pattern[str]:
    """A number with this decimal mark; thousands in groups of three, never after a leading 0."""
    grouped = rf"[1-9][0-9]{{0,2}}(?P<group>[{re.escape(group + _SPACES)}])[0-9]{{3}}"
    whole = rf"(?:{grouped}(?:(?P=group)[0-9]{{3}})*|[0-9]+)"
    mark = re.escape(decimal)
    # D is how Fortran writes the exponent of a double.
    return re.compile(
        rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eEdD][+-]?[0-9]+)?"
        r"|[+-]?inf(?:inity)?",
        re.IGNORECASE,
    )


_NUMBER = {".": _pattern(".", ","), ",": _pattern(",", ".")}


class Column(NamedTuple):
    """A column of cells as numbers, or where it stops being numbers.

    values: float64 with NaN for missing cells, or None if any cell is text. bad: index and text of
    the first such cell; bad_count: how many. grouped: a cell whose thousands were joined.
    """

    values: np.ndarray | None
    missing: int = 0
    grouped: str | None = None
    bad: tuple[int, str] | None = None
    bad_count: int = 0


def as_number(cell: str, decimal: str) -> float | None:
    """The number in a cell written with this decimal mark: NaN if missing, None if text.

    >>> as_number("1.234,5", ",")
    1234.5
    >>> as_number("1,234.5", ",") is None
    True
    """
    bare = cell.strip().replace("\u2212", "-")
    if bare.lower() in MISSING:
        return math.nan
    match = _NUMBER[decimal].fullmatch(bare)
    if match is None:
        return None
    group = match["group"]
    plain = bare if group is None else bare.replace(group, "")
    return float(plain.replace(decimal, ".").translate(_EXPONENT))


_EXPONENT = {ord("d"): "e", ord("D"): "e"}


def as_column(cells: list[str], decimal: str) -> Column:
    """All cells of a column as numbers; see Column."""
    values = _plain(cells, decimal)
    if values is not None:
        return Column(values, int(np.isnan(values).sum()))
    numbers = [as_number(cell, decimal) for cell in cells]
    bad = [i for i, number in enumerate(numbers) if number is None]
    if bad:
        return Column(None, 0, None, (bad[0], cells[bad[0]]), len(bad))
    array = np.array(numbers, dtype=np.float64)
    return Column(array, int(np.isnan(array).sum()), _first_grouped(cells, decimal))


def _plain(cells: list[str], decimal: str) -> np.ndarray | None:
    """The quick way for cells that Python's float reads as they stand; None if any is not."""
    everything = "".join(cells)
    if "_" in everything or (decimal == "," and "." in everything):
        return None
    convert: Callable[[str], float] = float
    if decimal == ",":
        convert = _from_decimal_comma
    try:
        return np.array(list(map(convert, cells)), dtype=np.float64)
    except ValueError:
        return None


def _from_decimal_comma(cell: str) -> float:
    return float(cell.replace(",", "."))


def _first_grouped(cells: list[str], decimal: str) -> str | None:
    for cell in cells:
        match = _NUMBER[decimal].fullmatch(cell.strip())
        if match is not None and match["group"] is not None:
            return cell.strip()
    return None
