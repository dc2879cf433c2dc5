"""The compiled carrier: a JAX array that behaves as the NumPy array a model expects.

``Traced`` wraps one JAX array or tracer. NumPy's protocols send every ufunc and function to the
jax.numpy function of the same name; indexing, in-place assignment and views work as in NumPy.
``numpy`` arrays made inside a model are Traced as well, and stay NumPy until they meet a tracer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from . import traced_masks as masks
from .constructors import Hook
from .refusal import refuse_array, refuse_index, refuse_scalar
from .traced_operands import array_of, stack
from .traced_operators import Operators
from .traced_rules import call_function
from .traced_state import Memory, View, is_concrete, is_known, put_at, widen_dtype
from .traced_ufuncs import call_ufunc

_BASIC = (int, slice, type(Ellipsis), type(None), np.integer)


class Traced(Memory, Operators):
    """An array of the compiled engine; ``array`` is the JAX (or still NumPy) array inside."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Traced({self.array!r})"

    def __format__(self, spec: str) -> str:
        return format(self.array, spec)

    # ---------------------------------------------------------------- protocols

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return call_ufunc(Traced, ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return call_function(Traced, function, args, kwargs)

    def __jax_array__(self) -> jax.Array:
        return jnp.asarray(self.array)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if is_concrete(self.array):
            return np.asarray(self.array, dtype)
        if dtype is not None and np.dtype(dtype) != object:
            refuse_array()
        # An array of scalar carriers keeps every derivative and can be stacked again.
        objects = np.empty(self.shape, object)
        for index in np.ndindex(self.shape):
            objects[index] = self[index]
        return objects

    # ---------------------------------------------------------------- leaving the carrier

    def __bool__(self) -> bool:
        return bool(self.array) if is_concrete(self.array) else refuse_branch()

    def __float__(self) -> float:
        return float(self.array) if is_concrete(self.array) else refuse_scalar("float")

    def __int__(self) -> int:
        return int(self.array) if is_concrete(self.array) else refuse_scalar("int")

    def __complex__(self) -> complex:
        return complex(self.array) if is_concrete(self.array) else refuse_scalar("complex")

    def __index__(self) -> int:
        if not is_concrete(self.array):
            refuse_index()
        return int(self.array.__index__())

    def item(self, *args: int) -> Any:
        return self.array.item(*args) if is_concrete(self.array) else self.reshape(-1)[args or 0]

    def tolist(self) -> Any:
        return [row.tolist() for row in self] if self.ndim else self

    # ---------------------------------------------------------------- indexing and writing

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        key = _bare_key(key)
        if _is_traced_mask(key):
            return masks.choose(self.array, key, Traced)
        _check_key(self.shape, key)
        parts = key if isinstance(key, tuple) else (key,)
        if not all(isinstance(part, _BASIC) for part in parts):
            return Traced(_take(self.array, key))
        found = _take(self.array, key)
        if found.ndim == 0:
            return Traced(found)  # a NumPy scalar shares no memory with its array either
        return Traced(found, View(self, lambda a: _take(a, key), lambda a, v: put_at(a, key, v)))

    def __setitem__(self, key: Any, new: Any) -> None:
        key = _bare_key(key)
        if _is_traced_mask(key):
            self.array = masks.put(self.array, key, new)
            return
        if isinstance(new, masks.Chosen):
            masks.refuse_chosen("an assignment to another place")
        _check_key(self.shape, key)
        self.array = put_at(self.array, key, array_of(new))

    def _become(self, new: Any) -> Any:
        """In-place operators write into this array, so that its views see it; scalars are new."""
        if self.ndim == 0 or not isinstance(new, Traced):
            return new
        if not np.can_cast(new.dtype, self.dtype, "same_kind") or new.shape != self.shape:
            raise TypeError(
                f"an array of {self.dtype}, shape {self.shape}, cannot hold {new.dtype}, "
                f"shape {new.shape}, in place"
            )
        self.array = new.array.astype(self.dtype)
        return self

    def fill(self, value: Any) -> None:
        self[...] = value

    def sort(self, axis: int = -1) -> None:
        self.array = jnp.sort(jnp.asarray(self.array), axis=axis)

    # ---------------------------------------------------------------- attributes

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(np.shape(self.array))

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=int))

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self.array.dtype)

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        return self.size * self.itemsize

    @property
    def T(self) -> Traced:
        return self.transpose()

    @property
    def mT(self) -> Traced:
        return self.swapaxes(-1, -2)

    @property
    def flat(self) -> Iterator[Any]:
        return iter(self.ravel())

    @property
    def real(self) -> Traced:
        return Traced(self.array.real, View(self, lambda a: a.real, _put_real))

    @property
    def imag(self) -> Traced:
        return Traced(self.array.imag, View(self, lambda a: a.imag, _put_imag))

    # ---------------------------------------------------------------- methods that make views

    def reshape(self, *shape: Any, order: str = "C") -> Traced:
        wanted = shape[0] if len(shape) == 1 else shape
        wanted = tuple(map(int, wanted)) if isinstance(wanted, (tuple, list)) else int(wanted)
        return Traced(
            self.array.reshape(wanted, order=order),
            View(
                self,
                lambda a: a.reshape(wanted, order=order),
                lambda a, v: v.reshape(a.shape, order=order),
            ),
        )

    def ravel(self, order: str = "C") -> Traced:
        return self.reshape(-1, order="C" if order in ("K", "A") else order)

    def transpose(self, *axes: Any) -> Traced:
        given = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        order = tuple(given) if given else tuple(reversed(range(self.ndim)))
        back = tuple(np.argsort([axis % self.ndim for axis in order])) if self.ndim else ()
        return Traced(
            self.array.transpose(order),
            View(self, lambda a: a.transpose(order), lambda a, v: v.transpose(back)),
        )

    def swapaxes(self, first: int, second: int) -> Traced:
        axes = list(range(self.ndim))
        axes[first], axes[second] = axes[second], axes[first]
        return self.transpose(axes)

    def view(self, *kind: Any) -> Traced:
        return Traced(self.array, View(self, lambda a: a, lambda a, v: v))

    # ---------------------------------------------------------------- methods that make copies

    def copy(self, order: str = "C") -> Traced:
        return Traced(self.array)

    def flatten(self, order: str = "C") -> Traced:
        return Traced(self.ravel(order).array)

    def astype(self, dtype: Any, **layout: Any) -> Traced:
        if np.dtype(dtype) == object:
            refuse_array()
        wanted = widen_dtype(dtype)
        if is_known(self.array):
            return Traced(self.array.astype(wanted))
        return Traced(jnp.asarray(self.array).astype(wanted))

    def clip(self, min: Any = None, max: Any = None) -> Any:
        return np.clip(self, min, max)  # type: ignore[call-overload]


