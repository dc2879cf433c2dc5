"""The five steps of training, one function each: predict, loss, gradient, update, repeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from residua._errors import DataError, ParameterError
from residua._types import ArraysByName
from residua.autodiff.operators import gradient as gradient_of
from residua.doc import Doc, Ge, Gt, documented
from residua.teaching.activations import activation as row
from residua.teaching.parameters import layers, plain, sizes
from residua.teaching.trace import Trace
from residua.teaching.words import Hidden, Inputs, Observations, Output, Weights


@documented
def predict(
    params: Weights, x: Inputs, activation: Hidden = "tanh", output: Output = "linear"
) -> Any:
    """Step one: what the model says for these inputs.

    A line: x · weight + bias. A network: a ← f(W a + b) from layer to layer, beginning with a = x,
    the last layer with the function `output` instead of f.

    Returns:
        Predictions (n,), or (n, outputs) where there are several outputs.

    Raises:
        DataError: x has not as many columns as there are weights.
        ParameterError: unknown names of parameters or of an activation function.

    Source: C. Bishop, Pattern Recognition and Machine Learning (Springer 2006), section 5.1.

    Example:
        >>> predict({"weight": 0.5, "bias": 1.0}, [0.0, 2.0])
        array([1., 2.])
    """
    values = _inputs(params, x)
    pairs = layers(params)
    for i, (weights, biases) in enumerate(pairs, 1):
        f = row(output if i == len(pairs) else activation).function
        values = f(values @ np.transpose(np.atleast_2d(weights)) + biases)
    return values[:, 0] if values.shape[1] == 1 else values


@documented
def loss(
    params: Weights,
    x: Inputs,
    y: Observations,
    activation: Hidden = "tanh",
    output: Output = "linear",
) -> Any:
    """Step two: how wrong the model is, as one number.

    L = mean((prediction - y)²), the mean squared error.

    Returns:
        The loss, a float, in units of y².

    Raises:
        DataError: x and y do not belong together.

    Example:
        >>> loss({"weight": 0.5, "bias": 1.0}, [0.0, 2.0], [1.0, 4.0])
        2.0
    """
    predicted, observed = predict(params, x, activation, output), np.asarray(y, float)
    if predicted.shape != observed.shape:
        raise DataError(
            f"The predictions have the shape {predicted.shape}, y has {observed.shape}.",
            causes=["x and y have different lengths", "y is a column (n, 1): use y[:, 0]"],
            next="loss(params, x, y) with len(x) == len(y)",
        )
    return plain(np.mean((predicted - observed) ** 2))


# Eager: the same digits from the first call to the last, and nothing to compile.
_gradient = gradient_of(loss, "params", engine="eager")


@documented
def gradient(
    params: Weights,
    x: Inputs,
    y: Observations,
    activation: Hidden = "tanh",
    output: Output = "linear",
) -> dict[str, Any]:
    """Step three: how the loss changes with every parameter.

    g = ∂L/∂params, exact to rounding, by residua's own automatic differentiation.

    Returns:
        A dict of floats and arrays shaped like `params`, in units of y² divided by those of the
        parameter.

    Raises:
        DataError: x and y do not belong together.

    Source: D. Rumelhart, G. Hinton and R. Williams, Nature 323, 533 (1986).

    Example:
        >>> gradient({"weight": 0.5, "bias": 1.0}, [0.0, 2.0], [1.0, 4.0])
        {'weight': -4.0, 'bias': -2.0}
    """
    arrays = {name: np.asarray(array, float) for name, array in params.items()}
    slopes = _gradient(arrays, x, y, activation, output)
    return {name: plain(slope) for name, slope in slopes.items()}


@documented
def update(
    params: Weights,
    gradient: Annotated[
        ArraysByName,
        Doc("a dict of arrays of the same names and shapes, as `teach.gradient` gives it"),
    ],
    rate: Annotated[float, Doc("the learning rate"), Gt(0)],
) -> dict[str, Any]:
    """Step four: go a little downhill.

    params ← params - rate · gradient.

    Returns:
        New parameters, floats where they are one number; the old ones are left as they are.

    Example:
        >>> update({"weight": 0.5, "bias": 1.0}, {"weight": -4.0, "bias": -2.0}, 0.25)
        {'weight': 1.5, 'bias': 1.5}
    """
    return {name: plain(value - rate * gradient[name]) for name, value in params.items()}


@documented
def repeat(
    params: Annotated[
        ArraysByName, Doc("where to start: parameters as `teach.predict` takes them")
    ],
    x: Inputs,
    y: Observations,
    rate: Annotated[
        float | Callable[[int], float],
        Doc("the learning rate, or a function that gives it for the step 0, 1, 2, ..."),
    ] = 0.01,
    steps: Annotated[int, Doc("how many updates"), Ge(0)] = 1000,
    activation: Hidden = "tanh",
    output: Output = "linear",
) -> Trace:
    """Step five: gradient and update again and again, with everything written down.

    Stops early when the loss is no longer finite: the rate was too high.

    Returns:
        A Trace: parameters, loss, gradients and rate before every update and after the last.

    Raises:
        DataError: x and y do not belong together.
        ParameterError: `steps` is negative, or no whole number.

    Example:
        >>> trace = repeat({"weight": 0.0, "bias": 0.0}, [0.0, 1.0, 2.0], [1.0, 3.0, 5.0], 0.2, 300)
        >>> {name: round(float(value), 6) for name, value in trace.params.items()}
        {'weight': 2.0, 'bias': 1.0}
    """
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ParameterError(
            f"steps is a whole number from 0 on, not {steps!r}.", next="steps=1000"
        )
    rows, now = [], {name: np.asarray(array, float) for name, array in params.items()}
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # a rate that is too high is told, not shouted
        for step in range(steps + 1):
            slope = gradient(now, x, y, activation, output)
            pace = float(rate(step) if callable(rate) else rate)
            rows.append((now, loss(now, x, y, activation, output), slope, pace))
            if not np.isfinite(rows[-1][1]):
                break
            now = update(now, slope, pace)
    return Trace.of(rows, activation=activation, output=output)


def _inputs(params: ArraysByName, x: Any) -> np.ndarray:
    """x as numbers (n, d). Raises DataError where the weights want another d."""
    values = np.asarray(x, float)
    values = values[:, np.newaxis] if values.ndim == 1 else values
    if values.ndim != 2 or values.shape[1] != sizes(params)[0]:
        raise DataError(
            f"The weights want {sizes(params)[0]} inputs a point; x has the shape {np.shape(x)}.",
            causes=[
                "x is (n,) for one input, (n, d) for several",
                "the points are its columns: x.T",
            ],
            next="predict(params, x) with x of shape (n, d)",
        )
    return values
