"""A network by the words of fit_potential: the fit of fit_neural, or a refusal that says why."""

from __future__ import annotations

from inspect import signature
from typing import get_type_hints

import pytest
from neural_mixtures import mixtures

import residua as rs
from residua import DataError, ModelError
from residua.atoms import Structure, Structures, fit_neural, fit_potential
from residua.atoms.fitting.words import FitWords
from residua.atoms.neural import words
from residua.atoms.neural.words import UNSAID

ROWS = mixtures(8)


@pytest.mark.slow
def test_it_is_the_fit_of_fit_neural():
    ours = fit_potential(rs.MLP([2]), ROWS, rc=4.5, seed=3, max_steps=2)
    theirs = fit_neural(ROWS, [2], cutoff=4.5, seed=3, steps=2)
    assert ours.members[0].theta.tobytes() == theirs.members[0].theta.tobytes()
    assert ours.held == theirs.held and ours.layout == theirs.layout


@pytest.fixture
def asked(monkeypatch):
    """What fit_neural is asked for."""
    found = {}
    monkeypatch.setattr(
        words, "fit_neural", lambda rows, hidden, **said: found.update(hidden=hidden, **said)
    )
    return found


def test_usual_words_are_those_of_fit_neural(asked):
    fit_potential(rs.MLP(), ROWS)
    usual = {name: one.default for name, one in signature(fit_neural).parameters.items()}
    assert {name: usual[name] for name in asked} == asked
    assert asked["hidden"] == (8,) and asked["forces"] is True


def test_words_that_mean_something_are_passed_on(asked):
    weights = {"energy": 500.0, "forces": 10.0}  # 2 meV for an atom count as 0.1 eV/Å
    said = {"forces": False, "by": "group", "seed": 3, "max_steps": 9}
    fit_potential(rs.MLP([4, 3]), ROWS, offsets=True, rc="5.5", weights=weights, **said)
    del said["max_steps"]
    told = {"hidden": (4, 3), "cutoff": 5.5, "energy_scale": 0.02, "steps": 9}
    assert asked == {**said, **told}


def test_forces_are_fitted_where_there_are_any(asked):
    bare = Structures(
        Structure(one.positions, one.numbers, one.cell, True, energy=one.energy) for one in ROWS
    )
    fit_potential(rs.MLP([]), bare)
    assert asked["hidden"] == () and asked["forces"] is False


SAID = {
    "energy": False,
    "stress": True,
    "per": "cell",
    "cutoff": "force",
    "inner": 4.0,
    "validation": 0.2,
    "start": {"a": 1.0},
    "bounds": {"a": (0, 1)},
    "fixed": ["a"],
    "tie": {"a": "b"},
    "callback": print,
}


@pytest.mark.parametrize("word", UNSAID)
def test_words_that_say_nothing_to_a_network_are_refused(word):
    with pytest.raises(ModelError, match=f"{word}=.* says nothing to a network"):
        fit_potential(rs.MLP([2]), ROWS, **{word: SAID[word]})


@pytest.mark.parametrize(
    "network, what",
    [
        (rs.MLP([2], "relu"), "has tanh, not relu"),
        (rs.MLP([2], positive=True), "cannot be the energy"),
        (rs.MLP([2], output="logistic"), "cannot be the energy"),
        (rs.MLP([2]) + "a*x", "is no potential"),
    ],
    ids=["relu", "positive", "logistic", "hybrid"],
)
def test_networks_that_are_no_energy_are_refused(network, what):
    with pytest.raises(ModelError, match=what):
        fit_potential(network, ROWS)


def test_a_cutoff_and_weights_that_cannot_be_are_refused():
    with pytest.raises(ModelError, match="is a number of Å"):
        fit_potential(rs.MLP([2]), ROWS, rc="3*sigma")
    with pytest.raises(DataError, match="nothing of forces"):
        fit_potential(rs.MLP([2]), ROWS, weights={"energy": 1.0})
    with pytest.raises(DataError, match="must be a positive number"):
        fit_potential(rs.MLP([2]), ROWS, weights={"energy": 1.0, "forces": 0.0})


def test_the_words_of_type_checkers_are_those_of_the_function():
    taken = [name for name, one in signature(fit_potential).parameters.items() if one.kind == 3]
    assert list(get_type_hints(FitWords)) == taken
    assert set(SAID) == set(UNSAID) <= set(taken)
