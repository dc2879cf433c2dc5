"""Structures from what ASE reads, and back: databases, extended XYZ, trajectories, lists of Atoms.

The only file that knows ASE; it is imported when something is to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from residua._errors import DataError, MissingLibrary
from residua.atoms.elements import symbols_of as symbols_of
from residua.atoms.labels import group_of, named, stress_matrix
from residua.atoms.structure import QUANTITIES, Structure
from residua.doc import Doc, documented

Labels = Mapping[str, str] | None
# What of ASE other modules build on, by `from residua.atoms.ase import ...`.
_LENT = {
    "Atoms": "atoms",
    "Calculator": "calculators.calculator",
    "all_changes": "calculators.calculator",
}


def __getattr__(name: str) -> Any:
    if name not in _LENT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_ase(_LENT[name]), name)


def read_database(path: Path, select: str | None, labels: Labels) -> Iterator[Structure]:
    """The rows of an ASE database that meet a condition of ASE's own language.

    Args:
        path: of a .db (SQLite), .json or other database that `ase.db.connect` knows.
        select: such as "structure=fcc,rattle<2"; None takes all.
        labels: names of key-value pairs to take energy, forces or stress from.

    Returns:
        Structures named by the ids of their rows.

    Raises:
        DataError: it is no database, or ASE cannot read the condition.
    """
    connect = _ase("db").connect
    try:
        rows = list(connect(path).select(select, sort="id"))
    except Exception as error:
        raise DataError(
            f"{path} cannot be read as an ASE database: {type(error).__name__}: {error}",
            causes=["it is another kind of file", f"the condition {select!r} is not one of ASE's"],
        ) from error
    for row in rows:
        # Forces as calculated: ASE's own accessor sets those of fixed atoms to zero.
        found = {what: row.get(what) for what in QUANTITIES}
        info = dict(row.key_value_pairs)
        atoms = row.toatoms()
        yield _structure(atoms, found, info, {**info, **row.data}, str(row.id), labels)


def read_file(path: Path, labels: Labels) -> Iterator[Structure]:
    """All structures of any file that `ase.io.read` knows, named by their positions in it.

    Raises DataError: ASE does not know the kind of file, or cannot read it.
    """
    read = _ase("io").read
    try:
        images = read(path, index=":", do_not_split_by_at_sign=True)
    except Exception as error:
        raise DataError(
            f"{path} cannot be read: {type(error).__name__}: {error}",
            causes=["the kind of file is unknown to ASE", "the file is damaged or empty"],
            next='residua.atoms.read_structures("data.extxyz")',
        ) from error
    return from_atoms(images, labels, calculate=False)


def from_atoms(images: Iterable[Any], labels: Labels, calculate: bool) -> Iterator[Structure]:
    """Structures of Atoms, with what their calculators hold or their info and arrays say.

    Args:
        images: of Atoms.
        labels: names in info and arrays to take energy, forces or stress from.
        calculate: whether calculators that have not been run are.

    Raises:
        DataError: something is no Atoms; a calculator has not been run.
    """
    kind = _ase("atoms").Atoms
    for position, atoms in enumerate(images):
        if not isinstance(atoms, kind):
            raise DataError(
                f"item {position} is {type(atoms).__name__}, not Atoms",
                next='residua.atoms.read_structures("data.db")',
            )
        found = {} if labels or atoms.calc is None else _calculated(atoms, calculate, position)
        # Magnetic moments, tags and the like are no business of a potential.
        said = {**atoms.arrays, **atoms.info}
        yield _structure(atoms, found, dict(atoms.info), said, str(position), labels)


@documented
def to_atoms(structure: Annotated[Structure, Doc("the Structure to copy")]) -> Any:
    """An ASE Atoms of a structure, its energy, forces and stress in a SinglePointCalculator.

    Returns:
        ase.Atoms, with the structure's info; its group as info["group"] where nothing says it yet.

    Raises:
        MissingLibrary: ASE is not installed.

    Example:
        >>> atoms = to_atoms(Structure([[0, 0, 0], [0, 0, 3.7]], [18, 18], energy=-0.012))
        >>> atoms.get_potential_energy(), len(atoms)
        (-0.012, 2)
    """
    atoms = _ase("atoms").Atoms(
        numbers=structure.numbers,
        positions=structure.positions,
        cell=structure.cell,
        pbc=structure.pbc,
        info=dict(structure.info),
    )
    if structure.group and group_of(structure.info) != structure.group:
        atoms.info["group"] = structure.group
    held: dict[str, Any] = {}
    for what in QUANTITIES:
        if structure.has(what):
            held[what] = getattr(structure, what)
    if "stress" in held:
        held["stress"] = held["stress"][[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]
    if held:
        atoms.calc = _ase("calculators.singlepoint").SinglePointCalculator(atoms, **held)
    return atoms


def _structure(
    atoms: Any,
    found: Mapping[str, Any],
    info: dict[str, Any],
    said: Mapping[str, Any],
    name: str,
    labels: Labels,
) -> Structure:
    """One row: what was calculated comes first, then what the pairs of the row say by name."""
    who = f"structure {name}"
    values = _by_label(labels, said, who) if labels else _by_name(found, said, atoms, who)
    energy: Any = values.get("energy")
    return Structure(
        positions=atoms.positions,
        numbers=atoms.numbers,
        cell=np.asarray(atoms.cell),
        pbc=atoms.pbc,
        energy=energy,
        forces=values.get("forces"),
        stress=stress_matrix(values.get("stress"), who),
        group=group_of(info),
        name=name,
        info=info,
    )


def _by_name(
    found: Mapping[str, Any], said: Mapping[str, Any], atoms: Any, who: str
) -> dict[str, Any]:
    values = {
        what: found[what] if found.get(what) is not None else named(what, said, who)
        for what in QUANTITIES
    }
    virial = named("virial", said, who)
    if values["stress"] is None and virial is not None:
        values["stress"] = -np.asarray(virial, float) / atoms.get_volume()
    return values


def _by_label(labels: Mapping[str, str], said: Mapping[str, Any], who: str) -> dict[str, Any]:
    """Only what is named: a second energy does not belong to the forces of the first."""
    for what in labels:
        if what not in QUANTITIES:
            raise DataError(f"labels name {', '.join(QUANTITIES)}, not {what!r}")
    if not any(key in said for key in labels.values()):
        raise DataError(
            f"{who} has none of the keys {', '.join(labels.values())}",
            causes=[f"its keys are {', '.join(map(str, said)) or 'none'}"],
        )
    return {what: said.get(key) for what, key in labels.items()}


def _calculated(atoms: Any, calculate: bool, position: int) -> dict[str, Any]:
    """What a calculator holds for these very atoms; one that never ran for them is an error."""
    found = {what: _property(atoms, what, calculate) for what in QUANTITIES}
    single = isinstance(atoms.calc, _ase("calculators.singlepoint").SinglePointCalculator)
    expected = not single or any(what in atoms.calc.results for what in QUANTITIES)
    if expected and all(value is None for value in found.values()):
        raise DataError(
            f"item {position}: its calculator {type(atoms.calc).__name__} has not been run for it",
            causes=[
                "one calculator serves several Atoms, and keeps the last result only",
                "the atoms were moved after the calculation",
            ],
            next="read_structures(images, calculate=True)",
        )
    return found


def _property(atoms: Any, what: str, calculate: bool) -> Any:
    module = _ase("calculators.calculator")
    if what == "stress" and atoms.cell.rank < 3:
        return None
    try:
        return atoms.calc.get_property(what, atoms, allow_calculation=calculate)
    except (module.PropertyNotImplementedError, NotImplementedError):
        return None


def _ase(module: str) -> Any:
    """A module of ASE by its name."""
    from importlib import import_module

    try:
        return import_module(f"ase.{module}")
    except ImportError as error:
        raise MissingLibrary(
            "structures are read and kept by ASE, which is not installed",
            next='python -m pip install "residua[atoms]"',
        ) from error
