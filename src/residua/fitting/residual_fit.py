"""least_squares: from a function that returns residuals to the same Fit, on the same road.

The rows r(params) are what `fit` calls observed minus predicted, so y = 0 and the prediction is
-r: cost, error bars, verdict and rescues need no second implementation.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError, ModelError, ParameterError
from residua.algebra.control import Array
from residua.data.dataset import Block
from residua.data.observations import Observations
from residua.fitting.result import Fit
from residua.fitting.solve import solve
from residua.fitting.task import MAX_STEPS, Settings
from residua.problem.gather import gather
from residua.problem.model import Model
from residua.problem.parameters import Parameters
from residua.solvers.levenberg_marquardt import EPS
from residua.solvers.solver import State


def least_squares(
    residuals: Callable[..., Any],
    start: Any = None,
    *,
    bounds: Any = None,
    fixed: Any = None,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    engine: str = "auto",
    seed: int = 0,
    max_steps: int = MAX_STEPS,
    callback: Callable[[State], Any] | None = None,
) -> Fit:
    """Minimize half the sum of squares of residuals with exact derivatives, and judge the result.

    minimize ½ Σ r(params)² over the free parameters.

    Args:
        residuals: a function written with NumPy that returns an array of residuals. It is called as
            `residuals(p)` with a vector when the start is a sequence; when the start is a dict, as
            `residuals(a=..., b=...)` if its arguments have those names, else as `residuals(mapping)`.
        start: a sequence of numbers (the parameters are then called p0, p1, ...), or a dict of
            numbers or arrays by name.
        bounds: dict of pairs by name (None for no bound), or a pair (lower, upper) of sequences.
        fixed: dict of values by name, or names to hold at their start.
        args: further positional arguments of `residuals` (before named parameters, after a vector
            or a mapping).
        kwargs: further keyword arguments of `residuals`.
        engine: "auto", "eager" (NumPy), "compiled" (JAX) or "numeric" (finite differences).
        seed: for everything that is drawn (rescues); the same seed gives the same Fit.
        max_steps: proposals before the solver gives up.
        callback: called with the solver's State after each step; returning True stops the fit.

    Returns:
        A Fit, with `fit.residuals` equal to r(params). Error bars take the residuals to be
        independent, with one unknown variance. There are no data to compare with a constant, and
        the order of residuals means nothing: `r_squared` is NaN and structure is not judged.

    Raises:
        ParameterError: no start, an unknown name, a start that is not finite or out of bounds.
        ModelError: `residuals` raises, or does not return an array of finite real numbers.
        DataError: fewer residuals than free parameters.

    Source: J. J. Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978.

    Example:
        >>> import numpy as np, residua as rs
        >>> def rosenbrock(p):
        ...     return np.array([10 * (p[1] - p[0] ** 2), 1 - p[0]])
        >>> fit = rs.least_squares(rosenbrock, [-1.2, 1.0])
        >>> fit.ok, round(fit.params["p0"], 12), round(fit.params["p1"], 12)
        (True, 1.0, 1.0)
    """
    began = perf_counter()
    starts = _named_start(start)
    model = _model(residuals, start, tuple(starts), tuple(args), dict(kwargs or {}))
    parameters = gather(model.parameters, {}, {}, start=starts, bounds=bounds, fixed=fixed)
    rows = _first_rows(model, parameters)
    observations = Observations((), Block((), np.zeros(rows.shape)), y_name="residuals")
    settings = Settings(engine, seed, max_steps, callback, rounding=4 * EPS)
    return replace(solve(model, parameters, observations, settings), seconds=perf_counter() - began)


def _named_start(start: Any) -> dict[str, Any]:
    """The start by name: as given, or p0, p1, ... for a sequence."""
    if start is None:
        raise ParameterError(
            "no start was given, and a residual function has no data to find one from",
            next="rs.least_squares(residuals, [1.0, 1.0])",
        )
    if isinstance(start, Mapping):
        named = {str(name): value for name, value in start.items()}
    else:
        named = {f"p{i}": value for i, value in enumerate(_sequence(start))}
    if not named:
        raise ParameterError("the start is empty: there is nothing to fit")
    return named


def _sequence(start: Any) -> list[Any]:
    try:
        vector = np.atleast_1d(np.asarray(start, dtype=float))
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"the start is {start!r}, not a vector of numbers",
            causes=["it holds text, None or complex numbers", "its entries have different lengths"],
            next='start=[1.0, 1.0]   # or start={"a": 1.0, "b": 1.0}',
        ) from error
    if vector.ndim != 1:
        raise ParameterError(
            f"the start has shape {vector.shape}; a vector has one axis",
            next='start={"w": array}   # parameters that are arrays have a name',
        )
    return vector.tolist()


def _model(
    residuals: Any, start: Any, names: tuple[str, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Model:
    """The model whose prediction is minus the residuals, called the way the function wants."""
    if not callable(residuals) or isinstance(residuals, Model):
        raise ModelError(
            f"residuals must be a function that returns an array, not {type(residuals).__name__}",
            causes=["a model and its data go to rs.fit(model, x, y)"],
            next="rs.least_squares(lambda p: y - model(x, *p), start)",
        )
    text = getattr(residuals, "__qualname__", type(residuals).__qualname__)
    function = _Rows(residuals, names, args, kwargs, _style(residuals, start, names))
    whole = function.style == "vector"
    return Model("residuals", text, function, (), names, whole=whole)


def _style(residuals: Callable[..., Any], start: Any, names: tuple[str, ...]) -> str:
    if not isinstance(start, Mapping):
        return "vector"
    try:
        known = inspect.signature(residuals).parameters
    except (TypeError, ValueError):  # written in C: nothing is known, so nothing can be named
        return "mapping"
    by_name = {n for n, p in known.items() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    open_ended = any(p.kind is p.VAR_KEYWORD for p in known.values())
    return "names" if open_ended or set(names) <= by_name else "mapping"


class _Rows(NamedTuple):
    """Minus the residuals, as a function of one vector ("vector") or of the values in order."""

    residuals: Callable[..., Any]
    names: tuple[str, ...]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    style: str

    def raw(self, *values: Any) -> Any:
        """What the user's function returns."""
        if self.style == "vector":
            return self.residuals(values[0], *self.args, **self.kwargs)
        named = dict(zip(self.names, values))
        if self.style == "mapping":
            return self.residuals(named, *self.args, **self.kwargs)
        return self.residuals(*self.args, **named, **self.kwargs)

    def __call__(self, *values: Any) -> Any:
        rows = self.raw(*values)
        return -(joined(rows) if isinstance(rows, (list, tuple)) else rows)


