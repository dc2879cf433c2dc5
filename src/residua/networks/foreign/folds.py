"""Which parameters of an unknown network can take up a standardization of x and y.

Fits are far better in standardized units: 8 of 8 starts of 10 tanh on the tutorials' curve come
down to the noise, in raw units 1 of 8 (see benchmarks/noisy_cubic.py). But the parameters must mean
the same when they go back to their module. Both are had where y = m_y + s_y f(θ, (x - m_x)/s_x) is
again f(θ', x): in most networks the first and the last layer take it up. Which arrays these are is
not asked but tried: a fold is used only where the outputs agree to rounding, at random parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from residua.networks.network import Leaf, unpack
from residua.networks.scaling import Scaling, identity

Arrays = list[np.ndarray]
Outputs = Callable[[Arrays, np.ndarray], np.ndarray]
Draw = Callable[[np.random.Generator], np.ndarray]
# Rows and draws by which equality is judged, and its tolerance.
PROBES, DRAWS, CLOSE = 8, 2, 1e-9
# How far an offset is moved, in units of the largest output: beyond any bend.
FAR = 100.0


class Place(NamedTuple):
    """An array of weights, and the axis along which it meets inputs or outputs; None: all of it."""

    leaf: int
    axis: int | None

    def along(self, array: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Numbers (d,) or (k,) shaped so that they multiply the array along its axis."""
        if self.axis is None:
            return numbers.reshape(())
        shape = [1] * array.ndim
        shape[self.axis] = numbers.size
        return numbers.reshape(shape)


class Folds(NamedTuple):
    """Where a standardization goes: weights and biases of first and last layer, where found."""

    first: Place | None = None
    first_bias: int | None = None
    last: Place | None = None
    last_bias: int | None = None

    def allowed(self, scaling: Scaling) -> Scaling:
        """As much of a scaling as the parameters can take up."""
        everything = slice(None)
        if self.first is None:
            inputs = len(scaling.x_mean)
            scaling = scaling._replace(x_mean=np.zeros(inputs), x_scale=np.ones(inputs))
        elif self.first_bias is None:
            scaling = scaling.with_x_about_zero(everything)
        if self.last_bias is None:
            scaling = scaling.with_y_about_zero()
        if self.last is None:
            scaling = scaling._replace(y_scale=np.ones_like(scaling.y_scale))
        return scaling

    def folded(self, arrays: Arrays, scaling: Scaling) -> Arrays:
        """The arrays of the same network in user units."""
        arrays = [np.array(array) for array in arrays]
        if self.first is not None:
            weights = arrays[self.first.leaf]
            weights /= self.first.along(weights, scaling.x_scale)
            if self.first_bias is not None:
                arrays[self.first_bias] -= self._carried(arrays, scaling.x_mean)
        if self.last is not None:
            weights = arrays[self.last.leaf]
            weights *= self.last.along(weights, scaling.y_scale)
            if self.last_bias is not None:
                arrays[self.last_bias] *= scaling.y_scale.reshape(arrays[self.last_bias].shape)
        if self.last_bias is not None:
            arrays[self.last_bias] += scaling.y_mean.reshape(arrays[self.last_bias].shape)
        return arrays

    def unfolded(self, arrays: Arrays, scaling: Scaling) -> Arrays:
        """The arrays that `folded` would turn into these."""
        arrays = [np.array(array) for array in arrays]
        if self.last_bias is not None:
            arrays[self.last_bias] -= scaling.y_mean.reshape(arrays[self.last_bias].shape)
        if self.last is not None:
            weights = arrays[self.last.leaf]
            weights /= self.last.along(weights, scaling.y_scale)
            if self.last_bias is not None:
                arrays[self.last_bias] /= scaling.y_scale.reshape(arrays[self.last_bias].shape)
        if self.first is not None:
            if self.first_bias is not None:
                arrays[self.first_bias] += self._carried(arrays, scaling.x_mean)
            weights = arrays[self.first.leaf]
            weights *= self.first.along(weights, scaling.x_scale)
        return arrays

    def _carried(self, arrays: Arrays, x: np.ndarray) -> np.ndarray:
        """What the first weights make of a constant input, shaped like the first bias."""
        assert self.first is not None and self.first_bias is not None
        weights = arrays[self.first.leaf]
        axes = () if self.first.axis is None else (self.first.axis,)
        moved = (weights * self.first.along(weights, x)).sum(axis=axes)
        return np.asarray(moved.reshape(arrays[self.first_bias].shape))


