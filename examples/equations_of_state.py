"""Twelve equations of state compared
=====================================

Twelve equations of state on the same energies, and what each makes of the pressure.

The sources' table (28 volumes of a crystal) and five crystals of argon (LDA, five volumes each).
Every parameter has its standard error; where the forms disagree by more than those, the choice of
form is the larger uncertainty, and the sum of squares says which form the energies prefer.

    python examples/equations_of_state.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua

GPA = 160.21766208  # 1 eV/Å³ in GPa
FORMS = (
    "taylor",
    "murnaghan",
    "tait",
    "birch_murnaghan2",
    "birch_murnaghan",
    "birch_murnaghan4",
    "sjeos",
    "anton_schmidt",
    "vinet",
    "poirier_tarantola2",
    "poirier_tarantola",
    "poirier_tarantola4",
)
CRYSTALS = ("fcc", "hcp", "bcc", "sc", "diamond")
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
LINES = ("-", "--", ":")


def crystal(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Volumes (Å³) and energies (eV) for each atom of a crystal of argon."""
    table = residua.example("volume_energy_argon")
    return table[f"{name}_volume"], table[f"{name}_energy"]


def fits(volume: np.ndarray, energy: np.ndarray) -> dict[str, residua.Fit]:
    """The fit of every form that leaves a degree of freedom for the errors."""
    return {
        form: residua.fit(form, volume, energy)
        for form in FORMS
        if len(residua.models(form).parameters) < volume.size
    }


def row(form: str, fit: residua.Fit) -> str:
    """V0, E0, B0 (GPa) and BP with their standard errors."""
    p, s = fit.params, fit.stderr
    slope = f"{p['BP']:6.3f} ± {s['BP']:5.3f}" if "BP" in p else "     fixed     "
    return (
        f"{form:18s} {p['V0']:8.3f} ± {s['V0']:5.3f} {p['E0']:12.6f} ± {s['E0']:8.6f}"
        f" {p['B0'] * GPA:7.4f} ± {s['B0'] * GPA:6.4f} {slope} {fit.rss:9.2e}"
    )


def report(name: str, found: dict[str, residua.Fit]) -> None:
    """One table."""
    print(f"\n{name}")
    print(f"{'':18s} {'V0 (Å³)':>12s} {'E0 (eV)':>19s} {'B (GPa)':>18s} {'BP':>11s} {'rss':>17s}")
    for form, fit in found.items():
        print(row(form, fit))


def draw(axes, found: dict[str, residua.Fit], volume: np.ndarray, energy: np.ndarray) -> None:
    """Energies above, pressures below, one line for each form."""
    grid = np.linspace(0.97 * volume.min(), volume.max(), 200)
    above, below = axes
    for k, (form, fit) in enumerate(found.items()):
        style = {"color": COLORS[k % 5], "linestyle": LINES[k // 5], "linewidth": 1.2}
        above.plot(grid, fit.predict(grid).value, label=form, **style)
        below.plot(grid, (fit.quantity("pressure") * GPA)(grid), **style)
    above.plot(volume, energy, "o", color="black", markersize=3, label="data")


def draw_argon(axes, grids: dict[str, dict[str, residua.Fit]]) -> None:
    """Vinet's energies and pressures of the five crystals, with bands of 95 %."""
    above, below = axes
    for color, (name, found) in zip(COLORS, grids.items(), strict=True):
        volume, energy = crystal(name)
        grid = np.linspace(0.98 * volume.min(), volume.max(), 200)
        above.plot(volume, energy, "o", color=color, markersize=3)
        pressure = found["vinet"].quantity("pressure") * GPA
        for panel, function in ((above, found["vinet"]), (below, pressure)):
            band = function.predict(grid, interval="confidence")
            panel.plot(grid, band.value, color=color, linewidth=1.2, label=name)
            panel.fill_between(grid, band.low, band.high, color=color, alpha=0.25, linewidth=0)
    above.set_ylim(-0.145, -0.01)
    below.set_ylim(-1.0, 3.0)


def picture(found: dict[str, dict[str, residua.Fit]], path: Path) -> None:
    """Both data sets: energies above, pressures below."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 8), layout="constrained")
    panels = figure.subplots(2, 2, sharex="col").T
    table = residua.example("volume_energy")
    draw(panels[0], found["sources"], table["volume"], table["energy"])
    draw_argon(panels[1], {name: found[name] for name in CRYSTALS})
    panels[0][0].set_title("the sources' crystal, every form")
    panels[1][0].set_title("argon (LDA), Vinet, bands of 95 %")
    for above, below in panels:
        above.set_ylabel("energy (eV)")
        above.ticklabel_format(axis="y", useOffset=False)
        below.set(xlabel="volume (Å³)", ylabel="pressure (GPa)")
        below.axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
        above.legend(fontsize=8)
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Fit everything, print the tables, draw."""
    table = residua.example("volume_energy")
    found = {"sources": fits(table["volume"], table["energy"])}
    found |= {name: fits(*crystal(name)) for name in CRYSTALS}
    for name, of in found.items():
        report("the sources' table" if name == "sources" else f"argon, {name}, per atom", of)
    path = folder / "equations_of_state.png"
    picture(found, path)
    print(f"\npicture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
