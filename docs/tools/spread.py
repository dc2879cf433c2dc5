"""A Sphinx extension: pages that run cells are dealt out evenly, for `sphinx -j`.

Sphinx gives each process a stretch of the alphabet, and all tutorials would fall into one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


def setup(app: Any) -> dict[str, Any]:
    """What Sphinx calls when it loads an extension."""
    app.connect("env-before-read-docs", _reorder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _reorder(app: Any, env: Any, names: list[str]) -> None:
    running = {name for name in names if _runs_cells(Path(env.doc2path(name)))}
    names[:] = dealt([n for n in names if n in running], [n for n in names if n not in running])


def _runs_cells(path: Path) -> bool:
    return path.suffix == ".md" and "{code-cell}" in path.read_text(encoding="utf-8")


def dealt(few: list[str], many: list[str]) -> list[str]:
    """Both lists in one, in which the entries of each stand at equal distances.

    >>> dealt(["a", "b"], ["1", "2", "3", "4"])
    ['1', 'a', '2', '3', 'b', '4']
    """
    places = [((k + 0.5) / len(each), name) for each in (few, many) for k, name in enumerate(each)]
    return [name for _, name in sorted(places, key=lambda place: place[0])]
