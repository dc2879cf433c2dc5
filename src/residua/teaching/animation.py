"""The fit over the steps of a training, as a page that plays or as a GIF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from residua._arguments import Overwrite
from residua._errors import FileError
from residua._types import PathLike
from residua.doc import Doc, documented, shape
from residua.report.atomic import checked_path, write_atomically
from residua.report.pictures import blank, film
from residua.teaching.model_curve import curve_of
from residua.teaching.player import page
from residua.teaching.scene import POINTS, chosen, loss_range, named, observed, padded
from residua.teaching.style import BLACK, BLUE, VERMILION, titled
from residua.teaching.trace import Trace

GIF_FRAMES = 40


@documented
def animation(
    trace: Annotated[
        Trace | Mapping[str, Trace],
        Doc("a training of `teach.repeat`, or several by name to choose from"),
    ],
    x: Annotated[ArrayLike, Doc("the input of the training"), shape("n")],
    y: Annotated[ArrayLike, Doc("observations"), shape("n")],
    path: Annotated[PathLike, Doc("where to save: .html or .gif")],
    *,
    title: Annotated[str, Doc("what stands above the page")] = "Training",
    overwrite: Overwrite = True,
) -> Path:
    """The fit during a training, saved as one HTML file that plays, or as a GIF.

    The page has Play, Step and a slider, works with the keyboard, in the dark and without a
    network; see `teach.page`. A GIF shows the first trace in at most 40 pictures.

    Returns:
        The path.

    Raises:
        FileError: another suffix, or the path cannot be written.
        DataError: x is not one input.
        MissingLibrary: matplotlib is not installed.

    Example:
        >>> import tempfile, residua.teaching as teach
        >>> x, y = teach.line_data()
        >>> trace = teach.repeat(teach.LINE_START, x, y, rate=0.01, steps=30)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     teach.animation(trace, x, y, f"{folder}/line.html").name
        'line.html'
    """
    target = checked_path(path, overwrite)
    if target.suffix.lower() == ".html":
        content = page(trace, x, y, title).encode()
    elif target.suffix.lower() == ".gif":
        content = _gif(next(iter(named(trace).values())), *observed(x, y))
    else:
        raise FileError(
            f"an animation is saved as .html or .gif, not {target.suffix or 'without a suffix'}",
            next='teach.animation(trace, x, y, "training.html")',
        )
    write_atomically(target, content, overwrite)
    return Path(path)


def _gif(trace: Trace, x: np.ndarray, y: np.ndarray) -> bytes:
    frames = chosen(len(trace.steps), GIF_FRAMES)
    figure = blank((7.2, 3.2))
    left, right = figure.subplots(1, 2)
    grid = np.linspace(*padded(x), POINTS)
    left.plot(x, y, "o", color=BLACK, ms=4)
    (curve,) = left.plot(grid, np.zeros(POINTS), color=BLUE, lw=2)
    left.set(xlabel="x", ylabel="y", xlim=padded(x), ylim=padded(y, 0.35))
    right.plot(trace.steps, trace.loss, color=BLUE, lw=1.5)
    (mark,) = right.plot([0], [trace.loss[0]], "o", color=VERMILION, ms=7)
    right.set(xlabel="step", ylabel="loss", yscale="log", ylim=loss_range({"": trace}))

    def draw(frame: int) -> None:
        k = int(frames[frame])
        curve.set_ydata(curve_of(trace.at(k), trace.activation, trace.output)(grid))
        mark.set_data([trace.steps[k]], [trace.loss[k]])
        titled(left, f"step {trace.steps[k]}")
        titled(right, f"loss {trace.loss[k]:.4g}")

    return film(figure, draw, len(frames))
