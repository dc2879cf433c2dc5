"""The source's regression of y = x^(1/3): a sum of three tanh units, written in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

X = np.linspace(0, 1, 50)
Y = X ** (1 / 3)


def network(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """Input weights, hidden biases, output weights (three each) and one output bias."""
    return np.tanh(x[:, np.newaxis] * w1 + b1) @ w2 + b2


def split(p: Any) -> dict[str, Any]:
    """A vector of ten numbers as the network's arguments."""
    return {"w1": p[0:3], "b1": p[3:6], "w2": p[6:9], "b2": p[9]}


def flat_model(x: Any, *p: Any) -> Any:
    """The network as a function of ten numbers, which is what scipy and lmfit fit."""
    return network(x, **split(np.array(p)))
