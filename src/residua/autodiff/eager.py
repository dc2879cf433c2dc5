"""Values and Jacobians of plain NumPy functions in one eager pass, without JAX."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np

from .._errors import NotDifferentiable, ParameterError
from . import eager_functions, eager_shapes
from .blame import locate
from .constructors import Carrying
from .dual import Dual, first_dual, from_nested, operand

_SEEDS: dict[int, Any] = {}
_running = threading.local()


class EagerHook:
    """How array constructors make Duals while a model runs: ``p`` derivatives each."""

    __slots__ = ("p",)

    def __init__(self, p: int) -> None:
        self.p = p

    def is_carrier(self, x: Any) -> bool:
        return type(x) is Dual

    def stack_nested(self, nested: Any) -> Any:
        return eager_shapes.copy(nested) if type(nested) is Dual else from_nested(nested)

    def constant(self, array: Any) -> Any:
        return eager_functions.constant(array, self.p)


def _refuse_nesting() -> NoReturn:
    raise NotDifferentiable(
        "The model takes derivatives itself, and only the compiled engine nests them.",
        causes=("the model calls grad, jacobian or derivative of another function",),
        next="engine='compiled', which nests derivatives",
    )


def _vector(theta: Any) -> Any:
    if type(theta) is Dual:
        _refuse_nesting()
    vector = np.array(theta, dtype=np.float64, ndmin=1)
    if vector.ndim != 1:
        raise ParameterError(
            f"theta has shape {vector.shape}; it must be one vector.",
            next="theta.ravel(), and reshape inside the function",
        )
    return vector


@contextmanager
def quietly() -> Iterator[None]:
    """The caller has turned floating-point warnings off: `jacobian` need not do so at each call."""
    before = getattr(_running, "quiet", False)
    _running.quiet = True
    try:
        yield
    finally:
        _running.quiet = before


def value(function: Callable[..., Any], theta: Any, *args: Any) -> Any:
    """The function's value as an array: one plain call, with NumPy's own warnings."""
    return np.asarray(function(_vector(theta), *args))


def jacobian(function: Callable[..., Any], theta: Any, *args: Any) -> tuple[Any, Any]:
    """Value and Jacobian of ``function(theta, *args)`` in one call of it.

    J[i, ...] = d function(theta, *args)[...] / d theta[i], by forward-mode automatic
    differentiation with all p directions at once: exact to rounding.

    Parameters
    ----------
    function : callable
        Plain NumPy code; called once, with a carrier in place of ``theta``.
    theta : array_like, shape (p,)
        Where to differentiate; computed in float64.
    *args
        Passed on as they are.

    Returns
    -------
    value : ndarray, shape s
    jacobian : ndarray, shape (p, *s)
        Parameter axis first; zeros where the value does not depend on theta.

    Raises
    ------
    NotDifferentiable
        The function used code that derivatives cannot be followed through.

    Notes
    -----
    Floating-point warnings are off during the call: the tangents would add their own to the
    function's. ``value`` makes the plain call with NumPy's warnings.

    Examples
    --------
    >>> import numpy as np
    >>> from residua.autodiff import eager
    >>> x = np.array([0.0, 1.0])
    >>> v, J = eager.jacobian(lambda p, x: p[0] * np.exp(p[1] * x), [2.0, 0.0], x)
    >>> v, J
    (array([2., 2.]), array([[1., 1.],
           [0., 2.]]))
    """
    vector = _vector(theta)
    p = vector.size
    if p == 0:
        bare = np.asarray(function(vector, *args))
        return bare, np.zeros((0, *bare.shape))
    seed = _SEEDS.get(p)
    if seed is None:
        seed = _SEEDS[p] = np.eye(p)
    result = followed(
        p,
        lambda: function(Dual(vector, seed.copy()), *args),
        lambda: function(_vector(theta), *args),
    )
    return split(result, p)


def followed(p: int, run: Callable[[], Any], plainly: Callable[[], Any]) -> Any:
    """``run()``, which hands a function carriers of p derivatives; ``plainly()`` hands it numbers.

    Raises NotDifferentiable, with the line of the user's code, where derivatives are lost; an error
    that plain numbers raise too is the function's own.
    """
    if getattr(_running, "inside", False):
        _refuse_nesting()
    _running.inside = True
    try:
        if getattr(_running, "quiet", False):
            with Carrying(EagerHook(p)):
                return run()
        with np.errstate(all="ignore"), Carrying(EagerHook(p)):
            return run()
    except NotDifferentiable as error:
        locate(error)
        raise
    except Exception as error:
        _running.inside = False
        if not _works(plainly):
            raise  # the function's own error
        refusal = NotDifferentiable(
            "The function works on plain numbers, but not on numbers that carry derivatives: "
            f"{type(error).__name__}: {error}",
            causes=(
                "external code (scipy.stats, scipy.linalg, jax, numba, C) inside the function",
            ),
            next="NumPy functions throughout, or finite differences",
        )
        locate(refusal, error)
        raise refusal from error
    finally:
        _running.inside = False


def _works(plainly: Callable[[], Any]) -> bool:
    try:
        plainly()
    except Exception:
        return False
    return True


def split(result: Any, p: int) -> tuple[Any, Any]:
    """Value and tangents of whatever a function returned: a Dual, lists of them, or constants."""
    if type(result) is not Dual:
        result = operand(result) if first_dual(result) is not None else np.asarray(result)
    if type(result) is not Dual:
        return result, np.zeros((p, *result.shape))
    return np.asarray(result.value), np.ascontiguousarray(result.tangents)
