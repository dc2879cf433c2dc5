"""Reading structures from wherever they are: one function, one table of the kinds of sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

from residua._errors import DataError, FileError
from residua._types import StructuresLike
from residua.atoms.ase import from_atoms, read_database, read_file
from residua.atoms.mlearn import read_mlearn
from residua.atoms.structure import Structure
from residua.atoms.structures import Choice, Structures
from residua.doc import Doc, documented

# Databases that come with residua, for documents, tests and first steps.
EXAMPLES = ("argon",)
DATABASES = (".db", ".aselmdb")


@documented
def read_structures(
    source: Annotated[
        StructuresLike,
        Doc(
            "a path of an ASE database (.db, .json), an extended XYZ file, a JSON file of "
            "mlearn or any other file that ASE reads; several paths; Atoms, or a list of "
            'them; Structures; "example:argon" for the database that comes with residua'
        ),
    ],
    select: Annotated[
        str | Callable[..., Any] | None,
        Doc(
            'which of them, "structure=fcc, rattle<2"; a database takes ASE\'s own '
            "language, all other sources that of `Structures.select`. Or a function of a "
            "Structure."
        ),
    ] = None,
    group: Annotated[
        str | Sequence[str] | None,
        Doc(
            "key, or keys, whose values say which structures belong together. Where it is "
            "not given, the first of structure, group, config_type, tag that a row has."
        ),
    ] = None,
    *,
    need: Annotated[
        Sequence[str],
        Doc("what at least one structure must have; `need=()` reads structures without any energy"),
    ] = ("energy",),
    labels: Annotated[
        Mapping[str, str] | None,
        Doc(
            'names of keys for "energy", "forces" and "stress" where they are unusual, '
            'such as {"energy": "pbe_at_lda_density"}. What is not named is then absent.'
        ),
    ] = None,
    calculate: Annotated[
        bool, Doc("whether calculators of Atoms that have not been run are")
    ] = False,
) -> Structures:
    """Read structures with energies, forces and stresses.

    What a source does not say stays nan or None.

    Returns:
        Structures, in the order of the source: eV, Å, eV/Å^3. Energies are those that ASE calls
        energy; forces are as calculated, also those of fixed atoms.

    Raises:
        FileError: there is no such file.
        DataError: it cannot be read, nothing is selected, nothing has an energy, or a structure
            cannot be: positions that are not finite, a periodic cell without volume, two atoms
            nearer than 0.1 Å, forces of another shape.
        MissingLibrary: ASE is not installed.

    Example:
        >>> fcc = read_structures("example:argon", "structure=fcc")
        >>> len(fcc), fcc.species, fcc.counts["forces"]
        (20, ('Ar',), 20)
        >>> len(read_structures("example:argon", group=("structure", "ivolume")).groups)
        25
    """
    structures = Structures(_rows(source, select, labels, calculate))
    if not structures:
        raise DataError(
            f"{_said(source)} has no structures" + (f" with {select!r}" if select else ""),
            causes=["nothing meets the condition" if select else "it is empty"],
        )
    if group is not None:
        structures = structures.grouped(group)
    if need:
        structures.having(*need)
    return structures


def _rows(source: Any, select: Choice | None, labels: Any, calculate: bool) -> Iterable[Structure]:
    if _is_path(source):
        return _read(source, select, labels)
    if isinstance(source, Structure) or hasattr(source, "get_atomic_numbers"):
        source = [source]
    try:
        items = list(source)
    except TypeError as error:
        raise DataError(
            f"cannot read structures from {type(source).__name__}",
            next='read_structures("data.db")',
        ) from error
    if items and all(_is_path(item) for item in items):
        return chain.from_iterable(_several(item, select, labels) for item in items)
    if items and all(isinstance(item, Structure) for item in items):
        return _chosen(items, select)
    return _chosen(from_atoms(items, labels, calculate), select)


def _read(source: Any, select: Choice | None, labels: Any) -> Iterable[Structure]:
    """The rows of one file."""
    name = os.fspath(source)
    if isinstance(name, str) and name.startswith("example:"):
        return _example(name.removeprefix("example:"), select, labels)
    path = Path(os.fsdecode(name))
    if not path.is_file():
        raise FileError(
            f"{path} is a directory" if path.is_dir() else f"there is no file {path}",
            causes=[f"the working directory is {Path.cwd()}"],
        )
    kind = _kind(path)
    if kind == "database":
        condition = select if isinstance(select, str) else None
        rows = read_database(path, condition, labels)
        return rows if isinstance(select, str) else _chosen(rows, select)
    return _chosen(read_mlearn(path) if kind == "mlearn" else read_file(path, labels), select)


def _kind(path: Path) -> str:
    """What kind of file it is, by its name; of JSON by its first character."""
    if path.suffix.lower() in DATABASES:
        return "database"
    if path.suffix.lower() == ".json":
        with path.open(encoding="utf-8", errors="replace") as file:
            return "mlearn" if file.read(64).lstrip().startswith("[") else "database"
    return "file"


def _example(name: str, select: Choice | None, labels: Any) -> list[Structure]:
    if name not in EXAMPLES:
        raise DataError(
            f"no example is called {name!r}; the examples are {', '.join(EXAMPLES)}",
            next=f'read_structures("example:{EXAMPLES[0]}")',
        )
    with as_file(files("residua") / "datasets" / f"{name}.db") as path:
        return list(_read(path, select, labels))


def _several(source: Any, select: Choice | None, labels: Any) -> Iterator[Structure]:
    """Rows of one file of many, named by it too."""
    from dataclasses import replace

    for row in _read(source, select, labels):
        yield replace(row, name=f"{Path(os.fspath(source)).stem}:{row.name}")


def _chosen(rows: Iterable[Structure], select: Choice | None) -> Iterable[Structure]:
    return rows if select is None else Structures(rows).select(select)


def _is_path(source: Any) -> bool:
    return isinstance(source, (str, bytes, os.PathLike))


def _said(source: Any) -> str:
    return str(source) if _is_path(source) else "the source"
