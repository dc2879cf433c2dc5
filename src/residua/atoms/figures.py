"""Pictures of a potential beside its data: parity, residuals, energies, and all of them in one.

Functions of plain arrays; numbers of a structure may have any shape, such as forces (n, 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.atoms.figure_panels import (
    Compared,
    compared,
    draw_histogram,
    draw_parity,
    draw_residuals,
)
from residua.report.pictures import blank, figure_class, picture_format, save_picture

VOLUME = "volume (Å³/atom)"


def parity(
    predicted: Sequence[Any],
    observed: Sequence[Any],
    groups: Sequence[str] | None = None,
    *,
    quantity: str = "energy",
    held: Sequence[bool] | None = None,
    path: Any = None,
    axes: Any = None,
    overwrite: bool = True,
) -> Any:
    """Predicted against observed, a color for each family, with its root mean square error.

    Args:
        predicted: (m,) energies for an atom, or m arrays of forces (n, 3) or stresses (3, 3), in
            eV, eV/Å, eV/Å^3.
        observed: the same; nan or None where absent.
        groups: (m,) family of each structure.
        quantity: "energy", "forces" or "stress", which is shown in GPa.
        held: (m,) whether a structure was held back; drawn open.
        path: where to save: .png, .pdf or .svg; None saves nothing.
        axes: matplotlib axes to draw into instead.
        overwrite: False refuses to replace a file.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        DataError: nothing to compare, or shapes differ.
        MissingLibrary: matplotlib is not installed.
        FileError: the path cannot be written.

    Example:
        >>> figure = parity([-0.1, -0.2], [-0.11, -0.19], ["fcc", "bcc"])
        >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
        ['fcc  10', 'bcc  10']
    """
    rows, _ = compared(predicted, observed, groups, held, quantity)
    figure, panel = _paper(path, axes, overwrite, (5.6, 5.2))
    draw_parity(rows, panel)
    return _kept(figure, path, overwrite)


def residuals(
    predicted: Sequence[Any],
    observed: Sequence[Any],
    along: Sequence[float],
    groups: Sequence[str] | None = None,
    *,
    name: str = VOLUME,
    quantity: str = "energy",
    held: Sequence[bool] | None = None,
    path: Any = None,
    axes: Any = None,
    overwrite: bool = True,
) -> Any:
    """Predicted - observed along a property of the structures, such as the volume for an atom.

    Args:
        predicted, observed, groups, quantity, held, path, axes, overwrite: as of `parity`.
        along: (m,) what the structures are laid out by.
        name: of that axis.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        DataError, MissingLibrary, FileError: as of `parity`.

    Example:
        >>> figure = residuals([-0.1, -0.2], [-0.11, -0.19], [25.0, 30.0])
        >>> figure.axes[0].get_xlabel()
        'volume (Å³/atom)'
    """
    rows, owner = compared(predicted, observed, groups, held, quantity)
    place = _as_long(along, observed, "along")[owner]
    figure, panel = _paper(path, axes, overwrite, (6.4, 4.4))
    draw_residuals(rows, place, name, panel)
    return _kept(figure, path, overwrite)


def energy_histogram(
    energies: Sequence[float],
    held: Sequence[bool] | None = None,
    *,
    path: Any = None,
    axes: Any = None,
    overwrite: bool = True,
) -> Any:
    """How many structures have which energy, those held back on top of those fitted.

    Args:
        energies: (m,) eV for an atom; nan where absent.
        held: (m,) whether a structure was held back.
        path, axes, overwrite: as of `parity`.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        DataError: no energy is there. MissingLibrary, FileError: as of `parity`.

    Example:
        >>> energy_histogram([-0.1, -0.12, -0.05]).axes[0].get_ylabel()
        'structures'
    """
    values = np.asarray(energies, float)
    there = np.isfinite(values)
    if not there.any():
        raise DataError("no structure has an energy")
    apart = np.zeros(len(values), bool) if held is None else _as_long(held, values, "held") > 0
    parts = [("fitted", values[there & ~apart]), ("held back", values[there & apart])]
    figure, panel = _paper(path, axes, overwrite, (5.6, 4.0))
    draw_histogram([part for part in parts if len(part[1])], panel)
    return _kept(figure, path, overwrite)


def overview(
    energies: tuple[Sequence[float], Sequence[float]],
    volumes: Sequence[float],
    groups: Sequence[str] | None = None,
    *,
    forces: tuple[Sequence[Any], Sequence[Any]] | None = None,
    held: Sequence[bool] | None = None,
    title: str | None = None,
    path: Any = None,
    overwrite: bool = True,
) -> Any:
    """Four panels: parity of energies and of forces, residuals along the volume, the histogram.

    Args:
        energies: (predicted, observed), (m,) each, eV for an atom.
        volumes: (m,) Å^3 for an atom.
        forces: (predicted, observed), m arrays (n, 3) each, eV/Å; None leaves the panel out.
        groups, held, path, overwrite: as of `parity`.
        title: above the picture.

    Returns:
        A matplotlib Figure that shows itself in notebooks.

    Raises:
        DataError, MissingLibrary, FileError: as of `parity`.

    Example:
        >>> figure = overview(([-0.1, -0.2], [-0.11, -0.19]), [25.0, 30.0], ["fcc", "bcc"])
        >>> len(figure.axes)
        3
    """
    rows, owner = compared(*energies, groups, held, "energy")
    moved: Compared | None = None
    if forces is not None:
        moved, _ = compared(*forces, groups, held, "forces")
    if path is not None:
        picture_format(path, overwrite)
    figure = blank((10.5, 9.0) if moved else (15.0, 4.8))
    panels = np.ravel(figure.subplots(2, 2) if moved else figure.subplots(1, 3))
    draw_parity(rows, panels[0])
    if moved is not None:
        draw_parity(moved, panels[1])
    draw_residuals(
        rows, _as_long(volumes, energies[1], "volumes")[owner], VOLUME, panels[-2], legend=False
    )
    energy_histogram(energies[1], held, axes=panels[-1])
    if title:
        figure.suptitle(title, parse_math=False)
    return _kept(figure, path, overwrite)


def _paper(path: Any, axes: Any, overwrite: bool, size: tuple[float, float]) -> tuple[Any, Any]:
    """The figure and its one panel; a path that cannot be written is refused before any work."""
    figure_class()  # says which library is missing
    if path is not None:
        picture_format(path, overwrite)
    if axes is not None:
        return axes.figure, axes
    figure = blank(size)
    return figure, figure.add_subplot()


def _kept(figure: Any, path: Any, overwrite: bool) -> Any:
    if path is not None:
        save_picture(figure, path, overwrite)
    return figure


def _as_long(values: Any, like: Any, name: str) -> np.ndarray:
    found = np.asarray(values, float)
    if found.shape != (len(like),):
        raise DataError(f"{name} has shape {found.shape}, not ({len(like)},)")
    return found
