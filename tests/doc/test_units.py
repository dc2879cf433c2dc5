"""Units of parameters, resolved by those of the columns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residua.doc.units import resolved

# Any values will do, if no product of powers of some equals that of others.
VALUES = {"eV": 2.0, "J": 3.0, "mol": 5.0, "s": 7.0, "Å": 11.0, "m": 13.0, "K": 17.0}
UNITS = ["eV", "J/mol", "s", "Å^3", "m K", "K/(m s)", "", "m^2/s"]


def value(unit: str, values: dict[str, float]) -> float:
    """What a unit is worth: a blank multiplies, a stroke divides what is left of it."""
    text = re.sub(r"\[(\w+)\]", r"\1", unit.replace("][", "] [").replace("]1", "] 1"))
    text = re.sub(r"(?<=[\w)]) (?=[\w(])", "*", text.replace("^", "**"))
    return eval(text or "1", {"__builtins__": {}}, dict(values))


@given(
    st.sampled_from(
        [
            "[y]",
            "[y]/[x]",
            "1/[x]",
            "[y][x]",
            "[y]/[x]**2",
            "[z][x][y]",
            "1/([y][x])",
            "[y] K",
            "[y][x]^6",
            "[y]**(1-3)/[x]",
            "m^2 [y]/mol",
            "[z]/([y][x])",
            "[y]/[x]**(1/2)",
        ]
    ),
    st.fixed_dictionaries({name: st.sampled_from(UNITS) for name in "xyz"}),
)
def test_a_resolved_unit_is_worth_what_it_stood_for(unit, units):
    variables = {name: value(each, VALUES) for name, each in units.items()}
    # Rounding of a few multiplications.
    wanted = pytest.approx(value(unit, variables | VALUES), rel=1e-12)
    assert value(resolved(unit, units), VALUES) == wanted


def test_what_is_not_known_is_not_made_up():
    assert resolved("[y]/[x]", {"y": "eV", "x": None}) is None
    assert resolved("[y]/[x]", {"y": "eV"}) is None
