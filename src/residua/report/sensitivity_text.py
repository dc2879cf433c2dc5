"""A sensitivity analysis as text and for notebooks: a row per parameter, the strongest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from residua._words import counted
from residua.report import markup, words
from residua.report.text import laid_out, wrapped

if TYPE_CHECKING:
    from residua.inference.sensitivity import Sensitivity

# Above this, a change of one parameter is nearly made up for by changes of the others.
COLLINEAR = 20.0
MOST_ROWS, NAME_WIDTH = 60, 24


def describe(found: Sensitivity) -> str:
    """Each parameter with its value, the size of p ∂y/∂p, and where ∂y/∂p is largest.

    >>> import numpy as np, residua as rs
    >>> t = np.linspace(0, 2, 5)
    >>> print(describe(rs.sensitivity("A0*exp(-k*t)", {"t": t}, {"A0": 2.0, "k": 1.0})))
    sensitivity of A0*exp(-k*t) at 5 points
      parameter   value   rms p ∂y/∂p   largest |∂y/∂p|   at t
      A0          2       1.121         1                 0
      k           1       0.5745        0.7358            1
      collinearity index 1.47
    """
    return "\n".join(
        [
            *wrapped(_headline(found), "", "    "),
            *laid_out(_columns(found, len(found.ranked), NAME_WIDTH)),
            *wrapped(_index(found), "  ", "    "),
        ]
    )


def describe_html(found: Sensitivity) -> str:
    """The same as one HTML element for notebooks."""
    columns = _columns(found, MOST_ROWS, 2 * NAME_WIDTH)
    hidden = len(found.ranked) - MOST_ROWS
    return markup.page(
        markup.paragraph(_headline(found)),
        markup.table(list(columns), list(zip(*columns.values())), hidden, "found.ranked"),
        markup.notes([_index(found)]),
    )


def _headline(found: Sensitivity) -> str:
    return f"sensitivity of {words.clean(found.name)} at {counted(found.value.size, 'point')}"


def _columns(found: Sensitivity, most: int, width: int) -> dict[str, list[str]]:
    ranked = list(found.ranked.items())[:most]
    slopes = [np.abs(np.ravel(found.absolute[label])) for label, _ in ranked]
    columns = {
        "parameter": [words.shortened(words.clean(label), width) for label, _ in ranked],
        "value": [f"{found.params[label]:.5g}" for label, _ in ranked],
        "rms p ∂y/∂p": [f"{size:.4g}" for _, size in ranked],
        "largest |∂y/∂p|": [f"{slope.max():.4g}" for slope in slopes],
    }
    if len(found.x) == 1:
        name, x = next(iter(found.x.items()))
        if np.shape(x) == found.value.shape:  # the prediction runs along one variable
            places = np.ravel(x)
            name = words.shortened(words.clean(name), width)
            columns[f"at {name}"] = [f"{places[np.argmax(slope)]:.4g}" for slope in slopes]
    return columns


def _index(found: Sensitivity) -> str:
    index = found.collinearity
    remark = ": changes of some parameters nearly make up for each other"
    return f"collinearity index {index:.3g}{remark if index > COLLINEAR else ''}"
