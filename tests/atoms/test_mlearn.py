"""The files of mlearn: the unit, sign and order of their stresses, told from strained cells."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from residua import DataError
from residua.atoms import read_structures

DATA = Path(__file__).parents[2] / "data" / "atoms"
# rows, groups of Y. Zuo et al., J. Phys. Chem. A 124 (2020) 731.
FILES = {"Si_training": 214, "Si_test": 25, "Li_training": 241, "Li_test": 29}


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_read_whole(name):
    rows = read_structures(DATA / f"{name}.json")
    assert len(rows) == FILES[name] and rows.species == (name[:2],)
    assert set(rows.counts.values()) == {FILES[name]}
    assert set(rows.groups) == {"Vacancy", "Surface", "AIMD-NVT", "Elastic"}
    # Forces of a cell add up to zero, as far as the calculation is converged.
    assert max(abs(row.forces.sum(axis=0)).max() for row in rows) < 0.02
    assert rows[0].info["tag"] in ("train", "test") and "300 K" in rows[0].info["description"]


def strained(mode):
    """(strains, structures) of one mode of the strained cells of silicon, in order."""
    rows = read_structures(DATA / "Si_training.json", "group=Elastic")
    found = []
    for row in rows:
        match = re.search(rf"mode {mode}, strain (\S+)", row.info["description"])
        if match:
            found.append((float(match[1]), row))
    return zip(*sorted(found, key=lambda pair: pair[0]))


@pytest.mark.parametrize("mode", range(6))
def test_stress_is_the_derivative_of_the_energy_by_strain(mode):
    """sigma = (1/V) dE/d(strain), every component, at cells strained in six ways.

    Along cells A(s), rows of vectors, dE/ds = V sigma : (A^-1 dA/ds). Energies and cells of nine
    strains are interpolated by polynomials of degree 6, which give slopes to 1% of their range; a
    wrong order, sign or unit is off by all of it.
    """
    strains, rows = map(list, strained(mode))
    cells = np.array([row.cell for row in rows])
    energies = np.array([row.energy for row in rows])
    slope = np.polynomial.Polynomial.fit(strains, energies, 6).deriv()
    shape = [
        [np.polynomial.Polynomial.fit(strains, cells[:, i, j], 6).deriv() for j in range(3)]
        for i in range(3)
    ]
    compared = []
    for s, row in zip(strains, rows):
        rate = np.array([[shape[i][j](s) for j in range(3)] for i in range(3)])
        gradient = np.linalg.inv(row.cell) @ rate
        compared.append((row.volume * np.sum(row.stress * gradient), slope(s)))
    told, found = np.array(compared).T
    inner = slice(1, -1)  # a polynomial is worst at its ends
    np.testing.assert_allclose(told[inner], found[inner], atol=0.01 * np.ptp(found))


def test_a_file_that_is_something_else(tmp_path):
    path = tmp_path / "other.json"
    path.write_text("[1, 2]")
    with pytest.raises(DataError, match=r"record 0 of .* is not laid out like mlearn's"):
        read_structures(path)
    path.write_text("[1, 2")
    with pytest.raises(DataError, match="is not JSON"):
        read_structures(path)
    record = json.loads((DATA / "Li_test.json").read_text())[-1]
    record["structure"]["sites"][0]["species"][0]["occu"] = 0.5
    path.write_text(json.dumps([record]))
    with pytest.raises(DataError, match="shared by several species"):
        read_structures(path)


def test_what_a_record_does_not_say_is_absent(tmp_path):
    record = json.loads((DATA / "Li_test.json").read_text())[-1]
    record["outputs"] = {"energy": -3.8}
    path = tmp_path / "energies.json"
    path.write_text(json.dumps([record]))
    row = read_structures(path)[0]
    assert row.energy == -3.8 and row.forces is None and row.stress is None
