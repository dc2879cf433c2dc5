"""A training as one page that plays: data, fit, loss and descent, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from residua.doc import Doc, documented, shape
from residua.report.pictures import blank
from residua.teaching.model_curve import curve_of
from residua.teaching.plane import levels, plane
from residua.teaching.player_page import assembled
from residua.teaching.scene import (
    HEIGHT,
    LEFT,
    POINTS,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    across,
    chosen,
    loss_range,
    named,
    observed,
    padded,
    upward,
    words,
)
from residua.teaching.trace import Trace


@documented
def page(
    trace: Annotated[
        Trace | Mapping[str, Trace],
        Doc(
            "a training of `teach.repeat`, or several by name, such as learning rates, to "
            "choose from"
        ),
    ],
    x: Annotated[ArrayLike, Doc("the input of the training"), shape("n")],
    y: Annotated[ArrayLike, Doc("observations"), shape("n")],
    title: Annotated[str, Doc("what stands above the page")] = "Training",
) -> str:
    """One HTML page that replays a training with Play, Step and a slider.

    Everything is inside: inline SVG, a small script and the numbers; a strict content policy keeps
    anything else out. Without scripts the page shows the end of the training. At most 120 steps are
    shown, the first ones densely.

    Returns:
        The text of an HTML file.

    Raises:
        DataError: x is not one input, or does not belong to y.
        MissingLibrary: matplotlib, which finds the contours, is not installed.

    Example:
        >>> import residua.teaching as teach
        >>> x, y = teach.line_data()
        >>> text = page(teach.repeat(teach.LINE_START, x, y, steps=20), x, y)
        >>> text.count("<svg"), "://" in text
        (3, False)
    """
    traces = named(trace)
    where, seen = observed(x, y)
    frames = {name: chosen(len(one.steps)) for name, one in traces.items()}
    panels, scene = _fit_panel(traces, frames, where, seen)
    more = [_loss_panel(traces, frames, scene)]
    if all(len(one.names) == 2 for one in traces.values()):
        more.append(_descent_panel(traces, frames, scene, where, seen))
    return assembled(title, [panels, *more], scene, traces, frames)


def _fit_panel(traces: Any, frames: Any, x: np.ndarray, y: np.ndarray) -> tuple[str, Any]:
    across_x, up = across(*padded(x)), upward(*padded(y, 0.35))
    grid = np.linspace(across_x.low, across_x.high, POINTS)
    scene: dict[str, Any] = {"xs": across_x(grid).tolist(), "traces": []}
    for name, one in traces.items():
        curves = [
            up(curve_of(one.at(k), one.activation, one.output)(grid)).tolist() for k in frames[name]
        ]
        said = [words(one, k) for k in frames[name]]
        steps = one.steps[frames[name]].tolist()
        scene["traces"].append({"name": name, "steps": steps, "words": said, "curves": curves})
    size = 4 if x.size <= 40 else 2.5
    dots = "".join(
        f'<circle class="data" cx="{a}" cy="{b}" r="{size}"/>' for a, b in zip(across_x(x), up(y))
    )
    end = scene["traces"][0]["curves"][-1]
    inner = f'{dots}<path id="curve" class="curve" d="{_path(scene["xs"], end)}"/>'
    return _panel("fit", "x", "y", "Data and the fitted curve", across_x, up, inner), scene


def _loss_panel(traces: Any, frames: Any, scene: Any) -> str:
    longest = max(1, *(int(one.steps[-1]) for one in traces.values()))
    steps, up = across(-0.03 * longest, 1.03 * longest), upward(*loss_range(traces), log=True)
    others = ""
    for (name, one), held in zip(traces.items(), scene["traces"]):
        held["lossx"] = steps(one.steps[frames[name]]).tolist()
        held["lossy"] = up(one.loss[frames[name]]).tolist()
        others += f'<path class="other" d="{_path(held["lossx"], held["lossy"])}"/>'
    first = scene["traces"][0]
    inner = (
        f'{others}<path id="lossline" class="line" d="{_path(first["lossx"], first["lossy"])}"/>'
        + _mark("lossmark", first["lossx"][-1], first["lossy"][-1])
    )
    return _panel("loss", "step", "loss", "Loss step by step", steps, up, inner)


def _descent_panel(traces: Any, frames: Any, scene: Any, x: np.ndarray, y: np.ndarray) -> str:
    first = next(iter(traces.values()))
    over = plane(first.params if not first.diverged else first.at(0), None, x, y)
    calm = [one.matrix for one in traces.values() if not one.diverged]
    low, high = over.window(np.concatenate(calm) if calm else ())
    a, b = across(low[0], high[0]), upward(low[1], high[1])
    inner = "".join(
        f'<path class="contour" d="{_path(a(line[:, 0]), b(line[:, 1]))}"/>'
        for line in _contours(*over.grid(low, high))
    )
    for (name, one), held in zip(traces.items(), scene["traces"]):
        held["wayx"], held["wayy"] = (
            axis(one.matrix[frames[name], i]).tolist() for i, axis in enumerate((a, b))
        )
    held = scene["traces"][0]
    inner += f'<path id="way" class="line" d="{_path(held["wayx"], held["wayy"])}"/>' + _mark(
        "waymark", held["wayx"][-1], held["wayy"][-1]
    )
    return _panel("descent", *over.names, "Descent over the contours of the loss", a, b, inner)


def _contours(a: np.ndarray, b: np.ndarray, heights: np.ndarray) -> list[np.ndarray]:
    drawn = blank((1.0, 1.0)).subplots().contour(a, b, heights, levels(heights))
    return [line for group in drawn.allsegs for line in group if len(line) > 1]


def _mark(name: str, a: float, b: float) -> str:
    return f'<circle id="{name}" class="mark" r="6" cx="{a}" cy="{b}"/>'


def _path(xs: Any, ys: Any) -> str:
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in zip(xs, ys))


def _panel(name: str, below: str, beside: str, about: str, a: Axis, b: Axis, inner: str) -> str:
    """One SVG with axes; what is drawn inside does not leave them."""
    bottom, right = b.pixels[0], WIDTH - RIGHT
    marks = ""
    for tick in a.ticks:
        at = float(a(tick))
        marks += f'<path class="tick" d="M{at:g} {TOP}V{bottom:g}"/>'
        marks += f'<text x="{at:g}" y="{bottom + 17:g}" text-anchor="middle">{tick:g}</text>'
    for tick in b.ticks:
        at = float(b(tick))
        marks += f'<path class="tick" d="M{LEFT} {at:g}H{right}"/>'
        marks += f'<text x="{LEFT - 6}" y="{at + 4:g}" text-anchor="end">{tick:g}</text>'
    frame = f'x="{LEFT}" y="{TOP}" width="{right - LEFT}" height="{bottom - TOP:g}"'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t-{name}">'
        f'<title id="t-{name}">{about}</title>'
        f'<clipPath id="c-{name}"><rect {frame}/></clipPath>{marks}'
        f'<g clip-path="url(#c-{name})">{inner}</g><rect class="axis" {frame}/>'
        f'<text x="{(LEFT + right) / 2:g}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{escape(below)}</text>"
        f'<text x="{LEFT}" y="{TOP - 9}">{escape(beside)}</text></svg>'
    )
