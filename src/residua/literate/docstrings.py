"""Doctests put into the strings of a file: indented, escaped, and ended by an empty line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from residua._errors import DataError
from residua.literate.references import MARK, Request

# Comments are matched too, so that a quote in one opens nothing.
_STRING = re.compile(
    r"#[^\n]*"
    r"|(?P<kind>\b[A-Za-z]{1,2})?(?:"
    r"(?P<quote>\"\"\"|''')(?P<body>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)"
    r"|(?P<short>[\"'])(?:\\.|(?!(?P=short))[^\\\n])*(?P=short))",
    re.DOTALL,
)
_ALONE = re.compile(r"([ \t]*)\0(\d+)\0[ \t]*$")


def filled(text: str, requests: Sequence[Request], woven: Sequence[str], name: str) -> str:
    """The text with every mark replaced by its doctest.

    Args:
        text: a Python file, marks as \\0number\\0. requests, woven: what each mark asked for, and
            the transcript it gets. name: of the document, for errors.

    Returns:
        The text. In a docstring backslashes and quotes are escaped, unless it is raw.

    Raises:
        DataError: a mark stands in a string that cannot hold the lines.
    """
    if not MARK.search(text):
        return text

    def string(match: re.Match[str]) -> str:
        whole = match[0]
        mark = MARK.search(whole)
        if mark is None or whole.startswith("#"):
            return whole
        request = requests[int(mark[1])]
        where = f"{name}, line {request.asker.line}: the doctest of {request.name!r}"
        kind = (match["kind"] or "").lower()
        if match["quote"] is None or set(kind) & set("bft"):
            raise DataError(f"{where} must stand in a docstring with three quotes")
        inside = _inside(match["body"], match["quote"], "r" in kind, woven, where)
        head = whole[: whole.index(match["quote"])]
        return f"{head}{match['quote']}{inside}{match['quote']}"

    return "\n".join(_bare(line, woven) for line in _STRING.sub(string, text).split("\n"))


def _inside(body: str, quote: str, raw: bool, woven: Sequence[str], where: str) -> str:
    lines = body.split("\n")
    made: list[str] = []
    for i, line in enumerate(lines):
        match = _ALONE.match(line) if 0 < i < len(lines) - 1 else None
        if match is None:
            if MARK.search(line):
                raise DataError(f"{where} must stand on a line of its own")
            made.append(line)
            continue
        text = _escaped(woven[int(match[2])], quote, raw, where)
        made += [match[1] + part for part in text.split("\n")[:-1]]
        if _goes_on(lines[i + 1]):
            made.append("")
    return "\n".join(made)


def _goes_on(following: str) -> bool:
    """Whether text follows that would be taken for more output."""
    text = following.strip()
    return bool(text) and not (text.startswith(">>>") or _ALONE.match(following))


def _escaped(text: str, quote: str, raw: bool, where: str) -> str:
    if not raw:
        return text.replace("\\", "\\\\").replace(quote, "\\" + "\\".join(quote))
    if quote in text:
        raise DataError(f"{where} holds {quote}, which a raw docstring cannot", next="drop the r")
    return text


def _bare(line: str, woven: Sequence[str]) -> str:
    """A line of code or comment: what stands before the mark is repeated, as Org does."""
    match = MARK.search(line)
    if match is None:
        return line
    prefix, after = line[: match.start()], line[match.end() :]
    lines = woven[int(match[1])].split("\n")[:-1]
    return "\n".join(f"{prefix}{part}".rstrip(" ") for part in lines) + after
