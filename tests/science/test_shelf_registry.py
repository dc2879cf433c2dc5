"""The register is lazy, complete and helpful, and every model on it is fully described."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import subprocess
import sys

import numpy as np
import pytest

import residua
from catalogue import SHELF, VARIANTS
from residua._errors import ModelError
from residua.doc import arguments
from residua.science.registry import ShelfModel, describe, get, names
from shelf_case import ShelfCase

MODULES = sorted({get(name).start.__module__ for name in names()} | {"residua.science.registry"})


def test_the_catalogue_has_one_row_for_each_model() -> None:
    assert sorted(case.name for case in SHELF) == list(names())
    assert {case.name for case in VARIANTS} <= set(names())
    assert len({case.id for case in SHELF + VARIANTS}) == len(SHELF) + len(VARIANTS)


def test_importing_the_register_imports_no_model_and_nothing_heavy() -> None:
    code = (
        "import sys, residua.science.registry as r; r.names();"
        "print([m for m in sys.modules if m.startswith('residua.science.')"
        " or m in ('scipy', 'jax', 'pandas', 'matplotlib')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (
        run.stdout.strip()
        == "['residua.science.meaning', 'residua.science.shelf', 'residua.science.registry']"
    )


def test_no_start_needs_scipy() -> None:
    code = (
        "import sys, numpy as np; from residua.science import get, names\n"
        "x = np.linspace(1.0, 4.0, 20)\n"
        "for name in names():\n"
        "    model = get(name)\n"
        "    model.start(*(x for _ in model.independent), np.sin(x))\n"
        "print('scipy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_unknown_names_get_near_matches_and_the_list() -> None:
    with pytest.raises(ModelError) as caught:
        get("gausian")
    text = str(caught.value)
    assert "did you mean 'gaussian'" in text and "rs.model('gaussian')" in text
    assert "langmuir" not in text  # a slip is answered with what is near, not with the whole shelf
    with pytest.raises(ModelError, match="No model on the shelf is called 'zzz'") as caught:
        get("zzz")
    assert all(name in str(caught.value) for name in names())


@pytest.mark.parametrize(
    "name, options, text",
    [
        ("line", {"degree": 2}, "'line' takes no options, but got degree"),
        ("polynomial", {"order": 2}, "'polynomial' does not take order"),
        ("polynomial", {"degree": -1}, "cannot have degree -1"),
        ("polynomial", {"degree": 2.0}, "cannot have degree 2.0"),
        ("polynomial", {"degree": True}, "cannot have degree True"),
        ("polynomial", {"degree": 31}, "cannot have degree 31"),
    ],
)
def test_wrong_options_are_explained(name: str, options: dict[str, object], text: str) -> None:
    with pytest.raises(ModelError, match=re.escape(text)):
        get(name, **options)


def test_aliases_lead_to_models() -> None:
    aliases = [(alias, name) for name in names() for alias in get(name).aliases]
    assert ("linear", "line") in aliases
    for alias, name in aliases:
        assert alias not in names()
        assert get(alias).name == name


def test_polynomials_of_every_degree() -> None:
    assert get("polynomial").parameters == ("c0", "c1", "c2")
    cubic = get("polynomial", degree=3)
    assert cubic.equation == "y = c0 + c1 * x + c2 * x**2 + c3 * x**3"
    assert get(cubic.name, **cubic.options).parameters == cubic.parameters
    x = np.linspace(-2.0, 2.0, 9)
    expected = np.polynomial.polynomial.polyval(x, [1.0, -2.0, 3.0, 0.5])
    np.testing.assert_allclose(cubic.function(x, 1.0, -2.0, c3=0.5, c2=3.0), expected, rtol=1e-14)
    np.testing.assert_array_equal(get("polynomial", degree=0).function(x, 4.0), np.full(9, 4.0))
    with pytest.raises(TypeError, match="c3"):
        cubic.function(x, 1.0, 2.0, 3.0)


def test_describe_is_a_table_of_all_models() -> None:
    rows = describe()
    assert sorted(row["name"] for row in rows) == list(names())
    assert all(all(row.values()) for row in rows)


@pytest.mark.parametrize("case", SHELF + VARIANTS, ids=lambda case: case.id)
def test_the_description_is_complete(case: ShelfCase) -> None:
    model = case.model
    assert isinstance(model, ShelfModel) and model.name == case.name
    assert model.parameters == tuple(model.symbols) == tuple(case.params)
    assert set(model.bounds) <= set(model.parameters)
    words = set(re.findall(r"[A-Za-z]\w*", model.equation))
    assert words >= {*model.parameters, *model.independent}
    assert all(meaning.strip() for meaning in model.symbols.values())
    assert re.search(r"\d", model.source), "a citation has a year, a page or a section"
    assert next(iter(inspect.signature(model.function).parameters)) == model.independent[0]
    taken = inspect.signature(model.function).parameters.values()
    assert all(parameter.default is inspect.Parameter.empty for parameter in taken)


@pytest.mark.parametrize("name", [name for name in names() if name != "polynomial"])
def test_the_docstring_says_it_all(name: str) -> None:
    model = get(name)
    text = inspect.cleandoc(arguments(model.function).before or "")  # as it was written
    equation = re.sub(r",? (w the|with w).*", "", model.equation).split(", R =")[0]
    assert equation in " ".join(text.split())
    for word in ("Returns:", "Source:", ">>> "):
        assert word in text
    shown = inspect.getdoc(residua.models(name).function) or ""  # type: ignore[union-attr]
    for parameter in (*model.independent, *model.parameters):
        assert re.search(rf"^{parameter} : ", shown, re.MULTILINE), parameter
    for word in ("Parameters\n----", "Returns\n----", "References\n----", "Examples\n----"):
        assert word in shown


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_run(module: str) -> None:
    results = doctest.testmod(importlib.import_module(module))
    assert results.attempted > 0 and results.failed == 0


@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_functions_take_arrays_of_any_shape_and_names(case: ShelfCase) -> None:
    model = case.model
    flat = model.function(*case.columns, *case.params.values())
    stacked = model.function(*(np.stack([x, x]) for x in case.columns), **case.params)
    assert stacked.shape == (2, case.size)
    np.testing.assert_array_equal(stacked[1], flat)
    one = model.function(*(float(x[3]) for x in case.columns), **case.params)
    # NumPy's loops for one number and for vectors may differ in the last bits.
    assert float(one) == pytest.approx(flat[3], rel=1e-14)
