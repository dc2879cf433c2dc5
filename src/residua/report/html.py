"""The report of a fit for notebooks: the same words and numbers as the text, as compact HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from residua.report import words
from residua.report.rounding import number
from residua.report.table import Row, rows

if TYPE_CHECKING:
    from residua.fitting.result import Fit

MOST_ROWS = 60
# No background and no text color of its own: the notebook's theme, dark or light, shines through.
# Cells to the left, since notebooks align numbers with ± badly on the right.
CELL = 'style="text-align:left"'
ALARM = 'style="color:#D55E00;font-weight:bold"'


def describe(fit: Fit) -> str:
    """The report of a fit as one HTML element: verdict, warnings, parameters, goodness.

    Args:
        fit: a Fit. Names and texts are escaped, so a hostile one stays text.

    Returns:
        HTML without scripts, links or style sheets.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0], [1.0, 3.1, 4.9])
        >>> "converged to a minimum" in describe(fit)
        True
    """
    table = rows(fit)
    mark = "" if fit.ok else f"<strong {ALARM}>FAILED</strong> "
    name = escape(words.shortened(words.model_name(fit), 200))
    style = "" if fit.ok else f" {ALARM}"
    parts = [
        f"<p>{mark}<code>{name}</code> &nbsp; {words.size(fit)}: "
        f"<span{style}>{escape(words.outcome(fit))}</span></p>"
    ]
    if words.model_equation(fit):
        parts.append(f"<p><code>{escape(words.model_equation(fit))}</code></p>")
    if sentences := words.warnings(fit):
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        parts.append(f"<ul {ALARM.replace('bold', 'normal')}>{items}</ul>")
    parts += [_table(table, fit.ok), _notes(fit, table)]
    return f'<div class="residua">{"".join(parts)}</div>'


def _table(table: list[Row], ok: bool) -> str:
    united = any(row.unit for row in table)
    heads = (
        "parameter",
        "value ± stderr" if ok else "value ± not to be trusted",
        *(["unit"] if united else []),
        "relative",
        "95 % interval",
        "start",
    )
    lines = ["".join(f"<th {CELL}>{head}</th>" for head in heads)]
    for row in table[:MOST_ROWS]:
        start = "tied" if row.tie else "" if row.fixed else number(row.start, 4)
        name = words.shortened(words.clean(row.label), 60)
        unit = [words.shortened(words.clean(row.unit), 30)] if united else []
        cells = (name, row.estimate, *unit, row.relative, row.interval, start)
        lines.append("".join(f"<td {CELL}>{escape(cell)}</td>" for cell in cells))
    if len(table) > MOST_ROWS:
        more = f"... {len(table) - MOST_ROWS} more in fit.params and fit.stderr"
        lines.append(f'<td {CELL} colspan="{len(heads)}">{more}</td>')
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _notes(fit: Fit, table: list[Row]) -> str:
    named = (
        ("tied", words.ties(table)),
        ("bounds", words.bounds(table)),
        ("strongly correlated", words.correlations(fit)),
        ("noise", words.noise(fit)),
        ("engine", words.engine(fit)),
    )
    lines = [*words.goodness(fit), *(f"{name}: {text}" for name, text in named if text)]
    return "<p><small>" + "<br>".join(escape(line) for line in lines) + "</small></p>"
