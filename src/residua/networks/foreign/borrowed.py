"""What networks of other libraries have in common: starts, priors, and the way back of weights.

Its arrays are known by name and shape only. They go back to the module by these names, in units of
the user's data: what was standardized is folded into them (see `folds.py`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from residua._types import ParamsLike
from residua.doc import Doc, Ge, documented, shape
from residua.networks.foreign.folds import PROBES, Folds, find
from residua.networks.foreign.named_arrays import Shapes
from residua.networks.network import Architecture, Leaf, group_of_each, unpack
from residua.networks.scaling import Scaling

# A start whose outputs hardly vary grows by this factor, so many times at most.
GROWTH, GROWTHS = 1.25, 6


@documented
@dataclass(frozen=True)
class BorrowedNetwork:
    """A network of known shapes whose arrays another library named and filled."""

    inputs: Annotated[int, Doc("how many inputs, d"), Ge(1)]
    outputs: Annotated[int, Doc("how many outputs, k"), Ge(1)]
    shapes: Annotated[Shapes, Doc("name and shape of every array in theta, in order")]
    given: Annotated[np.ndarray, Doc("theta as it came, in the module's own units"), shape("p")] = (
        field(compare=False)
    )
    scaling: Annotated[
        Scaling | None, Doc("between user units and those of training; None when they are one")
    ] = field(compare=False)

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d)."""
        raise NotImplementedError

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The arrays, each with a prior precision of its own; none for an offset of the outputs."""
        offset = self.folds.last_bias
        groups = [-1 if i == offset else self.inputs + i for i in range(len(self.shapes))]
        return tuple(leaf._replace(group=g) for leaf, g in zip(self._plain, groups))

    @cached_property
    def _plain(self) -> tuple[Leaf, ...]:
        return tuple(Leaf(name, shape, 0) for name, shape in self.shapes)

    @cached_property
    def groups(self) -> np.ndarray:
        """The prior group of every parameter, (p,); -1 where there is no prior.

        Every input has its own in the first layer, where one is found that is not the last.
        """
        groups = group_of_each(self.leaves)
        first, last = self.folds.first, self.folds.last
        if first is not None and (last is None or first.leaf != last.leaf):
            mine = unpack(self._plain, groups)[first.leaf]  # a view
            mine[...] = first.along(mine, np.arange(self.inputs))
        return groups

    @property
    def size(self) -> int:
        """Number of parameters, p."""
        return sum(math.prod(shape) for _, shape in self.shapes)

    @cached_property
    def folds(self) -> Folds:
        """Which arrays can take up a standardization."""

        def outputs(arrays: list[np.ndarray], Z: np.ndarray) -> np.ndarray:
            return np.asarray(self.value(_joined(arrays), Z))

        def anywhere(rng: np.random.Generator) -> np.ndarray:
            # Off the zeros of fresh biases, which hide what is not linear.
            return _drawn(self._plain, self.given, rng) + rng.uniform(-0.5, 0.5, self.size)

        return find(outputs, self._plain, anywhere, self.inputs, self.outputs)

    def arrays(self, theta: np.ndarray) -> dict[str, np.ndarray]:
        """The arrays that theta holds, by name."""
        names = [name for name, _ in self.shapes]
        return dict(zip(names, unpack(self._plain, theta)))

    def folded(self, theta: np.ndarray, scaling: Scaling) -> np.ndarray:
        """The module's own parameters, from those that training sees."""
        return _joined(self.folds.folded(unpack(self._plain, theta), scaling))

    def for_people(self, scaling: Scaling) -> BorrowedNetwork:
        """The network of folded parameters, at inputs and with outputs in user units: the same."""
        return self

    def unfolded(self, theta: np.ndarray, scaling: Scaling) -> np.ndarray:
        """The parameters that `folded` would turn into these."""
        return _joined(self.folds.unfolded(unpack(self._plain, theta), scaling))

    @cached_property
    def start(self) -> np.ndarray:
        """The parameters that the module came with, in units of training."""
        return self.given if self.scaling is None else self.unfolded(self.given, self.scaling)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random start: each array normal, with the mean and spread that its numbers had.

        An array that was constant (zero biases, unit scales) stays so, but for the first biases,
        which take the spread of their weights: bends are then spread over the data. A single number
        is drawn with its own size for a spread. Where outputs hardly vary, as those of deep relu
        networks of PyTorch, all arrays but constant ones are enlarged together until they do.
        """
        theta = _drawn(self._plain, self._typical, rng)
        arrays = unpack(self._plain, theta)  # views
        varied = [np.ptp(array) > 0 for array in unpack(self._plain, self._typical)]
        first, bias = self.folds.first, self.folds.first_bias
        if first is not None and bias not in (None, self.folds.last_bias) and not varied[bias]:
            spread = arrays[first.leaf].std() * math.sqrt(self.inputs)
            arrays[bias] += spread * rng.standard_normal(arrays[bias].shape)
        return self._enlarged(theta, [a for a, v in zip(arrays, varied) if v])

    def _enlarged(self, theta: np.ndarray, arrays: list[np.ndarray]) -> np.ndarray:
        """theta, its arrays (views) grown step by step while the outputs spread less than one."""
        if self.scaling is None:
            return theta
        for _ in range(GROWTHS):
            if not self._spread(theta) < 1:
                break
            for array in arrays:
                array *= GROWTH
        return theta

    def _spread(self, theta: np.ndarray) -> float:
        """Standard deviation of the outputs at standard normal inputs."""
        Z = np.random.default_rng(0).standard_normal((PROBES, self.inputs))
        with np.errstate(all="ignore"):
            return float(np.std(self.value(theta, Z)))

    @cached_property
    def _typical(self) -> np.ndarray:
        """Parameters of the size that suits training: as given, or as given in its units.

        A fresh module was made for inputs and outputs near one, a trained one for its data.
        """
        if self.scaling is None:
            return self.given
        spreads = [self._spread(theta) for theta in (self.given, self.start)]
        fresh, trained = np.abs(np.log(np.clip(spreads, 1e-300, 1e300)))
        return self.start if trained < fresh else self.given


class Borrowed(Architecture):
    """A module of another library as an architecture; its shapes are its own.

    It is trained in standardized units as far as its own parameters can take them up again.
    """

    scaling: Scaling | None = None
    module: Any = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({type(self.module).__name__})"

    def prepared(self, names: Sequence[str], scaling: Scaling) -> tuple[Borrowed, Scaling]:
        """The same for data of this standardization, and what of it the parameters take up."""
        network: Any = self.network(len(scaling.x_mean), len(scaling.y_mean))
        allowed = network.folds.allowed(scaling)
        made = copy.copy(self)
        made.scaling = allowed
        return made, allowed

    @documented
    def with_parameters(
        self,
        parameters: Annotated[
            ParamsLike,
            Doc("theta (p,) in the module's own units, arrays by name, or a Fit of it"),
        ],
    ) -> Any:
        """A module of the same structure that holds these parameters."""
        raise NotImplementedError


def _joined(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])


def _drawn(leaves: tuple[Leaf, ...], like: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([_redrawn(array.ravel(), rng) for array in unpack(leaves, like)])


def _redrawn(numbers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    spread = numbers.std() if numbers.size > 1 else abs(numbers[0])
    return np.asarray(numbers.mean() + spread * rng.standard_normal(numbers.size))
