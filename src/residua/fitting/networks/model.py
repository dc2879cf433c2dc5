"""A trained network as a Model: the plain function of x and its parameters, in user units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from residua.networks.network import Network, unpack
from residua.networks.scaling import Scaling
from residua.problem.model import Model
from residua.problem.parameters import Parameter, Parameters


class Formula:
    """A network as a function (x ..., W1, b1, ...) -> y, shaped as y was given.

    folded: the parameters are those of user units (see `Dense.folded`); else the function scales.
    Every carrier of derivatives can follow it: what it does is plain NumPy.
    """

    def __init__(
        self,
        network: Network,
        scaling: Scaling,
        inputs: int,
        flat: bool,
        mean: Callable[[Any], Any] | None,
    ) -> None:
        self.network, self.scaling, self.inputs = network, scaling, inputs
        self.flat, self.mean = flat, mean
        self.folded = hasattr(network, "for_people")
        given: Any = network
        self.shown: Any = given.for_people(scaling) if self.folded else network

    def __call__(self, *args: Any) -> Any:
        x, arrays = args[: self.inputs], args[self.inputs :]
        X = self._matrix(x)
        theta = np.concatenate([np.ravel(array) for array in arrays])
        if self.folded:
            value = self.shown.value(theta, X)
        else:
            value = self.scaling.from_Y(self.network.value(theta, self.scaling.to_z(X)))
        if self.mean is not None:
            value = self.mean(value)
        return value[:, 0] if self.flat else value

    def parameters(self, theta: np.ndarray) -> np.ndarray:
        """The parameters of the function, from those of training."""
        network: Any = self.network
        return np.asarray(network.folded(theta, self.scaling)) if self.folded else theta

    def _matrix(self, x: tuple[Any, ...]) -> Any:
        if len(x) > 1:
            return np.stack([np.ravel(item) for item in x], axis=1)
        only = x[0]
        return only if np.ndim(only) == 2 else np.reshape(only, (-1, 1))


def model_of(text: str, names: tuple[str, ...], formula: Formula) -> Model:
    """The Model of a network with these variables."""
    parameters = tuple(leaf.name for leaf in formula.network.leaves)
    return Model("network", text, formula, names, parameters)


def parameters_of(network: Network, theta: np.ndarray) -> Parameters:
    """The arrays of theta as Parameters."""
    arrays = unpack(network.leaves, theta)
    return Parameters(
        tuple(
            Parameter(leaf.name, float(array) if not leaf.shape else np.array(array))
            for leaf, array in zip(network.leaves, arrays)
        )
    )
