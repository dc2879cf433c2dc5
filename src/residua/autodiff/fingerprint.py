"""Identity of a Python function by value: what it computes, not where it lives.

A compiled program may be used again only for a function that would compile to the same program.
Bytecode alone does not say so (``lambda x: 2*x`` and ``lambda x: 3*x`` share theirs; a module-level
constant may have changed since), so the fingerprint also holds every value the function can reach:
constants, defaults, closures, globals it reads, attributes of its own modules, the object it is
bound to. Whatever cannot be read with certainty makes it None: never reuse.
"""

from __future__ import annotations

import contextlib
import functools
import types
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from .code_facts import code_facts, is_library
from .fingerprint_values import Unknown, Walk, follow_path, found_in_library

# Rooms whose functions are tools that models call, not models.
_MACHINERY = ("residua.autodiff.", "residua.roots.")
# What a function object was found to refer to; it decides which engine is tried first, no more.
_MODULES: WeakKeyDictionary[Callable[..., Any], set[str]] = WeakKeyDictionary()


class Fingerprint:
    """A hashable key, equal for functions that compute the same thing."""

    __slots__ = ("_hash", "key")

    def __init__(self, key: object) -> None:
        self.key = key
        self._hash = hash(key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Fingerprint) and self._hash == other._hash and self.key == other.key
        )

    def __repr__(self) -> str:
        return f"Fingerprint({self._hash & 0xFFFFFFFFFFFFFFFF:016x})"


def fingerprint(function: Callable[..., Any]) -> Fingerprint | None:
    """The identity of ``function`` by value, or None when it cannot be known for certain.

    Returns None for functions that read files, clocks or random numbers, assign globals, call code
    residua cannot look into, or hold more than about a megabyte.

    >>> fingerprint(lambda x, a: 2 * a * x) == fingerprint(lambda x, a: 3 * a * x)
    False
    >>> fingerprint(lambda x, a: 2 * a * x) == fingerprint(lambda x, a: 2 * a * x)
    True
    """
    try:
        return Fingerprint(Walk().value(function))
    except (Unknown, RecursionError):
        return None


def modules_used(function: Callable[..., Any]) -> set[str]:
    """Root names of the modules a function refers to, through the functions it calls.

    >>> import math
    >>> modules_used(lambda x: math.exp(x))
    {'math'}
    """
    try:
        return _MODULES[function]
    except (KeyError, TypeError):
        pass
    found: set[str] = set()
    _collect(function, found, set())
    with contextlib.suppress(TypeError):
        _MODULES[function] = found
    return found


def _collect(value: Any, found: set[str], seen: set[int]) -> None:
    """Add to ``found`` the modules ``value`` belongs to, looking inside the user's own code."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, types.ModuleType):
        found.add(value.__name__.partition(".")[0])
    elif isinstance(value, functools.partial):
        for part in (value.func, *value.args, *value.keywords.values()):
            _collect(part, found, seen)
    elif isinstance(value, types.MethodType):
        _collect(value.__func__, found, seen)
        _collect(value.__self__, found, seen)
    elif isinstance(value, (types.FunctionType, type)) and not _is_foreign(value):
        _collect_inside(value, found, seen)
    elif hasattr(value, "__wrapped__"):
        _collect_home(value, found)
        _collect(value.__wrapped__, found, seen)
    else:
        _collect_home(value, found)
        if not isinstance(value, type) and not _is_foreign(type(value)):
            _collect(type(value), found, seen)
            for part in getattr(value, "__dict__", {}).values():
                _collect(part, found, seen)


def _is_foreign(value: Any) -> bool:
    """Whether a function or class belongs to a library, whose inside does not matter here."""
    module = value.__module__ or "__main__"  # made by exec, a function has no module
    if module.partition(".")[0] != "residua":
        return is_library(module)
    # The shelf of models is looked into like the user's own; the machinery of this package is not.
    return module.startswith(_MACHINERY) and found_in_library(value)


def _collect_inside(value: Any, found: set[str], seen: set[int]) -> None:
    if isinstance(value, type):
        for part in vars(value).values():
            _collect(getattr(part, "__func__", getattr(part, "fget", part)), found, seen)
        return
    facts = code_facts(value.__code__)
    found.update(name.partition(".")[0] for name in facts.imports)
    for path in facts.paths:
        _collect(follow_path(value, path).value, found, seen)
    for cell in value.__closure__ or ():
        try:
            _collect(cell.cell_contents, found, seen)
        except ValueError:  # a cell not filled yet refers to nothing
            continue


def _collect_home(value: Any, found: set[str]) -> None:
    home = getattr(value, "__module__", None) or type(value).__module__
    root = str(home).partition(".")[0]
    if type(value).__name__ == "ufunc":  # a ufunc does not say where it comes from
        root = "numpy"
    if root not in {"builtins", "jaxlib"}:
        found.add(root)
    elif root == "jaxlib":
        found.add("jax")
