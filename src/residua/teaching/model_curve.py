"""Anything that predicts, as one function of inputs (n, d)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.teaching.steps import predict


def curve_of(
    model: Any, activation: str = "tanh", output: str = "linear"
) -> Callable[[Any], np.ndarray]:
    """A function x -> predictions (n,), whatever kind of model is given.

    Args:
        model: parameters of `teach.predict`; a fit of residua; an estimator of scikit-learn; or a
            function of x.
        activation: of the hidden units, where `model` is parameters.
        output: of the output units, where `model` is parameters.

    Returns:
        A function of x (n,) or (n, d).

    Raises:
        DataError: when called: the model gave something else than one number per point.

    Example:
        >>> curve_of({"weight": 0.5, "bias": 1.0})([0.0, 2.0])
        array([1., 2.])
    """

    def curve(x: Any) -> np.ndarray:
        points = np.asarray(x, float)
        values = np.asarray(_predicted(model, points, activation, output), float)
        if values.size != len(points):
            raise DataError(f"{values.shape} predictions for {len(points)} points.")
        return values.reshape(len(points))

    return curve


def _predicted(model: Any, x: np.ndarray, activation: str, output: str) -> Any:
    if isinstance(model, Mapping):
        return predict(model, x, activation, output)
    if not hasattr(model, "predict"):
        return model(x)
    # Estimators of scikit-learn want columns, and say how many they have seen.
    foreign = hasattr(model, "n_features_in_")
    found = model.predict(x[:, np.newaxis] if foreign and x.ndim == 1 else x)
    return getattr(found, "value", found)
