"""Roots, extrema and integrals of a fitted function, with standard errors.

Where f(x; θ) = 0 the root moves with the parameters as dx/dθ = -(∂f/∂θ) / (∂f/∂x); an extremum is a
root of the derivative. The delta method on the triangle turns that into a standard error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from residua._errors import DataError, ParameterError
from residua.inference.derive import Derived, with_errors
from residua.inference.function import FittedFunction, linearized
from residua.roots.solve import solve

if TYPE_CHECKING:
    from residua.fitting.result import Fit

# Places looked at in the fitted range: two landmarks closer together than this count as one.
GRID = 1025
# Gauss-Legendre nodes per panel, and the relative change at which panels are no longer halved.
NODES, SETTLED, MOST_PANELS = 20, 1e-12, 4096


class Extremum(NamedTuple):
    """Where a function is extreme, and its value there, each with its standard error."""

    x: Derived
    value: Derived

    def __str__(self) -> str:
        return f"{self.value} at {self.x}"


class Line(NamedTuple):
    """A function along one variable, the others held: what is searched, and where."""

    function: FittedFunction
    name: str
    held: dict[str, float]
    low: float
    high: float

    def columns(self, x: Any) -> tuple[np.ndarray, ...]:
        """Values of every variable for values of this one."""
        x = np.asarray(x, dtype=float)
        names = self.function.model.independent
        return tuple(x if n == self.name else np.full(x.shape, self.held[n]) for n in names)

    def values(self, x: Any) -> np.ndarray:
        """The function along the line."""
        found = self.function(*self.columns(x))
        return np.broadcast_to(found, np.shape(x))

    def slope(self) -> Line:
        """The derivative along the line."""
        return self._replace(function=self.function.derivative(self.name))

    def gradient(self, x: float) -> tuple[float, np.ndarray]:
        """Value and its derivatives by the free parameters at one place."""
        fit, model = self.function.fit, self.function.model
        value, tangents = linearized(fit, model, self.columns([x]))
        return float(value[0]), tangents[:, 0]


def root(
    function: FittedFunction,
    target: float = 0.0,
    *,
    start: float | None = None,
    within: tuple[float, float] | None = None,
    at: Mapping[str, float] | None = None,
    level: float = 0.95,
) -> Derived:
    """Where a fitted function takes the value `target`, with its standard error.

    f(x; θ) = target; dx/dθ = -(∂f/∂θ) / (∂f/∂x).

    Args:
        function: of a fit.
        target: the value sought.
        start: where to begin. By default the fitted range is searched.
        within: (low, high) to search instead of the fitted range.
        at: values of the other variables, by name.
        level: coverage of `low`..`high`.

    Returns:
        A Derived.

    Raises:
        DataError: no root, or several and no start.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0, 3.0], [-1.0, 1.1, 2.9, 5.0])
        >>> round(fit.root().value, 2)
        0.49
    """
    line = _line(function, within, at)
    place = _crossing(line, target) if start is None else float(start)
    found = solve(lambda x: _along(line, x) - target, place)
    if not found.ok:
        raise DataError(
            f"no x was found where the function is {target:g}: the search from {place:g} "
            f"{found.outcome}",
            next="start=..., near the place",
        )
    _, by_parameters = line.gradient(found.x)
    slope, _ = line.slope().gradient(found.x)
    return with_errors(function.fit, np.array(found.x), -by_parameters / slope, level)


def extremum(
    function: FittedFunction,
    lowest: bool,
    *,
    within: tuple[float, float] | None = None,
    at: Mapping[str, float] | None = None,
    level: float = 0.95,
) -> Extremum:
    """The lowest (or highest) point of a fitted function inside a range, with standard errors.

    f'(x; θ) = 0; dx/dθ = -(∂f'/∂θ) / f''; the value moves as ∂f/∂θ.

    Args:
        function: of a fit.
        lowest: a minimum, or a maximum.
        within: (low, high) to search; the fitted range by default.
        at: values of the other variables, by name.
        level: coverage of the intervals.

    Returns:
        An Extremum: x and value, each a Derived.

    Raises:
        DataError: the function is extreme at the end of the range only.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*(x - b)**2 + c", [0.0, 1.0, 2.0, 3.0, 4.0], [4.1, 0.9, 0.1, 1.1, 4.3])
        >>> round(fit.minimum().x.value, 2)
        1.97
    """
    line = _line(function, within, at)
    grid = np.linspace(line.low, line.high, GRID)
    values = line.values(grid) if lowest else -line.values(grid)
    best = int(np.nanargmin(values))
    if best in (0, GRID - 1):
        kind = "minimum" if lowest else "maximum"
        raise DataError(
            f"the function has no {kind} between {line.low:g} and {line.high:g}: it is most "
            f"extreme at the end, {grid[best]:g}",
            next="within=(low, high)",
        )
    slope = line.slope()
    found = solve(lambda x: _along(slope, x), float(grid[best]))
    if not found.ok or not grid[best - 1] <= found.x <= grid[best + 1]:
        found_x = _bisected(slope, grid[best - 1], grid[best + 1])
    else:
        found_x = float(found.x)
    _, by_parameters = slope.gradient(found_x)
    curvature, _ = slope.slope().gradient(found_x)
    value, height = line.gradient(found_x)
    fit = function.fit
    return Extremum(
        with_errors(fit, np.array(found_x), -by_parameters / curvature, level),
        with_errors(fit, np.array(value), height, level),
    )


def integral(
    function: FittedFunction,
    low: float,
    high: float,
    *,
    at: Mapping[str, float] | None = None,
    level: float = 0.95,
) -> Derived:
    """The integral of a fitted function over one variable, with its standard error.

    ∫ f(x; θ) dx by Gauss-Legendre panels, halved until nothing changes; its gradient alike.

    Args:
        function: of a fit.
        low, high: finite limits.
        at: values of the other variables, by name.
        level: coverage of `low`..`high`.

    Returns:
        A Derived.

    Raises:
        DataError: the limits are not finite, or the integral does not settle.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0, 3.0], [-1.0, 1.1, 2.9, 5.0])
        >>> round(fit.integral(0.0, 3.0).value, 2)
        6.0
    """
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DataError(
            f"the limits {low} and {high} are not finite", next="fit.integral(0.0, 1.0)"
        )
    line = _line(function, (low, high), at)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    panels, before = 1, None
    while panels <= MOST_PANELS:
        edges = np.linspace(low, high, panels + 1)
        half = 0.5 * np.diff(edges)
        x = (edges[:-1] + half)[:, None] + half[:, None] * nodes
        w = (half[:, None] * weights).ravel()
        value, tangents = linearized(function.fit, function.model, line.columns(x.ravel()))
        now = np.concatenate([[value @ w], tangents @ w])
        size = np.concatenate([[np.abs(value) @ np.abs(w)], np.abs(tangents) @ np.abs(w)])
        if before is not None and (np.abs(now - before) <= SETTLED * size).all():
            return with_errors(function.fit, now[0:1].reshape(()), now[1:], level)
        panels, before = 2 * panels, now
    raise DataError(f"the integral from {low:g} to {high:g} does not settle")


def _line(
    function: FittedFunction, within: tuple[float, float] | None, at: Mapping[str, float] | None
) -> Line:
    names = function.model.independent
    held = dict(at or {})
    if unknown := [name for name in held if name not in names]:
        raise ParameterError(
            f"at names {', '.join(unknown)}, which is no variable of the function",
            causes=[f"its variables are {', '.join(names)}"],
        )
    free = [name for name in names if name not in held]
    if len(free) != 1:
        others = ", ".join(f"'{name}': ..." for name in free[1:])
        raise ParameterError(
            f"the function has {len(free)} free variables ({', '.join(free)}), and one is searched",
            next=f"at={{{others}}}",
        )
    fitted = function.fit.x.get(free[0])
    if fitted is not None and fitted.ndim > 1 and function.fit.model.kind == "network":
        raise ParameterError(
            f"{free[0]} is a table of {fitted.shape[-1]} inputs, and one variable is searched",
            causes=["the columns of a matrix have no names to hold all but one of them by"],
            next='rs.fit(model, {"a": X[:, 0], "b": X[:, 1]}, y).minimum(at={"b": ...})',
        )
    if within is not None:
        low, high = map(float, within)
    elif fitted is None or not fitted.size:
        raise ParameterError(f"{free[0]} has no fitted range to search", next="within=(low, high)")
    else:
        low, high = float(fitted.min()), float(fitted.max())
    return Line(function, free[0], held, low, high)


def _along(line: Line, x: Any) -> Any:
    """The function at one place, for `solve`: x may carry derivatives."""
    model, fit = line.function.model, line.function.fit
    columns = [x if name == line.name else line.held[name] for name in model.independent]
    return model.evaluate(columns, fit.parameters.values(fit.theta))


def _crossing(line: Line, target: float) -> float:
    """The place on the grid where the function crosses the target, if there is one such place."""
    grid = np.linspace(line.low, line.high, GRID)
    values = line.values(grid) - target
    with np.errstate(invalid="ignore"):
        exact = np.flatnonzero(values == 0)
        turns = np.flatnonzero(values[:-1] * values[1:] < 0)
    places = sorted([*grid[exact].tolist(), *(_between(grid, values, int(i)) for i in turns)])
    if len(places) == 1:
        return places[0]
    if not places:
        raise DataError(
            f"the function does not take the value {target:g} between {line.low:g} and "
            f"{line.high:g}",
            causes=["it does so outside the fitted range", "it touches the value without crossing"],
            next="within=(low, high), or start=...",
        )
    listed = ", ".join(f"{place:.4g}" for place in places[:6])
    raise DataError(
        f"the function takes the value {target:g} at {len(places)} places: near {listed}",
        next=f"start={places[0]:.4g}",
    )


def _between(grid: np.ndarray, values: np.ndarray, i: int) -> float:
    share = values[i] / (values[i] - values[i + 1])
    return float(grid[i] + share * (grid[i + 1] - grid[i]))


def _bisected(slope: Line, low: float, high: float) -> float:
    """The sign change of the slope, where Newton's method left the bracket."""
    at_low: Callable[[float], float] = lambda x: float(slope.values(np.array([x]))[0])  # noqa: E731
    left = at_low(low)
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if left * at_low(middle) > 0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


# Doors of Fit -----------------------------------------------------------------------------------


def _whole(fit: Fit) -> FittedFunction:
    return FittedFunction(fit, fit.model)


def fit_root(fit: Fit, target: float = 0.0, **options: Any) -> Derived:
    """Where the fitted model takes the value `target`; see `root`."""
    return root(_whole(fit), target, **options)


def fit_minimum(fit: Fit, **options: Any) -> Extremum:
    """The lowest point of the fitted model within its data; see `extremum`."""
    return extremum(_whole(fit), True, **options)


def fit_maximum(fit: Fit, **options: Any) -> Extremum:
    """The highest point of the fitted model within its data; see `extremum`."""
    return extremum(_whole(fit), False, **options)


def fit_integral(fit: Fit, low: float, high: float, **options: Any) -> Derived:
    """The integral of the fitted model; see `integral`."""
    return integral(_whole(fit), low, high, **options)
