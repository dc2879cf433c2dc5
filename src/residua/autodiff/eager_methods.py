"""Rules for ufunc methods: np.add.reduce, np.multiply.outer, np.add.at and the like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dual_index
from . import eager_reductions as reductions
from .dual import Dual, from_nested, operand, plain
from .eager_linear import shift
from .refusal import refuse_output


def _reduce(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction whose axis is 0 unless given, as in ufunc.reduce."""

    def rule(
        array: Any,
        axis: Any = 0,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        **kw: Any,
    ) -> Any:
        extra = {} if out is None else {"out": out}
        return kernel(from_nested(array), axis=axis, keepdims=keepdims, **extra, **kw)

    return rule


def _accumulate(kernel: Callable[..., Any]) -> Callable[..., Any]:
    def rule(array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        return kernel(from_nested(array), axis, None, out)

    return rule


def _outer(ufunc: Any) -> Callable[..., Any]:
    def rule(a: Any, b: Any) -> Any:
        a, b = from_nested(a), from_nested(b)
        return ufunc(a.reshape(a.shape + (1,) * b.ndim), b)

    return rule


def _at(ufunc: Any) -> Callable[..., Any]:
    """In-place addition at repeated places: linear in both arrays."""

    def rule(a: Any, indices: Any, b: Any) -> None:
        if type(a) is not Dual:
            refuse_output(f"np.{ufunc.__name__}.at")
        b = operand(b)
        ufunc.at(a.value, indices, plain(b))
        if type(b) is Dual:
            places = dual_index.last_key(indices)
            ufunc.at(dual_index.last(a.tangents), places, dual_index.last(b.tangents))

    return rule


def _reduceat(array: Any, indices: Any, axis: int = 0, *_: Any) -> Dual:
    tangents = np.add.reduceat(array.tangents, indices, shift(axis, array.ndim))
    return Dual(np.add.reduceat(array.value, indices, axis), tangents)


METHODS: dict[tuple[Any, str], Callable[..., Any]] = {
    (np.add, "reduce"): _reduce(reductions.total),
    (np.multiply, "reduce"): _reduce(reductions.prod),
    (np.maximum, "reduce"): _reduce(reductions.largest),
    (np.minimum, "reduce"): _reduce(reductions.smallest),
    (np.fmax, "reduce"): _reduce(reductions.largest),
    (np.fmin, "reduce"): _reduce(reductions.smallest),
    (np.logaddexp, "reduce"): _reduce(reductions.log_add_exp),
    (np.add, "accumulate"): _accumulate(reductions.cumsum),
    (np.multiply, "accumulate"): _accumulate(reductions.cumprod),
    (np.add, "reduceat"): _reduceat,
    (np.add, "at"): _at(np.add),
    (np.subtract, "at"): _at(np.subtract),
}
for _ufunc in (
    np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum, np.hypot,
    np.arctan2, np.logaddexp,
):  # fmt: skip
    METHODS[_ufunc, "outer"] = _outer(_ufunc)
