"""Fit: the frozen result. Everything else is a function of it, computed when asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._outcomes import Finding, Outcome
from residua.algebra.linearization import Linearization
from residua.data.observations import Observations
from residua.fitting.residual_notes import constant_sum_of_squares
from residua.fitting.verdict import Verdict
from residua.objective import prediction
from residua.problem.model import Model
from residua.problem.parameters import Parameters

if TYPE_CHECKING:
    from residua.inference.derive import Derived
    from residua.inference.function import FittedFunction
    from residua.inference.prediction import Prediction

# Methods that are doors to higher floors: name -> where the function of the Fit lives. The floors
# test reads this table; a door is opened when it is used.
DOORS = {
    "predict": "residua.inference.prediction:predict",
    "derive": "residua.inference.derive:derive",
    "derivative": "residua.inference.function:derivative",
    "quantity": "residua.inference.function:quantity",
    "root": "residua.inference.landmarks:fit_root",
    "minimum": "residua.inference.landmarks:fit_minimum",
    "maximum": "residua.inference.landmarks:fit_maximum",
    "integral": "residua.inference.landmarks:fit_integral",
    "tied_errors": "residua.inference.derive:tied_errors",
    "confidence_intervals": "residua.inference.intervals:confidence_intervals",
    "plot": "residua.report.figures:plot",
    "save": "residua.report.files:save",
    "text": "residua.report.text:describe",
    "html": "residua.report.html:describe",
    "joint_text": "residua.report.joint_text:describe",
    "part_text": "residua.report.joint_text:describe_part",
    "joint_html": "residua.report.joint_html:describe",
    "joint_plot": "residua.report.joint_figures:plot",
    "to_frame": "residua.report.frames:parameter_frame",
    "network_columns": "residua.inference.networks:columns",
    "network_predict": "residua.inference.networks:predict",
    "network_derivative": "residua.inference.network_function:derivative",
    "network_text": "residua.report.network_text:describe",
    "network_html": "residua.report.network_text:describe_html",
}


def door(name: str) -> Callable[..., Any]:
    module, function = DOORS[name].split(":")
    opened: Callable[..., Any] = getattr(import_module(module), function)
    return opened


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """A fitted model: parameters, how sure they are, how the fit ended, and what may be done next.

    Printing it gives the report; `fit.ok` is True only when the parameters may be used.
    """

    model: Model
    parameters: Parameters
    theta: np.ndarray
    observations: Observations
    lin: Linearization
    verdict: Verdict
    absolute_sigma: bool = False
    engine: str = "eager"
    engine_reason: str = ""
    steps: int = 0
    evaluations: int = 0
    seconds: float = 0.0
    costs: tuple[float, ...] = ()
    notes: tuple[tuple[Finding, str], ...] = ()

    # How it ended -------------------------------------------------------------------------------

    @property
    def outcome(self) -> Outcome:
        """How the fit ended; `fit.outcome.sentence` says it."""
        return self.verdict.outcome

    @property
    def ok(self) -> bool:
        """True when the fit ended at a minimum whose parameters may be used."""
        return self.outcome.ok

    @property
    def findings(self) -> tuple[tuple[Finding, str], ...]:
        """(Finding, sentence) pairs, for programs."""
        return (*self.verdict.findings, *self.observations.notes, *self.notes)

    @cached_property
    def warnings(self) -> list[str]:
        """What should be known before the numbers are used: one sentence each."""
        first = [] if self.ok else [f"the fit {self.outcome.sentence}"]
        return first + [sentence for _, sentence in self.findings]

    # Numbers ------------------------------------------------------------------------------------

    @cached_property
    def params(self) -> dict[str, Any]:
        """Fitted values by name (fixed ones too)."""
        return self.parameters.named(self.theta)

    @cached_property
    def stderr(self) -> dict[str, Any]:
        """Standard errors by name: 0 where fixed, inf where not determined, NaN at a bound.

        Those of tied parameters follow by the exact derivatives of the ties (delta method).
        """
        errors = self.parameters.spread(self.standard_errors, 0.0)
        return errors | door("tied_errors")(self) if self.parameters.ties else errors

    @cached_property
    def standard_errors(self) -> np.ndarray:
        """Standard errors of the free vector."""
        known = self.verdict.uncertainty
        errors = self.residual_variance_factor * np.sqrt((known.factor**2).sum(axis=1))
        if known.null.size:
            errors[np.abs(known.null).max(axis=1) > 1e-6] = math.inf
        errors[known.held] = math.nan
        return np.asarray(errors)

    @cached_property
    def covariance(self) -> np.ndarray:
        """Covariance of the free numbers, in the order of `fit.labels`.

        s² (RᵀR)⁻¹ with s² the residual variance (1 when sigma is absolute); inf where the data
        determine nothing, NaN for a parameter at its bound.
        """
        known = self.verdict.uncertainty
        factor = self.residual_variance_factor * known.factor
        matrix = np.asarray(factor @ factor.T)
        open_ended = np.isinf(self.standard_errors)
        matrix[open_ended, :] = matrix[:, open_ended] = math.inf
        matrix[known.held, :] = matrix[:, known.held] = math.nan
        return matrix

    @cached_property
    def correlation(self) -> np.ndarray:
        """Correlations of the free numbers; NaN where no covariance is known."""
        errors = self.standard_errors
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.covariance / np.outer(errors, errors))

    @property
    def labels(self) -> tuple[str, ...]:
        """One name per free number."""
        return self.parameters.labels

    @cached_property
    def rss(self) -> float:
        """Sum of squared whitened residuals (chi-square when sigma was given)."""
        return float(2 * self.lin.cost)

    @property
    def n(self) -> int:
        """Number of observations."""
        return self.observations.block.y.size

    @property
    def dof(self) -> int:
        """Degrees of freedom: observations minus fitted numbers (those at a bound do not count)."""
        return self.n - len(self.theta) + int(self.verdict.uncertainty.held.sum())

    @property
    def interval_dof(self) -> float:
        """Degrees of freedom of Student's t in intervals."""
        return self.dof

    @property
    def residual_variance_factor(self) -> float:
        """What turns (RᵀR)⁻¹ into standard errors: the residual standard error, or 1."""
        return 1.0 if self.absolute_sigma else self.residual_standard_error

    @cached_property
    def residual_standard_error(self) -> float:
        """sqrt(rss / dof); NaN without degrees of freedom."""
        return math.sqrt(self.rss / self.dof) if self.dof > 0 else math.nan

    @cached_property
    def r_squared(self) -> float:
        """1 - rss / (sum of squares about the best constant); NaN for constant data."""
        y = np.ravel(self._whitened(self.observations.block.y))
        total = constant_sum_of_squares(self.observations.block, y)
        return 1 - self.rss / total if total > 0 else math.nan

    @cached_property
    def log_likelihood(self) -> float:
        """Gaussian log-likelihood; the variance is estimated unless sigma is absolute."""
        n, noise = self.n, self.observations.block.noise
        jacobian = 0.0
        if noise is not None:
            matrix = getattr(noise, "factor", None)
            diagonal = noise.weight if matrix is None else np.diagonal(matrix)
            jacobian = float(np.log(diagonal).sum())
        if self.absolute_sigma:
            return -0.5 * (self.rss + n * math.log(2 * math.pi)) + jacobian
        if self.rss == 0:
            return math.inf
        return -0.5 * n * (math.log(2 * math.pi * self.rss / n) + 1) + jacobian

    @property
    def _likelihood_parameters(self) -> int:
        return len(self.theta) + (0 if self.absolute_sigma else 1)

    @property
    def aic(self) -> float:
        """Akaike's criterion 2 k - 2 log L, k counting an estimated noise variance (as R does)."""
        return 2 * self._likelihood_parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion k log n - 2 log L."""
        return self._likelihood_parameters * math.log(self.n) - 2 * self.log_likelihood

    @cached_property
    def fitted(self) -> np.ndarray:
        """The model at the observations, shaped like y."""
        block = self.observations.block
        with np.errstate(all="ignore"):  # as while fitting: np.where(x > 0, np.log(x), 0) is fine
            value = prediction(self.model, self.parameters)(self.theta, block.x)
        return np.broadcast_to(np.asarray(value, dtype=float), block.y.shape)

    @cached_property
    def residuals(self) -> np.ndarray:
        """Observed minus predicted, in the units of y."""
        return np.asarray(self.observations.block.y - self.fitted)

    @cached_property
    def weighted_residuals(self) -> np.ndarray:
        """Residuals whitened by the noise."""
        return np.asarray(self._whitened(self.residuals))

    def _whitened(self, rows: np.ndarray) -> Any:
        noise = self.observations.block.noise
        return rows if noise is None else noise.whiten(rows)

    @property
    def x(self) -> dict[str, np.ndarray]:
        """Independent variables by name, as fitted."""
        return dict(zip(self.observations.names, self.observations.block.x))

    @property
    def y(self) -> np.ndarray:
        """Observations, as fitted."""
        return self.observations.block.y

    @property
    def sigma(self) -> np.ndarray | None:
        """Standard deviations (or covariance matrix) given with the data."""
        return self.observations.sigma

    # Doors --------------------------------------------------------------------------------------

    def confidence_intervals(self, level: float = 0.95) -> dict[str, Any]:
        """Confidence interval of each parameter, by Student's t: `{name: (low, high)}`."""
        found: dict[str, Any] = door("confidence_intervals")(self, level)
        return found

    def predict(
        self, /, *x: Any, interval: str | None = None, level: float = 0.95, **named: Any
    ) -> Prediction:
        """The model at new x with its uncertainty; see `residua.inference.prediction.predict`."""
        found: Prediction = door("predict")(self, *x, interval=interval, level=level, **named)
        return found

    def derive(self, function: Callable[..., Any] | str, level: float = 0.95) -> Any:
        """A quantity computed from the parameters, with its standard error by exact derivatives."""
        return door("derive")(self, function, level)

    def derivative(self, *wrt: str | int, order: int = 1) -> FittedFunction:
        """The exact derivative of the fitted model, as a function with error bars."""
        found: FittedFunction = door("derivative")(self, *wrt, order=order)
        return found

    def quantity(self, name: str, level: float = 0.95) -> Any:
        """What follows from a library model ("pressure", "half_life"), with its error bars."""
        return door("quantity")(self, name, level)

    def root(self, target: float = 0.0, **options: Any) -> Derived:
        """Where the model takes the value `target`, with its standard error."""
        found: Derived = door("root")(self, target, **options)
        return found

    def minimum(self, **options: Any) -> Any:
        """The lowest point within the fitted range: `.x` and `.value`, with standard errors."""
        return door("minimum")(self, **options)

    def maximum(self, **options: Any) -> Any:
        """The highest point within the fitted range: `.x` and `.value`, with standard errors."""
        return door("maximum")(self, **options)

    def integral(self, low: float, high: float, **options: Any) -> Derived:
        """The integral of the model from low to high, with its standard error."""
        found: Derived = door("integral")(self, low, high, **options)
        return found

    def plot(self, path: Any = None, **options: Any) -> Any:
        """Data, fit, bands and residuals as a matplotlib figure, saved when a path is given."""
        return door("plot")(self, path, **options)

    def save(self, path: Any, overwrite: bool = True) -> None:
        """Write the fit as JSON, atomically; `residua.load` reads it back."""
        door("save")(self, path, overwrite=overwrite)

    def to_frame(self) -> Any:
        """The parameters as a pandas DataFrame, one row each."""
        return door("to_frame")(self)

    def __str__(self) -> str:
        return str(door("text")(self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return str(door("html")(self))

    def __call__(self, /, *x: Any, **named: Any) -> Any:
        """The fitted model at x, as a plain array: `fit(x)`."""
        values: Mapping[str, Any] = self.params
        x = x or tuple(named[name] for name in self.model.independent)
        return self.model.evaluate(
            tuple(np.asarray(item, dtype=float) for item in x),
            [values[name] for name in self.model.parameters],
        )
