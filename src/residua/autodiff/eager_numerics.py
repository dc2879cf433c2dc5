"""Rules for the numerical functions: choosing, interpolating, integrating, polynomials, FFT."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .dual import Dual, from_nested, lift, operand, plain, spread
from .eager_linear import jointly, linear, multilinear, plain_answer, rule, rules, shift, values
from .refusal import refuse_function


@rule(np.where)
def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    condition = plain(operand(condition))
    if x is None and y is None:
        return np.where(condition)
    x, y = operand(x), operand(y)
    out = np.where(condition, plain(x), plain(y))
    if type(x) is not Dual and type(y) is not Dual:
        return out
    return Dual(out, np.where(condition, _raised(x, out.ndim), _raised(y, out.ndim)))


def _raised(x: Any, ndim: int) -> Any:
    """Tangents with the axes of a result of ``ndim`` axes; 0.0 for what does not move."""
    if type(x) is not Dual:
        return 0.0
    extra = ndim + 1 - x.tangents.ndim
    return lift(x.tangents, extra) if extra else x.tangents


@rule(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    out = operand(default)
    for condition, choice in list(zip(condlist, choicelist))[::-1]:
        out = np.where(plain(condition), operand(choice), out)
    return out


@rule(np.choose)
def choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    places = np.asarray(plain(a))
    return select([places == k for k in range(len(choices))], choices)


@rule(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """NumPy's piecewise, which would write the pieces into an array like x."""
    x = from_nested(x)
    conditions = [np.asarray(values(c), bool) for c in _listed(condlist, np.ndim(plain(x)))]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.any(conditions, axis=0))
    elif len(funclist) != len(conditions):
        raise ValueError("there must be as many functions as conditions, or one more")
    out: Any = np.zeros(np.shape(x))
    for condition, piece in zip(conditions, funclist):
        if callable(piece) and not condition.any():
            continue
        part = piece(x[condition], *args, **kw) if callable(piece) else piece
        out = _placed(out, condition, operand(part))
    return out


def _listed(condlist: Any, ndim: int) -> list[Any]:
    single = not isinstance(condlist, (list, tuple)) or (
        len(condlist) > 0 and np.ndim(values(condlist[0])) == 0 and ndim != 0
    )
    return [condlist] if single and np.ndim(values(condlist)) == ndim else list(condlist)


def _placed(out: Any, mask: Any, part: Any) -> Any:
    if type(part) is Dual and type(out) is not Dual:
        out = Dual(np.asarray(out), np.zeros((len(part.tangents), *np.shape(out))))
    out[mask] = part
    return out


@rule(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **kw: Any) -> Any:
    """At a bound exactly, the derivative is that of the inside."""
    low, high = kw.pop("min", a_min), kw.pop("max", a_max)
    if kw or out is not None:
        refuse_function("np.clip", f"{', '.join(kw) or 'out'}= has no rule")
    a = operand(a)
    v, lo, hi = plain(a), plain(operand(low)), plain(operand(high))
    result = a
    if low is not None:
        result = where(v < lo, low, result)
    if high is not None:
        result = where(plain(result) > hi, high, result)
    return result


