"""Arguments that hold arrays: a number, an array, or lists, tuples and dicts of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .arguments import floats, is_numbers


class Tree(NamedTuple):
    """The arrays in an argument in order, and how to put others in their place."""

    leaves: list[Any]
    build: Callable[[Iterator[Any]], Any]


def flatten(value: Any, label: str, lists: bool = False) -> Tree:
    """The arrays of an argument as floats. Lists of numbers are one array, unless ``lists``."""
    if isinstance(value, dict):
        parts = {key: flatten(item, f"{label}[{key!r}]", lists) for key, item in value.items()}
        return Tree(
            [leaf for part in parts.values() for leaf in part.leaves],
            lambda rest: {key: part.build(rest) for key, part in parts.items()},
        )
    if isinstance(value, (list, tuple)) and (lists or not is_numbers(value)):
        inner = [flatten(item, f"{label}[{i}]", lists) for i, item in enumerate(value)]
        kind = type(value)._make if hasattr(value, "_make") else type(value)
        return Tree(
            [leaf for part in inner for leaf in part.leaves],
            lambda rest: kind([part.build(rest) for part in inner]),
        )
    return Tree([floats(value, label, real=True)], next)
