"""One row per fitted or fixed number: what every report of a fit, in whatever form, is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from residua.report.rounding import format_interval, format_value, number, percent

if TYPE_CHECKING:
    from residua.fitting.result import Fit


@dataclass(frozen=True)
class Row:
    """One number of the model; `held` is not zero when it sits at its bound."""

    label: str
    fixed: bool
    value: float
    stderr: float
    low: float
    high: float
    start: float
    lower: float
    upper: float
    held: float = 0.0
    tie: str = field(default="", kw_only=True)
    unit: str = field(default="", kw_only=True)

    @property
    def state(self) -> str:
        """In words, why there is no error bar; empty when there is one."""
        if self.fixed:
            return "fixed"
        if self.held:
            side = "lower" if self.value <= self.lower else "upper"
            return f"at its {side} bound"
        if math.isinf(self.stderr):
            return "not determined"
        return "error not known" if math.isnan(self.stderr) else ""

    @property
    def estimate(self) -> str:
        """Value with error, or the value alone with the reason why it has none."""
        if self.state:
            return f"{number(self.value)} ({self.state})"
        return format_value(self.value, self.stderr)

    @property
    def interval(self) -> str:
        """The interval, empty where there is none."""
        if self.state:
            return ""
        return format_interval(self.value, self.stderr, self.low, self.high)

    @property
    def relative(self) -> str:
        """Error over value in percent, empty where there is none."""
        if self.state or self.value == 0:
            return ""
        return percent(self.stderr / self.value)

    @property
    def bounds(self) -> str:
        """`a >= 0`, `a in [0, 1]`, or empty."""
        low, high = math.isfinite(self.lower), math.isfinite(self.upper)
        if low and high:
            return f"{self.label} in [{number(self.lower)}, {number(self.upper)}]"
        if low or high:
            return (
                f"{self.label} {'>=' if low else '<='} {number(self.lower if low else self.upper)}"
            )
        return ""


def rows(fit: Fit, level: float = 0.95) -> list[Row]:
    """Every number of the model in order, arrays entry by entry."""
    intervals = fit.confidence_intervals(level)
    held = fit.parameters.spread(fit.verdict.uncertainty.held.astype(float), 0.0)
    units = fit.units
    found = []
    for leaf in fit.parameters.leaves:
        name, (low, high) = leaf.name, intervals[leaf.name]
        items = (fit.params[name], fit.stderr[name], low, high, leaf.start, leaf.lower, leaf.upper)
        columns = [_flat(item, leaf.shape) for item in (*items, held[name])]
        # Of a joint fit, one dataset's entry of a parameter may be fixed and another's not.
        fixed = map(bool, _flat(leaf.fixed, leaf.shape))
        for label, one_fixed, numbers in zip(leaf.labels, fixed, zip(*columns)):
            tie = "" if leaf.tie is None else f"{leaf.name} = {leaf.tie.text}"
            found.append(Row(label, one_fixed, *numbers, tie=tie, unit=units.get(name) or ""))
    return found


def _flat(value: Any, shape: tuple[int, ...]) -> list[float]:
    array: list[float] = np.broadcast_to(np.asarray(value, dtype=float), shape).ravel().tolist()
    return array


def strong_correlations(fit: Fit, above: float = 0.9) -> list[tuple[str, str, float]]:
    """Pairs of parameters with |correlation| above this, the strongest first."""
    matrix = np.nan_to_num(np.triu(fit.correlation, 1), nan=0.0)
    pairs = np.argwhere(np.abs(matrix) > above)
    pairs = pairs[np.argsort(-np.abs(matrix[tuple(pairs.T)]), kind="stable")]
    names = fit.labels
    return [(names[i], names[j], float(matrix[i, j])) for i, j in pairs]
