"""A copper dimer by a network, and its force
=============================================

The energy of a copper dimer by ten tanh units; its force is the derivative, with an error bar.

Energies of 300 distances from ASE's EMT potential, in eV with zero at 10 Å. The tutorial that fits
them says of its network that "sometimes it is terrible": it depends on the random start. So the fit
is made from several seeds here (`--seeds 20` takes some ten seconds). The force, -dE/dd, is never
fitted: it is the exact derivative of the fitted network, beside EMT's own forces. Where the network
extrapolates, its members disagree, and interval and grade say so.

    python examples/cu_dimer_network.py [FOLDER FOR THE PICTURE] [--seeds 20]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.calculators.emt import EMT

import residua as rs

MEV = 1000.0
FAR = 10.0  # Å, where the energy is zero


def emt(distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Energies (eV, zero at 10 Å) and forces -dE/dd (eV/Å) of the dimer at distances in Å."""
    dimer = Atoms("Cu2", positions=np.zeros((2, 3)), calculator=EMT())

    def at(distance: float) -> tuple[float, float]:
        dimer.positions[1, 0] = distance
        return dimer.get_potential_energy(), dimer.get_forces()[1, 0]

    energy, force = np.array([at(distance) for distance in distances]).T
    return energy - at(FAR)[0], force


def rms(error: np.ndarray) -> float:
    """Root mean square in thousandths."""
    return MEV * float(np.sqrt(np.mean(error**2)))


def from_seeds(d: np.ndarray, energy: np.ndarray, force: np.ndarray, count: int) -> rs.Fit:
    """Fits that differ in nothing but their seed; the first is given back."""
    fits = [rs.fit(rs.MLP([10]), d, energy, seed=seed) for seed in range(count)]
    energies = [rms(fit.residuals) for fit in fits]
    forces = [rms(-fit.derivative("x")(d) - force) for fit in fits]
    for seed, (of_energy, of_force) in enumerate(zip(energies, forces)):
        print(f"seed {seed:2}   energy {of_energy:.3f} meV   force {of_force:4.1f} meV/Å")
    print(f"worst of {count} seeds: {max(energies):.3f} meV (Morse's three parameters: 16 meV)")
    return fits[0]


def picture(fit: rs.Fit, d: np.ndarray, path: Path) -> None:
    """Energy and force from 1.5 to 3.5 Å, the fitted range shaded; errors within it below."""
    from matplotlib.figure import Figure

    wide = np.linspace(1.5, 3.5, 401)
    said = fit.predict(wide, interval="prediction")
    slope = fit.derivative("x").predict(wide, interval="confidence")
    truth = emt(wide)
    figure = Figure(figsize=(8.4, 5.2), layout="constrained")
    panels = figure.subplots(2, 2, sharex="col", height_ratios=(3, 1))
    shown = [(said.value, said.low, said.high), (-slope.value, -slope.high, -slope.low)]
    for (value, low, high), true, (axes, below), unit in zip(shown, truth, panels.T, ("", "/Å")):
        for axis in (axes, below):
            axis.axvspan(d.min(), d.max(), color="0.93", lw=0)
        axes.fill_between(wide, low, high, color="#D55E00", alpha=0.3, lw=0, label="95 %")
        axes.plot(wide, true, color="#0072B2", label="EMT")
        axes.plot(wide, value, "--", color="#D55E00", label="network")
        inside = (wide >= d.min()) & (wide <= d.max())
        below.axhline(0, color="0.5", lw=0.8)
        below.plot(wide[inside], MEV * (value - true)[inside], color="#D55E00")
        below.set(xlabel="distance d (Å)", ylabel=f"error (meV{unit})")
        axes.set_ylabel(("force" if unit else "energy") + f" (eV{unit})")
        axes.set_ylim(1.15 * true.min() - 0.5, true.max() + 1.0)
    panels[0, 0].set_title("energy, fitted; 1.7 to 3 Å", fontsize="medium")
    panels[0, 1].set_title("force, -dE/dd of the network", fontsize="medium")
    panels[0, 0].legend()
    figure.savefig(path, dpi=150)


def main(folder: Path | None, count: int) -> None:
    """Fit from several seeds, predict quickly, extrapolate, draw."""
    d = np.linspace(1.7, 3, 300)
    energy, force = emt(d)
    fit = from_seeds(d, energy, force, count)
    print(fit)
    one = rs.fit(rs.MLP([10]), d, energy, members=1)
    many = np.linspace(1.7, 3, 10_000)
    for name, it in (("ensemble", fit), ("one network (members=1)", one)):
        took = []
        for _ in range(10):
            begin = time.perf_counter()
            it(many)
            took.append(time.perf_counter() - begin)
        error = rms(it(d) - energy)
        print(f"10 000 energies by the {name}: {1e3 * min(took):.2f} ms; {error:.3f} meV")
    where = np.array([1.5, 1.9, 2.2, 3.5])
    true, pull = emt(where)
    said = fit.predict(where, interval="prediction")
    slope = fit.derivative("x").predict(where)
    for i, at in enumerate(where):
        grade = "extrapolation" if said.extrapolates[i] else "within the data"
        print(
            f"{at:.1f} Å   E {said.value[i]:7.4f} [{said.low[i]:7.4f}, {said.high[i]:7.4f}] "
            f"EMT {true[i]:7.4f} eV   F {-slope.value[i]:6.3f} ± {slope.stderr[i]:.3f} "
            f"EMT {pull[i]:6.3f} eV/Å   {grade}"
        )
    if folder is not None:
        path = folder / "cu_dimer_network.png"
        picture(fit, d, path)
        print(f"picture: {path}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    words = parser.parse_args()
    main(words.folder, words.seeds)
