"""Columns by name: what a table holds, and which of it a model calls its independent variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np

from residua._errors import DataError


def column_names(data: Any) -> tuple[str, ...]:
    """Names of the columns of a table (mapping, DataFrame or structured array)."""
    return tuple(str(key) for key in _keys(data))


def _keys(data: Any) -> tuple[Any, ...]:
    if data is None:
        return ()
    if isinstance(data, Mapping):
        return tuple(data)
    if hasattr(data, "columns"):
        return tuple(data.columns)
    if isinstance(data, np.ndarray) and data.dtype.names:
        return tuple(data.dtype.names)
    raise DataError(
        f"data must be a table with named columns, not {type(data).__name__}",
        next='rs.fit(model, data={"x": x, "y": y}, y="y")',
    )


def column(data: Any, name: str, role: str) -> Any:
    """One column of a table by name, also without the unit in its heading.

    A column whose key is not text goes by its text.
    """
    found = _found(data, name)
    if not found:
        names = column_names(data)
        near = get_close_matches(name, names, n=1)
        known = f"the columns are {', '.join(names)}" if names else "no data= was given"
        causes = [f"{known}{f': did you mean {near[0]!r}?' if near else ''}"]
        raise DataError(
            f"{role} names the column {name!r}, which the data do not have", causes=causes
        )
    if len(found) > 1:
        raise DataError(f"{role} names the column {name!r}, and the data have {len(found)} of them")
    return data[found[0]]


def _found(data: Any, name: str) -> list[Any]:
    keys = _keys(data)
    found = [key for key in keys if str(key) == name]
    return found or [key for key in keys if without_unit(str(key)) == name]


def unit_of_column(data: Any, name: str) -> str | None:
    """The unit in the heading of a column, given with or without it; None where there is none."""
    found = _found(data, name)
    return _heading(str(found[0]))[1] if len(found) == 1 else None


def _heading(text: str) -> tuple[str, str | None]:
    if not any(mark in text for mark in "([/"):
        return text, None
    from residua.data.headings import split_heading  # most tables have no units, and need it not

    return split_heading(text)


def without_unit(name: str) -> str:
    """A heading without its unit."""
    return _heading(name)[0]


def called(headings: Sequence[str], kept: Sequence[str] = ()) -> tuple[str, ...]:
    """What columns are called: their headings without units, where these still differ.

    Those in `kept` are names already.

    >>> called(["T (K)", "p [bar]", "x (m)", "x (s)"])
    ('T', 'p', 'x (m)', 'x (s)')
    """
    short = [name if name in kept else without_unit(name) for name in headings]
    return tuple(s if short.count(s) == 1 else name for s, name in zip(short, headings))


def place_of(name: str, names: Sequence[str]) -> int | None:
    """Where a name stands among others, said with or without its unit; None where it does not.

    >>> place_of("T (K)", ["p", "T"]), place_of("x", ["x (m)"]), place_of("y", ["x (m)"])
    (1, 0, None)
    """
    if name in names:
        return list(names).index(name)
    found = [i for i, other in enumerate(names) if without_unit(other) == without_unit(name)]
    return found[0] if len(found) == 1 else None


def headings_of(data: Any, name: str) -> tuple[str, ...]:
    """The headings that a name may mean, with or without a unit; one where it is clear."""
    return tuple(str(key) for key in _found(data, name))


def names_without_units(data: Any) -> tuple[str, ...]:
    """The columns by name, each heading with a unit once with it and once without."""
    names = column_names(data)
    return tuple(dict.fromkeys(form for name in names for form in (name, without_unit(name))))


def has_columns(data: Any, names: Sequence[str]) -> bool:
    """Whether a table has all of these columns."""
    return all(_found(data, name) for name in names)


def independent_columns(
    x: Any, data: Any, expected: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The independent variables by name, from x (or, when x is None, from the table).

    `expected` are the names the model gives its independent variables.
    """
    if x is None:
        return tuple(expected), tuple(column(data, name, "the model") for name in expected)
    if is_names(x):
        names = (x,) if isinstance(x, str) else tuple(x)
        if data is None:
            raise DataError(
                f"x holds text, for example {names[0]!r}",
                causes=["names of columns without data=", "numbers read from a file as text"],
                next=f"rs.fit(model, {x if isinstance(x, str) else list(x[:2])!r}, 'y', data=df)",
            )
        return _counted(names, expected), tuple(column(data, name, "x") for name in names)
    if isinstance(x, Mapping) or hasattr(x, "columns"):
        names = column_names(x)
        if has_columns(x, expected):
            names = tuple(expected)
        return _counted(names, expected), tuple(column(x, name, "x") for name in names)
    if len(expected) > 1:
        return tuple(expected), _split(x, expected)
    return tuple(expected[:1]), (x,)


def is_names(x: Any) -> bool:
    """Whether x is the name of a column, or a sequence of names."""
    if isinstance(x, str):
        return True
    return isinstance(x, (list, tuple)) and bool(x) and all(isinstance(v, str) for v in x)


def _counted(names: tuple[str, ...], expected: Sequence[str]) -> tuple[str, ...]:
    if len(names) == len(expected):
        return names
    raise DataError(
        f"x has {len(names)} columns ({', '.join(names)}), and the model has {len(expected)} "
        f"independent variable{'s' if len(expected) != 1 else ''} ({', '.join(expected)})",
        causes=["the columns are called otherwise than the arguments of the model"],
        next="x=table.to_numpy()  # for a model of one matrix" if len(expected) == 1 else "",
    )


def _split(x: Any, expected: Sequence[str]) -> tuple[Any, ...]:
    """One array per independent variable, from a sequence of them or the rows of an array."""
    parts = tuple(x) if isinstance(x, (list, tuple, np.ndarray)) else (x,)
    if len(parts) == len(expected):
        return parts
    raise DataError(
        f"x holds {len(parts)} arrays, and the model has {len(expected)} independent variables "
        f"({', '.join(expected)})",
        causes=["one row per point where one array per variable is expected"],
        next=f"x={{{', '.join(f'{name!r}: ...' for name in expected)}}}",
    )
