"""The docstring written anew: what stands beside the arguments, in its place among the rest."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Collection, Iterable
from typing import Any

from residua.doc.google import converted, is_google
from residua.doc.record import Argument, Arguments
from residua.doc.sections import Docstring, Row, parsed
from residua.doc.sentences import described, type_line

LISTS = ("Parameters", "Other Parameters")


def taken_apart(text: str | None, names: Collection[str] = ()) -> Docstring:
    """The author's docstring as sections, in whichever of the two styles it is written."""
    return converted(text, names) if text and is_google(text) else parsed(text or "")


def with_text(arguments: Arguments, docstring: Docstring) -> dict[str, Argument]:
    """The arguments, those without a text of their own with the one in the docstring."""
    written = {name.lstrip("*"): row for row in _all_rows(docstring) for name in row.names}
    found = {}
    for name, argument in arguments.items():
        row = written.get(name)
        if row and not argument.doc:
            argument = argument._replace(doc="\n".join(row.lines))
        if row and not argument.type_words:
            argument = argument._replace(type_words=row.type.partition(", ")[0])
        found[name] = argument
    return found


def _all_rows(docstring: Docstring) -> list[Row]:
    return [row for name in LISTS for row in docstring.rows(name)]


def rewritten(arguments: Arguments, docstring: Docstring, generates: bool = False) -> str:
    """The docstring with Parameters and Returns from the signature, everything else as it was."""
    _put_arguments(arguments, docstring)
    _put_results(arguments, docstring, "Yields" if generates else "Returns")
    return docstring.text()


def _put_arguments(arguments: Arguments, docstring: Docstring) -> None:
    by_hand = {name.lstrip("*"): row for row in _all_rows(docstring) for name in row.names}
    if not by_hand and not any(argument.documented for argument in arguments.values()):
        return
    _examples_apart(docstring)
    elsewhere = {
        name.lstrip("*") for row in docstring.rows("Other Parameters") for name in row.names
    }
    for section in LISTS:
        other = section != "Parameters"
        chosen = [each for name, each in arguments.items() if (name in elsewhere) == other]
        rows = [_row(each, by_hand.get(each.name), arguments) for each in chosen]
        # Text about an argument that is not there is an error, but it is not ours to lose.
        rows += [
            row
            for row in docstring.rows(section)
            if not any(name.lstrip("*") in arguments for name in row.names)
        ]
        if rows:
            docstring.put(section, [line for row in rows for line in row.written()])


def _row(argument: Argument, by_hand: Row | None, names: Iterable[str]) -> Row:
    kind = type_line(argument, by_hand.type if by_hand else "")
    if by_hand and not argument.documented:
        return Row((argument.starred,), kind, by_hand.lines)
    if by_hand and not argument.doc:
        argument = argument._replace(doc="\n".join(by_hand.lines))
    return Row((argument.starred,), kind, described(argument, tuple(names)))


def _put_results(arguments: Arguments, docstring: Docstring, section: str) -> None:
    by_hand = docstring.lines(section)
    words = [result.type_words for result in arguments.returns]
    if by_hand is not None:
        first = next((line for line in by_hand if line.strip()), "")
        if first.startswith(" "):  # of a style that has no line for the type
            kind = ", ".join(word for word in words if word not in ("", "None"))
            text = [line.removeprefix("    ") for line in by_hand]
            docstring.put(section, [kind, *by_hand] if kind else text)
        return
    told = [result for result in arguments.returns if result.documented]
    if told and not (docstring.lines("Returns") or docstring.lines("Yields")):
        _examples_apart(docstring)
        rows = [Row((type_line(result) or "object",), "", described(result)) for result in told]
        docstring.put(section, [line for row in rows for line in row.written()])


def _examples_apart(docstring: Docstring) -> None:
    """Doctests that end a docstring without headings get one, so that sections can precede them."""
    head = docstring.head
    begin = next((i for i, line in enumerate(head) if line.startswith(">>>")), None)
    if begin is None or begin == 0 or head[begin - 1].strip():
        return
    docstring.put("Examples", [*head[begin:], *(docstring.lines("Examples") or [])])
    del head[begin:]


def own_docstring(subject: Any) -> str | None:
    """What the author wrote: not what Python writes for dataclasses, nor the class of a partial."""
    if isinstance(subject, functools.partial) and "__doc__" not in vars(subject):
        return own_docstring(subject.func)
    text = getattr(subject, "__doc__", None)
    if not isinstance(text, str):
        return None
    if isinstance(subject, type):
        made = text.startswith(f"{subject.__name__}(") and "\n" not in text
        return None if made or "__doc__" not in vars(subject) else text
    return text


def is_generator(subject: Any) -> bool:
    """Whether calling it yields results one by one."""
    return inspect.isgeneratorfunction(inspect.unwrap(subject))
