"""From the words of a call (x, y, data, sigma, missing) to observations that can be fitted."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError
from residua._outcomes import Finding
from residua._words import counted
from residua.data.columns import numbers
from residua.data.dataset import Block
from residua.problem.noise import noise

Note = tuple[Finding, str]
# Beyond these the squares that least squares is made of would leave float64.
LARGEST, SMALLEST = 1e100, 1e-100


class Observations(NamedTuple):
    """What was observed, checked and in float64.

    names: of the independent variables. sigma: as given (float64), or None. kept: indices of the
    rows of the caller's table that are used, or None for all. notes: what a verdict should repeat.
    units: of variables and of y, by their names here, where the data say them.
    """

    names: tuple[str, ...]
    block: Block
    sigma: np.ndarray | None = None
    y_name: str = "y"
    kept: np.ndarray | None = None
    notes: tuple[Note, ...] = ()
    units: Mapping[str, str] = MappingProxyType({})


def observe(
    names: tuple[str, ...],
    columns: tuple[Any, ...],
    y: Any,
    sigma: Any = None,
    missing: str = "raise",
    y_name: str = "y",
) -> Observations:
    """Check everything and build the block of rows.

    Raises DataError for text, dates, empty or non-finite data, and sigma that is not positive.
    """
    if missing not in ("raise", "drop"):
        raise DataError(f'missing must be "raise" or "drop", not {missing!r}')
    read = [numbers(name, value) for name, value in zip(names, columns)]
    x = tuple(array for array, _ in read)
    target, y_mask = numbers(y_name, y)
    if target.ndim == 0 or target.size == 0:
        raise DataError(
            f"{y_name} is empty" if target.size == 0 else f"{y_name} is one number, not a column",
            causes=[
                "a filter or a file that left no rows"
                if target.size == 0
                else "a sum or a mean where a column was meant"
            ],
        )
    if x and all(array.ndim == 0 for array in x):
        raise DataError(
            f"{names[0]} is one number, not a column", next=f"{names[0]} = [{names[0]}]"
        )
    spread, sigma_mask = (None, None) if sigma is None else _sigma(sigma, target)
    masks = [*((n, a, m) for n, (a, m) in zip(names, read)), (y_name, target, y_mask)]
    if spread is not None:
        masks.append(("sigma", spread, sigma_mask))
    rows = _row_count(x, target)
    keep, notes = _kept_rows(masks, rows, missing)
    if keep is not None:
        x = tuple(_take(item, keep, rows) for item in x)
        spread = None if spread is None else _take_sigma(spread, keep, rows)
        target = _take(target, keep, rows)
    for name, array in (*zip(names, x), (y_name, target), ("sigma", spread)):
        _check_size(name, array)
    model_of_noise = None if spread is None else noise(spread, target)
    notes += _constant_notes(names, x, target, y_name)
    kept = None if keep is None else np.flatnonzero(keep)
    return Observations(names, Block(x, target, model_of_noise), spread, y_name, kept, tuple(notes))


def _row_count(x: tuple[np.ndarray, ...], y: np.ndarray) -> int:
    """How many points were observed: the length of the axis of y that runs along x."""
    lengths = {length for array in x for length in (array.shape[:1] + array.shape[-1:])}
    along_last = y.shape[0] not in lengths and y.shape[-1] in lengths
    return int(y.shape[-1] if along_last else y.shape[0])


def _check_size(name: str, array: np.ndarray | None) -> None:
    size = 0.0 if array is None else float(np.abs(array).max(initial=0.0))
    if size > LARGEST or 0 < size < SMALLEST:
        raise DataError(
            f"{name} reaches {size:.3g}: its square cannot be held in float64",
            next=f"{name} = {name} / {size:.0e}  # and the parameters in the same unit",
        )


def _sigma(sigma: Any, y: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    array, mask = numbers("sigma", sigma)
    if array.shape in ((), (1,)):
        value = float(array.ravel()[0])
        if not 0 < value < np.inf or (mask is not None and mask.any()):
            raise DataError(f"sigma must be positive and finite, not {value:g}")
        return np.full(y.shape, value), None
    if array.shape == y.shape or (y.ndim == 1 and array.shape == (y.size, y.size)):
        return array, mask
    raise DataError(
        f"sigma has shape {array.shape} but y has shape {y.shape}",
        next="sigma: one number, an array shaped like y, or a covariance matrix (n, n)",
    )


def _kept_rows(
    columns: list[tuple[str, np.ndarray, np.ndarray | None]], rows: int, missing: str
) -> tuple[np.ndarray | None, list[Note]]:
    """Which rows to use: None for all of them. Masked rows go; others must be finite or dropped."""
    keep: np.ndarray | None = None
    notes: list[Note] = []
    for name, array, mask in columns:
        hidden = None if mask is None else _by_row(mask, rows)
        if hidden is not None:
            keep = ~hidden if keep is None else keep & ~hidden
            notes.append(
                (Finding.ROWS_LEFT_OUT, _left_out(hidden.sum(), "masked row", f"of {name}"))
            )
        finite = np.isfinite(array)
        if finite.all():
            continue
        bad = _by_row(~finite, rows)
        if hidden is not None and bad is not None:
            bad &= ~hidden
        if bad is not None and not bad.any():
            continue
        if missing == "raise" or bad is None:
            raise _not_finite(name, array, bad)
        keep = ~bad if keep is None else keep & ~bad
        notes.append(
            (Finding.ROWS_LEFT_OUT, _left_out(bad.sum(), "row", f"where {name} is not finite"))
        )
    if keep is not None and not keep.any():
        raise DataError("no row is left: each has a missing value")
    return keep, notes


def _left_out(count: int, noun: str, which: str) -> str:
    return f"{counted(count, noun)} {which} {'was' if count == 1 else 'were'} left out"


def _by_row(flags: np.ndarray, rows: int) -> np.ndarray | None:
    """Reduce flags of any shape to one flag per row of y; None when rows cannot be told."""
    axis = _row_axis(flags.shape, rows)
    if axis is None:
        return None
    return np.asarray(flags.any(axis=tuple(i for i in range(flags.ndim) if i != axis % flags.ndim)))


def _row_axis(shape: tuple[int, ...], rows: int) -> int | None:
    if shape and shape[0] == rows:
        return 0
    return -1 if shape and shape[-1] == rows else None


def _take(array: np.ndarray, keep: np.ndarray, rows: int) -> np.ndarray:
    axis = _row_axis(array.shape, rows)
    return array if axis is None else np.compress(keep, array, axis=axis)


def _take_sigma(sigma: np.ndarray, keep: np.ndarray, rows: int) -> np.ndarray:
    return sigma[np.ix_(keep, keep)] if sigma.shape == (rows, rows) else _take(sigma, keep, rows)


def _not_finite(name: str, array: np.ndarray, bad: np.ndarray | None) -> DataError:
    count = int((~np.isfinite(array)).sum())
    first = [] if bad is None else np.flatnonzero(bad)[:5].tolist()
    which = f"{'row' if len(first) == 1 else 'rows'} {', '.join(map(str, first))}"
    where = f" ({which}{' ...' if count > 5 else ''})" if first else ""
    return DataError(
        f"{name} has {count} of {array.size} values that are NaN or infinite{where}",
        causes=["missing measurements", "a logarithm or division that went wrong"],
        next='rs.fit(..., missing="drop")  # leave those rows out, and say so',
    )


def _constant_notes(
    names: tuple[str, ...], x: tuple[np.ndarray, ...], y: np.ndarray, y_name: str
) -> list[Note]:
    """A column without variation cannot teach a model anything; say so."""
    notes = []
    for name, array in [*zip(names, x), (y_name, y)]:
        if array.size > 1 and array.ndim == 1 and array[0] == array[-1] and np.ptp(array) == 0:
            notes.append((Finding.CONSTANT_DATA, f"{name} is constant ({array[0]:g} in every row)"))
    return notes
