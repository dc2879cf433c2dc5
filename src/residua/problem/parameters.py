"""Parameters: names, starts, bounds, what is fixed, and the vector of those that are free."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from residua._errors import ParameterError

Bound = tuple[float, float]


@dataclass(frozen=True)
class Parameter:
    """One named leaf of a model: a number, or an array of numbers fitted together.

    `start` is None while no start is known. Bounds hold for every entry of an array.
    """

    name: str
    start: Any = None
    lower: Any = -math.inf
    upper: Any = math.inf
    fixed: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """() for a number."""
        return () if self.start is None or isinstance(self.start, float) else self.start.shape

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def labels(self) -> tuple[str, ...]:
        """One name per number: `a`, or `w[0]`, `w[1]` ... for an array."""
        if not self.shape:
            return (self.name,)
        return tuple(
            f"{self.name}[{','.join(map(str, index))}]" for index in np.ndindex(self.shape)
        )


@dataclass(frozen=True)
class Parameters:
    """The parameters of one fit, in the order of the model's signature."""

    leaves: tuple[Parameter, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter, fixed or free."""
        return tuple(leaf.name for leaf in self.leaves)

    @property
    def free(self) -> tuple[Parameter, ...]:
        """Those that are fitted."""
        return tuple(leaf for leaf in self.leaves if not leaf.fixed)

    @property
    def labels(self) -> tuple[str, ...]:
        """One name per fitted number, in the order of the free vector."""
        return tuple(label for leaf in self.free for label in leaf.labels)

    def vector(self, values: Mapping[str, Any] | None = None) -> np.ndarray:
        """The free vector at `values` (at the start when not given)."""
        parts = [leaf.start if values is None else values[leaf.name] for leaf in self.free]
        if all(isinstance(part, float) for part in parts):
            return np.array(parts, dtype=float)
        return np.concatenate([np.ravel(part) for part in parts]).astype(float)

    def values(self, theta: Any) -> list[Any]:
        """Every parameter's value, in order, taken from a free vector (or a carrier of one)."""
        values, position = [], 0
        for leaf in self.leaves:
            if leaf.fixed:
                values.append(leaf.start)
            elif not leaf.shape:
                values.append(theta[position])
                position += 1
            else:
                values.append(theta[position : position + leaf.size].reshape(leaf.shape))
                position += leaf.size
        return values

    def named(self, theta: np.ndarray) -> dict[str, Any]:
        """Values by name: a float each, or an array for an array parameter."""
        values = self.values(theta)
        return {
            leaf.name: value if leaf.shape else float(value)
            for leaf, value in zip(self.leaves, values)
        }

    def spread(self, numbers: np.ndarray, fixed: float) -> dict[str, Any]:
        """One number per free entry, by name; `fixed` stands for what was not fitted."""
        result: dict[str, Any] = {}
        position = 0
        for leaf in self.leaves:
            if leaf.fixed:
                result[leaf.name] = np.full(leaf.shape, fixed) if leaf.shape else fixed
                continue
            chunk = numbers[position : position + leaf.size]
            result[leaf.name] = chunk.reshape(leaf.shape) if leaf.shape else float(chunk[0])
            position += leaf.size
        return result

    def bounds(self) -> tuple[np.ndarray, np.ndarray] | None:
        """(lower, upper) of the free vector, or None when nothing is bounded."""
        free = self.free
        if all(isinstance(p.lower, float) and p.lower == -math.inf for p in free) and all(
            isinstance(p.upper, float) and p.upper == math.inf for p in free
        ):
            return None
        lower = [np.broadcast_to(leaf.lower, leaf.shape).ravel() for leaf in free]
        upper = [np.broadcast_to(leaf.upper, leaf.shape).ravel() for leaf in free]
        return np.concatenate(lower).astype(float), np.concatenate(upper).astype(float)

    def started(self, start: Mapping[str, Any]) -> Parameters:
        """The same parameters with these starts."""
        leaves = (
            replace(leaf, start=as_start(leaf.name, start[leaf.name]))
            if leaf.name in start
            else leaf
            for leaf in self.leaves
        )
        return Parameters(tuple(leaves))


def as_start(name: str, value: Any) -> Any:
    """A float, or a float64 array, or a ParameterError that says why not."""
    if type(value) is float and math.isfinite(value):
        return value
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"the start of {name} is {value!r}, not a number", next=f"start={{'{name}': 1.0}}"
        ) from error
    if not np.isfinite(array).all():
        raise ParameterError(f"the start of {name} is {value!r}: a start must be finite")
    return float(array) if array.ndim == 0 else array.copy()


def unknown_name(name: str, names: Iterable[str], role: str) -> ParameterError:
    """The error for a name that is not a parameter of the model, with a near match."""
    known = list(names)
    near = get_close_matches(name, known, n=1)
    return ParameterError(
        f"{role} names {name!r}, which is not a parameter of the model",
        causes=[f"the parameters are {', '.join(known) or 'none'}"],
        next=f"{role}={{'{near[0]}': ...}}" if near else "",
    )


