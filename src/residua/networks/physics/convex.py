"""Networks that are convex in all of their inputs together, for any parameters.

    a_l = f(W_l a_{l-1} + U_l x + b_l),   y = W_L a_{L-1} + U_L x + b_L

is convex in x where f is convex and rises, and W_2 ... W_L are not negative: sums and rising convex
functions of convex functions are convex. The passages U_l, of any sign, are what lets it fall.
It is concave where W_L is not positive; it rises with x_j where W_1 and all U_l do.

Source: B. Amos, L. Xu, J. Z. Kolter, Input convex neural networks, ICML (2017), eq. 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from residua.networks.dense import Layered
from residua.networks.network import Leaf, group_of_each, unpack
from residua.networks.physics.signed import Signed


@dataclass(frozen=True)
class Passages(Layered):
    """A multilayer perceptron whose inputs reach every layer; its weights have any sign.

    `arrays` are W1, b1, W2, U2, b2, ...; points run along the last axis inside.
    """

    @property
    def size(self) -> int:
        """Number of parameters, p."""
        return len(self.groups)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The arrays that theta holds; groups as in `Dense`, one more for each layer's passages."""
        d = self.sizes[0]
        leaves, group = [], d
        for layer, (fan, width) in enumerate(zip(self.sizes[:-1], self.sizes[1:]), 1):
            leaves.append(Leaf(f"W{layer}", (width, fan), group))
            if layer > 1:
                leaves.append(Leaf(f"U{layer}", (width, d), group + 1))
            last = layer == self.depth
            leaves.append(Leaf(f"b{layer}", (width,), -1 if last else group + 2))
            group += 3
        return tuple(leaves)

    @cached_property
    def groups(self) -> np.ndarray:
        """The prior group of every parameter: one an input in W1, one for each other array."""
        groups = group_of_each(self.leaves)
        if self.depth > 1:
            groups[: self.leaves[0].size] = np.tile(np.arange(self.inputs), self.sizes[1])
        return groups

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random start whose layers keep the variance of their inputs."""
        parts = []
        for leaf in self.leaves:
            last = leaf.name.endswith(str(self.depth))
            gain = 1.0 if last else self.activation.gain
            if len(leaf.shape) == 2:
                parts.append(rng.normal(0.0, gain / math.sqrt(leaf.shape[1]), leaf.size))
            else:
                parts.append((0.0 if last else gain) * rng.uniform(-1.0, 1.0, leaf.size))
        return np.concatenate(parts)

    def _layers(self, theta: Any) -> list[tuple[Any, Any, Any]]:
        """(W, U, b) of every layer; U is None in the first."""
        found = unpack(self.leaves, theta)
        layers = [(found[0], None, found[1])]
        layers += [tuple(found[i : i + 3]) for i in range(2, len(found), 3)]
        return layers

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d)."""
        a = Z
        for layer, (W, U, b) in enumerate(self._layers(theta), 1):
            a = a @ W.T + b if U is None else a @ W.T + Z @ U.T + b
            if layer < self.depth:
                a = self.activation.value(xp, a)
        return a

    def _forward(self, layers: list[Any], x: np.ndarray, dot: np.ndarray | None) -> list[Any]:
        """For each layer (a below, its derivative along dot, f'(h) below, its derivative).

        The last entry holds the outputs. Without `dot` the derivatives are zero.
        """
        f, a, a_dot = self.activation, x, dot
        rows: list[Any] = [(a, a_dot, None, None)]
        for layer, (W, U, b) in enumerate(layers, 1):
            h = W @ a + b[:, None] if U is None else W @ a + U @ x + b[:, None]
            h_dot = None
            if dot is not None:
                h_dot = W @ a_dot if U is None else W @ a_dot + U @ dot
            if layer == self.depth:
                rows.append((h, h_dot, None, None))
                break
            a = f.value(np, h)
            slope = f.slope(np, h, a)
            if h_dot is None:
                rows.append((a, None, slope, None))
            else:
                a_dot = slope * h_dot
                rows.append((a, a_dot, slope, f.curvature(np, h, a) * h_dot))
        return rows

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k)."""
        layers, x = self._layers(theta), np.ascontiguousarray(Z.T)
        rows = self._forward(layers, x, None)
        tangents = np.empty((self.size, len(Z), self.outputs))
        for output in range(self.outputs):
            end, out = self.size, tangents[:, :, output]
            delta = self._seed(output, len(Z))
            for layer in range(self.depth - 1, -1, -1):
                W, U, _ = layers[layer]
                end = _fill(out, end, delta)
                if U is not None:
                    end = _outer(out, end, delta, x)
                end = _outer(out, end, delta, rows[layer][0])
                if layer:
                    delta = (W.T @ delta) * rows[layer][2]
        return rows[-1][0].T, tangents

    def _seed(self, output: int, n: int) -> np.ndarray:
        delta = np.zeros((self.outputs, n))
        delta[output] = 1.0
        return delta

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""
        layers, x = self._layers(theta), np.ascontiguousarray(Z.T)
        rows = self._forward(layers, x, None)
        n, k = len(Z), self.outputs
        found = np.zeros((k, self.inputs, n))
        carried = np.broadcast_to(np.eye(k)[:, :, None], (k, k, n))
        for layer in range(self.depth - 1, -1, -1):
            W, U, _ = layers[layer]
            through = W if layer == 0 else U
            found += np.einsum("kjn,jd->kdn", carried, through)
            if layer:
                carried = np.einsum("kjn,ji->kin", carried, W) * rows[layer][2]
        return np.moveaxis(found, -1, 0)

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k).

        Every product of the backward pass is differentiated along the input (dotted names).
        """
        layers, x = self._layers(theta), np.ascontiguousarray(Z.T)
        x_dot = np.zeros_like(x)
        x_dot[column] = 1.0
        rows = self._forward(layers, x, x_dot)
        tangents = np.empty((self.size, len(Z), self.outputs))
        for output in range(self.outputs):
            end, out = self.size, tangents[:, :, output]
            delta, delta_dot = self._seed(output, len(Z)), np.zeros((self.outputs, len(Z)))
            for layer in range(self.depth - 1, -1, -1):
                W, U, _ = layers[layer]
                end = _fill(out, end, delta_dot)
                for a, a_dot in ((x, x_dot), rows[layer][:2])[U is None :]:
                    end = _fill(out, end, delta_dot[:, None, :] * a + delta[:, None, :] * a_dot)
                if layer:
                    back, back_dot = W.T @ delta, W.T @ delta_dot
                    slope, slope_dot = rows[layer][2:]
                    delta, delta_dot = back * slope, back_dot * slope + back * slope_dot
        return rows[-1][1].T, tangents


