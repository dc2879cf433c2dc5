"""Sensitivities of a rate law over time
========================================

Sensitivity of a reversible reaction A <-> B to its two rate constants, over time.

A(t) = A0 / (k1 + k_1) (k1 exp(-(k1 + k_1) t) + k_1): which rate constant can be found from A, and
when must one measure? The tutorial this comes from drew abs(∂A/∂k1) and abs(∂A/∂k_1) of one model
by hand; here it is one call for any model, and of a fit the sensitivities have error bars too.

    python examples/sensitivities.py [FOLDER FOR THE PICTURES]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua as rs


def A(t, k1, k_1, A0=1.0):
    """Concentration of A: k1 forward, k_1 backward (1/s), A0 at the start (mol/L)."""
    return A0 / (k1 + k_1) * (k1 * np.exp(-(k1 + k_1) * t) + k_1)


def picture(found: rs.Sensitivity, path: Path) -> None:
    """The tutorial's own picture: absolute values over time."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    t = found.x["t"]
    axes.plot(
        t, np.abs(found.absolute["k1"]), color="#0072B2", label=r"$|\partial A/\partial k_1|$"
    )
    axes.plot(
        t, np.abs(found.absolute["k_1"]), color="#D55E00", label=r"$|\partial A/\partial k_{-1}|$"
    )
    axes.set(xlabel="t (s)", ylabel="|∂A/∂k|")
    axes.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Sensitivities of the model, then of a fit to noisy data; both drawn."""
    t = np.linspace(0.0, 0.5, 101)
    found = rs.sensitivity(A, t, {"k1": 3.0, "k_1": 3.0, "A0": 1.0})
    print(found)
    picture(found, folder / "sensitivities.png")

    noisy = A(t, 3.0, 3.0, 1.0) + 0.005 * np.random.default_rng(0).normal(size=t.size)
    fit = rs.fit(A, t, noisy, start={"k1": 1.0, "k_1": 1.0}, fixed={"A0": 1.0})
    print(fit)
    of_fit = rs.sensitivity(fit)
    print(of_fit)
    of_fit.plot(folder / "sensitivities_of_a_fit.png")
    print(f"pictures: {folder}/sensitivities.png, sensitivities_of_a_fit.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
