"""The cube root by a network
=============================

y = x^(1/3) by a network of three tanh units: step by step as tutorials do, and in one call.

Adam at a rate of 0.01, asked every 250 steps and stopped below a mean squared error of 2e-5; then
the default, Levenberg-Marquardt with evidence, which needs neither rate nor tolerance. The picture
shows the fitted range shaded and the curve continued to x = 3, where every prediction is graded as
extrapolation and its interval widens. At x = 0 the slope is infinite: the members that had not seen
that point disagree about it, and the interval says so.

    python examples/network_cube_root.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import residua as rs

X = np.linspace(0, 1)
Y = X ** (1 / 3)
TOLERANCE = 2e-5


def report(state: Any) -> bool:
    """Print every thousandth step, and stop where the tutorial does; True ends the training."""
    error = state.loss * Y.var()  # the loss of standardized y is a share of the variance of y
    done = error < TOLERANCE
    if state.step % 1000 == 0 or done:
        print(f"  step {state.step:6}   MSE {error:.2e}   |gradient| {state.gradient_norm:.1e}")
    return done


def fitted(what: str, model: rs.MLP, **words: Any) -> rs.Fit:
    """A fit, its error, and how long it took."""
    begin = time.perf_counter()
    fit = rs.fit(model, X, Y, **words)
    milliseconds = 1e3 * (time.perf_counter() - begin)
    print(f"{what}: MSE {np.mean(fit.residuals**2):.1e} in {milliseconds:.0f} ms")
    return fit


def picture(fit: rs.Fit, path: Path) -> None:
    """Data, the curve with its prediction interval continued to x = 3, the fitted range shaded."""
    from matplotlib.figure import Figure

    x = np.linspace(0, 3, 301)
    said = fit.predict(x, interval="prediction")
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(X.min(), X.max(), color="0.92", lw=0, label="fitted range")
    axes.fill_between(x, said.low, said.high, color="#D55E00", alpha=0.25, lw=0, label="95 %")
    axes.plot(x, x ** (1 / 3), color="0.3", linestyle=":", label="x$^{1/3}$")
    axes.plot(x, said.value, color="#D55E00", label="network")
    axes.plot(X, Y, ".", color="#0072B2", markersize=4, label="data")
    axes.set(xlabel="x", ylabel="y", xlim=(-0.03, 3), ylim=(-0.1, 1.7))
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=150)


def main(folder: Path | None) -> None:
    """Train step by step, then in one call; grade the predictions; draw."""
    solver = rs.Adam(0.01, steps=20_000, every=250, callback=report)
    slow = fitted("Adam, compiled on the way", rs.MLP([3]), solver=solver)
    print(f"  {rs.trace(slow).step[-1] + 1} steps; the tutorial took about 4750, unscaled")
    fitted("one network by Levenberg-Marquardt", rs.MLP([3]), members=1)
    fit = fitted("the default, ten networks", rs.MLP([3]))
    print(fit)
    x = np.array([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0])
    said = fit.predict(x, interval="prediction")
    for at, value, low, high, beyond in zip(x, said.value, said.low, said.high, said.extrapolates):
        grade = "extrapolation" if beyond else "within the data"
        print(f"x = {at:4.2f}   {value:.3f} [{low:6.3f}, {high:.3f}]   {np.cbrt(at):.3f}   {grade}")
    if folder is not None:
        picture(fit, folder / "network_cube_root.png")
        print(f"picture: {folder / 'network_cube_root.png'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
