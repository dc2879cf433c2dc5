"""Rows of a fit and their derivatives by the parameters, against differences."""

from __future__ import annotations

import numpy as np
import pytest
from made_structures import alloyed, places

from residua.atoms import FinnisSinclair, Gupta, LennardJones, Pair, StillingerWeber
from residua.atoms.fitting.names import flat
from residua.atoms.fitting.rows import PotentialRows

MIXED = {
    "epsilon": {"Ar": 0.0104, "Kr": 0.0141},
    "sigma": {"Ar": 3.40, "Kr": 3.65, ("Ar", "Kr"): 3.5},
}
PAIRS = {
    "shift": LennardJones(0.0104, 3.4, rc=8.0),
    "force": Pair("morse", D=0.012, alpha=1.5, r0=3.8, rc=8.0, cutoff="force"),
    "switch": Pair("A*exp(-B*r) - C/r**6", A=9e3, B=3.7, C=80.0, rc=8.0, cutoff="switch"),
    "sharp": LennardJones(0.0104, 3.4, rc=8.0, cutoff="sharp"),
    "following": Pair("lennard_jones", epsilon=0.0104, sigma=3.4, rc="2.2*sigma"),
    "elements": LennardJones(**MIXED, rc=8.0),
}
# Many-body potentials, spread to the distances of argon.
MANY = {
    "gupta": Gupta(0.01, 0.1, 9.0, 2.5, 3.7, rc=8.0),
    "finnis_sinclair": FinnisSinclair(0.02, 6.1, 0.3, 5.7, 0.004, -0.0015, 0.0002),
    "stillinger_weber": StillingerWeber(epsilon=0.05, sigma=3.1),
}
PLACES = places(16)


@pytest.mark.parametrize("name", [*PAIRS, *MANY])
def test_derivatives_are_those_of_differences_to_seven_digits(name):
    potential = {**PAIRS, **MANY}[name]
    structures = alloyed(PLACES) if name == "elements" else PLACES
    rows = PotentialRows(potential, structures, virial=True)
    begin = np.array(list(flat(potential.given).values()))
    _, tangents = rows.linearized(begin)
    for k, number in enumerate(begin):
        if number == 0 or not tangents[k].any():
            continue
        step = np.zeros(len(begin))
        step[k] = 1e-5 * abs(number)
        ahead, behind = (rows.linearized(begin + sign * step)[0] for sign in (1, -1))
        slope = (ahead - behind) / (2 * step[k])
        np.testing.assert_allclose(tangents[k], slope, atol=1e-7 * np.abs(slope).max(), rtol=0)


def test_rows_are_what_the_calculator_says_of_each_structure():
    """Energies for an atom, forces, stresses in the order xx yy zz yz xz xy."""
    potential, structures = PAIRS["elements"], alloyed(PLACES)[:2]
    rows = PotentialRows(potential, structures, per=structures.natoms, virial=True)
    values = rows.value(list(flat(potential.given).values()))
    said = [
        potential.evaluate(one.positions, one.cell, one.pbc, one.numbers, stress=True)
        for one in structures
    ]
    energies = [one.energy / len(one.forces) for one in said]
    forces = np.concatenate([one.forces.ravel() for one in said])
    stresses = np.concatenate([one.stress for one in said])
    expected = np.concatenate([energies, forces, stresses])
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        rows.linearized([*flat(potential.given).values()])[0], values, rtol=1e-12, atol=1e-15
    )


def test_rows_that_are_taken_are_those_of_all():
    every = PotentialRows(PAIRS["shift"], PLACES, virial=True)
    take = np.array([2, 0, 9, 40])
    some = PotentialRows(PAIRS["shift"], PLACES, take=take)
    energies = PotentialRows(PAIRS["shift"], PLACES, take=np.arange(3))
    at = [0.011, 3.3]
    np.testing.assert_allclose(some.linearized(at)[0], every.linearized(at)[0][take], rtol=1e-13)
    np.testing.assert_allclose(some.linearized(at)[1], every.linearized(at)[1][:, take], rtol=1e-12)
    np.testing.assert_allclose(energies.value(at), every.linearized(at)[0][:3], rtol=1e-13)
