"""Mechanisms written as text: what is read, what it computes, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import residua as rs
from residua.dynamics.reactions import mass_action

T = np.linspace(0.0, 2.0, 30)


@pytest.mark.parametrize(
    ("text", "species", "parameters", "slopes"),
    [
        ("A -> B; k", "AB", ("k",), [-2 * 3, 2 * 3]),
        ("A <-> B; k1, k_1", "AB", ("k1", "k_1"), [-2 * 3 + 5 * 7, 2 * 3 - 5 * 7]),
        ("2 A -> B; k", "AB", ("k",), [-2 * 2 * 9, 2 * 9]),
        ("2A ⇌ B ; k1, k_1", "AB", ("k1", "k_1"), [-2 * 18 + 2 * 35, 18 - 35]),
        ("A + A --> 3*B; k", "AB", ("k",), [-2 * 18, 3 * 18]),
        ("A + B → C; k\nC => 0; 0.5", "ABC", ("k",), [-42, -42, 42 - 0.5 * 11]),
        ("0 -> A; feed", "A", ("feed",), [2]),
        ("∅ <=> A; k, k2", "A", ("k", "k2"), [2 - 15]),
        ("E + S <-> ES; k1, k2\nES -> E + P; k3", ("E", "S", "ES", "P"), ("k1", "k2", "k3"),
         [-42 + 55 + 77, -42 + 55, 42 - 55 - 77, 77]),
        ("E + A -> E + B; k", "EAB", ("k",), [0, -42, 42]),
    ],
)  # fmt: skip
def test_mass_action_by_hand(text, species, parameters, slopes):
    law = mass_action(text.splitlines())
    assert law.species == tuple(species) and law.parameters == parameters
    amounts = np.array([3.0, 7.0, 11.0, 13.0])[: len(species)]
    constants = [2.0, 5.0, 7.0][: len(parameters)]
    np.testing.assert_allclose(law(0.0, amounts, *constants), slopes)


@pytest.mark.parametrize(
    "text",
    [
        "", "A -> B", "A; k", "A -> B; k1, k2", "A <-> B; k1", "A -> B; 2 k", "A -> 10 B; k",
        "A -> 0 B; k", "A -> B -> C; k", "A & B -> C; k", "A -> B; _k", "A -> _B; k", "A -> B; t",
        "A -> B; A", "A -> B; -1", "A -> B; __import__('os')", "; k", "2 -> A; k", "A -> B; k;",
    ],
)  # fmt: skip
def test_what_is_no_mechanism_is_refused(text):
    with pytest.raises(rs.FormulaError):
        rs.reactions(text, {"A": 1.0})


def test_start_and_observe_name_species():
    with pytest.raises(rs.ModelError, match="start names X"):
        rs.reactions("A -> B; k", {"X": 1.0})
    with pytest.raises(rs.ModelError, match="'X' cannot be observed"):
        rs.reactions("A -> B; k", {"A": 1.0}, observe="X")
    with pytest.raises(rs.ModelError, match=r"rs\.ode"):
        rs.reactions("A -> B; k", {"A": 1.0}, observe=lambda A: A)


def test_an_enzyme_is_fitted_saved_and_loaded_by_its_text(tmp_path):
    text = ["E + S <-> ES; k1, k2", "ES -> E + P; 2.0"]
    model = rs.reactions(text, {"E": 0.1, "S": None}, observe=["S", "P"])
    assert model.parameters == ("k1", "k2", "S0")
    truth = {"k1": 40.0, "k2": 5.0, "S0": 1.0}
    clean = model(T * 5, **truth)
    y = clean + 0.001 * np.random.default_rng(0).standard_normal(clean.shape)
    fit = rs.fit(model, T * 5, y, start={"k1": 30.0, "k2": 3.0, "S0": 0.9})
    assert fit.ok and all(abs(fit.params[n] - truth[n]) < 4 * fit.stderr[n] for n in truth)
    path = tmp_path / "enzyme.fit.json"
    fit.save(path)
    loaded = rs.load(path)
    assert loaded.params == fit.params and "ES -> E + P" in str(loaded)
    np.testing.assert_array_equal(loaded.model(T, **truth), model(T, **truth))

    saved = json.loads(path.read_text(encoding="utf-8"))
    for key, value in (("start", "E = x y"), ("observe", "Q"), ("max_steps", 10**12), ("t0", "?")):
        broken = json.loads(json.dumps(saved))
        broken["model"]["options"][key] = value
        path.write_text(json.dumps(broken), encoding="utf-8")
        with pytest.raises(rs.FileError):
            rs.load(path)
