"""The table of a network: columns of x beside each other, y as a matrix, weights from sigma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError
from residua.data.columns import numbers
from residua.data.observations import Observations, observe
from residua.data.tables import called, column, column_names, headings_of, is_names
from residua.fitting.units import units_of_data


class Table(NamedTuple):
    """What is fitted: observations as given, X (n, d), Y (n, k), weights like Y or None.

    columns: one name for each column of X. Weights are 1/sigma², their mean being 1.
    """

    observations: Observations
    X: np.ndarray
    Y: np.ndarray
    weight: np.ndarray | None
    columns: tuple[str, ...]


def table(
    x: Any,
    y: Any,
    data: Any,
    sigma: Any,
    independent: str | Sequence[str] | None,
    missing: str,
) -> Table:
    """Read and check what `fit` was given; DataError for what is no table of numbers.

    Columns are called by their headings without units, unless `independent` says otherwise.
    """
    if y is None:
        raise DataError("no y was given", next="rs.fit(rs.MLP([10]), X, y)")
    said, y_name = y, y if isinstance(y, str) else str(getattr(y, "name", None) or "y")
    taken = {y_name} | _headings(data, y, sigma)
    y = column(data, y, "y") if isinstance(y, str) else y
    sigma = column(data, sigma, "sigma") if isinstance(sigma, str) else sigma
    names, columns = _columns(x, data, independent, taken)
    if not names:
        raise DataError(
            "x has no columns", causes=["a selection that left none"], next="rs.fit(model, X, y)"
        )
    wanted = (independent,) if isinstance(independent, str) else tuple(independent or ())
    *inputs, y_name = called((*names, y_name), wanted)
    names = tuple(inputs)
    found = observe(names, columns, y, sigma, missing, y_name)
    found = found._replace(units=units_of_data(names, x, said, data))
    X = matrix(names, found.block.x)
    if not X.shape[1]:
        raise DataError(
            f"x has no columns: its shape is {X.shape}",
            causes=["a selection that left none"],
            next="rs.fit(model, X, y)   # X.shape == (n, d)",
        )
    Y = np.asarray(found.block.y, dtype=float)
    if Y.ndim > 2 or len(Y) != len(X):
        raise DataError(
            f"y has the shape {found.block.y.shape}, and x has {len(X)} rows",
            causes=["one row of y belongs to each row of x: (n,) or (n, k)"],
        )
    return Table(found, X, Y.reshape(len(Y), -1), _weight(found), column_labels(names, X))


def _headings(data: Any, *said: Any) -> set[str]:
    """The headings of columns that were named, which are no inputs then."""
    names = [name for name in said if isinstance(name, str)]
    return {heading for name in names for heading in headings_of(data, name)}


def _columns(
    x: Any, data: Any, independent: Any, taken: set[str]
) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Names and columns of the inputs; an array without names is one variable, x."""
    wanted = (independent,) if isinstance(independent, str) else independent
    if x is None:
        if data is None:
            raise DataError("no x was given", next="rs.fit(rs.MLP([10]), X, y)")
        names = tuple(wanted or (name for name in column_names(data) if name not in taken))
        return names, tuple(column(data, name, "x") for name in names)
    if is_names(x):
        names = (x,) if isinstance(x, str) else tuple(x)
        return names, tuple(column(data, name, "x") for name in names)
    if isinstance(x, Mapping) or hasattr(x, "columns"):
        names = tuple(wanted or column_names(x))
        return names, tuple(column(x, name, "x") for name in names)
    if isinstance(x, tuple) and all(dimensions(item) == 1 for item in x) and len(x) > 1:
        return _named(wanted, tuple(f"x{i}" for i in range(len(x)))), x
    if wanted and len(wanted) > 1 and dimensions(x) == 2:
        return _named(wanted, tuple(map(str, range(np.shape(x)[1])))), tuple(np.transpose(x))
    named = getattr(x, "name", None)
    return _named(wanted, (str(named) if named else "x",)), (x,)


def _named(wanted: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names that the caller wants for these columns."""
    if not wanted or len(wanted) == len(names):
        return tuple(wanted or names)
    raise DataError(
        f"independent names {len(wanted)} variables ({', '.join(wanted)}), and x has {len(names)}",
        next="independent=   # one name for each column of x",
    )


def dimensions(x: Any) -> int:
    """The number of axes of what shall be numbers; DataError for rows of different lengths."""
    try:
        return np.ndim(x)
    except ValueError:
        return numbers("x", x)[0].ndim


def matrix(names: Sequence[str], columns: Sequence[np.ndarray]) -> np.ndarray:
    """Columns (n,), or one matrix (n, d), as one matrix."""
    arrays = [np.asarray(column, dtype=float) for column in columns]
    for name, array in zip(names, arrays):
        most = 2 if len(arrays) == 1 else 1
        if array.ndim > most:
            raise DataError(
                f"{name} has the shape {array.shape}, and is to be "
                f"{'a table (n, d)' if most == 2 else 'one column, beside others'}",
                next="rs.fit(model, X, y)   # X.shape == (n, d)",
            )
    if len(arrays) == 1:
        return arrays[0] if arrays[0].ndim == 2 else arrays[0].reshape(-1, 1)
    lengths = {array.size for array in arrays if array.ndim} - {1}
    if len(lengths) > 1:
        each = ", ".join(f"{name} {array.size}" for name, array in zip(names, arrays))
        raise DataError(f"columns of x have different lengths: {each}")
    return np.column_stack(np.broadcast_arrays(*map(np.atleast_1d, arrays)))


def column_labels(names: tuple[str, ...], X: np.ndarray) -> tuple[str, ...]:
    """A name for each column of X."""
    if len(names) == X.shape[1]:
        return names
    return tuple(f"{names[0]}[{i}]" for i in range(X.shape[1]))


def _weight(found: Observations) -> np.ndarray | None:
    if found.sigma is None:
        return None
    if found.sigma.shape != found.block.y.shape:
        raise DataError(
            "sigma is a covariance matrix, and a network takes its rows' noise as independent",
            next="sigma=numpy.sqrt(numpy.diagonal(covariance))",
        )
    weight = 1 / found.sigma.reshape(len(found.sigma), -1) ** 2
    return np.asarray(weight / weight.mean())
