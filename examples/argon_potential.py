"""A potential for argon from a database
========================================

A potential for argon from a database of quantum mechanics, and a crystal computed with it.

A tutorial fits ε and σ of Lennard-Jones to energies of argon, by scipy's fmin over ASE's
calculator, in half a minute, and draws which structures the fit misses. Here the same sum of
squares takes a few hundredths of a second once compiled, with error bars. Then forces are fitted
as well, and stresses, with the Pulay correction that these plane waves need: Morse's potential, of
one parameter more, errs a quarter as much in forces. The calculators give an equation of state of
the fcc crystal, to which Birch and Murnaghan's is fitted, beside what quantum mechanics says.

    python examples/argon_potential.py [FOLDER FOR THE PICTURES]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from ase.build import bulk

import residua as rs
from residua.atoms import PotentialFit, Structures, fit_potential, pulay, read_structures

GPA = 160.21766208  # 1 eV/Å³ in GPa
COLORS = {"Lennard-Jones": "#D55E00", "Morse": "#0072B2"}


def table(fits: dict[str, PotentialFit]) -> None:
    """Root mean square errors by family of structures."""
    for name, fit in fits.items():
        print(f"\n{name}: " + ", ".join(f"{k} = {v:.5g}" for k, v in fit.params.items()))
        print(f"{'':12}{'energy':>10} meV/atom {'forces':>8} meV/Å {'stress':>8} GPa")
        for group in ("", *fit.structures.groups):
            e, f, s = (fit.errors.rmse(k, group=group) for k in ("energy", "forces", "stress"))
            print(f"  {group or 'all':10}{1000 * e:10.2f}{1000 * f:18.2f}{GPA * s:15.3f}")


def perfect(structures: Structures) -> tuple[np.ndarray, np.ndarray]:
    """Volumes (Å³) and energies (eV) for an atom of the undisturbed fcc crystals."""
    rows = structures.select("structure = fcc, rattle = 0")
    return rows.volumes / rows.natoms, rows.energies / rows.natoms


def cold_curve(fit: PotentialFit, volumes: np.ndarray) -> np.ndarray:
    """Energies for an atom of fcc argon by the fitted potential's calculator, eV."""
    atoms, energies = bulk("Ar", a=5.0), []
    atoms.calc = fit.calculator()
    for volume in volumes:
        atoms.set_cell(bulk("Ar", a=(4 * volume) ** (1 / 3)).cell, scale_atoms=True)
        energies.append(atoms.get_potential_energy())
    return np.array(energies)


def state(name: str, fit: rs.Fit) -> None:
    """Lattice constant, cohesive energy and bulk modulus, with standard errors."""
    p, s = fit.params, fit.stderr
    a = fit.derive(lambda V0: (4 * V0) ** (1 / 3))
    print(
        f"  {name:14} a = {a.value:.4f} ± {a.stderr:.4f} Å, E0 = {p['E0']:.5f} ± {s['E0']:.5f} eV, "
        f"B = {GPA * p['B0']:.3f} ± {GPA * s['B0']:.3f} GPa"
    )


def picture(fits: dict[str, PotentialFit], lda: rs.Fit, argon: Structures, path: Path) -> None:
    """Energies of the crystal by the potentials, and those of the database with their fit."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    volumes, energies = perfect(argon)
    grid = np.linspace(volumes.min(), volumes.max(), 200)
    for name, color in COLORS.items():
        axes.plot(grid, cold_curve(fits[name], grid), color=color, label=name)
    band = lda.predict(grid, interval="confidence")
    axes.fill_between(grid, band.low, band.high, color="0.85", label="Birch-Murnaghan, 95 %")
    axes.plot(volumes, energies, "ko", fillstyle="none", label="LDA")
    axes.set(xlabel="volume (Å³/atom)", ylabel="energy (eV/atom)", title="fcc argon")
    axes.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path | None) -> None:
    """Read, fit, compare, compute a crystal, draw."""
    argon = pulay(read_structures("example:argon"))
    print(argon)
    source = fit_potential("lennard_jones", argon, rc="3*sigma", per="cell")
    print(f"\nthe tutorial's sum of squares, from no start:\n{source}")
    fits = {
        "Lennard-Jones": fit_potential("lennard_jones", argon, forces=True, rc=10.0),
        "Morse": fit_potential("morse", argon, forces=True, stress=True, rc=10.0),
    }
    table(fits)
    print(f"\n{fits['Morse']}")
    states = {"LDA": rs.fit("birch_murnaghan", *perfect(argon))}
    volumes = np.linspace(26, 36, 21)
    for name, fit in fits.items():
        states[name] = rs.fit("birch_murnaghan", volumes, cold_curve(fit, volumes))
    print("\nfcc argon:")
    for name, found in states.items():
        state(name, found)
    if folder is not None:
        fits["Morse"].plot(folder / "argon_potential.png", title="argon (LDA), Morse's potential")
        picture(fits, states["LDA"], argon, folder / "argon_equation_of_state.png")
        print(f"pictures: {folder / 'argon_potential.png'}, argon_equation_of_state.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
