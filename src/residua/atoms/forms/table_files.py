"""Tables of `pair_style table` of LAMMPS: sections of index, distance, energy and force."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from residua._errors import FileError


def read_table(
    path: Path, section: str | None
) -> tuple[np.ndarray, np.ndarray, tuple[float, float]]:
    """One section of a file of LAMMPS.

    Its header may say `R lo hi` (distances are even, whatever the column says) or `RSQ lo hi`
    (their squares are), and `FPRIME`, which is left alone: the spline of the
    energies has the slopes that the forces at its ends say.

    Returns:
        r (k,), u (k,), and the slopes of u at both ends, minus the forces there.

    Raises:
        FileError: no such file or section, too few rows, `BITMAP`, something that is no number.

    Source: LAMMPS documentation, pair_style table.
    """
    lines = _lines(path)
    start = next((k for k, words in enumerate(lines) if _heads(words, section)), None)
    if start is None or start + 1 >= len(lines):
        heads = [words[0] for words in lines if not _is_number(words[0]) and words[0] != "N"]
        raise FileError(
            f"{path} has no table called {section!r}" if section else f"{path} has no table",
            causes=[f"its sections are {', '.join(heads) or 'none'}"],
        )
    header = dict(zip(lines[start + 1], lines[start + 1][1:]))
    try:
        count = int(header["N"])
        rows = np.array(lines[start + 2 : start + 2 + count], float)
        r, u, force = rows[:, 1], rows[:, 2], rows[:, 3]
        if len(r) != count:
            raise ValueError(f"{len(r)} rows instead of {count}")
        r = _distances(lines[start + 1], r)
    except (KeyError, ValueError, IndexError) as error:
        raise FileError(
            f"the table {lines[start][0]} of {path} cannot be read: {error}",
            causes=["below its name stand `N <rows>`, and as many rows of index, r, energy, force"],
        ) from error
    return r, u, (-float(force[0]), -float(force[-1]))


def _distances(header: list[str], r: np.ndarray) -> np.ndarray:
    """The distances that the header says, or those of the column."""
    if "BITMAP" in header:
        raise ValueError("BITMAP is not supported")
    for word in ("RSQ", "R"):
        if word in header:
            at = header.index(word)
            low, high = float(header[at + 1]), float(header[at + 2])
            if word == "R":
                return np.linspace(low, high, len(r))
            return np.sqrt(np.linspace(low**2, high**2, len(r)))
    return r


def _lines(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be read: {error}") from error
    lines = (line.split("#")[0].split() for line in text.splitlines())
    return [words for words in lines if words]


def _heads(words: list[str], section: str | None) -> bool:
    """Whether this line is the name of a section."""
    if section is not None:
        return words[0] == section
    return words[0] != "N" and not _is_number(words[0])


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
