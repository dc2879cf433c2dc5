"""Tables of text: every way of writing one that pandas' defaults misread, and what is said."""

from __future__ import annotations

import csv
import gzip
import io
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from residua._errors import DataError, FileError
from residua.data.csv_cells import as_number
from residua.data.csv_table import Table, read_table


def read(text: str, **options: object) -> Table:
    return read_table(io.StringIO(text), **options)  # type: ignore[arg-type]


def columns(table: Table) -> dict[str, list[float]]:
    return {name: values.tolist() for name, values in table.columns.items()}


def said(table: Table, words: str) -> bool:
    return any(words in sentence for sentence in table.assumptions)


def test_a_plain_table_needs_no_assumptions() -> None:
    table = read("time,signal\n0,1.5\n1,2.5\n")
    assert columns(table) == {"time": [0.0, 1.0], "signal": [1.5, 2.5]}
    assert table.assumptions == []
    assert table.lines == (2, 3)
    assert len(table) == 2


TWO = {"t": [0.0, 1.0, 2.0], "v": [1.5, -2.25, 1234.0]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("t;v\n0;1.5\n1;-2.25\n2;1234", "semicolons"),
        ("t\tv\n0\t1.5\n1\t-2.25\n2\t1234", "tabs"),
        ("t|v\n0|1.5\n1|-2.25\n2|1234", "bars"),
        ("t v\n0 1.5\n1 -2.25\n2 1234", "spaces"),
        ("  t       v\n  0     1.5\n  1   -2.25\n 2    1234", "spaces"),
        ("t;v\n0;1,5\n1;-2,25\n2;1234", "decimal mark is a comma"),
        ("t;v\n0;1,5\n1;-2,25\n2;1.234,0", "1.234,0 is 1234"),
        ("t\tv\n0\t1,5\n1\t-2,25\n2\t1234", "decimal mark is a comma"),
        ("t v\n0 1,5\n1 -2,25\n2 1234", "decimal mark is a comma"),
        ('t,v\n"0","1,5"\n"1","-2,25"\n"2","1234"', "decimal mark is a comma"),
        ('t,v\n0,1.5\n1,-2.25\n2,"1,234"', "1,234 is 1234"),
        ("t;v\n0;1,5\n1;-2,25\n2;1 234", "1 234 is 1234"),
        ("t;v\n0;1,5\n1;-2,25\n2;1\u202f234,0", "is 1234"),
        ("t;v\n0;1.5\n1;-2.25\n2;1'234.0", "1'234.0 is 1234"),
        ("t,v\ns,mV\n0,1.5\n1,-2.25\n2,1234", "holds units: s, mV"),
        ("t,v\n-,mV\n0,1.5\n1,-2.25\n2,1234", "holds units"),
        ("# t v\n0 1.5\n1 -2.25\n2 1234", "Names were taken from the comment"),
        ("#t,v\n0,1.5\n1,-2.25\n2,1234", "Names were taken from the comment"),
        ("Instrument 7\nRun of May\n\nt,v\n0,1.5\n1,-2.25\n2,1234", "begins after line 2"),
    ],
)
def test_other_ways_of_writing_the_same_table(text: str, words: str) -> None:
    table = read(text)
    assert columns(table) == TWO
    assert said(table, words), table.assumptions


@pytest.mark.parametrize(
    "text",
    [
        "\n\nt,v\n\n0,1.5\n1,-2.25\n2,1234\n\n",
        "t, v\r\n0, 1.5\r\n1, -2.25\r\n2, 1234\r\n",
        "t,v\r0,1.5\r1,-2.25\r2,1234",
        "# a comment\nt,v\n0,1.5\n# another\n1,-2.25\n2,1234",
        '"t","v"\n"0","1.5"\n"1","-2.25"\n"2","1234"',
        "t,v,\n0,1.5,\n1,-2.25,\n2,1234,\n",
        "t,v\n0,1.5E0\n1,\u22122.25\n2,1.234D+03",
        "t,v\n0,1.5\n,,\n1,-2.25\n2,1234",
        "% matlab\n// or c\nt,v\n0,1.5\n1,-2.25\n2,1234",
    ],
)
def test_harmless_variations_are_read_without_a_word(text: str) -> None:
    table = read(text)
    assert columns(table) == TWO
    assert table.assumptions == []


def test_without_names_columns_are_numbered_and_no_row_is_lost() -> None:
    table = read("0,1.5\n1,2.5\n")
    assert columns(table) == {"c1": [0.0, 1.0], "c2": [1.5, 2.5]}
    assert said(table, "called c1, c2")


def test_whether_the_first_row_is_names_can_be_said() -> None:
    assert list(read("2019,2020\n1,2\n", header=True).columns) == ["2019", "2020"]
    assert list(read("a,b\nc,d\n", header=False).columns) == ["c1", "c2"]


