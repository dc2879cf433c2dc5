"""Fitted potentials in files: what comes back, and what hostile or damaged files end in."""

from __future__ import annotations

import json

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_structures import alloyed, computed, places

import residua as rs
from residua import FileError
from residua.atoms import (
    Buckingham,
    Density,
    ExtrapolationWarning,
    FinnisSinclair,
    Gupta,
    LennardJones,
    Mie,
    Morse,
    Pair,
    StillingerWeber,
    fit_potential,
    load_potential,
    to_atoms,
)
from residua.atoms.fitting.recipe import CLASSES, potential_of, recipe
from residua.report.encoding import Node

SOME = places()
FORMULA = "4*epsilon*((sigma/r)**12 - (sigma/r)**6)"
PAIRS = {("Ar", "Ar"): 0.0104, ("Ar", "Kr"): 0.0115, "Kr": 0.0141}
SAVED = [
    Pair(FORMULA, epsilon=0.0103, sigma=3.4, rc="2.5*sigma"),
    Pair("morse", D=0.012, alpha=1.5, r0=3.8, rc=9.1, cutoff="switch", inner=7.0),
    Pair(rs.model("born_mayer", independent="r") + "-C/r**6", A=9e3, rho=0.27, C=80.0, rc=9.0),
    LennardJones(PAIRS, {"Ar": 3.4, "Kr": 3.65}, rc={"Ar": 8.0, "Kr": 9.0}, skin=0.3),
    LennardJones(0.0103, 3.4, mixing="waldman_hagler", cutoff="force"),
    Mie(0.0105, 3.404, 12.085, mixing={"sigma": "arithmetic"}),
    Morse(0.012, 1.5, 3.8),
    Buckingham(4000.0, 3.5, 60.0, guard=False, rc=9.0),
    Gupta.of("Cu"),
    Gupta.of("Cu", "Au"),
    FinnisSinclair.of("W"),
    StillingerWeber(),
    Density("2*A*exp(-a*r)", "exp(-b*r)", "-D*sqrt(rho)", A=800.0, a=3.2, b=1.4, D=9.0, rc=6.0),
]


@pytest.mark.parametrize("potential", SAVED, ids=lambda p: type(p).__name__)
def test_a_recipe_is_plain_json_and_says_it_all(potential):
    text = json.dumps(recipe(potential), allow_nan=False)
    again = potential_of(Node(json.loads(text), "potential.json", ""))
    assert type(again) is type(potential) and again.cutoff == potential.cutoff
    assert recipe(again) == json.loads(text)
    symbols = [symbol for symbol in ("Ar", "Kr", "Cu", "Au") if symbol in text] or ["Si"]
    ours, theirs = (jax.tree_util.tree_leaves(one.tables(symbols)) for one in (potential, again))
    assert len(ours) == len(theirs) > 0
    for one, other in zip(ours, theirs):
        np.testing.assert_array_equal(one, other)


@pytest.fixture(scope="module")
def fit():
    truth = LennardJones(PAIRS, {"Ar": 3.4, "Kr": 3.65, "Ar-Kr": 3.5}, rc=8.0)
    own = {18: -527.25, 36: -2753.5}
    data = computed(truth, alloyed(SOME), (1e-3, 3e-3, 0), seed=1, own=own)
    begin = {"epsilon": 0.0115, "sigma": 3.5}
    return fit_potential(FORMULA, data, rc=8.0, forces=True, offsets=True, start=begin)


@pytest.fixture
def path(fit, tmp_path):
    fit.save(tmp_path / "mixture.json")
    return tmp_path / "mixture.json"


def test_energies_come_back_to_the_bit(fit, path):
    ours, theirs = fit.calculator(), load_potential(path)
    for one in fit.structures[:1]:
        atoms = to_atoms(one)
        numbers = []
        for calculator in (ours, theirs):
            atoms.calc = calculator
            numbers.append([atoms.get_potential_energy(), *atoms.get_forces().ravel()])
        assert numbers[0] == numbers[1]
    assert theirs.domain == ours.domain
    assert theirs.atom_energies == fit.offsets


def test_a_loaded_potential_keeps_watch(fit, path):
    atoms = to_atoms(fit.structures[0])
    atoms.calc = load_potential(path)
    atoms.set_cell(0.6 * atoms.cell, scale_atoms=True)
    with pytest.warns(ExtrapolationWarning):
        atoms.get_potential_energy()


def test_the_file_says_what_was_fitted(fit, path):
    content = json.loads(path.read_text())
    assert content["params"] == fit.params and content["stderr"] == fit.stderr
    node = Node(content, "", "")
    np.testing.assert_array_equal(node["covariance"].array(), fit.covariance)
    assert content["fitted"]["structures"] == len(fit.structures)
    assert content["fitted"]["species"] == ["Ar", "Kr"]
    assert content["errors"][0]["rmse"] == fit.errors.rmse("energy")


