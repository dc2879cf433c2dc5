"""Numbers of a source beside ours, compared while the table of them is made."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np


class Row(NamedTuple):
    """What is compared, the number in the source, ours, and how they must agree."""

    what: str
    source: str
    ours: str
    agreement: str


class Table:
    """Rows that a notebook shows as a table."""

    def __init__(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.headings, self.rows = headings, rows

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(each)}</th>" for each in self.headings)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        rows = [list(self.headings), *map(list, self.rows)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(self.headings))]
        return "\n".join("  ".join(c.ljust(w) for c, w in zip(r, widths)).rstrip() for r in rows)


def beside(*rows: tuple[str, Any, Any, str]) -> Table:
    """A table of (what, the source's number, ours, how they agree).

    Args:
        rows: the fourth entry is "N digits" (agrees to N significant digits, or what it printed is
            what ours rounds to), "as printed" (all digits of the source, given as text), "equal",
            "smaller", "larger" (ours than the source's), or any other text, which is not checked
            and only shown, such as "not the same data".

    Raises:
        AssertionError: a row does not agree as it says; the site is then not built.
    """
    made = []
    for what, source, ours, agreement in rows:
        _check(what, source, ours, agreement)
        made.append(Row(what, _text(source), _shown(source, ours), agreement))
    return Table(("", "the source", "here", "agreement"), made)


def _check(what: str, source: Any, ours: Any, agreement: str) -> None:
    theirs = np.asarray(_number(source)) if not isinstance(source, bool) else source
    if agreement == "as printed":
        decimals = max(0, len(str(source).partition(".")[2]))
        # One unit of the last printed digit holds a rounded and a cut number alike.
        good = bool(np.all(np.abs(theirs - ours) <= 10.0**-decimals))
    elif agreement.endswith(" digits"):
        good = np.allclose(ours, theirs, rtol=0.5 * 10.0 ** (1 - int(agreement.split()[0])), atol=0)
    elif agreement == "equal":
        good = bool(np.all(theirs == ours))
    elif agreement in ("smaller", "larger"):
        good = bool(np.all(ours < theirs if agreement == "smaller" else ours > theirs))
    else:
        return
    assert good, f"{what}: the source has {source}, here it is {ours}: not {agreement}"


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def _text(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def _shown(source: Any, ours: Any) -> str:
    """Ours, with two digits more than the source printed."""
    if isinstance(ours, (float, np.floating)):
        printed = len(_text(source).lstrip("-0.").replace(".", "")) if _is_number(source) else 5
        return f"{float(ours):.{min(16, max(4, printed + 2))}g}"
    return str(ours)


def _is_number(value: Any) -> bool:
    return isinstance(_number(value), float)
