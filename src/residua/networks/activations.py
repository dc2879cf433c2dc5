"""The table of activations: each a function and its first derivative, for NumPy and JAX alike.

A slope is written in terms of the input h and the value v, so that what was computed once is used.
`smooth` ones have curvature, which Levenberg-Marquardt lives on. `gain` keeps the variance of a
standard normal input near one through a layer (He et al. 2015), so that starts are alive. `ufunc`
is the NumPy function that is the whole value, where there is one: it can write over its input.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np

from residua._errors import ModelError

_ROOT_HALF = math.sqrt(0.5)
_ROOT_2_PI = math.sqrt(2 / math.pi)


class Activation(NamedTuple):
    """One activation. value(xp, h); slope(xp, h, v) with v = value(xp, h); curvature(xp, h, v)."""

    name: str
    equation: str
    value: Callable[..., Any]
    slope: Callable[..., Any]
    curvature: Callable[..., Any]
    smooth: bool = True
    gain: float = 1.0
    ufunc: np.ufunc | None = None

    def into(self, h: np.ndarray) -> np.ndarray:
        """Its values at h, in the memory of h where one function of NumPy does it."""
        return self.value(np, h) if self.ufunc is None else self.ufunc(h, out=h)


def _sigmoid(xp: Any, h: Any) -> Any:
    return 0.5 + 0.5 * xp.tanh(0.5 * h)  # never overflows


def _softplus(xp: Any, h: Any) -> Any:
    return xp.logaddexp(0.0, h)


def _gelu_inner(h: Any) -> Any:
    return _ROOT_2_PI * (h + 0.044715 * h**3)


def _gelu_slope(xp: Any, h: Any, v: Any) -> Any:
    t = xp.tanh(_gelu_inner(h))
    return 0.5 * (1 + t) + 0.5 * h * (1 - t * t) * _ROOT_2_PI * (1 + 3 * 0.044715 * h**2)


def _gelu_curvature(xp: Any, h: Any, v: Any) -> Any:
    t = xp.tanh(_gelu_inner(h))
    first = _ROOT_2_PI * (1 + 3 * 0.044715 * h**2)
    second = _ROOT_2_PI * 6 * 0.044715 * h
    return (1 - t * t) * (first + 0.5 * h * second - h * t * first**2)


def _silu_slope(xp: Any, h: Any, v: Any) -> Any:
    s = _sigmoid(xp, h)
    return s + v * (1 - s)


def _silu_curvature(xp: Any, h: Any, v: Any) -> Any:
    s = _sigmoid(xp, h)
    return s * (1 - s) * (2 + h * (1 - 2 * s))


def _zero(xp: Any, h: Any, v: Any) -> Any:
    return xp.zeros_like(h)


_ROWS = (
    Activation(
        "tanh",
        "tanh(h)",
        lambda xp, h: xp.tanh(h),
        lambda xp, h, v: 1 - v * v,
        lambda xp, h, v: -2 * v * (1 - v * v),
        gain=1.6,
        ufunc=np.tanh,
    ),
    Activation(
        "sigmoid",
        "1/(1 + exp(-h))",
        _sigmoid,
        lambda xp, h, v: v * (1 - v),
        lambda xp, h, v: v * (1 - v) * (1 - 2 * v),
        gain=4.0,
    ),
    Activation(
        "relu",
        "max(0, h)",
        lambda xp, h: xp.maximum(h, 0.0),
        lambda xp, h, v: (h > 0) * 1.0,
        _zero,
        smooth=False,
        gain=math.sqrt(2.0),
    ),
    Activation(
        "silu",
        "h/(1 + exp(-h))",
        lambda xp, h: h * _sigmoid(xp, h),
        _silu_slope,
        _silu_curvature,
        gain=1.7,
    ),
    Activation(
        "softplus",
        "log(1 + exp(h))",
        _softplus,
        lambda xp, h, v: _sigmoid(xp, h),
        lambda xp, h, v: _sigmoid(xp, h) * (1 - _sigmoid(xp, h)),
        gain=1.8,
    ),
    Activation(
        "gelu",
        "h (1 + tanh(sqrt(2/pi) (h + 0.044715 h^3)))/2",
        lambda xp, h: 0.5 * h * (1 + xp.tanh(_gelu_inner(h))),
        _gelu_slope,
        _gelu_curvature,
        gain=1.5,
    ),
    Activation(
        "elu",
        "h for h > 0, exp(h) - 1 below",
        lambda xp, h: xp.where(h > 0, h, xp.expm1(xp.minimum(h, 0.0))),
        lambda xp, h, v: xp.where(h > 0, 1.0, v + 1),
        lambda xp, h, v: xp.where(h > 0, 0.0, v + 1),
        gain=1.25,
    ),
    Activation(
        "sin",
        "sin(h)",
        lambda xp, h: xp.sin(h),
        lambda xp, h, v: xp.cos(h),
        lambda xp, h, v: -v,
        gain=1.5,
        ufunc=np.sin,
    ),
    Activation(
        "gaussian",
        "exp(-h^2/2)",
        lambda xp, h: xp.exp(-0.5 * h * h),
        lambda xp, h, v: -h * v,
        lambda xp, h, v: (h * h - 1) * v,
        gain=1.5,
    ),
    Activation(
        "linear", "h", lambda xp, h: h * 1.0, lambda xp, h, v: xp.ones_like(h), _zero, gain=1.0
    ),
)
ACTIVATIONS = {row.name: row for row in _ROWS}
# What other libraries call them.
_SYNONYMS = {"logistic": "sigmoid", "swish": "silu", "identity": "linear", "sine": "sin"}


def activation(name: Any) -> Activation:
    """The activation of this name; ModelError with a near match for any other.

    >>> activation("logistic").name
    'sigmoid'
    """
    if isinstance(name, Activation):
        return name
    known = ACTIVATIONS.get(_SYNONYMS.get(name, name)) if isinstance(name, str) else None
    if known is not None:
        return known
    near = get_close_matches(str(name), [*ACTIVATIONS, *_SYNONYMS], n=1)
    raise ModelError(
        f"there is no activation called {name!r}",
        causes=[f"the activations are {', '.join(ACTIVATIONS)}"],
        next=f"rs.MLP([10], {near[0]!r})" if near else 'rs.MLP([10], "tanh")',
    )
