"""Columns of numbers from whatever people have: arrays, lists, pandas, masked arrays.

Nothing is guessed: text, dates and complex numbers are refused with the line that converts them;
what is masked is left out and counted; what is not finite is refused or, when asked, left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from residua._errors import DataError


def numbers(name: str, value: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """`value` as a float64 array, and a mask of entries the owner marked as missing (or None).

    A pandas missing value counts as NaN. Raises DataError for anything that is not real numbers.
    """
    if type(value) is np.ndarray and value.dtype == np.float64:
        return value, None
    if isinstance(value, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(value)
        plain, _ = numbers(name, value.filled(value.dtype.type(0)))
        return plain, mask if mask.any() else None
    if hasattr(value, "to_numpy"):
        value = _from_pandas(value)
    if hasattr(value, "__array__") or np.isscalar(value):
        array = np.asarray(value)
    else:
        array = _from_sequence(name, value)
    return _as_float(name, array), None


def _from_pandas(value: Any) -> np.ndarray:
    """A Series or DataFrame as an array, with missing values as NaN where it holds numbers."""
    kinds = {getattr(d, "kind", "O") for d in getattr(value, "dtypes", [value.dtype])} if hasattr(
        value, "columns") else {getattr(value.dtype, "kind", "O")}
    if kinds <= set("iuf"):
        return np.asarray(value.to_numpy(dtype=float, na_value=np.nan))
    return np.asarray(value.to_numpy())


def _from_sequence(name: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(list(value) if hasattr(value, "__iter__") else value)
    except (ValueError, TypeError) as error:
        raise DataError(
            f"{name} cannot be made an array: {error}",
            causes=["its rows have different lengths", "it holds something that is not a number"],
        ) from error
    return array


def _as_float(name: str, array: np.ndarray) -> np.ndarray:
    kind = array.dtype.kind
    if kind in "iuf":
        return array.astype(float)
    if kind == "b":
        return array.astype(float)
    if kind == "O":
        return _from_objects(name, array)
    raise _refusal(name, array, kind)


def _from_objects(name: str, array: np.ndarray) -> np.ndarray:
    """Numbers hiding in an object array (None and pandas.NA are missing); text stays refused."""
    for index, item in np.ndenumerate(array):
        if isinstance(item, str):
            where = ", ".join(map(str, index))
            raise DataError(
                f"{name} holds text: entry {where} is {item!r}",
                causes=["a header or a unit among the numbers", "numbers read from a file as text"],
                next=f"{name} = pandas.to_numeric({name}, errors='coerce')",
            )
    try:
        return np.array(
            [np.nan if _is_missing(item) else item for item in array.ravel()], dtype=float
        ).reshape(array.shape)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{name} holds objects that are not numbers: {error}",
            causes=["its rows have different lengths", "complex numbers or dates among the values"],
        ) from error


def _is_missing(item: Any) -> bool:
    return item is None or type(item).__name__ in ("NAType", "NaTType")


def _refusal(name: str, array: np.ndarray, kind: str) -> DataError:
    if kind in "Mm":
        return DataError(
            f"{name} holds dates or durations, and a model needs numbers",
            next=f"{name} = ({name} - {name}[0]) / numpy.timedelta64(1, 's')"
            if kind == "M"
            else f"{name} = {name} / numpy.timedelta64(1, 's')",
        )
    if kind == "c":
        return DataError(
            f"{name} is complex, and least squares needs real numbers",
            next="stack the parts, in the model too: np.concatenate([z.real, z.imag])",
        )
    if kind in "US":
        return DataError(
            f"{name} holds text, for example {array.ravel()[0]!r}" if array.size else
            f"{name} holds text",
            causes=["numbers read from a file as text", "the wrong column"],
            next=f"{name} = numpy.asarray({name}, dtype=float)",
        )
    return DataError(f"{name} has dtype {array.dtype}, which residua cannot fit")
