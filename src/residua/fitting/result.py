"""Fit: the frozen result. Everything else is a function of it, computed when asked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from residua._outcomes import Finding, Outcome
from residua.algebra.linearization import Linearization
from residua.data.observations import Observations
from residua.doc import Doc, shape, unit
from residua.doc.decorator import documented_when_read
from residua.fitting.doors import Doors, door
from residua.fitting.residual_notes import constant_sum_of_squares
from residua.fitting.verdict import Verdict
from residua.objective import prediction
from residua.problem.model import Model
from residua.problem.parameters import Parameters


@documented_when_read  # every script would pay for it otherwise
@dataclass(frozen=True, eq=False, repr=False)
class Fit(Doors):
    """A fitted model: parameters, how sure they are, how the fit ended, and what may be done next.

    Printing it gives the report; `fit.ok` is True only when the parameters may be used.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0, 3.0], [1.0, 3.1, 4.9, 7.0])
        >>> fit.ok, round(fit.params["a"], 2), round(fit.stderr["a"], 3)
        (True, 1.98, 0.042)
    """

    model: Annotated[Model, Doc("what was fitted")]
    parameters: Annotated[Parameters, Doc("all parameters, with starts, bounds and what is fixed")]
    theta: Annotated[
        np.ndarray, Doc("the fitted numbers, in the order of `fit.labels`"), shape("p")
    ]
    observations: Annotated[Observations, Doc("the data as they were fitted")]
    lin: Annotated[
        Linearization, Doc("the triangle at the end: cost, gradient and covariance follow from it")
    ]
    verdict: Annotated[Verdict, Doc("how the fit is judged")]
    absolute_sigma: Annotated[bool, Doc("whether sigma is in the units of y")] = False
    engine: Annotated[str, Doc('who differentiated: "eager", "compiled" or "numeric"')] = "eager"
    engine_reason: Annotated[str, Doc("why that one")] = ""
    steps: Annotated[int, Doc("proposals of the solver")] = 0
    evaluations: Annotated[int, Doc("how often the model was asked")] = 0
    seconds: Annotated[float, Doc("how long it took"), unit("s")] = 0.0
    costs: Annotated[tuple[float, ...], Doc("the cost after each step")] = ()
    notes: Annotated[
        tuple[tuple[Finding, str], ...],
        Doc("(Finding, sentence) pairs beside those of the verdict"),
    ] = ()

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

    @cached_property
    def units(self) -> dict[str, str | None]:
        """Units of variables, of y and of parameters by name: "" for none, None if not known.

        They come from the headings of the data, "V [Å^3]", and from beside the arguments of the
        model. Nothing is converted.

        >>> import residua as rs
        >>> data = {"t (s)": [0.0, 1.0, 2.0], "v (m/s)": [1.0, 3.1, 4.9]}
        >>> rs.fit("line", "t", "v", data=data).units
        {'v': 'm/s', 't': 's', 'slope': 'm/s/s', 'intercept': 'm/s'}
        """
        from residua.fitting.units import units_of

        return units_of(self)

    @property
    def sigma(self) -> np.ndarray | None:
        """Standard deviations (or covariance matrix) given with the data."""
        return self.observations.sigma

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
