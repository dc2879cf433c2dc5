"""Rules for reductions and orderings: sums, products, moments, extremes, quantiles.

Where several entries tie for the largest, each gets an equal share of the derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .dual import Dual, from_nested, plain, zero_safe
from .eager_linear import rule, shift
from .refusal import refuse_function


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """The tangents' axes for the value's ``axis``: an integer, a tuple, or None for all."""
    if axis is None:
        return tuple(range(1, ndim + 1))
    if isinstance(axis, tuple):
        return tuple(shift(k, ndim) for k in axis)
    return (shift(axis, ndim),)


def _masked(a: Any, where: Any, neutral: float) -> Any:
    return a if where is None or where is True else np.where(where, a, neutral)


def _no_output(name: str, out: Any) -> None:
    if out is not None:
        refuse_function(name, "out= cannot take it; assign the result instead")


@rule(np.sum)
def total(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = False,
    initial: Any = 0,
    where: Any = None,
) -> Any:
    if out is not None or type(a) is not Dual or where is not None:
        _no_output("np.sum", out)
        a = _masked(from_nested(a), where, 0.0)
    v, t = a.value, a.tangents
    value = v.sum(axis=axis, keepdims=keepdims)
    if axis is None and not keepdims:
        tangents = t.reshape(len(t), -1).sum(1) if t.ndim != 2 else t.sum(1)
    else:
        tangents = t.sum(_axes(axis, v.ndim), keepdims=keepdims)
    return (
        Dual(value, tangents)
        if type(initial) is int and initial == 0
        else (Dual(value, tangents) + initial)
    )


@rule(np.mean)
def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **kw: Any
) -> Any:
    _no_output("np.mean", out)
    if kw:
        where = kw["where"]
        count = np.broadcast_to(where, a.shape).sum(axis=axis, keepdims=keepdims)
        return total(a, axis, keepdims=keepdims, where=where) / count
    summed = total(a, axis, keepdims=keepdims)
    count = a.size // (summed.size or 1)
    return Dual(np.mean(a.value, axis=axis, keepdims=keepdims), summed.tangents / count)


@rule(np.var)
def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: Any = False,
    **kw: Any,
) -> Any:
    _no_output("np.var", out)
    ddof = kw.pop("correction", ddof)
    if kw:
        refuse_function("np.var", f"{', '.join(kw)}= has no rule")
    value = np.var(a.value, axis=axis, ddof=ddof, keepdims=keepdims)
    # The mean's own derivative drops out, for the deviations sum to zero.
    deviation = a.value - np.mean(a.value, axis=axis, keepdims=True)
    slope = 2.0 * np.conj(deviation) * a.tangents
    count = a.size // (value.size or 1) - ddof
    return Dual(value, slope.real.sum(_axes(axis, a.ndim), keepdims=keepdims) / count)


@rule(np.std)
def std(a: Any, *args: Any, **kwargs: Any) -> Any:
    return np.sqrt(var(a, *args, **kwargs))


def _extreme(name: str, function: Any, pair: Any, neutral: float) -> Callable[..., Any]:
    def made(
        a: Any,
        axis: Any = None,
        out: Any = None,
        keepdims: Any = False,
        initial: Any = None,
        where: Any = None,
    ) -> Any:
        _no_output(name, out)
        a = _masked(from_nested(a), where, neutral)
        v = a.value
        best = function(v, axis=axis, keepdims=True)
        share = (v == best) / (v == best).sum(axis=axis, keepdims=True)
        tangents = (a.tangents * share).sum(_axes(axis, v.ndim), keepdims=keepdims)
        found = Dual(best if keepdims else function(v, axis=axis), tangents)
        return found if initial is None else pair(found, initial)

    return made


largest = rule(np.max, np.amax)(_extreme("np.max", np.max, np.maximum, -np.inf))
smallest = rule(np.min, np.amin)(_extreme("np.min", np.min, np.minimum, np.inf))


@rule(np.ptp)
def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return largest(a, axis, out, keepdims) - smallest(a, axis, out, keepdims)


@rule(np.prod)
def prod(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **kw: Any
) -> Any:
    _no_output("np.prod", out)
    a = _masked(from_nested(a), kw.pop("where", None), 1.0)
    if kw.pop("initial", 1) != 1 or kw:
        refuse_function("np.prod", "initial= has no rule")
    value = np.prod(a.value, axis=axis, keepdims=keepdims)
    kept = [] if axis is None else [k for k in range(a.ndim) if k + 1 not in _axes(axis, a.ndim)]
    order = [*kept, *(k for k in range(a.ndim) if k not in kept)]
    rows = a.value.transpose(order).reshape(*(a.shape[k] for k in kept), -1)
    t = a.tangents.transpose(0, *(k + 1 for k in order)).reshape(len(a.tangents), *rows.shape)
    # Product of the others from both sides, so that a zero factor does no harm.
    others = np.ones_like(rows)
    others[..., 1:] = np.cumprod(rows[..., :-1], -1)
    others[..., :-1] *= np.cumprod(rows[..., :0:-1], -1)[..., ::-1]
    return Dual(value, (t * others).sum(-1).reshape(len(t), *np.shape(value)))


@rule(np.cumsum)
def cumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    _no_output("np.cumsum", out)
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis)
    return Dual(a.value.cumsum(axis), a.tangents.cumsum(shift(axis, a.ndim)))


@rule(np.cumprod)
def cumprod(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    _no_output("np.cumprod", out)
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis)
    factors: Any = np.moveaxis(a, axis, -1)
    value = factors.value.cumprod(-1)
    tangents = np.array(factors.tangents)
    for k in range(1, value.shape[-1]):
        tangents[..., k] = (
            tangents[..., k - 1] * factors.value[..., k]
            + value[..., k - 1] * factors.tangents[..., k]
        )
    cumulated: Any = Dual(value, tangents)
    return np.moveaxis(cumulated, -1, axis)


@rule(np.sort)
def sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, **kw: Any) -> Any:
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis)
    places = np.argsort(a.value, axis=axis, kind="stable")
    tangents = np.take_along_axis(a.tangents, places[None], shift(axis, a.ndim))
    return Dual(np.take_along_axis(a.value, places, axis), tangents)


def _interpolated_order(a: Any, q: float, axis: Any, keepdims: bool) -> Any:
    """The q-quantile by linear interpolation between order statistics (NumPy's default)."""
    if isinstance(axis, tuple):
        refuse_function("np.quantile", "a tuple of axes has no rule")
    shape = (1,) * a.ndim if axis is None else None
    rows = sort(a, axis)
    axis = 0 if axis is None else axis % a.ndim
    place = q * (rows.shape[axis] - 1)
    low = int(np.floor(place))
    high = int(np.ceil(place))
    before = (slice(None),) * axis
    out = rows[(*before, low)]
    if high != low:
        out = out + (place - low) * (rows[(*before, high)] - out)
    if not keepdims:
        return out
    return out.reshape(shape) if shape else np.expand_dims(out, axis)


@rule(np.quantile)
def quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, *args: Any, keepdims: bool = False, **kw: Any
) -> Any:
    _no_output("np.quantile", out)
    if args or kw.pop("method", "linear") != "linear" or kw or type(q) is Dual:
        refuse_function("np.quantile", "only the default method with plain q has a rule")
    if np.ndim(q) == 0:
        return _interpolated_order(from_nested(a), float(q), axis, keepdims)
    return np.stack([quantile(a, each, axis, keepdims=keepdims) for each in q])


