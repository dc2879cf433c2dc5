"""The report of a fit of several datasets for notebooks: words and numbers of the text report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from residua.report import joint_text, markup, words
from residua.report.html import MOST_ROWS, composed, parameter_table, title
from residua.report.table import rows

if TYPE_CHECKING:
    from residua.fitting.joint.part import PartFit
    from residua.fitting.joint.result import JointFit


def describe(fit: JointFit) -> str:
    """Verdict, warnings, datasets, parameters and goodness; names are escaped.

    Args:
        fit: a JointFit.

    Returns:
        HTML without scripts, links or style sheets.

    Example:
        >>> import residua as rs
        >>> x = [0.0, 1.0, 2.0]
        >>> fit = rs.fit("a*x + b", [(x, [1.0, 3.1, 4.9]), (x, [2.0, 4.1, 5.9])], local=["b"])
        >>> "converged to a minimum" in describe(fit)
        True
    """
    size, goodness, noise = joint_text.size, joint_text.goodness, joint_text.noise
    return composed(fit, size(fit), _datasets(fit), goodness(fit), noise(fit))


def _datasets(fit: JointFit) -> str:
    names = list(fit.parts)
    columns = joint_text.dataset_columns(fit, names[:MOST_ROWS])
    lines = list(zip(*columns.values()))
    return markup.table(list(columns), lines, len(names) - MOST_ROWS, "fit.parts")


def describe_part(part: PartFit) -> str:
    """One dataset: its points and its parameters, with the joint error bars."""
    return markup.page(
        markup.headline(title(part), joint_text.part_size(part), words.outcome(part), part.ok),
        markup.findings(words.warnings(part)),
        parameter_table(rows(part), part.ok),
        markup.notes(joint_text.part_goodness(part)),
    )
