"""NetworkFit: the frozen result of a fit of a network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from residua.fitting.doors import door
from residua.fitting.networks.table import Table, matrix
from residua.fitting.result import Fit
from residua.networks.choose import Plan
from residua.networks.ensemble import Ensemble, Trained
from residua.networks.network import Architecture
from residua.networks.scaling import Scaling
from residua.networks.spread import Spread
from residua.networks.stepwise.trace import Trace

if TYPE_CHECKING:
    from residua.inference.network_function import NetworkFunction
    from residua.inference.prediction import Prediction


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class NetworkFit(Fit):
    """A fitted network: an ensemble that predicts, and one network of all data that can be read.

    `fit.predict`, `fit(x)`, `fit.fitted` and `fit.derivative` are those of the ensemble.
    `fit.params` are the arrays of the one network, in user units (those of training where it is
    constrained); `fit.derive`, `fit.root` and what
    else follows from parameters is its, with errors by Laplace's approximation.

    architecture: as prepared for these data. scaling: between user and standardized units.
    table: the data as matrices. ensemble: the members. spreads: the noise of each output.
    honest: what members said of rows they had not seen (n, k), standardized; None without folds.
    kept: the rows that were trained on, where some were split off for validation.
    """

    architecture: Architecture
    scaling: Scaling
    table: Table
    ensemble: Ensemble
    one: Trained
    plan: Plan
    spreads: tuple[Spread, ...] = ()
    honest: np.ndarray | None = None
    training: Trace | None = None
    kept: np.ndarray | None = None

    # Numbers ------------------------------------------------------------------------------------

    @property
    def reach(self) -> np.ndarray:
        """(n, d): the places that data tell something of; what is far from them extrapolates."""
        return self.table.X

    @property
    def members(self) -> int:
        """How many networks have a vote."""
        return len(self.ensemble.active)

    @cached_property
    def effective(self) -> float:
        """How many parameters the data determine, averaged over the members: γ of the evidence."""
        active = self.ensemble.active
        total = sum(one.weight for one in active)
        return float(sum(one.weight * one.member.effective for one in active) / total)

    @property
    def residual_variance_factor(self) -> float:
        """The noise in standardized units: what turns (RᵀR)⁻¹ into the covariance of `theta`."""
        return float(self.one.member.spread) if self.noise_known else math.nan

    @property
    def noise_known(self) -> bool:
        """Whether observations were left over to tell the noise; all error bars hang on it."""
        return all(math.isfinite(spread.c) for spread in self.spreads)

    @property
    def dof(self) -> int:
        """Observations minus the parameters that they determine, at least 1."""
        left = self.n - (self.effective if math.isfinite(self.effective) else len(self.theta))
        return max(1, round(left))

    @cached_property
    def rss(self) -> float:
        """Sum of squared residuals of the ensemble, weighted where sigma was given."""
        rows = np.ravel(self.residuals if self.sigma is None else self.residuals / self.sigma)
        return float(rows @ rows)

    @cached_property
    def cross_validated(self) -> float:
        """Root mean square error of predictions of rows that no predicting member had seen.

        In units of y; NaN where nothing was left out.
        """
        if self.honest is None:
            return math.nan
        apart = self.scaling.from_Y(self.ensemble.rows.Y) - self.scaling.from_Y(self.honest)
        return float(np.sqrt(np.mean(apart**2)))

    @property
    def noise(self) -> float:
        """Standard deviation of the noise as the median member sees it, in units of y.

        Where sigma was given, of an observation of average weight; NaN where nothing was left to
        tell it.
        """
        if not self.noise_known:
            return math.nan
        if self.absolute_sigma and self.sigma is not None:
            return float(np.mean(self.sigma**-2.0) ** -0.5)
        spread = float(np.median([one.member.spread for one in self.ensemble.active]))
        return spread * float(np.mean(self.scaling.y_scale))

    @cached_property
    def fitted(self) -> np.ndarray:
        """The ensemble at the observations, shaped like y."""
        return self._shaped(self._value(self.table.X))

    # Doors --------------------------------------------------------------------------------------

    def _value(self, X: np.ndarray) -> np.ndarray:
        """The ensemble's mean (n, k) in user units."""
        value = self.ensemble.value(self.scaling.to_z(X))
        return np.asarray(self.scaling.from_Y(value))

    def _shaped(self, value: np.ndarray) -> np.ndarray:
        return value[:, 0] if self.y.ndim == 1 else value

    def __call__(self, /, *x: Any, **named: Any) -> Any:
        """The ensemble's mean at x, as a plain array."""
        columns = door("network_columns")(self, x, named)
        return self._shaped(self._value(matrix(self.observations.names, columns)))

    def predict(
        self, /, *x: Any, interval: str | None = None, level: float = 0.95, **named: Any
    ) -> Prediction:
        """The network at new x with its uncertainty; see `residua.inference.networks.predict`."""
        found: Prediction = door("network_predict")(
            self, *x, interval=interval, level=level, **named
        )
        return found

    def derivative(self, *wrt: str | int, order: int = 1) -> NetworkFunction:  # type: ignore[override]
        """The exact derivative of the ensemble; see `residua.inference.network_function`."""
        found: NetworkFunction = door("network_derivative")(self, *wrt, order=order)
        return found

    def plot(self, path: Any = None, **options: Any) -> Any:
        """Data, fit, bands and residuals as a matplotlib figure, saved when a path is given."""
        return door("plot")(self, path, **options)

    def __str__(self) -> str:
        return str(door("network_text")(self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return str(door("network_html")(self))