def find(outputs: Outputs, leaves: Sequence[Leaf], draw: Draw, inputs: int, width: int) -> Folds:
    """The folds of a network.

    Args:
        outputs: (arrays, Z (n, d)) -> (n, k).
        leaves: names and shapes of the arrays.
        draw: random parameters, (p,).
        inputs, width: d and k.

    Example:
        >>> leaves = [Leaf("a", (), 0), Leaf("b", (), 1), Leaf("c", (), 2)]
        >>> def decay(arrays, Z):
        ...     return arrays[0] * np.exp(-arrays[1] * Z) + arrays[2]
        >>> found = find(decay, leaves, lambda rng: rng.normal(size=3), 1, 1)
        >>> found.first, found.last, found.last_bias
        (Place(leaf=1, axis=None), Place(leaf=0, axis=None), 2)
    """
    with np.errstate(all="ignore"):
        return _Search(outputs, tuple(leaves), draw, inputs, width).found()


class _Search:
    """Arrays tried one after another, each kept when the outputs agree."""

    def __init__(
        self, outputs: Outputs, leaves: tuple[Leaf, ...], draw: Draw, inputs: int, width: int
    ) -> None:
        self.outputs, self.leaves, self.d, self.k = outputs, leaves, inputs, width
        self.rng = rng = np.random.default_rng(0)
        trials = [
            (unpack(leaves, draw(rng)), rng.standard_normal((PROBES, inputs))) for _ in range(DRAWS)
        ]
        self.trials = [(arrays, Z, outputs(arrays, Z)) for arrays, Z in trials]

    def found(self) -> Folds:
        """From the last layer to the first."""
        if not all(np.isfinite(said).all() for _, _, said in self.trials):
            return Folds()
        folds = self._last(self._last_bias(Folds()))
        return self._first_bias(self._first(folds))

    def _holds(self, folds: Folds, scaling: Scaling) -> bool:
        """m_y + s_y f(θ, (x - m_x)/s_x) = f(θ', x)."""
        return all(
            _same(
                self.outputs(folds.folded(arrays, scaling), scaling.to_x(Z)), scaling.from_Y(said)
            )
            for arrays, Z, said in self.trials
        )

    def _pick(self, candidates: Iterable[Folds], scalings: Sequence[Scaling], old: Folds) -> Folds:
        for new in candidates:
            if all(self._holds(new, scaling) for scaling in scalings):
                return new
        return old

    def _last_bias(self, old: Folds) -> Folds:
        largest = max(np.abs(said).max() for _, _, said in self.trials)
        far = FAR * (1 + largest) * (1 + np.arange(self.k))
        plain = identity(self.d, self.k)
        scalings = [plain._replace(y_mean=move) for move in (far, -far)]
        sized = (i for i, leaf in enumerate(self.leaves) if leaf.size == self.k)
        return self._pick((old._replace(last_bias=i) for i in sized), scalings, old)

    def _last(self, old: Folds) -> Folds:
        # Of both signs where there are several: no bend is passed through unseen.
        wide = -((-1.0) ** np.arange(self.k)) * (1.5 + np.arange(self.k))
        scaling = identity(self.d, self.k)._replace(y_scale=wide)
        places = [p for p in _places(self.leaves, self.k) if p.leaf != old.last_bias]
        return self._pick((old._replace(last=p) for p in reversed(places)), [scaling], old)

    def _first(self, old: Folds) -> Folds:
        scaling = identity(self.d, self.k)._replace(x_scale=self.rng.uniform(0.4, 2.5, self.d))
        places = _places(self.leaves, self.d)
        return self._pick((old._replace(first=place) for place in places), [scaling], old)

    def _first_bias(self, old: Folds) -> Folds:
        if old.first is None:
            return old
        size = self.leaves[old.first.leaf].size // self.d
        scaling = identity(self.d, self.k)._replace(x_mean=self.rng.uniform(0.5, 2.0, self.d))
        sized = (i for i, leaf in enumerate(self.leaves) if leaf.size == size)
        new = (old._replace(first_bias=i) for i in sized if i != old.first.leaf)
        return self._pick(new, [scaling], old)


def _places(leaves: Sequence[Leaf], width: int) -> Iterator[Place]:
    """Arrays with an axis of this width; for a width of 1, whole arrays."""
    for i, leaf in enumerate(leaves):
        if width == 1:
            yield Place(i, None)
        else:
            # Weights are (outputs, inputs) in most libraries, so the last axis comes first.
            axes = [axis for axis, size in enumerate(leaf.shape) if size == width]
            yield from (Place(i, axis) for axis in reversed(axes))


def _same(user: np.ndarray, expected: np.ndarray) -> bool:
    return bool(np.abs(user - expected).max() <= CLOSE * np.abs(expected).max())
