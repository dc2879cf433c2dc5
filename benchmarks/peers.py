"""One way to call each peer with its default settings, and what it says about its own answer."""

from __future__ import annotations

import types
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Answer:
    """What a library returned. `stderr` is None where it gives none; `success` is its own word."""

    params: np.ndarray
    stderr: np.ndarray | None
    success: bool


Fitter = Callable[[Callable[..., Any], Any, np.ndarray, Mapping[str, float]], Answer]


def residua_with(engine: str) -> Fitter:
    """residua with one of its two engines."""

    def fit(model: Callable[..., Any], x: Any, y: np.ndarray, start: Mapping[str, float]) -> Answer:
        import residua

        found = residua.fit(model, x, y, start=dict(start), engine=engine)
        params, stderr = found.params, found.stderr
        return Answer(_flat(params, start), _flat(stderr, start), bool(found.ok))

    return fit


def curve_fit(
    model: Callable[..., Any], x: Any, y: np.ndarray, start: Mapping[str, float]
) -> Answer:
    """scipy.optimize.curve_fit; a warning about the covariance counts as not successful."""
    from scipy.optimize import OptimizeWarning
    from scipy.optimize import curve_fit as fit

    values = list(start.values())
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            params, covariance = fit(lambda _, *p: model(*_columns(x), *p), _first(x), y, p0=values)
        except (RuntimeError, ValueError):
            return _failed(values)
        warned = any(issubclass(w.category, OptimizeWarning) for w in caught)
        return Answer(params, np.sqrt(np.diag(covariance)), not warned)


def least_squares(
    model: Callable[..., Any], x: Any, y: np.ndarray, start: Mapping[str, float]
) -> Answer:
    """scipy.optimize.least_squares with x_scale="jac", and the usual formula for the errors."""
    from scipy.optimize import least_squares as fit

    values = list(start.values())
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = fit(lambda p: model(*_columns(x), *p) - y, values, x_scale="jac")
        except ValueError:
            return _failed(values)
    variance = 2 * found.cost / (len(y) - len(values))
    try:
        covariance = np.linalg.inv(found.jac.T @ found.jac) * variance
    except np.linalg.LinAlgError:
        return Answer(found.x, np.full(len(values), np.nan), bool(found.success))
    with np.errstate(invalid="ignore"):
        return Answer(found.x, np.sqrt(np.diag(covariance)), bool(found.success))


def lmfit(model: Callable[..., Any], x: Any, y: np.ndarray, start: Mapping[str, float]) -> Answer:
    """lmfit.Model.fit, a model made anew for each fit as its documentation does."""
    import lmfit as library

    names = ["x"] if not isinstance(x, Mapping) else list(x)
    data = x if isinstance(x, Mapping) else {"x": x}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = library.Model(model, independent_vars=names).fit(y, **data, **start)
        except (ValueError, TypeError):
            return _failed(list(start.values()))
    params = np.array([found.params[name].value for name in start])
    stderr = [found.params[name].stderr for name in start]
    known = None if None in stderr else np.array(stderr, dtype=float)
    return Answer(params, known, bool(found.success))


def optimistix(
    model: Callable[..., Any], x: Any, y: np.ndarray, start: Mapping[str, float]
) -> Answer:
    """optimistix.LevenbergMarquardt, compiled once per model; it has no standard errors.

    Its tolerances have no defaults; 1e-8 is what its documentation uses.
    """
    import jax

    with jax.enable_x64(True):
        params, success = _optimistix_program(model)(np.array(list(start.values())), x, y)
        return Answer(np.asarray(params), None, bool(success))


@cache
def _optimistix_program(model: Callable[..., Any]) -> Callable[..., Any]:
    import equinox
    import jax
    import optimistix as optx

    traced = with_jax_numpy(model)
    solver = optx.LevenbergMarquardt(rtol=1e-8, atol=1e-8)

    def residuals(p: Any, data: Any) -> Any:
        return traced(*_columns(data[0]), *p) - data[1]

    @equinox.filter_jit
    def solve(p: Any, x: Any, y: Any) -> Any:
        data = jax.tree.map(jax.numpy.asarray, (x, y))
        found = optx.least_squares(residuals, solver, p, args=data, throw=False)
        return found.value, found.result == optx.RESULTS.successful

    return solve


def with_jax_numpy(model: Callable[..., Any]) -> Callable[..., Any]:
    """The same function with `np` meaning jax.numpy: peers on JAX cannot follow NumPy's."""
    import jax.numpy as jnp

    return types.FunctionType(model.__code__, {**model.__globals__, "np": jnp}, model.__name__)


PEERS: dict[str, Fitter] = {
    "residua eager": residua_with("eager"),
    "residua compiled": residua_with("compiled"),
    "scipy curve_fit": curve_fit,
    "scipy least_squares": least_squares,
    "lmfit": lmfit,
    "optimistix LM": optimistix,
}


def _flat(values: Mapping[str, Any], start: Mapping[str, Any]) -> np.ndarray:
    return np.concatenate([np.ravel(values[name]) for name in start])


def _columns(x: Any) -> tuple[Any, ...]:
    return tuple(x.values()) if isinstance(x, Mapping) else (x,)


def _first(x: Any) -> Any:
    return _columns(x)[0]


def _failed(values: list[float]) -> Answer:
    nothing = np.full(len(values), np.nan)
    return Answer(nothing, nothing, False)
