"""From the words of a joint fit to its datasets, and to which parameters they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from residua._errors import DataError, ParameterError
from residua._words import counted
from residua.data.measured import Measured, dataset
from residua.data.tables import column, column_names
from residua.problem.gather import unknown_name

EXAMPLE = "rs.fit(model, [rs.dataset(x1, y1), rs.dataset(x2, y2)])"


def named_datasets(x: Any, y: Any, data: Any, sigma: Any, by: Any) -> tuple[Measured, ...]:
    """The datasets, each with a name of its own.

    Raises DataError for none, for two of one name, and for words that belong to each dataset.
    """
    if by is not None:
        return _grouped(x, y, data, sigma, by)
    for role, word in (("y", y), ("data", data), ("sigma", sigma)):
        if word is not None:
            raise DataError(
                f"{role}= was given beside the datasets",
                causes=["every dataset brings its own"],
                next=f"rs.dataset(x, y, {role}=...)" if role != "y" else "rs.dataset(x, y)",
            )
    if isinstance(x, Mapping):
        found = [replace(_measured(item), name=str(name)) for name, item in x.items()]
    elif isinstance(x, (Measured, list, tuple)):
        found = [_measured(item) for item in ([x] if isinstance(x, Measured) else x)]
    else:
        raise DataError(
            "shared= and local= say what several datasets have in common, and one was given",
            next=f'{EXAMPLE[:-1]}, shared=["b"])',
        )
    if not found:
        raise DataError("no dataset was given", next=EXAMPLE)
    return _with_names(found)


def _measured(item: Any) -> Measured:
    if isinstance(item, Measured):
        return item
    if isinstance(item, tuple) and len(item) in (2, 3):
        return dataset(item[0], item[1], sigma=item[2] if len(item) == 3 else None)
    raise DataError(
        f"a dataset is rs.dataset(x, y) or a tuple (x, y), not {type(item).__name__}",
        next=EXAMPLE,
    )


def _with_names(found: Sequence[Measured]) -> tuple[Measured, ...]:
    names = [item.name or str(i + 1) for i, item in enumerate(found)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            f"two datasets are called {twice!r}",
            causes=["results go by the names of the datasets"],
            next=f"name={twice + ' 2'!r} for one of them",
        )
    return tuple(replace(item, name=name) for item, name in zip(found, names))


def _grouped(x: Any, y: Any, data: Any, sigma: Any, by: Any) -> tuple[Measured, ...]:
    """One dataset per value in the column `by`, in order of appearance."""
    if data is None:
        raise DataError(
            "by= names a column, and no data= was given",
            next='rs.fit(model, data=frame, y="y", by="sample", shared=["b"])',
        )
    if not isinstance(by, str):
        raise DataError(f"by is {by!r}, not the name of a column", next='by="sample"')
    for role, word in (("x", x), ("y", y)):
        if word is not None and not _names_only(word):
            raise DataError(
                f"with by=, {role} is the name of a column of data, not an array",
                next=f'{role}="{role}"',
            )
    labels = [str(value) for value in _plain(column(data, by, "by"))]
    missing = [i for i, label in enumerate(labels) if label in ("nan", "None", "NaT", "<NA>")]
    if missing:
        raise DataError(
            f"{by} is missing in {counted(len(missing), 'row')} (the first is row {missing[0]}), "
            "so they belong to no dataset",
            next=f"data.dropna(subset=[{by!r}])",
        )
    every = np.array(labels)
    names = list(dict.fromkeys(labels))
    if not names:
        raise DataError(f"the column {by} is empty, so there is no dataset")
    return tuple(
        Measured(x, y, sigma, name=name, data=_rows(data, every == name, by)) for name in names
    )


def _names_only(word: Any) -> bool:
    return isinstance(word, str) or (
        isinstance(word, (list, tuple)) and all(isinstance(item, str) for item in word)
    )


def _plain(values: Any) -> Any:
    return values.tolist() if hasattr(values, "tolist") else list(values)


def _rows(data: Any, chosen: np.ndarray, by: str) -> dict[str, Any]:
    """The chosen rows of every other column, as the table gives them."""
    found = {}
    for name in column_names(data):
        if name != by:
            values = column(data, name, "data")
            values = values if hasattr(values, "__array__") else np.asarray(values)
            found[name] = values[chosen]
    return found


def local_names(names: Sequence[str], shared: Any, local: Any, count: int) -> frozenset[str]:
    """The parameters of which every dataset has its own; `names` are all of them.

    Raises ParameterError for unknown names, names in both, and when nothing is shared.
    """
    if shared is None and local is None:
        return frozenset()
    given = _listed("shared", shared, names) if shared is not None else None
    own = _listed("local", local, names) if local is not None else None
    if given is not None and own is not None:
        _check_complements(names, given, own)
    chosen = frozenset(own if own is not None else set(names) - set(given or ()))
    if len(chosen) == len(names) and count > 1:
        raise ParameterError(
            "no parameter is shared: every dataset has its own of each",
            causes=["these are independent fits, and none learns from another"],
            next=f"shared=[{names[0]!r}], or one rs.fit for each dataset",
        )
    return chosen


def _listed(role: str, given: Any, names: Sequence[str]) -> list[str]:
    found = [given] if isinstance(given, str) else given
    if not isinstance(found, (list, tuple, set, frozenset)):
        raise ParameterError(
            f"{role} is {given!r}, not names of parameters", next=f"{role}=[{names[0]!r}]"
        )
    for name in found:
        if name not in names:
            near = get_close_matches(str(name), names, n=1)
            error = unknown_name(str(name), names, role)
            line = f"{role}=[{near[0]!r}]" if near else ""
            raise ParameterError(error.what, error.causes, line)
    return list(found)


def _check_complements(names: Sequence[str], shared: list[str], local: list[str]) -> None:
    both = [name for name in shared if name in local]
    neither = [name for name in names if name not in shared and name not in local]
    if both or neither:
        what = f"{', '.join(both)} in both" if both else f"{', '.join(neither)} in neither"
        raise ParameterError(
            f"shared= and local= do not complement each other: {what}",
            next=f"shared={shared!r}   # all others are local",
        )
