"""Derivative, gradient, Jacobian and Hessian of a function, as functions of the same arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np

from residua.doc import Doc, Ge, documented

from .._errors import ParameterError
from .arguments import Key, place
from .operators_apply import Operator, apply

Function = Callable[..., Any]
ENGINES = ("auto", "eager", "compiled")


@documented
def derivative(
    f: Annotated[
        Callable[..., Any],
        Doc(
            "a function of numbers or arrays, written with NumPy, scipy.special or "
            "jax.numpy; or a residua Model, which gives a Model"
        ),
    ],
    *wrt: Annotated[
        int | str,
        Doc(
            "names or positions of arguments; the first one by default. Several give the "
            'mixed derivative: `derivative(f, "x", "y")` is ∂²f/∂x∂y.'
        ),
    ],
    order: Annotated[
        int, Doc("how often to differentiate by all of `wrt`; `order=2` gives ∂²f/∂x²"), Ge(1)
    ] = 1,
    engine: Annotated[
        str,
        Doc(
            '"eager" (NumPy, first derivatives), "compiled" (JAX), or "auto": eager '
            "for first derivatives of small arrays, until that has taken as long as "
            "compiling would (half a second); compiled from then on, and for everything "
            "else. The two agree to rounding."
        ),
    ] = "auto",
) -> Any:
    """The derivative of a function by any of its arguments, as a function of the same arguments.

    ∂f/∂x entry by entry: x may be a number or an array of any shape that broadcasts with the other
    arguments, and every entry of the output is differentiated by its own entry of x. Exact to
    rounding, by automatic differentiation.

    Returns:
        A function with f's signature. Units: those of f divided by those of x, `order` times.

    Raises:
        ParameterError: f has no such argument.
        ModelError: an output depends on several entries of x, so that it has no single derivative
            (use `jacobian`), or f of a complex number is not holomorphic.
        NotDifferentiable: derivatives cannot be followed through f; the line is named.

    Source: A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., SIAM 2008), chapter 3.

    Example:
        >>> import numpy as np
        >>> import residua as rs
        >>> slope = rs.derivative(lambda x, y: x * y**2, "x")
        >>> slope(np.array([1.0, 2.0]), 3.0)
        array([9., 9.])
    """
    if isinstance(order, bool) or not isinstance(order, (int, np.integer)) or order < 1:
        raise ParameterError(f"order is a whole number from 1 on, not {order!r}.", next="order=2")
    if _is_model(f) and engine == "auto":
        model: Any = f
        return model.derivative(*wrt, order=int(order))
    function, names = _plain(f)
    wanted = [place(function, one, names) for one in (wrt or (0,))]
    places = tuple(dict.fromkeys(wanted))
    sequence = tuple([places.index(one) for one in wanted]) * int(order)
    if engine == "eager" and len(sequence) > 1:
        raise ParameterError("The eager engine has first derivatives only.", next='engine="auto"')
    return made(function, Operator("derivative", places, sequence, engine=_engine(engine)))


@documented
def gradient(
    f: Annotated[Callable[..., Any], Doc("a function of arrays that returns a single number")],
    wrt: Annotated[
        int | str | Sequence[int | str],
        Doc(
            "name or position of the argument, an array, or a list, tuple or dict of arrays; "
            "the first by default. A tuple of them gives a tuple of gradients."
        ),
    ] = 0,
    *,
    engine: Annotated[str, Doc("see `derivative`")] = "auto",
) -> Any:
    """The gradient of a function that returns one number, as a function of the same arguments.

    g[i] = ∂f/∂x[i], of the shape of x.

    Returns:
        A function with f's signature; what it returns is shaped like the argument.

    Raises:
        ParameterError: f has no such argument.
        ModelError: f returned more than one number.
        NotDifferentiable: derivatives cannot be followed through f; the line is named.

    Source: A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., SIAM 2008), section 3.2:
    reverse mode, which suits many inputs.

    Example:
        >>> import numpy as np
        >>> import residua as rs
        >>> rs.gradient(lambda x: np.sum(x**2))([1.0, 2.0, 3.0])
        array([2., 4., 6.])
    """
    return shaped("gradient", f, wrt, engine)


@documented
def jacobian(
    f: Annotated[Callable[..., Any], Doc("a function of arrays that returns an array")],
    wrt: Annotated[
        int | str | Sequence[int | str],
        Doc(
            "name or position of the argument; the first by default. A tuple of them gives a tuple."
        ),
    ] = 0,
    *,
    engine: Annotated[
        str,
        Doc(
            "see `derivative`. Through JAX, forward mode is used unless inputs far outnumber "
            "outputs, then reverse mode."
        ),
    ] = "auto",
) -> Any:
    """The Jacobian of a function, every output by every input, as a function of the same arguments.

    J[i, j] = ∂f[i]/∂x[j], of shape f.shape + x.shape.

    Returns:
        A function with f's signature, returning an array of shape f.shape + x.shape.

    Raises:
        ParameterError: f has no such argument.
        NotDifferentiable: derivatives cannot be followed through f; the line is named.

    Source: A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., SIAM 2008), chapter 3.

    Example:
        >>> import numpy as np
        >>> import residua as rs
        >>> rs.jacobian(lambda x: np.array([x[0] * x[1], x[1] ** 2]))([2.0, 3.0])
        array([[3., 2.],
               [0., 6.]])
    """
    return shaped("jacobian", f, wrt, engine)


@documented
def hessian(
    f: Annotated[
        Callable[..., Any], Doc("a function of arrays, usually returning a single number")
    ],
    wrt: Annotated[
        int | str | Sequence[int | str],
        Doc(
            "name or position of the argument; the first by default. A tuple of them gives a "
            "tuple of tuples: one block for every pair."
        ),
    ] = 0,
) -> Any:
    """The matrix of second derivatives of a function, as a function of the same arguments.

    H[i, j] = ∂²f/∂x[i]∂x[j], of shape f.shape + x.shape + x.shape.

    Returns:
        A function with f's signature. It runs through JAX.

    Raises:
        ParameterError: f has no such argument.
        NotDifferentiable: derivatives cannot be followed through f; the line is named.

    Source: A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., SIAM 2008), chapter 5:
    forward over reverse mode.

    Example:
        >>> import numpy as np
        >>> import residua as rs
        >>> rs.hessian(lambda x: x[0] ** 2 * x[1])([1.0, 2.0])
        array([[4., 2.],
               [2., 0.]])
    """
    return shaped("hessian", f, wrt, "compiled")


def shaped(
    kind: str, f: Any, wrt: Key | Sequence[Key], engine: str = "auto", lists: bool = False
) -> Any:
    function, names = _plain(f)
    single = isinstance(wrt, (int, str, np.integer)) or not isinstance(wrt, Sequence)
    wanted = (wrt,) if single else tuple(wrt)  # type: ignore[arg-type]
    places = tuple([place(function, one, names) for one in wanted])  # type: ignore[arg-type]
    if not places or len(set(places)) < len(places):
        raise ParameterError(f"wrt names no argument, or one of them twice: {wrt!r}.", next="wrt=0")
    sequence = tuple(range(len(places)))
    return made(function, Operator(kind, places, sequence, single, _engine(engine), lists))


def _engine(name: str) -> str:
    if name not in ENGINES:
        raise ParameterError(
            f'engine is "auto", "eager" or "compiled", not {name!r}.', next='engine="auto"'
        )
    return name


def _is_model(f: Any) -> bool:
    return hasattr(f, "evaluate") and hasattr(f, "independent") and hasattr(f, "parameters")


def _plain(f: Any) -> tuple[Function, tuple[str, ...] | None]:
    """The function, and the names of its arguments where its signature does not tell them."""
    if _is_model(f):
        cut = len(f.independent)
        return lambda *args: f.evaluate(args[:cut], args[cut:]), (*f.independent, *f.parameters)
    if not callable(f):
        raise ParameterError(
            f"A derivative is that of a function, not of {type(f).__name__}.",
            next="rs.derivative(f, 'x')(1.0), where f is a function",
        )
    return f, None


def made(function: Function, operator: Operator) -> Function:
    def operated(*args: Any, **kwargs: Any) -> Any:
        return apply(operator, function, args, kwargs)

    functools.update_wrapper(operated, function)
    name = _name(operator, getattr(function, "__name__", type(function).__name__))
    operated.__name__ = operated.__qualname__ = name
    labels = ", ".join(operator.places[i].label() for i in operator.sequence)
    operated.__doc__ = f"The {operator.kind} of {getattr(function, '__name__', 'f')} by {labels}."
    return operated


def _name(operator: Operator, name: str) -> str:
    if operator.kind != "derivative":
        return f"{operator.kind}_of_{name}"
    power = len(operator.sequence) if len(operator.sequence) > 1 else ""
    below = [operator.places[i].name or str(operator.places[i].position) for i in operator.sequence]
    return f"d{power}_{name}_{'_'.join(f'd{one}' for one in below)}"
