"""A document with its names resolved: the files it makes, the blocks that run, what still holds."""

from __future__ import annotations

from typing import NamedTuple

from residua.literate.document import Document
from residua.literate.headers import NOT_FOLLOWED
from residua.literate.records import Step, state, steps
from residua.literate.references import References
from residua.literate.targets import Target, targets

# States of a recorded output that a check does not pass, in words.
_DRIFTED = {
    "stale": "its code, its output or a block before it was edited since it was run",
    "missing": "no output is recorded",
    "by hand": "the recorded output has no hash",
}


class Task(NamedTuple):
    """A document, its references, its files (doctests still marks), the blocks that are run.

    woven: lines of the blocks that doctests are made of.
    """

    document: Document
    references: References
    files: list[Target]
    steps: list[Step]
    woven: set[int]


class Row(NamedTuple):
    """A block in the listing: where, what, and the state of its recorded output ("" if not run)."""

    line: int
    name: str
    language: str
    session: str
    tangle: str
    runs: bool
    result: str


def posed(document: Document) -> Task:
    """Resolve names, files and steps. Nothing is run.

    Raises:
        DataError: unknown names, circles, paths that lead out of the folder.
    """
    references = References(document)
    files = targets(document, references)
    asked = {request.name for request in references.requests}
    woven = {block.line for name in asked for block in references.named[name]}
    return Task(document, references, files, steps(document, references, woven), woven)


def known(task: Task) -> dict[int, tuple[str, bool]]:
    """{index of a block: (recorded text, whether a hash says that it was recorded here)}."""
    results = enumerate(task.document.results)
    return {i: (result.text, bool(result.digest)) for i, result in results if result is not None}


def drift(task: Task) -> list[str]:
    """Sentences on recorded outputs that no longer belong to their code. Nothing is run."""
    found = []
    for step in task.steps:
        said = state(step, task.document.results[step.place])
        if said == "stale" or (said in _DRIFTED and step.block.line in task.woven):
            found.append(f"{step.block.called}: {_DRIFTED[said]}")
    return found


def not_followed(document: Document) -> list[str]:
    """Sentences on header arguments that Org would follow and that are not followed here."""
    return [
        f"line {block.line}: {key} is not followed"
        for block in document.blocks
        for key in sorted(NOT_FOLLOWED & set(block.options))
        if block.options[key] not in ("no", "")
    ]


def _kept(task: Task, step: Step) -> str:
    said = state(step, task.document.results[step.place])
    return "not recorded" if said == "missing" and step.block.line not in task.woven else said


def rows(task: Task) -> list[Row]:
    """A row for each block of the document."""
    runs = {step.place: step for step in task.steps}
    return [
        Row(
            block.line,
            block.name,
            block.language,
            block.options.get("session", ""),
            block.options.get("tangle", ""),
            i in runs,
            _kept(task, runs[i]) if i in runs else "",
        )
        for i, block in enumerate(task.document.blocks)
    ]
