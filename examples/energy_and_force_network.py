"""A network of energies and forces
===================================

The energy of a copper dimer from a dozen distances: energies alone, or forces with them.

A force is minus the slope of the energy, so one network is fitted to both: one more dataset, and
what it observes. Nobody says how exact energies and forces are; their noise is estimated with the
network. ASE's EMT potential gives the data and, between them, the truth. The picture shows the
force by both fits, and their errors.

    python examples/energy_and_force_network.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.calculators.emt import EMT

import residua as rs

FEW, GRID = np.linspace(1.7, 3.0, 12), np.linspace(1.7, 3.0, 201)


def emt(distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Energies (eV) and forces -dE/dr (eV/Å) of the dimer at distances in Å."""
    dimer = Atoms("Cu2", positions=np.zeros((2, 3)), calculator=EMT())

    def at(distance: float) -> tuple[float, float]:
        dimer.positions[1, 0] = distance
        return dimer.get_potential_energy(), dimer.get_forces()[1, 0]

    energy, force = np.array([at(distance) for distance in distances]).T
    return energy, force


def errors(fit: rs.Fit) -> tuple[np.ndarray, np.ndarray]:
    """Of energy (eV) and force (eV/Å), between the data."""
    energy, force = emt(GRID)
    return fit(GRID) - energy, -fit.derivative("r")(GRID) - force


def picture(fits: dict[str, rs.Fit], path: Path) -> None:
    """The force by both fits, and their errors on a logarithmic scale."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 4.0), layout="constrained")
    curve, below = figure.subplots(1, 2)
    curve.plot(GRID, -fits["energies"].derivative("r")(GRID), "--", color="#D55E00")
    curve.plot(GRID, fits["both"].parts["force"](GRID), color="#0072B2")
    curve.plot(FEW, emt(FEW)[1], "k.", label="EMT")
    curve.set(xlabel="distance r (Å)", ylabel="force (eV/Å)", ylim=(-5, 25))
    for name, color in (("energies", "#D55E00"), ("both", "#0072B2")):
        label = "by energies alone" if name == "energies" else "by energies and forces"
        below.semilogy(GRID, np.abs(errors(fits[name])[1]), color=color, label=label)
    below.set(xlabel="distance r (Å)", ylabel="error of the force (eV/Å)")
    curve.legend()
    below.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path | None) -> None:
    """Fit, compare, draw."""
    energy, force = emt(FEW)
    energies = rs.dataset(FEW, energy, name="energy")
    forces = rs.dataset(FEW, force, name="force", of=lambda E: -E.derivative("r"))
    fits = {
        "energies": rs.fit(rs.MLP([10]), {"r": FEW}, energy),
        "both": rs.fit(rs.MLP([10]), [energies, forces]),
    }
    print(fits["both"])
    found = {}
    for name, fit in fits.items():
        found[name] = [1000 * float(np.sqrt(np.mean(e**2))) for e in errors(fit)]
        print(f"by {name:8}: energy {found[name][0]:.3f} meV, force {found[name][1]:.2f} meV/Å")
    assert found["both"][1] < 0.1 * found["energies"][1]
    print("forces between the data are at least ten times as exact when forces were fitted too")
    minimum = fits["both"].minimum()
    print(f"bond length {minimum.x.value:.4f} Å")
    if folder is not None:
        picture(fits, folder / "energy_and_force_network.png")
        print(f"picture: {folder / 'energy_and_force_network.png'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