def gather(
    names: Sequence[str],
    defaults: Mapping[str, Any],
    default_bounds: Mapping[str, Bound],
    start: Any = None,
    bounds: Any = None,
    fixed: Any = None,
) -> Parameters:
    """Close the words of `fit` (start=, bounds=, fixed=) into Parameters.

    Fixed values beat starts, given starts beat the defaults of the signature, given bounds beat the
    model's own. Raises ParameterError for unknown names, wrong lengths, a start outside its bounds.
    """
    starts = {**{k: v for k, v in defaults.items() if k in names}, **_starts(names, start)}
    held = _fixed(names, starts, fixed)
    limits = {**default_bounds, **_bounds(names, bounds)}
    leaves = []
    for name in names:
        value = held.get(name, starts.get(name))
        lower, upper = limits.get(name, (-math.inf, math.inf))
        number = None if value is None else as_start(name, value)
        leaves.append(_leaf(name, number, lower, upper, name in held, name in starts))
    return Parameters(tuple(leaves))


def _leaf(name: str, start: Any, lower: Any, upper: Any, fixed: bool, given: bool) -> Parameter:
    if fixed or (isinstance(lower, float) and lower == -math.inf and upper == math.inf):
        return Parameter(name, start, lower, upper, fixed)
    if np.any(np.asarray(lower) > np.asarray(upper)):
        raise ParameterError(f"the lower bound of {name} is above its upper bound")
    if given and (np.any(start < np.asarray(lower)) or np.any(start > np.asarray(upper))):
        raise ParameterError(
            f"the start of {name}, {start}, is outside its bounds [{lower}, {upper}]",
            causes=["the start (or the default in the signature) was chosen before the bounds"],
            next=f"start={{'{name}': {_inside(lower, upper)}}}",
        )
    return Parameter(name, start, lower, upper, fixed)


def _inside(lower: Any, upper: Any) -> float:
    low, high = float(np.max(lower)), float(np.min(upper))
    if math.isfinite(low) and math.isfinite(high):
        return 0.5 * (low + high)
    return low + 1.0 if math.isfinite(low) else high - 1.0


def _starts(names: Sequence[str], start: Any) -> dict[str, Any]:
    if start is None:
        return {}
    if isinstance(start, Mapping):
        for name in start:
            if name not in names:
                raise unknown_name(str(name), names, "start")
        return dict(start)
    values = [start] if np.ndim(start) == 0 else list(start)
    if len(values) != len(names):
        raise ParameterError(
            f"start has {len(values)} values but the model has {len(names)} parameters: "
            f"{', '.join(names)}",
            next=f"start={{{', '.join(f'{name!r}: ...' for name in names)}}}",
        )
    return dict(zip(names, values))


def _fixed(names: Sequence[str], starts: Mapping[str, Any], fixed: Any) -> dict[str, Any]:
    if fixed is None:
        return {}
    if isinstance(fixed, str):
        fixed = [fixed]
    held = dict(fixed) if isinstance(fixed, Mapping) else {name: True for name in fixed}
    for name, value in held.items():
        if name not in names:
            raise unknown_name(str(name), names, "fixed")
        if value is True:
            if starts.get(name) is None:
                raise ParameterError(
                    f"{name} is to be fixed, but at what value?", next=f"fixed={{'{name}': 1.0}}"
                )
            held[name] = starts[name]
    return {name: value for name, value in held.items() if value is not False}


def _bounds(names: Sequence[str], bounds: Any) -> dict[str, tuple[Any, Any]]:
    if bounds is None:
        return {}
    if isinstance(bounds, Mapping):
        for name in bounds:
            if name not in names:
                raise unknown_name(str(name), names, "bounds")
        return {name: _pair(name, pair) for name, pair in bounds.items()}
    try:
        lower, upper = bounds
        lower = np.broadcast_to(np.asarray(lower, dtype=float), len(names))
        upper = np.broadcast_to(np.asarray(upper, dtype=float), len(names))
    except (TypeError, ValueError) as error:
        raise ParameterError(
            "bounds must be a dict of pairs, or a pair (lower, upper) of sequences with one entry "
            f"for each of {', '.join(names)}",
            next=f"bounds={{'{names[0]}': (0, None)}}",
        ) from error
    return {n: _pair(n, (float(low), float(up))) for n, low, up in zip(names, lower, upper)}


def _pair(name: str, pair: Any) -> tuple[Any, Any]:
    try:
        lower, upper = pair
        low = -math.inf if lower is None else _bound(lower)
        up = math.inf if upper is None else _bound(upper)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"the bounds of {name} are {pair!r}, not a pair of numbers",
            next=f"bounds={{'{name}': (0, None)}}",
        ) from error
    if np.isnan(low).any() or np.isnan(up).any():
        raise ParameterError(f"the bounds of {name} contain NaN", next="use None for no bound")
    return low, up


def _bound(value: Any) -> Any:
    array = np.asarray(value, dtype=float)
    return float(array) if array.ndim == 0 else array
