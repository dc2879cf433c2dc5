"""Which arguments of a call are differentiated, and their values as floating-point arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from .._errors import NotDifferentiable, ParameterError
from .blame import calling_line

Key = int | str


class Place(NamedTuple):
    """Where an argument stands: by position (None: by name only), by name ("": none known)."""

    position: int | None
    name: str
    default: tuple[Any, ...] = ()

    def key(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Key | None:
        """How this call passed it: its position or its name; None when it was left out."""
        if self.position is not None and self.position < len(args):
            return self.position
        return self.name if self.name in kwargs else None

    def label(self) -> str:
        return self.name or f"argument {self.position}"


class Call(NamedTuple):
    """One call of a function, and which of its arguments are differentiated."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    keys: tuple[Key, ...]

    def values(self) -> list[Any]:
        """The arguments that are differentiated."""
        return [self.args[k] if type(k) is int else self.kwargs[k] for k in self.keys]  # type: ignore[index]

    def at(self, values: Any) -> Any:
        """What the function returns with these values in their place."""
        args, kwargs = list(self.args), self.kwargs
        for key, value in zip(self.keys, values):
            if type(key) is int:
                args[key] = value
            else:
                kwargs = {**kwargs, key: value}  # type: ignore[dict-item]
        return self.function(*args, **kwargs)


def place(function: Callable[..., Any], wrt: Key, names: tuple[str, ...] | None = None) -> Place:
    """Where the argument ``wrt``, a name or a position, of ``function`` stands.

    ``names`` are the arguments in order of a function whose signature does not tell them.
    """
    if isinstance(wrt, bool) or not isinstance(wrt, (int, np.integer, str)):
        raise ParameterError(
            f"An argument is named by its name or its position, not by {wrt!r}.",
            next='rs.derivative(f, "x"), or rs.derivative(f, 0)',
        )
    if names is not None:
        return _of_names(wrt, names, function)
    try:
        if isinstance(function, np.ufunc):
            raise ValueError("a ufunc has no names")
        known = inspect.signature(function).parameters
    except (TypeError, ValueError):  # written in C: positions are all there is
        if isinstance(wrt, str):
            raise ParameterError(
                f"The arguments of {_name(function)} have no names that can be read.",
                next="give the position: rs.derivative(f, 0)",
            ) from None
        return Place(int(wrt), "")
    return _of_signature(wrt, known, function)


def _of_names(wrt: Key, names: tuple[str, ...], function: Any) -> Place:
    if isinstance(wrt, str):
        return Place(names.index(wrt), wrt) if wrt in names else _refuse(wrt, names, function)
    return Place(int(wrt), names[wrt]) if 0 <= wrt < len(names) else _refuse(wrt, names, function)


def _of_signature(wrt: Key, known: Mapping[str, inspect.Parameter], function: Any) -> Place:
    ordered = [p for p in known.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    kinds = {p.kind for p in known.values()}
    if not isinstance(wrt, str):
        if 0 <= wrt < len(ordered):
            return _by_parameter(ordered[wrt], int(wrt))
        if wrt >= 0 and inspect.Parameter.VAR_POSITIONAL in kinds:
            return Place(int(wrt), "")
        return _refuse(wrt, tuple(p.name for p in ordered), function)
    for index, parameter in enumerate(ordered):
        if parameter.name == wrt:
            return _by_parameter(parameter, index)
    parameter = known.get(wrt)  # type: ignore[assignment]
    if parameter is not None and parameter.kind is parameter.KEYWORD_ONLY:
        return _by_parameter(parameter, None)
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return Place(None, wrt)
    return _refuse(wrt, tuple(known), function)


def _by_parameter(parameter: inspect.Parameter, index: int | None) -> Place:
    default = () if parameter.default is parameter.empty else (parameter.default,)
    if parameter.kind is parameter.POSITIONAL_ONLY:
        return Place(index, "")
    return Place(index, parameter.name, default)


def _refuse(wrt: Key, names: tuple[str, ...], function: Any) -> Any:
    import difflib

    if isinstance(wrt, str):
        what = f"{_name(function)} has no argument named {wrt!r}."
        near = difflib.get_close_matches(wrt.lower(), [n.lower() for n in names], 1)
        meant = next((n for n in names if near and n.lower() == near[0]), names[0] if names else "")
    else:
        what = f"{_name(function)} has no argument at position {wrt}."
        meant = names[0] if names else ""
    raise ParameterError(
        what,
        causes=(f"its arguments are {', '.join(names)}",) if names else ("it takes none by name",),
        next=f'"{meant}"' if meant else "",
    )


def _name(function: Any) -> str:
    return getattr(function, "__name__", None) or repr(function)


def bound(
    function: Callable[..., Any],
    places: tuple[Place, ...],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> Call:
    """The call with every differentiated argument found, defaults included; lists as arrays."""
    keys: list[Key] = []
    for wanted in places:
        key = wanted.key(args, kwargs)
        if key is None:
            if not wanted.default:
                function(*args, **kwargs)  # raises Python's own TypeError for what is missing
                raise ParameterError(f"No value was given for {wanted.label()}.")
            key = wanted.name
            kwargs = {**kwargs, key: wanted.default[0]}
        keys.append(key)
    if any(type(a) is list for a in args):
        args = tuple([_listed(a) for a in args])
    return Call(function, args, kwargs, tuple(keys))


def _listed(value: Any) -> Any:
    """A list of plain numbers as an array; anything else as it is."""
    if type(value) is not list or not is_numbers(value):
        return value
    return np.asarray(value)


def is_numbers(value: Any) -> bool:
    """Whether a list holds Python numbers, or lists of them, and nothing else."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(is_numbers(item) for item in value)
    return isinstance(value, (int, float, complex, np.number)) and not isinstance(value, bool)


def floats(value: Any, label: str, real: bool = False) -> Any:
    """A number or array as np.float64 or an array of them (complex stays complex).

    Raises NotDifferentiable for truth values, text and objects: there is nothing to move a little.
    """
    if type(value) is float:
        return np.float64(value)
    array = np.asarray(value)
    kind = array.dtype.kind
    if kind not in ("fiu" if real else "fiuc"):
        _refuse_kind(array, label)
    return array.astype(np.complex128 if kind == "c" else np.float64)[()]


_KINDS = {"b": "a truth value", "U": "text", "S": "text", "O": "an object", "M": "a date"}
_KINDS |= {"m": "a time span", "c": "complex", "T": "text"}


def _refuse_kind(array: Any, label: str) -> None:
    kind = _KINDS.get(array.dtype.kind, str(array.dtype))
    line = calling_line()
    many = f", in an array of shape {array.shape}" if array.ndim else ""
    raise NotDifferentiable(
        f"{label} is {kind}{many}; a derivative needs real numbers"
        + (f" ({line})." if line else "."),
        causes=(
            "numbers that were read as text, or an array of unequal rows"
            if array.dtype.kind in "OUS"
            else "another argument was meant",
        ),
        next="rs.derivative takes complex numbers where the function is holomorphic"
        if array.dtype.kind == "c"
        else "np.asarray(values, float), or name the argument that is a number",
    )
