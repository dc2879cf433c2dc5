"""Murnaghan's equation of state
================================

Murnaghan's equation of state fitted to energies of a crystal at several volumes.

The tutorial this comes from needed 3400 steps of Adam; here it is one call, with error bars, and
the bulk modulus in GPa with its own error bar.

    python examples/murnaghan.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np

import residua

GPA = 160.21766208  # 1 eV/Å³ in GPa


def murnaghan(V, E0, B0, BP, V0):
    """E0: energy at V0 (eV); B0: bulk modulus (eV/Å³); BP: its pressure derivative; V0: Å³."""
    return E0 + B0 * V / BP * (((V0 / V) ** BP) / (BP - 1) + 1) - V0 * B0 / (BP - 1)


def data() -> tuple[np.ndarray, np.ndarray]:
    """Volumes (Å³) and energies (eV), shipped with residua."""
    text = (files("residua") / "datasets" / "volume_energy.csv").read_text(encoding="utf-8")
    volume, energy = np.array([line.split(",") for line in text.split()[1:]], dtype=float).T
    return volume, energy


def bulk_modulus(E0, B0, BP, V0):
    """In GPa."""
    return B0 * GPA


def picture(fit: residua.Fit, volume: np.ndarray, energy: np.ndarray, path: Path) -> None:
    """Energies and the fitted curve."""
    from matplotlib.figure import Figure

    grid = np.linspace(volume.min(), volume.max(), 200)
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(grid, fit.predict(grid).value, color="#D55E00", label="Murnaghan")
    axes.plot(volume, energy, "o", color="#0072B2", markersize=4, label="data")
    axes.set(xlabel="volume (Å³)", ylabel="energy (eV)")
    axes.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Fit, print, derive, draw."""
    volume, energy = data()
    start = {"E0": -400.0, "B0": 0.5, "BP": 2.0, "V0": 210.0}
    fit = residua.fit(murnaghan, volume, energy, start=start)
    for name, value in fit.params.items():
        print(f"{name:>3} {value:12.6f} ± {fit.stderr[name]:.6f}")
    print(f"sum of squares {fit.rss:.4e} (the tutorial's: 1.58e-05)")
    print(fit.outcome.sentence)
    modulus = fit.derive(bulk_modulus)
    print(f"bulk modulus {modulus.value:.4f} ± {modulus.stderr:.4f} GPa")
    path = folder / "murnaghan.png"
    picture(fit, volume, energy, path)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
