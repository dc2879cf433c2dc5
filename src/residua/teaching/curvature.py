"""The learning rate up to which gradient descent is stable, from the curvature of the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua.autodiff.operators import hessian as hessian_of
from residua.doc import documented
from residua.teaching.parameters import flat, shaped
from residua.teaching.steps import loss
from residua.teaching.words import Hidden, Inputs, Observations, Output, Weights


@documented
def hessian(
    params: Weights,
    x: Inputs,
    y: Observations,
    activation: Hidden = "tanh",
    output: Output = "linear",
) -> np.ndarray:
    """Second derivatives of the loss by all parameters.

    H[i, j] = ∂²L/∂θi∂θj, with the parameters in the order of `teach.labels(params)`.

    Returns:
        A symmetric array (p, p).

    Raises:
        DataError: x and y do not belong together.

    Source: B. Pearlmutter, Neural Computation 6, 147 (1994).

    Example:
        >>> hessian({"weight": 0.5, "bias": 1.0}, [0.0, 2.0], [1.0, 4.0])
        array([[4., 2.],
               [2., 2.]])
    """
    start = {name: np.asarray(array, float) for name, array in params.items()}

    def at(theta: Any) -> Any:
        return loss(shaped(theta, start), x, y, activation, output)

    return np.asarray(hessian_of(at)(flat(start)))


@documented
def stable_limit(
    params: Weights,
    x: Inputs,
    y: Observations,
    activation: Hidden = "tanh",
    output: Output = "linear",
) -> float:
    """The learning rate at which gradient descent begins to swing up instead of settling.

    2/λmax, with λmax the largest eigenvalue of the Hessian of the loss: a step multiplies the
    distance from the minimum along the steepest direction by 1 - rate · λmax. Of a line this holds
    everywhere; of a network near `params` only.

    Returns:
        The limit; infinite where the loss curves up in no direction.

    Raises:
        DataError: x and y do not belong together.

    Source: Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, Efficient BackProp (1998), section 5.

    Example:
        >>> round(stable_limit({"weight": 0.5, "bias": 1.0}, [0.0, 2.0], [1.0, 4.0]), 4)
        0.382
    """
    steepest = float(np.linalg.eigvalsh(hessian(params, x, y, activation, output))[-1])
    return 2.0 / steepest if steepest > 0 else float("inf")
