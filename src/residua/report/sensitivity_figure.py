"""The picture of a sensitivity analysis: slopes along the variable, and the ranks beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from residua.report.pictures import blank, picture_format, save_picture

if TYPE_CHECKING:
    from residua.inference.sensitivity import Sensitivity

# Okabe and Ito (2008): colors that people with any color vision can tell apart.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("-", "--", ":", "-.")
AXIS = {
    "absolute": "∂y/∂p",
    "scaled": "p ∂y/∂p",
    "relative": "(p/y) ∂y/∂p",
}


def plot(
    found: Sensitivity, path: Any = None, *, kind: str = "absolute", overwrite: bool = True
) -> Any:
    """Sensitivities along the variable (over the points, where there are several), ranks beside.

    Args:
        found: of `residua.sensitivity`.
        path: where to save: .png, .pdf or .svg; None saves nothing.
        kind: "absolute", "scaled" or "relative".
        overwrite: False refuses to replace a file.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        MissingLibrary: matplotlib is not installed.
        ParameterError: an unknown kind.

    Example:
        >>> import numpy as np, residua as rs
        >>> t = np.linspace(0, 2, 9)
        >>> found = rs.sensitivity("A0*exp(-k*t)", {"t": t}, {"A0": 2.0, "k": 1.0})
        >>> [panel.get_ylabel() for panel in found.plot().axes]
        ['∂y/∂p', '']
    """
    slopes = found.of_kind(kind)
    if path is not None:
        picture_format(path, overwrite)
    figure = blank((9.0, 4.2))
    left, right = figure.subplots(1, 2, width_ratios=(2.4, 1))
    _lines(found, slopes, kind, left)
    _ranks(found, right)
    if path is not None:
        save_picture(figure, path, overwrite)
    return figure


def _lines(found: Sensitivity, slopes: Any, kind: str, axes: Any) -> None:
    along = len(found.x) == 1 and found.value.ndim == 1
    name, x = next(iter(found.x.items())) if along else ("point", np.arange(found.value.size))
    order = np.argsort(x, kind="stable")
    for i, (label, slope) in enumerate(slopes.items()):
        look = {"color": COLORS[i % len(COLORS)], "ls": STYLES[i // len(COLORS) % len(STYLES)]}
        y = np.ravel(slope)[order]
        axes.plot(np.ravel(x)[order], y, label=label, lw=1.8, **look)
        error = found.stderr.get(label) if kind == "absolute" else None
        if error is not None and np.isfinite(error).all():
            spread = 2 * np.ravel(error)[order]
            band = {"color": look["color"], "alpha": 0.2, "lw": 0}
            axes.fill_between(np.ravel(x)[order], y - spread, y + spread, **band)
    axes.axhline(0.0, color="0.6", lw=0.8, zorder=0)
    axes.set_xlabel(name, parse_math=False)
    axes.set_ylabel(AXIS[kind])
    axes.legend(
        fontsize=9, title="± 2 standard errors" if found.stderr and kind == "absolute" else None
    )
    axes.set_title(f"sensitivity of {found.name}", fontsize=9, loc="left", parse_math=False)


def _ranks(found: Sensitivity, axes: Any) -> None:
    labels = list(found.absolute)
    ranked = list(reversed(found.ranked.items()))
    colors = [COLORS[labels.index(label) % len(COLORS)] for label, _ in ranked]
    axes.barh([label for label, _ in ranked], [size for _, size in ranked], color=colors)
    axes.set_xlabel("root mean square of p ∂y/∂p")
    axes.set_title(f"collinearity index {found.collinearity:.3g}", fontsize=9, loc="left")