@rule(np.interp)
def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """Piecewise linear, differentiable in x, xp and fp; at a knot, as on its right."""
    x, xp, fp = operand(x), operand(xp), operand(fp)
    if period is not None:
        x, xp = np.remainder(x, period), np.remainder(xp, period)
        order = np.argsort(plain(xp))
        xp, fp = from_nested(xp)[order], from_nested(fp)[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    xp, fp = from_nested(xp), from_nested(fp)
    bx, bxp, bfp = plain(x), plain(xp), plain(fp)
    out = np.interp(bx, bxp, bfp, plain(left), plain(right))
    j = np.clip(np.searchsorted(bxp, bx, "right") - 1, 0, len(bxp) - 2)
    width = bxp[j + 1] - bxp[j]
    slope = (bfp[j + 1] - bfp[j]) / width
    weight = (bx - bxp[j]) / width
    # The moving parts of f0 + slope (x - x0) on each segment; Duals of zero value.
    moves = _still(fp)[j] * (1 - weight) + _still(fp)[j + 1] * weight
    moves = moves + slope * (_still(x) - _still(xp)[j] * (1 - weight) - _still(xp)[j + 1] * weight)
    first, last = fp[0] if left is None else left, fp[-1] if right is None else right
    moves = where(bx < bxp[0], _still(first), where(bx > bxp[-1], _still(last), moves))
    return spread(out, moves.tangents.astype(out.dtype)) if type(moves) is Dual else out


def _still(x: Any) -> Any:
    """The same tangents on a zero value; zeros for what does not move."""
    x = operand(x)
    return Dual(x.value * 0.0, x.tangents) if type(x) is Dual else np.zeros(np.shape(x))


@rule(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    a = from_nested(a)
    for side, extra in ((0, prepend), (1, append)):
        if extra is not None:
            extra = operand(extra)
            if np.ndim(plain(extra)) == 0:
                shape = list(a.shape)
                shape[axis] = 1
                extra = np.zeros(shape) + extra
            a = np.concatenate([extra, a] if side == 0 else [a, extra], axis)
    return Dual(np.diff(a.value, n, axis), np.diff(a.tangents, n, shift(axis, a.ndim)))


@rule(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = from_nested(y)
    if x is None:
        d = operand(dx)
    else:
        d = np.diff(from_nested(x), axis=0 if np.ndim(plain(x)) == 1 else axis)
        if d.ndim == 1:
            d = d.reshape(-1, *(1,) * (y.ndim - 1 - axis % y.ndim))
    before = (slice(None),) * (axis % y.ndim)
    return np.sum(d * (y[(*before, slice(1, None))] + y[(*before, slice(None, -1))]), axis) / 2.0


_gradient = linear(np.gradient)


@rule(np.gradient)
def gradient(f: Any, *varargs: Any, **kwargs: Any) -> Any:
    f = from_nested(f)
    if type(f) is not Dual or any(type(operand(v)) is Dual for v in varargs):
        refuse_function("np.gradient", "a spacing that depends on a parameter has no rule")
    if f.ndim == 1 or kwargs.get("axis") is not None:
        return _gradient(f, *varargs, **kwargs)
    parts = [np.gradient(t, *varargs, **kwargs) for t in f.tangents]
    bare = np.gradient(f.value, *varargs, **kwargs)
    return tuple(Dual(v, np.stack(ts)) for v, ts in zip(bare, zip(*parts)))


@rule(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    p, x = from_nested(p), operand(x)
    out = x * 0.0
    for c in p:
        out = out * x + c
    return out


@rule(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    n = len(x) if N is None else N
    powers = [x**k for k in range(n)]
    return np.stack(powers if increasing else powers[::-1], axis=-1)


@rule(np.sinc)
def sinc(x: Any) -> Dual:
    """Slope (cos(pi x) - sinc(x))/x, by its power series within |pi x| < 0.5."""
    v = x.value
    u = np.pi * v
    out = np.sinc(v)
    near = np.abs(u) < 0.5
    s = np.where(near, u, 0.0)
    series = s * 0.0
    for k in range(7, 0, -1):
        series = series * s * s + (-1) ** k * 2 * k / math.factorial(2 * k + 1)
    safe = np.where(near, 1.0, u)
    slope = np.pi * np.where(near, s * series, (np.cos(u) - out) / safe)
    return Dual(out, x.tangents * slope)


@rule(np.i0)
def i0(x: Any) -> Dual:
    import scipy.special

    return Dual(np.i0(x.value), x.tangents * scipy.special.i1(x.value))


@rule(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    """arctan2(Im z, Re z)."""
    out = np.arctan2(z.imag, z.real)
    return np.degrees(out) if deg else out


@rule(np.unwrap)
def unwrap(p: Any, *args: Any, **kwargs: Any) -> Dual:
    return Dual(np.unwrap(p.value, *args, **kwargs), p.tangents.copy())


@rule(np.real)
def real(val: Any) -> Any:
    return val.real


@rule(np.imag)
def imag(val: Any) -> Any:
    return val.imag


@rule(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    return a.real if np.isrealobj(np.real_if_close(a.value, tol)) else a


@rule(np.nan_to_num)
def nan_to_num(x: Any, *args: Any, **kwargs: Any) -> Dual:
    kept = np.where(np.isfinite(x.value), x.tangents, 0.0)
    return Dual(np.nan_to_num(x.value, *args, **kwargs), kept)


@rule(np.round, np.around)
def rounded(a: Any, decimals: int = 0, out: Any = None) -> Dual:
    return Dual(np.round(a.value, decimals), np.zeros_like(a.tangents))


@rule(np.fix)
def fix(x: Any, out: Any = None) -> Dual:
    return Dual(np.trunc(x.value), np.zeros_like(x.tangents))


@rule(np.linspace)
def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, **kw: Any
) -> Any:
    if kw.pop("axis", 0) != 0:
        refuse_function("np.linspace", "axis= has no rule")
    start, stop = operand(start), operand(stop)
    parts = num - 1 if endpoint else num
    shape = (-1, *(1,) * np.ndim(plain(start + stop)))
    step = (stop - start) / parts if parts else (stop - start) * np.nan
    out = start + (np.arange(num) / max(parts, 1)).reshape(shape) * (stop - start)
    return (out, step) if retstep else out


@rule(np.logspace)
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, **kw: Any
) -> Any:
    return np.power(base, np.linspace(start, stop, num, endpoint))


@rule(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, **kw: Any) -> Any:
    return np.exp(np.linspace(np.log(start), np.log(stop), num, endpoint))


def _fourier(function: Any) -> Any:
    def made(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Dual:
        tangents = function(a.tangents, n, shift(axis, a.ndim), norm)
        return Dual(function(a.value, n, axis, norm), tangents)

    return made


rules("fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft", _fourier)
rules("fft.fft2 fft.ifft2 fft.fftn fft.ifftn fft.rfft2 fft.irfft2 fft.rfftn fft.irfftn", linear)
rules("polyder polyint ediff1d", linear)
rules("linalg.cross linalg.tensordot", multilinear)
rules("polyadd polysub", lambda function: jointly(function, 0, 1))
rules("insert", lambda function: jointly(function, 0, 2))


@rule(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    """A convolution of the coefficients, leading zeros dropped."""
    factors = [from_nested(a) for a in (a1, a2)]
    starts = [int(np.argmax(np.asarray(plain(a)) != 0)) for a in factors]
    return np.convolve(*(a[start:] for a, start in zip(factors, starts)))


@rule(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Dual:
    """Counts are constant; weights move the sums."""
    parts = [np.bincount(x, t, minlength) for t in weights.tangents]
    return Dual(np.bincount(x, weights.value, minlength), np.stack(parts))


_PLAIN = """shape ndim size iscomplexobj isrealobj iscomplex isreal allclose isclose array_equal
    array_equiv result_type can_cast common_type min_scalar_type argmax argmin argsort argwhere
    nanargmax nanargmin nonzero flatnonzero count_nonzero searchsorted digitize any all
    shares_memory may_share_memory array_repr array_str array2string isposinf isneginf lexsort
    argpartition histogram_bin_edges isin"""
rules(_PLAIN, plain_answer)
