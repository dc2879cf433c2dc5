"""From the words of `fit` (start=, bounds=, fixed=, tie=) to Parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from difflib import get_close_matches
from typing import Any

import numpy as np

from residua._errors import ParameterError
from residua._words import counted
from residua.problem.parameters import Bound, Parameter, Parameters, as_start, real
from residua.problem.ties import Tie, check_not_given, read_ties


def unknown_name(name: str, names: Iterable[str], role: str) -> ParameterError:
    """The error for a name that is not a parameter of the model, with a near match."""
    known = list(names)
    near = get_close_matches(name, known, n=1)
    return ParameterError(
        f"{role} names {name!r}, which is not a parameter of the model",
        causes=[f"the parameters are {', '.join(known) or 'none'}"],
        next=f"{role}={{'{near[0]}': ...}}" if near else "",
    )


def gather(
    names: Sequence[str],
    defaults: Mapping[str, Any],
    default_bounds: Mapping[str, Bound],
    start: Any = None,
    bounds: Any = None,
    fixed: Any = None,
    tie: Any = None,
    variables: Sequence[str] = (),
) -> Parameters:
    """Close the words of `fit` (start=, bounds=, fixed=, tie=) into Parameters.

    Fixed values beat starts, given starts beat the defaults of the signature, given bounds beat the
    model's own; a tied parameter has none of them. `variables` are named in errors only. Raises
    ParameterError for unknown names, wrong lengths, a start outside its bounds, ties in a circle.
    """
    if tie is None:
        return _untied(names, defaults, default_bounds, start, bounds, fixed)
    ties = read_ties(names, tie, variables)
    given = {"start": start, "bounds": bounds, "fixed": fixed}
    check_not_given(ties, {role: _mentioned(what) for role, what in given.items()})
    others = [name for name in names if name not in ties]
    free = _untied(others, defaults, default_bounds, start, bounds, fixed)
    return _with_ties(names, free, ties)


def _mentioned(what: Any) -> list[Any]:
    """The names that a word of `fit` speaks of."""
    if isinstance(what, str):
        return [what]
    if isinstance(what, (Mapping, list, tuple, set, frozenset)):
        return [name for name in what if isinstance(name, str)]
    return []


def _with_ties(names: Sequence[str], free: Parameters, ties: Mapping[str, Tie]) -> Parameters:
    leaves = {leaf.name: leaf for leaf in free.leaves}
    leaves |= {name: Parameter(name, tie=tie) for name, tie in ties.items()}
    return Parameters(tuple(leaves[name] for name in names)).settled()


def _untied(
    names: Sequence[str],
    defaults: Mapping[str, Any],
    default_bounds: Mapping[str, Bound],
    start: Any,
    bounds: Any,
    fixed: Any,
) -> Parameters:
    starts = {**{k: v for k, v in defaults.items() if k in names}, **_starts(names, start)}
    held = _fixed(names, starts, fixed)
    chosen = _bounds(names, bounds)
    limits = {**default_bounds, **chosen}
    leaves = []
    for name in names:
        value = held.get(name, starts.get(name))
        lower, upper = limits.get(name, (-math.inf, math.inf))
        number = None if value is None else as_start(name, value)
        if name in held and name in chosen and _outside(number, lower, upper):
            raise ParameterError(
                f"{name} is fixed at {number}, outside its bounds [{lower}, {upper}]",
                causes=["a fixed parameter needs no bounds"],
            )
        leaves.append(_leaf(name, number, lower, upper, name in held, name in starts))
    return Parameters(tuple(leaves))


def _leaf(name: str, start: Any, lower: Any, upper: Any, fixed: bool, given: bool) -> Parameter:
    if fixed or (isinstance(lower, float) and lower == -math.inf and upper == math.inf):
        return Parameter(name, start, lower, upper, fixed)
    _check_bounds(name, lower, upper)
    _check_shapes(name, start, lower, upper)
    if given and _outside(start, lower, upper):
        raise ParameterError(
            f"the start of {name}, {start}, is outside its bounds [{lower}, {upper}]",
            causes=["the start (or the default in the signature) was chosen before the bounds"],
            next=f"start={{'{name}': {_inside(lower, upper)}}}",
        )
    return Parameter(name, start, lower, upper, fixed)


def _check_bounds(name: str, lower: Any, upper: Any) -> None:
    pair = f"[{lower}, {upper}]"
    if np.any(np.asarray(lower) > np.asarray(upper)):
        raise ParameterError(
            f"the lower bound of {name} is above its upper bound: {pair}",
            next=f"bounds={{'{name}': ({upper}, {lower})}}",
        )
    if np.any(np.asarray(lower) == math.inf) or np.any(np.asarray(upper) == -math.inf):
        raise ParameterError(
            f"the bounds of {name} are {pair}: no number lies between them",
            next="use None for no bound",
        )
    if np.any(np.asarray(lower) == np.asarray(upper)):
        raise ParameterError(
            f"the bounds of {name} leave it no room: {pair}",
            causes=[
                "a parameter that is to be held",
                "a list of pairs, where a pair (all lower, all upper) is expected",
            ],
            next=f"fixed={{'{name}': {lower}}}, or bounds={{'{name}': (low, high)}}",
        )


def _check_shapes(name: str, start: Any, lower: Any, upper: Any) -> None:
    try:
        np.broadcast_to(lower, np.shape(start))
        np.broadcast_to(upper, np.shape(start))
    except ValueError as error:
        raise ParameterError(
            f"the bounds of {name} have shapes {np.shape(lower)} and {np.shape(upper)}, its start "
            f"has shape {np.shape(start)}",
            next=f"bounds={{'{name}': (0, None)}}  # for every entry",
        ) from error


def _outside(value: Any, lower: Any, upper: Any) -> bool:
    return bool(np.any(value < np.asarray(lower)) or np.any(value > np.asarray(upper)))


def _inside(lower: Any, upper: Any) -> float:
    low, high = float(np.max(lower)), float(np.min(upper))
    if math.isfinite(low) and math.isfinite(high):
        return 0.5 * (low + high)
    return low + 1.0 if math.isfinite(low) else high - 1.0


def _starts(names: Sequence[str], start: Any) -> dict[str, Any]:
    if start is None:
        return {}
    if isinstance(start, Mapping):
        for name in start:
            if name not in names:
                raise unknown_name(str(name), names, "start")
        return dict(start)
    values = _sequence(names, start)
    if len(values) != len(names):
        raise ParameterError(
            f"start has {counted(len(values), 'value')} but the model has "
            f"{counted(len(names), 'parameter')}: {', '.join(names)}",
            next=f"start={{{', '.join(f'{name!r}: ...' for name in names)}}}",
        )
    return dict(zip(names, values))


def _sequence(names: Sequence[str], start: Any) -> list[Any]:
    if isinstance(start, (str, Set)):
        raise ParameterError(
            f"start is {start!r}: neither a dict nor a sequence of numbers",
            next=f"start={{{', '.join(f'{name!r}: ...' for name in names)}}}",
        )
    if isinstance(start, np.ndarray) and start.ndim > 1 and start.size == max(start.shape):
        start = start.ravel()  # one row or one column
    one = not hasattr(start, "__iter__") or (isinstance(start, np.ndarray) and start.ndim == 0)
    return [start] if one else list(start)


def _fixed(names: Sequence[str], starts: Mapping[str, Any], fixed: Any) -> dict[str, Any]:
    if fixed is None:
        return {}
    if isinstance(fixed, str):
        fixed = [fixed]
    if not isinstance(fixed, Mapping) and not hasattr(fixed, "__iter__"):
        raise ParameterError(
            f"fixed is {fixed!r}: neither names nor a dict", next=f"fixed={{'{names[0]}': 1.0}}"
        )
    held = dict(fixed) if isinstance(fixed, Mapping) else dict.fromkeys(fixed, True)
    for name, value in held.items():
        if name not in names:
            raise unknown_name(str(name), names, "fixed")
        if value is True or value is None:
            if starts.get(name) is None:
                raise ParameterError(
                    f"{name} is to be fixed, but at what value?", next=f"fixed={{'{name}': 1.0}}"
                )
            held[name] = starts[name]
    return {name: value for name, value in held.items() if value is not False}


def _bounds(names: Sequence[str], bounds: Any) -> dict[str, tuple[Any, Any]]:
    if bounds is None:
        return {}
    if isinstance(bounds, Mapping):
        for name in bounds:
            if name not in names:
                raise unknown_name(str(name), names, "bounds")
        return {name: _pair(name, pair) for name, pair in bounds.items()}
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):  # scipy.optimize.Bounds
        bounds = (bounds.lb, bounds.ub)
    try:
        lower, upper = bounds
        lower = np.broadcast_to(_side(lower, -math.inf), len(names))
        upper = np.broadcast_to(_side(upper, math.inf), len(names))
    except (TypeError, ValueError) as error:
        raise ParameterError(
            "bounds must be a dict of pairs, or a pair (lower, upper) of sequences with one entry "
            f"for each of {', '.join(names)}",
            next=f"bounds={{'{names[0]}': (0, None)}}",
        ) from error
    return {n: _pair(n, (float(low), float(up))) for n, low, up in zip(names, lower, upper)}


def _pair(name: str, pair: Any) -> tuple[Any, Any]:
    try:
        lower, upper = pair
        low, up = _side(lower, -math.inf), _side(upper, math.inf)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"the bounds of {name} are {pair!r}, not a pair of numbers",
            next=f"bounds={{'{name}': (0, None)}}",
        ) from error
    if np.isnan(low).any() or np.isnan(up).any():
        raise ParameterError(f"the bounds of {name} contain NaN", next="use None for no bound")
    return low, up


def _side(value: Any, none: float) -> Any:
    """One side of the bounds: a float or an array, None standing for no bound."""
    if isinstance(value, (list, tuple)):
        value = [none if entry is None else entry for entry in value]
    array = real(none if value is None else value)
    return float(array) if array.ndim == 0 else array