def test_text_rows_without_names_are_rows() -> None:
    table = read("A,1,2\nB,3,4\n")
    assert table.columns["c1"].tolist() == ["A", "B"]
    assert table.columns["c3"].tolist() == [2.0, 4.0]


def test_units_from_a_row_and_from_names() -> None:
    table = read("sample,time (s),signal [mV]\nA,0,1\nB,1,2\n")
    assert table.units == {"time (s)": "s", "signal [mV]": "mV"}
    assert read("t,v\n(s),[mV]\n0,1\n").units == {"t": "s", "v": "mV"}


def test_columns_are_found_without_unit_and_in_other_case() -> None:
    table = read("time (s),Signal [mV],x,X\n0,1,2,3\n1,2,3,4\n")
    assert table.find("time") == "time (s)"
    assert table.find("signal") == "Signal [mV]"
    assert table.find("x") == "x"
    with pytest.raises(DataError, match="has no column 'tme'"):
        table.find("tme")
    with pytest.raises(DataError, match="has no column"):
        read("t (s),t (min)\n0,1\n1,2\n").find("t")  # two columns fit: neither is taken


def test_empty_cells_are_missing_and_counted() -> None:
    table = read("t,v\n0,1\n1,\n2,NA\n3,n/a\n4,nan\n5,-\n")
    assert table.missing == {"v": 5}
    assert np.isnan(table.columns["v"][1:]).all()
    assert said(table, "5 empty cells in v")


def test_a_column_with_text_among_the_numbers_is_refused_by_line_and_value() -> None:
    table = read("# run 1\nt,v\n0,1\n1,oops\n2,3\n3,bad\n")
    assert table.columns["v"].tolist() == ["1", "oops", "3", "bad"]
    assert table.numbers("t").tolist() == [0.0, 1.0, 2.0, 3.0]
    with pytest.raises(DataError, match=r"line 4 is 'oops' \(2 such cells of 4\)"):
        table.numbers("v")


def test_a_stray_word_does_not_hide_that_a_column_was_meant_as_numbers() -> None:
    table = read("name,t,v\nA,0,1\nB,1,oops\nC,2,3\n")
    assert table.meant_as_numbers() == ["t", "v"]


def test_lines_stay_true_when_cells_hold_line_ends() -> None:
    table = read('t,note,v\n0,"two\nlines",1\n1,plain,oops\n2,plain,3\n')
    assert table.columns["note"].tolist()[0] == "two\nlines"
    with pytest.raises(DataError, match="line 4 is 'oops'"):
        table.numbers("v")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("t;v\n0;1,234\n1;5,678", 1.234),  # semicolons go with decimal commas
        ('t,v\n0,"1,234"\n1,"5,678"', 1234.0),  # commas in quotes with thousands
        ("t\tv\n0\t1,234\n1\t5,678", 1234.0),
        ("t;v\n0;1,234\n1;0,678", 1.234),  # no thousands after a leading zero
        ("t\tv\n0\t1,234\n1\t5,67", 1.234),
        ("t;v\n0;1,234\n1;1,234,567", 1234.0),
        ("t;v\n0;1,234\n1;5,678.5", 1234.0),
        ("t;v\n0;1.234\n1;5.678", 1.234),
    ],
)
def test_a_comma_before_three_digits(text: str, value: float) -> None:
    assert read(text).columns["v"][0] == value


def test_a_comma_that_could_mean_two_things_is_said_and_can_be_decided() -> None:
    text = "t;v\n0;1,234\n1;5,678"
    assert said(read(text), "1,234 was read as 1.234")
    assert read(text, decimal=".").columns["v"][0] == 1234.0
    assert read("t\tv\n0\t1,234\n", decimal=",").columns["v"][0] == 1.234


def test_a_separator_can_be_given() -> None:
    assert columns(read("a b,c d\n1,2\n", delimiter=",")) == {"a b": [1.0], "c d": [2.0]}
    with pytest.raises(DataError, match="cannot separate"):
        read("a,b\n1,2\n", delimiter="x")
    with pytest.raises(DataError, match="decimal mark"):
        read("a,b\n1,2\n", decimal=":")


def test_one_column() -> None:
    assert columns(read("v\n1\n2\n")) == {"v": [1.0, 2.0]}
    assert columns(read("v\n1.5\n2.5\n")) == {"v": [1.5, 2.5]}
    assert columns(read("v\n1,5\n2,5\n")) == {"v": [1.5, 2.5]}
    assert columns(read("1\n2\n")) == {"c1": [1.0, 2.0]}


def test_row_names_as_r_writes_them() -> None:
    table = read('"t" "v"\n"1" 0 1.5\n"2" 1 2.5\n')
    assert columns(table) == {"row": [1.0, 2.0], "t": [0.0, 1.0], "v": [1.5, 2.5]}
    assert said(table, "called row")
    cars = read('"mpg" "cyl"\n"Mazda RX4" 21 6\n"Datsun 710" 22.8 4\n')
    assert cars.columns["row"].tolist() == ["Mazda RX4", "Datsun 710"]
    assert cars.columns["cyl"].tolist() == [6.0, 4.0]


