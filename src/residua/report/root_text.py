"""A root of equations as text and for notebooks: unknowns, their errors, slopes by parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from residua._words import counted
from residua.report import markup
from residua.report.text import wrapped

if TYPE_CHECKING:
    from residua.roots.root import Root

MOST_ROWS = 60


def describe(root: Root) -> str:
    """How the search ended, and a line for every unknown.

    >>> import residua as rs
    >>> print(describe(rs.solve(lambda x, a: x**2 - a, 2.0, {"a": 4.0})))
    found a root (1 evaluation, largest residual 0)
      x = 2   d/da 0.25
    """
    errors, slopes = _errors(root), _slopes(root)
    lines = wrapped(_headline(root), "", "    ")
    for i, (label, value) in enumerate(zip(_labels(root), np.asarray(root))):
        error = "" if errors is None else f" ± {errors[i]:.2g}"
        by = ", ".join(f"d/d{name} {slope[i]:.4g}" for name, slope in slopes.items())
        lines += wrapped(f"{label} = {value:.10g}{error}{'   ' + by if by else ''}", "  ", "      ")
    return "\n".join(lines)


def describe_html(root: Root) -> str:
    """The same as one HTML element for notebooks, with a table of the unknowns."""
    errors, slopes, labels = _errors(root), _slopes(root), _labels(root)
    error = [] if errors is None else ["stderr"]
    heads = ["unknown", "value", *error, *(f"d/d{name}" for name in slopes)]
    lines = []
    for i, value in enumerate(np.asarray(root)[:MOST_ROWS]):
        error = [] if errors is None else [f"{errors[i]:.2g}"]
        by = [f"{slope[i]:.4g}" for slope in slopes.values()]
        lines.append([labels[i], f"{value:.10g}", *error, *by])
    said = _headline(root)
    return markup.page(
        markup.paragraph(said) if root.ok else markup.findings([said]),
        markup.table(heads, lines, len(labels) - MOST_ROWS, "root.x"),
    )


def _headline(root: Root) -> str:
    largest = np.abs(root.residual).max()
    times = counted(root.evaluations, "evaluation")
    return f"{root.outcome} ({times}, largest residual {largest:.2g})"


def _labels(root: Root) -> list[str]:
    """What the unknowns are called, entry by entry."""
    items = root.x.items() if isinstance(root.x, dict) else [("x", root.x)]
    return [
        label
        for name, value in items
        for label in ([f"{name}[{i}]" for i in range(np.size(value))] if np.ndim(value) else [name])
    ]


def _errors(root: Root) -> np.ndarray | None:
    return None if root.covariance is None else np.sqrt(np.diagonal(root.covariance))


def _slopes(root: Root) -> dict[str, np.ndarray]:
    """Derivatives of all unknowns by each parameter that is one number."""
    size = np.size(np.asarray(root))
    found = {name: np.ravel(slope) for name, slope in root.sensitivity.items()}
    return {name: slope for name, slope in found.items() if slope.size == size}
