"""How a table is written: which character separates the columns, which marks the decimals.

Every candidate is tried on the first lines and judged by what it makes of them: rows of the same
length, full of numbers. (The standard library's csv.Sniffer counts characters, and takes the
decimal commas of a semicolon file for separators.)
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from residua._errors import DataError
from residua.data.csv_cells import as_number
from residua.data.csv_text import Line

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
_SAMPLE = 200
_SPACED = re.compile(r'"[^"]*"|\S+')


class Row(NamedTuple):
    """The cells of one row, and the line of the file where it ends."""

    number: int
    cells: list[str]


def split(lines: list[Line], delimiter: str) -> list[Row]:
    """Cut lines into stripped cells; quotes protect separators (and line ends)."""
    if delimiter == " ":
        return [
            Row(line.number, [cell.strip('"') for cell in _SPACED.findall(line.text)])
            for line in lines
        ]
    reader = csv.reader(
        (line.text + "\n" for line in lines), delimiter=delimiter, skipinitialspace=True
    )
    try:
        return [
            Row(lines[reader.line_num - 1].number, [cell.strip() for cell in cells])
            for cells in reader
        ]
    except csv.Error as error:
        number = lines[min(reader.line_num, len(lines)) - 1].number
        raise DataError(f"Line {number} cannot be cut into columns: {error}.") from error


def usual_length(rows: list[Row]) -> int:
    """The number of cells that most rows have."""
    return Counter(len(row.cells) for row in rows).most_common(1)[0][0]


def find_delimiter(lines: list[Line]) -> str:
    """The separator that makes the most regular table of numbers; a comma if there is no other."""
    sample = lines[:_SAMPLE]
    if _is_one_column_of_decimal_commas(sample):
        return ";"
    # max keeps the first of equals, so the order of DELIMITERS is the order of preference.
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(lines: list[Line], delimiter: str) -> float:
    try:
        rows = split(lines, delimiter)
    except DataError:
        return 0.0
    length = usual_length(rows)
    regular = [row for row in rows if len(row.cells) == length]
    # The first two may be a header and its units.
    body = regular[2:] if len(regular) > 3 else regular[1:] or regular
    cells = [cell for row in body for cell in row.cells]
    numeric = max(_share_of_numbers(cells, decimal) for decimal in ".,")
    one_column = 0.5 if length == 1 else 1.0
    return one_column * len(regular) / len(rows) * (0.1 + numeric)


def _share_of_numbers(cells: Iterable[str], decimal: str) -> float:
    found = [as_number(cell, decimal) is not None for cell in cells]
    return sum(found) / max(len(found), 1)


def _is_one_column_of_decimal_commas(lines: list[Line]) -> bool:
    """A title without a comma over lines such as 1,5: one column, not two."""
    title, rest = lines[0].text, lines[1:]
    pair = re.compile(r"\s*[+-]?[0-9]+,[0-9]+\s*")
    return bool(rest) and "," not in title and all(pair.fullmatch(line.text) for line in rest)


def find_decimal(rows: list[Row], delimiter: str) -> tuple[str, str | None]:
    """The decimal mark, and a cell that could mean two things (or None).

    1,5 and 0,123 can only be decimals, 1,234,567 only thousands; a table of nothing but 1,234 is
    decided by its separator, because semicolons are used where the comma is the decimal mark.
    """
    cells = [cell for row in rows for cell in row.cells if "," in cell]
    if not cells:
        return ".", None
    cells += [cell for row in rows for cell in row.cells if "." in cell and "," not in cell]
    votes = {mark: sum(as_number(cell, mark) is not None for cell in cells) for mark in ".,"}
    if votes["."] != votes[","]:
        return max(votes, key=lambda mark: votes[mark]), None
    unsure = next(
        (cell for cell in cells if "," in cell and as_number(cell, ",") is not None), None
    )
    return ("," if delimiter == ";" else "."), unsure
