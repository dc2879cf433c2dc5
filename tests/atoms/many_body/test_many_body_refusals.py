"""Potentials of many bodies: what they refuse, and what survives a copy, a file and a fit."""

from __future__ import annotations

import json
import pickle

import jax.numpy as jnp
import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.singlepoint import SinglePointCalculator
from many_body_catalogue import CASES, above_all, analytic, written

import residua.atoms as ra
from residua._errors import DataError, ModelError
from residua.atoms.fitting.recipe import potential_of, recipe
from residua.atoms.many_body.setfl import read_tables
from residua.atoms.many_body.splines import cubics, evaluated
from residua.atoms.species import elements_of
from residua.autodiff.traced_state import double_precision
from residua.report.encoding import Node

GLUE = ("A*exp(-a*r)", "exp(-b*r)", "-D*sqrt(rho)")
NUMBERS = {"A": 800.0, "a": 3.2, "b": 1.4, "D": 9.0}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "needs a cutoff"),
        ({"rc": 5.0, "D": None}, "not given: D"),
        ({"rc": 5.0, "c": 1.0}, "unknown: c"),
        ({"rc": -5.0}, "must be positive"),
        ({"rc": 5.0, "inner": 6.0}, "switching begins"),
        ({"rc": 5.0, "cutoff": "abrupt"}, "no cutoff called"),
        ({"rc": 5.0, "a": float("nan")}, "finite"),
        ({"rc": 5.0, "a": {"Cu": 3.2}}, "a is not given for the element Ni"),
        ({"rc": 5.0, "D": {"Cu": 9.0}}, "D is not given for the element Ni"),
    ],
)
def test_parameters_that_are_not_right_are_named(words, message):
    given = {name: value for name, value in {**NUMBERS, **words}.items() if value is not None}
    with pytest.raises(ModelError, match=message):
        ra.Density(*GLUE, **given).evaluate(np.diag([0, 0, 2.5])[1:], numbers=[29, 28])


def test_a_function_without_its_variable_is_refused():
    with pytest.raises(ModelError, match="does not depend on rho"):
        ra.Density("A*exp(-r)", "exp(-r)", "-D*sqrt(r)", A=1.0, D=1.0, rc=5.0)


@pytest.mark.parametrize("kind", ["Gupta", "FinnisSinclair", "ZhouEAM", "Tersoff"])
def test_elements_that_nobody_published_are_refused(kind):
    with pytest.raises(ModelError, match="no published parameters for Xe"):
        getattr(ra, kind).of("Xe")
    with pytest.raises(ModelError, match="no published parameters for no element"):
        getattr(ra, kind).of()


def test_a_density_without_a_root_is_an_error_and_no_number():
    # The cubic density of iron is negative below 1.58 Å.
    iron = ra.FinnisSinclair.of("Fe")
    with pytest.raises(DataError, match="not a finite number"):
        iron.energy_and_forces([[0, 0, 0], [0, 0, 1.3]], numbers=[26, 26])


def test_tersoff_needs_the_cutoff_of_a_pair():
    with pytest.raises(ModelError, match="R is not given for the pair C-Ge"):
        ra.Tersoff.of("Ge", "C").energy_and_forces(np.diag([0, 0, 2.0])[1:], numbers=[6, 32])
    with pytest.raises(ModelError, match="it is 1 or 3"):
        ra.Tersoff(m=2)


def test_files_are_read_as_they_were_written(tmp_path):
    for form, directed in [("alloy", False), ("fs", True)]:
        tables = analytic(301, directed)
        found = read_tables(written(tables, tmp_path / f"x.eam.{form}", directed))
        assert found.elements == tables.elements
        assert found.cutoff == tables.cutoff
        for name in ("embedding", "density", "pair"):
            assert np.array_equal(getattr(found, name), getattr(tables, name))


