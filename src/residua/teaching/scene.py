"""A training as numbers to draw: which steps are shown, and where on the page everything lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.teaching.trace import Trace

MOST_FRAMES, POINTS = 120, 101
WIDTH, HEIGHT = 440, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 28, 46
FAR = 4000.0  # pixels beyond which nobody sees where a runaway curve is
Words = Callable[[float], str]


@dataclass(frozen=True)
class Axis:
    """A range of numbers laid on pixels, with its ticks.

    Attributes:
        low: number at the beginning.
        high: number at the end.
        pixels: beginning and end on the page.
        log: whether equal ratios lie equally far apart.
    """

    low: float
    high: float
    pixels: tuple[float, float]
    log: bool = False

    def __call__(self, values: Any) -> np.ndarray:
        """Pixels, to a tenth, of numbers; what is no number lies at the end."""
        numbers = np.asarray(values, float)
        ends = np.array([self.low, self.high])
        if self.log:
            numbers, ends = np.log10(np.maximum(numbers, 1e-300)), np.log10(ends)
        share = np.nan_to_num((numbers - ends[0]) / (ends[1] - ends[0]), nan=1.0, posinf=1e9)
        begin, end = self.pixels
        return np.round(np.clip(begin + share * (end - begin), -FAR, FAR), 1)

    @property
    def ticks(self) -> list[float]:
        """Round numbers within the range: powers of ten, or steps of 1, 2 or 5."""
        if self.log:
            low, high = np.ceil(np.log10(self.low)), np.floor(np.log10(self.high))
            every = max(1, int(np.ceil((high - low) / 6)))
            return [float(10.0**n) for n in np.arange(low, high + 0.5, every)]
        rough = (self.high - self.low) / 6
        power = 10.0 ** np.floor(np.log10(rough))
        step = power * next(m for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
        first = np.ceil(self.low / step - 1e-9)
        return [
            float(n * step) + 0.0 for n in np.arange(first, np.floor(self.high / step + 1e-9) + 0.5)
        ]


def across(low: float, high: float, log: bool = False) -> Axis:
    """An axis from left to right over the inside of a panel."""
    return Axis(low, high, (LEFT, WIDTH - RIGHT), log)


def upward(low: float, high: float, log: bool = False) -> Axis:
    """An axis from bottom to top over the inside of a panel."""
    return Axis(low, high, (HEIGHT - BOTTOM, TOP), log)


def chosen(count: int, most: int = MOST_FRAMES) -> np.ndarray:
    """Which of `count` steps are shown: all, or the first ones densely and the last one.

    Example:
        >>> chosen(5).tolist(), len(chosen(1001)) <= MOST_FRAMES, int(chosen(1001)[-1])
        ([0, 1, 2, 3, 4], True, 1000)
    """
    if count <= most:
        return np.arange(count)
    even = np.linspace(0, count - 1, most // 2)
    early = np.geomspace(1, count - 1, most // 2)
    return np.unique(np.concatenate([even, early]).round().astype(int))


def named(trace: Any) -> dict[str, Trace]:
    """One trace, or several by name, as several by name."""
    several = dict(trace) if isinstance(trace, Mapping) else {"training": trace}
    if not several:
        raise DataError("There is no trace to show.", next="animation(teach.repeat(...), x, y)")
    return several


def observed(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Data of one input. Raises DataError for several: there is no curve over them."""
    where, seen = np.asarray(x, float), np.asarray(y, float)
    where = where[:, 0] if where.ndim == 2 and where.shape[1] == 1 else where
    if where.ndim != 1 or where.shape != seen.shape or not where.size:
        raise DataError(
            f"The fit is shown over one input: x and y of one length, not {np.shape(x)} and "
            f"{np.shape(y)}.",
            next="teach.traces(trace), which is for any number of inputs",
        )
    return where, seen


def padded(values: Any, share: float = 0.06) -> tuple[float, float]:
    """Lowest and highest, with some room."""
    low, high = float(np.min(values)), float(np.max(values))
    room = share * (high - low) or 0.5
    return low - room, high + room


def loss_range(traces: Mapping[str, Trace]) -> tuple[float, float]:
    """What the loss panel shows: a runaway training leaves it at the top."""
    start = max(float(trace.loss[0]) for trace in traces.values())
    finite = np.concatenate([trace.loss[np.isfinite(trace.loss)] for trace in traces.values()])
    low = max(float(finite.min()), 1e-12 * start, 1e-300)
    return low / 1.5, max(min(float(finite.max()), 1e3 * start), 2 * low) * 1.5


def words(trace: Trace, step: int) -> str:
    """One frame in words: step, loss, and the parameters where there are few."""
    said = f"step {trace.steps[step]}: loss {trace.loss[step]:.6g}, rate {trace.rate[step]:.4g}"
    if len(trace.names) <= 4:
        pairs = zip(trace.names, trace.matrix[step])
        said += "".join(f", {name} {value:.6g}" for name, value in pairs)
    return said
