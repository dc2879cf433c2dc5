"""Tables of text (CSV and its relatives), read with a word about everything that was assumed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from residua._errors import DataError
from residua._words import counted
from residua.data.csv_cells import MISSING, Column, as_column, as_number
from residua.data.csv_sniff import (
    DELIMITERS,
    Row,
    find_decimal,
    find_delimiter,
    split,
    usual_length,
)
from residua.data.csv_text import Lines, read_lines
from residua.data.headings import split_heading
from residua.data.tables import without_unit


@dataclass(frozen=True)
class Table:
    """Named columns, and everything that was assumed to get them.

    columns: float64 arrays (NaN where a cell was empty), or arrays of text. assumptions: one
    sentence each. units: from a row under the header or from names such as "time (s)". missing:
    number of empty cells by column. lines: the line of the file of each row.
    """

    name: str
    columns: Mapping[str, np.ndarray]
    assumptions: list[str] = field(default_factory=list)
    units: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    _text: Mapping[str, Column] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    def find(self, name: str) -> str:
        """The full name of a column: also without its unit, or in other letter case.

        Raises DataError, naming the columns there are, if none or several fit.
        """
        if name in self.columns:
            return name
        for short in (without_unit, lambda column: without_unit(column).casefold()):
            fits = [column for column in self.columns if short(column) == short(name)]
            if len(fits) == 1:
                return fits[0]
        near = difflib.get_close_matches(name, self.columns, n=1)
        raise DataError(
            f"{self.name} has no column {name!r}.",
            causes=(f"its columns are {', '.join(self.columns)}",),
            next=near[0] if near else "",
        )

    def meant_as_numbers(self) -> list[str]:
        """Columns most of whose cells are numbers, also when a stray word makes them text."""
        half = len(self) / 2
        return [
            name
            for name in self.columns
            if name not in self._text or self._text[name].bad_count < half
        ]

    def numbers(self, name: str) -> np.ndarray:
        """A column as float64; raises DataError naming the line and value that is not a number."""
        full = self.find(name)
        text = self._text.get(full)
        if text is None or text.bad is None:
            return self.columns[full]
        index, cell = text.bad
        others = f" ({text.bad_count} such cells of {len(self)})" if text.bad_count > 1 else ""
        raise DataError(
            f"Column {full!r} of {self.name} is not all numbers: line {self.lines[index]} "
            f"is {cell!r}{others}.",
            causes=("a note or a unit among the numbers", "another column was meant"),
            next="correct that cell, or leave it empty",
        )


def read_table(
    source: Any,
    *,
    delimiter: str | None = None,
    decimal: str | None = None,
    header: bool | None = None,
) -> Table:
    """Read a table of text, finding out how it is written and saying what was assumed.

    Parameters
    ----------
    source : path, "-" for standard input, or an open file; gzip and byte order marks are undone,
        and lines that begin with #, % or // are comments.
    delimiter : one of , ; | a tab or a space (any white space); found by trial if not given.
    decimal : "." or ","; found from the cells if not given.
    header : whether the first row holds names; found from the cells if not given. Without names
        the columns are c1, c2, ...

    Returns
    -------
    Table

    Raises
    ------
    DataError
        The file is not text, has no rows, or has rows of different lengths.
    FileError
        The file cannot be opened.

    Examples
    --------
    >>> import io
    >>> table = read_table(io.StringIO("t;v\\ns;mV\\n0;1,5\\n1;2,5\\n"))
    >>> table.columns["v"].tolist(), table.units["v"]
    ([1.5, 2.5], 'mV')
    """
    lines = read_lines(source)
    assumptions = list(lines.assumptions)
    mark = delimiter or find_delimiter(lines.data)
    if mark not in DELIMITERS:
        raise DataError(f"{mark!r} cannot separate columns.", next=f"one of {list(DELIMITERS)}")
    if decimal not in (None, ".", ","):
        raise DataError(f"{decimal!r} cannot be a decimal mark.", next='"." or ","')
    rows = _even(lines.name, split(lines.data, mark), assumptions)
    if len(rows[0].cells) > 1 and mark != "," and delimiter is None:
        assumptions.append(f"Columns are separated by {DELIMITERS[mark]}.")
    point = decimal or _decimal(rows, mark, assumptions)
    names, rows = _names(rows, lines, mark, point, header, assumptions)
    units, rows = _units(names, rows, point, assumptions)
    if not rows:
        raise DataError(f"{lines.name} has names of columns, and no rows under them.")
    return _table(lines.name, names, rows, point, units, assumptions)


def _even(name: str, rows: list[Row], assumptions: list[str]) -> list[Row]:
    """Rows of one length: leading lines that are no part of the table go, later ones are errors."""
    length = usual_length(rows)
    first = next(i for i, row in enumerate(rows) if len(row.cells) == length)
    skipped, rows = rows[:first], rows[first:]
    if skipped and len(skipped[-1].cells) == length - 1 > 0 and _is_short_header(skipped, rows):
        head = skipped.pop()
        rows = [Row(head.number, ["row", *head.cells]), *rows]
        assumptions.append("The header has no name for the first column; it was called row.")
    if skipped:
        last = skipped[-1].number
        assumptions.append(f"The table begins after line {last}: what stands above was left out.")
    for row in rows:
        if len(row.cells) != length:
            raise DataError(
                f"Line {row.number} of {name} has {counted(len(row.cells), 'cell')} where "
                f"others have {length}.",
                causes=("a separator inside a cell that has no quotes", "a line cut short"),
            )
    return _without_empty_end(rows)


def _without_empty_end(rows: list[Row]) -> list[Row]:
    """Undo a separator at the end of every line."""
    while len(rows[0].cells) > 1 and all(row.cells[-1] == "" for row in rows):
        rows = [Row(row.number, row.cells[:-1]) for row in rows]
    return rows


def _decimal(rows: list[Row], mark: str, assumptions: list[str]) -> str:
    point, unsure = find_decimal(rows, mark)
    if unsure is not None:
        value = as_number(unsure, point)
        assumptions.append(f"{unsure} was read as {value:g}; it could also be meant otherwise.")
    elif point == ",":
        assumptions.append("The decimal mark is a comma.")
    return point


def _numeric(row: Row) -> list[bool]:
    return [any(as_number(cell, mark) is not None for mark in ".,") for cell in row.cells]


def _is_short_header(above: list[Row], rows: list[Row]) -> bool:
    """R's write.table leaves out the corner over the row names."""
    return len(above) == 1 and not any(_numeric(above[0])) and any(_numeric(rows[0]))


