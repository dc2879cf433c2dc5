"""Models that come in several forms: options in every spelling, wrong ones, files, examples."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

import residua as rs
from residua._errors import ModelError
from residua.science.registry import get


def test_splines_take_knots_in_every_spelling() -> None:
    counted = get("spline", knots=5, low=0.0, high=2.0)
    listed = get("spline", knots=[0.0, 0.5, 1.0, 1.5, 2.0])
    written = get("spline", knots="0, 0.5 1,1.5, 2")
    assert counted.options == listed.options == written.options
    assert get("spline", **counted.options).options == counted.options
    x = np.linspace(-1.0, 3.0, 9)
    values = (1.0, 2.0, -1.0, 0.5, 3.0)
    np.testing.assert_array_equal(counted.function(x, *values), written.function(x, *values))
    with pytest.raises(TypeError, match="s4"):
        counted.function(x, 1.0, 2.0, 3.0, 4.0)


def test_a_fitted_spline_and_a_fitted_step_come_back_from_a_file(tmp_path) -> None:
    x = np.linspace(0.0, 2.0, 40)
    y = np.arctan(9 * (x - 1.0)) + 0.02 * np.cos(50 * x)
    for model in (
        rs.model("spline", knots=np.array([0.0, 0.7, 1.0, 1.3, 2.0]), ends="not-a-knot"),
        rs.model("step", form="arctan"),
    ):
        fit = rs.fit(model, x, y)
        path = tmp_path / f"{model.text}.json"
        fit.save(path)
        back = rs.load(path)
        np.testing.assert_array_equal(back.predict(x).value, fit.predict(x).value)


@pytest.mark.parametrize(
    "name, options, text",
    [
        ("step", {"form": "cubic"}, "no step of the form 'cubic'"),
        ("step", {"form": 2}, "no step of the form 2"),
        ("rectangle", {"form": "cubic"}, "no rectangle of the form 'cubic'"),
        ("thermal", {"form": "planck"}, "no thermal distribution of the form 'planck'"),
        ("thermal", {"form": ["fermi"]}, "no thermal distribution of the form"),
        ("spline", {"ends": "clamped"}, "cannot have 'clamped' ends"),
        ("spline", {"knots": 2}, "cannot have the knots 2"),
        ("spline", {"knots": 3, "ends": "not-a-knot"}, "cannot have the knots 3"),
        ("spline", {"knots": 10**9}, "cannot have the knots 1000000000"),
        ("spline", {"knots": True}, "cannot have the knots True"),
        ("spline", {"knots": [0.0, 2.0, 1.0]}, "cannot have the knots [0.0, 2.0, 1.0]"),
        ("spline", {"knots": "0, 1, two"}, "cannot have the knots '0, 1, two'"),
        ("spline", {"knots": [0.0, 1.0, np.inf]}, "cannot have the knots"),
        ("spline", {"knots": [0.0, np.nan, 1.0]}, "cannot have the knots"),
        ("spline", {"knots": 5, "low": 1.0, "high": 0.0}, "cannot have the knots 5"),
    ],
)
def test_wrong_options_of_peaks_are_explained(name: str, options: dict, text: str) -> None:
    with pytest.raises(ModelError) as caught:
        get(name, **options)
    assert text in str(caught.value)


@pytest.mark.parametrize("form", ["linear", "arctan", "erf", "logistic"])
@pytest.mark.parametrize("name", ["step", "rectangle"])
def test_the_examples_of_every_form_run(name: str, form: str) -> None:
    model = get(name, form=form)
    example = doctest.DocTestParser().get_doctest(model.function.__doc__, {}, form, None, 0)
    assert doctest.DocTestRunner().run(example).failed == 0 and example.examples
    assert model.options == {"form": form}
