"""What is in a database: the text that Structures prints, and its table."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua._words import counted
from residua.atoms.structures import Structures
from residua.report import frames

# Groups named in the text; the others are counted.
NAMED = 8


def text(rows: Structures) -> str:
    """How many structures, of what, which have energy, forces and stress, in what ranges."""
    if not rows:
        return "no structures"
    natoms = rows.natoms
    sizes = f"{natoms.min()}" if natoms.min() == natoms.max() else f"{natoms.min()}..{natoms.max()}"
    atoms = f"{sizes} atom{'' if sizes == '1' else 's'}, {natoms.sum()} in all"
    lines = [f"{counted(len(rows), 'structure')} of {atoms}: {', '.join(rows.species)}"]
    if set(rows.groups) != {""}:
        lines.append(f"groups  {_groups(rows.groups)}")
    columns = (
        ("energy", "eV/atom", [row.energy_per_atom for row in rows if row.has("energy")]),
        ("force", "eV/Å", [_longest(row.forces) for row in rows if row.forces is not None]),
        ("pressure", "eV/Å^3", [pressure(row.stress) for row in rows if row.stress is not None]),
        ("volume", "Å^3/atom", (rows.volumes / natoms)[np.isfinite(rows.volumes)].tolist()),
    )
    lines += [_line(name, unit, values, len(rows)) for name, unit, values in columns]
    return "\n".join(lines)


def frame(rows: Structures) -> Any:
    """One row per structure: formula, natoms, group, energy, largest force, pressure, volume."""
    columns = {
        "formula": np.array([row.formula for row in rows]),
        "natoms": rows.natoms,
        "group": np.array([row.group for row in rows]),
        "energy_per_atom": rows.energies / rows.natoms,
        "largest_force": np.array([_longest(row.forces) for row in rows]),
        "pressure": np.array([pressure(row.stress) for row in rows]),
        "volume_per_atom": rows.volumes / rows.natoms,
    }
    return frames.column_frame(columns, np.array([row.name for row in rows]), "name")


def pressure(stress: np.ndarray | None) -> float:
    """-tr(stress) / 3; nan where absent."""
    return float("nan") if stress is None else -float(np.trace(stress)) / 3


def _longest(forces: np.ndarray | None) -> float:
    return float("nan") if forces is None else float(np.linalg.norm(forces, axis=1).max())


def _groups(groups: dict[str, int]) -> str:
    named = [f"{name or '(none)'} {count}" for name, count in list(groups.items())[:NAMED]]
    more = len(groups) - NAMED
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def _line(name: str, unit: str, values: list[float], rows: int) -> str:
    if not values:
        return f"{name:<9}none"
    share = "all" if len(values) == rows else f"{len(values)} of {rows}"
    return f"{name:<9}{share:<12}{min(values):>10.4g} .. {max(values):<10.4g} {unit}"
