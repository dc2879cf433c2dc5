"""Derivatives of a fitted network by its inputs, with their standard deviation, and its slope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import ModelError, ParameterError
from residua.data.tables import place_of
from residua.fitting.networks.table import matrix
from residua.inference.networks import columns, epistemic, extrapolates
from residua.inference.prediction import Prediction
from residua.inference.student import normal_quantile
from residua.networks import cholesky
from residua.networks.ensemble import CHUNK, Trained
from residua.networks.evidence import MOST_PARAMETERS
from residua.networks.likelihood import probability
from residua.networks.threads import one_blas_thread

if TYPE_CHECKING:
    from residua.fitting.networks.result import NetworkFit


@dataclass(frozen=True, eq=False, repr=False)
class NetworkFunction:
    """The slope of an ensemble along one input, or all of a matrix: `fit.derivative("x")`.

    Called, it gives plain arrays; `predict` adds the standard deviation; `of_stderr` is the slope
    of the standard error itself.

    wrt: the columns of X. whole: they are a matrix of inputs, so that answers end in an axis for
    it.
    """

    fit: NetworkFit
    wrt: tuple[int, ...]
    whole: bool

    def __call__(self, /, *x: Any, **named: Any) -> np.ndarray:
        """The slope at x, shaped like the prediction (with the inputs as a last axis)."""
        Z, _ = self._at(x, named)
        return self._shaped(self._each(Z, lambda Z, j: self._moments(Z, j, sure=True)[0]))

    def predict(
        self, /, *x: Any, interval: str | None = None, level: float = 0.95, **named: Any
    ) -> Prediction:
        """The slope with its standard deviation: members apart, and Laplace's of each.

        Args:
            x: inputs as for `fit.predict`.
            interval: None or "confidence".
            level: nominal coverage between 0 and 1.
            named: inputs by name.

        Returns:
            A Prediction: value, stderr, low, high, extrapolates.

        Raises:
            ParameterError: another interval, or a level outside 0 to 1.
        """
        if interval not in (None, "confidence"):
            raise ParameterError(
                f'interval is None or "confidence", not {interval!r}',
                causes=["a derivative is not observed, so no new observation of it is due"],
                next='predict(x, interval="confidence")',
            )
        Z, X = self._at(x, named)
        value = self._each(Z, lambda Z, j: self._moments(Z, j)[0])
        error = self._each(Z, lambda Z, j: self._moments(Z, j)[1])
        beyond = extrapolates(self.fit, X, self.fit.ensemble.moments(Z).variance)
        flags = np.broadcast_to(beyond[:, None, None], value.shape)
        low = high = None
        if interval is not None:
            half = normal_quantile(level) * error
            low, high = self._shaped(value - half), self._shaped(value + half)
        shaped = self._shaped
        return Prediction(shaped(value), shaped(error), low, high, shaped(flags), interval, level)

    def of_stderr(self, /, *x: Any, **named: Any) -> np.ndarray:
        """The slope of `fit.predict(x).stderr` along the input, exact."""
        Z, _ = self._at(x, named)
        return self._shaped(self._each(Z, lambda Z, j: self._moments(Z, j)[2]))

    def derivative(self, *wrt: str | int, order: int = 1) -> NetworkFunction:
        """Second derivatives of an ensemble are not to be had; its one network has them."""
        raise ModelError(
            "the derivative of a derivative of an ensemble is not available",
            next="residua.derivative of fit.model, with fit.params, gives that of one network",
        )

    def __repr__(self) -> str:
        labels = self.fit.table.columns
        by = ", ".join(labels[j] for j in self.wrt)
        return f"NetworkFunction of {', '.join(labels)}: d/d({by}) of {self.fit.model.text}"

    # Inside ---------------------------------------------------------------------------------------

    def _at(self, x: tuple[Any, ...], named: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        X = matrix(self.fit.observations.names, columns(self.fit, x, named))
        return self.fit.scaling.to_z(X), X

    def _each(self, Z: np.ndarray, call: Any) -> np.ndarray:
        """(n, k, columns) of what `call` gives for each column, in user units, in blocks."""
        parts = [Z[at : at + CHUNK] for at in range(0, max(len(Z), 1), CHUNK)]
        with one_blas_thread():
            found = [np.stack([call(part, j) for j in self.wrt], axis=2) for part in parts]
        scaling = self.fit.scaling
        unit = scaling.y_scale[:, None] / scaling.x_scale[list(self.wrt)]
        return np.concatenate(found) * unit

    def _shaped(self, array: np.ndarray) -> np.ndarray:
        array = array if self.whole else array[:, :, 0]
        return array[:, 0] if self.fit.y.ndim == 1 else array

    def _moments(
        self, Z: np.ndarray, column: int, sure: bool = False
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Slope, its standard deviation, and the slope of the standard error (n, k)."""
        ensemble = self.fit.ensemble
        active, likelihood = ensemble.active, ensemble.likelihood
        total = sum(one.weight for one in active)
        weights = np.array([one.weight / total for one in active])[:, None, None]
        if sure and likelihood.name == "gaussian":
            slopes = np.array(
                [
                    ensemble.networks[one.candidate].slopes(one.member.theta, Z)[:, :, column]
                    for one in active
                ]
            )
            slope = (weights * slopes).sum(axis=0)
            return slope, np.zeros_like(slope), np.zeros_like(slope)
        parts = [self._member(one, Z, column) for one in active]
        value, slope, own, across, slope_own = (np.array(item) for item in zip(*parts))
        mean, tilt = (weights * value).sum(axis=0), (weights * slope).sum(axis=0)
        variance = (weights * (own + (value - mean) ** 2)).sum(axis=0)
        # ½ d(variance)/dz: members move apart with their slopes, Laplace with its tangents.
        half = (weights * (across + (value - mean) * (slope - tilt))).sum(axis=0)
        spread = (weights * (slope_own + (slope - tilt) ** 2)).sum(axis=0)
        scale = np.sqrt(epistemic(self.fit))
        root = np.sqrt(variance)
        of_error = np.divide(half, root, out=np.zeros_like(half), where=root > 0)
        with np.errstate(invalid="ignore"):  # nothing is known of a slope 0 of an error unknown
            return tilt, scale * np.sqrt(spread), scale * of_error

    def _member(self, one: Trained, Z: np.ndarray, column: int) -> tuple[np.ndarray, ...]:
        """Value, slope, Laplace variance, its half slope, and the Laplace variance of the slope."""
        ensemble = self.fit.ensemble
        network, theta = ensemble.networks[one.candidate], one.member.theta
        if network.size > MOST_PARAMETERS:
            value = network.value(theta, Z)
            slope = network.slopes(theta, Z)[:, :, column]
            nothing = np.zeros_like(value)
            return self._observed(value, slope, nothing, nothing, nothing)
        value, tangents = network.linearized(theta, Z)
        slope, mixed = network.mixed(theta, Z, column)
        lower, p = ensemble.factor(one), len(theta)
        J = cholesky.whitened(lower, tangents.reshape(p, -1)).reshape(tangents.shape)
        M = cholesky.whitened(lower, mixed.reshape(p, -1)).reshape(mixed.shape)
        noise = one.member.spread**2
        own, across, slope_own = ((a * b).sum(axis=0) * noise for a, b in ((J, J), (J, M), (M, M)))
        return self._observed(value, slope, own, across, slope_own)

    def _observed(self, *parts: np.ndarray) -> tuple[np.ndarray, ...]:
        """What a member says of y, from what it says of its output."""
        gaussian = self.fit.ensemble.likelihood.name == "gaussian"
        return parts if gaussian else _of_probability(*parts)


