"""What training asks of a network, whoever wrote it.

A network speaks in standardized units and flat parameters: rows of Z in, rows of outputs out, and
one vector theta. Whatever gives a value and its tangents can be trained, judged and mixed like any
other: `mlp.py` by hand-written backpropagation, modules of other libraries by their own tools.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from itertools import accumulate
from typing import Any, NamedTuple, Protocol

import numpy as np

from residua.networks.scaling import Scaling


class Leaf(NamedTuple):
    """One array of parameters inside theta, in C order.

    group: parameters of one group share a prior precision; -1 has no prior.
    """

    name: str
    shape: tuple[int, ...]
    group: int

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


class Network(Protocol):
    """A network of known shapes: d inputs, k outputs, p parameters."""

    @property
    def inputs(self) -> int:
        """Number of inputs, d."""

    @property
    def outputs(self) -> int:
        """Number of outputs, k."""

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The arrays that theta holds, in order."""

    @property
    def size(self) -> int:
        """Number of parameters, p."""

    @property
    def groups(self) -> np.ndarray:
        """The prior group of every parameter, (p,); -1 where there is no prior."""

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random start, (p,)."""

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d); `xp` is numpy or jax.numpy."""

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k): their derivatives by theta, parameter first."""

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k)."""


class Architecture:
    """What a user writes, `rs.MLP([10])`: a network whose shapes the data will tell.

    scaled: whether fit standardizes x and y around it. Modules of other libraries are taken as
    they are, since their parameters must mean the same when they go back.
    """

    scaled: bool = True

    # NumPy numbers and arrays leave `array * network` to the network, which refuses.
    __array_ufunc__ = None

    def network(self, inputs: int, outputs: int) -> Network:
        """The network for d inputs and k outputs."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        return _joined("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return _joined("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return _joined("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _joined("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return _joined("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _joined("*", other, self)

    def prepared(self, names: Sequence[str], scaling: Scaling) -> tuple[Architecture, Scaling]:
        """What these inputs and this standardization make of it, and the one it needs.

        Called once by fit, before `network`, with the names of the columns of x and the scaling
        that the data suggest. An architecture without constraints returns both unchanged.
        """
        return self, scaling


def _joined(symbol: str, left: Any, right: Any) -> Any:
    # A formula beside a network is an architecture itself: imported when it is first used.
    return import_module("residua.networks.hybrid").joined(symbol, left, right)


def unpack(leaves: tuple[Leaf, ...], theta: Any) -> list[Any]:
    """The arrays that a flat theta (NumPy or JAX) holds."""
    return [theta[a:b].reshape(shape) for a, b, shape in _places(leaves)]


@lru_cache(maxsize=512)
def _places(leaves: tuple[Leaf, ...]) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
    ends = list(accumulate(leaf.size for leaf in leaves))
    starts = [0, *ends[:-1]]
    return tuple((a, b, leaf.shape) for a, b, leaf in zip(starts, ends, leaves))


def group_of_each(leaves: tuple[Leaf, ...]) -> np.ndarray:
    """The group of every parameter, (p,)."""
    return np.concatenate([np.full(leaf.size, leaf.group) for leaf in leaves])
