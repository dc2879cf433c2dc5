"""How the eager carrier answers a ufunc: one rule per ufunc, made from the rows of the tables."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from . import eager_products
from .dual import UFUNCS, Dual, lift, operand, plain, spread, zero_safe
from .eager_methods import METHODS
from .refusal import refuse_argument, refuse_function, refuse_output
from .special_rules import SPECIAL_FLAT, SPECIAL_RULES, SPECIAL_TUPLE_RULES
from .ufunc_rules import FLAT, PLAIN, SINGULAR, UFUNC_RULES

Rule = Callable[..., Any]


def unary_rule(ufunc: Any, slope: Callable[[Any, Any], Any], singular: bool) -> Rule:
    if singular:

        def careful(x: Any) -> Dual:
            v = x.value
            out = ufunc(v)
            return Dual(out, zero_safe(x.tangents, slope(out, v)))

        return careful

    def rule(x: Any) -> Dual:
        v = x.value
        out = ufunc(v)
        return Dual(out, x.tangents * slope(out, v))

    return rule


def _term(x: Dual, slope: Any, out: Any, singular: bool) -> Any:
    """This argument's share of the tangents, of shape (p, *shape) of ``out``."""
    t = x.tangents
    extra = out.ndim + 1 - t.ndim
    if extra:
        t = lift(t, extra)
    term = zero_safe(t, slope) if singular else t * slope
    return term if term.shape[1:] == out.shape else spread(out, term).tangents


def general_rule(ufunc: Any, row: tuple[Callable[..., Any] | None, ...], singular: bool) -> Rule:
    """Rule for any number of arguments: the sum of the shares of those that carry tangents."""

    def rule(*args: Any) -> Any:
        operands = [operand(x) for x in args]
        if any(x is NotImplemented for x in operands):
            return NotImplemented
        values = [plain(x) for x in operands]
        out = ufunc(*values)
        tangents = None
        for i, x in enumerate(operands):
            if type(x) is not Dual:
                continue
            slope = row[i]
            if slope is None:
                if x.tangents.any():
                    refuse_argument(ufunc.__name__, i)
                term = np.zeros((len(x.tangents), *out.shape), out.dtype)
            else:
                term = _term(x, slope(out, *values), out, singular)
            tangents = term if tangents is None else tangents + term
        return out if tangents is None else Dual(out, tangents)

    return rule


def tuple_rule(ufunc: Any, row: tuple[Callable[..., Any] | None, ...]) -> Rule:
    """Rule for a ufunc with several outputs, differentiable in its carrying arguments."""

    def rule(*args: Any) -> Any:
        values = [plain(x) for x in args]
        outs = ufunc(*values)
        totals: list[Any] = [None] * len(outs)
        for i, x in enumerate(args):
            if type(x) is not Dual:
                continue
            slope = row[i]
            if slope is None:
                if x.tangents.any():
                    refuse_argument(ufunc.__name__, i)
                continue
            for k, (out, s) in enumerate(zip(outs, slope(outs, *values))):
                term = _term(x, s, out, True)
                totals[k] = term if totals[k] is None else totals[k] + term
        return tuple(out if t is None else Dual(out, t) for out, t in zip(outs, totals))

    return rule


def flat_rule(ufunc: Any) -> Rule:
    return general_rule(ufunc, (lambda *_: 0.0,) * ufunc.nin, False)


def plain_rule(ufunc: Any) -> Rule:
    def rule(*args: Any) -> Any:
        return ufunc(*(plain(operand(x)) for x in args))

    return rule


def _special_rule(ufunc: Any) -> Rule | None:
    """A rule from the scipy.special table; SciPy is loaded already, for its ufunc has come."""
    name = ufunc.__name__
    row = SPECIAL_RULES.get(name) or SPECIAL_TUPLE_RULES.get(name)
    if name in SPECIAL_FLAT:
        return flat_rule(ufunc)
    if row is None:
        return None
    sp = sys.modules["scipy.special"]

    def bind(slope: Callable[..., Any] | None) -> Callable[..., Any] | None:
        return None if slope is None else lambda *args: slope(sp, *args)

    bound = tuple(bind(slope) for slope in row)
    return general_rule(ufunc, bound, True) if ufunc.nout == 1 else tuple_rule(ufunc, bound)


def _rule(ufunc: Any) -> Rule:
    found = UFUNCS.get(ufunc)
    if found is None:
        name = ufunc.__name__
        if name in UFUNC_RULES:  # scipy.special has its own expm1, log1p, exp2, cbrt
            found = general_rule(ufunc, UFUNC_RULES[name], name in SINGULAR)
        else:
            found = _special_rule(ufunc)
        if found is None:
            return _unknown(ufunc)
        UFUNCS[ufunc] = found
    return found


