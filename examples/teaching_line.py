"""A line trained by hand
=========================

A line trained by hand: predict, loss, gradient, update, repeat, with every number of the lesson.

Ten points of y = 0.5 x + 1 with noise; gradient descent from weight -0.0075 and bias 0.5364. After
a thousand steps it is still on its way, which is a matter of the curvature of the loss; the exact
line is one call. The pictures show the loss surface with the tangents whose slopes are the
gradient, the way down, three learning rates with the stable limit, and a page that replays it all.

    python examples/teaching_line.py [FOLDER FOR THE PICTURES]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua as rs
import residua.teaching as teach

X, Y = teach.line_data()
START = teach.LINE_START


def said(params: dict[str, float], digits: int = 4) -> str:
    """Parameters, or their slopes, in words."""
    return ", ".join(f"{name} {value:.{digits}f}" for name, value in params.items())


def by_hand() -> teach.Trace:
    """The five steps, one at a time."""
    print(f"start:         {said(START)}")
    print(f"predict:       {teach.predict(START, X).round(4)[:3]} ...")
    print(f"loss:          {teach.loss(START, X, Y):.4f}")
    slope = teach.gradient(START, X, Y)
    print(f"gradient:      {said(slope)}")
    new = teach.update(START, slope, rate=0.01)
    print(f"update:        {said(new)}, loss {teach.loss(new, X, Y):.4f}")
    trace = teach.repeat(START, X, Y, rate=0.01, steps=1000)
    print(f"repeat 1000:   {said(trace.params)}, loss {trace.loss[-1]:.6f}")
    return trace


def exact() -> dict[str, object]:
    """The minimum itself, without any training; scikit-learn's where it is installed."""
    fit = rs.fit("weight*x + bias", X, Y)
    print(f"rs.fit:        {said(fit.params, 7)}, loss {np.mean(fit.residuals**2):.6f}")
    found: dict[str, object] = {"exact (rs.fit)": fit}
    try:
        from sklearn.linear_model import LinearRegression
    except ImportError:
        return found
    # The lesson's own digits are those of single precision.
    line = LinearRegression().fit(X[:, np.newaxis].astype(np.float32), Y)
    print(f"scikit-learn:  weight {line.coef_[0]!s}, bias {line.intercept_!s} (single precision)")
    return found | {"scikit-learn": line}


def why_so_slow() -> None:
    """The eigenvalues of the Hessian: one rate cannot suit both."""
    steep = np.linalg.eigvalsh(teach.hessian(START, X, Y))
    limit = teach.stable_limit(START, X, Y)
    print(f"curvatures:    {steep[0]:.4f} and {steep[1]:.4f}, a ratio of {steep[1] / steep[0]:.0f}")
    print(f"stable below:  rate {limit:.4f} = 2/λmax; at 0.01 the slow direction needs")
    print(
        f"               {np.log(0.001) / np.log(1 - 0.01 * steep[0]):.0f} steps for three digits"
    )
    for rate in (1.0, 0.1, 0.01):
        trace = teach.repeat(START, X, Y, rate, 20)
        print(f"rate {rate:<5g}     loss after 20 steps {trace.loss[-1]:.3g}")


def pictures(trace: teach.Trace, fits: dict[str, object], folder: Path) -> None:
    """Every picture of the lesson, and the page."""
    slow = teach.repeat(START, X, Y, 0.01, 200)
    swinging = teach.repeat(START, X, Y, 0.08, 200)
    both = {"rate 0.01": slow, "rate 0.08": swinging}
    teach.loss_surface(START, X, Y, path=folder / "line_surface.png")
    teach.learning_rates(START, X, Y, path=folder / "line_rates.png")
    teach.traces(trace, path=folder / "line_traces.png")
    teach.descent_path(both, X, Y, path=folder / "line_path.png")
    teach.network_diagram(trace.params, path=folder / "line_network.png")
    lines = {"trained, 1000 steps": trace.params, **fits}
    teach.lines(X, Y, lines, path=folder / "lines.png")
    teach.animation(both, X, Y, folder / "line.html", title="A line by gradient descent")
    print(f"pictures: {folder}/line*.png, line.html")


def main(folder: Path | None) -> None:
    """Train by hand, solve exactly, explain, draw."""
    trace = by_hand()
    fits = exact()
    why_so_slow()
    if folder is not None:
        pictures(trace, fits, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
