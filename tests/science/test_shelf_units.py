"""Every library model: a meaning and a unit beside each argument, which reach reports and axes."""

from __future__ import annotations

import inspect
import re
from html import escape

import pytest
from click.testing import CliRunner

import residua as rs
from catalogue import SHELF, VARIANTS
from residua.cli.group import residua
from residua.doc import arguments, problems
from residua.problem.model import from_shelf
from residua.problem.units import VALUE, documented_units, resolved_units
from residua.report import words
from residua.science.registry import ShelfModel, names
from shelf_case import ShelfCase

CASES = SHELF + VARIANTS
KNOWN = {"V": "Å^3", "r": "Å", "t": "s", "f": "Hz", "input": "h", "S": "mM", "p": "bar"}


def variables(model: ShelfModel) -> dict[str, str]:
    """Units for the variables that have none of their own, and for the value."""
    return {
        name: told if (told := model.units[name]) is not None else KNOWN.get(name, "km")
        for name in (*model.independent, model.response)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_parameter_has_a_meaning_and_a_unit(case: ShelfCase) -> None:
    model = case.model
    assert tuple(model.units) == (*model.independent, *model.parameters, model.response)
    assert model.response.isidentifier()
    for name in (*model.independent, *model.parameters):
        assert re.search(r"\w{3}", model.meanings[name]), name
        assert not re.match(r"[,;.]|in \[", model.meanings[name]), name
    for name in model.parameters:
        assert model.units[name] is not None, name
        assert model.symbols[name].startswith(model.meanings[name].split(";")[0]), name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_unit_resolves(case: ShelfCase) -> None:
    model = case.model
    told = variables(model)
    known = {VALUE if name == model.response else name: unit for name, unit in told.items()}
    found = resolved_units(documented_units(from_shelf(case.name, **case.options)), known)
    for name in model.parameters:
        unit = found[name]
        assert unit is not None and "[" not in unit, name
        # What a unit is made of are the variables it names, by the names the model gives them.
        assert set(re.findall(r"\[(\w+)\]", model.units[name] or "")) <= set(told)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_axes_and_reports_carry_the_units(case: ShelfCase) -> None:
    model = case.model
    told = variables(model)
    headings = {
        f"{name} ({told[name]})" if told[name] else name: x
        for name, x in zip(model.independent, case.columns)
    }
    value = f"value ({told[model.response]})" if told[model.response] else "value"
    fit = rs.fit(
        from_shelf(case.name, **case.options),
        y="value",
        data={**headings, value: case.data(0)},
        start=dict(case.params),
        fixed=list(case.params)[1:],  # reports are looked at here, not fits
    )
    assert not [text for kind, text in fit.findings if kind is rs.Finding.UNITS]
    if len(model.independent) == 1:
        assert words.variable_label(fit) == next(iter(headings))
    assert words.value_label(fit) == value
    for name in model.parameters:
        if fit.units[name]:
            row = re.search(rf"<td[^>]*>{name}</td>.*?</tr>", fit._repr_html_())
            assert row and escape(fit.units[name])[:20] in row[0], name


@pytest.mark.parametrize("name", ["arrhenius", "gaussian2d", "birch_murnaghan"])
def test_pictures(name: str) -> None:
    case = next(case for case in SHELF if case.name == name)
    told = variables(case.model)
    data = {f"{one} ({told[one]})": x for one, x in zip(case.model.independent, case.columns)}
    start = dict(case.params)
    fit = rs.fit(name, y="v", data={**data, "v [km]": case.data(0)}, start=start)
    upper, lower = fit.plot().axes[:2]
    if len(data) == 1:
        assert (upper.get_ylabel(), lower.get_xlabel()) == ("v (km)", *data)
    else:
        assert upper.get_ylabel() == "v, observed (km)"
        assert lower.get_xlabel() == "v, predicted (km)"


@pytest.mark.parametrize("name", names())
def test_what_the_command_line_says(name: str) -> None:
    answer = CliRunner().invoke(residua, ["models", name])
    assert answer.exit_code == 0
    model = rs.models(name)
    assert isinstance(model, ShelfModel)
    for argument, unit in model.units.items():
        if argument != model.response:
            shown = "any unit" if unit is None else unit or "no unit"
            row = rf"^  {argument} +{re.escape(shown)} +{re.escape(model.meanings[argument])}"
            assert re.search(row, answer.stdout, re.MULTILINE), argument
    assert not problems(model.function, complete=True)
    assert all(f"{one} : " in inspect.getdoc(model.function) for one in arguments(model.function))
