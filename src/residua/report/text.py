"""The report of a fit as text for a terminal: the verdict first, then warnings, then numbers."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from residua.report import words
from residua.report.rounding import format_value as format_value
from residua.report.rounding import number
from residua.report.table import Row, rows

if TYPE_CHECKING:
    from residua.fitting.result import Fit

# Sentences fit a terminal of 80 columns and a column of a page; a table may need more.
WIDTH, TABLE_WIDTH = 78, 88
MOST_ROWS = 30
NAME_WIDTH = 24
UNIT_WIDTH = 20


def describe(fit: Fit) -> str:
    """The report of a fit: verdict, warnings, parameters with errors, goodness, noise, engine.

    Args:
        fit: a Fit; one that failed says so in its first word.

    Returns:
        Lines of at most 78 columns; a table of parameters has up to 88.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0], [1.0, 3.1, 4.9])
        >>> describe(fit).splitlines()[0].startswith("a*x + b   3 points, 2 parameters: converged")
        True
    """
    return composed(fit, words.headline(fit), [], words.goodness(fit), words.noise(fit))


def composed(fit: Fit, headline: str, datasets: list[str], goodness: list[str], noise: str) -> str:
    """A report of these parts; what it says of datasets stands before the parameters."""
    table = rows(fit)
    lines = wrapped(headline, "", "    ")
    if len(words.model_name(fit)) > 44:
        lines += wrapped(f"model: {words.model_name(fit)}", "  ", "    ")
    if words.model_equation(fit):
        lines += wrapped(words.model_equation(fit), "  ", "    ")
    for sentence in words.warnings(fit):
        lines += wrapped(sentence, "  ! ", "    ")
    lines += ["", *datasets, *parameter_table(table, fit.ok)]
    for name, text in words.parameter_facts(fit, table):
        lines += wrapped(f"{name}: {text}", "  ", "    ") if text else []
    lines.append("")
    for sentence in (*goodness, f"noise: {noise}", f"engine: {words.engine(fit)}"):
        lines += wrapped(sentence, "  ", "    ")
    return "\n".join(lines)


def wrapped(text: str, first: str, rest: str) -> list[str]:
    """`text` broken into lines of at most 78 columns."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def parameter_table(table: list[Row], ok: bool = True) -> list[str]:
    """The parameters in aligned columns; a column that would not fit is left out, never a row.

    Beyond 30 rows the rest is counted in one line.
    """
    shown = table if len(table) <= MOST_ROWS else table[: MOST_ROWS - 1]
    header = "value ± stderr" if ok else "value ± not to be trusted"
    columns = {
        "parameter": [words.shortened(words.clean(row.label), NAME_WIDTH) for row in shown],
        header: _aligned([row.estimate for row in shown]),
        "unit": [words.shortened(words.clean(row.unit), UNIT_WIDTH) for row in shown],
        "relative": [row.relative for row in shown],
        "95 % interval": [row.interval for row in shown],
        "start": [_start(row) for row in shown],
    }
    if not any(columns["unit"]):
        del columns["unit"]
    lines = laid_out(columns)
    for spare in ("start", "relative", "95 % interval", "unit"):
        if max(map(len, lines)) <= TABLE_WIDTH:
            break
        columns.pop(spare, None)
        lines = laid_out(columns)
    if len(shown) < len(table):
        lines.append(f"  ... {len(table) - len(shown)} more in fit.params and fit.stderr")
    return lines


def _start(row: Row) -> str:
    if row.tie:
        return "tied"
    return "" if row.fixed else number(row.start, 4)


def _aligned(estimates: list[str]) -> list[str]:
    """Pad on the left so that the values of all rows end in the same column."""
    before = [text.find(" ") for text in estimates]
    return [" " * (max(before) - spot) + text for text, spot in zip(estimates, before)]


def laid_out(columns: dict[str, list[str]]) -> list[str]:
    """Columns by their heads as lines, aligned to the left."""
    widths = [max(len(name), *map(len, cells)) for name, cells in columns.items()]
    table = [list(columns), *map(list, zip(*columns.values()))]
    return [
        "  " + "   ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
        for line in table
    ]
