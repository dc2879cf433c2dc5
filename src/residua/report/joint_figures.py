"""Pictures of a fit of several datasets: one panel each, data with the curve and its bands."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from residua._errors import DataError, ParameterError
from residua.report import words
from residua.report.curves import curve, is_curve
from residua.report.figures import checked, ordered
from residua.report.joint_text import reduced_chi_square
from residua.report.panels import BLACK, VERMILION, draw_curve, draw_parity
from residua.report.pictures import blank, picture_format, save_picture

if TYPE_CHECKING:
    from residua.fitting.joint.part import PartFit
    from residua.fitting.joint.result import JointFit

MOST_PANELS = 16


def plot(
    fit: JointFit,
    path: Any = None,
    *,
    datasets: Sequence[str] | None = None,
    level: float = 0.95,
    intervals: Sequence[str] = ("confidence", "prediction"),
    extend: float = 0.0,
    title: str | None = None,
    overwrite: bool = True,
) -> Any:
    """One panel per dataset: its data, the fitted curve and its bands.

    A dataset that is not one curve y(x) is drawn as observed against predicted.

    Args:
        fit: a JointFit.
        path: where to save: .png, .pdf or .svg; None saves nothing.
        datasets: names of those to draw; all by default, of more than 16 the first 16.
        level: coverage of the bands.
        intervals: which bands: "confidence" (of the curve), "prediction" (of a new observation).
        extend: share of the fitted range to go beyond on both sides, dashed.
        title: above the picture; the model by default.
        overwrite: False refuses to replace a file.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        ParameterError: an unknown interval or a negative `extend`.
        DataError: an unknown dataset.
        FileError: the path cannot be written.

    Example:
        >>> import residua as rs
        >>> x = [0.0, 1.0, 2.0]
        >>> fit = rs.fit("a*x + b", [(x, [1.0, 3.1, 4.9]), (x, [2.0, 4.1, 5.9])], local=["b"])
        >>> len(fit.plot().axes)
        3
    """
    kinds = checked(intervals, extend)
    if path is not None:
        picture_format(path, overwrite)  # before any work is done
    names = _chosen(fit, datasets)
    columns = math.ceil(math.sqrt(len(names)))
    lines = math.ceil(len(names) / columns)
    width, height = max(4.2 * columns, 6.0), max(3.3 * lines, 4.0) + 0.8
    figure = blank((width, height))
    grid = figure.add_gridspec(lines + 1, columns, height_ratios=(*[1.0] * lines, 0.01))
    for i, name in enumerate(names):
        axes = figure.add_subplot(grid[i // columns, i % columns])
        _panel(fit, fit.parts[name], axes, level, kinds, extend)
    _words(fit, figure, figure.add_subplot(grid[lines, :]), title, len(names))
    if path is not None:
        save_picture(figure, path, overwrite)
    return figure


def _chosen(fit: JointFit, datasets: Sequence[str] | None) -> list[str]:
    every = list(fit.parts)
    if datasets is None:
        return every[:MOST_PANELS]
    names = [datasets] if isinstance(datasets, str) else list(datasets)
    unknown = [name for name in names if name not in every]
    if unknown or not names:
        raise DataError(
            f"there is no dataset {', '.join(map(repr, unknown))}" if unknown else "no dataset",
            causes=[f"they are {', '.join(every[:MOST_PANELS])}"],
            next=f"fit.plot(datasets=[{every[0]!r}])",
        )
    return names


def _panel(
    fit: JointFit, part: PartFit, axes: Any, level: float, kinds: tuple[str, ...], extend: float
) -> None:
    line = None
    if is_curve(part):
        try:
            line = curve(part, level, kinds, extend)
        except ParameterError:
            raise
    if line is not None:
        draw_curve(part, line, axes, level, ranged=extend > 0)
        axes.set_xlabel(words.variable_label(part), parse_math=False)
    else:
        draw_parity(part, axes)
        axes.set_xlabel(words.value_label(part, "predicted"), parse_math=False)
    chi = reduced_chi_square(fit, part)
    name = words.shortened(words.clean(part.name), 30)
    text = f"{name}   {words.counted(part.n, 'point')}" + (f", chi²/dof {chi}" if chi else "")
    axes.set_title(text, loc="left", fontsize=9, parse_math=False)


def _words(fit: JointFit, figure: Any, below: Any, title: str | None, drawn: int) -> None:
    """Title and verdict above, one legend for all panels below."""
    below.set_axis_off()
    name = words.shortened(words.model_name(fit), 60) if title is None else title
    verdict = words.outcome(fit) if fit.ok else f"FAILED: {words.outcome(fit)}"
    hidden = len(fit.parts) - drawn
    more = f" ({drawn} of {len(fit.parts)} datasets shown)" if hidden else ""
    columns = max(int(10 * figure.get_figwidth()), 40)
    figure.suptitle(
        textwrap.fill(f"{name}{more}: {verdict}", columns),
        parse_math=False,
        x=0.02,
        ha="left",
        fontsize=10,
        color=BLACK if fit.ok else VERMILION,
    )
    found: dict[str, Any] = {}
    for axes in figure.axes:
        found |= {label: h for h, label in zip(*axes.get_legend_handles_labels())}
    handles, labels = ordered(list(found.values()), list(found))
    below.legend(
        handles, labels, loc="upper center", ncols=max(len(labels), 1), fontsize=8.5, frameon=False
    )
