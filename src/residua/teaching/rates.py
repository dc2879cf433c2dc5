"""Descent over the loss surface, and what the learning rate does to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from residua._arguments import Overwrite, Picture
from residua._types import ArraysByName
from residua._words import counted
from residua.doc import Doc, Ge, documented
from residua.teaching.curvature import stable_limit
from residua.teaching.plane import Plane, draw_contours, plane
from residua.teaching.steps import repeat
from residua.teaching.style import BLACK, finished, look, sheet, titled
from residua.teaching.trace import Trace
from residua.teaching.words import Along, Hidden, Inputs, Observations, Output

RATES = 61  # learning rates tried for the curve of the last panel


@documented
def descent_path(
    trace: Annotated[
        Trace | Mapping[str, Trace], Doc("a training of `teach.repeat`, or several by name")
    ],
    x: Inputs,
    y: Observations,
    *,
    along: Along = None,
    path: Picture = None,
    overwrite: Overwrite = True,
) -> Any:
    """The way of a training over the contours of its loss.

    Where a model has more than two parameters, the contours are those at the end of the (first)
    trace, over two of them.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        ParameterError: no such parameters.

    Example:
        >>> import residua.teaching as teach
        >>> x, y = teach.line_data()
        >>> figure = teach.descent_path(teach.repeat(teach.LINE_START, x, y, 0.01, 200), x, y)
        >>> figure.axes[0].get_ylabel()
        'bias'
    """
    figure = sheet(6.4, 5.2, path, overwrite)
    several = dict(trace) if isinstance(trace, Mapping) else {"descent": trace}
    first = next(iter(several.values()))
    over = plane(first.params, along, x, y, first.activation, first.output)
    axes = figure.subplots()
    _draw_paths(over, several, axes)
    titled(axes, "\n".join(_in_words(name, one) for name, one in several.items()))
    return finished(figure, path, overwrite)


@documented
def learning_rates(
    params: Annotated[
        ArraysByName, Doc("where to start: parameters as `teach.predict` takes them")
    ],
    x: Inputs,
    y: Observations,
    rates: Annotated[Sequence[float], Doc("learning rates")] = (1.0, 0.1, 0.01),
    steps: Annotated[int, Doc("how many updates each"), Ge(0)] = 20,
    *,
    along: Along = None,
    activation: Hidden = "tanh",
    output: Output = "linear",
    path: Picture = None,
    overwrite: Overwrite = True,
) -> Any:
    """The same training with several learning rates, and the largest one that is stable.

    Left the ways over the contours, in the middle the loss step by step, right the loss after all
    steps against the learning rate, with the stable limit 2/λmax of the Hessian at `params`.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        ParameterError: no such parameters.

    Source: Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, Efficient BackProp (1998), section 5.

    Example:
        >>> import residua.teaching as teach
        >>> figure = teach.learning_rates(teach.LINE_START, *teach.line_data(), steps=10)
        >>> [panel.get_xlabel() for panel in figure.axes]
        ['weight', 'step', 'learning rate']
    """
    figure = sheet(12.5, 4.2, path, overwrite)
    data = (x, y, activation, output)
    traces = {f"{rate:g}": repeat(params, x, y, rate, steps, activation, output) for rate in rates}
    limit = stable_limit(params, *data)
    left, middle, right = figure.subplots(1, 3)
    _draw_paths(plane(params, along, *data), traces, left)
    titled(left, f"{counted(steps, 'step')} with each learning rate")
    _draw_losses(traces, middle)
    _draw_limit(params, data, rates, steps, limit, right)
    return finished(figure, path, overwrite)


def _draw_paths(over: Plane, traces: Mapping[str, Trace], axes: Any) -> None:
    """Contours around the ways that settle; a way that runs off leaves the picture."""
    ways = {name: trace.matrix[:, list(over.places)] for name, trace in traces.items()}
    calm = [ways[name] for name, trace in traces.items() if not trace.diverged]
    low, high = over.window(np.concatenate(calm) if calm else ())
    draw_contours(over, axes, low, high)
    for i, (name, way) in enumerate(ways.items()):
        # Far outside of the picture the exact place does not matter, and 1e200 breaks the drawing.
        seen = np.clip(way, low - 50 * (high - low), high + 50 * (high - low))
        size = 3.5 if len(way) <= 100 else 1.5
        style = {"marker": "o", "ms": size, "lw": 1.3, "zorder": 4 - 0.1 * i, **look(i + 1)}
        if traces[name].diverged:
            name, style = f"{name} (runs off)", style | {"lw": 0.7, "zorder": 2.5}
        axes.plot(*seen.T, label=name, **style)
    start = next(iter(ways.values()))[0]
    axes.plot(*start[:, np.newaxis], "s", color=BLACK, ms=7, label="start", zorder=5)
    if (bottom := over.bottom) is not None:
        style = {"color": BLACK, "mfc": "white", "ms": 13, "zorder": 5, "label": over.bottom_name}
        axes.plot(*bottom[:, np.newaxis], "*", **style)
    axes.legend(fontsize=8, framealpha=0.95)


def _in_words(name: str, trace: Trace) -> str:
    steps = counted(trace.steps[-1], "step")
    return f"{name}: loss {trace.loss[0]:.4g} → {trace.loss[-1]:.4g} in {steps}"


def _draw_losses(traces: Mapping[str, Trace], axes: Any) -> None:
    start = next(iter(traces.values())).loss[0]
    for i, (name, trace) in enumerate(traces.items()):
        axes.plot(trace.steps, trace.loss, marker="o", ms=3, lw=1.3, label=name, **look(i + 1))
    lowest = min(np.nanmin(trace.loss) for trace in traces.values())
    axes.set_yscale("log")
    axes.set_ylim(0.5 * max(lowest, 1e-12 * start), 1e3 * start)
    axes.set(xlabel="step", ylabel="loss")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(fontsize=8, title="learning rate", title_fontsize=8)


def _draw_limit(
    params: ArraysByName,
    data: tuple[Any, ...],
    rates: Sequence[float],
    steps: int,
    limit: float,
    axes: Any,
) -> None:
    x, y, *functions = data
    edges = [*rates, limit] if np.isfinite(limit) else list(rates)
    tried = np.geomspace(0.3 * min(edges), 2.0 * max(edges), RATES)
    if np.isfinite(limit):  # the knee wants more points than the rest
        tried = np.union1d(tried, limit * np.geomspace(0.8, 1.25, RATES // 2))
    ends = [repeat(params, x, y, rate, steps, *functions).loss for rate in tried]
    start = float(ends[0][0])
    axes.plot(tried, [loss[-1] for loss in ends], color="0.4", lw=1.5)
    for i, rate in enumerate(rates):
        end = repeat(params, x, y, rate, steps, *functions).loss[-1]
        shown = min(end, 0.5e3 * start) if np.isfinite(end) else 0.5e3 * start
        mark, words = ("o", f"{rate:g}") if shown == end else ("^", f"{rate:g} (off the scale)")
        axes.plot([rate], [shown], mark, ms=7, color=look(i + 1)["color"], label=words)
    if np.isfinite(limit):
        words = f"2/λmax = {limit:.4g}"
        axes.axvline(limit, color=BLACK, ls="--", lw=1.5, label=words, zorder=0)
    axes.axhline(start, color="0.7", lw=0.8, zorder=0)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="learning rate",
        ylabel=f"loss after {counted(steps, 'step')}",
    )
    axes.set_ylim(0.5 * max(min(loss[-1] for loss in ends), 1e-12 * start), 1e3 * start)
    axes.legend(fontsize=8)
    titled(axes, f"stable below 2/λmax = {limit:.4g}")
