"""The paper that pictures are drawn on; matplotlib is imported here only.

Figures are made without pyplot, so no window, backend or current figure of the caller is touched.
"""

from __future__ import annotations

import io
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from residua._errors import FileError, MissingLibrary
from residua.report.atomic import checked_path, write_atomically

FORMATS = ("png", "pdf", "svg")
# Leading digits that all labels of an axis may share: "-400.02", rather than "0.02" and "-4e2" in
# a corner. Labels beside each other leave room for fewer than labels above each other.
SHARED_DIGITS = {"x": 4.0, "y": 7.0}


def blank(figsize: tuple[float, float]) -> Any:
    """An empty figure of this size in inches, that shows itself in notebooks."""
    made = figure_class()
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = made(figsize=figsize, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_picture(figure: Any, path: Any, overwrite: bool = True) -> None:
    """Write a figure whole or not at all; the suffix of the path names the format."""
    form = picture_format(path, overwrite)
    write_atomically(path, rendered(figure, form), overwrite)


def picture_format(path: Any, overwrite: bool) -> str:
    """The format that a path asks for. Raises FileError for another suffix."""
    suffix = Path(checked_path(path, overwrite)).suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        raise FileError(
            f"a picture is saved as {', '.join(FORMATS)}, not {suffix or 'without a suffix'}",
            next='fit.plot("fit.png")',
        )
    return suffix


@cache
def figure_class() -> Any:
    """matplotlib's Figure, able to show itself."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingLibrary(
            "a picture needs matplotlib, which is not installed",
            next='python -m pip install "residua[plot]"',
        ) from error

    class FitFigure(Figure):
        """A Figure that shows itself in a notebook without pyplot."""

        def draw(self, renderer: Any) -> None:
            for axes in self.axes:
                plain_labels(axes)
            super().draw(renderer)

        def _repr_png_(self) -> bytes:
            return rendered(self, "png")

    return FitFigure


def plain_labels(axes: Any) -> None:
    """Whole numbers at the ticks, with nothing to be added to them, where that stays readable."""
    for name, most in SHARED_DIGITS.items():
        axis = getattr(axes, f"{name}axis")
        form = axis.get_major_formatter()
        low, high = axis.get_view_interval()
        span, size = abs(high - low), max(abs(low), abs(high))
        if getattr(form, "get_useOffset", bool)() and span > 0 and size / span < 10**most:
            form.set_useOffset(False)


def rendered(figure: Any, form: str) -> bytes:
    """The bytes of a figure in one format, the same for the same figure."""
    # No date inside, so that the same fit gives the same file.
    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # A name in a script that the font lacks is drawn as boxes; that is no reason to fail.
        warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
        figure.savefig(buffer, format=form, dpi=150, metadata=date)
    return buffer.getvalue()


def film(figure: Any, draw: Callable[[int], None], frames: int, per_second: int = 10) -> bytes:
    """A GIF of a figure that `draw(0)`, `draw(1)`, ... changes; it runs in a circle."""
    from matplotlib.animation import PillowWriter

    writer = PillowWriter(fps=per_second)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.gif"
        draw(0)
        figure.canvas.draw()
        figure.set_layout_engine("none")  # laid out once: the panels do not jump, and it is faster
        with writer.saving(figure, str(path), dpi=100):
            for frame in range(frames):
                draw(frame)
                writer.grab_frame()
        return path.read_bytes()
