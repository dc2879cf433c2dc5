"""Which pair potential fits a copper dimer
===========================================

Which form fits a copper dimer: eight pair potentials and a network on the same 30 energies.

Energies of two copper atoms by ASE's EMT potential, 1.7 to 3 Å, zero at 10 Å. A tutorial fits them
to Buckingham's form A exp(-B r) - C / r^6 from the start (-80, 1, 1). Here the same numbers come
from that start, from (1, 1, 1), where SciPy's curve_fit gives up, and from no start at all. The
minimum that the tutorial found is the global one, though A and C have the signs of no repulsion and
no dispersion; bounds lead to the physical one, which fits worse. The table puts the forms side by
side: with as many parameters Morse's errs a fifth as much, and two exponentials are EMT's dimer
to a quarter of a meV.

    python examples/cu_dimer_forms.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from scipy.optimize import curve_fit

import residua as rs

MEV = 1000.0
PHYSICAL = {"A": (0, None), "C": (0, None)}
COLORS = ("#E69F00", "#56B4E9", "#0072B2", "#D55E00", "#CC79A7", "#999999", "#009E73", "black")


def buckingham(r: np.ndarray, A: float, B: float, C: float) -> np.ndarray:
    """The form of the tutorial, as a person types it."""
    return A * np.exp(-B * r) - C / r**6


def starts(r: np.ndarray, u: np.ndarray) -> None:
    """Buckingham's form from three starts, and what SciPy makes of the second one."""
    for start in ([-80, 1, 1], [1, 1, 1], None):
        fit = rs.fit("buckingham", r, u, start=start)
        print(f"Buckingham from {start or 'no start'}: {fit.outcome.sentence}")
        for name, (low, high) in fit.confidence_intervals().items():
            print(f"  {name} = {fit.params[name]:.6f} [{low:.6f}, {high:.6f}]")
    try:
        found, _ = curve_fit(buckingham, r, u, p0=[1, 1, 1])
        print(f"SciPy's curve_fit from [1, 1, 1]: {found}")
    except RuntimeError as error:
        print(f"SciPy's curve_fit from [1, 1, 1]: {error}")


def fits(r: np.ndarray, u: np.ndarray) -> dict[str, rs.Fit]:
    """Every form, each from no start."""
    ionic = rs.model("born_mayer") + rs.model("coulomb", prefix="coulomb_")
    return {
        "lennard_jones": rs.fit("lennard_jones", r, u),
        "mie": rs.fit("mie", r, u),
        "morse": rs.fit("morse", r, u),
        "buckingham": rs.fit("buckingham", r, u),
        "buckingham, A, C > 0": rs.fit("buckingham", r, u, bounds=PHYSICAL),
        "born_mayer + coulomb": rs.fit(ionic, r, u),
        "double_exponential_pair": rs.fit("double_exponential_pair", r, u),
        "network, 10 tanh": rs.fit(rs.MLP([10]), r, u),
        "born_mayer": rs.fit("born_mayer", r, u),
    }


def rmse(fit: rs.Fit) -> float:
    """Root mean square error in meV."""
    return MEV * float(np.sqrt(np.mean(fit.residuals**2)))


def row(name: str, fit: rs.Fit) -> str:
    """Parameters, error, Schwarz's criterion and the minimum."""
    head = f"{name:24s} {len(fit.labels):2d} {rmse(fit):9.3f} {fit.bic:8.1f}"
    try:
        least = fit.minimum()
    except rs.DataError:
        return f"{head}   no minimum: {fit.outcome.sentence}"
    place, depth = least.x.value, -least.value.value
    verdict = "" if fit.ok else f"   {fit.outcome.sentence}"
    return f"{head} {place:8.4f} {depth:8.4f}{verdict}"


def table(found: dict[str, rs.Fit], r: np.ndarray, u: np.ndarray) -> None:
    """The forms side by side, and the minimum of the energies themselves."""
    print(f"\n{'form':24s} {'p':>2s} {'RMSE/meV':>9s} {'BIC':>8s} {'r_min/Å':>8s} {'depth/eV':>8s}")
    for name, fit in found.items():
        print(row(name, fit))
    lowest = int(np.argmin(u))
    near = slice(lowest - 2, lowest + 3)
    quartic = np.polynomial.Polynomial.fit(r[near], u[near], 4)
    places = quartic.deriv().roots()
    place = min((z.real for z in places if abs(z.imag) < 1e-9), key=lambda z: abs(z - r[lowest]))
    print(f"{'the energies themselves':24s} {'':21s} {place:8.4f} {-quartic(place):8.4f}")
    physical = found["buckingham, A, C > 0"].params
    print("\nBuckingham with A, C > 0: " + ", ".join(f"{k} = {v:.6g}" for k, v in physical.items()))
    force = found["double_exponential_pair"].quantity("force").predict(np.array([1.9, 2.6]))
    for at, value, error in zip((1.9, 2.6), force.value, force.stderr):
        print(f"force of the double exponential at {at} Å: {value:.4f} ± {error:.4f} eV/Å")


def picture(found: dict[str, rs.Fit], r: np.ndarray, u: np.ndarray, path: Path) -> None:
    """Curves above, the range of the data shaded; sizes of the errors below."""
    from matplotlib.figure import Figure

    shown = {name: fit for name, fit in found.items() if name != "born_mayer"}
    figure = Figure(figsize=(7.6, 7.2), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    grid = np.linspace(1.6, 4.2, 300)
    for panel in (above, below):
        panel.axvspan(r.min(), r.max(), color="0.94", linewidth=0, zorder=0)
    for color, (name, fit) in zip(COLORS, shown.items(), strict=True):
        style = "--" if name.startswith("network") else "-"
        label = f"{name}: {rmse(fit):.4g} meV"
        above.plot(grid, fit(grid), style, color=color, linewidth=1.4, label=label)
        error = MEV * np.abs(fit.residuals)
        below.semilogy(r, error, style, color=color, linewidth=1.0, marker=".", markersize=4)
    above.plot(r, u, "o", color="black", markersize=4, fillstyle="none", label="EMT", zorder=5)
    above.set(ylim=(-4.6, 1.5), ylabel="energy (eV)", title="a copper dimer; shaded: fitted")
    above.legend(fontsize=8, title="root mean square error", title_fontsize=8)
    below.set(ylim=(1e-4, 1e4), xlabel="distance r (Å)", ylabel="size of the error (meV)")
    figure.savefig(path, dpi=150)


def main(folder: Path | None) -> None:
    """Fit from several starts, compare the forms, draw."""
    data = rs.example("cu_dimer")
    r, u = data["distance"], data["energy"]
    starts(r, u)
    found = fits(r, u)
    table(found, r, u)
    if folder is not None:
        path = folder / "cu_dimer_forms.png"
        picture(found, r, u, path)
        print(f"\npicture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
