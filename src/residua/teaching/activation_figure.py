"""The table of activation functions, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from residua._arguments import Overwrite, Picture
from residua.autodiff.operators import derivative
from residua.doc import Doc, documented
from residua.teaching.activations import ACTIVATIONS, activation
from residua.teaching.style import BLUE, VERMILION, finished, sheet

COLUMNS = (3, 2)  # as many as leave no panel empty; the first where none does


@documented
def activation_table(
    names: Annotated[
        Sequence[str] | None, Doc("rows of `teach.ACTIVATIONS`; all by default")
    ] = None,
    *,
    path: Picture = None,
    overwrite: Overwrite = True,
) -> Any:
    """Activation functions with their derivatives, each with its formula.

    f(z) full, f′(z) = df/dz dashed; the derivative is that of residua's own operators.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        ParameterError: an unknown name.

    Example:
        >>> figure = activation_table(["logistic", "tanh"])
        >>> [panel.get_title() for panel in figure.axes]
        ['logistic', 'tanh']
    """
    wanted = list(names or ACTIVATIONS)
    found = [activation(name) for name in wanted]
    whole = next((some for some in COLUMNS if len(wanted) % some == 0), COLUMNS[0])
    columns = min(whole, len(wanted))
    count = -(-len(wanted) // columns)
    figure = sheet(3.5 * columns, 2.75 * count + 0.2, path, overwrite)
    panels = figure.subplots(count, columns, squeeze=False).ravel()
    z = np.linspace(-3.0, 3.0, 602)  # even: zero, where some of them jump, is not among them
    for axes, name, one in zip(panels, wanted, found):
        slope = derivative(one.function, engine="eager")(z)
        axes.axhline(0.0, color="0.8", lw=0.8, zorder=0)
        axes.axvline(0.0, color="0.8", lw=0.8, zorder=0)
        axes.plot(z, one.function(z), color=BLUE, lw=2, label=f"$f$: {one.formula}")
        axes.plot(z, slope, color=VERMILION, lw=1.6, ls="--", label=f"$f\\,'$: {one.slope}")
        axes.set_title(name, fontsize=10)
        axes.set_ylim(-1.6, 3.2)
        axes.legend(fontsize=8, loc="upper left", framealpha=0.85)
        axes.set_xlabel("z", fontsize=8)
        axes.tick_params(labelsize=8)
    for axes in panels[len(wanted) :]:
        figure.delaxes(axes)
    return finished(figure, path, overwrite)
