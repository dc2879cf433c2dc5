"""Outputs recorded in the document, with a hash of the code that gave them.

The hash covers the code of the block, all that its session ran before, and the recorded text:
whoever edits one of them breaks it, and no code has to be run to see that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from residua.literate.document import Block, Document, Recorded
from residua.literate.references import References
from residua.literate.statements import Statement
from residua.literate.transcript import Example

_LENGTH = 12
_SILENT = frozenset({"silent", "none", "discard"})


class Step(NamedTuple):
    """A block that is run: its place among all, its session, its code, the hash of all up to it."""

    place: int
    block: Block
    session: str
    code: str
    chain: str


def steps(document: Document, references: References, woven: set[int]) -> list[Step]:
    """The blocks that are run, in order. Fragments of other blocks are run as parts of those.

    Args:
        document: as read. references: its names. woven: lines of blocks that a doctest is made of.

    Returns:
        One Step for each. Blocks without a session have one of their own, named by their line.
    """
    fragments = references.fragments() - woven
    chains: dict[str, str] = {}
    found = []
    for index, block in enumerate(document.blocks):
        if not block.evaluated or block.line in fragments:
            continue
        session = block.options.get("session") or "default"
        session = f"line {block.line}" if session == "none" else f"session {session}"
        code = references.run(block).rstrip()
        chains[session] = _hash(chains.get(session, ""), code)
        found.append(Step(index, block, session, code, chains[session]))
    return found


def digest(step: Step, text: str) -> str:
    """The hash that stands beside the recorded output `text` of a block."""
    return _hash(step.chain, text)[:_LENGTH]


def _hash(*parts: str) -> str:
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()


def state(step: Step, result: Recorded | None) -> str:
    """ "missing", "by hand" (no hash), "current", or "stale": code or output changed since."""
    if result is None:
        return "missing"
    if not result.digest:
        return "by hand"
    return "current" if result.digest == digest(step, result.text) else "stale"


def wanted(step: Step, text: str, woven: bool, existing: Recorded | None) -> bool:
    """Whether an output belongs in the document."""
    silent = _SILENT & set(step.block.options.get("results", "").split())
    return woven or (not silent and bool(text or existing))


def edit(document: Document, step: Step, text: str) -> tuple[int, int, list[str]] | None:
    """The edit that records an output; None where the document says it already.

    Args:
        document: as read. step: whose output. text: to record.

    Returns:
        (start, end, lines) as `Document.edited` takes it.
    """
    existing = document.results[step.place]
    mark = digest(step, text)
    lines = document.format.record(step.block, mark, text)
    if existing is not None:
        if (existing.digest, existing.text) == (mark, text):
            return None
        return existing.start, existing.end, lines
    end = step.block.end
    gap = step.block.prefix.rstrip()
    if end >= len(document.lines):
        return end - 1, end, [document.lines[end - 1], gap, *lines, ""]
    follows = [gap] if document.lines[end].strip(" \t>") else []
    return end, end, [gap, *lines, *follows]


def kept(
    pieces: Sequence[Statement],
    outputs: Sequence[str],
    old: Sequence[Example],
    flags: frozenset[str],
) -> bool:
    """Whether what is recorded already, dots written by hand included, agrees with new outputs.

    Args:
        pieces, outputs: the statements and what they gave now. old: the recorded examples. flags:
            the directives asked for by references, such as {"+ELLIPSIS"}.

    Returns:
        True only where directives say that it is not to be compared letter by letter.
    """
    import doctest

    if not flags and not any("doctest:" in piece.source for piece in pieces):
        return False
    if len(old) != len(pieces):
        return False
    checker = doctest.OutputChecker()
    for piece, output, example in zip(pieces, outputs, old):
        options = _options(piece.source, flags | {f"+{flag}" for flag in example.flags})
        if bool(example.want) != bool(output):
            return False
        if not checker.check_output(example.want, output, options):
            return False
    return True


def _options(source: str, flags: frozenset[str]) -> int:
    import doctest

    options = 0
    for word in {*flags, *source.rpartition("doctest:")[2].replace(",", " ").split()}:
        if word.startswith("+"):
            options |= doctest.OPTIONFLAGS_BY_NAME.get(word[1:], 0)
    return options
