"""Derivatives checked against the function itself, by extrapolated finite differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from residua._types import VariablesLike
from residua.doc import Doc, Ge, Gt, documented

from .._errors import ModelError, ParameterError
from . import eager

Engine = Callable[..., tuple[Any, Any]]


class DerivativeMismatch(ModelError, AssertionError):
    """A derivative disagrees with finite differences of its own function."""


@documented
def check_derivatives(
    model: Annotated[
        Callable[..., Any], Doc("`model(x, **params)`, or any function of numbers and arrays")
    ],
    x: Annotated[VariablesLike | None, Doc("data to evaluate the model at")] = None,
    start: Annotated[
        Mapping[str, Any] | Sequence[Any] | np.ndarray | None,
        Doc("parameter values: by name, or in the model's order. Arrays are allowed."),
    ] = None,
    *,
    args: Annotated[
        Sequence[Any] | None,
        Doc(
            "the second form: all positional arguments of the function, at a point where it "
            "is smooth"
        ),
    ] = None,
    wrt: Annotated[
        str | int | Sequence[str | int] | None,
        Doc(
            "which of `args` to differentiate by, by name or position; those of "
            "floating-point numbers by default"
        ),
    ] = None,
    modes: Annotated[
        Sequence[str],
        Doc('which of "eager", "forward", "reverse" and "second" the second form checks'),
    ] = ("eager", "forward", "reverse", "second"),
    order: Annotated[
        int,
        Doc(
            "of the first form: the order of the derivatives that `engine` gives; see "
            "`check_jacobian`"
        ),
        Ge(1),
    ] = 1,
    rtol: Annotated[
        float,
        Doc(
            "the largest relative disagreement. The differences themselves are usually good "
            "to 1e-10."
        ),
        Gt(0),
    ] = 1e-7,
    engine: Annotated[
        Engine | None, Doc("of the first form: what gives value and tangents; see `check_jacobian`")
    ] = None,
) -> float:
    """Check exact derivatives of a model or function against extrapolated finite differences.

    |J - D| <= rtol (|D| + max|D|), D the finite difference extrapolated to step zero

    Two forms. ``check_derivatives(model, x, start)`` checks a model's derivatives by its parameters
    with one engine. ``check_derivatives(f, args=(...))`` checks any function by its arguments, in
    every mode: eager, compiled forward, compiled reverse, and second derivatives.

    Returns
    -------
    float
        The worst relative disagreement found.

    Raises
    ------
    DerivativeMismatch
        Naming the worst entry: which mode, which parameter, which output, both derivatives.
    NotDifferentiable
        One of the modes cannot follow the function.

    References
    ----------
    C. Ridders, Advances in Engineering Software 4 (1982) 75-76, for the differences.

    Examples
    --------
    >>> import numpy as np
    >>> import residua as rs
    >>> def decay(x, a, b):
    ...     return a * np.exp(-b * x)
    >>> rs.check_derivatives(decay, np.linspace(0, 3, 7), {"a": 2.0, "b": 0.7}) < 1e-9
    True
    >>> rs.check_derivatives(np.hypot, args=(3.0, 4.0)) < 1e-9
    True
    """
    if args is not None:
        if x is not None or start is not None or engine is not None or order != 1:
            raise ParameterError(
                "args= names all arguments; x, start, order and engine are of the other form.",
                next="check_derivatives(f, args=(x, a, b), wrt=('a', 'b'))",
            )
        from .check_modes import check_function

        return check_function(model, args, wrt, modes, rtol)
    if x is None or start is None:
        raise ParameterError(
            "Neither x and start nor args= were given.",
            next="check_derivatives(model, x, {'a': 1.0}), or check_derivatives(f, args=(1.0,))",
        )
    chosen: Any = start
    named = isinstance(start, Mapping)
    pieces = [np.asarray(v, dtype=float) for v in (chosen.values() if named else chosen)]
    ends = np.cumsum([piece.size for piece in pieces])
    theta = np.concatenate([piece.ravel() for piece in pieces])

    def function(theta: Any, x: Any) -> Any:
        places = zip(pieces, ends - [piece.size for piece in pieces], ends)
        given = [
            theta[low] if piece.ndim == 0 else theta[low:high].reshape(piece.shape)
            for piece, low, high in places
        ]
        return model(x, **dict(zip(chosen, given))) if named else model(x, *given)

    labels: list[str] = []
    for name, piece in zip(chosen if named else map(str, range(len(pieces))), pieces):
        labels += [name] if piece.ndim == 0 else [f"{name}[{i}]" for i in range(piece.size)]
    found = check_jacobian(function, theta, x, order=order, rtol=rtol, engine=engine, labels=labels)
    return found


def check_jacobian(
    function: Callable[..., Any],
    theta: Any,
    *args: Any,
    order: int = 1,
    rtol: float = 1e-7,
    engine: Engine | None = None,
    labels: list[str] | None = None,
) -> float:
    """Check an engine's value and Jacobian of ``function(theta, *args)`` against differences.

    |J - D| <= rtol (|D| + max over the row of |D|), D the extrapolated finite difference

    Parameters
    ----------
    function : callable
    theta : array_like, shape (p,)
        A point where the function is smooth, not at a kink.
    order : {1, 2}, default 1
        2 also checks the Jacobian of the engine's Jacobian (the engine must nest).
    rtol : float, default 1e-7
        The differences themselves are usually good to 1e-10.
    engine : callable, optional
        ``engine(function, theta, *args) -> (value, jacobian)``, parameter axis first. Default:
        the eager engine.
    labels : list of str, optional
        Names of the entries of theta, for the message.

    Returns
    -------
    float
        The worst of |J - D| / (|D| + max|D|).

    Raises
    ------
    DerivativeMismatch
        A value or derivative disagrees, or the differences are too rough to judge.

    References
    ----------
    C. Ridders, Advances in Engineering Software 4 (1982) 75-76, for the differences.
    """
    engine = engine or eager.jacobian
    theta = np.array(theta, dtype=np.float64, ndmin=1)
    worst = compare(function, theta, args, engine, rtol, labels)
    if order == 2:

        def slope(theta: Any, *args: Any) -> Any:
            return engine(function, theta, *args)[1]

        worst = max(worst, compare(slope, theta, args, engine, rtol, labels))
    return worst


def compare(
    function: Callable[..., Any],
    theta: Any,
    args: tuple[Any, ...],
    engine: Engine,
    rtol: float,
    labels: list[str] | None,
) -> float:
    """The worst disagreement of ``engine``'s value and rows with the function's differences."""
    value, exact = (np.asarray(a) for a in engine(function, theta, *args))
    expected = np.asarray(function(theta.copy(), *args))
    if value.shape != expected.shape or exact.shape != theta.shape + expected.shape:
        raise DerivativeMismatch(
            f"The engine returned shapes {value.shape} and {exact.shape} for a function of shape "
            f"{expected.shape} of {theta.size} parameters."
        )
    if not np.allclose(value, expected, rtol=1e-12, atol=1e-300, equal_nan=True):
        raise DerivativeMismatch(
            "The engine's value is not the function's own.",
            causes=("the function is random, or depends on how often it was called",),
        )
    worst = 0.0
    for i in range(theta.size):
        found = differences(function, theta, args, i, 0.02)
        if not np.all(np.abs(exact[i] - found[0]) <= rtol * _size(found[0])):
            # Shorter steps lose digits to rounding but may stay clear of a kink nearby.
            finer = differences(function, theta, args, i, 3e-4)
            found = [np.where(finer[1] < found[1], b, a) for a, b in zip(found, finer)]
        numeric, error = found
        worst = max(worst, _judge(exact[i], numeric, error, rtol, labels[i] if labels else str(i)))
    return worst


def _judge(exact: Any, numeric: Any, error: Any, rtol: float, label: str) -> float:
    """The worst relative disagreement in one row of the Jacobian."""
    if numeric.size == 0:
        return 0.0
    size = _size(numeric)
    relative = np.atleast_1d(np.abs(exact - numeric) / size)
    relative = np.where(np.isfinite(relative), relative, np.inf)
    place = np.unravel_index(np.argmax(relative), relative.shape)
    worst = float(relative[place])
    if worst <= rtol:
        return worst
    rough = float(np.atleast_1d(error / size)[place])
    causes = ["the rule for some function of the model is wrong, or the model is not smooth here"]
    if not rough < rtol:
        causes.insert(
            0, f"the differences are only good to {rough:.1e} here: the function is rough"
        )
    raise DerivativeMismatch(
        f"The derivative with respect to parameter {label} disagrees at output {_place(place)}: "
        f"{np.atleast_1d(exact)[place]:.10g} against {np.atleast_1d(numeric)[place]:.10g} "
        f"by finite differences (relative disagreement {worst:.1e}, allowed {rtol:.1e}).",
        causes=causes,
    )


def _size(numeric: Any) -> Any:
    """What a disagreement is measured against: the entry and the largest of its row."""
    size = np.abs(numeric) + np.max(np.abs(numeric), initial=0.0)
    return np.where(size == 0, 1.0, size)


def _place(place: tuple[Any, ...]) -> str:
    return "[" + ", ".join(str(int(k)) for k in place) + "]"


def differences(
    function: Callable[..., Any], theta: Any, args: tuple[Any, ...], i: int, start: float
) -> list[Any]:
    """d function / d theta[i] by Ridders' extrapolation to step zero, and its error estimate.

    The first step is ``start`` times the parameter (times 1 for one near zero).
    """
    step = start * abs(theta[i]) if abs(theta[i]) > 1e-3 else start
    ratio2 = 1.96
    column: list[Any] = []
    best: Any = None
    error: Any = np.inf
    with np.errstate(all="ignore"):
        for level in range(8):
            new = [_central(function, theta, args, i, step / np.sqrt(ratio2) ** level)]
            for k, older in enumerate(column):
                factor = ratio2 ** (k + 1)
                new.append((factor * new[k] - older) / (factor - 1))
                trial = np.maximum(np.abs(new[-1] - new[k]), np.abs(new[-1] - older))
                better = trial <= error
                best = new[-1] if best is None else np.where(better, new[-1], best)
                error = np.where(better, trial, error)
            column = new
    return [best, error]


def _central(
    function: Callable[..., Any], theta: Any, args: tuple[Any, ...], i: int, step: float
) -> Any:
    up, down = theta.copy(), theta.copy()
    up[i] += step
    down[i] -= step
    high, low = (np.asarray(function(place, *args)) for place in (up.copy(), down.copy()))
    return (high - low) / (up[i] - down[i])
