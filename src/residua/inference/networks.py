"""Predictions of a fitted network: the ensemble's mean, how sure it is, where it extrapolates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import DataError, ParameterError
from residua.data.columns import numbers
from residua.fitting.networks.table import dimensions, matrix
from residua.inference.domain import LEVERAGE_MARGIN, ROUNDING
from residua.inference.prediction import Prediction, new_columns
from residua.inference.student import normal_quantile, quantile
from residua.networks.ensemble import Said
from residua.networks.spread import raw_features

if TYPE_CHECKING:
    from residua.fitting.networks.result import NetworkFit


def columns(fit: NetworkFit, x: tuple[Any, ...], named: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """The inputs at new places as float64; a row of all of them, or a table with their names."""
    names, width = fit.observations.names, fit.table.X.shape[1]
    if len(names) > 1 and len(x) == 1 and not _named(x[0]) and dimensions(x[0]) == 2:
        x = tuple(_rows(numbers("x", x[0])[0], width).T)
    found = new_columns(fit, x, named, names)
    _rows(matrix(names, found), width)
    return found


def _rows(X: np.ndarray, width: int) -> np.ndarray:
    """A table of as many columns as were fitted."""
    if X.shape[1] == width:
        return X
    causes = ["one row where a table of rows is expected"] if X.size == width else []
    raise DataError(
        f"x has {X.shape[1]} column{'s' if X.shape[1] != 1 else ''}, and the network was fitted "
        f"to {width}",
        causes=causes,
        next=f"fit.predict(X)   # X.shape == (n, {width})",
    )


def _named(x: Any) -> bool:
    """Whether x brings names along, or is a tuple of columns as `fit` takes them."""
    return hasattr(x, "columns") or hasattr(x, "keys") or isinstance(x, tuple)


def predict(
    fit: NetworkFit,
    /,
    *x: Any,
    interval: str | None = None,
    level: float = 0.95,
    sigma: Any = None,
    **named: Any,
) -> Prediction:
    """The network at new points, with its standard error and interval.

    The value is the mean of the ensemble; its variance v that of the mixture (members apart, and
    what each is unsure of). A new observation is Student's t about it, with the scale
    s² = noise(x) + c v found from rows that the members had not seen.

    Args:
        fit: a NetworkFit.
        x: inputs in order, one matrix (n, d), or one mapping or DataFrame by name; nothing means
            the fitted points.
        interval: None, "confidence" (of the mean) or "prediction" (of one new observation).
        level: nominal coverage between 0 and 1.
        sigma: standard deviation of the new observations, for a prediction interval of a fit with
            sigma.
        named: inputs by name.

    Returns:
        A Prediction: value, stderr, low, high, extrapolates, and the scale and degrees of freedom
        of a new observation (`log_density`).

    Raises:
        DataError: x is not numbers, or sigma is needed and was not given.
        ParameterError: an unknown interval or level.

    Source: P. Sollich, A. Krogh (1996); D. J. C. MacKay (1992).

    Example:
        >>> import numpy as np, residua as rs
        >>> x = np.linspace(-2, 2, 40)
        >>> fit = rs.fit(rs.MLP([5]), x, np.sin(2 * x))
        >>> fit.predict([0.5, 9.0], interval="prediction").extrapolates.tolist()
        [False, True]
    """
    if interval not in (None, "confidence", "prediction"):
        raise ParameterError(f'interval is "confidence" or "prediction", not {interval!r}')
    new = columns(fit, x, named)
    X = matrix(fit.observations.names, new)
    Z = fit.scaling.to_z(X)
    value, variance, between = fit.ensemble.moments(Z)
    weight = _weight(fit, sigma, len(X), bool(x or named), interval)
    scale = observed_scale(fit, Z, Said(value, variance, between), weight)
    unit = fit.scaling.y_scale
    stderr = np.sqrt(epistemic(fit) * variance) * unit
    beyond = extrapolates(fit, X, variance)
    center = np.asarray(fit.scaling.from_Y(value))
    dof = _dof(fit)
    spread = None if scale is None else scale * unit
    low = high = None
    if interval is not None:
        low, high = _edges(fit, center, stderr, spread, dof, interval, level)

    def shaped(array: Any) -> Any:
        return None if array is None else fit._shaped(np.asarray(array))

    flags = np.broadcast_to(beyond[:, None], center.shape)
    return Prediction(
        shaped(center),
        shaped(stderr),
        shaped(low),
        shaped(high),
        shaped(flags),
        interval,
        level,
        shaped(spread),
        shaped(np.broadcast_to(dof, center.shape)),
    )


def _edges(
    fit: NetworkFit,
    center: np.ndarray,
    stderr: np.ndarray,
    spread: np.ndarray | None,
    dof: np.ndarray,
    interval: str,
    level: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper edge of an interval; probabilities stay probabilities."""
    if interval == "prediction" and spread is None:
        raise DataError(
            "an observation that is 0 or 1 has no prediction interval",
            next='fit.predict(x, interval="confidence")   # of its probability',
        )
    if interval == "prediction":
        half = np.array([quantile(level, float(nu)) for nu in dof]) * spread
    else:
        half = normal_quantile(level) * stderr
    low, high = center - half, center + half
    return (low, high) if fit.spreads else (np.clip(low, 0, 1), np.clip(high, 0, 1))


