"""A literate document: its lines, its blocks of code and the outputs recorded in it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from residua._errors import DataError, FileError

# Suffix -> the module that reads and writes such documents: `read(lines, name)` and `record(...)`.
FORMATS = {
    ".org": "residua.literate.org",
    ".md": "residua.literate.markdown",
    ".markdown": "residua.literate.markdown",
}
PYTHON = frozenset({"python", "python3", "py", "ipython", "ipython3", "jupyter-python"})
NOT_RUN = frozenset({"no", "never", "query", "never-export", "false"})


class Block(NamedTuple):
    """A block of code.

    line: number of its first line, from 1. end: index of the first line after it. prefix: what
    stands before each of its lines (indentation, "> "). options: tangle, session, eval, ... as
    written.
    """

    line: int
    end: int
    language: str
    code: str
    name: str = ""
    options: Mapping[str, str] = {}
    prefix: str = ""
    braces: bool = False

    @property
    def python(self) -> bool:
        """Whether the block is Python."""
        return self.language.lower() in PYTHON

    @property
    def evaluated(self) -> bool:
        """Whether the block may be run when it is asked for."""
        return self.python and self.options.get("eval", "yes").lower() not in NOT_RUN

    @property
    def called(self) -> str:
        """How messages call it."""
        return f"block {self.name!r}" if self.name else f"the block at line {self.line}"


class Recorded(NamedTuple):
    """An output that the document holds: lines [start, end), its text, and the hash beside it."""

    start: int
    end: int
    name: str
    digest: str
    text: str


class Document(NamedTuple):
    """A document as it was read.

    lines: without line ends. raw: with what stood there (a carriage return, or nothing). results:
    what is recorded of each block, None where nothing is.
    """

    path: Path
    lines: tuple[str, ...]
    raw: tuple[str, ...]
    mark: str
    eol: str
    blocks: tuple[Block, ...]
    results: tuple[Recorded | None, ...]
    format: Any

    @property
    def folder(self) -> Path:
        """The folder of the document, links resolved; nothing is written outside it."""
        return self.path.parent

    def at(self, block: Block) -> str:
        """Where a block stands, as errors say it."""
        return f"{self.path.name}, line {block.line}"

    def edited(self, edits: Sequence[tuple[int, int, Sequence[str]]]) -> str:
        """The text with lines [start, end) of each edit replaced; other lines keep every byte."""
        raw = list(self.raw)
        for start, end, lines in sorted(edits, key=lambda edit: edit[0], reverse=True):
            made = [line + self.eol for line in lines]
            # The last line of a document has no end.
            raw[start:end] = [*made[:-1], lines[-1]] if end == len(raw) else made
        return self.mark + "\n".join(raw)


def read(path: str | os.PathLike[str]) -> Document:
    """Read an Org or Markdown document, by its suffix. No code is run.

    Args:
        path: a file that ends in .org, .md or .markdown, in UTF-8, with any line ends.

    Returns:
        Document.

    Raises:
        FileError: the file cannot be read as text.
        DataError: its blocks cannot be told apart.
        MissingLibrary: Markdown without markdown-it-py.
    """
    target = Path(os.path.realpath(path))
    if target.suffix.lower() not in FORMATS:
        raise FileError(f"{target.name} is no Org or Markdown document", next="a .org or .md file")
    return parse(target, *_text(target))


def parse(target: Path, text: str, mark: str = "") -> Document:
    """The document that `text` makes at the path `target`; `mark` stands before it."""
    form = import_module(FORMATS[target.suffix.lower()])
    raw = text.split("\n")
    lines = [line.removesuffix("\r") for line in raw]
    if stray := next((i for i, line in enumerate(lines, 1) if "\r" in line or "\0" in line), 0):
        raise DataError(
            f"{target.name}, line {stray} holds a carriage return or NUL inside the line",
            causes=["the file was not written as text"],
        )
    windows = sum(line.endswith("\r") for line in raw) * 2 > len(raw) - 1
    blocks, recorded = form.read(lines, target.name)
    results = _paired(blocks, recorded)
    eol = "\r" if windows and len(raw) > 1 else ""
    return Document(
        target, tuple(lines), tuple(raw), mark, eol, tuple(blocks), tuple(results), form
    )


def _text(path: Path) -> tuple[str, str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{path.name} is not UTF-8: byte {error.start} is {content[error.start]:#04x}",
            next="save it as UTF-8",
        ) from error
    return text.removeprefix("\ufeff"), "\ufeff" if text.startswith("\ufeff") else ""


def _paired(blocks: Sequence[Block], recorded: Sequence[Recorded]) -> list[Recorded | None]:
    """What is recorded of each block: the output below it, else one of its name anywhere."""
    found: list[Recorded | None] = [None] * len(blocks)
    left = list(recorded)
    for i, block in enumerate(blocks):
        limit = blocks[i + 1].line - 1 if i + 1 < len(blocks) else float("inf")
        for result in left:
            if block.end <= result.start < limit and result.name == block.name:
                found[i] = result
                left.remove(result)
                break
    for i, block in enumerate(blocks):
        if block.name and found[i] is None:
            named = [result for result in left if result.name == block.name]
            if named:
                found[i] = named[0]
                left.remove(named[0])
    return found
