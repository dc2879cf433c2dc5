"""Parameters: names, starts, bounds, what is fixed, and the vector of those that are free."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from residua._errors import ParameterError
from residua.problem.ties import Tie, ordered

Bound = tuple[float, float]


@dataclass(frozen=True)
class Parameter:
    """One named leaf of a model: a number, or an array of numbers fitted together.

    `start` is None while no start is known. Bounds hold for every entry of an array. A tied one
    follows from others; its start is what follows from theirs.
    """

    name: str
    start: Any = None
    lower: Any = -math.inf
    upper: Any = math.inf
    fixed: bool = False
    tie: Tie | None = None

    @property
    def free(self) -> bool:
        """Whether it is fitted: neither fixed nor tied."""
        return not self.fixed and self.tie is None

    @property
    def missing(self) -> bool:
        """Whether a start has to be found for it."""
        return self.start is None and self.tie is None

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
        """Every parameter: free, fixed or tied."""
        return tuple(leaf.name for leaf in self.leaves)

    @property
    def free(self) -> tuple[Parameter, ...]:
        """Those that are fitted."""
        return tuple(leaf for leaf in self.leaves if leaf.free)

    @cached_property
    def ties(self) -> tuple[tuple[int, Tie, tuple[int, ...]], ...]:
        """(position, tie, positions it needs) of every tied parameter, in order of need."""
        tied = {leaf.name: leaf.tie for leaf in self.leaves if leaf.tie is not None}
        if not tied:
            return ()
        place = {leaf.name: i for i, leaf in enumerate(self.leaves)}
        return tuple(
            (place[name], tied[name], tuple(place[n] for n in tied[name].names))
            for name in ordered(tied)
        )

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
        values: list[Any] = []
        position = 0
        for leaf in self.leaves:
            if not leaf.free:
                values.append(leaf.start)
            elif not leaf.shape:
                values.append(theta[position])
                position += 1
            else:
                values.append(theta[position : position + leaf.size].reshape(leaf.shape))
                position += leaf.size
        for place, tie, sources in self.ties:
            values[place] = tie(*[values[source] for source in sources])
        return values

    def named(self, theta: np.ndarray) -> dict[str, Any]:
        """Values by name: a float each, or an array for an array parameter."""
        values = self.values(theta)
        return {
            leaf.name: value if leaf.shape else float(value)
            for leaf, value in zip(self.leaves, values)
        }

    def spread(self, numbers: np.ndarray, fixed: float) -> dict[str, Any]:
        """One number per free entry, by name; `fixed` stands for what is fixed or tied."""
        result: dict[str, Any] = {}
        position = 0
        for leaf in self.leaves:
            if not leaf.free:
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
            if leaf.name in start and leaf.tie is None
            else leaf
            for leaf in self.leaves
        )
        return Parameters(tuple(leaves)).settled()

    def settled(self) -> Parameters:
        """The same with the starts of tied parameters that follow from those of the others."""
        if not self.ties:
            return self
        leaves = list(self.leaves)
        for place, tie, sources in self.ties:
            starts = [leaves[source].start for source in sources]
            known = all(start is not None for start in starts)
            # Even before the starts are known a tie that cannot be computed is told by name.
            trial = [1.0 if start is None else start for start in starts]
            found = _tied_start(leaves[place].name, tie, trial)
            leaves[place] = replace(leaves[place], start=found if known else None)
        return Parameters(tuple(leaves))


def _tied_start(name: str, tie: Tie, starts: list[Any]) -> Any:
    """What follows from the starts; None where that is not finite."""
    try:
        with np.errstate(all="ignore"):
            found = real(tie(*[np.float64(s) if isinstance(s, float) else s for s in starts]))
    except Exception as error:  # a function of the user may raise anything
        raise ParameterError(
            f"the tie of {name}, {tie.text}, cannot be computed: {type(error).__name__}: {error}",
            next=f"tie={{{name!r}: '2*{tie.names[0]}'}}" if tie.names else "",
        ) from error
    if not np.isfinite(found).all():
        return None
    return float(found) if found.ndim == 0 else found


def as_start(name: str, value: Any) -> Any:
    """A float, or a float64 array, or a ParameterError that says why not."""
    if type(value) is float and math.isfinite(value):
        return value
    try:
        array = real(value)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"the start of {name} is {value!r}, not a number", next=f"start={{'{name}': 1.0}}"
        ) from error
    if not np.isfinite(array).all():
        raise ParameterError(
            f"the start of {name} is {value!r}: a start must be finite",
            next=f"start={{'{name}': 1.0}}",
        )
    if array.size == 0:
        raise ParameterError(f"the start of {name} is empty", next=f"start={{'{name}': 1.0}}")
    return float(array) if array.ndim == 0 else array


def real(value: Any) -> np.ndarray:
    """A float64 copy; TypeError for text (NumPy would read numbers in it) and complex numbers."""
    array = np.asarray(value)
    if array.dtype.kind not in "iufbO" or any(isinstance(v, str) for v in array.ravel().tolist()):
        raise TypeError("not real numbers")
    return np.array(array, dtype=float)
