"""Where text and signature of a function contradict each other.

Only what cannot both be true is one: prose about types is free, but `int` is not `float`.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

from residua.doc.record import Argument, Arguments
from residua.doc.sections import Docstring, Row
from residua.doc.write import LISTS

# What plain types are called in docstrings. Others are not compared.
PLAIN = {
    "int": "int", "integer": "int", "float": "float", "bool": "bool", "boolean": "bool",
    "str": "str", "string": "str", "complex": "complex", "dict": "dict", "list": "list",
    "tuple": "tuple", "bytes": "bytes", "set": "set", "ndarray": "ndarray",
}  # fmt: skip
_DEFAULT = r"\bdefault(?:s to|\s+is|\s*[:=])?\s*`{0,2}([^`,;]+?)`{0,2}\s*(?:[,;)]|\.?$)"


def contradictions(arguments: Arguments, docstring: Docstring) -> Iterator[str]:
    """Every contradiction, in words that name the argument."""
    seen: set[str] = set()
    for section in LISTS:
        for row in docstring.rows(section):
            for starred in row.names:
                name = starred.lstrip("*")
                if name in seen:
                    yield f"{name} is described twice in the docstring"
                elif name not in arguments:
                    yield f"the docstring describes {starred}, which is no argument"
                else:
                    yield from _of_row(arguments[name], row, starred)
                seen.add(name)
    yield from _of_results(arguments, docstring)


def of_signature(arguments: Arguments) -> Iterator[str]:
    """Contradictions within the signature itself: a default outside its bounds."""
    from residua.doc.values import broken

    for argument in arguments.values():
        default = argument.default
        if default is not inspect.Parameter.empty and default is not None:
            for what in broken(argument, default):
                yield f"{argument.name}: its own default breaks it: {what}"


def _of_row(argument: Argument, row: Row, starred: str) -> Iterator[str]:
    name = argument.name
    if starred != name and starred != argument.starred:
        yield f"the docstring calls it {starred}, the signature {argument.starred}"
    text = "\n".join(row.lines).strip()
    if text and argument.doc and _bare(text) != _bare(argument.doc):
        yield f"{name} is described twice: {argument.doc!r} beside it, {text!r} in the docstring"
    parts = [part.strip() for part in row.type.split(",")]
    said, is_ = PLAIN.get(parts[0]), PLAIN.get(argument.type_words)
    if said and is_ and said != is_:
        yield f"{name} is {parts[0]} in the docstring, {argument.type_words} in the signature"
    yield from _of_default(argument, row.type)


def _of_default(argument: Argument, written: str) -> Iterator[str]:
    required = argument.default is inspect.Parameter.empty
    found = re.search(_DEFAULT, written)
    if required and argument.required and (found or re.search(r"\boptional\b", written)):
        yield f"{argument.name} is optional in the docstring, required in the signature"
    elif found and not required:
        said = _literal(found[1].strip())
        if said is not _UNKNOWN and not _same(said, argument.default):
            yield (
                f"{argument.name} is {found[1].strip()} by default in the docstring, "
                f"{argument.default!r} in the signature"
            )


def _of_results(arguments: Arguments, docstring: Docstring) -> Iterator[str]:
    text = "\n".join(docstring.lines("Returns") or docstring.lines("Yields") or [])
    for result in arguments.returns:
        if text and result.doc and _bare(result.doc) not in _bare(text):
            yield f"the result is described twice: {result.doc!r} beside it, and in the docstring"
        if docstring.lines("Returns") and result.type_words == "None":
            yield "the docstring says what is returned, the signature that nothing is"


_UNKNOWN = object()


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return _UNKNOWN


def _same(said: Any, default: Any) -> bool:
    try:
        return bool(said == default)
    except Exception:  # an array, or something that compares in its own way
        return True


def _bare(text: str) -> str:
    """Text without what tidying changes: case, spaces, the last period."""
    return " ".join(text.lower().split()).rstrip(".")
