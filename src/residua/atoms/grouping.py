"""Structures that belong together, and splits that keep them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.atoms.structure import Structure
from residua.atoms.structures import Structures


def label(row: Structure, by: str | Sequence[str]) -> str:
    """The group of a structure by the values of keys. Raises DataError: it has no such key."""
    keys = [by] if isinstance(by, str) else list(by)
    return "/".join(str(_value(row, key)) for key in keys)


def grouped(rows: Structures, by: str | Sequence[str]) -> Structures:
    """Structures whose groups are the values of one key or several."""
    return Structures(replace(row, group=label(row, by)) for row in rows)


def split(
    rows: Structures, validation: float, by: str | Sequence[str], seed: int
) -> tuple[Structures, Structures]:
    """Draw whole groups until the fraction is met as nearly as it can be."""
    if not 0 < validation < 1:
        raise DataError(f"validation is a fraction between 0 and 1, not {validation!r}")
    labels = [str(i) if by == "row" else label(row, by) for i, row in enumerate(rows)]
    names = list(dict.fromkeys(labels))
    if len(names) < 2:
        raise DataError(
            f"there is one group, {names[0]!r}, and nothing to split" if names else "no structures",
            causes=["the database does not say which structures belong together"],
            next='structures.split(by="row"), or read_structures(..., group="key")',
        )
    sizes = {name: labels.count(name) for name in names}
    held = _drawn(sizes, validation * len(rows), np.random.default_rng(seed))
    parts: tuple[list[Structure], list[Structure]] = ([], [])
    for row, name in zip(rows, labels):
        parts[name in held].append(row)
    return Structures(parts[0]), Structures(parts[1])


def _drawn(sizes: dict[str, int], wanted: float, draw: np.random.Generator) -> set[str]:
    """Groups, one after the other in a random order, as long as each comes nearer to the number."""
    order = [list(sizes)[i] for i in draw.permutation(len(sizes))]
    held: set[str] = set()
    have = 0
    for name in order:
        nearer = abs(have + sizes[name] - wanted) < abs(have - wanted)
        if nearer and len(held) + 1 < len(sizes):
            held.add(name)
            have += sizes[name]
    # Every group is larger than twice what was asked for: the smallest is nearest to it.
    return held or {min(order, key=sizes.__getitem__)}


def _value(row: Structure, key: str) -> Any:
    if key in row.info:
        return row.info[key]
    if key in ("group", "formula", "name"):
        return getattr(row, key)
    raise DataError(
        f"structure {row.name} has no key {key!r} to group by",
        causes=[f"its keys are {', '.join(map(str, row.info)) or 'none'}"],
        next='group="formula", or a key that every structure has',
    )
