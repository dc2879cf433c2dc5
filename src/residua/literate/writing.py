"""Files written whole or not at all, or compared."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from residua._errors import FileError
from residua.literate.document import Document
from residua.literate.targets import Manifest, current
from residua.literate.weaving import Woven


class File(NamedTuple):
    """A file of the document: its name, what became of it, its doctests, its change.

    status: "written", "unchanged", "differs" or "missing" (the last two when checking). proof: what
    doctest said of it, "" where all passed, None where it was not run.
    """

    name: str
    status: str
    doctests: int
    diff: str = ""
    proof: str | None = None


def compared(woven: Woven) -> File:
    """A file against what it should be; line ends do not count."""
    name, old = woven.target.name, current(woven.target.path)
    if old == woven.text:
        return File(name, "unchanged", woven.doctests)
    status = "missing" if old is None else "differs"
    return File(name, status, woven.doctests, difference(name, old or "", woven.text))


def difference(name: str, old: str, new: str) -> str:
    """A unified diff from what is there to what should be.

    >>> difference("a.py", "1\\n", "2\\n").splitlines()[3:5]
    ['-1', '+2']
    """
    import difflib

    before, after = old.split("\n"), new.split("\n")
    diff = difflib.unified_diff(before, after, name, f"{name}, as it should be", lineterm="")
    return "".join(f"{line}\n" for line in diff)


def write_all(
    files: list[Woven], before: Document, after: Document, force: bool
) -> tuple[list[File], bool]:
    """Write the files, then what is remembered of them, then the document, each if it changed.

    Args:
        files: as they should be. before, after: the document as it was read and as it should be.
        force: whether files that were not made from this document may be written over.

    Returns:
        (what became of each file, whether the document was written)

    Raises:
        FileError: a file may not or cannot be written. Nothing is written if one may not.
    """
    manifest = Manifest(before.folder)
    name = before.path.name
    for woven in files:
        _allowed(woven, manifest, name, force)
    done = []
    for woven in files:
        written = _written(woven, before.eol)
        manifest.put(woven.target.name, name, woven.text)
        done.append(File(woven.target.name, written, woven.doctests))
    # Were the program stopped here, the files would be as they should be, and be adopted next time.
    if files and manifest.text != manifest.before:
        _write(manifest.path, manifest.text)
    changed = after.raw != before.raw
    if changed:
        _write(after.path, after.mark + "\n".join(after.raw))
    return done, changed


def _allowed(woven: Woven, manifest: Manifest, document: str, force: bool) -> None:
    target = woven.target
    old = current(target.path)
    if old != woven.text and not force and not manifest.allows(target.name, document, old):
        raise FileError(
            f"{target.name} exists and was not made from {document}, or was edited since",
            next="--force to write over it, or another name",
        )
    if not target.path.parent.is_dir() and not target.makes_folders:
        raise FileError(
            f"there is no folder {target.path.parent}", next="mkdirp yes in the block's header"
        )


def _written(woven: Woven, eol: str) -> str:
    """Write a file if it changed, with the line ends of the document."""
    target = woven.target
    if current(target.path) == woven.text:
        return "unchanged"
    target.path.parent.mkdir(parents=True, exist_ok=True)
    _write(target.path, woven.text.replace("\n", f"{eol}\n"))
    return "written"


def _write(path: Path, text: str) -> None:
    # Here and not above: most calls find nothing to write, and should be quick.
    from residua.report.atomic import write_atomically

    write_atomically(path, text.encode("utf-8"))
