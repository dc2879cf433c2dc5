"""Pictures of a fit: data, curve, bands and residuals."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import ParameterError
from residua.report import words
from residua.report.curves import Curve, curve, is_curve
from residua.report.panels import (
    BAND_COLORS,
    BLACK,
    VERMILION,
    draw_curve,
    draw_parity,
    draw_residuals,
)
from residua.report.pictures import (
    blank,
    figure_class,
    picture_format,
    plain_labels,
    save_picture,
)
from residua.report.table import Row, rows

if TYPE_CHECKING:
    from residua.fitting.result import Fit

LEGEND_ORDER = ("data", "fit", "extrapolation", "observed", "confidence", "prediction", "range")
MOST_PARAMETERS = 12
SIDE_WIDTH = 30  # characters beside the picture


def plot(
    fit: Fit,
    path: Any = None,
    *,
    level: float = 0.95,
    intervals: Sequence[str] = ("confidence", "prediction"),
    extend: float = 0.0,
    axes: Any = None,
    title: str | None = None,
    overwrite: bool = True,
) -> Any:
    """Data with the fitted curve and its bands above, residuals below.

    A fit that is not one curve y(x) (several independent variables, several outputs) is drawn as
    predicted against observed, and residuals against predicted. A fit that failed says so.

    Args:
        fit: a Fit.
        path: where to save: .png, .pdf or .svg; None saves nothing.
        level: coverage of the bands.
        intervals: which bands: "confidence" (of the curve), "prediction" (of a new observation).
        extend: share of the fitted range to go beyond on both sides, dashed.
        axes: matplotlib axes to draw into instead: one, or a pair (data, residuals).
        title: above the picture; the model by default.
        overwrite: False refuses to replace a file.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        ParameterError: an unknown interval or a negative `extend`.
        FileError: the path cannot be written.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0, 3.0], [1.0, 3.1, 4.9, 7.0])
        >>> [panel.get_ylabel() for panel in fit.plot(extend=0.2).axes][:2]
        ['y', 'residual']
    """
    intervals = checked(intervals, extend)
    if path is not None:
        picture_format(path, overwrite)  # before any work is done
    figure, upper, lower, side = _panels(axes, below=bool(fit.observations.names))
    line = curve(fit, level, intervals, extend) if is_curve(fit) else None
    if line is not None:
        draw_curve(fit, line, upper, level, ranged=extend > 0)
    elif fit.observations.names:
        draw_parity(fit, upper)
    else:
        draw_residuals(fit, upper, np.arange(fit.n), "index of the residual")
        upper.xaxis.get_major_locator().set_params(integer=True)
    if lower is not None:
        name = words.variable_label(fit) if line else words.value_label(fit, "predicted")
        draw_residuals(fit, lower, fit.observations.block.x[0] if line else fit.fitted, name)
    for panel in (upper, lower) if axes is not None else ():
        if panel is not None:
            plain_labels(panel)
    _write_words(fit, figure, upper, side, title, line)
    if path is not None:
        save_picture(figure, path, overwrite)
    return figure


def checked(intervals: Sequence[str], extend: float) -> tuple[str, ...]:
    kinds = (intervals,) if isinstance(intervals, str) else tuple(intervals)
    for kind in kinds:
        if kind not in BAND_COLORS:
            raise ParameterError(f'an interval is "confidence" or "prediction", not {kind!r}')
    if not 0 <= extend <= 100:
        raise ParameterError(f"extend is a share of the fitted range, not {extend!r}")
    # The wider band first, so that the narrower lies on top of it.
    return tuple(kind for kind in BAND_COLORS if kind in kinds)


def _panels(axes: Any, below: bool) -> tuple[Any, Any, Any, Any]:
    """Figure, data panel, residual panel and the place for words (the last two may be None)."""
    if axes is not None:
        figure_class()  # says which library is missing
        given = list(np.ravel(axes))
        return given[0].figure, given[0], given[1] if below and len(given) > 1 else None, None
    figure = blank((9.0, 5.6))
    grid = figure.add_gridspec(2, 2, height_ratios=(3, 1), width_ratios=(3.2, 1))
    upper = figure.add_subplot(grid[0, 0] if below else grid[:, 0])
    lower = figure.add_subplot(grid[1, 0], sharex=upper) if below else None
    if below:
        upper.tick_params(labelbottom=False)
    side = figure.add_subplot(grid[:, 1])
    side.set_axis_off()
    return figure, upper, lower, side


def _write_words(
    fit: Fit, figure: Any, upper: Any, side: Any, title: str | None, line: Curve | None
) -> None:
    """Title, verdict, legend and parameters: beside the picture, so that they hide no data."""
    name = words.shortened(words.model_name(fit), 70) if title is None else title
    handles, labels = ordered(*upper.get_legend_handles_labels())
    if side is None:
        color, verdict = (BLACK, "") if fit.ok else (VERMILION, f": FAILED, {words.outcome(fit)}")
        text = textwrap.fill(name + verdict, 72)
        upper.set_title(text, parse_math=False, color=color, fontsize="medium")
        upper.legend(handles, labels, fontsize="small")
        return
    figure.suptitle(name, parse_math=False, x=0.02, ha="left")
    verdict = f"{words.size(fit)}: " if fit.ok else "FAILED: "
    upper.set_title(
        textwrap.fill(verdict + words.outcome(fit), 84),
        parse_math=False,
        fontsize=9,
        loc="left",
        color=BLACK if fit.ok else VERMILION,
        fontweight="normal" if fit.ok else "bold",
    )
    side.legend(handles, labels, loc="upper left", borderaxespad=0, fontsize=9, frameon=False)
    _write_side(fit, side, line, 0.95 - 0.043 * len(labels))


def ordered(handles: list[Any], labels: list[str]) -> tuple[list[Any], list[str]]:
    """Data first, then the fit, then what surrounds it."""

    def rank(pair: tuple[Any, str]) -> int:
        return next(i for i, key in enumerate(LEGEND_ORDER) if key in pair[1].split())

    pairs = sorted(zip(handles, labels), key=rank)
    return [handle for handle, _ in pairs], [label for _, label in pairs]


def _write_side(fit: Fit, side: Any, line: Curve | None, top: float) -> None:
    """Parameters under the legend, remarks at the bottom."""
    lines = _side_lines(fit)
    head = "" if fit.ok else "not to be trusted:\n"
    side.text(
        0,
        top,
        head + "\n".join(lines),
        va="top",
        fontsize=8.5,
        parse_math=False,
        color=BLACK if fit.ok else VERMILION,
        transform=side.transAxes,
    )
    remarks = [f"! {kind}" for kind in dict.fromkeys(kind.value for kind, _ in fit.findings)]
    remarks += [] if line is None else line.missing
    if line is None and is_curve(fit):
        remarks.append("no curve: the fit was loaded without its model")
    text = "\n".join(textwrap.fill(remark, SIDE_WIDTH) for remark in remarks)
    side.text(
        0,
        0.0,
        text,
        va="bottom",
        fontsize=8.5,
        color=VERMILION,
        parse_math=False,
        transform=side.transAxes,
    )


def _side_lines(fit: Fit) -> list[str]:
    """The parameters; of a network, whose numbers mean nothing one by one, what its report says."""
    if fit.model.kind == "network":
        from residua.report.network_text import facts

        shown = [f"{name}: {text}" for name, text in facts(fit) if name != "inputs"]  # type: ignore[arg-type]
        return [line for text in shown for line in [*textwrap.wrap(text, SIDE_WIDTH), ""]]
    table = rows(fit)
    lines = [
        f"{_short_label(row)} = {row.estimate} {words.shortened(row.unit, 16)}".rstrip()
        for row in table[:MOST_PARAMETERS]
    ]
    if len(table) > MOST_PARAMETERS:
        lines.append(f"... and {len(table) - MOST_PARAMETERS} more")
    return lines


def _short_label(row: Row) -> str:
    return words.shortened(words.clean(row.label), 16)
