"""Energies and pressures in one fit
====================================

Energies and pressures of one crystal, fitted together: more is known than from either alone.

Murnaghan's energy is written once; the pressure is its derivative, so both kinds of data speak of
the same four parameters. Energies alone, pressures alone and both together are compared.

    python examples/energy_and_pressure.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua as rs

GPA = 160.21766208  # 1 eV/Å³ in GPa
TRUTH = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}


def pressure(energy: rs.Model) -> rs.Model:
    """-dE/dV in GPa."""
    return -GPA * energy.derivative("V")


def data() -> tuple[rs.Model, list]:
    """Energies (eV) to 1 meV and pressures (GPa) to 0.1 GPa at volumes in Å³, drawn from TRUTH."""
    rng = np.random.default_rng(2)
    energy = rs.model("murnaghan")
    V, W = np.linspace(14.0, 20.0, 13), np.linspace(14.5, 18.5, 9)
    E = energy(V, **TRUTH) + 0.001 * rng.standard_normal(V.size)
    P = pressure(energy)(W, **TRUTH) + 0.1 * rng.standard_normal(W.size)
    energies = rs.dataset(V, E, sigma=0.001, name="energy")
    pressures = rs.dataset(W, P, sigma=0.1, of=pressure, name="pressure")
    return energy, [energies, pressures]


def main(folder: Path) -> None:
    """Fit each kind of data alone and both together; print and draw."""
    energy, (energies, pressures) = data()
    fits = {
        "energies alone": rs.fit(energy, [energies], absolute_sigma=True),
        # Pressures know nothing of the zero of energy.
        "pressures alone": rs.fit(
            energy, [pressures], absolute_sigma=True, fixed={"E0": 0.0}, start=TRUTH
        ),
        "both together": rs.fit(energy, [energies, pressures], absolute_sigma=True),
    }
    for name, fit in fits.items():
        modulus = fit.derive(lambda B0: B0 * GPA)
        prime = f"{fit.params['BP']:.3f} ± {fit.stderr['BP']:.3f}"
        print(f"{name:16} B = {modulus.value:.2f} ± {modulus.stderr:.2f} GPa   B' = {prime}")
    both = fits["both together"]
    truth = TRUTH["B0"] * GPA
    print(f"{'truth':16} B = {truth:.2f}          GPa   B' = {TRUTH['BP']}")
    print()
    print(both)
    band = both.parts["pressure"].predict([16.0], interval="confidence")
    low, high = band.low[0], band.high[0]
    print(f"\npressure at 16 Å³: {band.value[0]:.3f} GPa, 95 % [{low:.3f}, {high:.3f}]")
    path = folder / "energy_and_pressure.png"
    both.plot(path, extend=0.1)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
