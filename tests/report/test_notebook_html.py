"""What notebooks show of every result: tables, well-formed and escaped, never text as it is."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

import residua as rs
from residua.atoms import fit_potential
from residua.report import markup

T = np.linspace(0, 2, 9)
BAD = "<b>x</b>"
SETS = {BAD: (T, 2 * np.exp(-T)), "two": (T, 3 * np.exp(-T) + 0.01 * np.cos(30 * T))}


def joint():
    return rs.fit("a*exp(-b*t)", SETS, shared=["b"], independent="t")


def potential():
    return fit_potential("lennard_jones", "example:argon", select="structure=fcc", rc=8.5)


def equations(x, a, long_name_of_a_parameter, another_name_of_one, one_more_name_of_it):
    total = long_name_of_a_parameter + another_name_of_one + one_more_name_of_it
    return [x[0] ** 2 - a * x[1], x[0] + x[1] ** 3 - total]


def root():
    names = ("long_name_of_a_parameter", "another_name_of_one", "one_more_name_of_it")
    return rs.solve(equations, [1.0, 1.0], {"a": 4.0, **dict.fromkeys(names, 1.0)})


def sensitivity():
    return rs.sensitivity("a*exp(-b*t)", {"t": T}, {"a": 2.0, "b": 1.0})


# How to make it, and the heads or first cells of its tables.
SHOWN = {
    "joint": (joint, ["dataset", "rms residual", "parameter", "value ± stderr", "b"]),
    "part": (lambda: joint().parts[0], ["parameter", "value ± stderr", "b"]),
    "potential": (potential, ["parameter", "value ± stderr", "epsilon", "RMSE", "fitted"]),
    "errors": (lambda: potential().errors, ["set", "RMSE", "MAE", "unit"]),
    "root": (root, ["unknown", "value", "d/da", "x[0]", "x[1]"]),
    "sensitivity": (sensitivity, ["parameter", "rms p ∂y/∂p", "at t", "a", "b"]),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_a_result_is_shown_as_tables_and_prints_narrow(kind):
    make, wanted = SHOWN[kind]
    found = make()
    html = found._repr_html_()
    tree = ET.fromstring(html.replace("&nbsp;", " ").replace("<br>", "<br/>"))
    cells = ["".join(cell.itertext()) for row in tree.iter("tr") for cell in row]
    assert not [text for text in wanted if text not in cells]
    assert "<pre" not in html and "<b>" not in html
    assert max(map(len, str(found).splitlines())) <= 78


def test_every_number_of_a_root_is_in_its_table():
    found = root()
    tree = ET.fromstring(found._repr_html_())
    rows = [[cell.text or "" for cell in row] for row in tree.iter("tr")]
    assert [row[1] for row in rows[1:]] == [f"{value:.10g}" for value in found.x]
    column = rows[0].index("d/da")
    slopes = found.sensitivity["a"]
    assert [row[column] for row in rows[1:]] == [f"{slope:.4g}" for slope in slopes]


def test_a_search_that_failed_is_told_apart():
    lost = rs.solve(lambda x: x**2 + 1, 1.0)
    assert not lost.ok and markup.COLOR in lost._repr_html_()
    assert markup.COLOR not in root()._repr_html_()


def test_datasets_beyond_the_table_are_counted():
    many = {str(k): (T, (1 + k) * np.exp(-T) + 0.01 * np.cos(30 * T)) for k in range(65)}
    html = rs.fit("a*exp(-b*t)", many, local=["a"], independent="t")._repr_html_()
    assert "... 5 more in fit.parts<" in html and "... 6 more in fit.params and fit.stderr<" in html


@pytest.mark.parametrize(
    ("say", "one", "two"),
    [
        (lambda n: str(rs.fit("a*x", T, T + 0.01 * np.cos(9 * T)).predict(T[:n])), "1 prediction;",
         "2 predictions;"),
        (lambda n: str(rs.sensitivity("a*t", {"t": T[:n]}, {"a": 1.0})), "at 1 point\n",
         "at 2 points\n"),
        (lambda n: str(rs.solve(lambda x, a: x - a, 3.0 - n, {"a": 2.0})), "(1 evaluation,",
         "(2 evaluations,"),
    ],
)  # fmt: skip
def test_one_is_not_many(say, one, two):
    assert one in say(1) and two in say(2)
