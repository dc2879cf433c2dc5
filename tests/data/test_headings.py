"""Headings with a unit: what is one, what is none, and that a column is found by its name alone."""

from __future__ import annotations

import io

import numpy as np
import pytest

import residua as rs
from residua._errors import DataError
from residua.data.csv_table import read_table
from residua.data.headings import split_heading
from residua.problem.unit_words import contradict, known_symbols, powers

HEADINGS = {
    "volume (Å^3)": ("volume", "Å^3"),
    "T [K]": ("T", "K"),
    "p / bar": ("p", "bar"),
    "k / 1/s": ("k", "1/s"),
    "Cp (J/(mol K))": ("Cp", "J/(mol K)"),
    "c (mol / L)": ("c", "mol / L"),
    "E(eV)": ("E", "eV"),
    "T[K]": ("T", "K"),
    "rate (counts)": ("rate", "counts"),
    "p / p0": ("p / p0", None),
    "c / (x)": ("c / (x)", None),
    "f(x)": ("f(x)", None),
    "x[0]": ("x[0]", None),
    "a/b": ("a/b", None),
    "x": ("x", None),
    "(eV)": ("(eV)", None),
    "": ("", None),
}


@pytest.mark.parametrize("text", HEADINGS)
def test_headings(text: str) -> None:
    assert split_heading(text) == HEADINGS[text]


@pytest.mark.parametrize("symbol", sorted(known_symbols()))
def test_every_known_symbol_is_one_unit_and_a_heading(symbol: str) -> None:
    assert powers(symbol)
    assert split_heading(f"a / {symbol}") == ("a", symbol)
    assert not contradict(symbol, f" {symbol}") and not contradict(f"{symbol}**2", f"{symbol}^2")


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("K", "°C", True),
        ("K", "kelvin", False),
        ("J/mol", "kJ/mol", True),
        ("J/(mol K)", "J mol⁻¹ K⁻¹", False),
        ("m/s/s", "m/s^2", False),
        ("", "%", True),
        ("", "1", False),
        ("eV", "Ha", True),
        ("s", "a.u.", False),
        ("Å", "nm", True),
    ],
)
def test_units_that_differ(one: str, other: str, differ: bool) -> None:
    assert contradict(one, other) is contradict(other, one) is differ


def test_a_column_is_found_by_its_name_alone() -> None:
    x = np.linspace(0.0, 4.0, 9)
    table = {"time (s)": x, "signal [mV]": 3.0 * x + 1.0}
    by_name = rs.fit("line", "time", "signal", data=table)
    by_heading = rs.fit("line", "time (s)", "signal [mV]", data=table)
    assert by_name.params == by_heading.params
    assert by_name.units["slope"] == by_heading.units["slope"] == "mV/s"
    assert rs.fit("signal ~ a*time + b", data=table).params["a"] == pytest.approx(3.0, rel=1e-12)
    assert by_name.predict({"time (s)": [5.0]}).value == pytest.approx(16.0, rel=1e-12)


def test_two_columns_of_one_name_are_an_error() -> None:
    table = {"t (s)": [0.0, 1.0, 2.0], "t (ms)": [0.0, 1e3, 2e3], "y": [1.0, 2.0, 3.5]}
    with pytest.raises(DataError, match="have 2 of them"):
        rs.fit("line", "t", "y", data=table)
    assert rs.fit("line", "t (ms)", "y", data=table).units["t (ms)"] == "ms"


def test_csv_files() -> None:
    table = read_table(io.StringIO("p / bar,T [K],f(x)\n1,2,3\n2,3,4\n"))
    assert dict(table.units) == {"p / bar": "bar", "T [K]": "K"}
    assert table.find("p") == "p / bar" and table.find("t") == "T [K]"
