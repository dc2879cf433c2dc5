"""Columns by name, in every kind of table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from residua._errors import DataError
from residua.data.tables import column, column_names, independent_columns

T, W = np.arange(3.0), np.arange(3.0) ** 2
TABLES = {
    "dict": {"t": T, "w": W},
    "DataFrame": pd.DataFrame({"t": T, "w": W}),
    "structured": np.array(list(zip(T, W)), dtype=[("t", float), ("w", float)]),
    "records": pd.DataFrame({"t": T, "w": W}).to_records(index=False),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_columns_by_name(table: object) -> None:
    assert column_names(table) == ("t", "w")
    np.testing.assert_array_equal(column(table, "w", "y"), W)
    names, columns = independent_columns(None, table, ("t",))
    assert names == ("t",)
    np.testing.assert_array_equal(columns[0], T)


def test_columns_whose_name_is_a_number() -> None:
    table = pd.DataFrame({0: T, 1: W})
    assert column_names(table) == ("0", "1")
    np.testing.assert_array_equal(column(table, "1", "y"), W)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(DataError, match="2 of them"):
        column(pd.DataFrame(np.c_[T, W], columns=["t", "t"]), "t", "x")


def test_an_unknown_column_is_answered_with_the_near_one() -> None:
    with pytest.raises(DataError) as caught:
        column({"time": T, "w": W}, "tine", "x")
    assert "'tine'" in caught.value.what
    assert caught.value.causes == ("the columns are time, w: did you mean 'time'?",)


@pytest.mark.parametrize("table", [3, [T, W], T], ids=["number", "list", "array"])
def test_what_is_not_a_table_is_refused(table: object) -> None:
    with pytest.raises(DataError, match="must be a table with named columns") as caught:
        column(table, "t", "x")
    assert "data={" in caught.value.next


def test_names_without_a_table_may_be_numbers_read_as_text() -> None:
    with pytest.raises(DataError, match=r"x holds text, for example '0\.5'") as caught:
        independent_columns(["0.5", "1.5"], None, ("x",))
    assert "numbers read from a file as text" in caught.value.causes


ONE = {
    "name": ("t", {"t": T, "w": W}),
    "list of one name": (["t"], {"t": T}),
    "dict of another name": ({"q": T}, None),
    "frame of one column": (pd.DataFrame({"q": T}), None),
    "dict with more columns": ({"w": W, "x": T}, None),
    "array": (T, None),
    "list of numbers": (list(T), None),
    "Series": (pd.Series(T), None),
}


@pytest.mark.parametrize(("x", "data"), ONE.values(), ids=ONE)
def test_one_independent_variable(x: object, data: object) -> None:
    _, columns = independent_columns(x, data, ("x",))
    assert len(columns) == 1
    np.testing.assert_array_equal(np.asarray(columns[0]), T)


TWO = {
    "dict": ({"v": W, "u": T}, None),
    "names": (["u", "v"], {"v": W, "u": T}),
    "tuple": ((T, W), None),
    "list": ([T, W], None),
    "rows of an array": (np.array([T, W]), None),
    "frame": (pd.DataFrame({"v": W, "u": T}), None),
}


@pytest.mark.parametrize(("x", "data"), TWO.values(), ids=TWO)
def test_two_independent_variables(x: object, data: object) -> None:
    names, columns = independent_columns(x, data, ("u", "v"))
    assert names == ("u", "v")
    np.testing.assert_array_equal(np.asarray(columns[0]), T)
    np.testing.assert_array_equal(np.asarray(columns[1]), W)


COUNTED = {
    "one for two": ({"u": T}, "x has 1 columns (u), and the model has 2"),
    "three arrays for two": ((T, W, T), "x holds 3 arrays"),
    "points first": (np.c_[T, W], "x holds 3 arrays"),
}


@pytest.mark.parametrize(("x", "what"), COUNTED.values(), ids=COUNTED)
def test_a_wrong_count_is_refused(x: object, what: str) -> None:
    with pytest.raises(DataError) as caught:
        independent_columns(x, None, ("u", "v"))
    assert what in caught.value.what


def test_a_frame_for_a_model_of_one_variable_is_refused() -> None:
    with pytest.raises(DataError, match="has 2 columns") as caught:
        independent_columns(pd.DataFrame({"p": T, "q": W}), None, ("X",))
    assert "to_numpy()" in caught.value.next
