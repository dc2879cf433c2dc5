"""From the words of a call to `solve` to one function of two vectors: unknowns and parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from residua._errors import ModelError, ParameterError
from residua._words import counted


@dataclass(frozen=True)
class Leaf:
    """One named piece of a vector: where it lies, and its shape."""

    name: str
    begin: int
    shape: tuple[int, ...]

    def of(self, vector: Any) -> Any:
        """The piece itself: a number, or an array."""
        if not self.shape:
            return vector[self.begin]
        return vector[self.begin : self.begin + int(np.prod(self.shape))].reshape(self.shape)


@dataclass(frozen=True)
class Posed:
    """Equations as `rows(unknowns, parameters)`, both plain vectors.

    named: the unknowns were given by name, and are passed so. leaves: of the parameters.
    """

    equations: Callable[..., Any]
    unknowns: tuple[Leaf, ...]
    leaves: tuple[Leaf, ...]
    named: bool

    def rows(self, z: Any, p: Any) -> Any:
        """The equations, as the function returns them."""
        given = {leaf.name: leaf.of(p) for leaf in self.leaves}
        if self.named:
            return self.equations(**{leaf.name: leaf.of(z) for leaf in self.unknowns}, **given)
        return self.equations(self.unknowns[0].of(z), **given)

    def shaped(self, z: Any) -> Any:
        """A vector of unknowns in the shape of the start."""
        if self.named:
            return {leaf.name: leaf.of(z) for leaf in self.unknowns}
        return self.unknowns[0].of(z)


def split(values: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """Where each named value lies in the vector of all."""
    leaves, begin = [], 0
    for name, value in values.items():
        shape = tuple(np.shape(value)) if not hasattr(value, "shape") else tuple(value.shape)
        leaves.append(Leaf(name, begin, shape))
        begin += int(np.prod(shape))
    return tuple(leaves)


def chosen(equations: Callable[..., Any], params: Any, taken: int) -> dict[str, Any]:
    """The parameters by name: of a mapping, of a sequence in order, or of a Fit those it needs."""
    if params is None:
        return {}
    names = _arguments(equations)
    if hasattr(params, "params"):  # a Fit: the equations take what they name
        found = dict(params.params)
        return {name: found[name] for name in names if name in found}
    if isinstance(params, Mapping):
        for name in params:
            if name not in names and not _takes_any(equations):
                near = get_close_matches(str(name), names, n=1)
                raise ParameterError(
                    f"params names {name!r}, which the equations do not take",
                    causes=[f"their arguments are {', '.join(names)}"],
                    next=f"params={{'{near[0]}': ...}}" if near else "",
                )
        return dict(params)
    values = list(params) if isinstance(params, (list, tuple, np.ndarray)) else [params]
    rest = names[taken:]
    if len(values) > len(rest):
        raise ParameterError(
            f"params has {counted(len(values), 'value')}, but the equations take "
            f"{len(rest)} beside x",
            causes=[f"their arguments are {', '.join(names)}"],
        )
    return dict(zip(rest, values))


def real_vector(values: Mapping[str, Any], role: str) -> np.ndarray:
    """All values as one float64 vector."""
    parts = []
    for name, value in values.items():
        array = np.asarray(value)
        if array.dtype.kind not in "iufb" or not np.isfinite(array).all():
            raise ParameterError(f"{role} of {name} is {value!r}: not finite real numbers")
        parts.append(np.ravel(array).astype(float))
    return np.concatenate(parts) if parts else np.zeros(0)


def _arguments(equations: Callable[..., Any]) -> list[str]:
    try:
        return list(inspect.signature(equations).parameters)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"the signature of {equations!r} cannot be read",
            next="wrap it: def equations(x, a): return that_function(x, a)",
        ) from error


def _takes_any(equations: Callable[..., Any]) -> bool:
    kinds = [p.kind for p in inspect.signature(equations).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds
