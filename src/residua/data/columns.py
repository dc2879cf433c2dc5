"""Columns of numbers from whatever people have: arrays, lists, pandas, masked arrays.

Nothing is guessed: text, dates and complex numbers are refused with the line that converts them;
what is masked is left out and counted; what is not finite is refused or, when asked, left out.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta
from typing import Any

import numpy as np

from residua._errors import DataError


def numbers(name: str, value: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """A float64 copy of `value`, and a mask of entries the owner marked as missing (or None).

    A copy, so that a result does not change when the caller's array does. Masked entries come back
    as NaN, so that they cannot be used by accident. A pandas missing value counts as NaN. Raises
    DataError for anything that is not real numbers.
    """
    if isinstance(value, np.ma.MaskedArray):
        return _from_masked(name, value)
    if hasattr(value, "to_numpy"):
        value = _from_table(value)
    if hasattr(value, "__array__") or np.isscalar(value):
        return _as_float(name, np.asarray(value)), None
    return _as_float(name, _from_sequence(name, value)), None


def _from_masked(name: str, value: Any) -> tuple[np.ndarray, np.ndarray | None]:
    mask = np.ma.getmaskarray(value)
    plain = value.data
    if plain.dtype.kind == "O":  # anything may hide under the mask
        plain = plain.copy()
        plain[mask] = None
    array = _as_float(name, plain)
    array[mask] = np.nan
    return array, mask if mask.any() else None


def _from_table(value: Any) -> np.ndarray:
    """A Series or DataFrame as an array, with missing values as NaN where it holds numbers."""
    if not type(value).__module__.startswith("pandas"):  # polars, xarray: no missing value to fill
        return np.asarray(value.to_numpy())
    dtypes = list(value.dtypes) if hasattr(value, "columns") else [value.dtype]
    if {getattr(dtype, "kind", "O") for dtype in dtypes} <= set("iufb"):
        return np.asarray(value.to_numpy(dtype=float, na_value=np.nan))
    return np.asarray(value.to_numpy())


def _from_sequence(name: str, value: Any) -> np.ndarray:
    if isinstance(value, Set):
        raise DataError(
            f"{name} is a set, which has no order and no repeated values",
            next=f"{name} as a list or an array",
        )
    try:
        return np.asarray(list(value) if hasattr(value, "__iter__") else value)
    except (ValueError, TypeError) as error:
        raise DataError(
            f"{name} cannot be made an array: {error}",
            causes=["its rows have different lengths", "it holds something that is not a number"],
        ) from error


def _as_float(name: str, array: np.ndarray) -> np.ndarray:
    kind = array.dtype.kind
    if kind in "iufb":
        with np.errstate(over="ignore"):  # a longdouble beyond float64 becomes inf, refused later
            return np.array(array, dtype=float, order="C")
    if kind == "O":
        return _from_objects(name, array)
    raise _refusal(name, array, kind)


def _from_objects(name: str, array: np.ndarray) -> np.ndarray:
    """Numbers hiding in an object array (None and pandas.NA are missing); text stays refused."""
    for index, item in np.ndenumerate(array):
        if isinstance(item, str):
            where = ", ".join(map(str, index))
            raise DataError(
                f"{name} holds text: entry {where} is {str(item)!r}",
                causes=["a header or a unit among the numbers", "numbers read from a file as text"],
                next=f"{name} = pandas.to_numeric({name}, errors='coerce')",
            )
        if isinstance(item, date):
            raise _dates(name, f"[(v - {name}[0]).total_seconds() for v in {name}]")
        if isinstance(item, timedelta):
            raise _dates(name, f"[v.total_seconds() for v in {name}]")
        if isinstance(item, complex):
            raise _complex(name)
    try:
        return np.array(
            [np.nan if _is_missing(item) else item for item in array.ravel()], dtype=float
        ).reshape(array.shape)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{name} holds objects that are not numbers: {error}",
            causes=["its rows have different lengths", "something else among the numbers"],
        ) from error


def _is_missing(item: Any) -> bool:
    return item is None or type(item).__name__ in ("NAType", "NaTType")


def _dates(name: str, expression: str) -> DataError:
    return DataError(
        f"{name} holds dates or durations, and a model needs numbers",
        next=f"{name} = {expression}",
    )


def _complex(name: str) -> DataError:
    return DataError(
        f"{name} is complex, and least squares needs real numbers",
        next="stack the parts, in the model too: np.concatenate([z.real, z.imag])",
    )


def _refusal(name: str, array: np.ndarray, kind: str) -> DataError:
    if kind == "M":
        return _dates(name, f"({name} - {name}[0]) / numpy.timedelta64(1, 's')")
    if kind == "m":
        return _dates(name, f"{name} / numpy.timedelta64(1, 's')")
    if kind == "c":
        return _complex(name)
    if kind in "US":
        example = f", for example {str(array.ravel()[0])!r}" if array.size else ""
        return DataError(
            f"{name} holds text{example}",
            causes=["numbers read from a file as text", "the wrong column"],
            next=f"{name} = numpy.asarray({name}, dtype=float)",
        )
    return DataError(f"{name} has dtype {array.dtype}, which residua cannot fit")
