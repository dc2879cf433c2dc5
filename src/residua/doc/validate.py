"""Validation at every call, for those who ask for it: `documented(validate=True)`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from residua._errors import DataError
from residua.doc.record import Argument
from residua.doc.values import broken, carries, misshapen


def validated(
    function: Callable[..., Any], arguments: Mapping[str, Argument]
) -> Callable[..., Any]:
    """A function that looks at its values before it is called.

    Args:
        function: what is called in the end.
        arguments: what its values are held against.

    Returns:
        The wrapped function; `__wrapped__` is the bare one. Values that carry derivatives (tracers
        of JAX, dual numbers of residua, tensors of PyTorch) are passed on unseen.

    Raises:
        DataError: at a call, when values lie outside their bounds or shapes do not fit together.
    """
    signature = inspect.signature(function)
    looked_at = {name: each for name, each in arguments.items() if _has_rules(each)}
    name = getattr(function, "__name__", type(function).__name__)

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError:
            return function(*args, **kwargs)  # which says so better
        if wrong := breaches(looked_at, given):
            raise DataError(
                f"{name}: {wrong[0]}" if len(wrong) == 1 else f"{name} cannot use these values",
                causes=wrong if len(wrong) > 1 else (),
                next=f"help({name})",
            )
        return function(*args, **kwargs)

    return checked


def breaches(arguments: Mapping[str, Argument], given: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with the values given, in words."""
    found: list[str] = []
    axes: dict[str, tuple[Any, str]] = {}
    for name, argument in arguments.items():
        for value in _values(argument, given.get(name)):
            if value is None or carries(value):
                continue
            found += broken(argument, value)
            if argument.shape is not None and (said := misshapen(argument, value, axes)):
                found.append(said)
    return found


def _values(argument: Argument, value: Any) -> tuple[Any, ...]:
    """One value, or each of those that *args and **kwargs hold."""
    if value is None:
        return ()
    if argument.kind == "VAR_POSITIONAL":
        return tuple(value)
    return tuple(value.values()) if argument.kind == "VAR_KEYWORD" else (value,)


def _has_rules(argument: Argument) -> bool:
    return bool(argument.constraints) or argument.shape is not None
