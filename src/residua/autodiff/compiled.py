"""The compiled engine: value and Jacobian of a model by one JAX program, kept for the next call."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._errors import ParameterError
from .fingerprint import fingerprint
from .lowering import lower
from .traced_state import double_precision

# Each is a machine program of its own, for one function and one set of shapes; XLA gives each a
# hundred memory maps or more, and Linux allows a process 65 530 before it is aborted.
MAX_PROGRAMS = 64
_PROGRAMS: OrderedDict[Any, Any] = OrderedDict()
_DYNAMIC = (np.ndarray, jax.Array, np.generic, float, complex)


def jacobian(function: Callable[..., Any], theta: Any, *args: Any) -> tuple[Any, Any]:
    """Value and derivatives of ``function(theta, *args)`` by compiled forward mode.

    Arrays and floats in ``args`` are inputs of the program; integers, strings and None are built
    into it. The program is kept and used again for a function that computes the same (see
    `fingerprint`), with arrays of the same shapes; a function whose identity cannot be read for
    certain is followed step by step instead, without compiling.

    Parameters
    ----------
    function
        A model; see `lower`.
    theta
        Parameters, shape (p,).
    args
        Further arguments, arrays or nested containers of arrays.

    Returns
    -------
    value
        float64 array of shape s.
    tangents
        d value / d theta, shape (p, *s).

    Raises
    ------
    NotDifferentiable
        The function branches on traced numbers, or leaves NumPy with them.

    Examples
    --------
    >>> import numpy as np
    >>> value, tangents = jacobian(lambda p, x: p[0] * x ** p[1], [2.0, 3.0], np.array([1.0, 2.0]))
    >>> value, tangents[0]
    (array([ 2., 16.]), array([1., 8.]))
    """
    return _jacobian(function, fingerprint(function), theta, args)


def keyed(identity: Hashable) -> Callable[..., tuple[Any, Any]]:
    """The same for functions whose identity the caller knows: equal only for equal functions.

    It serves functions that cannot be read for certain, but that one caller asks again and again.
    """

    def jacobian_by_key(function: Callable[..., Any], theta: Any, *args: Any) -> tuple[Any, Any]:
        return _jacobian(function, identity, theta, args)

    return jacobian_by_key


def _jacobian(
    function: Callable[..., Any], identity: Hashable | None, theta: Any, args: tuple[Any, ...]
) -> tuple[Any, Any]:
    theta = np.array(theta, np.float64, ndmin=1)
    if theta.ndim != 1:
        raise ParameterError(
            f"theta has shape {theta.shape}; it must be one vector.",
            next="theta.ravel(), and reshape inside the function",
        )
    leaves, tree = jax.tree_util.tree_flatten(args)
    dynamic = [leaf for leaf in leaves if isinstance(leaf, _DYNAMIC)]
    program = _program(function, identity, leaves, tree, shapes_of([theta, *dynamic]))
    with double_precision():
        value, tangents = program(theta, *dynamic)
        if not isinstance(value, jax.Array):  # a dict or named tuple of arrays
            return jax.tree_util.tree_map(np.asarray, (value, tangents))
        return np.asarray(value), np.asarray(tangents)


def clear() -> None:
    """Forget every compiled program."""
    _PROGRAMS.clear()


def shapes_of(arrays: list[Any]) -> tuple[Any, ...]:
    """Shape and kind of each argument: a program is compiled for these."""
    return tuple([(x.shape, x.dtype.char) if hasattr(x, "shape") else type(x) for x in arrays])


def _program(
    function: Callable[..., Any],
    identity: Hashable | None,
    leaves: list[Any],
    tree: Any,
    shapes: tuple[Any, ...],
) -> Any:
    static = tuple(_DYNAMIC_MARK if isinstance(x, _DYNAMIC) else x for x in leaves)
    kinds = tuple([type(x) for x in static])  # 1 and True are equal, and not the same argument
    key = (identity, tree, static, kinds, shapes)
    try:
        found = _PROGRAMS.get(key) if identity is not None else None
    except TypeError:  # an argument that cannot be a key
        identity = found = None
    if found is not None:
        _PROGRAMS.move_to_end(key)
        return found
    program = _linearize(function, static, tree)
    if identity is None:
        return program
    program = _PROGRAMS[key] = jax.jit(program)
    if len(_PROGRAMS) > MAX_PROGRAMS:
        _PROGRAMS.popitem(last=False)
    return program


class _Mark:
    """Stands where an argument of the program goes."""


_DYNAMIC_MARK = _Mark()


def _linearize(function: Callable[..., Any], static: tuple[Any, ...], tree: Any) -> Any:
    lowered = lower(function)

    def program(theta: jax.Array, *dynamic: Any) -> Any:
        values = iter(dynamic)
        leaves = [next(values) if x is _DYNAMIC_MARK else x for x in static]
        args = jax.tree_util.tree_unflatten(tree, leaves)

        def along(direction: jax.Array) -> Any:
            return jax.jvp(lambda t: lowered(t, *args), (theta,), (direction,))

        # The value does not depend on the direction, so vmap holds one copy of the model.
        return jax.vmap(along, out_axes=(None, 0))(jnp.eye(theta.size, dtype=jnp.float64))

    return program
