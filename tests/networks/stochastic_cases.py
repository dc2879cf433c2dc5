"""Small problems for training step by step, with gradients written out."""

from __future__ import annotations

import numpy as np

from residua.networks.activations import activation
from residua.networks.dense import Dense

RNG = np.random.default_rng(7)
X = RNG.normal(size=(23, 3))
Y = X @ [1.0, -2.0, 0.5] + 0.3 + 0.1 * RNG.normal(size=23)
W = RNG.uniform(0.5, 2.0, size=23)
ROWS = (X, Y, W)
START = np.array([0.1, 0.2, -0.3, 0.4])


def linear_loss(theta, x, y, w):
    """Weighted squares of a line in three variables; for JAX and NumPy alike."""
    return (w * (x @ theta[:3] + theta[3] - y) ** 2).sum()


def linear_gradient(theta, x, y, w):
    r = 2 * w * (x @ theta[:3] + theta[3] - y)
    return np.append(r @ x, r.sum())


def in_order(steps, batch, rows=ROWS):
    """The batches of an unshuffled training, weights divided by the rows of each."""
    n = len(rows[0])
    starts = list(range(0, n, batch))
    for step in range(steps):
        at = starts[step % len(starts)]
        x, y, w = (array[at : at + batch] for array in rows)
        yield x, y, w / len(y)


NET = Dense((2, 6, 5, 1), activation("tanh"))
NET_X = RNG.uniform(-1, 1, size=(57, 2))
NET_Y = np.sin(2 * NET_X[:, 0]) * NET_X[:, 1]
NET_ROWS = (NET_X, NET_Y, np.ones(57))
NET_START = NET.draw(np.random.default_rng(3))
HELD_X = RNG.uniform(-1, 1, size=(19, 2))
HELD = (HELD_X, np.sin(2 * HELD_X[:, 0]) * HELD_X[:, 1] + 0.2, np.ones(19))
