"""Tokens: hashable stand-ins for the values a function can reach, equal when the values are."""

from __future__ import annotations

import abc
import builtins
import enum
import functools
import hashlib
import sys
import types
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from .code_facts import code_facts, is_library

MAX_NODES = 5000
MAX_BYTES = 1 << 20

# Reading a clock or a random number makes a function new at every call.
_IMPURE_ROOTS = frozenset({"random", "secrets", "time", "datetime", "uuid", "os", "io"})
_REACHING = "globals locals vars eval exec compile open input __import__ id breakpoint"
_IMPURE_BUILTINS = frozenset(_REACHING.split())
# Members of a class that say nothing about what its methods compute.
_NOISE = """__dict__ __weakref__ __doc__ __module__ __qualname__ __annotations__ __firstlineno__
    __static_attributes__ __annotate__ __annotate_func__ __annotations_cache__ __parameters__
    __orig_bases__ __abstractmethods__ _abc_impl __match_args__ __dataclass_params__
    __dataclass_fields__ __repr__ __replace__"""
_CLASS_NOISE = frozenset(_NOISE.split())
_METACLASSES = (type, abc.ABCMeta, enum.EnumMeta)


class Unknown(Exception):
    """A value whose identity cannot be read with certainty."""


@dataclass(slots=True)
class Resolved:
    """What a global path led to, and the module it was found in when it began at a module."""

    value: Any
    home: str | None = None
    missing: bool = False


def follow_path(function: types.FunctionType, path: tuple[str, ...]) -> Resolved:
    """Look up ``("cfg", "K")`` as the function would, descending through modules only."""
    name, *rest = path
    namespace = function.__globals__
    if name in namespace:
        value = namespace[name]
    elif hasattr(builtins, name):
        value = getattr(builtins, name)
    else:
        return Resolved(None, missing=True)
    home = None
    while rest and type(value) is types.ModuleType and hasattr(value, rest[0]):
        home = value.__name__
        value = getattr(value, rest.pop(0))
    return Resolved(value, home)