@rule(np.percentile)
def percentile(a: Any, q: Any, *args: Any, **kwargs: Any) -> Any:
    return quantile(a, np.asarray(q) / 100.0, *args, **kwargs)


@rule(np.median)
def median(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    return quantile(a, 0.5, axis, out, keepdims=keepdims)


@rule(np.average)
def average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False
) -> Any:
    a = from_nested(a)
    weights = np.ones(a.shape) if weights is None else from_nested(weights)
    if weights.ndim == 1 and a.ndim > 1:
        weights = weights.reshape(-1, *(1,) * (a.ndim - 1 - axis % a.ndim))
    weights = weights + np.zeros(a.shape)
    scale = np.sum(weights, axis=axis, keepdims=keepdims)
    out = np.sum(a * weights, axis=axis, keepdims=keepdims) / scale
    return (out, scale) if returned else out


def _skipping_nan(function: Any, kernel: Callable[..., Any], neutral: float) -> None:
    @rule(function)
    def made(a: Any, *args: Any, **kwargs: Any) -> Any:
        return kernel(np.where(np.isnan(a), neutral, a), *args, **kwargs)


_skipping_nan(np.nansum, total, 0.0)
_skipping_nan(np.nanprod, prod, 1.0)
_skipping_nan(np.nancumsum, cumsum, 0.0)
_skipping_nan(np.nanmax, largest, -np.inf)
_skipping_nan(np.nanmin, smallest, np.inf)


@rule(np.nanmean)
def nanmean(a: Any, *args: Any, **kwargs: Any) -> Any:
    return mean(a, *args, **kwargs, where=~np.isnan(a))


@rule(np.cov)
def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None) -> Any:
    rows = np.atleast_2d(from_nested(m))
    rows = rows if rowvar or rows.shape[0] == 1 else rows.T
    if y is not None:
        refuse_function("np.cov", "y= has no rule; stack both in m")
    centred = rows - np.mean(rows, axis=1, keepdims=True)
    ddof = (0 if bias else 1) if ddof is None else ddof
    return np.squeeze(centred @ np.conj(centred.T) / (rows.shape[1] - ddof))


@rule(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    c = cov(x, y, rowvar)
    if c.ndim == 0:
        return c / c
    scale = np.sqrt(np.diagonal(c))
    return c / np.outer(scale, scale)


def log_add_exp(a: Any, axis: Any = 0, keepdims: bool = False) -> Any:
    """log(total(exp(a))) along an axis, with the largest term taken out first."""
    a = from_nested(a)
    top = np.max(plain(a), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    out = np.log(np.sum(np.exp(a - top), axis=axis, keepdims=True)) + top
    return out if keepdims else out.reshape(np.sum(plain(a), axis=axis).shape)


def norm_of_vector(x: Any, ord: Any, axis: Any, keepdims: Any) -> Any:
    if ord is None or ord == 2:
        square = (x.real**2 + x.imag**2) if x.dtype.kind == "c" else x * x
        squares = total(square, axis, keepdims=keepdims)
        root = np.sqrt(squares.value)
        return Dual(root, zero_safe(squares.tangents, 0.5 / root))
    size = np.abs(x)
    if ord == np.inf:
        return largest(size, axis, None, keepdims)
    if ord == -np.inf:
        return smallest(size, axis, None, keepdims)
    if ord == 1:
        return total(size, axis, keepdims=keepdims)
    return total(size**ord, axis, keepdims=keepdims) ** (1.0 / ord)
