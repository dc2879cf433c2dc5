"""Parameters on their way back to a module: from a vector, a mapping or a fit to its arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from residua._errors import ParameterError
from residua.networks.network import Leaf, unpack

# Name and shape of every array, in order.
Shapes = tuple[tuple[str, tuple[int, ...]], ...]


def arrays_for(arrays: Shapes, parameters: Any) -> list[np.ndarray]:
    """The arrays that a flat theta, a mapping by name or a fit holds, in order.

    Args:
        arrays: (name, shape) of each.
        parameters: theta (p,); a mapping name -> array; or a NetworkFit.

    Raises:
        ParameterError: a name is missing or unknown, or a shape is another.

    Example:
        >>> arrays_for((("w", (1, 2)), ("b", ())), [1.0, 2.0, 3.0])
        [array([[1., 2.]]), array(3.)]
    """
    held = parameters
    if hasattr(held, "ensemble"):  # a Fit: its one network of all rows, in the module's own units
        network, one = held.ensemble.networks[held.one.candidate], held.one.member
        held = network.arrays(network.folded(one.theta, held.scaling))
    if not isinstance(held, Mapping):
        return unpack(tuple(Leaf(n, s, 0) for n, s in arrays), _flat(arrays, parameters))
    names = [name for name, _ in arrays]
    if set(held) != set(names):
        raise ParameterError(
            f"the parameters are {_listed(held)}; the module's are {_listed(names)}",
            causes=["they are those of another module"],
        )
    found = [np.asarray(held[name], dtype=float) for name in names]
    for (name, shape), array in zip(arrays, found):
        if array.shape != shape:
            raise ParameterError(f"{name} has shape {array.shape}; the module's has {shape}")
    return found


def _flat(arrays: Shapes, theta: Any) -> np.ndarray:
    flat = np.asarray(theta, dtype=float)
    size = sum(math.prod(shape) for _, shape in arrays)
    if flat.shape != (size,):
        raise ParameterError(f"theta has shape {flat.shape}; the module has {size} parameters")
    return flat


def _listed(names: Sequence[str] | Mapping[str, Any]) -> str:
    first = list(names)[:6]
    return ", ".join(first) + (", ..." if len(names) > len(first) else "")
