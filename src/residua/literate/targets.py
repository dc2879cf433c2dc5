"""Files that blocks are tangled to: where they may be, and whether they may be written over.

`.residua-tangle.json` beside the document remembers what was written. A file that is not there, or
that was changed since, belongs to a person and is left alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from residua._errors import DataError, FileError
from residua.literate.document import Block, Document
from residua.literate.references import References

MANIFEST = ".residua-tangle.json"
SUFFIXES = {"org": ".org", "emacs-lisp": ".el", "sh": ".sh", "bash": ".sh", "shell": ".sh"}
# Folders in which a written file would be run, or break what others keep there.
_FORBIDDEN = frozenset({".git", ".hg", ".svn"})


class Target(NamedTuple):
    """A file to write: its path, its name from the document's folder, its text with marks.

    lines: of its blocks. python: whether all of them are, and the file is a module. makes_folders:
    whether missing folders are made.
    """

    path: Path
    name: str
    text: str
    lines: tuple[int, ...]
    python: bool
    makes_folders: bool


def targets(document: Document, references: References) -> list[Target]:
    """The files of a document and their text, in the order in which they are first named.

    Blocks of one file stand one below the other, an empty line between them (`:padline no`: none).

    Raises:
        DataError: a path leads out of the folder. DataError of `References`.
    """
    grouped: dict[Path, list[Block]] = {}
    for block in document.blocks:
        path = _path(document, block)
        if path is not None:
            grouped.setdefault(path, []).append(block)
    return [
        Target(
            path,
            path.relative_to(document.folder).as_posix(),
            _text(blocks, references),
            tuple(block.line for block in blocks),
            path.suffix == ".py" and all(block.python for block in blocks),
            any(block.options.get("mkdirp", "no") != "no" for block in blocks),
        )
        for path, blocks in grouped.items()
    ]


def _text(blocks: Sequence[Block], references: References) -> str:
    text = ""
    for block in blocks:
        code = re.sub(r"\A(?:[ \t]*\n)+", "", references.tangled(block)).rstrip()
        padded = text and block.options.get("padline", "yes") != "no"
        text += ("\n" if padded else "") + code + "\n"
    return text


def _path(document: Document, block: Block) -> Path | None:
    said = block.options.get("tangle", "no")
    if said in ("", "no"):
        return None
    where = document.at(block)
    if said == "yes":
        suffix = ".py" if block.python else SUFFIXES.get(block.language, f".{block.language}")
        said = document.path.stem + suffix
    if said.startswith("("):
        raise DataError(f"{where}: :tangle {said} is Lisp, which is not run here", next="a name")
    if "\\" in said or re.match(r"[A-Za-z]:", said):
        raise DataError(f"{where}: {said!r} is not a path that every machine reads", next="a/b.py")
    path = Path(os.path.realpath(document.folder / os.path.expanduser(said)))
    _confined(path, document, f"{where}: {said!r}")
    return path


def _confined(path: Path, document: Document, what: str) -> None:
    if not path.is_relative_to(document.folder) or path == document.folder:
        raise DataError(
            f"{what} leads out of the folder of the document",
            causes=["a path with .. or from /", "a symbolic link"],
            next="a name inside the folder",
        )
    parts = {part.lower() for part in path.relative_to(document.folder).parts}
    if path in (document.path, document.folder / MANIFEST) or parts & _FORBIDDEN:
        raise DataError(f"{what} must not be written by a document", next="another name")


def current(path: Path) -> str | None:
    """The text of a file with \\n line ends; None where there is no file.

    Raises:
        FileError: it cannot be read as text.
    """
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise FileError(f"{path.name} exists and is not text", next="another name") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}") from error


class Manifest:
    """What was written beside a document: {name: {"document", "sha256"}}."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / MANIFEST
        self.before = current(self.path)
        self.files: dict[str, Any] = {}
        if self.before is not None:
            self.files = self._read(self.before)

    def _read(self, text: str) -> dict[str, Any]:
        try:
            files = json.loads(text)["files"]
            if all(isinstance(entry["sha256"], str) for entry in files.values()):
                return dict(files)
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise FileError(f"{self.path} is broken", next=f"delete {MANIFEST}, then --force")

    def allows(self, name: str, document: str, text: str | None) -> bool:
        """Whether a file with this text may be written over by this document."""
        entry = self.files.get(name, {})
        mine = entry.get("document") == document and entry.get("sha256") == _hash(text or "")
        return text is None or mine

    def put(self, name: str, document: str, text: str) -> None:
        """Remember what is written."""
        self.files[name] = {"document": document, "sha256": _hash(text)}

    @property
    def text(self) -> str:
        """The manifest as it is written."""
        ordered = {name: self.files[name] for name in sorted(self.files)}
        return json.dumps({"schema": 1, "files": ordered}, indent=2, ensure_ascii=False) + "\n"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
