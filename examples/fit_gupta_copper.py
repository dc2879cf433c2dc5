"""A many-body potential for copper
===================================

A potential of many bodies fitted to energies and forces: Gupta's copper, to ASE's EMT.

Energies of EMT are relative to its crystal and Gupta's to free atoms, so an energy of the element
is fitted too (`offsets`). r0 is only the scale of the other parameters and stays where it is. There
are 2304 force components and 24 energies, and no potential of four parameters meets both: how well
each is to be met is said here, by weights 1/σ. A quarter of the structures is held back to judge
the fit, and so are properties that it has not seen: the crystal at rest, its bulk modulus, a
vacancy.

    python examples/fit_gupta_copper.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.optimize import BFGS

import residua as rs
from residua.atoms import Gupta, fit_potential

GPA = 160.21766208  # 1 eV/Å³ in GPa
WEIGHTS = {"energy": 1 / 0.001, "forces": 1 / 0.05}  # 1/eV for an atom, Å/eV


def data() -> list[Atoms]:
    """Crystals of 32 atoms at eight lattice constants, perfect and disturbed, by EMT."""
    rng, found = np.random.default_rng(0), []
    for a in np.linspace(3.40, 3.82, 8):
        for size in (0.0, 0.05, 0.1, 0.15):
            atoms = bulk("Cu", a=a, cubic=True) * 2
            atoms.positions += size * rng.standard_normal((len(atoms), 3))
            atoms.calc = EMT()
            atoms.get_forces()
            atoms.info["group"] = f"{size:g} Å"
            found.append(atoms)
    return found


def properties(calculator: Any) -> dict[str, float]:
    """Lattice constant (Å), bulk modulus (GPa) and energy of a vacancy (eV), at rest."""
    volumes = np.linspace(11.0, 12.6, 9)
    energies = [energy(bulk("Cu", a=(4 * v) ** (1 / 3)), calculator) for v in volumes]
    state = rs.fit("birch_murnaghan", volumes, np.array(energies))
    a = float((4 * state.params["V0"]) ** (1 / 3))
    atoms = bulk("Cu", a=a, cubic=True) * 3
    each = energy(atoms, calculator) / len(atoms)
    del atoms[0]
    atoms.calc = calculator
    BFGS(atoms, logfile=None).run(fmax=0.01)
    vacancy = atoms.get_potential_energy() - each * len(atoms)
    return {
        "lattice constant (Å)": a,
        "bulk modulus (GPa)": GPA * state.params["B0"],
        "vacancy (eV)": vacancy,
    }


def energy(atoms: Atoms, calculator: Any) -> float:
    """eV of the cell."""
    atoms.calc = calculator
    return atoms.get_potential_energy()


def main(folder: Path | None) -> None:
    """Fit, judge by what was held back, compare properties, draw."""
    fit = fit_potential(
        Gupta.of("Cu"),
        data(),
        forces=True,
        offsets=True,
        fixed=["r0"],
        weights=WEIGHTS,
        validation=0.25,
        by="row",
    )
    print(fit)
    rows = {
        "EMT": properties(EMT()),
        "fitted": properties(fit.calculator()),
        "published": properties(Gupta.of("Cu")),
    }
    print(f"\n{'':22}" + "".join(f"{name:>12}" for name in rows))
    for name in rows["EMT"]:
        print(f"{name:22}" + "".join(f"{row[name]:12.4f}" for row in rows.values()))
    print("published: Cleri and Rosato, fitted to measurements, not to EMT")
    if folder is not None:
        fit.plot(folder / "fit_gupta_copper.png", title="copper by EMT, Gupta's potential")
        print(f"picture: {folder / 'fit_gupta_copper.png'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
