"""The picture of a training: parameters, loss and gradient step by step."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua._arguments import Overwrite, Picture
from residua._types import TraceLike
from residua.doc import Doc, documented
from residua.teaching.style import BLACK, BLUE, VERMILION, finished, look, sheet, titled
from residua.teaching.trace import steps_of, table

MOST_NAMED = 8  # more lines than this are drawn thin, without names


@documented
def traces(
    trace: Annotated[
        TraceLike,
        Doc(
            "a training of `teach.repeat`, or anything with `steps` or `step` (m,), `loss` "
            "(m,), `gradient_norm` (m,), `rate` (m,) and `parameters`: name -> (m, ...), or "
            "(m, p), or None; `gradients` of the same kinds, `validation_step` and "
            "`validation_loss` are drawn where they are there"
        ),
    ],
    *,
    path: Picture = None,
    overwrite: Overwrite = True,
) -> Any:
    """Parameters, loss and gradient of a training over its steps; the rate, too, where it changes.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.

    Example:
        >>> import residua.teaching as teach
        >>> trace = teach.repeat(teach.LINE_START, *teach.line_data(), rate=0.01, steps=100)
        >>> [panel.get_ylabel() for panel in teach.traces(trace).axes]
        ['parameter', 'loss', 'gradient']
    """
    steps, rate = steps_of(trace), np.asarray(trace.rate, float)
    draw = [_loss, _gradient]
    if trace.parameters is not None:
        draw.insert(0, _parameters)
    if rate.size and np.ptp(rate) > 0:
        draw.append(_rate)
    figure = sheet(0.5 + 3.6 * len(draw), 3.6, path, overwrite)
    for axes, one in zip(figure.subplots(1, len(draw)), draw):
        one(axes, steps, trace)
        axes.set_xlabel("step")
        axes.margins(x=0.02)
    return finished(figure, path, overwrite)


def _parameters(axes: Any, steps: np.ndarray, trace: Any) -> None:
    names, numbers = table(trace, trace.parameters)
    _many(axes, steps, names, numbers, "parameter", "parameters")


def _loss(axes: Any, steps: np.ndarray, trace: Any) -> None:
    _one(axes, steps, np.asarray(trace.loss, float), "loss", BLUE)
    titled(axes, f"loss {trace.loss[0]:.4g} → {trace.loss[-1]:.4g}")
    seen = getattr(trace, "validation_step", ())
    if len(seen):
        axes.plot(seen, trace.validation_loss, color=VERMILION, lw=1.5, ls="--", label="validation")
        axes.legend(fontsize=8)


def _rate(axes: Any, steps: np.ndarray, trace: Any) -> None:
    _one(axes, steps, np.asarray(trace.rate, float), "learning rate", BLACK)


def _gradient(axes: Any, steps: np.ndarray, trace: Any) -> None:
    """Its parts where they are known, its length otherwise."""
    parts = getattr(trace, "gradients", None)
    if parts is None:
        _one(axes, steps, np.asarray(trace.gradient_norm, float), "length of the gradient", BLUE)
        return
    names, numbers = table(trace, parts)
    _many(axes, steps, names, numbers, "gradient", "slopes of the loss")
    axes.axhline(0.0, color="0.6", lw=0.8, zorder=0)
    largest = np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)
    if largest > 0:  # the first slopes are a thousand times the last, and the signs matter
        axes.set_yscale("symlog", linthresh=1e-3 * largest)


def _many(
    axes: Any, steps: Any, names: list[str], numbers: np.ndarray, what: str, title: str
) -> None:
    few = len(names) <= MOST_NAMED
    for i, name in enumerate(names):
        style = {"lw": 1.8, "label": name} if few else {"lw": 0.8, "alpha": 0.8}
        axes.plot(steps, numbers[:, i], **style, **look(i))
    axes.set_ylabel(what)
    if few:
        axes.legend(fontsize=8)
    titled(axes, f"{'' if few else f'{len(names)} '}{title}")


def _one(axes: Any, steps: Any, values: np.ndarray, what: str, color: str) -> None:
    axes.plot(steps, values, color=color, lw=1.8)
    axes.set_ylabel(what)
    if (values[np.isfinite(values)] > 0).all():
        axes.set_yscale("log")
