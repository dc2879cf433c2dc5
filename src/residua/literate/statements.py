"""A block split into what a prompt would take one at a time."""

from __future__ import annotations

import ast
import io
import re
import warnings
from typing import NamedTuple

from residua._errors import DataError

# As doctest finds them, in strings too.
_DIRECTIVE = re.compile(r"#\s*doctest:\s*[^\n'\"]*$", re.MULTILINE)


class Statement(NamedTuple):
    """Lines that a prompt takes at once: a statement, or a comment, which does nothing."""

    source: str
    comment: bool = False


def statements(code: str, where: str) -> list[Statement]:
    """Split a block into statements, each with its own prompt.

    Decorators stay with what they decorate; statements that share a line share a prompt; blank
    lines between statements fall away.

    Args:
        code: Python. where: what errors call the block.

    Returns:
        The statements and the comments between them, in order.

    Raises:
        DataError: the code is not Python.

    >>> [piece.source for piece in statements("a = 1; b = 2\\n\\n# add\\na + b", "here")]
    ['a = 1; b = 2', '# add', 'a + b']
    """
    lines = code.split("\n")
    found: list[Statement] = []
    done = 0
    for start, end in _spans(_parsed(code, where), lines):
        found += _comments(lines[done:start])
        found.append(Statement("\n".join(lines[start:end])))
        done = end
    return found + _comments(lines[done:])


def _parsed(code: str, where: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except SyntaxError as error:
        raise DataError(
            f"{where} is not Python: {error.msg} (its line {error.lineno})",
            causes=["it is a fragment that another block refers to", "it is not meant to be run"],
            next="eval: no in its header, where it must not be run",
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"{where} is not Python: {error}") from error


def _spans(tree: ast.Module, lines: list[str]) -> list[tuple[int, int]]:
    """[start, end) of the lines of every statement; those that share a line are one."""
    spans: list[tuple[int, int]] = []
    for node in tree.body:
        decorators = getattr(node, "decorator_list", [])
        start = min([node.lineno, *(part.lineno for part in decorators)]) - 1
        end = node.end_lineno or node.lineno
        if spans and (start < spans[-1][1] or _goes_on(lines, *spans[-1])):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _goes_on(lines: list[str], start: int, end: int) -> bool:
    """Whether a semicolon and a backslash carry the line over to the next statement."""
    if not lines[end - 1].endswith("\\"):
        return False
    try:
        ast.parse("\n".join(lines[start:end]))
    except SyntaxError:
        return True
    return False


def _comments(lines: list[str]) -> list[Statement]:
    return [Statement(line.strip(), True) for line in lines if line.lstrip().startswith("#")]


def misread(source: str) -> str:
    """Why doctest would not read a statement as it is; "" where it would.

    Args:
        source: a statement.

    Returns:
        What stands in one of its strings.

    >>> misread("if a:\\n\\tb"), misread("'\\t'")
    ('', 'a tab')
    """
    if "\t" in source and _tree(source) != _tree(source.expandtabs()):
        return "a tab"
    found = len(_DIRECTIVE.findall(source))
    return "a directive of doctest" if found and found != _directives(source) else ""


def _tree(source: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(ast.parse(source))


def _directives(source: str) -> int:
    """How many comments, rather than lines of strings, are directives."""
    import tokenize

    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(bool(_DIRECTIVE.match(t.string)) for t in tokens if t.type == tokenize.COMMENT)
