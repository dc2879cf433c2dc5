"""A document tangled: run if asked, its outputs recorded, its files written or compared.

Source: D. E. Knuth, Literate Programming, The Computer Journal 27 (1984) 97.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from residua._errors import DataError
from residua.literate.document import read
from residua.literate.task import Row, Task, drift, known, not_followed, posed, rows
from residua.literate.weaving import Woven, weave
from residua.literate.writing import File, compared, difference, write_all


class Report(NamedTuple):
    """What was done: files, outputs recorded, what drifted, what to look at."""

    document: str
    files: list[File]
    recorded: list[str]
    drift: list[str]
    diff: str
    warnings: list[str]

    @property
    def ok(self) -> bool:
        """Whether nothing drifted and no doctest failed."""
        return not self.drift and not any(file.proof for file in self.files)


def tangle(
    path: str | os.PathLike[str],
    run: bool = False,
    check: bool = False,
    force: bool = False,
    limit: float = 60.0,
) -> Report:
    """Write the files of a literate document, or compare them with it.

    Args:
        path: an Org or Markdown document. run: run its blocks first, record their outputs in it,
            and let doctest prove the files afterwards. check: write nothing, say what differs.
            force: also write over files that were not made from this document. limit: seconds for
            each session.

    Returns:
        Report.

    Raises:
        DataError: unknown names, circles, blocks that cannot be run (with check: drift). FileError:
        a file that cannot be written. MissingLibrary: Markdown without markdown-it-py.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     document = Path(folder, "a.org")
    ...     _ = document.write_text("#+begin_src python :tangle b.py\\nb = 1\\n#+end_src\\n")
    ...     tangle(document).files[0].status, Path(folder, "b.py").read_text()
    ('written', 'b = 1\\n')
    """
    try:
        task = posed(read(path))
        report = _run(task, check, force, limit) if run else _read(task, check, force)
    except DataError as error:
        if not check:
            raise
        # A document that can no longer be tangled is not in step with its files.
        return Report(os.path.basename(path), [], [], [error.what], "", [])
    return report._replace(warnings=[*report.warnings, *not_followed(task.document)])


def listing(path: str | os.PathLike[str]) -> list[Row]:
    """The blocks of a document, and whether what is recorded of them still holds. Nothing is run.

    Args:
        path: an Org or Markdown document.

    Returns:
        A Row for each block.

    Raises:
        As `tangle`.
    """
    return rows(posed(read(path)))


def _read(task: Task, check: bool, force: bool) -> Report:
    """Tangle with the outputs that the document holds."""
    name, drifted = task.document.path.name, drift(task)
    woven = weave(task, known(task), strict=not check)
    if check:
        return _compared(name, woven, drifted, "")
    files, _ = write_all(woven, task.document, task.document, force)
    return Report(name, files, [], [], "", drifted)


def _run(task: Task, check: bool, force: bool, limit: float) -> Report:
    """Tangle with outputs that the code gives now, and prove the files."""
    from residua.literate.execution import execute, proof, renewed

    name = task.document.path.name
    outputs = execute(task, limit)
    after, changed = renewed(task, outputs.texts)
    texts = known(task) | {i: (text, True) for i, text in outputs.texts.items()}
    woven = weave(task, texts)
    if check:
        drifted = [f"{one}: it gives something else than is recorded" for one in changed]
        diff = difference(name, "\n".join(task.document.lines), "\n".join(after.lines))
        report = _compared(name, woven, drifted, diff)
    else:
        files, _ = write_all(woven, task.document, after, force)
        report = Report(name, files, changed, [], "", [])
    if report.ok:
        # A script without examples is not imported: that would run it.
        paths = {w.target.name: w.target.path for w in woven if w.target.python and ">>>" in w.text}
        files = [
            file._replace(proof=proof(paths[file.name], limit)) if file.name in paths else file
            for file in report.files
        ]
        report = report._replace(files=files)
    return report._replace(warnings=outputs.warnings)


def _compared(name: str, woven: list[Woven], drifted: list[str], diff: str) -> Report:
    files = [compared(one) for one in woven]
    differing = [f"{file.name} {file.status}" for file in files if file.diff]
    return Report(name, files, [], drifted + differing, diff, [])
