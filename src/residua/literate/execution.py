"""The blocks of a document run, session by session, and their outputs put into the document."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from residua._errors import DataError
from residua.literate.document import Document, parse
from residua.literate.records import Step, edit, kept, wanted
from residua.literate.references import MARK
from residua.literate.running import Ran, Work, run_session, spawn
from residua.literate.statements import Statement, statements
from residua.literate.targets import Target
from residua.literate.task import Task
from residua.literate.transcript import examples_of, recorded
from residua.literate.wants import HEADER


class Outputs(NamedTuple):
    """What is to be recorded of each block that was run, by index, and what to look at."""

    texts: dict[int, str]
    warnings: list[str]


def execute(task: Task, limit: float) -> Outputs:
    """Run every session of a document in a process of its own.

    Args:
        task: the document. limit: seconds for each session.

    Returns:
        Outputs.

    Raises:
        DataError: a block is not Python, does not end in time, or ends the process.
    """
    pieces = {step.place: statements(step.code, _where(task, step)) for step in task.steps}
    texts: dict[int, str] = {}
    warnings: list[str] = []
    for session in dict.fromkeys(step.session for step in task.steps):
        mine = [step for step in task.steps if step.session == session]
        work = [Work(_where(task, step), _sources(pieces[step.place])) for step in mine]
        name, file = _module(task, mine)
        folder = task.document.folder
        for step, ran in zip(mine, run_session(work, name, file, folder, limit), strict=True):
            warnings += _looked_at(task, step, ran)
            texts[step.place] = _text(task, step, pieces[step.place], iter(ran))
    return Outputs(texts, warnings)


def _where(task: Task, step: Step) -> str:
    return f"{task.document.at(step.block)}: {step.block.called}"


def _sources(pieces: list[Statement]) -> list[str]:
    return [piece.source for piece in pieces if not piece.comment]


def _module(task: Task, mine: list[Step]) -> tuple[str, Path]:
    """The module that the code of a session seems to live in: the one its doctests will live in.

    Names of exceptions are printed with their module, so it has to be the right one.
    """
    names = {step.block.name for step in mine}
    lines = {step.block.line for step in mine}
    weaving = [target for target in task.files if names & _asked(task, target)]
    holding = [target for target in task.files if lines & set(target.lines)]
    for target in (target for target in (*weaving, *holding) if target.python):
        return target.path.stem, target.path
    return "__main__", task.document.path


def _asked(task: Task, target: Target) -> set[str]:
    return {task.references.requests[int(mark)].name for mark in MARK.findall(target.text)}


def _looked_at(task: Task, step: Step, ran: list[Ran]) -> Iterator[str]:
    woven = step.block.line in task.woven
    for one in ran:
        if one.raised and not woven:
            yield f"{step.block.called} raised {one.raised.splitlines()[0]}"
        elif one.raised and one.output:
            yield f"{step.block.called} printed before it raised; a doctest cannot say both"


def _text(task: Task, step: Step, pieces: list[Statement], ran: Iterator[Ran]) -> str:
    """What is recorded: what is new, or what is there where directives say that it still holds."""
    outputs = []
    for piece in pieces:
        one = Ran("", "") if piece.comment else next(ran)
        outputs.append(f"{HEADER}\n{one.raised}" if one.raised else one.output)
    existing = task.document.results[step.place]
    if existing is not None:
        requests = [r for r in task.references.requests if r.name == step.block.name]
        flags = frozenset().union(*(request.flags for request in requests))
        old = examples_of(pieces, existing.text, bool(existing.digest))
        if kept(pieces, outputs, old, flags):
            return existing.text
    return recorded(pieces, outputs)


def renewed(task: Task, texts: dict[int, str]) -> tuple[Document, list[str]]:
    """The document with these outputs recorded, and the blocks whose record changed.

    Raises:
        DataError: the document, read again, would not say what was meant.
    """
    document = task.document
    edits, changed = [], []
    for step in task.steps:
        text = texts[step.place]
        if wanted(step, text, step.block.line in task.woven, document.results[step.place]):
            change = edit(document, step, text)
            if change is not None:
                edits.append(change)
                changed.append(step)
    text = document.edited(edits)
    new = parse(document.path, text.removeprefix(document.mark), document.mark)
    for step in changed:
        result = new.results[step.place] if len(new.results) == len(document.results) else None
        if result is None or result.text != texts[step.place]:
            raise DataError(f"{_where(task, step)}: its output cannot be recorded at this place")
    return new, [step.block.called for step in changed]


def proof(path: Path, limit: float) -> str:
    """What `python -m doctest` says of a file in a fresh process; "" where every example passes."""
    ended = spawn([sys.executable, "-m", "doctest", path.name], "", path.parent, limit)
    if ended.code is None:
        return f"doctest did not end within {limit:g} s\n"
    said = ended.out + ended.err
    return said or f"doctest ended with code {ended.code}\n" if ended.code else ""
