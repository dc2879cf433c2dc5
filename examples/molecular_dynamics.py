"""Molecular dynamics that says when it extrapolates
====================================================

Molecular dynamics by a fitted potential, which says when it is asked beyond what it has seen.

Morse's potential is fitted to energies and forces of 100 structures of argon. Its calculator moves
108 atoms of the crystal by ASE's VelocityVerlet: the energy is conserved, and forces come from
compiled code. The same crystal, heated far beyond melting, brings atoms together more closely than
any in the database; there a potential of few parameters is a guess, and the calculator warns once
each time this begins.

    python examples/molecular_dynamics.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.build import bulk
from ase.md.verlet import VelocityVerlet

from residua.atoms import ExtrapolationWarning, PotentialFit, fit_potential

STEP, EACH = 2.0, 4  # fs; steps between what is recorded
TEMPERATURES = {40.0: "crystal", 2000.0: "far too hot"}


def crystal(fit: PotentialFit, kelvin: float) -> Atoms:
    """108 atoms of fcc argon, set moving at twice the temperature: half of it goes into bonds."""
    atoms = bulk("Ar", a=4.96, cubic=True) * 3
    atoms.calc = fit.calculator()
    spread = np.sqrt(atoms.get_masses()[:, None] * units.kB * 2 * kelvin)
    momenta = spread * np.random.default_rng(0).standard_normal((len(atoms), 3))
    atoms.set_momenta(momenta - momenta.mean(0))
    return atoms


def run(atoms: Atoms, steps: int) -> dict[str, np.ndarray]:
    """Time (fs), total energy (meV/atom), temperature (K), nearest distance (Å)."""
    rows: list[tuple[float, ...]] = []
    dynamics = VelocityVerlet(atoms, timestep=STEP * units.fs)

    def record() -> None:
        distances = atoms.get_all_distances(mic=True)
        nearest = distances[~np.eye(len(atoms), dtype=bool)].min()
        energy = 1000 * atoms.get_total_energy() / len(atoms)
        rows.append((STEP * EACH * len(rows), energy, atoms.get_temperature(), nearest))

    dynamics.attach(record, EACH)
    dynamics.run(steps)
    return dict(zip(("time", "energy", "temperature", "nearest"), np.array(rows).T))


def picture(found: dict[float, Any], seen: float, path: Path) -> None:
    """Energy and nearest distance of both runs; below the line nothing was fitted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 6.0), layout="constrained")
    energy, nearest = figure.subplots(2, 1, sharex=True)
    for (kelvin, rows), color in zip(found.items(), ("#0072B2", "#D55E00")):
        label = f"{TEMPERATURES[kelvin]}, {rows['temperature'][25:].mean():.0f} K"
        energy.plot(rows["time"], rows["energy"] - rows["energy"][0], color=color, label=label)
        nearest.plot(rows["time"], rows["nearest"], color=color, label=label)
    nearest.axhspan(nearest.get_ylim()[0], seen, color="0.9", lw=0, label="never seen by the fit")
    energy.set_ylabel("change of total energy (meV/atom)")
    nearest.set(xlabel="time (fs)", ylabel="nearest distance (Å)")
    nearest.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path | None) -> None:
    """Fit, run cold and far too hot, draw."""
    fit = fit_potential("morse", "example:argon", forces=True, rc=8.0)
    print(fit)
    (seen,) = fit.domain.nearest.values()
    found = {}
    for kelvin, name in TEMPERATURES.items():
        atoms = crystal(fit, kelvin)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", ExtrapolationWarning)
            found[kelvin] = record = run(atoms, 300)
        drift = record["energy"] - record["energy"][0]
        print(
            f"\n{name}: {record['temperature'][25:].mean():.0f} K on average, total energy within "
            f"{np.abs(drift).max():.2g} meV/atom, nearest distance {record['nearest'].min():.2f} Å"
        )
        print(f"  {said[0].message if said else 'nothing beyond what the fit has seen'}")
    if folder is not None:
        picture(found, seen, folder / "molecular_dynamics.png")
        print(f"picture: {folder / 'molecular_dynamics.png'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
