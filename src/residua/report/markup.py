"""What reports for notebooks are made of: paragraphs, lists and tables of HTML, all texts escaped.

No background and no text color but that of an alarm: the notebook's theme, dark or light, shines
through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

COLOR = "color:#D55E00"
ALARM = f'style="{COLOR};font-weight:bold"'
# To the left, since notebooks align numbers with ± badly on the right.
CELL = 'style="text-align:left"'


def page(*parts: str) -> str:
    """The parts of a report as one element."""
    return f'<div class="residua">{"".join(parts)}</div>'


def headline(name: str, size: str, outcome: str, ok: bool) -> str:
    """The verdict, `a*x   9 points: converged`; of a fit that failed, it says so first.

    >>> headline("a*x", "9 points", "converged", True)
    '<p><code>a*x</code> &nbsp; 9 points: <span>converged</span></p>'
    """
    mark, style = ("", "") if ok else (f"<strong {ALARM}>FAILED</strong> ", f" {ALARM}")
    return (
        f"<p>{mark}<code>{escape(name)}</code> &nbsp; {escape(size)}: "
        f"<span{style}>{escape(outcome)}</span></p>"
    )


def code(text: str) -> str:
    """A line of code, or nothing."""
    return f"<p><code>{escape(text)}</code></p>" if text else ""


def paragraph(text: str) -> str:
    """A sentence, or nothing."""
    return f"<p>{escape(text)}</p>" if text else ""


def findings(sentences: Iterable[str]) -> str:
    """What must not be overlooked, one item each, or nothing."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul style="{COLOR}">{items}</ul>' if items else ""


def table(
    heads: Sequence[str], lines: Sequence[Sequence[str]], hidden: int = 0, where: str = ""
) -> str:
    """Rows of cells under their heads (none: no heads); a cell that is missing is empty.

    Args:
        heads: names of the columns.
        lines: rows of texts.
        hidden: rows that are not among them, counted below; 0 or less for none.
        where: those are to be found.

    >>> table(["name"], [["a < b"]]).replace(f" {CELL}", "")
    '<table><tr><th>name</th></tr><tr><td>a &lt; b</td></tr></table>'
    """
    width = max([len(heads), *map(len, lines)], default=0)
    rows = [_cells("th", heads, width)] if heads else []
    rows += [_cells("td", line, width) for line in lines]
    if hidden > 0:
        text = escape(f"... {hidden} more" + (f" in {where}" if where else ""))
        rows.append(f'<td {CELL} colspan="{width}">{text}</td>')
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _cells(tag: str, texts: Sequence[str], width: int) -> str:
    filled = [*texts, *[""] * (width - len(texts))]
    return "".join(f"<{tag} {CELL}>{escape(text)}</{tag}>" for text in filled)


def named(facts: Iterable[tuple[str, str]]) -> list[str]:
    """`name: text` of each fact that there is."""
    return [f"{name}: {text}" for name, text in facts if text]


def notes(lines: Iterable[str]) -> str:
    """Small print, a line each."""
    return "<p><small>" + "<br>".join(escape(line) for line in lines) + "</small></p>"
