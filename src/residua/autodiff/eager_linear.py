"""Rules for linear functions: apply the same function to each tangent. Most rows are one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .dual import FUNCTIONS, Dual, first_dual, from_nested, operand, plain

F = TypeVar("F", bound=Callable[..., Any])


def rule(*functions: Any) -> Callable[[F], F]:
    """Register the decorated rule for these NumPy functions."""

    def register(made: F) -> F:
        for function in functions:
            FUNCTIONS[function] = made
        return made

    return register


def named(path: str) -> Any:
    """The NumPy function of this dotted name: ``sum``, ``fft.fft``."""
    found: Any = np
    for part in path.split("."):
        found = getattr(found, part)
    return found


def rules(names: str, maker: Callable[[Any], Callable[..., Any]]) -> None:
    """One row per name: the rule that ``maker`` makes of each of these NumPy functions."""
    for name in names.split():
        FUNCTIONS[named(name)] = maker(named(name))


def values(x: Any) -> Any:
    """``x`` with every Dual, also inside lists and tuples, replaced by its value."""
    if type(x) is Dual:
        return x.value
    if isinstance(x, (list, tuple)) and first_dual(x) is not None:
        return type(x)(values(item) for item in x)
    if isinstance(x, np.ndarray) and x.dtype.char == "O":
        return plain(operand(x))
    return x


def tangents_of(x: Any, p: int) -> Any:
    """Tangents of a Dual; zeros for anything else."""
    return x.tangents if type(x) is Dual else np.zeros((p, *np.shape(x)))


def shift(axis: int, ndim: int) -> int:
    """The value's axis, as an axis of its tangents."""
    return axis + 1 if axis >= 0 else axis + ndim + 1


def linear(function: Callable[..., Any]) -> Callable[..., Any]:
    """Rule for a function linear in its first argument."""

    def made(a: Any, *args: Any, **kwargs: Any) -> Any:
        a = from_nested(a)
        if type(a) is not Dual:
            return _without(function, (a, *args), kwargs)
        tangents = np.stack([function(t, *args, **kwargs) for t in a.tangents])
        return Dual(function(a.value, *args, **kwargs), tangents)

    return made


def _without(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The array that should carry does not: some other argument does, and that has no rule."""
    fallback: Callable[..., Any] = FUNCTIONS[None]
    return fallback(function, args, kwargs)


def multilinear(function: Callable[..., Any], count: int = 2) -> Callable[..., Any]:
    """Rule for a function linear in each of its first ``count`` arguments."""

    def made(*args: Any, **kwargs: Any) -> Any:
        factors, rest = [operand(x) for x in args[:count]], args[count:]
        bare = [plain(x) for x in factors]
        total: Any = 0.0
        for i, x in enumerate(factors):
            if type(x) is Dual:
                parts = [
                    function(*bare[:i], t, *bare[i + 1 :], *rest, **kwargs) for t in x.tangents
                ]
                total = total + np.stack(parts)
        return Dual(function(*bare, *rest, **kwargs), total)

    return made


def gathered(a: Dual, places: Any) -> Any:
    """Tangents picked by ``places``: 1 + the flat position in ``a``, 0 where a zero was put in."""
    p = len(a.tangents)
    padded = np.concatenate([np.zeros((p, 1)), a.tangents.reshape(p, -1)], axis=1)
    return padded[:, np.asarray(places, dtype=np.intp)]


def rearranged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Rule for a function that copies elements of its first argument to new places (or zeros)."""

    def made(a: Any, *args: Any, **kwargs: Any) -> Any:
        a = from_nested(a)
        if type(a) is not Dual:
            return _without(function, (a, *args), kwargs)
        numbers = np.arange(1, a.size + 1).reshape(a.shape)
        return Dual(
            np.array(function(a.value, *args, **kwargs)),
            gathered(a, function(numbers, *args, **kwargs)),
        )

    return made


def joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Rule for a function linear in a (nested) list of arrays, its first argument."""

    def made(arrays: Any, *args: Any, **kwargs: Any) -> Any:
        found = first_dual(arrays)
        if found is None:
            return _without(function, (arrays, *args), kwargs)
        p = len(found.tangents)
        parts = [function(_direction(arrays, k), *args, **kwargs) for k in range(p)]
        return Dual(function(values(arrays), *args, **kwargs), np.stack(parts))

    return made


def _direction(x: Any, k: int) -> Any:
    """The nested list with each array replaced by its k-th tangent."""
    if type(x) is Dual:
        return x.tangents[k]
    if isinstance(x, (list, tuple)):
        return [_direction(item, k) for item in x]
    return np.zeros(np.shape(x))


def plain_answer(function: Callable[..., Any]) -> Callable[..., Any]:
    """Rule for a function whose answer carries no derivative: shapes, orders, truth values."""

    def made(*args: Any, **kwargs: Any) -> Any:
        return function(*map(values, args), **{k: values(v) for k, v in kwargs.items()})

    return made


def jointly(function: Callable[..., Any], *positions: int) -> Callable[..., Any]:
    """Rule for a function linear in the arguments at ``positions`` taken together."""

    def made(*args: Any, **kwargs: Any) -> Any:
        moving = [from_nested(args[i]) if i in positions else a for i, a in enumerate(args)]
        found = first_dual([moving[i] for i in positions if i < len(moving)])
        if found is None:
            return _without(function, args, kwargs)
        parts = []
        for k in range(len(found.tangents)):
            at = [_direction(a, k) if i in positions else a for i, a in enumerate(moving)]
            parts.append(function(*at, **kwargs))
        return Dual(function(*map(plain, moving), **kwargs), np.stack(parts))

    return made
