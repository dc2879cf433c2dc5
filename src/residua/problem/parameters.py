"""Parameters: names, starts, bounds, what is fixed, and the vector of those that are free."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
