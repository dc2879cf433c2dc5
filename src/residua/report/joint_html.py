"""The report of a fit of several datasets for notebooks: the words of the text report."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from residua.report.joint_text import describe as as_text

if TYPE_CHECKING:
    from residua.fitting.joint.result import JointFit


def describe(fit: JointFit) -> str:
    """The text report as one HTML element; names are escaped, so a hostile one stays text.

    >>> import residua as rs
    >>> x = [0.0, 1.0, 2.0]
    >>> fit = rs.fit("a*x + b", [(x, [1.0, 3.1, 4.9]), (x, [2.0, 4.1, 5.9])], local=["b"])
    >>> "converged to a minimum" in describe(fit)
    True
    """
    style = "" if fit.ok else ' style="color:#D55E00"'
    return f'<div class="residua"><pre{style}>{escape(as_text(fit))}</pre></div>'