def refuse_branch() -> bool:
    from .._errors import NotDifferentiable

    raise NotDifferentiable(
        "The model branches on numbers that the compiled engine knows only later.",
        causes=(
            "if a > 0: ..., while error > tol: ..., or a and b, with arrays that depend on data",
            "np.allclose or an assert on such an array",
        ),
        next='np.where(a > 0, ..., ...); or choose engine="eager", which follows branches',
    )


def _bare_key(key: Any) -> Any:
    """An index free of carriers and lists."""
    if isinstance(key, tuple):
        return tuple(_bare_key(part) for part in key)
    if isinstance(key, (Memory, list)):
        return array_of(key)
    return key


def _is_traced_mask(key: Any) -> bool:
    parts = key if isinstance(key, tuple) else (key,)
    traced = [p for p in parts if isinstance(p, jax.Array) and p.dtype == bool and p.ndim]
    if not traced:
        return False
    if len(parts) > 1:
        masks.refuse_chosen("a mask among other indices")
    return True


def _check_key(shape: tuple[int, ...], key: Any) -> None:
    """Raise NumPy's own IndexError where JAX would silently take the nearest entry."""
    parts = key if isinstance(key, tuple) else (key,)
    if not any(isinstance(part, jax.Array) for part in parts):
        np.broadcast_to(np.zeros(()), shape)[key]


def _take(array: Any, key: Any) -> Any:
    parts = key if isinstance(key, tuple) else (key,)
    if is_known(array) and not any(isinstance(part, jax.Array) for part in parts):
        return np.asarray(array[key])
    return jnp.asarray(array)[key]


def _put_real(array: Any, new: Any) -> Any:
    return new + 1j * array.imag if np.iscomplexobj(array) else new


def _put_imag(array: Any, new: Any) -> Any:
    return array.real + 1j * new


def _numpy_method(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def method(self: Traced, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__name__ = name
    return method


_METHODS = """all any argmax argmin argsort compress conj conjugate cumprod cumsum diagonal dot max
    mean min nonzero prod ptp repeat round searchsorted squeeze std sum take trace var"""
for _name in _METHODS.split():
    setattr(Traced, _name, _numpy_method(_name))


# So that jax functions, too, take carriers as arguments, in models that mix jax.numpy and numpy.
jax.tree_util.register_pytree_node(Traced, lambda t: ((t.array,), None), lambda _, a: Traced(a[0]))


class TracedHook(Hook):
    """What the array constructors (np.array, np.zeros, ...) ask of the compiled carrier."""

    __slots__ = ()

    def is_carrier(self, x: Any) -> bool:
        return isinstance(x, (Traced, masks.Chosen))

    def stack_nested(self, nested: Any) -> Traced:
        return Traced(array_of(nested) if isinstance(nested, Memory) else stack(nested))

    def copy(self, x: Any) -> Any:
        return x.copy()

    def constant(self, array: Any) -> Any:
        return Traced(np.array(array))
