"""The loss as a landscape: where the parameters stand in it, and how steep it is there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua._arguments import Overwrite, Picture
from residua._types import ArraysByName
from residua.doc import Doc, documented
from residua.teaching.plane import Plane, draw_contours, plane
from residua.teaching.style import BLACK, BLUE, VERMILION, finished, sheet, titled
from residua.teaching.words import Along, Hidden, Inputs, Observations, Output

COLORS = (BLUE, VERMILION)  # of the two directions, in every panel
REACH = 0.22  # of the window: how far a tangent is drawn to each side


@documented
def loss_surface(
    params: Annotated[
        ArraysByName, Doc("where to stand: parameters as `teach.predict` takes them")
    ],
    x: Inputs,
    y: Observations,
    *,
    along: Along = None,
    activation: Hidden = "tanh",
    output: Output = "linear",
    path: Picture = None,
    overwrite: Overwrite = True,
) -> Any:
    """The loss over two parameters, with the tangents whose slopes are the gradient.

    Contours and the same surface in space above; below, the loss along each of the two parameters
    with its tangent, L + ∂L/∂p · (p - p0).

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        ParameterError: no such parameters.

    Example:
        >>> import residua.teaching as teach
        >>> figure = teach.loss_surface(teach.LINE_START, *teach.line_data())
        >>> [panel.get_xlabel() for panel in figure.axes]
        ['weight', 'weight', 'weight', 'bias']
    """
    figure = sheet(9.5, 7.6, path, overwrite)
    over = plane(params, along, x, y, activation, output)
    low, high = over.window()
    grid = figure.add_gridspec(2, 2, height_ratios=(1.35, 1))
    _from_above(over, figure.add_subplot(grid[0, 0]), low, high)
    _in_space(over, figure.add_subplot(grid[0, 1], projection="3d"), low, high)
    for i in (0, 1):
        _section(over, i, figure.add_subplot(grid[1, i]), low, high)
    return finished(figure, path, overwrite)


def _from_above(over: Plane, axes: Any, low: np.ndarray, high: np.ndarray) -> None:
    draw_contours(over, axes, low, high)
    (a, b), downhill = over.here, -over.slope
    arrow = REACH * (high - low).min() * downhill / max(float(np.hypot(*downhill)), 1e-300)
    axes.annotate(
        "",
        xy=over.here + arrow,
        xytext=over.here,
        arrowprops={"arrowstyle": "-|>", "color": BLACK, "lw": 1.8},
    )
    axes.plot([a], [b], "o", color=BLACK, ms=7, label="parameters", zorder=5)
    if (bottom := over.bottom) is not None:
        style = {"ms": 15, "label": over.bottom_name}
        axes.plot(*bottom[:, np.newaxis], "*", color=BLACK, mfc="white", **style)
    axes.legend(fontsize=8, loc="upper right", framealpha=0.95)
    titled(axes, f"loss {over.loss(over.here):.4f}; the arrow points downhill")


def _in_space(over: Plane, axes: Any, low: np.ndarray, high: np.ndarray) -> None:
    a, b, heights = over.grid(low, high, 41)
    axes.plot_surface(*np.meshgrid(a, b), heights, color="0.75", alpha=0.45, lw=0)
    here, height = over.here, over.loss(over.here)
    for i, color in enumerate(COLORS):
        reach = REACH * (high[i] - low[i]) * np.array([-1.0, 1.0])
        ends = np.tile(here[:, np.newaxis], 2)
        ends[i] += reach
        axes.plot(*ends, height + over.slope[i] * reach, color=color, lw=2.5, zorder=10)
    axes.plot(*here[:, np.newaxis], [height], "o", color=BLACK, ms=6, zorder=11)
    axes.set_xlabel(over.names[0], labelpad=8, parse_math=False)
    axes.set_ylabel(over.names[1], labelpad=8, parse_math=False)
    axes.set_zlabel("loss")
    axes.locator_params(nbins=5)
    axes.set_box_aspect(None, zoom=0.85)  # room for the words beside the box
    axes.view_init(elev=28, azim=-60)
    axes.tick_params(labelsize=8)


def _section(over: Plane, i: int, axes: Any, low: np.ndarray, high: np.ndarray) -> None:
    """The loss along parameter i, and its tangent here."""
    p = np.linspace(low[i], high[i], 201)
    points = np.tile(over.here, (p.size, 1))
    points[:, i] = p
    height, slope = over.loss(over.here), over.slope[i]
    axes.plot(p, [over.loss(point) for point in points], color="0.4", lw=1.8, label="loss")
    reach = REACH * (high[i] - low[i]) * np.array([-1.0, 1.0])
    axes.plot(
        over.here[i] + reach,
        height + slope * reach,
        color=COLORS[i],
        lw=2.5,
        label=f"tangent, slope {slope:.4f}",
    )
    axes.plot([over.here[i]], [height], "o", color=BLACK, ms=6)
    axes.set_xlabel(over.names[i], parse_math=False)
    axes.set_ylabel("loss")
    axes.legend(fontsize=8)
    titled(axes, f"along {over.names[i]}, at {over.here[i]:.4f}")
