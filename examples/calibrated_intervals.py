"""Prediction intervals that can be believed
============================================

Prediction intervals that can be believed: where the noise grows, and where there are no data.

A curve whose noise grows from left to right, 300 points with a gap. The network finds out by
cross-validation that the noise depends on x; its 95 % interval is checked on new data, strip by
strip. The slope comes with its standard deviation. In the gap and beyond the data the members of
the ensemble disagree, so the interval widens, and `extrapolates` says where not to believe it
anyway.

    python examples/calibrated_intervals.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua as rs

GAP = (-0.6, 0.8)


def curve(x: np.ndarray) -> np.ndarray:
    """What is to be found."""
    return np.sin(2 * x) + 0.3 * x


def slope(x: np.ndarray) -> np.ndarray:
    """Its derivative."""
    return 2 * np.cos(2 * x) + 0.3


def noise(x: np.ndarray) -> np.ndarray:
    """Standard deviation of the noise, 0.05 on the left to 0.3 on the right."""
    return 0.05 + 0.25 / (1 + np.exp(-2 * x))


def data(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points in -3 to 3, but none in the gap."""
    x = rng.uniform(-3, 3, 3 * n)
    x = x[(x < GAP[0]) | (x > GAP[1])][:n]
    return x, curve(x) + noise(x) * rng.standard_normal(n)


def covered(fit: rs.Fit, rng: np.random.Generator) -> None:
    """How many of 20 000 new observations lie in their interval, by strips of x."""
    x, y = data(20_000, rng)
    for level in (0.5, 0.8, 0.95):
        said = fit.predict(x, interval="prediction", level=level)
        inside = (said.low < y) & (y < said.high)
        strips = [(-3, -2), (-2, GAP[0]), (GAP[1], 2), (2, 3)]
        parts = [f"{np.mean(inside[(x > a) & (x < b)]):6.1%}" for a, b in strips]
        print(f"  {level:4.0%} interval: {np.mean(inside):5.1%}, by strips {' '.join(parts)}")


def picture(fit: rs.Fit, x: np.ndarray, y: np.ndarray, path: Path) -> None:
    """Interval and truth above, the slope with its own band below; extrapolation dashed."""
    from matplotlib.figure import Figure

    wide = np.linspace(-4, 4, 801)
    said = fit.predict(wide, interval="prediction")
    of_slope = fit.derivative("x").predict(wide, interval="confidence")
    figure = Figure(figsize=(7.5, 6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    for axes, found, true in ((upper, said, curve(wide)), (lower, of_slope, slope(wide))):
        beyond = np.ma.masked_array(found.value, ~said.extrapolates)
        axes.fill_between(wide, found.low, found.high, color="#D55E00", alpha=0.25, lw=0)
        axes.plot(wide, true, ":", color="0.2", label="truth")
        inside = np.ma.masked_array(found.value, said.extrapolates)
        axes.plot(wide, inside, color="#D55E00", label="network")
        axes.plot(wide, beyond, "--", color="#D55E00", label="graded as extrapolation")
    upper.plot(x, y, ".", color="#0072B2", ms=3, label="data")
    upper.set(ylabel="y, with its 95 % prediction interval", ylim=(-3, 3))
    lower.set(xlabel="x", ylabel="dy/dx, with its 95 % band", ylim=(-5, 5))
    upper.legend(loc="lower right", fontsize="small")
    figure.savefig(path, dpi=150)


def main(folder: Path | None) -> None:
    """Fit, check the coverage, look into the gap and beyond, draw."""
    rng = np.random.default_rng(2)
    x, y = data(300, rng)
    fit = rs.fit(rs.MLP([10]), x, y)
    print(fit)
    print("coverage of new observations:")
    covered(fit, rng)
    where = np.array([-4.0, -2.5, -1.0, 0.1, 1.5, 2.5, 4.0])
    said = fit.predict(where, interval="prediction")
    of_slope = fit.derivative("x").predict(where)
    for i, at in enumerate(where):
        grade = "extrapolation" if said.extrapolates[i] else "within the data"
        print(
            f"x = {at:4.1f}   y {said.value[i]:6.3f} [{said.low[i]:6.2f}, {said.high[i]:5.2f}], "
            f"truth {curve(at):6.3f}   dy/dx {of_slope.value[i]:6.2f} ± {of_slope.stderr[i]:.2f}, "
            f"truth {slope(at):5.2f}   {grade}"
        )
    if folder is not None:
        path = folder / "calibrated_intervals.png"
        picture(fit, x, y, path)
        print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
