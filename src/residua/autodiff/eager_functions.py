"""How the eager carrier answers a NumPy function: the rules together, and what has none.

Importing this module fills the tables; the Dual's methods are taken from the same rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import (
    eager_linalg,
    eager_methods,
    eager_numerics,
    eager_products,
    eager_reductions,
    eager_shapes,
    eager_ufuncs,
)
from .dual import FUNCTIONS, Dual, first_dual, operand, plain
from .eager_linear import rule, rules, values
from .refusal import refuse_function, refuse_output

TABLES = (
    eager_linalg,
    eager_methods,
    eager_numerics,
    eager_products,
    eager_reductions,
    eager_shapes,
    eager_ufuncs,
)


def _all_duals(x: Any) -> list[Dual]:
    if type(x) is Dual:
        return [x]
    if isinstance(x, (list, tuple)):
        return [d for item in x for d in _all_duals(item)]
    return []


def dispatch(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function without a rule: run it on the values when no derivative would be lost."""
    if any(d.tangents.any() for d in _all_duals((args, tuple(kwargs.values())))):
        module = getattr(function, "__module__", "numpy").replace("numpy", "np")
        refuse_function(f"{module}.{function.__name__}")
    found = function(*values(args), **{k: values(v) for k, v in kwargs.items()})
    return found


FUNCTIONS[None] = dispatch


def constant(value: Any, p: int) -> Any:
    """An array as a carrier whose p derivatives are zero; plain when it cannot hold any."""
    if value.dtype.kind not in "fc":
        return value
    return Dual(value, np.zeros((p, *value.shape), value.dtype))


def _like(function: Any) -> Any:
    fills = function is np.full_like  # asked now: its name is replaced while a model runs

    def made(a: Any, *args: Any, **kwargs: Any) -> Any:
        found = first_dual((a, args, tuple(kwargs.values())))
        p = len(found.tangents)
        if not fills:
            return constant(function(plain(a), *values(args), **kwargs), p)
        fill = operand(args[0] if args else kwargs.pop("fill_value"))
        out = constant(np.zeros_like(plain(a), *args[1:], **kwargs), p)
        out[...] = fill
        return out

    return made


rules("zeros_like ones_like empty_like full_like", _like)


def _target(a: Any, name: str) -> Any:
    return a if type(a) is Dual else refuse_output(name)


@rule(np.copyto)
def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    dst = _target(dst, "np.copyto")
    mask = np.broadcast_to(plain(where), dst.shape)
    dst[mask] = (operand(src) + np.zeros(dst.shape))[mask]


@rule(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    a = _target(a, "np.fill_diagonal")
    a[np.diag_indices(min(a.shape), a.ndim)] = val


@rule(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    a = _target(a, "np.putmask")
    mask = np.asarray(plain(mask), bool)
    a[mask] = (operand(values) + np.zeros(a.shape))[mask]


@rule(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    arr = _target(arr, "np.place")
    mask = np.asarray(plain(mask), bool)
    vals = np.ravel(operand(vals))
    arr[mask] = vals[np.arange(np.count_nonzero(mask)) % vals.size]


# ------------------------------------------------------------------------ methods of the array


def _method(function: Any) -> Callable[..., Any]:
    found: Callable[..., Any] = FUNCTIONS[function]

    def method(self: Dual, *args: Any, **kwargs: Any) -> Any:
        return found(self, *args, **kwargs)

    return method


_METHODS = """sum mean std var prod max min cumsum cumprod dot ravel squeeze swapaxes clip repeat
    take diagonal trace round argmax argmin argsort nonzero any all searchsorted ptp
    choose"""
for _name in _METHODS.split():
    setattr(Dual, _name, _method(getattr(np, _name)))


def _variadic(args: tuple[Any, ...]) -> Any:
    return args[0] if len(args) == 1 else args


def _reshape(self: Dual, *shape: Any, order: str = "C") -> Any:
    return eager_shapes.reshape(self, _variadic(shape), order)


def _transpose(self: Dual, *axes: Any) -> Any:
    return eager_shapes.transpose(self, _variadic(axes) if axes else None)


def _flatten(self: Dual, order: str = "C") -> Any:
    return eager_shapes.copy(eager_shapes.ravel(self, order))


def _astype(self: Dual, dtype: Any, *args: Any, copy: bool = True, **kwargs: Any) -> Any:
    """To complex, to float64 (never less); to whole numbers or truth values without derivatives."""
    kind = np.dtype(dtype).kind
    if kind not in "fc":
        return self.value.astype(dtype)
    target = np.result_type(dtype, np.float64)
    return Dual(self.value.astype(target), self.tangents.astype(target))


def _item(self: Dual, *place: Any) -> Any:
    if place:
        return self[place[0]] if np.ndim(plain(self)) == 1 else self.ravel()[place[0]]
    if self.size != 1:
        raise ValueError("can only convert an array of size 1 to a scalar")
    return self if self.ndim == 0 else eager_shapes.ravel(self)[0]


def _tolist(self: Dual) -> Any:
    return self if self.ndim == 0 else [_tolist(row) for row in self]


def _fill(self: Dual, value: Any) -> None:
    self[...] = value


def _sort(self: Dual, axis: int = -1, *args: Any, **kwargs: Any) -> None:
    self[...] = eager_reductions.sort(self, axis)


def _view(self: Dual, *args: Any) -> Any:
    return self[...] if args in ((), (np.ndarray,)) else refuse_function("ndarray.view(dtype)")


_OWN: dict[str, Any] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "flatten": _flatten,
    "astype": _astype,
    "item": _item,
    "tolist": _tolist,
    "fill": _fill,
    "sort": _sort,
    "view": _view,
    "compress": lambda self, condition, axis=None: eager_shapes.compress(condition, self, axis),
    "copy": eager_shapes.copy,
    "conj": eager_ufuncs.conjugate,
    "conjugate": eager_ufuncs.conjugate,
    "__round__": lambda self, n=0: eager_numerics.rounded(self, n or 0),
    "__copy__": eager_shapes.copy,
    "__deepcopy__": lambda self, memo: eager_shapes.copy(self),
}
for _name, _own in _OWN.items():
    setattr(Dual, _name, _own)
