"""The pressure is the slope of the energy
==========================================

The pressure is the slope of the energy: Murnaghan's energy written once, the rest derived.

First with known parameters (a nitride's): the pressure is zero at V0, positive in compression. Then
with parameters fitted to energies: the same derivative comes with a confidence band, and so does
the bulk modulus, a second derivative.

    python examples/pressure.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua

GPA = 160.21766208  # 1 eV/Å³ in GPa
E0, B0, BP, V0 = -56.466, 0.49, 4.753, 16.573  # eV, eV/Å³, 1, Å³


def energy(V):
    """Murnaghan's energy of these parameters."""
    return E0 + B0 * V / BP * (((V0 / V) ** BP) / (BP - 1) + 1) - V0 * B0 / (BP - 1)


def pressure(V):
    """P = -dE/dV in GPa."""
    return -residua.derivative(energy, "V")(V) * GPA


def picture(fit: residua.Fit, path: Path) -> None:
    """The pressure of the known energy, and that of the fit with its band."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    known, fitted = figure.subplots(1, 2)
    V = np.linspace(0.90, 1.10, 201) * V0
    known.plot(V, pressure(V), color="#0072B2")
    known.plot([V0], [0.0], "o", color="#D55E00", label=f"V$_0$ = {V0} Å³")
    known.set_title("known parameters")
    V = np.linspace(140.0, 330.0, 200)
    band = (fit.quantity("pressure") * GPA).predict(V, interval="confidence")
    # The band itself is thinner than the line.
    width = 20 * (band.high - band.value)
    low, high = band.value - width, band.value + width
    fitted.fill_between(V, low, high, color="#D55E00", alpha=0.3, lw=0, label="95 % band, 20 times")
    fitted.plot(V, band.value, color="#D55E00", label="fitted to 28 energies")
    fitted.axvline(fit.params["V0"], color="0.5", linestyle=":", label="fitted V$_0$")
    fitted.set_title("fitted parameters")
    for axes in (known, fitted):
        axes.axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
        axes.set(xlabel="volume (Å³)", ylabel="pressure (GPa)")
        axes.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Derive, print, fit, derive again, draw."""
    at_rest = abs(pressure(V0))
    print(f"|P(V0)|    = {at_rest:.3e} GPa, zero to 1e-10: {at_rest < 1e-10}")
    print(f"P(0.99 V0) = {pressure(0.99 * V0):.6f} GPa, positive: {pressure(0.99 * V0) > 0}")
    modulus = V0 * residua.derivative(energy, "V", order=2)(V0) * GPA
    print(f"B(V0)      = {modulus:.6f} GPa from the second derivative; put in: {B0 * GPA:.6f}")

    table = residua.example("volume_energy")
    fit = residua.fit("murnaghan", table["volume"], table["energy"])
    print(fit.outcome.sentence)
    at = np.array([0.9, 0.99, 1.0, 1.1]) * fit.params["V0"]
    found = (fit.quantity("pressure") * GPA).predict(at)
    stiffness = (fit.quantity("bulk_modulus") * GPA).predict(at)
    for V, P, dP, B, dB in zip(
        at, found.value, found.stderr, stiffness.value, stiffness.stderr, strict=True
    ):
        print(f"V = {V:7.3f} Å³   P = {P:8.5f} ± {dP:.5f} GPa   B = {B:7.4f} ± {dB:.4f} GPa")
    path = folder / "pressure.png"
    picture(fit, path)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
