"""Figures of pages: without pyplot, shown when they are the last line of a cell."""

from __future__ import annotations

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


class Paper(Figure):
    """A matplotlib Figure of a size in inches that a notebook can show."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self)

    def _repr_png_(self) -> bytes:
        # The date is left out, so that the same numbers make the same picture.
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
        return buffer.getvalue()
