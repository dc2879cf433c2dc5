"""Objective: a model bound to observations, asked only for what solvers need.

Residual rows are observed minus predicted, whitened by the noise: r = W (y - f). Whitening is
linear, so the same W turns derivatives of the prediction into derivatives of the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from residua.algebra.linearization import Linearization, triangle
from residua.data.dataset import Block, Dataset
from residua.problem.model import Model
from residua.problem.parameters import Parameters

# jacobian(function, theta, *args) -> (value, tangents), parameter axis first: an engine.
Engine = Callable[..., tuple[np.ndarray, np.ndarray]]
ROOT_EPS = 1.4901161193847656e-08


def prediction(model: Model, parameters: Parameters) -> Callable[[Any, tuple[Any, ...]], Any]:
    """The pure function (theta, x) -> prediction, theta being the vector of free numbers."""
    if model.whole:
        return _of_vector(model, parameters)
    evaluate, values = model.evaluate, parameters.values
    if all(leaf.free and not leaf.shape for leaf in parameters.leaves):
        return lambda theta, x: evaluate(x, list(theta))
    return lambda theta, x: evaluate(x, values(theta))


def _of_vector(model: Model, parameters: Parameters) -> Callable[[Any, tuple[Any, ...]], Any]:
    """(theta, x) -> prediction of a function that takes all parameters as one vector."""
    function, leaves = model.call, parameters.leaves
    if all(not leaf.fixed for leaf in leaves):
        return lambda theta, x: function(theta)
    free = np.array([not leaf.fixed for leaf in leaves])
    place = np.eye(len(leaves))[free]
    held = np.array([leaf.start if leaf.fixed else 0.0 for leaf in leaves])
    # A product scatters any carrier of derivatives; assignment into an array would lose them.
    return lambda theta, x: function(theta @ place + held)


def _assembled(block: Block, value: Any, tangents: Any) -> np.ndarray:
    """Whitened [J | r] transposed from a prediction and its tangents."""
    p = len(tangents)
    matrix = np.empty((p + 1, *block.y.shape))
    if tangents.ndim == 1 < matrix.ndim:  # one number stands for every observation
        tangents = tangents.reshape(p, *(1,) * block.y.ndim)
    np.negative(tangents, out=matrix[:p])
    np.subtract(block.y, value, out=matrix[p])
    if block.noise is not None:
        matrix = block.noise.whiten(matrix)
    return matrix.reshape(p + 1, -1)


def _beside(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.concatenate([first, second], axis=1)


class Objective:
    """Residual rows of one fit on the host, by one engine; counts what it is asked for."""

    def __init__(
        self, model: Model, parameters: Parameters, dataset: Dataset, engine: Engine
    ) -> None:
        self.dataset = dataset
        self.engine = engine
        self.predict = prediction(model, parameters)
        self.evaluations = 0
        self._last: tuple[np.ndarray, np.ndarray] | None = None
        self.troubles = 0
        self.trouble = ""

    def augmented(self, theta: np.ndarray) -> np.ndarray:
        """[J | r] transposed: (p+1, n), parameter axis first, in memory order for QR.

        The last one is kept: the polish starts where the solver last linearized.
        """
        if self._last is not None and self._last[0] is theta:
            return self._last[1]

        def rows(block: Block) -> np.ndarray:
            value, tangents = self._tolerated(
                lambda: self.engine(self.predict, theta, block.x),
                (np.nan, np.zeros(len(theta))),
            )
            return _assembled(block, value, tangents)

        self.evaluations += 1
        matrix = self.dataset.reduce(rows, _beside)
        self._last = (theta, matrix)
        return matrix

    def prime(self, theta: np.ndarray, value: np.ndarray, tangents: np.ndarray) -> None:
        """Take over what the engine gave at theta when it was chosen."""
        self.evaluations += 1
        matrix = self.dataset.reduce(lambda block: _assembled(block, value, tangents), _beside)
        self._last = (theta, matrix)

    def _tolerated(self, call: Callable[[], Any], failed: Any) -> Any:
        """What `call` returns, or `failed` where the model raises: a place it cannot be asked.

        A model that cannot be evaluated at a trial point (a solver that does not converge, a check
        of its arguments) must not cost the parameters found so far; the step is refused, and said.
        """
        try:
            return call()
        except MemoryError:
            raise
        except Exception as error:
            self.troubles += 1
            self.trouble = self.trouble or f"{type(error).__name__}: {error}"
            return failed

    def _plain(self, theta: np.ndarray, block: Block) -> Any:
        """The prediction without derivatives, shaped like y."""
        value = self._tolerated(
            lambda: np.asarray(self.predict(theta, block.x), dtype=float), np.float64(np.nan)
        )
        return value if value.ndim else np.full(block.y.shape, value)

    def linearize(self, theta: np.ndarray) -> Linearization:
        """The triangle at theta. Not finite rows give a triangle of NaN, which solvers refuse."""
        lin = triangle(np, self.augmented(theta).T)
        # Whatever is not finite in a column reaches every later one, and rho is the last.
        if not np.isfinite(lin.rho):
            p = len(theta)
            nan = np.full(p, np.nan)
            return Linearization(np.full((p, p), np.nan), nan, np.float64(np.nan))
        return lin

    def last(self, theta: np.ndarray) -> np.ndarray:
        """Where the rows were last linearized; `theta` when they never were."""
        return theta if self._last is None else self._last[0]

    def rows_at(self, theta: np.ndarray) -> np.ndarray:
        """Whitened rows at theta: those of the last linearization, where that was at theta."""
        if self._last is not None and self._last[0] is theta:
            return np.asarray(self._last[1][-1])
        return self.residual(theta)

    def residual(self, theta: np.ndarray) -> np.ndarray:
        """Whitened rows at theta, (n,), by the plain model without derivatives."""

        def rows(block: Block) -> np.ndarray:
            row = block.y - self._plain(theta, block)
            return np.ravel(row if block.noise is None else block.noise.whiten(row))

        return self.dataset.reduce(rows, lambda a, b: np.concatenate([a, b]))

    def predicted(self, theta: np.ndarray) -> np.ndarray:
        """Whitened predictions at theta, (n,)."""

        def rows(block: Block) -> np.ndarray:
            value = self._plain(theta, block)
            return np.ravel(value if block.noise is None else block.noise.whiten(value))

        return self.dataset.reduce(rows, lambda a, b: np.concatenate([a, b]))

    def curvature(self, theta: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Qᵀ r'': the second derivative of the rows along `direction`, seen by the columns of J.

        A central second difference of the rows with a step of a thousandth of `direction`; the
        acceleration it feeds needs two or three digits.
        """
        h = 1e-3
        matrix = self.augmented(theta)
        ahead = self.residual(theta + h * direction)
        behind = self.residual(theta - h * direction)
        second = (ahead - 2 * matrix[-1] + behind) / (h * h)
        if not np.isfinite(second).all():
            return np.zeros(len(theta))
        return triangle(np, np.concatenate([matrix[:-1], second[None]]).T).qtr

    def second(self, theta: np.ndarray, scale: np.ndarray, radius: float) -> np.ndarray:
        """S = Σ rᵢ ∇²rᵢ, (p, p): differences of the exact Jacobian against fixed rows.

        A parameter moves by sqrt(eps) of itself, or of the distance that changes the rows by their
        own norm (`radius` / `scale`) when that is larger. Eight digits serve both uses of S: the
        Newton steps of the polish converge to the exact gradient's zero whatever S is, and the
        verdict asks only whether a matrix is positive definite.
        """
        p = len(theta)
        here = self.augmented(theta)
        rows, base = here[p], here[:p] @ here[p]
        step = ROOT_EPS * np.maximum(np.abs(theta), radius / scale)
        step = (theta + step) - theta
        step[step == 0] = ROOT_EPS
        S = np.empty((p, p))
        for j in range(p):
            moved = theta.copy()
            moved[j] += step[j]
            S[j] = (self.augmented(moved)[:p] @ rows - base) / step[j]
        return 0.5 * (S + S.T)
