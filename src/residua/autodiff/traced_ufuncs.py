"""NumPy ufuncs on traced arrays: each is the jax.numpy function of its name, but for these rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from . import traced_masks as masks
from .refusal import refuse_function, refuse_output
from .traced_operands import Wrap, array_of, as_jax, wrap_result
from .traced_special import call_special, is_special
from .traced_state import Memory, is_known, widen_dtype


def _power(base: Any, exponent: Any) -> Any:
    """Integral exponents as integers: exact at negative bases and at zero, also differentiated."""
    if is_known(exponent) and np.ndim(exponent) == 0 and jnp.result_type(base).kind in "fc":
        number = np.asarray(exponent)[()]
        if np.isrealobj(number) and abs(number) <= 64 and number == int(number):
            return jnp.asarray(base) ** int(number)
    return jnp.power(base, exponent)


RULES: dict[str, Callable[..., Any]] = {"power": _power, "float_power": jnp.float_power}

# (ufunc, method) -> the function that does it; reduce and accumulate work on axis 0 by default.
_REDUCTIONS: dict[str, Callable[..., Any]] = {
    "add": jnp.sum,
    "multiply": jnp.prod,
    "maximum": jnp.max,
    "minimum": jnp.min,
    "logical_and": jnp.all,
    "logical_or": jnp.any,
}
_ACCUMULATIONS: dict[str, Callable[..., Any]] = {
    "add": jnp.cumsum,
    "multiply": jnp.cumprod,
    "logaddexp": lambda a, axis: jnp.logaddexp.accumulate(a, axis=axis),
    "maximum": lambda a, axis: jnp.maximum.accumulate(a, axis=axis),
    "minimum": lambda a, axis: jnp.minimum.accumulate(a, axis=axis),
}
_COMPARISONS = frozenset(
    {
        "less",
        "less_equal",
        "greater",
        "greater_equal",
        "equal",
        "not_equal",
        "logical_and",
        "logical_or",
        "logical_not",
        "bitwise_and",
        "bitwise_or",
        "invert",
        "isfinite",
        "isnan",
    }
)


def call_ufunc(wrap: Wrap, ufunc: np.ufunc, method: str, inputs: Any, kwargs: Any) -> Any:
    """``ufunc.method(*inputs, **kwargs)`` as __array_ufunc__ is asked for it."""
    if method == "__call__":
        return _call(wrap, ufunc, inputs, kwargs)
    name = ufunc.__name__
    axis = kwargs.pop("axis", 0)
    if method == "reduce" and name in _REDUCTIONS:
        return _with_out(wrap, _REDUCTIONS[name], (inputs[0],), {"axis": axis, **kwargs})
    if method == "accumulate" and name in _ACCUMULATIONS:
        return _with_out(wrap, _ACCUMULATIONS[name], (inputs[0],), {"axis": axis, **kwargs})
    if method == "outer":
        left, right = as_jax(inputs[0]), as_jax(inputs[1])
        left = left.reshape(left.shape + (1,) * right.ndim)
        return _call(wrap, ufunc, (wrap(left), wrap(right)), kwargs)
    if method == "at":
        return _at(name, *inputs)
    return refuse_function(f"numpy.{name}.{method}")


def elementwise(ufunc: np.ufunc, *operands: Any) -> Any:
    """The ufunc of bare arrays and numbers: NumPy's own where all numbers are known."""
    if all(map(is_known, operands)):
        return ufunc(*operands)
    name = ufunc.__name__
    if is_special(ufunc):
        return call_special(name, *operands)
    function = RULES.get(name) or getattr(jnp, name, None)
    if function is None or getattr(np, name, None) is not ufunc:
        return refuse_function(f"ufunc {name}")
    return function(*operands)


def _call(wrap: Wrap, ufunc: np.ufunc, inputs: Any, kwargs: Any) -> Any:
    out, where, dtype = kwargs.get("out"), kwargs.get("where", True), kwargs.get("dtype")
    if any(isinstance(item, masks.Chosen) for item in inputs):
        return masks.elementwise(lambda *operands: elementwise(ufunc, *operands), inputs)
    operands = [array_of(item) for item in inputs]
    if ufunc.__name__ in _COMPARISONS:
        result = masks.remembered(ufunc, operands, lambda: elementwise(ufunc, *operands))
    else:
        result = elementwise(ufunc, *operands)
    if dtype is not None:
        result = result.astype(widen_dtype(dtype))
    if where is not True:
        result = _blend(array_of(where), result, out)
    return wrap_result(wrap, result) if out is None else _store(out, result)


def _blend(where: Any, result: Any, out: Any) -> Any:
    """``where=`` leaves the rest of ``out`` as it was; without out NumPy leaves it undefined."""
    rest = jnp.zeros_like(result) if out is None else array_of(out[0])
    return jnp.where(where, result, rest)


def _store(out: Any, result: Any) -> Any:
    targets = out if isinstance(out, tuple) else (out,)
    values = result if isinstance(result, tuple) else (result,)
    for target, value in zip(targets, values):
        if not isinstance(target, Memory):
            refuse_output("a NumPy function")
        target[...] = value  # type: ignore[index]
    return targets[0] if len(targets) == 1 else targets


def _with_out(wrap: Wrap, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    out = kwargs.pop("out", None)
    if kwargs.get("dtype") is not None:
        kwargs["dtype"] = widen_dtype(kwargs["dtype"])
    if "where" in kwargs:
        kwargs["where"] = array_of(kwargs["where"])
    if isinstance(args[0], masks.Chosen):
        result = masks.reduce(function, args[0], kwargs)
    else:
        result = function(jnp.asarray(array_of(args[0])), **kwargs)
    return wrap_result(wrap, result) if out is None else _store(out, result)


def _at(name: str, target: Any, key: Any, value: Any = None) -> None:
    """``np.add.at(out, index, values)``: repeated indices count every time."""
    method = {"add": "add", "subtract": "add", "multiply": "multiply", "maximum": "max"}
    method["minimum"] = "min"
    if name not in method or not isinstance(target, Memory):
        refuse_function(f"numpy.{name}.at")
    new = -as_jax(value) if name == "subtract" else as_jax(value)
    place = jnp.asarray(target.array).at[array_of(key)]
    target.array = getattr(place, method[name])(new)
