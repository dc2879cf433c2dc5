"""Rules for functions that only move elements: shapes, axes, joining, splitting, repeating.

What NumPy answers with a view is answered with views of value and of tangents alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .dual import FUNCTIONS, Dual, first_dual, from_nested, lift
from .eager_linear import gathered, joined, rearranged, rule, rules, shift, tangents_of


@rule(np.reshape)
def reshape(a: Any, shape: Any = None, order: Any = "C", **kwargs: Any) -> Dual:
    a = from_nested(a)
    if order != "C":
        return transpose(reshape(transpose(a), _axes_tuple(shape)[::-1])) if order == "F" else a
    value = a.value.reshape(shape)
    return Dual(value, a.tangents.reshape(a.tangents.shape[:1] + value.shape))


def _axes_tuple(x: Any) -> tuple[int, ...]:
    return tuple(x) if isinstance(x, (tuple, list)) else (int(x),)


@rule(np.ravel)
def ravel(a: Any, order: Any = "C") -> Dual:
    return reshape(a, -1, order)


@rule(np.transpose)
def transpose(a: Any, axes: Any = None) -> Dual:
    a = from_nested(a)
    if axes is None:
        return a.T
    moved = (0, *(shift(k, a.ndim) for k in axes))
    return Dual(a.value.transpose(axes), a.tangents.transpose(moved))


@rule(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Dual:
    n = a.ndim
    return Dual(
        a.value.swapaxes(axis1, axis2), a.tangents.swapaxes(shift(axis1, n), shift(axis2, n))
    )


@rule(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Dual:
    where = [[shift(k, a.ndim) for k in _axes_tuple(axes)] for axes in (source, destination)]
    return Dual(np.moveaxis(a.value, source, destination), np.moveaxis(a.tangents, *where))


@rule(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Dual:
    value = np.squeeze(a.value, axis)
    return Dual(value, a.tangents.reshape(a.tangents.shape[:1] + value.shape))


@rule(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Dual:
    value = np.expand_dims(a.value, axis)
    return Dual(value, a.tangents.reshape(a.tangents.shape[:1] + value.shape))


@rule(np.broadcast_to)
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Dual:
    value = np.broadcast_to(array.value, shape)
    t = lift(array.tangents, value.ndim - array.ndim)
    return Dual(value, np.broadcast_to(t, t.shape[:1] + value.shape))


@rule(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*(np.shape(x) for x in args))
    return tuple(np.broadcast_to(x, shape) for x in args)


@rule(np.flip)
def flip(m: Any, axis: Any = None) -> Dual:
    axes = range(m.ndim) if axis is None else _axes_tuple(axis)
    return Dual(np.flip(m.value, axis), np.flip(m.tangents, tuple(shift(k, m.ndim) for k in axes)))


@rule(np.fliplr)
def fliplr(m: Any) -> Dual:
    return flip(m, 1)


@rule(np.flipud)
def flipud(m: Any) -> Dual:
    return flip(m, 0)


@rule(np.rot90)
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Dual:
    moved = (shift(axes[0], m.ndim), shift(axes[1], m.ndim))
    return Dual(np.rot90(m.value, k, axes), np.rot90(m.tangents, k, moved))


@rule(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Dual:
    n = a.ndim
    tangents = a.tangents.diagonal(offset, shift(axis1, n), shift(axis2, n))
    return Dual(a.value.diagonal(offset, axis1, axis2), tangents)


@rule(np.copy)
def copy(a: Any, order: Any = "K", subok: bool = False) -> Dual:
    return Dual(np.array(a.value)[()] if a.ndim == 0 else a.value.copy(), a.tangents.copy())


rules("tile repeat roll rollaxis take take_along_axis tril triu", rearranged)
rules("diag diagflat delete resize trim_zeros fft.fftshift fft.ifftshift", rearranged)


@rule(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return np.ravel(from_nested(arr))[np.ravel(condition).astype(bool)]


@rule(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None, out: Any = None) -> Any:
    a = ravel(a) if axis is None else a
    return np.take(a, np.flatnonzero(condition), axis=axis or 0)


@rule(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    copied = {"constant", "edge", "reflect", "symmetric", "wrap", "empty"}
    if mode not in copied or (set(kwargs) - {"constant_values"}):
        return FUNCTIONS[None](np.pad, (array, pad_width, mode), kwargs)
    numbers = np.arange(1, array.size + 1).reshape(array.shape)
    # The tangents of the padding are zero whatever constant is padded with.
    places = np.pad(numbers, pad_width, mode)
    return Dual(np.pad(array.value, pad_width, mode, **kwargs), gathered(array, places))


def _atleast(function: Any) -> Any:
    def made(*arrays: Any) -> Any:
        if len(arrays) > 1:
            return tuple(made(a) for a in arrays)
        if type(arrays[0]) is not Dual:
            return function(arrays[0])
        value, t = function(arrays[0].value), arrays[0].tangents
        return Dual(value, t.reshape(t.shape[:1] + value.shape))

    return made


rules("atleast_1d atleast_2d atleast_3d", _atleast)


@rule(np.concatenate)
def concatenate(arrays: Any, axis: int | None = 0, out: Any = None, **kwargs: Any) -> Any:
    parts = [from_nested(a) for a in arrays]
    found = first_dual(parts)
    if found is None or out is not None or kwargs:
        return FUNCTIONS[None](np.concatenate, (parts, axis, out), kwargs)
    if axis is None:
        parts, axis = [np.ravel(a) for a in parts], 0
    p = len(found.tangents)
    value = np.concatenate([a.value if type(a) is Dual else a for a in parts], axis)
    tangents = [tangents_of(a, p) for a in parts]
    return Dual(value, np.concatenate(tangents, shift(axis, value.ndim)))


@rule(np.stack)
def stack(arrays: Any, axis: int = 0, out: Any = None, **kwargs: Any) -> Any:
    parts = [from_nested(a) for a in arrays]
    found = first_dual(parts)
    if found is None or out is not None or kwargs:
        return FUNCTIONS[None](np.stack, (parts, axis, out), kwargs)
    p = len(found.tangents)
    value = np.stack([a.value if type(a) is Dual else a for a in parts], axis)
    return Dual(value, np.stack([tangents_of(a, p) for a in parts], shift(axis, value.ndim)))


def _raised(arrays: Sequence[Any], raised: Any) -> list[Any]:
    return [raised(from_nested(a)) for a in arrays]


@rule(np.hstack)
def hstack(tup: Any, **kwargs: Any) -> Any:
    arrays = _raised(tup, np.atleast_1d)
    return np.concatenate(arrays, 0 if arrays[0].ndim == 1 else 1, **kwargs)


@rule(np.vstack)
def vstack(tup: Any, **kwargs: Any) -> Any:
    return np.concatenate(_raised(tup, np.atleast_2d), 0, **kwargs)


@rule(np.dstack)
def dstack(tup: Any) -> Any:
    return np.concatenate(_raised(tup, np.atleast_3d), 2)


@rule(np.column_stack)
def column_stack(tup: Any) -> Any:
    arrays = [from_nested(a) for a in tup]
    return np.concatenate([a.reshape(-1, 1) if a.ndim < 2 else a for a in arrays], 1)


@rule(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([from_nested(arr), from_nested(values)], axis)


rule(np.block)(joined(np.block))


def _splitting(kernel: Any, fixed: int | None = None) -> Any:
    """Rule for a split along ``axis``, or along the last one not above ``fixed``."""

    def made(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
        axis = axis if fixed is None else min(fixed, ary.ndim - 1)
        pieces = kernel(ary.value, indices_or_sections, axis)
        moved = shift(axis, ary.ndim)
        return list(map(Dual, pieces, kernel(ary.tangents, indices_or_sections, moved)))

    return made


rules("split array_split", _splitting)
rule(np.vsplit)(_splitting(np.split, 0))
rule(np.hsplit)(_splitting(np.split, 1))


@rule(np.meshgrid)
def meshgrid(*xi: Any, **kwargs: Any) -> tuple[Any, ...]:
    arrays = [from_nested(x) for x in xi]
    grids = np.meshgrid(*(a.value if type(a) is Dual else a for a in arrays), **kwargs)
    places = np.meshgrid(*(np.arange(1, a.size + 1) for a in arrays), **kwargs)
    return tuple(
        Dual(grid, gathered(a, where)) if type(a) is Dual else grid
        for a, grid, where in zip(arrays, grids, places)
    )
