"""Rounding: two digits of the error, the same place for the value, nothing invented."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residua.report.rounding import format_interval, format_value, number, percent, rounded

CASES = {
    (2.07712, 0.0313): "2.077 ± 0.031",
    (2.07712, 0.0999): "2.08 ± 0.10",
    (-0.00412, 0.018): "-0.004 ± 0.018",
    (0.0, 0.02): "0.000 ± 0.020",
    (-0.0001, 0.02): "-1e-4 ± 0.02",
    (211812.3, 543.0): "211810 ± 540",
    (1.23, 450.0): "1.23 ± 450",
    (1.2341e13, 5.6e11): "(1.234 ± 0.056)e13",
    (4.2e-7, 1.3e-9): "(4.200 ± 0.013)e-7",
    (0.123456789012345678, 1.2e-17): "0.123456789012346 ± 1.2e-17",
    (2.0, 0.0): "2 ± 0",
    (2.5, math.inf): "2.5 (not determined)",
    (2.5, math.nan): "2.5 (no error bar)",
    (math.nan, 1.0): "nan ± 1",
}


@pytest.mark.parametrize(("pair", "text"), CASES.items())
def test_value_and_error_as_a_scientist_writes_them(pair, text):
    assert format_value(*pair) == text


@given(
    value=st.floats(-1e12, 1e12).filter(lambda v: v == 0 or abs(v) > 1e-12),
    log_error=st.floats(-6, 2),
)
def test_rounding_keeps_the_value_within_the_last_digit_of_the_error(value, log_error):
    error = max(abs(value), 1e-12) * 10**log_error
    found = rounded(value, error)
    shown = float(found.error) * 10.0**found.exponent
    # Two significant digits: within half a unit of the second, at most 5 %.
    assert abs(shown - error) <= 0.0501 * error
    if found.place is not None:
        back = float(found.value) * 10.0**found.exponent
        assert abs(back - value) <= 0.5001 * 10.0**found.place + 1e-15 * abs(value)
        assert 9.4 <= error / 10.0**found.place < 100.5


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_reads_back_to_its_digits(value):
    assert float(number(value, 6)) == float(f"{value:.5e}")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(450, 2, "450"), (1e6, 6, "1e6"), (0.001, 3, "0.001"), (1e-4, 3, "1e-4"), (0, 4, "0"),
     (-math.inf, 4, "-inf"), (123456.789, 4, "123500")],
)  # fmt: skip
def test_number(value, digits, text):
    assert number(value, digits) == text


def test_percent():
    assert [percent(v) for v in (0.015, -0.5, 20, 1e-6, math.nan)] == [
        "1.5 %", "50 %", "> 1000 %", "1e-4 %", "-",
    ]  # fmt: skip


def test_interval_has_the_places_of_the_value():
    assert format_interval(2.07712, 0.0313, 2.0140, 2.14) == "[2.014, 2.140]"
    assert format_interval(1.2341e13, 5.6e11, 1.1e13, 1.4e13) == "[1.100, 1.400]e13"
    assert format_interval(1.0, 0.3, -math.inf, math.inf) == "[-inf, inf]"
    assert format_interval(1.0, 0.3, -0.001, 2.0) == "[0.00, 2.00]"
    assert format_interval(2.0, 0.0, 2.0, 2.0) == "[2, 2]"
