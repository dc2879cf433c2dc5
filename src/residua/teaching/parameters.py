"""The parameters of a teaching model: a dict of arrays, and the ways to look at one.

A line, or several predictors: {"weight": number or (d,), "bias": number}.
A network: {"W1": (units, d), "b1": (units,), "W2": (outputs, units), "b2": (outputs,), ...}.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from residua._errors import ParameterError
from residua._types import ArraysByName
from residua.doc import Doc, Ge, documented, shape
from residua.teaching.words import Weights


def plain(value: Any) -> Any:
    """One number as a float, which prints as it reads; what carries derivatives stays as it is."""
    one = isinstance(value, np.floating) or (type(value) is np.ndarray and value.ndim == 0)
    return float(value) if one else value


@documented
def random_start(
    sizes: Annotated[
        Sequence[int], Doc("how many inputs, units of each hidden layer, and outputs: `[1, 10, 1]`")
    ],
    seed: Annotated[int, Doc("seed of the random generator"), Ge(0)] = 0,
) -> dict[str, np.ndarray]:
    """Random parameters of a network with these layers, the same for the same seed.

    Weights and biases of a layer with d inputs are uniform in ±1/√d, so that a unit's sum is of
    order one whatever d is.

    Returns:
        {"W1": (units, inputs), "b1": (units,), "W2": ..., ...}.

    Raises:
        ParameterError: fewer than two layers, or a layer without units.

    Source: Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, Efficient BackProp (1998), section 4.6.

    Example:
        >>> {name: array.shape for name, array in random_start([1, 10, 1]).items()}
        {'W1': (10, 1), 'b1': (10,), 'W2': (1, 10), 'b2': (1,)}
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ParameterError(
            f"Layers have units; {list(sizes)!r} is no network.", next="[1, 10, 1]"
        )
    rng = np.random.default_rng(seed)
    params = {}
    for i, (d, units) in enumerate(pairwise(sizes), 1):
        reach = d**-0.5
        params[f"W{i}"] = rng.uniform(-reach, reach, (units, d))
        params[f"b{i}"] = rng.uniform(-reach, reach, units)
    return params


@documented
def layers(params: Weights) -> list[tuple[Any, Any]]:
    """(weights, biases) of each layer of a network, in the order in which they act.

    Returns:
        A list of pairs; a line is one layer.

    Raises:
        ParameterError: the names are neither weight and bias nor W1, b1, W2, b2, ...

    Example:
        >>> len(layers(random_start([2, 3, 3, 1])))
        3
    """
    if set(params) == {"weight", "bias"}:
        return [(params["weight"], params["bias"])]
    count = len(params) // 2
    wanted = [(f"W{i}", f"b{i}") for i in range(1, count + 1)]
    if not params or set(params) != {name for pair in wanted for name in pair}:
        raise ParameterError(
            f"No parameters of a teaching model: {', '.join(map(str, params)) or 'none'}.",
            causes=["a line has weight and bias; a network has W1, b1, W2, b2, ..."],
            next="params = teach.random_start([1, 10, 1])",
        )
    return [(params[weights], params[biases]) for weights, biases in wanted]


@documented
def sizes(params: Weights) -> list[int]:
    """How many inputs, units of each hidden layer, and outputs a model has.

    Returns:
        A list of numbers, such as [1, 10, 1].

    Example:
        >>> sizes({"weight": 0.5, "bias": 1.0}), sizes(random_start([2, 3, 1]))
        ([1, 1], [2, 3, 1])
    """
    shapes = [np.atleast_2d(weights).shape for weights, _ in layers(params)]
    return [shapes[0][1], *(shape[0] for shape in shapes)]


@documented
def labels(params: Weights) -> list[str]:
    """The name of every single number among the parameters, in the order of `flat`.

    Returns:
        A list of names.

    Example:
        >>> labels({"weight": 0.5, "bias": 1.0}), labels({"W1": [[1.0, 2.0]]})
        (['weight', 'bias'], ['W1[0,0]', 'W1[0,1]'])
    """
    return [
        name + (f"[{','.join(map(str, index))}]" if index else "")
        for name, array in params.items()
        for index in np.ndindex(np.shape(array))
    ]


@documented
def flat(params: Weights) -> np.ndarray:
    """All numbers among the parameters in one array.

    Returns:
        An array (p,) of float64.

    Example:
        >>> flat({"weight": [1.0, 2.0], "bias": 3.0})
        array([1., 2., 3.])
    """
    return np.concatenate([np.ravel(np.asarray(array, float)) for array in params.values()])


@documented
def shaped(
    theta: Annotated[np.ndarray, Doc("an array"), shape("p")],
    like: Annotated[ArraysByName, Doc("parameters whose names and shapes to take")],
) -> dict[str, Any]:
    """The dict of arrays that `flat` made into one array; carries derivatives.

    Returns:
        A dict like `like`.

    Example:
        >>> shaped([1.0, 2.0, 3.0], {"weight": [0.0, 0.0], "bias": 0.0})["bias"]
        3.0
    """
    made, begin = {}, 0
    for name, array in like.items():
        shape = np.shape(array)
        end = begin + int(np.prod(shape))
        made[name] = np.reshape(theta[begin:end], shape) if shape else theta[begin]
        begin = end
    return made
