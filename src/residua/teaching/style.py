"""What all teaching pictures share: colors, words, and the way they are finished."""

from __future__ import annotations

from typing import Any

from residua.report.panels import BLACK, BLUE, VERMILION
from residua.report.pictures import blank, picture_format, save_picture
from residua.report.sensitivity_figure import COLORS, STYLES

GREEN, GRAY = COLORS[2], "#777777"
# Dark where the loss is low. Readable with any color vision, and the colored paths stand out on it.
HEIGHTS = "Greys_r"


def sheet(width: float, height: float, path: Any, overwrite: bool) -> Any:
    """An empty figure; a path that cannot be written is refused before any work is done."""
    if path is not None:
        picture_format(path, overwrite)
    return blank((width, height))


def finished(figure: Any, path: Any, overwrite: bool) -> Any:
    """The figure, saved when a path is given."""
    if path is not None:
        save_picture(figure, path, overwrite)
    return figure


def titled(axes: Any, text: str) -> None:
    """A small title at the left; no name in it is read as mathematics."""
    axes.set_title(text, fontsize=9, loc="left", parse_math=False)


def look(i: int) -> dict[str, Any]:
    """Color and line style number i; no two alike among the first 28."""
    return {"color": COLORS[i % len(COLORS)], "ls": STYLES[i // len(COLORS) % len(STYLES)]}


__all__ = [
    "BLACK",
    "BLUE",
    "GRAY",
    "GREEN",
    "HEIGHTS",
    "VERMILION",
    "finished",
    "look",
    "sheet",
    "titled",
]