class Walk:
    """One pass over everything a function can reach; cycles and shared parts become numbers."""

    __slots__ = ("_bytes", "_kept", "_seen")

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self._kept: list[Any] = []  # keeps temporaries alive, so that an id is never reused
        self._bytes = 0

    def value(self, value: Any) -> object:
        """The token of one value."""
        kind = type(value)
        scalar = _SCALARS.get(kind)
        if scalar is not None:
            return scalar(value)
        number = self._seen.get(id(value))
        if number is not None:
            return ("seen", number)
        if len(self._kept) >= MAX_NODES:
            raise Unknown("too many values")
        self._seen[id(value)] = len(self._kept)
        self._kept.append(value)
        rule = _RULES.get(kind)
        if rule is not None:
            return rule(self, value)
        return self._other(value)

    def _other(self, value: Any) -> object:
        if isinstance(value, np.generic):
            return (str(value.dtype), self.spend(value.tobytes()))
        if isinstance(value, type):
            return self._class(value)
        if isinstance(value, np.dtype):
            return ("dtype", repr(value))
        if hasattr(value, "__qualname__") and found_in_library(value):
            return ("library", value.__module__, value.__qualname__)
        if type(value).__module__.partition(".")[0] in ("jax", "jaxlib"):
            return self._from_jax(value)
        return self._instance(value)

    def items(self, values: Collection[Any]) -> list[object]:
        """The tokens of a collection, each costing about what it takes in memory."""
        self._bytes += 64 * len(values)
        if self._bytes > MAX_BYTES:
            raise Unknown("too many values")
        return [self.value(item) for item in values]

    def spend(self, data: bytes) -> bytes:
        """``data``, or its hash when long; Unknown once a megabyte has been read."""
        self._bytes += len(data)
        if self._bytes > MAX_BYTES:
            raise Unknown("too many bytes")
        return data if len(data) <= 64 else hashlib.blake2b(data, digest_size=20).digest()

    def function(self, function: types.FunctionType) -> object:
        if found_in_library(function):
            return ("library", function.__module__, function.__qualname__)
        facts = code_facts(function.__code__)
        if facts.writes_outside:
            raise Unknown("assigns names outside itself")
        for name in facts.imports:
            if name.partition(".")[0] in _IMPURE_ROOTS or not is_library(name):
                raise Unknown(f"imports {name}")
        cells = function.__closure__
        return (
            facts.digest,
            tuple([self._path(function, path) for path in facts.paths]),
            self.value(function.__defaults__),
            self.value(function.__kwdefaults__),
            tuple([self._cell(cell) for cell in cells]) if cells else None,
            self.value(function.__dict__) if function.__dict__ else None,
        )

    def _path(self, function: types.FunctionType, path: tuple[str, ...]) -> object:
        found = follow_path(function, path)
        value = found.value
        if found.missing:
            return ("missing", path)
        if type(value) is types.ModuleType:
            return _module(value)
        if type(value) is types.BuiltinFunctionType and value.__name__ in _IMPURE_BUILTINS:
            raise Unknown(f"calls {value.__name__}")
        if found.home is not None and is_library(found.home):
            _refuse_impure(found.home)
            if callable(value):
                return ("library", found.home, path[1:])
        return self.value(value)

    def _cell(self, cell: types.CellType) -> object:
        try:
            contents = cell.cell_contents
        except ValueError:
            return "empty cell"
        return self.value(contents)

    def _class(self, cls: type) -> object:
        name = (cls.__module__, cls.__qualname__)
        if is_library(cls.__module__) and cls.__module__ not in _IMPURE_ROOTS:
            return ("class", *name)
        if type(cls) not in _METACLASSES:
            raise Unknown("a metaclass")
        members = vars(cls)
        if "__getattr__" in members or "__getattribute__" in members:
            raise Unknown("attributes made up on the fly")
        items = [(k, self._member(v)) for k, v in members.items() if k not in _CLASS_NOISE]
        return (
            "class",
            *name,
            tuple(map(self.value, cls.__bases__)),
            tuple(sorted(items, key=_first)),
        )

    def _member(self, member: Any) -> object:
        if isinstance(member, (staticmethod, classmethod)):
            return (type(member).__name__, self.value(member.__func__))
        if isinstance(member, property):
            return ("property", *map(self.value, (member.fget, member.fset, member.fdel)))
        if isinstance(member, functools.cached_property):
            return ("cached", self.value(member.func))
        if isinstance(member, (types.MemberDescriptorType, types.GetSetDescriptorType)):
            return "slot"
        return self.value(member)

    def _instance(self, value: Any) -> object:
        """Class and state of an object; object's own protocol raises if C hides any of it."""
        cls = type(value)
        if isinstance(value, enum.Enum):
            return ("enum", self.value(cls), value.name)
        for name in ("__reduce__", "__reduce_ex__", "__getstate__", "__getattribute__"):
            if getattr(cls, name) is not getattr(object, name):
                raise Unknown(f"{cls.__name__} keeps its state to itself")
        if hasattr(cls, "__getattr__"):
            raise Unknown("attributes made up on the fly")
        try:
            reduced: Any = object.__reduce_ex__(value, 2)
            _, arguments, state, items, pairs = reduced
        except Exception as error:
            raise Unknown(str(error)) from None
        parts = (arguments[1:], state, list(items or ()), list(pairs or ()))
        return ("instance", self.value(cls), tuple(map(self.value, parts)))

    def _from_jax(self, value: Any) -> object:
        """JAX's compiled functions are what they wrap; its arrays are their numbers."""
        wrapped = getattr(value, "__wrapped__", None)
        if wrapped is not None:
            # custom_jvp and custom_vjp bring derivative rules of their own.
            rules = [getattr(value, name, None) for name in ("jvp", "fwd", "bwd")]
            return ("jit", self.value(wrapped), self.value(rules))
        try:
            return ("jax array", self.value(np.asarray(value)))
        except Exception as error:
            raise Unknown(str(error)) from None


def _first(pair: tuple[str, object]) -> str:
    return pair[0]


