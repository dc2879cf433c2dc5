"""Units in the meanings of parameters, resolved by those of the columns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residua.doc.units import heading, resolved, unit_in, without_unit
from residua.science import registry

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


def test_every_parameter_on_the_shelf_says_its_unit():
    silent = []
    for name in registry.names():
        model = registry.get(name)
        for symbol, meaning in model.symbols.items():
            unit = unit_in(meaning)
            # A logarithm of something with a unit has none itself.
            if unit is None and "logarithm" not in meaning:
                silent.append((name, symbol, meaning))
            elif unit:
                variables = dict.fromkeys(re.findall(r"\[(\w+)\]", unit), "eV")
                assert "[" not in resolved(unit, variables), (name, symbol, unit)
                assert unit not in without_unit(meaning) or meaning.count(unit) > 1
    assert silent == []


def test_what_is_not_known_is_not_made_up():
    assert resolved("[y]/[x]", {"y": "eV", "x": None}) is None
    assert resolved("[y]/[x]", {"y": "eV"}) is None
    assert unit_in("a share in the whole") is None
    assert without_unit("Hill slope, no unit, positive") == "Hill slope, positive"
    assert without_unit("how many") == "how many"


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("volume (Å^3)", "volume", "Å^3"),
        ("T [K]", "T", "K"),
        ("T[K]", "T", "K"),
        ("p / bar", "p", "bar"),
        ("specific heat (J/(mol K))", "specific heat", "J/(mol K)"),
        ("f(x)", "f(x)", None),
        ("a/b", "a/b", None),
        ("", "", None),
    ],
)
def test_headings_of_columns(text, name, unit):
    assert heading(text) == (name, unit)
