"""Offsets of energies, and stresses without the Pulay error."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from residua.atoms import Structure, Structures, energy_offsets, pulay, read_structures
from residua.atoms.corrections import without_offsets
from residua.atoms.units import GPA


def cluster(numbers, energy):
    return Structure(np.arange(3.0 * len(numbers)).reshape(-1, 3), numbers, energy=energy)


def test_offsets_of_exact_energies_are_exact():
    known = {1: -3.0, 6: -148.5, 8: -432.25}
    draw = np.random.default_rng(0)
    rows = []
    for _ in range(12):
        numbers = draw.choice(list(known), size=draw.integers(2, 9))
        rows.append(cluster(numbers, sum(known[z] for z in numbers)))
    found = energy_offsets(Structures(rows))
    assert found.determined
    np.testing.assert_allclose(list(found.values.values()), list(known.values()), rtol=1e-11)
    left = without_offsets(Structures(rows), found).energies
    assert abs(left).max() < 1e-9


def test_compositions_that_tell_nothing_apart_are_said_so():
    rows = Structures(cluster([11, 17] * n, -3.0 * n) for n in (1, 2, 3))
    found = energy_offsets(rows)
    assert not found.determined
    np.testing.assert_allclose(found.of(rows), rows.energies, rtol=1e-12)


def test_structures_without_energy_do_not_count():
    rows = Structures([cluster([18], -1.0), cluster([18], np.nan)])
    assert energy_offsets(rows).values == {"Ar": pytest.approx(-1.0)}
    with pytest.raises(rs.DataError, match="has energy"):
        energy_offsets(rows[1:])


def test_the_correction_brings_stress_to_the_slope_of_the_energy():
    """P = -dE/dV of the five perfect fcc cells; 0.52 GPa at 28.5 Å^3 in the data's README.

    A polynomial in V^(-1/3) through five points is good to about 0.05 GPa inside; the correction
    is 0.4 to 0.8 GPa.
    """
    raw = read_structures("example:argon", "structure=fcc,rattle=0")
    V, E = raw.volumes / raw.natoms, raw.energies / raw.natoms
    x = np.polynomial.Polynomial.fit(V ** (-1 / 3), E, 4)
    by_energy = x.deriv()(V ** (-1 / 3)) / 3 * V ** (-4 / 3) / GPA
    by_stress, corrected = (
        np.array([-np.trace(row.stress) / 3 / GPA for row in rows]) for rows in (raw, pulay(raw))
    )
    np.testing.assert_allclose(corrected - by_stress, 20.3 / V, rtol=1e-12)
    assert abs(by_stress - by_energy).min() > 0.35
    np.testing.assert_allclose(corrected, by_energy, atol=0.03)
    assert by_stress[1] == pytest.approx(-0.21, abs=0.005)
    assert by_energy[1] == pytest.approx(0.52, abs=0.05)


def test_the_correction_leaves_everything_else_alone():
    raw = read_structures("example:argon")[5:8]
    for before, after in zip(raw, pulay(raw, 10.0)):
        assert after.energy == before.energy and after.name == before.name
        np.testing.assert_array_equal(after.forces, before.forces)
        off = after.stress - before.stress
        assert np.abs(off - np.diag(np.diag(off))).max() == 0
    bare = Structures([Structure([[0, 0, 0]], [18], energy=0.0)])
    assert pulay(bare)[0].stress is None