def test_files_that_are_no_tables_say_so(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        ra.EAM.from_file(tmp_path / "nothing.eam.alloy")
    whole = written(analytic(301), tmp_path / "whole.eam.alloy").read_text(encoding="utf-8")
    lines = whole.splitlines()
    broken = {
        "cut.eam.alloy": whole[: len(whole) // 2],
        "short.eam.alloy": "one\ntwo",
        "count.eam.alloy": whole.replace("2 Cu Ni", "3 Cu Ni"),
        "nan.eam.alloy": "\n".join([*lines[:40], "nan", *lines[41:]]),
        "step.eam.alloy": "\n".join([*lines[:4], "301 0.2 301 -0.02 6.0", *lines[5:]]),
    }
    for name, text in broken.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=name):
            ra.EAM.from_file(tmp_path / name)
    with pytest.raises(DataError, match="no form called"):
        ra.EAM.from_file(tmp_path / "whole.eam.alloy", form="xml")


def test_elements_that_the_tables_lack_are_refused():
    with pytest.raises(ModelError, match="no Au"):
        ra.EAM(analytic(301)).energy_and_forces([[0, 0, 0]], numbers=[79])
    with pytest.raises(ModelError, match="no spline called"):
        ra.EAM(analytic(301), spline="cubic")


@pytest.mark.parametrize("spline", ["natural", "lammps"])
def test_splines_go_through_their_values_and_on_straight(spline):
    x = np.linspace(0, 2, 41)

    def at(places):
        with double_precision():
            table = jnp.array(cubics(np.sin(x), spline))
            return np.asarray(evaluated(jnp.array(places), 0.05, table))

    assert at(x) == pytest.approx(np.sin(x), abs=1e-14)
    between = np.linspace(0.2, 1.5, 33)
    assert at(between) == pytest.approx(np.sin(between), abs=1e-6)
    assert np.abs(at(between) - np.sin(between)).max() > 1e-9
    assert np.diff(at([2.0, 2.5, 3.0]), 2) == pytest.approx(0.0, abs=1e-13)


def test_tables_go_on_where_the_density_is_beyond_them():
    tables = analytic(301)
    crowd = ra.EAM(tables).evaluate(bulk("Cu", a=2.0).positions, bulk("Cu", a=2.0).cell[:],
                                    True, [29])  # fmt: skip
    assert np.isfinite(crowd.energy)


@above_all("name", CASES, "own", "eam", "sw-compound")
def test_copies_in_another_process_say_the_same(name):
    potential, atoms = (build() for build in CASES[name])
    if name == "own":
        potential = ra.Density(*GLUE, **NUMBERS, rc=5.0)
    where = (atoms.positions, atoms.cell[:], True, atoms.numbers)
    expected = potential.evaluate(*where)
    again = pickle.loads(pickle.dumps(potential)).evaluate(*where)
    assert again.energy == expected.energy
    assert np.array_equal(again.forces, expected.forces)


@pytest.mark.parametrize("name", ["gupta-alloy", "zhou-alloy", "own", "sw-compound", "tersoff"])
def test_a_recipe_makes_the_same_again(name):
    potential = CASES[name][0]()
    if name == "own":
        potential = ra.Density(*GLUE, **NUMBERS, rc=5.0)
    node = Node(json.loads(json.dumps(recipe(potential))), "a test", "")
    again = potential_of(node)
    assert repr(again.tables(_symbols(potential))) == repr(potential.tables(_symbols(potential)))


def _symbols(potential):
    return elements_of(potential.given)


def test_a_fit_finds_the_parameters_that_made_the_data(tmp_path):
    truth = ra.Gupta.of("Cu")
    rng = np.random.default_rng(3)
    data = []
    for seed in range(8):
        atoms = bulk("Cu", a=3.6 * (1 + rng.uniform(-0.04, 0.04)), cubic=True)
        atoms.rattle(0.1, seed=seed)
        atoms.calc = truth
        said = {"energy": atoms.get_potential_energy(), "forces": atoms.get_forces()}
        atoms.calc = SinglePointCalculator(atoms, **said)
        data.append(atoms)
    begin = ra.Gupta(0.1, 1.3, 10.5, 2.5, truth.given["r0"])
    fit = ra.fit_potential(begin, data, forces=True, fixed=("r0",))
    assert fit.ok
    fit.save(tmp_path / "copper.json")
    again = ra.load_potential(tmp_path / "copper.json")
    where = (data[0].positions, data[0].cell[:])
    assert again.energy_and_forces(*where)[0] == fit.calculator().energy_and_forces(*where)[0]
    for name, value in truth.given.items():
        assert fit.params[name] == pytest.approx(value, rel=1e-7)
