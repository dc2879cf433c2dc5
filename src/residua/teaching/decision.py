"""Pictures of fitted models: lines side by side, and the map of a classifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from residua._arguments import Overwrite, Picture
from residua._errors import DataError
from residua._types import PredictorLike
from residua.doc import Doc, documented, shape
from residua.teaching.model_curve import curve_of
from residua.teaching.style import BLACK, BLUE, VERMILION, finished, look, sheet, titled

GRID = 121


@documented
def lines(
    x: Annotated[ArrayLike, Doc("the inputs"), shape("n")],
    y: Annotated[ArrayLike, Doc("observations"), shape("n")],
    fits: Annotated[
        Mapping[str, Any],
        Doc(
            "name -> parameters of `teach.predict`, a fit of residua, an estimator of "
            "scikit-learn, or a function of x"
        ),
    ],
    *,
    activation: Annotated[
        str, Doc("the function of the hidden units, where a fit is parameters")
    ] = "tanh",
    path: Picture = None,
    overwrite: Overwrite = True,
) -> Any:
    """Show fits of the same data side by side, each with its mean squared error.

    In every panel one fit is drawn full with its residuals, the others thin behind it.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        DataError: no fits, or x is not one column.

    Example:
        >>> import residua as rs, residua.teaching as teach
        >>> x, y = teach.line_data()
        >>> exact = rs.fit("weight*x + bias", x, y)
        >>> figure = teach.lines(x, y, {"start": teach.LINE_START, "exact": exact})
        >>> [panel.get_title() for panel in figure.axes]
        ['start', 'exact']
    """
    where, observed = np.asarray(x, float), np.asarray(y, float)
    if not fits or where.ndim != 1 or where.shape != observed.shape:
        raise DataError(
            f"Lines want fits by name and x, y of one length, not {len(fits)} fits of "
            f"{where.shape} and {observed.shape}.",
            next='lines(x, y, {"exact": fit})',
        )
    figure = sheet(min(3.4 * len(fits) + 0.5, 16.0), 3.6, path, overwrite)
    panels = figure.subplots(1, len(fits), sharex=True, sharey=True, squeeze=False)[0]
    curves = {name: curve_of(model, activation) for name, model in fits.items()}
    grid = np.linspace(where.min(), where.max(), 201)
    for i, (axes, (name, curve)) in enumerate(zip(panels, curves.items())):
        for other in curves.values():
            axes.plot(grid, other(grid), color="0.75", lw=0.8, zorder=1)
        fitted = curve(where)
        axes.vlines(where, fitted, observed, color="0.6", lw=0.8, zorder=2)
        axes.plot(grid, curve(grid), lw=2, zorder=3, **{**look(i), "ls": "-"})
        axes.plot(where, observed, "o", color=BLACK, ms=4.5, zorder=4)
        axes.set_title(name, parse_math=False, fontsize=10)
        titled_below = f"mean squared error {np.mean((fitted - observed) ** 2):.6g}"
        axes.set_xlabel(f"x\n{titled_below}", fontsize=9)
    panels[0].set_ylabel("y")
    return finished(figure, path, overwrite)


@documented
def decision_map(
    model: Annotated[
        PredictorLike,
        Doc(
            "parameters of `teach.predict`, a fit of residua, an estimator of scikit-learn, "
            "or a function of x (n, 2)"
        ),
    ],
    x: Annotated[ArrayLike, Doc("the inputs"), shape("n", 2)],
    y: Annotated[ArrayLike, Doc("the class of each row, 0 or 1"), shape("n")],
    *,
    level: Annotated[float, Doc("the prediction at which the class changes")] = 0.5,
    names: Annotated[tuple[str, str], Doc("names of the two inputs")] = ("x1", "x2"),
    activation: Annotated[
        str, Doc("the function of the hidden units, where `model` is parameters")
    ] = "tanh",
    output: Annotated[
        str, Doc("the function of the output units, where `model` is parameters")
    ] = "logistic",
    path: Picture = None,
    overwrite: Overwrite = True,
) -> Any:
    """What a classifier says over its two inputs, and where it changes its mind.

    Colors show the prediction, the black line where it equals `level`; the data lie on top.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        DataError: x is not (n, 2).

    Example:
        >>> import numpy as np, residua.teaching as teach
        >>> figure = teach.decision_map(lambda x: np.abs(x[:, 0] - x[:, 1]), *teach.xor_data())
        >>> figure.axes[0].get_title(loc="left")
        '4 of 4 points right'
    """
    points, classes = np.asarray(x, float), np.asarray(y, float)
    if points.ndim != 2 or points.shape[1] != 2 or classes.shape != points.shape[:1]:
        raise DataError(
            f"A decision map wants x (n, 2) and y (n,), not {points.shape} and {classes.shape}.",
            next="decision_map(model, x[:, :2], y)",
        )
    figure = sheet(5.6, 4.6, path, overwrite)
    curve = curve_of(model, activation, output)
    low, high = points.min(axis=0), points.max(axis=0)
    pad = 0.3 * np.maximum(high - low, 1e-3)
    a, b = (np.linspace(low[i] - pad[i], high[i] + pad[i], GRID) for i in (0, 1))
    heights = curve(np.stack(np.meshgrid(a, b), axis=-1).reshape(-1, 2)).reshape(GRID, GRID)
    axes = figure.subplots()
    _draw_map(figure, axes, (a, b, heights), level)
    for value, mark, color in ((0, "o", BLUE), (1, "^", VERMILION)):
        chosen = points[(classes > level) == value]
        style = {"color": color, "mec": "white", "mew": 1.2, "ms": 10 if len(points) < 50 else 5}
        axes.plot(*chosen.T, mark, label=f"class {value}", clip_on=False, **style)
    right = int(np.sum((curve(points) > level) == (classes > level)))
    axes.set_xlabel(names[0], parse_math=False)
    axes.set_ylabel(names[1], parse_math=False)
    axes.legend(fontsize=8, loc="upper center", ncols=2)
    titled(axes, f"{right} of {len(points)} points right")
    return finished(figure, path, overwrite)


def _draw_map(figure: Any, axes: Any, grid: tuple[Any, Any, Any], level: float) -> None:
    heights = grid[2]
    reach = max(float(np.abs(heights - level).max()), 1e-12)
    # Of probabilities the whole scale is shown, so that maps can be compared.
    reach = 0.5 if level == 0.5 and reach <= 0.5 + 1e-9 else reach
    steps = np.linspace(level - reach - 1e-9, level + reach + 1e-9, 21)
    drawn = axes.contourf(*grid, steps, cmap="RdBu_r", alpha=0.75)
    ticks = np.linspace(level - reach, level + reach, 5)
    figure.colorbar(drawn, ax=axes, label="prediction", ticks=ticks, format="%.3g")
    if heights.min() < level < heights.max():
        axes.contour(*grid, [level], colors=BLACK, linewidths=1.8)
