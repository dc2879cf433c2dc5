"""A rate law as a differential equation
========================================

Reversible kinetics A <-> B as a differential equation, and as its solution written out.

The rate law is all that has to be written. It is fitted like any model: the start comes from the
data, the concentration at t = 0 is a parameter too, and the error bars are those of the closed
form. The sensitivities ∂A/∂k over time, which a tutorial drew for the closed form, come from the
differential equation as well.

    python examples/reversible_kinetics.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua as rs


def rates(t, y, k1, k_1):
    """dA/dt, dB/dt; k1 forward, k_1 backward (1/s)."""
    A, B = y
    r = k1 * A - k_1 * B
    return [-r, r]


def closed_form(t, k1, k_1, A0):
    """A(t) by hand."""
    return A0 / (k1 + k_1) * (k1 * np.exp(-(k1 + k_1) * t) + k_1)


def picture(fit: rs.Fit, path: Path) -> None:
    """Data and fit; absolute sensitivities of A to both rate constants, with their error bars."""
    from matplotlib.figure import Figure

    t = fit.x["t"]  # a new number of points would be compiled for
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    band = fit.predict(t, interval="prediction")
    left.fill_between(t, band.low, band.high, color="#D55E00", alpha=0.2, label="95 % prediction")
    left.plot(t, band.value, color="#D55E00", label="rate law, fitted")
    left.plot(t, fit.y, "o", color="#0072B2", markersize=3, label="data")
    left.set(xlabel="t (s)", ylabel="A (mol/L)")
    left.legend()
    found = rs.sensitivity(fit)
    for name, label, color in (("k1", "k_1", "#0072B2"), ("k_1", "k_{-1}", "#009E73")):
        slope, error = np.abs(found.absolute[name]), found.stderr[name]
        right.fill_between(t, slope - error, slope + error, color=color, alpha=0.3)
        right.plot(
            fit.x["t"], slope, color=color, label=rf"$|\partial A/\partial {label}|$ ± stderr"
        )
    right.set(xlabel="t (s)", ylabel="|∂A/∂k| (mol s/L)")
    right.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Fit both, compare, draw."""
    t = np.linspace(0.0, 0.5, 101)
    A = closed_form(t, 3.0, 3.0, 1.0) + 0.005 * np.random.default_rng(0).standard_normal(t.size)
    model = rs.ode(rates, start={"A": None, "B": 0.0}, observe="A")
    fit = rs.fit(model, t, A)
    closed = rs.fit(closed_form, t, A, start={"k1": 1.0, "k_1": 1.0, "A0": 1.0})
    print(fit)
    for name in fit.params:
        print(
            f"{name:>3}: rate law {fit.params[name]:.6f} ± {fit.stderr[name]:.6f}, "
            f"closed form {closed.params[name]:.6f} ± {closed.stderr[name]:.6f}"
        )
    slopes = rs.sensitivity(model, t, {"k1": 3.0, "k_1": 3.0, "A0": 1.0}).absolute
    print("    t   ∂A/∂k1     ∂A/∂k_1")
    for k in (0, 20, 100):
        print(f"  {t[k]:.1f}  {slopes['k1'][k]:9.6f}  {slopes['k_1'][k]:9.6f}")
    mechanism = rs.reactions("A <-> B; k1, k_1", start={"A": None}, observe="A")
    gap = np.abs(mechanism(t, **fit.params) - fit.fitted).max()
    print(f"the same as a mechanism in text differs by {gap:.0e}")
    path = folder / "reversible_kinetics.png"
    picture(fit, path)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
