"""The text of every file, doctests in their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from residua._errors import DataError
from residua.literate.docstrings import filled
from residua.literate.document import Block
from residua.literate.references import MARK, Request
from residua.literate.statements import misread, statements
from residua.literate.targets import Target
from residua.literate.task import Task
from residua.literate.transcript import Example, examples_of, transcript

# {index of a block: (recorded text, whether it was recorded here)}
Known = Mapping[int, tuple[str, bool]]


class Woven(NamedTuple):
    """A file as it is to be: where, its text, how many doctest examples it holds."""

    target: Target
    text: str
    doctests: int


def weave(task: Task, known: Known, strict: bool = True) -> list[Woven]:
    """Put recorded outputs into the files.

    Args:
        task: the document. known: what is recorded. strict: whether a block without output is an
            error; otherwise its examples expect nothing.

    Returns:
        One Woven for each file.

    Raises:
        DataError: an output is missing, or a doctest stands where it cannot.
    """
    requests = task.references.requests
    examples = [_examples(task, request, known, strict) for request in requests]
    texts = [
        transcript(found, request.flags) for found, request in zip(examples, requests, strict=True)
    ]
    counts = [sum(not example.comment for example in found) for found in examples]
    name = task.document.path.name
    return [
        Woven(
            target,
            filled(target.text, requests, texts, name),
            sum(counts[int(mark)] for mark in MARK.findall(target.text)),
        )
        for target in task.files
    ]


def _examples(task: Task, request: Request, known: Known, strict: bool) -> list[Example]:
    found: list[Example] = []
    for index, block in enumerate(task.document.blocks):
        if any(block is part for part in task.references.named[request.name]):
            found += _of_block(task, block, known.get(index), strict)
    return found


def _of_block(
    task: Task, block: Block, record: tuple[str, bool] | None, strict: bool
) -> list[Example]:
    where = f"{task.document.at(block)}: {block.called}"
    if record is None and strict:
        raise DataError(
            f"{where} has no recorded output", causes=["it was never run"], next="--run"
        )
    text, ours = record or ("", True)
    pieces = statements(task.references.run(block).rstrip(), where)
    if why := next(filter(None, (misread(piece.source) for piece in pieces)), ""):
        raise DataError(
            f"{where} has {why} in a string, which doctest would misread",
            next="\\t for a tab, or the string in two parts",
        )
    return examples_of(pieces, text, ours)
