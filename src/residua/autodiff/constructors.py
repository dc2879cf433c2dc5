"""Array constructors that keep derivatives while a model runs: np.array, np.zeros and their kin.

NumPy's protocols do not reach ``np.array([a, b])`` or ``np.zeros(n)``, so while an engine follows
a model these names of the numpy module are replaced by versions that ask the engine's ``Hook``.
They act only in the thread that entered, for everyone else they pass the call on; the originals
come back when the last thread leaves. ``zeros`` and the like answer with a carrier only when
called from outside NumPy, SciPy, JAX, pandas and residua, whose own code wants bare arrays; and
only when Python code wrote the very name (``call_sites`` says why).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from . import special_functions
from .call_sites import callee

_LIBRARIES = frozenset({"numpy", "scipy", "jax", "jaxlib", "residua", "pandas"})


class Hook(Protocol):
    """What an engine tells the constructors about its carriers of derivatives."""

    def is_carrier(self, x: Any) -> bool:
        """Whether ``x`` is a carrier of this engine."""

    def stack_nested(self, nested: Any) -> Any:
        """A carrier, or nested lists, tuples and object arrays of them, as one new carrier."""

    def constant(self, array: Any) -> Any:
        """A new floating or complex array, as a carrier that can be assigned into."""


_hooks: dict[int, Hook] = {}
_lock = threading.Lock()
_patched: list[tuple[dict[str, Any], dict[str, Any]]] = []
_ident = threading.get_ident


class Carrying:
    """Context in which this thread's array constructors keep the hook's carriers."""

    __slots__ = ("hook", "outer", "thread")

    def __init__(self, hook: Hook) -> None:
        self.hook = hook

    def __enter__(self) -> Carrying:
        self.thread = thread = _ident()
        with _lock:
            if not _hooks:
                _install()
            self.outer = _hooks.get(thread)
            _hooks[thread] = self.hook
        return self

    def __exit__(self, *exception: object) -> None:
        with _lock:
            if self.outer is None:
                del _hooks[self.thread]
            else:
                _hooks[self.thread] = self.outer
            if not _hooks:
                for namespace, originals in _patched:
                    namespace.update(originals)
                _patched.clear()


def carrying(hook: Hook) -> Carrying:
    """``with carrying(hook):`` run a model so that np.array, np.zeros, ... keep its carriers."""
    return Carrying(hook)


def _install() -> None:
    _NUMPY.update(_REPLACED)
    _patched.append((_NUMPY, _ORIGINAL))
    module = sys.modules.get("scipy.special")
    if module is not None:
        names = vars(module)
        if not _SPECIAL:
            _SPECIAL.extend(_special(names))
        names.update(_SPECIAL[0])
        _patched.append((names, _SPECIAL[1]))


def has_carrier(hook: Hook, x: Any) -> bool:
    """Whether a carrier is inside nested lists, tuples or object arrays."""
    if isinstance(x, (list, tuple)):
        return any(has_carrier(hook, item) for item in x)
    if type(x) is np.ndarray:
        return x.dtype.char == "O" and any(hook.is_carrier(item) for item in x.flat)
    return hook.is_carrier(x)


def _converting(original: Any, copies: bool) -> Callable[..., Any]:
    """np.array and np.asarray: carriers and nests of them stay carriers."""
    name = original.__name__

    def made(*args: Any, **kwargs: Any) -> Any:
        hook = _hooks.get(_ident())
        if hook is None or not args:
            return original(*args, **kwargs)
        x = args[0]
        if hook.is_carrier(x):
            if callee(sys._getframe(1)) != name:
                return original(*args, **kwargs)
            found = hook.stack_nested(x) if copies and kwargs.get("copy", True) is True else x
        elif (
            type(x) in (list, tuple, np.ndarray)
            and has_carrier(hook, x)
            and callee(sys._getframe(1)) == name
        ):
            found = hook.stack_nested(x)
        else:
            return original(*args, **kwargs)
        return _finished(found, args[1] if len(args) > 1 else kwargs.get("dtype"), kwargs)

    return made


def _finished(found: Any, dtype: Any, kwargs: dict[str, Any]) -> Any:
    """The other wishes of np.array: a dtype, a least number of axes."""
    if dtype is not None and np.dtype(dtype).kind not in "fO":
        found = found.astype(dtype)
    missing = kwargs.get("ndmin", 0) - found.ndim
    return found.reshape((1,) * missing + found.shape) if missing > 0 else found


def _allocating(original: Any) -> Callable[..., Any]:
    """np.zeros and the like: a carrier that derivatives can be assigned into."""
    name = original.__name__

    def made(*args: Any, **kwargs: Any) -> Any:
        out = original(*args, **kwargs)
        hook = _hooks.get(_ident())
        return out if hook is None else _constant(hook, out, name)

    return made


def _constant(hook: Hook, out: Any, name: str) -> Any:
    """A new array as the caller of the constructor wants it: libraries want it bare."""
    if type(out) is not np.ndarray or out.dtype.kind not in "fc":
        return out
    frame = sys._getframe(2)
    library = frame.f_globals.get("__name__", "").partition(".")[0] in _LIBRARIES
    return out if library or callee(frame) != name else hook.constant(out)


def _filling(original: Any, empty: Any) -> Callable[..., Any]:
    """np.full and np.full_like, whose filling may be a carrier."""
    name = original.__name__

    def made(like: Any, fill_value: Any, *args: Any, **kwargs: Any) -> Any:
        hook = _hooks.get(_ident())
        if hook is None or hook.is_carrier(like) or not has_carrier(hook, fill_value):
            bare = original(like, fill_value, *args, **kwargs)
            return bare if hook is None else _constant(hook, bare, name)
        fill = hook.stack_nested(fill_value)
        if not args and empty is np.empty:
            kwargs["dtype"] = kwargs.get("dtype") or fill.dtype
        out = hook.constant(empty(like, *args, **kwargs))
        out[...] = fill
        return out

    return made


def _gathering(original: Any) -> Callable[..., Any]:
    """np.sum([a, b]) and the like: a list of carriers is gathered first."""

    def made(*args: Any, **kwargs: Any) -> Any:
        if args and type(args[0]) in (list, tuple):
            hook = _hooks.get(_ident())
            if hook is not None and has_carrier(hook, args[0]):
                return original(hook.stack_nested(args[0]), *args[1:], **kwargs)
        return original(*args, **kwargs)

    return made


def _choosing(original: Any) -> Callable[..., Any]:
    """np.piecewise of plain x, whose pieces may be carriers known only once they are called."""

    def made(x: Any, condlist: Any, funclist: Any, *args: Any, **kwargs: Any) -> Any:
        hook = _hooks.get(_ident())
        if hook is None or hook.is_carrier(x):
            return original(x, condlist, funclist, *args, **kwargs)
        x = _ORIGINAL["asanyarray"](x)
        if x.dtype.kind not in "fc":  # NumPy would round the pieces to whole numbers
            return original(x, condlist, funclist, *args, **kwargs)
        single = np.ndim(condlist) == np.ndim(x) and not isinstance(condlist, (list, tuple))
        masks = [_ORIGINAL["asarray"](c, bool) for c in ([condlist] if single else condlist)]
        if len(funclist) == len(masks) + 1:
            masks.append(~np.any(masks, axis=0))
        out = hook.constant(np.zeros_like(x))
        for mask, piece in zip(masks, funclist, strict=True):
            out[mask] = piece(x[mask], *args, **kwargs) if callable(piece) else piece
        return out

    return made


def _following(original: Any, rewritten: Any) -> Callable[..., Any]:
    """A Python function of scipy.special: rewritten in NumPy for carriers, as it is otherwise."""

    def made(*args: Any, **kwargs: Any) -> Any:
        hook = _hooks.get(_ident())
        if hook is None or not any(has_carrier(hook, x) for x in (*args, *kwargs.values())):
            return original(*args, **kwargs)
        return rewritten(*args, **kwargs)

    return made


_NUMPY = vars(np)
_GATHERING = "sum mean prod max min amax amin std var cumsum cumprod median average sort"
_ALLOCATING = "zeros ones empty eye identity zeros_like ones_like empty_like"
_REPLACED: dict[str, Any] = {
    "array": _converting(np.array, True),
    "full": _filling(np.full, np.empty),
    "full_like": _filling(np.full_like, np.empty_like),
    "piecewise": _choosing(np.piecewise),
}
for _name in ("asarray", "asanyarray", "ascontiguousarray", "asfortranarray"):
    _REPLACED[_name] = _converting(getattr(np, _name), False)
for _name in _ALLOCATING.split():
    _REPLACED[_name] = _allocating(getattr(np, _name))
for _name in _GATHERING.split():
    _REPLACED[_name] = _gathering(getattr(np, _name))
_ORIGINAL: dict[str, Any] = {name: _NUMPY[name] for name in _REPLACED}
_SPECIAL: list[dict[str, Any]] = []


def _special(names: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    rewritten = {name: f for name, f in special_functions.REWRITTEN.items() if name in names}
    originals = {name: names[name] for name in rewritten}
    return {name: _following(originals[name], f) for name, f in rewritten.items()}, originals
