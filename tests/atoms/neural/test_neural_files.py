"""Neural potentials in files: the same numbers and warnings, and what damaged files end in."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neural_mixtures import mixtures

from residua import FileError
from residua.atoms import ExtrapolationWarning, NeuralPotential, fit_neural, load_potential
from residua.report.encoding import encode_array

OPTIONS = {"cutoff": 6.0, "degrees": (4, 3, 2), "low": 4, "folds": 2, "steps": 3}


@pytest.fixture(scope="module")
def rows():
    return mixtures(12)


@pytest.fixture(scope="module")
def fit(rows):
    return fit_neural(rows, [3, 2], members=2, **OPTIONS)


@pytest.fixture(scope="module")
def whole(fit, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "mixture.potential.json"
    fit.save(path)
    return path


@pytest.fixture
def path(whole, tmp_path):
    (tmp_path / "mixture.json").write_bytes(whole.read_bytes())
    return tmp_path / "mixture.json"


def said(potential, one, scale=1.0):
    return potential.evaluate(
        scale * one.positions, scale * one.cell, one.pbc, one.numbers, stress=True
    )


def test_numbers_and_warnings_come_back_to_the_bit(rows, fit, path):
    """Energy, forces and stress where the fit was; the same words where it never was."""
    found = []
    for calculator in (fit.calculator(), load_potential(path)):
        inside = said(calculator, rows[0])
        assert calculator.beyond == ""
        with pytest.warns(ExtrapolationWarning, match="surroundings of atom"):
            said(calculator, rows[0], 0.8)
        found.append((inside, calculator.beyond))
    (ours, our_words), (theirs, their_words) = found
    assert ours.energy == theirs.energy and our_words == their_words
    np.testing.assert_array_equal(ours.forces, theirs.forces)
    np.testing.assert_array_equal(ours.stress, theirs.stress)


def test_a_potential_alone_is_saved_with_its_words(rows, fit, tmp_path):
    single = fit.potential(precision="single", skin=0.3)
    single.save(tmp_path / "single.json")
    found = load_potential(tmp_path / "single.json")
    assert (found.precision, found.skin, repr(found)) == ("single", 0.3, repr(single))
    nobody = fit.potential()
    nobody.seen = None
    nobody.save(tmp_path / "nobody.json")
    assert load_potential(tmp_path / "nobody.json").domain is None


def test_a_line_alone_comes_back(fit, tmp_path):
    whole = fit.potential()
    weights = {name: whole.weights[name] for name in ("offset", "line")}
    line = NeuralPotential(whole.basis, (), whole.species, weights)
    line.save(tmp_path / "line.json")
    found = load_potential(tmp_path / "line.json")
    assert found.hidden == () and found.weights.keys() == weights.keys()
    for name, part in weights.items():
        np.testing.assert_array_equal(found.weights[name], part)


def test_the_file_says_what_was_fitted(fit, path):
    content = json.loads(path.read_text())
    assert content["fitted"]["structures"] == 12 and content["fitted"]["members"] == 2
    assert content["held_out"]["forces"] == fit.held.forces
    assert content["potential"]["elements"] == ["Ar", "Kr"]


def test_files_are_not_written_over_unasked(fit, path):
    before = path.read_bytes()
    with pytest.raises(FileError, match="exists already"):
        fit.save(path, overwrite=False)
    assert path.read_bytes() == before


ZEROS = {"dtype": "<f8", "shape": [2], "base64": encode_array(np.zeros(2))["base64"]}
HOSTILE = [
    ("version", 99, "has version 99"),
    ("potential.class", "NeuralNetwork", "class is none of"),
    ("potential.elements", [], "are not distinct elements"),
    ("potential.elements", ["Ar", "Ar"], "are not distinct elements"),
    ("potential.elements", ["Ar", "Xx"], "are not distinct elements"),
    ("potential.elements", ["Ar"], "shape of another array"),
    ("potential.cutoff", -1.0, "are no distances"),
    ("potential.cutoff", 1e9, "are no distances"),
    ("potential.scale", "nan", "are no distances"),
    ("potential.degrees", [4, 3], "not three degrees"),
    ("potential.degrees", [9999, 9999, 9999], "not three degrees"),
    ("potential.degrees", [0, 0, 0], "has no invariants"),
    ("potential.degrees", [5, 3, 2], "shape of another array"),
    ("potential.low", -1, "is not a count"),
    ("potential.hidden", [0], "no hidden layers"),
    ("potential.hidden", [3], "shape of another array"),
    ("potential.hidden", [3] * 99, "no hidden layers"),
    ("potential.weights.offset", None, "is missing"),
    ("potential.weights.offset", ZEROS | {"shape": [3]}, "shape of another array"),
    ("potential.weights.offset", encode_array(np.array([0.0, np.nan])), "not finite"),
    ("potential.seen.center", ZEROS, "shape of another array"),
    ("potential.precision", "half", "is no potential"),
    ("potential.skin", 7.0, "is no potential"),
]


def test_nothing_is_hostile_about_a_word_that_is_left_alone(path):
    assert isinstance(load_potential(path), NeuralPotential)


@pytest.mark.parametrize("place, value, what", HOSTILE)
def test_hostile_and_damaged_files_end_in_a_file_error(path, place, value, what):
    content = json.loads(path.read_text())
    *way, last = place.split(".")
    inner = content
    for key in way:
        inner = inner[key]
    inner[last] = value
    if value is None:
        del inner[last]
    path.write_text(json.dumps(content))
    with pytest.raises(FileError, match=what):
        load_potential(path)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 10**6), byte=st.integers(0, 255), all_of_it=st.booleans())
def test_a_file_with_any_byte_changed_or_cut_loads_or_is_refused(whole, cut, byte, all_of_it):
    content = whole.read_bytes()
    place = cut % len(content)
    rest = content[place + 1 :] if all_of_it else b""
    damaged = whole.with_name("damaged.json")
    damaged.write_bytes(content[:place] + bytes([byte]) * all_of_it + rest)
    try:
        found = load_potential(damaged)
    except FileError:
        return
    assert np.isfinite(found.cutoff)