def epistemic(fit: NetworkFit) -> np.ndarray:
    """(k,): what the variance of the mixture is multiplied by, found with the noise."""
    if not fit.spreads:
        return np.ones(fit.table.Y.shape[1])
    return np.array([spread.epistemic for spread in fit.spreads])


def _dof(fit: NetworkFit) -> np.ndarray:
    if not fit.spreads:
        return np.full(fit.table.Y.shape[1], np.inf)
    return np.array([spread.dof for spread in fit.spreads])


def observed_scale(fit: NetworkFit, Z: np.ndarray, said: Said, weight: Any) -> np.ndarray | None:
    """The scale s (n, k) of new observations, standardized; None for 0/1 data."""
    if not fit.spreads:
        return None
    found = []
    for k, spread in enumerate(fit.spreads):
        value, variance, between = (part[:, k] for part in said)
        raw = raw_features(Z, value, variance - between)
        given = weight if np.ndim(weight) == 0 else weight[:, k]
        found.append(spread.scale_of_all(raw, variance, between, given))
    return np.stack(found, axis=1)


def _weight(fit: NetworkFit, sigma: Any, n: int, new: bool, interval: str | None) -> Any:
    """How precise the new observations are, in the units of the fitted weights."""
    if fit.sigma is None:
        if sigma is None:
            return 1.0
        # As everywhere: relative to the fitted observations, whose sigma was one.
        return 1 / _standing(sigma, n, len(fit.scaling.y_scale)) ** 2
    fitted = fit.sigma.reshape(fit.table.Y.shape)
    if fit.absolute_sigma:
        unit = fit.scaling.y_scale**2
    else:
        unit = np.full(len(fit.scaling.y_scale), 1 / np.mean(1 / fitted**2))
    if sigma is not None:
        return unit / _standing(sigma, n, len(unit)) ** 2
    if not new:
        return unit / fitted**2
    if interval == "prediction" and np.ptp(fitted) > 1e-12 * fitted.max():
        raise DataError(
            "a prediction interval needs the sigma of the new observations, because the sigma of "
            "the fitted ones differs from point to point",
            next='fit.predict(x, interval="prediction", sigma=...)',
        )
    return unit / np.broadcast_to(np.sqrt(np.mean(fitted**2, axis=0)), (n, len(unit))) ** 2


def _standing(sigma: Any, n: int, outputs: int) -> np.ndarray:
    """sigma (n, k) of n new observations; one number a row stands as a column."""
    given, _ = numbers("sigma", sigma)
    if not (np.isfinite(given).all() and (given > 0).all()):
        raise DataError("sigma must be positive and finite")
    try:
        return np.broadcast_to(given[:, None] if given.ndim == 1 else given, (n, outputs))
    except ValueError:
        shape = (n, outputs) if outputs > 1 else (n,)
        raise DataError(
            f"sigma has shape {given.shape}, and the predictions have {shape}",
            next="sigma: one number, or an array shaped like the predictions",
        ) from None


def extrapolates(fit: NetworkFit, X: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """(n,): outside the range of a column, or where the ensemble is less sure than at any datum."""
    old = fit.reach
    low, high = old.min(axis=0), old.max(axis=0)
    slack = ROUNDING * (high - low)
    outside = ((X < low - slack) | (X > high + slack)).any(axis=1)
    most = fitted_variance(fit)
    return np.asarray(outside | (variance > LEVERAGE_MARGIN * most).any(axis=1))


def fitted_variance(fit: NetworkFit) -> np.ndarray:
    """(k,): the largest variance of the ensemble at the fitted points; kept with the fit."""
    known = fit.__dict__.get("_fitted_variance")
    if known is None:
        known = fit.ensemble.moments(fit.scaling.to_z(fit.reach)).variance.max(axis=0)
        fit.__dict__["_fitted_variance"] = known
    return np.asarray(known)
