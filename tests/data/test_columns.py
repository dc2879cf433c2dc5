"""Columns of numbers from whatever people have; what is not numbers is refused with a way out."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions

import numpy as np
import pandas as pd
import pytest

from residua._errors import DataError
from residua.data.columns import numbers

DAY = dt.timedelta(days=1)
NOON = dt.datetime(2020, 1, 1, 12)
NAN = float("nan")

READABLE = {
    "list": ([1, 2, 3], [1, 2, 3]),
    "tuple": ((1.5, 2.5), [1.5, 2.5]),
    "range": (range(3), [0, 1, 2]),
    "generator": ((i for i in (1, 2)), [1, 2]),
    "iterator": (iter([1.0, 2.0]), [1, 2]),
    "dict values": ({"a": 1, "b": 2}.values(), [1, 2]),
    "booleans": (np.array([True, False]), [1, 0]),
    "uint8": (np.array([255, 0], dtype=np.uint8), [255, 0]),
    "int64 beyond 2**53": (np.array([2**53 + 1]), [2.0**53]),
    "float16": (np.array([0.5, 2], dtype=np.float16), [0.5, 2]),
    "float32": (np.array([0.1], dtype=np.float32), [float(np.float32(0.1))]),
    "longdouble": (np.array([0.5], dtype=np.longdouble), [0.5]),
    "longdouble too large": (np.array(["1e4000"], dtype=np.longdouble), [np.inf]),
    "big endian": (np.array([1.0, 2.0], dtype=">f8"), [1, 2]),
    "strided": (np.arange(6.0)[::2], [0, 2, 4]),
    "reversed": (np.arange(3.0)[::-1], [2, 1, 0]),
    "zero dimensions": (np.array(2.0), 2.0),
    "number": (3, 3.0),
    "decimals": ([decimal.Decimal("0.1"), decimal.Decimal(2)], [0.1, 2]),
    "fractions": ([fractions.Fraction(1, 4)], [0.25]),
    "None among numbers": ([1.0, None], [1, NAN]),
    "objects": (np.array([1, 2.5], dtype=object), [1, 2.5]),
    "Series": (pd.Series([1.0, 2.0], index=["p", "q"]), [1, 2]),
    "Series Int64 with NA": (pd.Series([1, pd.NA], dtype="Int64"), [1, NAN]),
    "array Float64 with NA": (pd.array([1.5, pd.NA], dtype="Float64"), [1.5, NAN]),
    "boolean with NA": (pd.Series([True, pd.NA], dtype="boolean"), [1, NAN]),
    "categories that are numbers": (pd.Series(pd.Categorical([2.0, 1.0])), [2, 1]),
    "Index": (pd.Index([1, 2]), [1, 2]),
    "DataFrame": (pd.DataFrame({"p": [1, 2], "q": [0.5, 1.5]}), [[1, 0.5], [2, 1.5]]),
    "DataFrame of Int64": (pd.DataFrame({"p": pd.array([1, pd.NA], dtype="Int64")}), [[1], [NAN]]),
    "nested lists": ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
    "empty": ([], []),
}


@pytest.mark.parametrize(("given", "expected"), READABLE.values(), ids=READABLE)
def test_read_as_float64(given: object, expected: object) -> None:
    array, mask = numbers("x", given)
    assert array.dtype == np.float64
    assert array.flags.c_contiguous
    assert mask is None
    np.testing.assert_array_equal(array, expected)


REFUSED = {
    "text": (["1", "2"], "holds text", "dtype=float"),
    "text array": (np.array(["1.5", "n/a"]), "'1.5'", "numpy.asarray"),
    "text among objects": (np.array([1.0, "2"], dtype=object), "entry 1 is '2'", "to_numeric"),
    "Series of text": (pd.Series(["a", "b"]), "text", "x"),
    "categories of text": (pd.Series(pd.Categorical(["a"])), "text", "to_numeric"),
    "bytes": (np.array([b"1"]), "text", "numpy.asarray"),
    "datetime64": (np.arange(2).astype("M8[s]"), "dates", "timedelta64"),
    "timedelta64": (np.arange(2).astype("m8[s]"), "durations", "x / numpy.timedelta64"),
    "datetimes": ([NOON, NOON + DAY], "dates", "total_seconds"),
    "dates": ([NOON.date()], "dates", "total_seconds"),
    "timedeltas": ([DAY], "durations", "v.total_seconds()"),
    "pandas dates": (pd.Series(pd.date_range("2020-01-01", periods=2)), "dates", "timedelta64"),
    "time zones": (pd.Series(pd.date_range("2020", periods=2, tz="UTC")), "dates", "total_seconds"),
    "complex": (np.array([1 + 2j]), "complex", "z.real"),
    "complex among objects": (np.array([1.0, 2j], dtype=object), "complex", "z.imag"),
    "ragged": ([[1, 2], [3]], "cannot be made an array", ""),
    "set": ({1.0, 2.0}, "a set, which has no order", "list"),
    "objects": ([object()], "not numbers", ""),
    "records": (np.zeros(2, dtype=[("p", float)]), "dtype", ""),
}


@pytest.mark.parametrize(("given", "what", "line"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_way_out(given: object, what: str, line: str) -> None:
    with pytest.raises(DataError) as caught:
        numbers("x", given)
    assert caught.value.what.startswith("x ")
    assert what in caught.value.what
    assert line in caught.value.next


@pytest.mark.parametrize("dtype", [float, int, object, np.float32])
def test_masked_entries_cannot_be_used(dtype: type) -> None:
    hidden = np.ma.masked_array(np.array([1, 7, 3], dtype=dtype), mask=[False, True, False])
    array, mask = numbers("y", hidden)
    np.testing.assert_array_equal(array, [1, np.nan, 3])
    np.testing.assert_array_equal(mask, [False, True, False])


def test_junk_may_hide_under_a_mask() -> None:
    junk = np.ma.masked_array(np.array([1.0, "n/a"], dtype=object), mask=[False, True])
    np.testing.assert_array_equal(numbers("y", junk)[0], [1, np.nan])


def test_an_array_without_masked_entries_has_no_mask() -> None:
    array, mask = numbers("y", np.ma.masked_array([1.0, 2.0]))
    assert mask is None
    np.testing.assert_array_equal(array, [1, 2])


@pytest.mark.parametrize(
    "given",
    [np.arange(3.0), pd.Series(np.arange(3.0)), np.ma.masked_array(np.arange(3.0), [1, 0, 0])],
    ids=["array", "Series", "masked"],
)
def test_the_answer_is_a_copy(given: np.ndarray) -> None:
    before = np.array(given)
    array, _ = numbers("x", given)
    array[:] = -1
    np.testing.assert_array_equal(np.array(given), before)


def test_every_integer_dtype_keeps_its_values() -> None:
    for dtype in "bBhHiIlLqQ":
        np.testing.assert_array_equal(numbers("x", np.array([1, 2], dtype=dtype))[0], [1, 2])
