"""Tables of the embedded-atom method, read from the files of DYNAMO that LAMMPS and ASE read.

eam.alloy (setfl): three lines of comment; count and elements; n_rho, d_rho, n_r, d_r, cutoff; for
every element a line (number, mass, lattice), F(ρ) and f(r); then r φ(r) of all pairs, lower
triangle. eam.fs is the same with one f(r) for every element that feels it. eam (funcfl): one
element; F(ρ), effective charge Z(r), f(r); r φ = 27.2 · 0.529 Z² eV Å.

Source: M. S. Daw, S. M. Foiles, M. I. Baskes, Mater. Sci. Rep. 9, 251 (1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from residua._errors import DataError

FORMS = ("alloy", "fs", "funcfl")
# Hartree (eV) times Bohr radius (Å), in the digits that LAMMPS takes for these files.
CHARGES = 27.2 * 0.529


@dataclass(frozen=True, eq=False)
class Tables:
    """What a file says: values at equal steps from zero.

    elements (t,). embedding (t, n_rho): F, eV. density (t, t, n_r): what an atom of the first
    element feels of a neighbor of the second. pair (t, t, n_r): r φ, eV Å. cutoff: Å.
    """

    elements: tuple[str, ...]
    rho_step: float
    step: float
    cutoff: float
    embedding: np.ndarray
    density: np.ndarray
    pair: np.ndarray


def read_tables(path: str | Path, form: str | None = None) -> Tables:
    """Read a file of tabulated potentials.

    Args:
        path: of the file.
        form: "alloy", "fs" or "funcfl"; by the ending of its name where not said.

    Raises:
        DataError: no such file, or its numbers are not what its header says.
    """
    place = Path(path)
    try:
        lines = place.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise DataError(
            f"{place} cannot be read: {error.strerror}", next=f"ls {place.parent}"
        ) from error
    kind = _form(place, form)
    try:
        return _funcfl(lines) if kind == "funcfl" else _setfl(lines, kind == "fs")
    except (ValueError, IndexError) as error:
        raise DataError(
            f"{place.name} is no file of the form {kind!r}: {error}",
            causes=["it is cut short", f"it has another form; the forms are {', '.join(FORMS)}"],
            next=f'EAM.from_file("{place.name}", form="fs")',
        ) from error


def _form(place: Path, form: str | None) -> str:
    if form is None:
        name = place.name.lower()
        if name.endswith((".fs", ".eam.fs")):
            return "fs"
        return "funcfl" if name.endswith((".eam", ".funcfl")) else "alloy"
    if form not in FORMS:
        raise DataError(
            f"there is no form called {form!r}",
            causes=[f"the forms are {', '.join(FORMS)}"],
            next='form="alloy"',
        )
    return form


class _Numbers:
    """The numbers after the header, taken in order."""

    def __init__(self, lines: list[str]) -> None:
        self.words, self.at = " ".join(lines).replace("D", "E").replace("d", "e").split(), 0

    def skip(self, count: int) -> None:
        self.at += count

    def take(self, count: int) -> np.ndarray:
        words = self.words[self.at : self.at + count]
        if len(words) < count:
            raise ValueError(f"{count} values are announced and {len(words)} are there")
        self.at += count
        found = np.array(words, dtype=float)
        if not np.isfinite(found).all():
            raise ValueError("there are values that are not finite")
        return found


def _setfl(lines: list[str], by_pair: bool) -> Tables:
    elements = tuple(lines[3].split()[1:])
    t = len(elements)
    if t != int(lines[3].split()[0]) or not t:
        raise ValueError(f"line 4 announces {lines[3].split()[:1]} elements and names {t}")
    n_rho, rho_step, n_r, step, cutoff = _header(lines[4])
    numbers = _Numbers(lines[5:])
    embedding, density = np.empty((t, n_rho)), np.empty((t, t, n_r))
    for source in range(t):
        numbers.skip(4)
        embedding[source] = numbers.take(n_rho)
        for target in range(t) if by_pair else [slice(None)]:
            density[target, source] = numbers.take(n_r)
    pair = np.empty((t, t, n_r))
    for a in range(t):
        for b in range(a + 1):
            pair[a, b] = pair[b, a] = numbers.take(n_r)
    return Tables(elements, rho_step, step, cutoff, embedding, density, pair)


def _funcfl(lines: list[str]) -> Tables:
    from residua.atoms.elements import SYMBOLS

    element = SYMBOLS[int(lines[1].split()[0])]
    n_rho, rho_step, n_r, step, cutoff = _header(lines[2])
    numbers = _Numbers(lines[3:])
    embedding = numbers.take(n_rho)[None]
    pair = CHARGES * numbers.take(n_r)[None, None] ** 2
    return Tables(
        (element,), rho_step, step, cutoff, embedding, numbers.take(n_r)[None, None], pair
    )


def _header(line: str) -> tuple[int, float, int, float, float]:
    n_rho, rho_step, n_r, step, cutoff = line.replace("D", "E").split()[:5]
    found = int(n_rho), float(rho_step), int(n_r), float(step), float(cutoff)
    if min(found) <= 0:
        raise ValueError(f"{line.strip()!r} has steps or counts that are not positive")
    return found
