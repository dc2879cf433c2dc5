"""Indexing of tangents: the same key as the value's, with the parameter axis kept first."""

from __future__ import annotations

from types import EllipsisType
from typing import Any

import numpy as np

_BASIC = (int, slice, type(None), EllipsisType, np.integer)


def mixed(key: tuple[Any, ...]) -> bool:
    """Whether arrays in the key meet integers or other arrays.

    NumPy then may move the indexed axes to the front, so prepending ``:`` would misplace them.
    """
    arrays = sum(1 for k in key if not isinstance(k, _BASIC) or isinstance(k, bool))
    integers = sum(1 for k in key if isinstance(k, (int, np.integer)))
    return arrays > 1 or (arrays == 1 and integers > 0)


def last(tangents: Any) -> Any:
    """A view with the parameter axis last, where every key of the value means the same."""
    return tangents.transpose(*range(1, tangents.ndim), 0)


def last_key(key: Any) -> Any:
    if key is Ellipsis:
        return (Ellipsis, slice(None))
    if type(key) is tuple and any(k is Ellipsis for k in key):
        return (*key, slice(None))
    return key


def get(tangents: Any, key: Any) -> Any:
    return np.ascontiguousarray(np.moveaxis(last(tangents)[last_key(key)], -1, 0))


def put(tangents: Any, key: Any, new: Any) -> None:
    """Assign tangents (p, *s) or 0.0 where the value was assigned at ``key``."""
    last(tangents)[last_key(key)] = last(new) if isinstance(new, np.ndarray) else new
