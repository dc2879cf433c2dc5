"""The integral operator: from a function to its integral between two columns of limits."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from residua.doc import Doc, Ge, documented

from .._errors import ParameterError

POINTS = 32


@documented
def integral(
    f: Annotated[
        Callable[..., Any],
        Doc(
            "a function of numbers or arrays that works entry by entry, written with NumPy; "
            "or a residua Model, which gives a Model"
        ),
    ],
    wrt: Annotated[
        str | int,
        Doc(
            "name or position of the argument to integrate over. The integral has two "
            "arguments in its place: `x_from` and `x_to`, where it is called x."
        ),
    ] = 0,
    *,
    points: Annotated[int, Doc("nodes in each interval"), Ge(1)] = POINTS,
) -> Any:
    """The definite integral of a function over one argument, as a function of the two limits.

    F(x_from, x_to, ...) = ∫ f(x, ...) dx from x_from to x_to, entry by entry: limits may be numbers
    or arrays that broadcast with the other arguments. By Gauss-Legendre quadrature: exact for
    polynomials up to degree 2 `points` - 1, and to rounding for functions that are smooth over the
    interval; a kink, a pole or many oscillations within one interval need more points, or to be cut
    at by the limits. Derivatives go through it by every engine, those by the limits too.

    Returns:
        A function of the limits and of f's other arguments. Units: those of f times those of x.

    Raises:
        ParameterError: f has no such argument, or points is not a whole number from 1 on.

    Source: G. H. Golub and J. H. Welsch, Math. Comp. 23 (1969) 221-230 (the nodes).

    Example:
        >>> import numpy as np, residua as rs
        >>> area = rs.integral(lambda x, a: a * x**2)
        >>> area(0.0, np.array([1.0, 3.0]), 3.0).round(12)
        array([ 1., 27.])
        >>> rs.integral(rs.model("a*exp(-b*t)", independent="t"), "t").independent
        ('t_from', 't_to')
    """
    if isinstance(points, bool) or not isinstance(points, int) or points < 1:
        raise ParameterError(
            f"points is {points!r}, not a whole number from 1 on", next="points=32"
        )
    if hasattr(f, "evaluate") and hasattr(f, "apply"):
        model: Any = f
        names = tuple(model.independent)
        return model.apply(_operator(names[_place(wrt, names, "variable")], points))
    if not callable(f):
        raise ParameterError(
            f"an integral is that of a function, not of {type(f).__name__}",
            next="rs.integral(f, 'x')(0.0, 1.0)",
        )
    names = _argument_names(f, wrt)
    place = _place(wrt, names, "argument")
    made = Integral(f, names, place, len(names), points)
    functools.update_wrapper(made, f)
    made.__name__ = f"integral_of_{getattr(f, '__name__', 'f')}"
    made.__signature__ = _signature(f, names, place)
    return made


class Integral:
    """∫ f over the argument at `place`; `variables` are the names of its own first arguments.

    Arguments before `elementwise` work entry by entry; those after are parameters.
    """

    __name__: str
    __signature__: inspect.Signature

    def __init__(
        self,
        f: Callable[..., Any],
        names: tuple[str, ...],
        place: int,
        elementwise: int,
        points: int,
    ) -> None:
        self.f = f
        self.place = place
        self.elementwise = elementwise
        self.points = points
        own = (f"{names[place]}_from", f"{names[place]}_to")
        self.names = (*names[:place], *own, *names[place + 1 :])
        self.variables = self.names[: elementwise + 1]

    def __call__(self, *args: Any, **named: Any) -> Any:
        """The integral; its arguments are `names`, in order or by name."""
        given = (*args, *(named.pop(name) for name in self.names[len(args) :] if name in named))
        place = self.place
        low, high = _as_number(given[place]), _as_number(given[place + 1])
        others = (*given[:place], *given[place + 2 :])
        nodes, weights = _rule(self.points)
        half = (high - low) * 0.5
        middle = (high + low) * 0.5
        t = _column(middle) + _column(half) * nodes
        spread = [
            _column(one) if k + (k >= place) < self.elementwise else one
            for k, one in enumerate(others)
        ]
        found = self.f(*spread[:place], t, *spread[place:], **named)
        # A function that does not depend on t may return a single number.
        return np.sum((found + np.zeros(np.shape(t))) * weights, axis=-1) * half


def _operator(wrt: str, points: int) -> Callable[[Any], Integral]:
    """The operator on models: their variables work entry by entry, their parameters do not."""

    def integral_over(model: Any) -> Integral:
        names = tuple(model.independent)
        return Integral(model, names, names.index(wrt), len(names), points)

    integral_over.__qualname__ = f"integral_over_{wrt}"  # how the model's text calls it
    integral_over.saved = {"wrt": wrt, "points": points}  # type: ignore[attr-defined]
    return integral_over


@functools.lru_cache(maxsize=32)
def _rule(points: int) -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(points)


def _as_number(value: Any) -> Any:
    return np.asarray(value, dtype=float) if isinstance(value, (int, float, list, tuple)) else value


def _column(value: Any) -> Any:
    """With one more axis at the end, for the nodes; numbers stay as they are."""
    value = _as_number(value)
    return value[..., None] if getattr(value, "ndim", 0) else value


def _argument_names(f: Callable[..., Any], wrt: str | int) -> tuple[str, ...]:
    try:
        known = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        known = ()  # type: ignore[assignment]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = tuple(one.name for one in known if one.kind in positional)
    if isinstance(wrt, int) and wrt >= len(names):
        return (*names, *(f"x{i}" for i in range(len(names), wrt + 1)))
    return names


def _signature(f: Callable[..., Any], names: tuple[str, ...], place: int) -> inspect.Signature:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    own = (f"{names[place]}_from", f"{names[place]}_to")
    every = (*names[:place], *own, *names[place + 1 :])
    return inspect.Signature([inspect.Parameter(name, kind) for name in every])


def _place(wrt: str | int, names: tuple[str, ...], role: str) -> int:
    if isinstance(wrt, int) and not isinstance(wrt, bool) and 0 <= wrt < len(names):
        return wrt
    if wrt in names:
        return names.index(str(wrt))
    raise ParameterError(
        f"there is no {role} {wrt!r} to integrate over",
        causes=[f"they are {', '.join(names)}"] if names else [],
        next=f"rs.integral(f, {names[0]!r})" if names else "",
    )
