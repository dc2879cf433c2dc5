"""Whether a function still computes what it did: the quick question, where `fingerprint` is slow.

A fingerprint reads everything a function can reach. A guard remembers what was read, and looks
whether each name still leads to the very same object and each array still holds the same bytes.
It exists only for functions that reach nothing else that can change in place.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .code_facts import code_facts, is_library
from .fingerprint_values import MAX_NODES, follow_path, found_in_library

_MISSING = object()
_FIXED = (int, float, complex, bool, str, bytes, type(None), type(Ellipsis), np.ufunc, np.generic)


class _Changeable(Exception):
    """The function reaches something that may change without a trace."""


class Guard:
    """What a function reaches, and how it was."""

    __slots__ = ("_arrays", "_cells", "_functions", "_names", "_seen")

    def __init__(self, function: types.FunctionType) -> None:
        self._functions: list[tuple[Any, ...]] = []
        self._cells: list[tuple[types.CellType, Any]] = []
        self._names: list[tuple[Mapping[str, Any], str, Any]] = []
        self._arrays: list[tuple[Any, Any, bytes]] = []
        self._seen: set[int] = set()
        self._visit(function)

    def holds(self) -> bool:
        """Whether nothing has changed."""
        for function, code, defaults, named in self._functions:
            if (
                function.__code__ is not code
                or function.__defaults__ is not defaults
                or function.__kwdefaults__ is not named
            ):
                return False
        for cell, contents in self._cells:
            if cell.cell_contents is not contents:
                return False
        for namespace, name, value in self._names:
            if namespace.get(name, _MISSING) is not value:
                return False
        for array, shape, data in self._arrays:
            if array.shape != shape or array.tobytes() != data:
                return False
        return True

    def _visit(self, value: Any) -> None:
        if isinstance(value, _FIXED) or id(value) in self._seen:
            return
        self._seen.add(id(value))
        if len(self._seen) > MAX_NODES:
            raise _Changeable
        if isinstance(value, tuple):
            for item in value:
                self._visit(item)
        elif type(value) is np.ndarray and not value.dtype.hasobject:
            self._arrays.append((value, value.shape, value.tobytes()))
        elif type(value) is types.FunctionType and not found_in_library(value):
            self._visit_function(value)
        elif not _is_of_a_library(value):
            raise _Changeable

    def _visit_function(self, function: types.FunctionType) -> None:
        defaults, named = function.__defaults__, function.__kwdefaults__
        self._functions.append((function, function.__code__, defaults, named))
        self._visit(defaults)
        if named or set(function.__dict__) - {"__wrapped__"}:
            raise _Changeable
        for key, wrapped in function.__dict__.items():
            self._names.append((function.__dict__, key, wrapped))
            self._visit(wrapped)
        for cell in function.__closure__ or ():
            self._cells.append((cell, cell.cell_contents))
            self._visit(cell.cell_contents)
        for path in code_facts(function.__code__).paths:
            self._visit_path(function, path)

    def _visit_path(self, function: types.FunctionType, path: tuple[str, ...]) -> None:
        namespace = function.__globals__
        first = namespace.get(path[0], _MISSING)
        self._names.append((namespace, path[0], first))
        if first is _MISSING:
            self._names.append((vars(builtins), path[0], vars(builtins).get(path[0], _MISSING)))
        elif type(first) is types.ModuleType and not is_library(first.__name__):
            raise _Changeable
        self._visit(follow_path(function, path).value)


def _is_of_a_library(value: Any) -> bool:
    """Functions, classes and modules of Python or an installed package do not change."""
    if isinstance(value, types.ModuleType):
        return is_library(value.__name__)
    if isinstance(value, types.BuiltinFunctionType):
        return value.__self__ is None or isinstance(value.__self__, types.ModuleType)
    if isinstance(value, type):
        return is_library(value.__module__)
    return hasattr(value, "__qualname__") and found_in_library(value)


def guard(function: Callable[..., Any]) -> Guard | None:
    """A guard of the function, or None when it reaches what may change unseen.

    >>> scale = [2.0]
    >>> guard(lambda x: scale[0] * x) is None
    True
    >>> guard(lambda x: 2.0 * x).holds()
    True
    """
    if type(function) is not types.FunctionType:
        return None
    try:
        return Guard(function)
    except (_Changeable, ValueError, RecursionError):  # ValueError: an empty cell
        return None
