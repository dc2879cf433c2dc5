"""From a model written with NumPy to a function of JAX arrays that JAX can transform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import scipy.special

from .._errors import NotDifferentiable
from .blame import locate
from .constructors import carrying
from .fingerprint import modules_used
from .refusal import refuse_array, refuse_index
from .traced import Traced, TracedHook, refuse_branch
from .traced_masks import Chosen, refuse_chosen, remembering
from .traced_operands import is_nested, stack
from .traced_special import use_rows_through
from .traced_state import Memory, double_precision, is_concrete, widen

_HOOK = TracedHook()
_CONVERSION = jax.errors.TracerArrayConversionError
_ARRAYS = (jax.Array, np.ndarray, np.floating, np.complexfloating)


def lower(function: Callable[..., Any], raw: bool | None = None) -> Callable[..., Any]:
    """A JAX-transformable twin of a model written with NumPy.

    The array leaves of the arguments (nested dicts, lists, tuples) reach ``function`` as `Traced`;
    lists and tuples of numbers that it returns are stacked into one array. The twin computes in 64
    bits and may be passed to ``jax.jit``, ``jvp``, ``grad``, ``hessian``, ``vmap``.

    Parameters
    ----------
    function
        A model in NumPy, scipy.special, autograd.numpy or jax.numpy.
    raw
        True hands it bare JAX arrays, as models in jax.numpy need. Default: whether it uses jax.

    Raises
    ------
    NotDifferentiable
        When the model branches on traced numbers, or needs bare numbers from them.

    Examples
    --------
    >>> import numpy as np, jax
    >>> float(jax.grad(lower(lambda x: np.sin(x) ** 2))(0.5))  # doctest: +ELLIPSIS
    0.8414...
    """
    plain_jax = "jax" in modules_used(function) if raw is None else raw

    def lowered(*args: Any, **kwargs: Any) -> Any:
        try:
            with double_precision(), translated_errors():
                return _followed(function, args, kwargs, plain_jax, raw)
        except NotDifferentiable as error:
            locate(error)
            raise

    return lowered


def _followed(function: Any, args: Any, kwargs: Any, plain_jax: bool, raw: bool | None) -> Any:
    if plain_jax:
        try:
            return to_arrays(function(*_map(widen, args), **_map(widen, kwargs)))
        except TypeError as error:
            # A model that mixes both: a numpy function met a tracer, or was written into.
            mixes = "immutable" in str(error) or isinstance(error, _CONVERSION)
            if raw or not mixes:
                raise
    return _on_carriers(function, args, kwargs)


def in_double_precision(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, called plainly in 64 bits; concrete answers come back as NumPy arrays.

    A JAX array left to itself would go on in the caller's own precision, 32 bits by default.
    """

    def doubled(*args: Any, **kwargs: Any) -> Any:
        with double_precision():
            value = function(*args, **kwargs)
            known = isinstance(value, jax.Array) and is_concrete(value)
            return np.asarray(value) if known else value

    return doubled


def _on_carriers(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    def wrapped(array: Any) -> Traced:
        return Traced(widen(array))

    with carrying(_HOOK), remembering():
        return to_arrays(function(*_map(wrapped, args), **_map(wrapped, kwargs)))


def _map(change: Callable[[Any], Any], tree: Any) -> Any:
    def leaf(value: Any) -> Any:
        return change(jnp.asarray(value)) if isinstance(value, _ARRAYS) else value

    return jax.tree_util.tree_map(leaf, tree)


def to_arrays(value: Any) -> Any:
    """Carriers, and nested lists or tuples of them, as JAX arrays of doubles."""
    if isinstance(value, Chosen):
        refuse_chosen("the answer of a model")
    if isinstance(value, dict):
        return {key: to_arrays(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(to_arrays, value))
    if isinstance(value, Memory):
        value = value.array
    elif is_nested(value):
        value = stack(value)
    array = widen(jnp.asarray(value))
    return array if array.dtype.kind in "fc" else array.astype(jnp.float64)


@contextmanager
def translated_errors() -> Iterator[None]:
    """JAX's complaints about missing numbers, in the words of this package."""
    try:
        yield
    except jax.errors.TracerBoolConversionError:
        refuse_branch()
    except jax.errors.NonConcreteBooleanIndexError:
        refuse_chosen("an unknown number of entries")
    except (jax.errors.TracerIntegerConversionError, jax.errors.ConcretizationTypeError):
        refuse_index()
    except jax.errors.TracerArrayConversionError:
        refuse_array()
    except IndexError as error:
        if not any(words in str(error) for words in ("arrays used as indices", "valid indices")):
            raise
        raise NotDifferentiable(
            "A plain NumPy array was indexed by an array that depends on data or parameters.",
            causes=("data[mask] or data[i], where data is not an argument of the model",),
            next="pass the array as an argument, or use np.asarray(data)[mask] inside the model",
        ) from None


def _evaluate_row(slope: Callable[..., Any], out: Any, args: tuple[Any, ...]) -> Any:
    """A row of special_rules on bare arrays."""

    def wrapped(value: Any) -> Any:
        return tuple(map(Traced, value)) if isinstance(value, tuple) else Traced(value)

    with carrying(_HOOK), remembering():
        found = slope(scipy.special, wrapped(out), *map(Traced, args))
        if isinstance(found, tuple):
            return tuple(map(to_arrays, found))
        return to_arrays(found)


use_rows_through(_evaluate_row)