def _names(
    rows: list[Row], lines: Lines, mark: str, point: str, header: bool | None, said: list[str]
) -> tuple[list[str], list[Row]]:
    """The names of the columns: the first row, a comment above it, or c1, c2, ..."""
    if header is None:
        header = _is_header(rows, point)
    if header:
        return _distinct(rows[0].cells, said), rows[1:]
    width = len(rows[0].cells)
    above = split(lines.comments[-1:], mark)
    if above and len(above[0].cells) == width and not all(_numeric(above[0])):
        names = _distinct(above[0].cells, said)
        said.append(f"Names were taken from the comment above the data: {', '.join(names)}.")
        return names, rows
    names = [f"c{i}" for i in range(1, width + 1)]
    said.append(f"The first row is data, not names: the columns are called {', '.join(names)}.")
    return names, rows


def _is_header(rows: list[Row], point: str) -> bool:
    """Text where the rows below have numbers, or a table that has no numbers at all."""
    body = rows[1:50]
    numeric = [
        sum(as_number(row.cells[i], point) is not None for row in body) * 2 > len(body)
        for i in range(len(rows[0].cells))
    ]
    texts = [as_number(cell, point) is None for cell in rows[0].cells]
    if not body:
        return any(texts)
    return any(t and n for t, n in zip(texts, numeric)) or (all(texts) and not any(numeric))


def _distinct(cells: list[str], assumptions: list[str]) -> list[str]:
    names: list[str] = []
    for index, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"c{index}"
        if name in names:
            copies = (f"{name}_{k}" for k in range(2, len(cells) + 2))
            name = next(copy for copy in copies if copy not in names and copy not in cells)
            assumptions.append(f"Two columns are called {cell}; the later one is now {name}.")
        names.append(name)
    return names


def _units(
    names: list[str], rows: list[Row], point: str, assumptions: list[str]
) -> tuple[dict[str, str], list[Row]]:
    """Units from names such as "time (s)", or from a row of text over rows of numbers."""
    units = {}
    for name in names:
        if (unit := split_heading(name)[1]) is not None:
            units[name] = unit
    if len(rows) < 2 or not _is_units(rows, point):
        return units, rows
    given = [cell for cell in rows[0].cells if cell]
    assumptions.append(f"The row under the names holds units: {', '.join(given)}.")
    units |= {name: cell.strip("()[] ") for name, cell in zip(names, rows[0].cells) if cell}
    return units, rows[1:]


def _is_units(rows: list[Row], point: str) -> bool:
    first, second = rows[0].cells, rows[1].cells
    texts = [i for i, cell in enumerate(first) if as_number(cell, point) is None]
    empty = [i for i, cell in enumerate(first) if cell.lower() in MISSING]
    over_numbers = any(as_number(second[i], point) is not None for i in texts)
    return over_numbers and len(texts) + len(empty) == len(first)


def _table(
    name: str,
    names: list[str],
    rows: list[Row],
    point: str,
    units: dict[str, str],
    assumptions: list[str],
) -> Table:
    columns: dict[str, np.ndarray] = {}
    missing: dict[str, int] = {}
    text: dict[str, Column] = {}
    for title, cells in zip(names, zip(*(row.cells for row in rows))):
        column = as_column(list(cells), point)
        if column.values is None:
            text[title], columns[title] = column, np.array(cells)
            continue
        columns[title] = column.values
        if column.grouped:
            value = as_number(column.grouped, point)
            assumptions.append(
                f"Thousands were joined in {title}: {column.grouped} is {value:.15g}."
            )
        if column.missing:
            missing[title] = column.missing
            empty = counted(column.missing, "empty cell")
            assumptions.append(f"{empty} in {title}: missing (NaN).")
    numbers = tuple(row.number for row in rows)
    return Table(name, columns, assumptions, units, missing, numbers, text)
