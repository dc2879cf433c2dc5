"""Overlapping peaks on a baseline
==================================

Two overlapping peaks of equal width on a sloping baseline, put together from library models.

Nothing is typed but the names: the start is found from the data, the widths are tied to each other,
and the areas come with their error bars. The picture shows the sum and its components.

    python examples/peaks_on_a_baseline.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua as rs

TRUTH = {
    "p1_amplitude": 5.0,
    "p1_center": 4.0,
    "p1_sigma": 0.6,
    "p2_amplitude": 3.0,
    "p2_center": 5.6,
    "p2_sigma": 0.6,
    "slope": -0.15,
    "intercept": 2.5,
}
NOISE = 0.08


def parts() -> dict[str, rs.Model]:
    """The components, by the names they have in the picture."""
    return {
        "first peak": rs.model("gaussian", prefix="p1_"),
        "second peak": rs.model("gaussian", prefix="p2_"),
        "baseline": rs.model("line"),
    }


def data(model: rs.Model) -> tuple[np.ndarray, np.ndarray]:
    """150 points with noise."""
    x = np.linspace(0.0, 10.0, 150)
    return x, model(x, **TRUTH) + np.random.default_rng(7).normal(0.0, NOISE, x.size)


def picture(fit: rs.Fit, components: dict[str, rs.Model], path: Path) -> None:
    """Data, the fitted sum, and each component (peaks on the baseline)."""
    from matplotlib.figure import Figure

    x, y = fit.x["x"], fit.y
    grid = np.linspace(x.min(), x.max(), 400)
    curves = {
        name: part(grid, **{key: fit.params[key] for key in part.parameters})
        for name, part in components.items()
    }
    baseline = curves.pop("baseline")
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(x, y, "o", color="0.6", markersize=3, label="data")
    for (name, curve), color in zip(curves.items(), ("#0072B2", "#009E73")):
        axes.fill_between(grid, baseline, baseline + curve, color=color, alpha=0.3, label=name)
    axes.plot(grid, baseline, "--", color="black", linewidth=1, label="baseline")
    axes.plot(grid, fit.predict(grid).value, color="#D55E00", label="fit")
    axes.set(xlabel="x", ylabel="signal")
    axes.legend()
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Put together, fit with the widths tied, print, draw."""
    components = parts()
    first, second, baseline = components.values()
    model = first + second + baseline
    x, y = data(model)
    fit = rs.fit(model, x, y, tie={"p2_sigma": "p1_sigma"})
    print(fit.outcome.sentence)
    for name, value in fit.params.items():
        print(f"{name:>12} {value:8.4f} ± {fit.stderr[name]:.4f}   (true {TRUTH[name]})")
    ratio = fit.derive(lambda p1_amplitude, p2_amplitude: p1_amplitude / p2_amplitude)
    print(f"ratio of the areas {ratio.value:.3f} ± {ratio.stderr:.3f}")
    path = folder / "peaks_on_a_baseline.png"
    picture(fit, components, path)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
