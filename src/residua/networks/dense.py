"""Fully connected networks: values, tangents and slopes by backpropagation written out by hand.

Layer l computes a_l = f(W_l a_{l-1} + b_l), the last one without f. Inside, points run along the
last axis, so that every row of the Jacobian's transpose is one contiguous product.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from residua.networks.activations import Activation
from residua.networks.network import Leaf, group_of_each, unpack
from residua.networks.scaling import Scaling

# The spread of biases at the start, in units of the standard deviation of their layer's input:
# kinks and bends are then spread over the data instead of all lying at their mean.
BIAS_SPREAD = 1.0


@dataclass(frozen=True)
class Layered:
    """Layers of known sizes, from the inputs to the outputs, with an activation between them."""

    sizes: tuple[int, ...]
    activation: Activation

    @property
    def inputs(self) -> int:
        """Number of inputs, d."""
        return self.sizes[0]

    @property
    def outputs(self) -> int:
        """Number of outputs, k."""
        return self.sizes[-1]

    @property
    def depth(self) -> int:
        """Number of layers of weights."""
        return len(self.sizes) - 1


@dataclass(frozen=True)
class Dense(Layered):
    """A multilayer perceptron of known sizes; `sizes` runs from the inputs to the outputs."""

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """W1, b1, W2, b2 ...; every input has its own prior precision in W1 (MacKay 1994)."""
        return dense_leaves(self.sizes)

    @cached_property
    def groups(self) -> np.ndarray:
        """The prior group of every parameter: one an input, one a layer of weights or biases.

        The last biases have none: the mean of y is nothing to be shrunk.
        """
        groups = group_of_each(self.leaves)
        if self.depth > 1:
            d, first = self.inputs, self.leaves[0].size
            groups[:first] = np.tile(np.arange(d), self.sizes[1])
        return groups

    @property
    def size(self) -> int:
        """Number of parameters, p."""
        return len(self.groups)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random start whose layers keep the variance of their inputs (He et al. 2015)."""
        parts = []
        for layer, (fan, width) in enumerate(zip(self.sizes[:-1], self.sizes[1:]), 1):
            last = layer == self.depth
            gain = 1.0 if last else self.activation.gain
            parts.append(rng.normal(0.0, gain / math.sqrt(fan), width * fan))
            spread = 0.0 if last else BIAS_SPREAD * gain
            parts.append(spread * rng.uniform(-1.0, 1.0, width))
        return np.concatenate(parts)

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d)."""
        arrays = unpack(self.leaves, theta)
        a = Z
        for layer in range(self.depth):
            a = a @ arrays[2 * layer].T + arrays[2 * layer + 1]
            if layer < self.depth - 1:
                a = self.activation.value(xp, a)
        return a

    def _forward(self, arrays: list[Any], Z: np.ndarray) -> tuple[list[np.ndarray], list[Any]]:
        """Activations a_0 .. a_L, each (width, n), and the slopes f'(h_l) of the hidden layers."""
        a = [np.ascontiguousarray(Z.T)]
        slopes = []
        for layer in range(self.depth):
            h = arrays[2 * layer] @ a[-1] + arrays[2 * layer + 1][:, None]
            if layer < self.depth - 1:
                v = self.activation.value(np, h)
                slopes.append(self.activation.slope(np, h, v))
                h = v
            a.append(h)
        return a, slopes

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k)."""
        arrays = unpack(self.leaves, theta)
        a, slopes = self._forward(arrays, Z)
        n, k = len(Z), self.outputs
        tangents = np.zeros((self.size, n, k))
        for output in range(k):
            self._backward(arrays, a, slopes, output, tangents[:, :, output])
        return a[-1].T, tangents

    def _backward(
        self, arrays: list[Any], a: list[np.ndarray], slopes: list[Any], output: int, out: Any
    ) -> None:
        """Fill out (p, n): derivatives of one output, from the last layer to the first."""
        end = self.size
        width, n = self.outputs, out.shape[1]
        delta = np.zeros((width, n))
        delta[output] = 1.0
        for layer in range(self.depth - 1, -1, -1):
            weights, below = arrays[2 * layer], a[layer]
            width, fan = weights.shape
            out[end - width : end] = delta
            end -= width
            block = out[end - width * fan : end].reshape(width, fan, n)
            np.multiply(delta[:, None, :], below[None, :, :], out=block)
            end -= width * fan
            if layer:
                delta = (weights.T @ delta) * slopes[layer - 1]

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""
        arrays = unpack(self.leaves, theta)
        _, slopes = self._forward(arrays, Z)
        n = len(Z)
        carried = np.broadcast_to(arrays[-2][:, :, None], (*arrays[-2].shape, n))
        for layer in range(self.depth - 2, -1, -1):
            carried = np.einsum("kjn,jn,ji->kin", carried, slopes[layer], arrays[2 * layer])
        return np.moveaxis(carried, -1, 0)

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k).

        Backpropagation carried along the direction of the input: whatever the backward pass
        multiplies is differentiated by the product rule (dotted names).
        """
        arrays = unpack(self.leaves, theta)
        a, a_dot, slopes, slopes_dot = self._forward_along(arrays, Z, column)
        n, k = len(Z), self.outputs
        tangents = np.empty((self.size, n, k))
        for output in range(k):
            out, end = tangents[:, :, output], self.size
            delta, delta_dot = np.zeros((k, n)), np.zeros((k, n))
            delta[output] = 1.0
            for layer in range(self.depth - 1, -1, -1):
                weights = arrays[2 * layer]
                width, fan = weights.shape
                out[end - width : end] = delta_dot
                end -= width
                block = delta_dot[:, None, :] * a[layer] + delta[:, None, :] * a_dot[layer]
                out[end - width * fan : end] = block.reshape(-1, n)
                end -= width * fan
                if layer:
                    back, back_dot = weights.T @ delta, weights.T @ delta_dot
                    delta_dot = back_dot * slopes[layer - 1] + back * slopes_dot[layer - 1]
                    delta = back * slopes[layer - 1]
        return a_dot[-1].T, tangents

    def _forward_along(
        self, arrays: list[Any], Z: np.ndarray, column: int
    ) -> tuple[list[np.ndarray], ...]:
        """Activations and slopes of every layer, and their derivatives by one input."""
        f = self.activation
        start = np.zeros((self.inputs, len(Z)))
        start[column] = 1.0
        a, a_dot = [np.ascontiguousarray(Z.T)], [start]
        slopes: list[np.ndarray] = []
        slopes_dot: list[np.ndarray] = []
        for layer in range(self.depth):
            weights = arrays[2 * layer]
            h, h_dot = weights @ a[-1] + arrays[2 * layer + 1][:, None], weights @ a_dot[-1]
            if layer < self.depth - 1:
                v = f.value(np, h)
                slopes.append(f.slope(np, h, v))
                slopes_dot.append(f.curvature(np, h, v) * h_dot)
                h, h_dot = v, slopes[-1] * h_dot
            a.append(h)
            a_dot.append(h_dot)
        return a, a_dot, slopes, slopes_dot

    def folded(self, theta: np.ndarray, scaling: Scaling) -> np.ndarray:
        """The parameters of the same network in user units, y = W_L f(... W_1 x ...) + b_L."""
        arrays = [array.copy() for array in unpack(self.leaves, theta)]
        arrays[-2] *= scaling.y_scale[:, None]
        arrays[-1] *= scaling.y_scale
        arrays[0] /= scaling.x_scale
        arrays[1] -= arrays[0] @ scaling.x_mean
        arrays[-1] += scaling.y_mean
        return np.concatenate([array.ravel() for array in arrays])

    def for_people(self, scaling: Scaling) -> Dense:
        """The network of folded parameters, at inputs and with outputs in user units: the same."""
        return self

    def unfolded(self, theta: np.ndarray, scaling: Scaling) -> np.ndarray:
        """The standardized parameters that `folded` would turn into these."""
        arrays = [array.copy() for array in unpack(self.leaves, theta)]
        arrays[-1] -= scaling.y_mean
        arrays[1] += arrays[0] @ scaling.x_mean
        arrays[0] *= scaling.x_scale
        arrays[-2] /= scaling.y_scale[:, None]
        arrays[-1] /= scaling.y_scale
        return np.concatenate([array.ravel() for array in arrays])


def dense_leaves(sizes: tuple[int, ...]) -> tuple[Leaf, ...]:
    """W1, b1, W2, b2 ... with a prior group each; the first d groups are kept for the inputs."""
    leaves, depth = [], len(sizes) - 1
    first = sizes[0] if depth > 1 else 0
    for layer, (fan, width) in enumerate(pairwise(sizes), 1):
        group = first + 2 * layer
        leaves.append(Leaf(f"W{layer}", (width, fan), group))
        leaves.append(Leaf(f"b{layer}", (width,), -1 if layer == depth else group + 1))
    return tuple(leaves)