def _of_probability(
    eta: np.ndarray, slope: np.ndarray, own: np.ndarray, across: np.ndarray, slope_own: np.ndarray
) -> tuple[np.ndarray, ...]:
    """The same of P = p(η), whose variance is p'(η)² v (delta method)."""
    p = probability(eta)
    first = p * (1 - p)
    second = first * (1 - 2 * p) * slope
    spread = second**2 * own + 2 * second * first * across + first**2 * slope_own
    half = first * second * own + first**2 * across
    return p, first * slope, first**2 * own, half, spread


def derivative(fit: NetworkFit, *wrt: str | int, order: int = 1) -> NetworkFunction:
    """The derivative of a fitted network by one of its inputs, with its standard deviation.

    d(mean)/dx of the ensemble, exact by backpropagation.

    Args:
        fit: a NetworkFit.
        wrt: one input, by name or number of its column; where x was one matrix, "x" (or nothing)
            gives the gradient, with the inputs as a last axis.
        order: 1.

    Returns:
        A NetworkFunction: call it for numbers, `.predict(x)` for standard deviations,
        `.of_stderr(x)` for the slope of the standard error.

    Raises:
        ModelError: no such input, or a higher derivative.

    Example:
        >>> import numpy as np, residua as rs
        >>> x = np.linspace(-2, 2, 40)
        >>> slope = rs.fit(rs.MLP([5]), x, np.sin(2 * x)).derivative("x")
        >>> bool(abs(slope([0.3])[0] - 2 * np.cos(0.6)) < 0.05)
        True
    """
    if order != 1 or len(wrt) > 1:
        raise ModelError(
            "an ensemble of networks has first derivatives by one input at a time",
            next='fit.derivative("x")',
        )
    names, labels = fit.observations.names, fit.table.columns
    what = wrt[0] if wrt else names[0] if len(names) == 1 else 0
    place = place_of(what, labels) if isinstance(what, str) else None
    if len(names) == 1 and ((place == 0 and len(labels) == 1) or what == names[0]):
        width = len(labels)
        return NetworkFunction(fit, tuple(range(width)), fit.observations.block.x[0].ndim == 2)
    if place is not None:
        return NetworkFunction(fit, (place,), False)
    whole = isinstance(what, (int, np.integer)) and not isinstance(what, bool)
    if whole and 0 <= int(what) < len(labels):
        return NetworkFunction(fit, (int(what),), False)
    raise ModelError(
        f"the network has no input {what!r}",
        causes=[f"its inputs are {', '.join(labels)}"],
        next=f"fit.derivative({labels[0]!r})",
    )