def test_functions_are_refused_before_anything_is_written(tmp_path):
    def u(r, epsilon, sigma):
        return 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)

    fit = fit_potential(u, SOME, rc=8.0)
    with pytest.raises(
        FileError, match=r"u is the Python function .*which a file cannot hold"
    ) as told:
        fit.save(tmp_path / "u.json")
    assert "formula" in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_class_of_ones_own_is_refused():
    class Mine(Pair):
        pass

    with pytest.raises(FileError, match="of the class Mine cannot be saved"):
        recipe(Mine("morse", D=1.0, alpha=1.0, r0=1.0, rc=3.0))


def test_files_are_not_written_over_unasked(fit, path):
    before = path.read_bytes()
    with pytest.raises(FileError, match="exists already"):
        fit.save(path, overwrite=False)
    assert path.read_bytes() == before


def test_the_potential_of_a_failed_fit_warns(tmp_path):
    fit = fit_potential("lennard_jones", SOME, rc=8.0, max_steps=1, start={"sigma": 2.5})
    fit.save(tmp_path / "failed.json")
    with pytest.warns(UserWarning, match="not to be trusted"):
        load_potential(tmp_path / "failed.json")


def at(content, place, value):
    """The content with another value at a place, `a.b`; None takes it away."""
    *way, last = place.split(".")
    inner = content
    for key in way:
        inner = inner[key]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return content


HOSTILE = [
    ("format", "residua.fit", "is not a saved potential"),
    ("version", 99, "has version 99"),
    ("version", "1", "version is not a count"),
    ("potential", None, "potential is missing"),
    ("potential.class", "EAM", "potential.class is none of"),
    ("potential.class", "os.system", "potential.class is none of"),
    ("potential.class", "__import__", "potential.class is none of"),
    ("potential.functions.u.text", "__import__('os').system('true')", "cannot be read"),
    ("potential.functions.u.text", "().__class__", "cannot be read"),
    ("potential.functions.u.kind", "function", "is no kind of function"),
    ("potential.functions.u.kind", "reactions", "is no kind of function"),
    ("potential.functions.u.parameters", ["A", "B"], "other variables and parameters"),
    ("potential.words.__class__", 1.0, "has the key '__class__'"),
    ("potential.words.u", "morse", "is no potential"),
    ("potential.words.nonsense", 1.0, "is no potential"),
    ("potential.words.rc", 1e9, "cutoff of 1e\\+09"),
    ("potential.words.rc", -1.0, "is no potential"),
    ("potential.words.rc", "__import__('os')", "is no potential"),
    ("potential.words.epsilon", "text", "is no potential"),
    ("potential.words.epsilon", [1.0], "is not a number"),
    ("potential.words.epsilon", {"Ar-Ar": "nan"}, "is no potential"),
    ("potential.words.epsilon", {"../etc": 1.0}, "neither a name nor elements"),
    ("potential.words.cutoff", "magic", "is no potential"),
    ("params.sigma_Ar_Ar", 3.0, "someone edited the file"),
    ("offsets", [1.0], "offsets are not by element"),
    ("offsets", {"Xx": 1.0}, "offsets are not by element"),
    ("domain", None, "domain is missing"),
    ("domain.nearest", [["Ar", "Ar"]], "not two elements and a distance"),
    ("domain.nearest", [["Ar", "Qq", 1.0]], "not two elements and a distance"),
    ("domain.crowd", [1], "not what a fit has seen"),
    ("domain.cutoff", "inf", "not what a fit has seen"),
    ("ok", "yes", "ok is not true or false"),
]


@pytest.mark.parametrize("place, value, said", HOSTILE)
def test_hostile_and_damaged_files_end_in_a_file_error(path, place, value, said):
    content = at(json.loads(path.read_text()), place, value)
    path.write_text(json.dumps(content))
    with pytest.raises(FileError, match=said):
        load_potential(path)


def test_files_that_are_none(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        load_potential(tmp_path / "nothing.json")
    with pytest.raises(FileError, match="cannot be read"):
        load_potential(tmp_path)
    for name, content in (("a", b"\xff\xfe"), ("b", b"{"), ("c", b"[" * 100_000), ("d", b"[]")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileError):
            load_potential(tmp_path / name)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 10**6), byte=st.integers(0, 255), whole=st.booleans())
def test_a_file_with_any_byte_changed_or_cut_loads_or_is_refused(saved_text, cut, byte, whole):
    """A changed digit of a covariance harms nobody; everything else is a FileError."""
    folder, content = saved_text
    place = cut % len(content)
    damaged = content[:place] + bytes([byte]) * whole + (content[place + 1 :] if whole else b"")
    (folder / "damaged.json").write_bytes(damaged)
    try:
        found = load_potential(folder / "damaged.json")
    except FileError:
        return
    assert np.isfinite(found.cutoff)


@pytest.fixture(scope="module")
def saved_text(fit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("damaged")
    fit.save(folder / "whole.json")
    return folder, (folder / "whole.json").read_bytes()


def test_every_class_of_the_table_exists_or_is_none_of_this_version():
    from residua import atoms

    known = {name for name in CLASSES if hasattr(atoms, name)}
    assert {type(potential).__name__ for potential in SAVED} <= known
    assert known >= {"LennardJones", "Pair", "Gupta"}
