"""Potentials fitted to what a known potential says, with known noise: the truth comes back."""

from __future__ import annotations

import numpy as np
import pytest
from made_structures import alloyed, computed, noisy, places

from residua.atoms import LennardJones, Pair, fit_potential
from residua.atoms.fitting.names import flat

NOISE = (5e-4, 2e-3, 2e-4)
NOISES = dict(zip(("energy", "forces", "stress"), NOISE))


def born(r, A, B, C):
    return A * np.exp(-B * r) - C / r**6


FORMULA = "D*((1 - exp(-a*(r - r0)))**2 - 1)"
# Form, truth, words.
FORMS = {
    "lennard_jones": ("lennard_jones", {"epsilon": 0.0121, "sigma": 3.35}, {}),
    "morse": ("morse", {"D": 0.013, "alpha": 1.6, "r0": 3.8}, {}),
    "buckingham": ("buckingham", {"A": 9000.0, "B": 3.7, "C": 80.0}, {"cutoff": "force"}),
    "formula": (FORMULA, {"D": 0.013, "a": 1.5, "r0": 3.7}, {"cutoff": "switch"}),
    "function": (born, {"A": 9000.0, "B": 3.7, "C": 80.0}, {}),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_truth_comes_back_within_its_error_bars(name):
    form, truth, words = FORMS[name]
    data = computed(Pair(form, rc=8.5, **words, **truth), places(), NOISE, seed=1)
    stress = name == "lennard_jones"
    fit = fit_potential(form, data, rc=8.5, forces=True, stress=stress, **words)
    assert fit.ok, fit
    pulls = [(fit.params[key] - truth[key]) / fit.stderr[key] for key in truth]
    assert np.abs(pulls).max() < 3.5, fit
    for kind, level in fit.levels.items():
        assert level == pytest.approx(NOISES[kind], rel=0.5)


MIXED = LennardJones({"Ar": 0.0104, "Kr": 0.0141}, {"Ar": 3.40, "Kr": 3.65}, rc=9.0)
EXPLICIT = LennardJones(
    {"Ar": 0.0104, "Kr": 0.0141, ("Ar", "Kr"): 0.0115},
    {"Ar": 3.40, "Kr": 3.65, ("Ar", "Kr"): 3.56},
    rc=9.0,
)


@pytest.mark.parametrize(
    "truth", [MIXED, pytest.param(EXPLICIT, marks=pytest.mark.slow)], ids=["mixing", "pairs"]
)
def test_mixtures_by_elements_and_by_pairs(truth):
    data = computed(truth, alloyed(places()), NOISE, seed=2)
    begin = {name: {key: 1.03 * v for key, v in row.items()} for name, row in truth.given.items()}
    fit = fit_potential(truth.refit(begin), data, forces=True)
    assert fit.ok
    assert_near(fit, flat(truth.given))
    assert fit.given.keys() == truth.given.keys()


def test_the_name_of_a_form_has_a_number_for_every_pair():
    """Without a start: the same for all pairs, from which each finds its own."""
    data = computed(EXPLICIT, alloyed(places()), NOISE, seed=2)
    fit = fit_potential("lennard_jones", data, rc=9.0, forces=True)
    names = ("Ar_Ar", "Ar_Kr", "Kr_Kr")
    truth = dict(zip((f"epsilon_{n}" for n in names), (0.0104, 0.0115, 0.0141)))
    truth |= dict(zip((f"sigma_{n}" for n in names), (3.40, 3.56, 3.65)))
    assert_near(fit, truth)


def test_energies_of_elements_are_fitted_with_the_potential():
    own = {18: -527.3, 36: -2753.9}
    data = computed(EXPLICIT, alloyed(places(4)), NOISE, seed=4, own=own)
    fit = fit_potential("lennard_jones", data, rc=9.0, forces=True, offsets=True)
    assert fit.ok
    assert fit.offsets.keys() == {"Ar", "Kr"}
    truth = {"E0_Ar": own[18], "E0_Kr": own[36], "sigma_Ar_Kr": 3.56, "epsilon_Kr_Kr": 0.0141}
    assert_near(fit, truth)
    one = data[3]
    calculator = fit.calculator()
    bare, _ = fit.potential.energy_and_forces(one.positions, one.cell, one.pbc, one.numbers)
    whole, _ = calculator.energy_and_forces(one.positions, one.cell, one.pbc, one.numbers)
    assert whole - bare == pytest.approx(sum(fit.offsets[s] for s in one.symbols), abs=1e-9)
    assert whole == pytest.approx(one.energy, abs=5 * len(one) * NOISE[0])


def assert_near(fit, truth):
    pulls = {name: (fit.params[name] - v) / fit.stderr[name] for name, v in truth.items()}
    assert max(map(abs, pulls.values())) < 3.5, pulls


@pytest.mark.slow
def test_pulls_of_many_draws_are_standard_normal():
    """200 draws of the noise; mean within 4 / sqrt(200), spread within 4 / sqrt(400)."""
    truth = {"epsilon": 0.0121, "sigma": 3.35}
    potential = Pair("lennard_jones", rc=8.5, **truth)
    exact = computed(potential, places(20))
    pulls = []
    for seed in range(200):
        data = noisy(exact, NOISE, seed)
        fit = fit_potential(
            "lennard_jones", data, rc=8.5, forces=True, weights={"energy": 2000.0, "forces": 500.0}
        )
        assert fit.ok
        pulls.append([(fit.params[k] - truth[k]) / fit.stderr[k] for k in truth])
    mean, spread = np.mean(pulls, axis=0), np.std(pulls, axis=0)
    assert np.abs(mean).max() < 4 / np.sqrt(200), mean
    assert np.abs(spread - 1).max() < 4 / np.sqrt(400), spread