def _unknown(ufunc: Any) -> Rule:
    def rule(*args: Any) -> Any:
        if any(type(x) is Dual and x.tangents.any() for x in args):
            refuse_function(ufunc.__name__)
        return ufunc(*map(plain, args))

    return rule


def dispatch(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the direct table does not cover: other methods, ``out=``, ``where=``, SciPy's ufuncs."""
    if method != "__call__":
        rule = METHODS.get((ufunc, method))
        if rule is None:
            refuse_function(f"np.{ufunc.__name__}.{method}")
        return rule(*inputs, **kwargs)
    out = kwargs.pop("out", None)
    where = kwargs.pop("where", True)
    kwargs.pop("casting", None)
    kwargs.pop("order", None)
    if kwargs.pop("dtype", None) is not None or kwargs:
        refuse_function(f"np.{ufunc.__name__} with {', '.join(kwargs) or 'dtype'}=")
    if not any(type(x) is Dual for x in inputs):  # only the place to write is a carrier
        result = ufunc(*inputs) if where is True else ufunc(*inputs, where=where)
    else:
        result = _rule(ufunc)(*inputs)
    return result if out is None else _write(ufunc, out, result, where)


def _write(ufunc: Any, out: tuple[Any, ...], result: Any, where: Any) -> Any:
    target = out[0]
    if len(out) != 1 or (type(target) is not Dual and type(result) is Dual):
        refuse_output(f"np.{ufunc.__name__}")
    if where is True:
        target[...] = result
        return target
    mask = np.broadcast_to(plain(where), target.shape)
    target[mask] = _expanded(result, target.shape)[mask]
    return target


def _expanded(x: Any, shape: tuple[int, ...]) -> Any:
    if type(x) is Dual:
        return spread(np.broadcast_to(x.value, shape), x.tangents)
    return np.broadcast_to(x, shape)


def _absolute(x: Any) -> Dual:
    v, t = x.value, x.tangents
    out = np.absolute(v)
    if out.dtype == v.dtype:
        return Dual(out, t * np.sign(v))
    safe = np.where(out == 0, 1.0, out)
    return Dual(out, (np.conj(v) / safe * t).real)


def conjugate(x: Any) -> Dual:
    return Dual(np.conjugate(x.value), np.conjugate(x.tangents))


def _modf(x: Any) -> tuple[Any, Any]:
    fraction, whole = np.modf(x.value)
    return Dual(fraction, x.tangents.copy()), Dual(whole, np.zeros_like(x.tangents))


def _swap(direct: Rule, reflected: Rule) -> Rule:
    """A ufunc's rule from the two Python operators, which are the fast path."""

    def rule(x: Any, y: Any) -> Any:
        return direct(x, y) if type(x) is Dual else reflected(y, x)

    return rule


def _fill() -> None:
    for name, row in UFUNC_RULES.items():
        ufunc, singular = getattr(np, name), name in SINGULAR
        if ufunc.nin == 1:
            assert row[0] is not None
            UFUNCS[ufunc] = unary_rule(ufunc, row[0], singular)
        else:
            UFUNCS[ufunc] = general_rule(ufunc, row, singular)
    for name in FLAT:
        UFUNCS[getattr(np, name)] = flat_rule(getattr(np, name))
    for name in PLAIN:
        UFUNCS[getattr(np, name)] = plain_rule(getattr(np, name))
    UFUNCS.update(
        {
            None: dispatch,
            np.add: _swap(Dual.__add__, Dual.__radd__),
            np.subtract: _swap(Dual.__sub__, Dual.__rsub__),
            np.multiply: _swap(Dual.__mul__, Dual.__rmul__),
            np.divide: _swap(Dual.__truediv__, Dual.__rtruediv__),
            np.negative: Dual.__neg__,
            np.absolute: _absolute,
            np.conjugate: conjugate,
            np.modf: _modf,
            np.divmod: lambda x, y: (UFUNCS[np.floor_divide](x, y), UFUNCS[np.remainder](x, y)),
            np.matmul: eager_products.matmul,
        }
    )
    for name, made in eager_products.ROW_PRODUCTS.items():
        if hasattr(np, name):  # matvec and vecmat came with NumPy 2.2
            UFUNCS[getattr(np, name)] = made
    # NumPy calls these methods on the items of object arrays, made by a bare numpy.array([a, b]).
    for name in (*UFUNC_RULES, "absolute", "conjugate", *FLAT):
        ufunc = getattr(np, name)
        if ufunc.nin == 1 and not hasattr(Dual, name):
            setattr(Dual, name, UFUNCS[ufunc])


_fill()
