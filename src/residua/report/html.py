"""The report of a fit for notebooks: the same words and numbers as the text, as compact HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from residua.report import markup, words
from residua.report.rounding import number
from residua.report.table import Row, rows

if TYPE_CHECKING:
    from residua.fitting.result import Fit

MOST_ROWS = 60
NAME_WIDTH, UNIT_WIDTH, TITLE_WIDTH = 60, 30, 200


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
    return composed(fit, words.size(fit), "", words.goodness(fit), words.noise(fit))


def composed(fit: Fit, size: str, datasets: str, goodness: list[str], noise: str) -> str:
    """A report of these parts; what it says of datasets stands before the parameters."""
    table = rows(fit)
    facts = (
        *words.parameter_facts(fit, table),
        ("noise", noise),
        ("engine", words.engine(fit)),
    )
    return markup.page(
        markup.headline(title(fit), size, words.outcome(fit), fit.ok),
        markup.code(words.model_equation(fit)),
        markup.findings(words.warnings(fit)),
        datasets,
        parameter_table(table, fit.ok),
        markup.notes([*goodness, *markup.named(facts)]),
    )


def title(fit: Fit) -> str:
    """What the model is called."""
    return words.shortened(words.model_name(fit), TITLE_WIDTH)


def parameter_table(table: list[Row], ok: bool) -> str:
    """The parameters with their errors; the unit only where there is one."""
    united = any(row.unit for row in table)
    heads = (
        "parameter",
        "value ± stderr" if ok else "value ± not to be trusted",
        *(["unit"] if united else []),
        "relative",
        "95 % interval",
        "start",
    )
    lines = []
    for row in table[:MOST_ROWS]:
        start = "tied" if row.tie else "" if row.fixed else number(row.start, 4)
        name = words.shortened(words.clean(row.label), NAME_WIDTH)
        unit = [words.shortened(words.clean(row.unit), UNIT_WIDTH)] if united else []
        lines.append((name, row.estimate, *unit, row.relative, row.interval, start))
    return markup.table(heads, lines, len(table) - MOST_ROWS, "fit.params and fit.stderr")