def _fill(out: np.ndarray, end: int, block: np.ndarray) -> int:
    """Write a block before row `end` of out (p, n); the row where it begins."""
    rows = block.reshape(-1, out.shape[1])
    out[end - len(rows) : end] = rows
    return end - len(rows)


def _outer(out: np.ndarray, end: int, delta: np.ndarray, a: np.ndarray) -> int:
    """The same with the block of products delta_i a_j, made where it belongs."""
    start = end - len(delta) * len(a)
    block = out[start:end].reshape(len(delta), len(a), -1)
    np.multiply(delta[:, None, :], a, out=block)
    return start


def convex(network: Passages, sense: int, directions: np.ndarray) -> Signed:
    """The network with the signs that make it convex (sense 1) or concave (-1).

    Args:
        network: of a convex activation that rises.
        sense: 1 or -1.
        directions: (d,) of 1 rising, -1 falling, 0 free.

    Example:
        >>> from residua.networks.activations import activation
        >>> free = np.array([0])
        >>> network = convex(Passages((1, 4, 1), activation("softplus")), 1, free)
        >>> theta = network.draw(np.random.default_rng(0))
        >>> y = network.value(theta, np.linspace(-3, 3, 50)[:, None])[:, 0]
        >>> bool((np.diff(y, 2) > 0).all())
        True
    """
    signs, shrink = [], []
    for leaf in network.leaves:
        kind, last = leaf.name[0], leaf.name.endswith(str(network.depth))
        fan = leaf.shape[-1]
        if kind == "b":
            sign, size = np.zeros(leaf.shape), 1.0
        elif kind == "U" or leaf.name == "W1":
            inner = 1 if last else sense
            sign, size = np.broadcast_to(inner * directions, leaf.shape), 1.0
        else:
            sign, size = np.full(leaf.shape, sense if last else 1), 1 / math.sqrt(fan)
        signs.append(sign.ravel())
        shrink.append(np.full(leaf.size, size))
    return Signed(network, np.concatenate(signs), np.concatenate(shrink))
