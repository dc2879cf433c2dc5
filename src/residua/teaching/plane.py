"""The loss over two of the parameters, the others held: what contours are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from residua._errors import ParameterError
from residua._types import ArraysByName
from residua.teaching.curvature import hessian
from residua.teaching.parameters import flat, labels, shaped
from residua.teaching.steps import gradient, loss
from residua.teaching.style import HEIGHTS

GRID, LEVELS = 81, 14
MARGIN = 0.5  # of the range, kept free around the points that must be seen


@dataclass(frozen=True)
class Plane:
    """Two named parameters that move while the others stay.

    Attributes:
        params: all parameters.
        places: of the two in `flat(params)`.
        data: x, y, and the names of the activation functions.
    """

    params: ArraysByName
    places: tuple[int, int]
    data: tuple[Any, ...]

    @property
    def names(self) -> tuple[str, str]:
        """Of the two."""
        every = labels(self.params)
        return every[self.places[0]], every[self.places[1]]

    @property
    def here(self) -> np.ndarray:
        """The two as they are (2,)."""
        return flat(self.params)[list(self.places)]

    @property
    def slope(self) -> np.ndarray:
        """The gradient of the loss by the two (2,)."""
        return flat(gradient(self.params, *self.data))[list(self.places)]

    def loss(self, point: Any) -> float:
        """The loss where the two have these values."""
        theta = flat(self.params)
        theta[list(self.places)] = point
        return float(loss(shaped(theta, self.params), *self.data))

    @property
    def bottom(self) -> np.ndarray | None:
        """Where the quadratic that fits the loss here has its minimum; None where it has none."""
        block = hessian(self.params, *self.data)[np.ix_(self.places, self.places)]
        if np.linalg.eigvalsh(block)[0] <= 1e-9 * abs(block).max():
            return None
        found = self.here - np.linalg.solve(block, self.slope)
        return found if self.loss(found) <= self.loss(self.here) else None

    @property
    def bottom_name(self) -> str:
        """What the bottom is: of a line's loss, which is quadratic, the minimum itself."""
        return "minimum" if "weight" in self.params else "minimum of the local quadratic"

    def window(self, points: Any = ()) -> tuple[np.ndarray, np.ndarray]:
        """Low and high corner (2,), (2,) of a region around here, the bottom and `points`."""
        seen = [self.here, *(np.asarray(point) for point in points)]
        if (bottom := self.bottom) is not None:
            seen.append(bottom)
        low, high = np.min(seen, axis=0), np.max(seen, axis=0)
        span = np.maximum(high - low, 0.5)
        return (low + high - span) / 2 - MARGIN * span, (low + high + span) / 2 + MARGIN * span

    def grid(self, low: np.ndarray, high: np.ndarray, points: int = GRID) -> tuple[Any, Any, Any]:
        """Values of the first, of the second (points,), and the loss (points, points)."""
        a, b = (np.linspace(low[i], high[i], points) for i in (0, 1))
        return a, b, np.array([[self.loss((one, two)) for one in a] for two in b])


def plane(params: ArraysByName, along: tuple[str, str] | None, *data: Any) -> Plane:
    """The plane of two parameters, by default of the first two.

    Raises ParameterError: there are no two parameters of these names.
    """
    every = labels(params)
    wanted = tuple(along or every[:2])
    if len(wanted) != 2 or len({*wanted} & {*every}) != 2:
        raise ParameterError(
            f"A loss surface is drawn over two parameters, not {wanted!r}.",
            causes=[f"the parameters are {', '.join(every)}"],
            next=f"along={tuple(every[:2])!r}",
        )
    values = {name: np.asarray(array, float) for name, array in params.items()}
    return Plane(values, (every.index(wanted[0]), every.index(wanted[1])), data)


def levels(heights: np.ndarray) -> np.ndarray:
    """Contour levels that are dense at the bottom, where the descent is slow."""
    low, high = float(heights.min()), float(heights.max())
    low = max(low, 1e-6 * high)
    return np.geomspace(low, max(high, 1.001 * low), LEVELS)


def draw_contours(over: Plane, axes: Any, low: np.ndarray, high: np.ndarray) -> Any:
    """Filled contours of the loss with their heights written on them."""
    a, b, heights = over.grid(low, high)
    steps = levels(heights)
    drawn = axes.contourf(a, b, heights, steps, cmap=HEIGHTS, norm="log", extend="min", alpha=0.6)
    lines = axes.contour(a, b, heights, steps, colors="0.35", linewidths=0.5)
    axes.clabel(lines, lines.levels[::2], fmt="%.2g", fontsize=7)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_xlabel(over.names[0], parse_math=False)
    axes.set_ylabel(over.names[1], parse_math=False)
    return drawn
