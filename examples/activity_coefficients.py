"""Activity coefficients from an excess Gibbs energy
====================================================

Activity coefficients are derivatives of the excess Gibbs energy: written once, the rest derived.

First with known parameters: Margules' energy of two amounts, its partial derivatives, and the
Gibbs-Duhem equation over 50 compositions. Then with data: three models of the library fitted to
measured excess energies of butanone with toluene, and what they say about ln gamma, with error
bars.

    python examples/activity_coefficients.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua

A12, A21 = 2.04, 1.5461
MODELS = {"margules": "#D55E00", "van_laar": "#009E73", "wilson": "#CC79A7"}


def excess_energy(n1, n2):
    """n G^E/(R T) of n1 and n2 mol by Margules' equation."""
    n = n1 + n2
    return n1 * n2 / n * (A21 * n1 / n + A12 * n2 / n)


ln_gamma1 = residua.derivative(excess_energy, "n1")
ln_gamma2 = residua.derivative(excess_energy, "n2")


def gibbs_duhem(x1):
    """x1 d(ln gamma1)/dx1 + x2 d(ln gamma2)/dx1, which is zero for whatever has an energy."""
    first = residua.derivative(lambda x: ln_gamma1(x, 1 - x))
    second = residua.derivative(lambda x: ln_gamma2(x, 1 - x))
    return x1 * first(x1) + (1 - x1) * second(x1)


def measured() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x1 and both ln gamma of butanone (1) and toluene (2) at 323.15 K, from compositions.

    gamma1 = y1 P / (x1 P1), of an ideal vapor; the first and the last row are the pure liquids.
    """
    table = residua.example("vapor_liquid_butanone_toluene")
    x1, y1, P = table["x1"], table["y1"], table["pressure"]
    mixed = slice(1, -1)
    x, y, p = x1[mixed], y1[mixed], P[mixed]
    return x, np.log(y * p / (x * P[-1])), np.log((1 - y) * p / ((1 - x) * P[0]))


def picture(fits: dict[str, residua.Fit], data: tuple[np.ndarray, ...], path: Path) -> None:
    """The energies that were fitted, and the activity coefficients that follow."""
    from matplotlib.figure import Figure

    x, first, second = data
    grid = np.linspace(0.0, 1.0, 201)
    figure = Figure(figsize=(9.5, 4), layout="constrained")
    energies, activities = figure.subplots(1, 2)
    band = fits["margules"].predict(grid, interval="confidence")
    shade = {"color": MODELS["margules"], "alpha": 0.2, "lw": 0}
    energies.fill_between(grid, band.low, band.high, **shade, label="95 % band (Margules)")
    for number in (1, 2):
        band = fits["margules"].quantity(f"ln_gamma{number}").predict(grid, interval="confidence")
        activities.fill_between(grid, band.low, band.high, **shade)
    for (name, color), dash in zip(MODELS.items(), ("-", "--", ":"), strict=True):
        line = {"color": color, "linestyle": dash, "label": name.replace("_", " ")}
        energies.plot(grid, fits[name].predict(grid).value, **line)
        activities.plot(grid, fits[name].quantity("ln_gamma1")(grid), **line)
        activities.plot(grid, fits[name].quantity("ln_gamma2")(grid), color=color, linestyle=dash)
    energies.plot(x, x * first + (1 - x) * second, "o", color="#0072B2", ms=4, label="measured")
    activities.plot(x, first, "o", color="#0072B2", ms=4, label="ln $\\gamma_1$ measured")
    activities.plot(x, second, "s", color="0.3", ms=4, label="ln $\\gamma_2$ measured")
    energies.set(xlabel="$x_1$ (butanone)", ylabel="$G^E/(RT)$", title="fitted")
    activities.set(xlabel="$x_1$ (butanone)", ylabel="ln $\\gamma$", title="derived, not fitted")
    energies.legend()
    activities.legend(loc="upper center")
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Derive, check, fit, derive again, draw."""
    print(f"ln gamma1(n = 1, 2) = {ln_gamma1(1.0, 2.0):.15f}")
    print(f"ln gamma2(n = 1, 2) = {ln_gamma2(1.0, 2.0):.17f}")
    left = gibbs_duhem(np.linspace(0.0, 1.0, 50))
    print(f"Gibbs-Duhem over 50 compositions: {np.allclose(left, 0.0)} ({np.abs(left).max():.1e})")

    x, first, second = data = measured()
    fits = {name: residua.fit(name, x, x * first + (1 - x) * second) for name in MODELS}
    for name, fit in fits.items():
        found = "  ".join(
            f"{key} {fit.params[key]:.4f} ± {fit.stderr[key]:.4f}" for key in fit.params
        )
        dilute = fit.quantity("ln_gamma1_infinite")
        print(f"{name:>8}: {found}   rms {np.sqrt(fit.rss / x.size):.5f}")
        print(f"{'':>8}  ln gamma1 at x1 = 0: {dilute.value:.4f} ± {dilute.stderr:.4f}")
    path = folder / "activity_coefficients.png"
    picture(fits, data, path)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
