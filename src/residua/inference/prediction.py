"""Prediction: the fitted model at new points, how sure it is, and where it extrapolates."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from residua._errors import DataError, ParameterError
from residua._words import counted
from residua.data.columns import numbers
from residua.data.tables import independent_columns
from residua.doc import Doc, documented
from residua.fitting.engines import engine
from residua.inference.domain import beyond_leverage, outside_range
from residua.inference.intervals import multiplier
from residua.objective import prediction

if TYPE_CHECKING:
    from residua.fitting.result import Fit


@documented
@dataclass(frozen=True, eq=False)
class Prediction:
    """What `fit.predict` gives: arrays shaped like the prediction.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0, 3.0], [1.0, 3.1, 4.9, 7.0])
        >>> said = fit.predict([1.5, 9.0], interval="confidence")
        >>> said.value.round(2).tolist(), said.extrapolates.tolist()
        ([4.0, 18.85], [False, True])
    """

    value: Annotated[np.ndarray, Doc("the model there")]
    stderr: Annotated[np.ndarray, Doc("standard error of the mean prediction")]
    low: Annotated[
        np.ndarray | None, Doc("lower end of the interval asked for; None when none was")
    ]
    high: Annotated[np.ndarray | None, Doc("upper end")]
    extrapolates: Annotated[np.ndarray, Doc("True where the data give no support")]
    interval: Annotated[str | None, Doc('None, "confidence" or "prediction"')] = None
    level: Annotated[float, Doc("nominal coverage of the interval")] = 0.95
    scale: Annotated[
        np.ndarray | None,
        Doc(
            "scale of Student's t, as which a new observation is distributed about the "
            "value; None where no prediction interval was asked of a fit that needs one "
            "(always there for networks)"
        ),
    ] = None
    dof: Annotated[float | np.ndarray | None, Doc("degrees of freedom of that distribution")] = None

    @documented
    def log_density(
        self, y: Annotated[ArrayLike, Doc("new observations, shaped like the value")]
    ) -> np.ndarray:
        """Logarithm of the predictive density of new observations y, shaped like the value.

        log t(y; value, scale, dof). Its mean over observed y, negative, is the score by which
        forecasts are compared (T. Gneiting, A. E. Raftery, JASA 102 (2007) 359).

        Raises:
            ParameterError: the prediction was made without `interval="prediction"`.
        """
        if self.scale is None:
            raise ParameterError(
                "the density of new observations needs their noise",
                next='fit.predict(x, interval="prediction").log_density(y)',
            )
        from residua.inference.student import log_density

        return log_density(np.asarray(y, dtype=float) - self.value, self.scale, self.dof)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """The value, so that a Prediction can be drawn or computed with."""
        return np.array(self.value, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self.value)

    def __str__(self) -> str:
        kind = f", {self.level:.3g} {self.interval} interval" if self.interval else ""
        beyond = int(self.extrapolates.sum())
        goes = "extrapolates" if beyond == 1 else "extrapolate"
        lines = [f"{counted(self.value.size, 'prediction')}{kind}; {beyond} {goes}"]
        low = np.ravel(self.value - self.stderr if self.low is None else self.low)
        high = np.ravel(self.value + self.stderr if self.high is None else self.high)
        rows = list(zip(np.ravel(self.value), low, high, np.ravel(self.extrapolates)))
        lines += [
            f"  {v:14.6g}  [{a:.6g}, {b:.6g}]{'  extrapolates' if e else ''}"
            for v, a, b, e in rows[:10]
        ]
        return "\n".join(lines + (["  ..."] if len(rows) > 10 else []))

    __repr__ = __str__

    def to_frame(self) -> Any:
        """A pandas DataFrame with columns value, stderr, low, high, extrapolates."""
        return import_module("residua.report.frames").prediction_frame(self)


def predict(
    fit: Fit,
    /,
    *x: Any,
    interval: str | None = None,
    level: float = 0.95,
    sigma: Any = None,
    **named: Any,
) -> Prediction:
    """The fitted model at new points, with its standard error from exact derivatives.

    variance of the mean = s² J (RᵀR)⁻¹ Jᵀ; a prediction interval adds the variance of one new
    observation. Intervals use Student's t (the normal quantile when sigma is absolute).

    Args:
        fit: a Fit.
        x: independent variables in order, or one mapping / DataFrame by name; nothing means the
            fitted points.
        interval: None, "confidence" (of the mean) or "prediction" (of one new observation).
        level: nominal coverage between 0 and 1.
        sigma: standard deviation of the new observations, for a prediction interval of a fit whose
            sigma differs from point to point.
        named: independent variables by name.

    Returns:
        A Prediction: value, stderr, low, high, extrapolates.

    Raises:
        DataError: x is not numbers, or sigma is needed and was not given.
        ParameterError: an unknown interval or level.

    Source: G. A. F. Seber, C. J. Wild, Nonlinear Regression, 1989, section 5.1.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0, 3.0], [1.0, 3.1, 4.9, 7.0])
        >>> fit.predict([1.5, 9.0], interval="prediction").extrapolates.tolist()
        [False, True]
    """
    if interval not in (None, "confidence", "prediction"):
        raise ParameterError(f'interval is "confidence" or "prediction", not {interval!r}')
    t = multiplier(fit, level)
    new = new_columns(fit, x, named, fit.observations.names)
    value, tangents = _linearize(fit, new)
    leverage, free = leverage_of(fit, tangents)
    stderr = np.where(free, np.inf, np.sqrt(leverage) * fit.residual_variance_factor)
    beyond = outside_range(fit.observations.block.x, new, value.shape) if _ranged(fit) else False
    beyond = beyond | beyond_leverage(_fitted_leverage(fit), leverage) | free
    if interval is None:
        return Prediction(value, stderr, None, None, beyond)
    if interval == "confidence":
        half = t * stderr
        return Prediction(value, stderr, value - half, value + half, beyond, interval, level)
    noise = _noise_variance(fit, sigma, value.shape, not (x or named))
    scale = np.sqrt(stderr**2 + noise)
    low, high = value - t * scale, value + t * scale
    dof = np.inf if fit.absolute_sigma else fit.interval_dof
    return Prediction(value, stderr, low, high, beyond, interval, level, scale, dof)


def _ranged(fit: Fit) -> bool:
    return all(column.size > 0 for column in fit.observations.block.x)


def new_columns(
    fit: Fit, x: tuple[Any, ...], named: dict[str, Any], names: tuple[str, ...]
) -> tuple[np.ndarray, ...]:
    """The variables `names` at new places, as float64 arrays; nothing means the fitted ones."""
    if named:
        unknown = [name for name in named if name not in names]
        if unknown or len(named) != len(names):
            raise DataError(f"predict needs {', '.join(names)}, and was given {', '.join(named)}")
        columns: tuple[Any, ...] = tuple(named[name] for name in names)
    elif not x and names == fit.observations.names:
        return fit.observations.block.x
    elif len(x) == 1:
        _, columns = independent_columns(x[0], None, names)
    else:
        columns = x
    if len(columns) != len(names):
        raise DataError(
            f"predict needs {len(names)} independent variables ({', '.join(names)}), "
            f"and was given {len(columns)}"
        )
    read = tuple(numbers(name, value)[0] for name, value in zip(names, columns))
    for name, array in zip(names, read):
        if not np.isfinite(array).all():
            raise DataError(f"{name} has values that are NaN or infinite")
    return read


def _linearize(fit: Fit, x: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Value and tangents (p, *shape) at x, by the engine that made the fit."""
    with np.errstate(all="ignore"):
        value, tangents = engine(fit.engine)(prediction(fit.model, fit.parameters), fit.theta, x)
    if value.ndim == 0 and any(item.ndim for item in x):  # a model that is a constant
        shape = np.broadcast_shapes(*(item.shape for item in x))
        value = np.broadcast_to(value, shape)
        column = tangents.reshape(-1, *(1,) * len(shape))
        tangents = np.broadcast_to(column, (len(column), *shape))
    return np.array(value, dtype=float), tangents