def test_names_that_occur_twice_or_not_at_all() -> None:
    table = read("t,v,v,,v_2\n0,1,2,3,4\n1,2,3,4,5\n")
    assert list(table.columns) == ["t", "v", "v_3", "c4", "v_2"]
    assert said(table, "Two columns are called v")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no data"),
        ("\n\n# only\n", "holds no data"),
        ("t,v\n", "no rows under them"),
        ("t,v\n0,1\n1,2,3\n2,3\n", "Line 3 of the data has 3 cells where others have 2"),
        ("t,v\n0,1\n1\n2,3\n", "Line 3 of the data has 1 cell where"),
        ("t,v\n0,1\x00\n", "binary"),
    ],
)
def test_what_is_not_a_table(text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_table(io.BytesIO(text.encode()))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"PK\x03\x04rest", "Excel or zip"),
        (b"PAR1rest", "Parquet"),
        (b"\x1f\x8brest", "damaged gzip"),
    ],
)
def test_files_of_another_kind_are_named(tmp_path: Path, raw: bytes, words: str) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=words):
        read_table(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_and_compression(tmp_path: Path, encoding: str) -> None:
    raw = "zeit µs;größe\n0;1,5\n1;2,5\n".encode(encoding)
    path = tmp_path / "data.csv"
    for content in (raw, gzip.compress(raw)):
        path.write_bytes(content)
        table = read_table(str(path))
        assert columns(table) == {"zeit µs": [0.0, 1.0], "größe": [1.5, 2.5]}
        assert table.name == "data.csv"


def test_windows_text_is_read_and_said() -> None:
    table = read_table(io.BytesIO("größe,v\n0,1\n".encode("cp1252")))
    assert list(table.columns) == ["größe", "v"]
    assert said(table, "Windows-1252")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"t,v\n0,1\n")))
    table = read_table("-")
    assert columns(table) == {"t": [0.0], "v": [1.0]}
    assert table.name == "standard input"


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1,234.5", ".", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("12,34", ".", None),
        ("0,123", ".", None),
        ("1,2345", ".", None),
        ("1,234,56", ".", None),
        ("1,234'567", ".", None),
        ("+.5", ".", 0.5),
        (",5", ",", 0.5),
        ("5.", ".", 5.0),
        ("-inf", ".", -math.inf),
        ("1e3", ".", 1000.0),
        ("1_000", ".", None),
        ("٣", ".", None),
        ("0x10", ".", None),
        ("12 %", ".", None),
        ("1 2", ".", None),
        (".", ".", math.nan),
    ],
)
def test_cells(cell: str, decimal: str, value: float | None) -> None:
    found = as_number(cell, decimal)
    assert found == value or (value is not None and math.isnan(value) and math.isnan(found or 0))


def test_the_quick_way_reads_what_the_careful_way_reads() -> None:
    # float() alone would take the underscore for a separator of thousands.
    with pytest.raises(DataError, match="line 3 is '1_000'"):
        read("t,v\n0,1\n1,1_000\n").numbers("v")


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    rows=st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t| "),
    decimal=st.sampled_from(".,"),
    named=st.booleans(),
    units=st.booleans(),
    quoted=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_written_table_is_read_back_exactly(
    rows: list[list[float]],
    delimiter: str,
    decimal: str,
    named: bool,
    units: bool,
    quoted: bool,
    end: str,
) -> None:
    rows = [*rows, [0.5, 0.25, 0.125]]  # a decimal mark that cannot be taken for thousands
    file = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)
    if named:
        writer.writerow(["t", "signal", "other"])
    if named and units:
        writer.writerow(["s", "mV", "K"])
    writer.writerows([[repr(value).replace(".", decimal) for value in row] for row in rows])
    table = read(file.getvalue())
    assert list(table.columns) == (["t", "signal", "other"] if named else ["c1", "c2", "c3"])
    np.testing.assert_array_equal(np.array(list(table.columns.values())).T, rows)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.text(alphabet=st.sampled_from("01,;.\t |'\"\n#ab-e\r\u00a0"), max_size=60))
def test_any_text_is_a_table_or_a_data_error(text: str) -> None:
    try:
        table = read(text)
    except DataError:
        return
    assert all(len(values) == len(table) for values in table.columns.values())


def test_a_large_table_is_read_in_reasonable_time() -> None:
    values = np.random.default_rng(0).normal(size=(50_000, 2))
    text = "t;v\n" + "\n".join(f"{a!r};{b!r}".replace(".", ",") for a, b in values.tolist())
    started = time.perf_counter()
    table = read(text)
    # Measured 0.15 s; a tenth of a second per megabyte matters, a factor of machine does not.
    assert time.perf_counter() - started < 3.0
    np.testing.assert_array_equal(np.array(list(table.columns.values())).T, values)
