"""Derived quantities: anything computed from the parameters, with its standard error."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import ModelError
from residua.fitting.engines import AGREEMENT, engine
from residua.inference.intervals import multiplier
from residua.problem.model import from_formula

if TYPE_CHECKING:
    from residua.fitting.result import Fit


@dataclass(frozen=True, eq=False)
class Derived:
    """A derived quantity: value, stderr, covariance of its entries, 95 % interval low..high."""

    value: Any
    stderr: Any
    covariance: np.ndarray
    low: Any
    high: Any

    def __str__(self) -> str:
        if np.ndim(self.value) == 0:
            return f"{self.value:.6g} ± {self.stderr:.2g}"
        return "\n".join(
            f"{v:.6g} ± {e:.2g}" for v, e in zip(np.ravel(self.value), np.ravel(self.stderr))
        )

    __repr__ = __str__


def derive(fit: Fit, function: Callable[..., Any] | str, level: float = 0.95) -> Derived:
    """A quantity g(parameters) with its standard error by exact differentiation.

    variance = s² (∇g T)(∇g T)ᵀ, the delta method on the triangle.

    Args:
        fit: a Fit.
        function: takes parameters by name (those it names in its signature), or one mapping of
            all of them; plain NumPy. A formula string of the parameters works too.
        level: coverage of `low`..`high`.

    Returns:
        A Derived with value, stderr, covariance, low, high.

    Raises:
        ModelError: the function names something that is not a parameter.

    Example:
        >>> import numpy as np, residua as rs
        >>> t = np.linspace(0, 4, 30)
        >>> fit = rs.fit("a*exp(-b*t)", {"t": t}, 2*np.exp(-t) + 0.01*np.sin(50*t))
        >>> half_life = fit.derive(lambda b: np.log(2) / b)
        >>> bool(abs(half_life.value - np.log(2)) < 3 * half_life.stderr)
        True
    """
    call = _by_name(fit, function)
    names = fit.parameters.names
    return _derived(fit, lambda theta: call(dict(zip(names, fit.parameters.values(theta)))), level)


def tied_errors(fit: Fit) -> dict[str, Any]:
    """Standard errors of the tied parameters, by name."""

    def at(place: int) -> Callable[[Any], Any]:
        # A tie to fixed values alone is a plain number, which no engine differentiates.
        return lambda theta: fit.parameters.values(theta)[place] + 0.0 * theta[0]

    places = [(place, fit.parameters.names[place]) for place, _, _ in fit.parameters.ties]
    return {name: _derived(fit, at(place), 0.95).stderr for place, name in places}


def _derived(fit: Fit, quantity: Callable[[Any], Any], level: float) -> Derived:
    value, tangents = _differentiate(fit, quantity)
    return with_errors(fit, value, tangents, level)


def with_errors(fit: Fit, value: np.ndarray, tangents: np.ndarray, level: float) -> Derived:
    """A Derived from a value and its derivatives (p, *shape) by the free parameters."""
    covariance = _covariance(fit, tangents.reshape(len(fit.theta), -1).T)
    error = np.sqrt(np.diagonal(covariance)).reshape(np.shape(value))
    reach = multiplier(fit, level) * error
    if np.ndim(value) == 0:
        number = float(value)
        return Derived(
            number, float(error), covariance, number - float(reach), number + float(reach)
        )
    return Derived(value, error, covariance, value - reach, value + reach)


def _differentiate(fit: Fit, quantity: Callable[[Any], Any]) -> tuple[np.ndarray, np.ndarray]:
    """Value and tangents, by finite differences where no engine can follow the function."""
    names = ("eager", "numeric") if fit.engine == "numeric" else (fit.engine, "numeric")
    with np.errstate(all="ignore"):
        plain = _plain(quantity, fit.theta)
        for name in names:
            try:
                value, tangents = engine(name)(quantity, fit.theta)
            except Exception:  # whatever a function does with a carrier it was not written for
                if name == names[-1]:
                    raise
                continue
            if np.allclose(value, plain, rtol=AGREEMENT, atol=0, equal_nan=True):
                break
    return plain, np.asarray(tangents, dtype=float)


_NO_PARAMETER = ["a function whose one argument is no parameter gets all of them, as a dict"]


def _plain(quantity: Callable[[Any], Any], theta: np.ndarray) -> np.ndarray:
    found = quantity(theta)
    try:
        return np.asarray(found, dtype=float)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"the function returned {type(found).__name__}, not numbers: {error}",
            causes=_NO_PARAMETER if isinstance(found, Mapping) else [],
            next="several quantities: lambda a, b: numpy.array([a / b, a * b])",
        ) from error


def _covariance(fit: Fit, rows: np.ndarray) -> np.ndarray:
    """Covariance of quantities with gradients `rows`, (k, p): inf where the data leave one open,
    NaN where it depends on a parameter at its bound."""
    known = fit.verdict.uncertainty
    half = fit.residual_variance_factor * (rows @ known.factor)
    covariance = np.asarray(half @ half.T)
    scaled = rows / known.scale
    loose = np.abs(scaled @ known.null).max(axis=-1, initial=0.0)
    open_ended = (loose > 1e-6 * np.sqrt((scaled**2).sum(axis=-1))) & (loose > 0)
    held = (np.abs(rows[:, known.held]) > 0).any(axis=-1)
    covariance[open_ended, :] = covariance[:, open_ended] = np.inf
    covariance[held, :] = covariance[:, held] = np.nan
    return covariance


def _by_name(fit: Fit, function: Callable[..., Any] | str) -> Callable[[dict[str, Any]], Any]:
    """A function of the mapping of all parameters."""
    names = fit.parameters.names
    if isinstance(function, str):
        formula = from_formula(function, ())
        _refuse_unknown(formula.parameters, names)
        return lambda values: formula.evaluate((), [values[n] for n in formula.parameters])
    arguments = inspect.signature(function).parameters
    wanted = tuple(arguments)
    if len(wanted) == 1 and wanted[0] not in names:
        return function
    # An argument with a default of its own is a constant of the quantity, not a parameter.
    constant = {n for n, a in arguments.items() if a.default is not a.empty and n not in names}
    wanted = tuple(name for name in wanted if name not in constant)
    _refuse_unknown(wanted, names)
    return lambda values: function(**{name: values[name] for name in wanted})


def _refuse_unknown(wanted: tuple[str, ...], names: tuple[str, ...]) -> None:
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise ModelError(
            f"{', '.join(unknown)} is not a parameter of the fit",
            causes=[f"the parameters are {', '.join(names)}"],
            next=f"fit.derive(lambda {names[0]}: 2 * {names[0]})",
        )
