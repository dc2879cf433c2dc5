"""A Lennard-Jones cluster: is it fit for work?
===============================================

Lennard-Jones of 13 atoms, vectorized and differentiated automatically: does it serve in work?

A tutorial writes the energy of an icosahedron of 13 atoms with NumPy, has autograd differentiate it
for the forces, compares both with ASE's calculator, and asks whether that is usable in production:
it knew no periodic boundaries, and took 727 µs for forces. Here the person writes only u(r). Energy
and forces are ASE's to the last digits; stress follows, in any periodic cell; and energy and forces
are one compiled call, in a tenth of ASE's time or less. So the answer is yes.

    python examples/lennard_jones_cluster.py [folder for the picture]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.fd import calculate_numerical_forces, calculate_numerical_stress
from ase.calculators.lj import LennardJones as ASELennardJones
from ase.cluster import Icosahedron
from matplotlib.figure import Figure

from residua.atoms import LennardJones, Pair

U = "4*epsilon*((sigma/r)**12 - (sigma/r)**6)"


def compared(name: str, atoms: Atoms, words: dict[str, float], stress: bool) -> None:
    """Energy, forces and stress beside ASE's calculator, and beside finite differences."""
    mine, ases = atoms.copy(), atoms.copy()
    mine.calc = Pair(U, rc=3 * words["sigma"], **words)
    ases.calc = ASELennardJones(rc=3 * words["sigma"], **words)
    print(f"\n{name}, {len(atoms)} atoms")
    print(f"  energy     {mine.get_potential_energy():.12f}")
    print(f"  ASE        {ases.get_potential_energy():.12f}")
    gap = np.abs(mine.get_forces() - ases.get_forces()).max()
    fd = np.abs(mine.get_forces() - calculate_numerical_forces(mine, eps=1e-5)).max()
    print(f"  largest difference of forces {gap:.1e}, to finite differences {fd:.0e}")
    if stress:
        gap = np.abs(mine.get_stress() - ases.get_stress()).max()
        fd = np.abs(mine.get_stress() - calculate_numerical_stress(mine, eps=1e-6)).max()
        print(f"  largest difference of stress {gap:.1e}, to finite differences {fd:.0e}")


def each(function: Callable[[], object], repeats: int) -> float:
    """Microseconds a call, the quickest of five rounds."""
    rounds = []
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(repeats):
            function()
        rounds.append((time.perf_counter() - begin) / repeats)
    return 1e6 * min(rounds)


def timed(cluster: Atoms) -> None:
    """Energy and forces of the cluster, nothing remembered from the call before."""
    potential, places = LennardJones(epsilon=1.0, sigma=1.0), cluster.positions
    mine, ases = cluster.copy(), cluster.copy()
    mine.calc, ases.calc = LennardJones(epsilon=1.0, sigma=1.0), ASELennardJones(rc=3.0)

    def by_ase(atoms: Atoms) -> np.ndarray:
        atoms.calc.results.clear()
        return atoms.get_forces()

    rows = {
        "arrays, potential.energy_and_forces": each(
            lambda: potential.energy_and_forces(places), 500
        ),
        "atoms.get_forces(), ours": each(lambda: by_ase(mine), 500),
        "atoms.get_forces(), ASE's": each(lambda: by_ase(ases), 50),
    }
    print("\nenergy and forces of 13 atoms")
    for name, microseconds in rows.items():
        print(f"  {name:36s} {microseconds:6.0f} µs")


def picture(cluster: Atoms, path: Path) -> None:
    """u(r), and on it the distances of the cluster, most of them beyond the bottom of the well."""
    pairs = np.triu_indices(len(cluster), 1)
    distances, counts = np.unique(cluster.get_all_distances()[pairs].round(6), return_counts=True)
    r = np.linspace(0.98, 4.4, 300)
    axes = (figure := Figure(figsize=(6, 4), layout="constrained")).subplots()
    axes.plot(r, 4 * (r**-12 - r**-6), color="#0072B2")
    axes.plot(distances, 4 * (distances**-12 - distances**-6), "o", color="#D55E00")
    for k, (distance, count) in enumerate(zip(distances, counts, strict=True)):
        at = (distance, 4 * (distance**-12 - distance**-6))
        # Neighbors stand on different sides of the curve: two of the distances nearly coincide.
        text, side = (f" {count} pairs", "bottom") if k % 2 == 0 else (f"{count} pairs ", "top")
        axes.annotate(text, at, rotation=70, ha="center", va=side)
    axes.axvline(3.0, color="0.5", linestyle=":", label="cutoff, 3 σ")
    axes.legend()
    axes.set(xlabel="distance (σ)", ylabel="energy of a pair (ε)", title="13 atoms, 78 pairs")
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """The cluster, then crystals in cells that are smaller than the cutoff, or skewed."""
    cluster = Icosahedron("Ar", noshells=2, latticeconstant=3)
    compared("icosahedron", cluster, {"epsilon": 1.0, "sigma": 1.0}, stress=False)
    argon = {"epsilon": 0.0103, "sigma": 3.40}
    crystal = bulk("Ar", a=5.26, cubic=True)  # the cutoff reaches over two cells
    crystal.set_cell(crystal.cell @ [[1, 0.2, 0], [0, 0.98, 0.1], [0, 0, 1.01]], scale_atoms=True)
    crystal.rattle(0.1, seed=0)
    compared("sheared crystal of argon", crystal, argon, stress=True)
    slab = bulk("Ar", a=5.26, cubic=True) * (2, 2, 2)
    slab.pbc = (True, True, False)
    slab.rattle(0.1, seed=0)
    compared("slab, periodic in x and y", slab, argon, stress=False)
    timed(cluster)
    picture(cluster, folder / "lennard_jones_cluster.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
