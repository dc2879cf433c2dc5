"""Networks that only rise (or only fall) with some of their inputs, for any parameters.

With an activation that rises, a network rises with x_j when the signs of the weights along every
path from x_j to the output have the product +1. Unit i is given a sign s_i, and

    W_1[i, j] has the sign s_i m_j (none where m_j = 0: x_j is free),
    W_l[i, i'] has the sign s_i s_i',   W_L[k, i'] has the sign s_i'

A unit of sign -1 contributes -f(-h). Half of the units of a convex activation are such, so that
they bend both ways, and the network is not confined to convex functions; tanh does by itself. One
hidden layer of them still cannot be flat at both ends, as a step is: take tanh, or two layers.

Sources: J. Sill, Monotonic networks, NIPS 10 (1998) 661; D. Runje, S. M. Shankaranarayana,
Constrained monotonic neural networks, ICML (2023), whose split of the units this is.
"""

from __future__ import annotations

import numpy as np

from residua.networks.dense import Dense
from residua.networks.physics.signed import Signed

ONE_SIDED = ("relu", "softplus", "elu")


def unit_signs(width: int, activation: str) -> np.ndarray:
    """1, -1, 1 ... for activations that bend one way only, otherwise 1."""
    return 1 - 2 * (np.arange(width) % 2) * (activation in ONE_SIDED)


def monotone(network: Dense, directions: np.ndarray) -> Signed:
    """The network with the signs that make it monotone.

    Args:
        network: fully connected, of a rising activation.
        directions: (d,) of 1 rising, -1 falling, 0 free.

    Example:
        >>> from residua.networks.activations import activation
        >>> network = monotone(Dense((1, 4, 1), activation("tanh")), np.array([-1]))
        >>> theta = network.draw(np.random.default_rng(0))
        >>> bool((np.diff(network.value(theta, np.linspace(-3, 3, 50)[:, None])[:, 0]) < 0).all())
        True
    """
    signs, shrink = [], []
    below = np.asarray(directions)
    for layer, (fan, width) in enumerate(zip(network.sizes[:-1], network.sizes[1:]), 1):
        last = layer == network.depth
        above = np.ones(width) if last else unit_signs(width, network.activation.name)
        signs += [np.outer(above, below).ravel(), np.zeros(width)]
        one_sign = 1.0 if layer == 1 else 1 / np.sqrt(fan)
        shrink += [np.full(width * fan, one_sign), np.ones(width)]
        below = above
    return Signed(network, np.concatenate(signs), np.concatenate(shrink))
