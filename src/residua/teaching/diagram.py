"""The drawing of a network: units, bias units, and a line for every weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from residua._arguments import Overwrite, Picture
from residua._errors import ParameterError
from residua._types import ArraysByName
from residua.doc import Doc, documented
from residua.teaching.parameters import layers, sizes
from residua.teaching.style import BLUE, GRAY, VERMILION, finished, sheet, titled

MOST = 12  # units drawn of one layer
LEGEND = "\nblue: positive, orange: negative; width: size within its layer"
FACE = {"input": "#FFFFFF", "hidden": "#D6EAF8", "output": "#FDE3CF", "bias": "#EEEEEE"}


@documented
def network_diagram(
    network: Annotated[
        ArraysByName | Sequence[int],
        Doc("sizes of the layers, `[1, 10, 1]`, or parameters of a network or a line"),
    ],
    *,
    inputs: Annotated[
        Sequence[str] | None, Doc("names of the inputs; x or x1, x2, ... by default")
    ] = None,
    outputs: Annotated[
        Sequence[str] | None, Doc("names of the outputs; y or y1, y2, ... by default")
    ] = None,
    path: Picture = None,
    overwrite: Overwrite = True,
) -> Any:
    """A network as units and connections, from left to right.

    With parameters every line is a weight: blue where positive, orange where negative, the wider
    the larger. Squares with a 1 are the bias units. Of a layer with more than 12 units the first
    and last are drawn.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        ParameterError: names that do not fit.

    Example:
        >>> import residua.teaching as teach
        >>> figure = teach.network_diagram([2, 3, 1], inputs=["mass", "speed"])
        >>> figure.axes[0].get_title(loc="left")
        '2-3-1 network, 13 parameters'
    """
    counts, weights = _layers(network)
    names = (_names("x", counts[0], inputs), _names("y", counts[-1], outputs))
    units = max(min(count, MOST) for count in counts)
    figure = sheet(2.0 * len(counts) + 1.6, max(2.6, 0.55 * (units + 2)), path, overwrite)
    axes = figure.subplots()
    _draw_lines(axes, counts, weights)
    _draw_units(axes, counts, names)
    _frame(axes, counts)
    titled(axes, _title(counts) + (LEGEND if weights else ""))
    return finished(figure, path, overwrite)


def _layers(network: ArraysByName | Sequence[int]) -> tuple[list[int], list[np.ndarray] | None]:
    """Sizes of the layers, and the weights where they are known."""
    if isinstance(network, Mapping):
        return sizes(network), [_whole(*pair) for pair in layers(network)]
    counts = [int(count) for count in network]
    if len(counts) < 2 or min(counts) < 1:
        raise ParameterError(f"Layers have units; {counts} is no network.", next="[1, 10, 1]")
    return counts, None


def places(count: int) -> dict[int, float]:
    """Height of every unit of a layer that is drawn; of a large layer the middle is left out."""
    if count <= MOST:
        return {i: (count - 1) / 2 - i for i in range(count)}
    half = MOST // 2
    top = {i: half - i + 0.0 for i in range(half)}
    return top | {count - 1 - i: i - half + 0.0 for i in range(half)}


def _whole(weights: Any, biases: Any) -> np.ndarray:
    """(units, inputs + 1): the biases are the weights of a unit that always says 1."""
    matrix = np.atleast_2d(np.asarray(weights, float))
    return np.column_stack([matrix, np.ravel(np.asarray(biases, float))])


def _names(letter: str, count: int, given: Sequence[str] | None) -> list[str]:
    names = (
        list(given)
        if given
        else [letter if count == 1 else f"{letter}{i + 1}" for i in range(count)]
    )
    if len(names) != count:
        raise ParameterError(f"{len(names)} names for {count} units: {', '.join(names)}.")
    return names


def _title(counts: Sequence[int]) -> str:
    number = sum((a + 1) * b for a, b in pairwise(counts))
    return f"{'-'.join(map(str, counts))} network, {number} parameters"


def _bias_height(count: int) -> float:
    return max(places(count).values()) + 1.0


def _draw_lines(axes: Any, counts: Sequence[int], weights: Any) -> None:
    for layer, (left, right) in enumerate(pairwise(counts)):
        ends = places(left) | {left: _bias_height(left)}
        for i, begin in ends.items():
            for j, end in places(right).items():
                style: dict[str, Any] = {"color": GRAY, "lw": 0.8}
                if weights is not None:
                    size = weights[layer][j, i] / max(float(np.abs(weights[layer]).max()), 1e-300)
                    style = {"color": BLUE if size >= 0 else VERMILION, "lw": 0.3 + 2.7 * abs(size)}
                axes.plot(
                    [layer, layer + 1], [begin, end], zorder=1, solid_capstyle="round", **style
                )


def _draw_units(axes: Any, counts: Sequence[int], names: tuple[list[str], list[str]]) -> None:
    last = len(counts) - 1
    for layer, count in enumerate(counts):
        kind = "input" if layer == 0 else "output" if layer == last else "hidden"
        heights = places(count)
        spots = [layer] * len(heights)
        axes.scatter(spots, list(heights.values()), s=260, c=FACE[kind], ec="k", zorder=2)
        if count > MOST:
            axes.text(layer, 0.0, "⋮", ha="center", va="center", fontsize=14, zorder=3)
        if layer < last:
            top = _bias_height(count)
            axes.scatter([layer], [top], s=200, c=FACE["bias"], ec="k", marker="s", zorder=2)
            axes.text(layer, top, "1", ha="center", va="center", fontsize=9, zorder=3)
        side = {"input": (-14, "right", names[0]), "output": (14, "left", names[1])}
        if kind in side:
            shift, align, words = side[kind]
            for i, height in heights.items():
                axes.annotate(
                    words[i],
                    (layer, height),
                    (shift, 0),
                    textcoords="offset points",
                    ha=align,
                    va="center",
                    parse_math=False,
                )
        word = f"{count} {kind} unit{'s' if count > 1 else ''}"
        axes.text(layer, _floor(counts) - 0.8, word, ha="center", va="top", fontsize=8, color="0.3")


def _frame(axes: Any, counts: Sequence[int]) -> None:
    """Room for every unit and every word."""
    axes.set_axis_off()
    axes.set_xlim(-0.45, len(counts) - 0.55)
    axes.set_ylim(_floor(counts) - 1.3, max(_bias_height(one) for one in counts[:-1]) + 0.6)


def _floor(counts: Sequence[int]) -> float:
    return min(min(places(one).values()) for one in counts)
