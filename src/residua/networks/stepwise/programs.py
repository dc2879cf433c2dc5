"""Programs of training, compiled once for each layout and each bucket of rows, and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import numpy as np

from residua.networks.stepwise import program
from residua.networks.stepwise.cache import persistent
from residua.networks.stepwise.update import Layout

Array = Any
SMALLEST_BUCKET = 16
MAX_PROGRAMS = 32
_LOCK = threading.Lock()
_PROGRAMS: OrderedDict[Hashable, Callable[..., Any]] = OrderedDict()


def bucket(rows: int) -> int:
    """The number of rows that a program is compiled for.

    A multiple of 16, or of an eighth of a power of two where that is more.

    >>> [bucket(n) for n in (3, 100, 112, 1000, 1025)]
    [16, 112, 112, 1024, 1152]
    """
    step = max(SMALLEST_BUCKET, 2 ** (rows.bit_length() - 1) // 8)
    return -(-rows // step) * step


def padded(arrays: tuple[np.ndarray, ...], rows: int) -> tuple[np.ndarray, ...]:
    """The same arrays with `rows` rows: the last one repeated, without weight.

    Repeated rows, not zeros: a loss that is finite on the data is finite on the padding.
    """
    extra = rows - len(arrays[0])
    ends = [(0, extra)]
    data = [np.pad(a, ends + [(0, 0)] * (a.ndim - 1), mode="edge") for a in arrays[:-1]]
    w = arrays[-1]
    return (*data, np.pad(w, ends + [(0, 0)] * (w.ndim - 1)))


def call(name: str, layout: Layout, *args: Any) -> Any:
    """What `begin`, `evaluate` or `run` of program.py gives for these arguments."""
    return ready(name, layout, *args)(*args)


def ready(name: str, layout: Layout, *args: Any) -> Callable[..., Any]:
    """That function, compiled for this layout and for arguments like these."""
    leaves, tree = jax.tree.flatten(args)
    shapes = tuple((leaf.shape, str(leaf.dtype)) for leaf in leaves)
    key = (name, _identity(layout), tree, shapes)
    with _LOCK:  # threads that want the same program wait for the one that compiles it
        found = _PROGRAMS.get(key)
        if found is None:
            with persistent():
                jitted = jax.jit(partial(getattr(program, name), layout))
                found = _PROGRAMS[key] = jitted.lower(*args).compile()
            if len(_PROGRAMS) > MAX_PROGRAMS:
                _PROGRAMS.popitem(last=False)
        _PROGRAMS.move_to_end(key)
    return found


class _Same:
    """Stands for one object that cannot be hashed: equal to itself only, and kept alive."""

    def __init__(self, it: Any) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.it is self.it

    def __hash__(self) -> int:
        return id(self.it)


def _identity(layout: Layout) -> Hashable:
    try:
        hash(layout.loss)
    except TypeError:
        nothing = replace(layout, loss=_identity)
        return nothing, _Same(layout.loss)
    return layout