def leverage_of(fit: Fit, tangents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """‖J T‖² per point, and True where a point depends on what the data do not determine."""
    known = fit.verdict.uncertainty
    rows = np.moveaxis(tangents, 0, -1)
    leverage = ((rows @ known.factor) ** 2).sum(axis=-1)
    scaled = rows / known.scale
    loose = np.abs(scaled @ known.null).max(axis=-1, initial=0.0)
    size = np.sqrt((scaled**2).sum(axis=-1))
    return np.asarray(leverage), np.asarray((loose > 1e-6 * size) & (loose > 0))


def _fitted_leverage(fit: Fit) -> np.ndarray:
    """Leverage of the fitted rows, in the units of y's noise where that is uniform."""
    _, tangents = _linearize(fit, fit.observations.block.x)
    return leverage_of(fit, tangents)[0]


def _noise_variance(fit: Fit, sigma: Any, shape: tuple[int, ...], at_data: bool) -> np.ndarray:
    """Variance of one new observation at each point."""
    scale = fit.residual_variance_factor**2
    if sigma is not None:
        array, _ = numbers("sigma", sigma)
        return np.broadcast_to(scale * array**2, shape)
    if fit.sigma is None:
        return np.full(shape, scale)
    variances = np.diagonal(fit.sigma) if _is_matrix(fit) else fit.sigma**2
    if at_data:
        return np.asarray(scale * variances)
    if np.ptp(variances) > 1e-12 * variances.max():
        raise DataError(
            "a prediction interval needs the sigma of the new observations, because the sigma of "
            "the fitted ones differs from point to point",
            next='fit.predict(x, interval="prediction", sigma=...)',
        )
    return np.full(shape, scale * variances.flat[0])


def _is_matrix(fit: Fit) -> bool:
    return fit.sigma is not None and fit.sigma.ndim > fit.y.ndim
