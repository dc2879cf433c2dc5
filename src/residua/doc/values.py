"""Values held against what is documented: bounds entry by entry, shapes with named axes."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from residua.doc.constraints import RULES, Constraint
from residua.doc.marks import is_open
from residua.doc.record import Argument

# Values that carry derivatives or stand for others: (package, class) of what is left alone.
CARRIERS = frozenset(
    {
        ("jax", "Tracer"),
        ("residua", "DualArray"),
        ("residua", "Operators"),
        ("autograd", "Box"),
        ("torch", "Tensor"),
    }
)
_OFFSET = re.compile(r"(\w+?)([+-]\d+)")


@functools.lru_cache(maxsize=1024)
def _is_carrier(kind: Any) -> bool:
    return any(
        (base.__module__.partition(".")[0], base.__name__) in CARRIERS for base in kind.__mro__
    )


def carries(value: Any) -> bool:
    """Whether a value, or an entry of a list or tuple, is only there to be followed.

    >>> carries(2.0), carries([1.0, 2.0])
    (False, False)
    """
    if isinstance(value, list | tuple):
        return any(carries(entry) for entry in value)
    kind: Any = type(value)
    return _is_carrier(kind)


def broken(argument: Argument, value: Any) -> Iterator[str]:
    """What a value breaks of the constraints of its argument, in words."""
    for constraint in argument.constraints:
        rule = RULES[constraint.rule]
        if rule.of_length:
            length = len(value) if hasattr(value, "__len__") else None
            if length is not None and not rule.holds(length, constraint.limit):
                yield f"{argument.name} must be {constraint}, but is {length} long"
        elif said := _outside(argument, value, constraint):
            yield said


def _outside(argument: Argument, value: Any, constraint: Constraint) -> str:
    unit = f" {argument.unit}" if argument.unit else ""
    if type(value) is float or type(value) is int:  # without a detour through arrays
        return (
            ""
            if _fits(constraint, value)
            else f"{argument.name} must be {constraint}{unit}, but is {value}"
        )
    import numpy as np

    array = np.asarray(value)
    if array.dtype.kind == "U" and isinstance(constraint.limit, int | float):
        return f"{argument.name} must be {constraint}{unit}, but is text, {value!r}"
    if array.dtype == object or array.dtype.kind not in "buif":
        return ""
    try:
        wrong = np.logical_not(RULES[constraint.rule].holds(array, constraint.limit))
    except TypeError:  # a limit of another kind, which these are not under
        return ""
    count = int(np.count_nonzero(wrong))
    if not count:
        return ""
    if array.ndim == 0:
        return f"{argument.name} must be {constraint}{unit}, but is {array.item()}"
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = ", ".join(map(str, first))
    more = f" ({count} of {array.size} entries)" if array.size > 1 else ""
    said = f"but {argument.name}[{place}] is {array[first]}{more}"
    return f"{argument.name} must be {constraint}{unit}, {said}"


def _fits(constraint: Constraint, value: float) -> bool:
    try:
        return bool(RULES[constraint.rule].holds(value, constraint.limit))
    except TypeError:
        return True


def misshapen(argument: Argument, value: Any, known: dict[str, tuple[Any, str]]) -> str:
    """What is wrong with the shape of a value; "" if nothing.

    `known` holds the axes named so far, name -> (size, argument), and is added to.
    """
    import numpy as np

    wanted = argument.shape or ()
    shape = np.shape(value)
    said = f"{argument.name} must have shape {argument.spelled_shape}, but has {shape}"
    gap = next((i for i, entry in enumerate(wanted) if is_open(entry)), None)
    fixed = len(wanted) - (gap is not None)
    if len(shape) < fixed or (gap is None and len(shape) != fixed):
        return said
    sizes: Sequence[Any] = shape
    if gap is not None:
        end = gap + len(shape) - fixed
        sizes = (*shape[:gap], shape[gap:end], *shape[end:])
    for entry, size in zip(wanted, sizes):
        if other := _mismatch(entry, size, argument.name, known):
            return f"{said}{other}"
    return ""


def _mismatch(entry: int | str, size: Any, name: str, known: dict[str, tuple[Any, str]]) -> str:
    """What is wrong with one axis, as the end of a sentence."""
    if entry == "...":
        return ""
    if isinstance(entry, int):
        return "" if size == entry else f" ({size} where {entry} is wanted)"
    found = _OFFSET.fullmatch(entry)
    key, shift = (found[1], int(found[2])) if found else (entry, 0)
    base = size - shift if found else size
    if found and base < 0:
        return f" ({entry} cannot be {size})"
    was, where = known.setdefault(key, (base, name))
    if was == base:
        return ""
    there = f"{key} is {was} in {where}" if where != name else f"{key} is also {was}"
    return f" ({there}, so {entry} cannot be {size})"
