"""How a residual function is called, and what may be wrong with what it returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError, ModelError
from residua._words import counted
from residua.algebra.control import Array
from residua.problem.model import Model
from residua.problem.parameters import Parameters

STYLES = {"vector": "with one vector", "mapping": "with one mapping", "names": "by keyword"}


class Call(NamedTuple):
    """How parameters reach the function: one of STYLES, with what else it is given."""

    style: str
    names: tuple[str, ...]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def calling(
    residuals: Any,
    start: Any,
    names: tuple[str, ...],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Call:
    """The way this function wants its parameters. Raises ModelError when it is no function."""
    if not callable(residuals) or isinstance(residuals, Model):
        raise ModelError(
            f"residuals must be a function that returns an array, not {type(residuals).__name__}",
            causes=["a model and its data go to rs.fit(model, x, y)"],
            next="rs.least_squares(lambda p: y - model(x, *p), start)",
        )
    return Call(_style(residuals, start, names), names, args, kwargs)


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


def as_model(residuals: Callable[..., Any], call: Call) -> Model:
    """The model of y = 0 whose residuals are these."""
    # A partial, because the choice of engine looks into it to find the user's own function.
    function = partial(_negative, residuals, call)
    whole = call.style == "vector"
    return Model("residuals", _name(residuals), function, (), call.names, whole=whole)


def _negative(residuals: Callable[..., Any], call: Call, *values: Any) -> Any:
    rows = _plain(residuals, call, *values)
    return -(joined(rows) if isinstance(rows, (list, tuple)) else rows)


def _plain(residuals: Callable[..., Any], call: Call, *values: Any) -> Any:
    """What the function returns for one vector ("vector") or for the values in order."""
    if call.style == "vector":
        return residuals(values[0], *call.args, **call.kwargs)
    named = dict(zip(call.names, values))
    if call.style == "mapping":
        return residuals(named, *call.args, **call.kwargs)
    return residuals(*call.args, **named, **call.kwargs)


def _name(residuals: Callable[..., Any]) -> str:
    return str(getattr(residuals, "__qualname__", type(residuals).__qualname__))


def joined(rows: Sequence[Any]) -> Array:
    """A list of numbers (or of carriers of derivatives) as one array.

    Arrays of JAX bring their own `stack`; all others follow NumPy's.
    """
    spaces = [row.__array_namespace__() for row in rows if hasattr(row, "__array_namespace__")]
    xp = next((space for space in spaces if space is not np), np)
    return xp.stack(list(rows)) if rows else np.zeros(0)


def first_rows(residuals: Callable[..., Any], call: Call, parameters: Parameters) -> np.ndarray:
    """The residuals at the start.

    Raises ModelError or DataError that says what is wrong with them.
    """
    name = _name(residuals)
    values = [leaf.start for leaf in parameters.leaves]
    try:
        with np.errstate(all="ignore"):
            given = [np.array(values)] if call.style == "vector" else values
            rows = _plain(residuals, call, *given)
    except Exception as error:  # the user's function may raise anything; it is kept as the cause
        raise ModelError(
            f"the residual function {name} raised {type(error).__name__}: {error}",
            causes=[f"it was called {STYLES[call.style]} ({', '.join(call.names)}) at the start"],
        ) from error
    array = _as_rows(name, rows)
    if not np.isfinite(array).all():
        count = int((~np.isfinite(array)).sum())
        raise ModelError(
            f"the residual function {name} is not finite at the start, in {count} of "
            f"{array.size} residuals",
            causes=[
                "the start overflows, divides by zero or takes a root of a negative number",
                "the data it uses hold NaN",
            ],
            next="another start, or bounds that keep the residuals finite",
        )
    if array.size < len(parameters.labels):
        raise DataError(
            f"{counted(array.size, 'residual')} cannot determine "
            f"{counted(len(parameters.labels), 'parameter')}",
            causes=["the function returns their sum or their norm, not each residual"],
            next=f"fixed={{'{parameters.labels[0]}': ...}}, or more residuals",
        )
    return array


def _as_rows(name: str, rows: Any) -> np.ndarray:
    if rows is None:
        raise ModelError(
            f"the residual function {name} returned None",
            causes=["it has no return statement"],
        )
    try:
        array = np.asarray(rows)
        numeric = array.dtype.kind in "biuf" or (array.dtype.kind == "O" and array.size > 0)
        array = array.astype(float) if numeric else array
    except (TypeError, ValueError) as error:
        raise _not_numbers(name, rows) from error
    if array.dtype.kind == "c":
        raise ModelError(
            f"the residual function {name} returned complex numbers",
            next="return np.concatenate([r.real, r.imag])",
        )
    if array.dtype.kind != "f":
        raise _not_numbers(name, rows)
    if array.ndim == 0:
        raise ModelError(
            f"the residual function {name} returned one number, not an array of residuals",
            causes=["it returns the sum of their squares: least squares takes the sum itself"],
            next="return y - model(x, *p)",
        )
    return array


def _not_numbers(name: str, rows: Any) -> ModelError:
    return ModelError(
        f"the residual function {name} returned {type(rows).__name__}, not an array of numbers",
        causes=[
            "its parts have different lengths: join them with np.concatenate",
            "it returns text or a dict",
        ],
    )
