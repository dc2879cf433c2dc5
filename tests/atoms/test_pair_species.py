"""Parameters of pairs of elements: how they are given, and how they are mixed."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import residua.atoms as ra
from residua.atoms.mixing import COUPLED, MIXING, RULES
from residua.atoms.species import atom_table, pair_table

EPSILON, SIGMA = {"Ar": 0.0104, "Kr": 0.0140}, {"Ar": 3.4, "Kr": 3.65}
# What each set of rules makes of Ar-Kr, worked out by hand from its paper.
MIXED = {
    "lorentz_berthelot": (np.sqrt(0.0104 * 0.0140), 3.525),
    "geometric": (np.sqrt(0.0104 * 0.0140), np.sqrt(3.4 * 3.65)),
    "waldman_hagler": (
        2 * np.sqrt(0.0104 * 0.0140) * 3.4**3 * 3.65**3 / (3.4**6 + 3.65**6),
        ((3.4**6 + 3.65**6) / 2) ** (1 / 6),
    ),
    "saft": (np.sqrt(3.4**3 * 3.65**3) / 3.525**3 * np.sqrt(0.0104 * 0.0140), 3.525),
}
APART = [[0.0, 0.0, 0.0], [3.7, 0.4, 0.0]]


def energy(potential, numbers=(18, 36)):
    return potential.energy_and_forces(APART, numbers=list(numbers))[0]


def test_every_rule_is_tried():
    assert set(MIXED) == set(RULES)
    used = {mean for rules in RULES.values() for mean in rules.values()} | {"harmonic"}
    assert used == set(MIXING) | set(COUPLED)


@pytest.mark.parametrize("rule", MIXED)
def test_mixed_parameters_are_those_of_the_papers(rule):
    if rule == "saft":
        potential = ra.Mie(EPSILON, SIGMA, rc=9.0)
    else:
        potential = ra.LennardJones(EPSILON, SIGMA, mixing=rule, rc=9.0)
    epsilon, sigma = MIXED[rule]
    one = ra.LennardJones(float(epsilon), float(sigma), rc=9.0)
    assert energy(potential) == pytest.approx(energy(one), rel=1e-13)


def test_exponents_of_mie_are_mixed_above_three():
    """n = 3 + sqrt((n1 - 3)(n2 - 3)), equation (40) of Lafitte et al."""
    potential = ra.Mie(0.01, 3.4, {"Ar": 12.0, "Kr": 19.0}, rc=9.0)
    assert energy(potential) == pytest.approx(energy(ra.Mie(0.01, 3.4, 15.0, rc=9.0)), rel=1e-13)


def test_mixed_exponentials_are_the_geometric_mean_of_both():
    """So that u of Ar-Kr is the root of u of Ar-Ar times u of Kr-Kr, at any distance."""
    wall = ra.BornMayer({"Ar": 900.0, "Kr": 1700.0}, {"Ar": 0.31, "Kr": 0.36}, rc=9, cutoff="sharp")
    pure = [energy(wall, pair) for pair in ((18, 18), (36, 36))]
    assert energy(wall) == pytest.approx(np.sqrt(np.prod(pure)), rel=1e-13)


@pytest.mark.parametrize("key", ["Ar-Kr", "Kr-Ar", ("Ar", "Kr"), ("Kr", "Ar")], ids=str)
def test_a_pair_that_is_given_is_not_mixed(key):
    given = ra.LennardJones({**EPSILON, key: 0.02}, SIGMA, rc=9.0)
    assert energy(given) == pytest.approx(energy(ra.LennardJones(0.02, 3.525, rc=9.0)), rel=1e-13)
    assert energy(given, (36, 18)) == energy(given)


def test_the_cutoff_of_a_pair_is_between_those_of_its_elements():
    """3 sigma of each: 10.2, 10.95, and 10.575 for Ar-Kr."""
    lj = ra.LennardJones(EPSILON, SIGMA)
    assert lj.cutoff == pytest.approx(10.95)
    assert lj.tables(["Ar", "Kr"])["_rc"] == pytest.approx(
        np.array([[10.2, 10.575], [10.575, 10.95]])
    )


def test_one_element_in_a_potential_of_two():
    potential = ra.LennardJones(EPSILON, SIGMA, rc=9.0)
    for number, symbol in ((18, "Ar"), (36, "Kr")):
        alone = ra.LennardJones(EPSILON[symbol], SIGMA[symbol], rc=9.0)
        assert energy(potential, (number, number)) == pytest.approx(energy(alone), rel=1e-14)


@pytest.mark.parametrize("rule", [*MIXING, *COUPLED])
def test_tables_can_be_followed_by_jax(rule):
    """A fit differentiates by the parameters of elements, through their means."""

    def cross(both):
        given = {"epsilon": dict(zip(("Ar", "Kr"), both)), "sigma": {"Ar": 3.4, "Kr": 3.65}}
        rules = {"epsilon": rule}
        return pair_table("epsilon", given["epsilon"], ["Ar", "Kr"], rules, given)[0, 1]

    at = np.array([4.4, 5.1])
    with jax.enable_x64(True):
        exact = np.asarray(jax.grad(cross)(at))
    h = 1e-6
    numerical = [(cross(at + h * e) - cross(at - h * e)) / (2 * h) for e in np.eye(2)]
    assert exact == pytest.approx(np.array(numerical), rel=1e-8)


def test_parameters_of_atoms():
    assert atom_table("xi", {"Kr": 2.0, "Ar": 1.0}, ["Ar", "Kr"]).tolist() == [1.0, 2.0]
    assert atom_table("xi", 3.0, ["Ar", "Kr"]) == 3.0