def _module(module: types.ModuleType) -> object:
    _refuse_impure(module.__name__)
    if not is_library(module.__name__):
        raise Unknown(f"refers to module {module.__name__} as a whole")
    return ("module", module.__name__)


def _refuse_impure(module: str) -> None:
    if module.partition(".")[0] in _IMPURE_ROOTS or module.startswith("numpy.random"):
        raise Unknown(f"refers to module {module}")


def found_in_library(function: Any) -> bool:
    """Whether importing the function's home finds the very same object: then its name is enough."""
    module = getattr(function, "__module__", None)
    if module is None or not is_library(module) or module.partition(".")[0] in _IMPURE_ROOTS:
        return False
    found: Any = sys.modules.get(module)
    for name in function.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is function


def _array(walk: Walk, array: np.ndarray[Any, Any]) -> object:
    if array.dtype.hasobject:
        return ("objects", array.shape, walk.value(array.ravel().tolist()))
    if array.nbytes > MAX_BYTES:
        raise Unknown("a large array")
    return ("array", str(array.dtype.descr), array.shape, walk.spend(array.tobytes()))


def _ufunc(walk: Walk, ufunc: np.ufunc) -> object:
    for module in ("numpy", "scipy.special", "scipy.special._ufuncs"):
        if getattr(sys.modules.get(module), ufunc.__name__, None) is ufunc:
            return ("ufunc", module, ufunc.__name__)
    raise Unknown("a ufunc made elsewhere")


def _builtin(walk: Walk, function: Any) -> object:
    owner = function.__self__
    module = owner.__name__ if type(owner) is types.ModuleType else function.__module__
    if module is not None and module.partition(".")[0] in _IMPURE_ROOTS:
        raise Unknown(f"calls {module}")
    if owner is None or type(owner) is types.ModuleType:
        return ("builtin", module, function.__qualname__)
    return ("builtin", function.__qualname__, walk.value(owner))


def _mapping(walk: Walk, mapping: dict[Any, Any]) -> object:
    return ("dict", tuple(walk.items(mapping)), tuple(walk.items(mapping.values())))


def _wrapper(walk: Walk, wrapper: Any) -> object:
    if found_in_library(wrapper):
        return ("library", wrapper.__module__, wrapper.__qualname__)
    return ("wraps", walk.value(wrapper.__wrapped__))


_SCALARS: dict[type, Callable[[Any], object]] = {
    type(None): lambda v: None,
    bool: lambda v: ("bool", v),
    int: lambda v: ("int", v),
    float: lambda v: ("float", v.hex()),  # tells -0.0 from 0.0 and takes nan for equal to nan
    complex: lambda v: ("complex", v.real.hex(), v.imag.hex()),
    str: lambda v: v,
    type(Ellipsis): lambda v: "...",
    type(NotImplemented): lambda v: "NotImplemented",
}

_RULES: dict[type, Callable[[Walk, Any], object]] = {
    bytes: lambda walk, v: ("bytes", walk.spend(v)),
    tuple: lambda walk, v: ("tuple", tuple(walk.items(v))),
    list: lambda walk, v: ("list", tuple(walk.items(v))),
    set: lambda walk, v: ("set", frozenset(walk.items(v))),
    frozenset: lambda walk, v: ("frozenset", frozenset(walk.items(v))),
    dict: _mapping,
    types.MappingProxyType: lambda walk, v: _mapping(walk, dict(v)),
    range: lambda walk, v: ("range", repr(v)),
    slice: lambda walk, v: ("slice", walk.value((v.start, v.stop, v.step))),
    np.ndarray: _array,
    np.ufunc: _ufunc,
    types.FunctionType: Walk.function,
    types.MethodType: lambda walk, v: ("method", walk.value(v.__func__), walk.value(v.__self__)),
    types.BuiltinFunctionType: _builtin,
    types.ModuleType: lambda walk, v: _module(v),
    functools.partial: lambda walk, v: ("partial", walk.value((v.func, v.args, v.keywords))),
    type(functools.lru_cache(len)): _wrapper,
}