def joined(rows: Sequence[Any]) -> Array:
    """A list of numbers (or of carriers of derivatives) as one array."""
    if any(type(row).__module__.partition(".")[0] in ("jax", "jaxlib") for row in rows):
        import jax.numpy as xp

        return xp.stack(list(rows))
    return np.stack(list(rows)) if rows else np.zeros(0)


def _first_rows(model: Model, parameters: Parameters) -> np.ndarray:
    """The residuals at the start, or the error that says what is wrong with them."""
    theta = parameters.vector() if parameters.labels else np.zeros(0)
    values = parameters.values(theta)
    try:
        with np.errstate(all="ignore"):
            rows = model.function.raw(*([np.array(values)] if model.whole else values))
    except Exception as error:  # the user's function may raise anything; it is kept as the cause
        raise ModelError(
            f"the residual function {model.text} raised {type(error).__name__}: {error}",
            causes=[f"it was called {_called(model)} at the start"],
        ) from error
    array = _as_rows(model, rows)
    if not np.isfinite(array).all():
        count = int((~np.isfinite(array)).sum())
        raise ModelError(
            f"the residual function {model.text} is not finite at the start, in {count} of "
            f"{array.size} residuals",
            causes=["the start overflows, divides by zero or takes a root of a negative number",
                    "the data it uses hold NaN"],
            next="another start, or bounds that keep the residuals finite",
        )
    if array.size < len(parameters.labels):
        raise DataError(
            f"{array.size} residuals cannot determine {len(parameters.labels)} parameters",
            causes=["the function returns their sum or their norm, not each residual"],
            next=f"fixed={{'{parameters.labels[0]}': ...}}, or more residuals",
        )
    return array


def _called(model: Model) -> str:
    by = {"vector": "with one vector", "mapping": "with one mapping", "names": "by keyword"}
    return f"{by[model.function.style]} ({', '.join(model.parameters)})"


def _as_rows(model: Model, rows: Any) -> np.ndarray:
    if rows is None:
        raise ModelError(
            f"the residual function {model.text} returned None",
            causes=["it has no return statement"],
        )
    try:
        array = np.asarray(rows)
        numeric = array.dtype.kind in "biuf" or (array.dtype.kind == "O" and array.size > 0)
        array = array.astype(float) if numeric else array
    except (TypeError, ValueError) as error:
        raise _not_numbers(model, rows) from error
    if array.dtype.kind == "c":
        raise ModelError(
            f"the residual function {model.text} returned complex numbers",
            next="return np.concatenate([r.real, r.imag])",
        )
    if array.dtype.kind != "f":
        raise _not_numbers(model, rows)
    if array.ndim == 0:
        raise ModelError(
            f"the residual function {model.text} returned one number, not an array of residuals",
            causes=["it returns the sum of their squares: least squares takes the sum itself"],
            next="return y - model(x, *p)",
        )
    return array


def _not_numbers(model: Model, rows: Any) -> ModelError:
    return ModelError(
        f"the residual function {model.text} returned {type(rows).__name__}, not an array of numbers",
        causes=["its parts have different lengths: join them with np.concatenate",
                "it returns text or a dict"],
    )

