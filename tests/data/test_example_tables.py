"""The tables that come with the package are found by name only."""

from pathlib import Path

import numpy as np
import pytest

import residua as rs


def test_volume_energy_is_the_file_as_it_is():
    table = rs.example("volume_energy")
    path = Path(rs.__file__).parent / "datasets" / "volume_energy.csv"
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    np.testing.assert_array_equal(np.stack(list(table.values()), axis=1), rows)
    assert list(table) == ["volume", "energy"]
    assert all(column.dtype == np.float64 for column in table.values())


def test_changing_a_table_changes_no_other():
    rs.example("volume_energy")["volume"][:] = 0
    assert rs.example("volume_energy")["volume"][0] > 0


@pytest.mark.parametrize("name", ["volume_enrgy", "../pyproject", "", "volume_energy.csv", 3])
def test_an_unknown_name_is_answered_with_those_there_are(name):
    with pytest.raises(rs.DataError, match=r"there are .*volume_energy") as caught:
        rs.example(name)
    # The nearest name, or the first of all.
    meant = "volume_energy" if "volume" in str(name) else "cu_dimer"
    assert f'residua.example("{meant}")' in str(caught.value)


def test_argon_has_five_crystals_of_five_volumes():
    """Of cells per atom: fcc and hcp at the same neighbor distance have the same volume."""
    table = rs.example("volume_energy_argon")
    crystals = ("fcc", "hcp", "bcc", "diamond", "sc")
    assert list(table) == [f"{name}_{what}" for name in crystals for what in ("volume", "energy")]
    np.testing.assert_allclose(table["fcc_volume"], table["hcp_volume"], rtol=1e-11)
    for name in crystals:
        V, E = table[f"{name}_volume"], table[f"{name}_energy"]
        # Nearest neighbors at 0.94, 0.98, 1.02, 1.08 and 1.17 of the reference distance.
        np.testing.assert_allclose(np.cbrt(V / V[0]) * 0.94, [0.94, 0.98, 1.02, 1.08, 1.17])
        assert np.all((-0.14 < E) & (E < 0.0))


def test_the_copper_dimer_is_emts():
    """30 distances and the lowest energy as ASE's EMT gives it; computed anew where ASE is."""
    table = rs.example("cu_dimer")
    np.testing.assert_array_equal(table["distance"], np.linspace(1.7, 3.0, 30))
    assert table["energy"].min() == table["energy"][10] == pytest.approx(-3.8351589, abs=1e-7)
    ase = pytest.importorskip("ase")
    emt = pytest.importorskip("ase.calculators.emt")
    dimer = ase.Atoms("Cu2", [[0, 0, 0], [0, 0, 10.0]], calculator=emt.EMT())
    zero = dimer.get_potential_energy()
    for distance, energy in list(zip(*table.values()))[::7]:
        dimer.positions[1, 2] = distance
        assert dimer.get_potential_energy() - zero == pytest.approx(energy, abs=1e-12)


def test_butanone_and_toluene_give_the_activities_that_were_printed_with_them():
    """ln gamma and G^E/(R T) to the three digits of Smith, Van Ness and Abbott, table 12.1."""
    table = rs.example("vapor_liquid_butanone_toluene")
    x1, y1, P = (table[name] for name in ("x1", "y1", "pressure"))
    inside = slice(1, -1)
    first = np.log(y1[inside] * P[inside] / (x1[inside] * P[-1]))
    second = np.log((1 - y1[inside]) * P[inside] / ((1 - x1[inside]) * P[0]))
    excess = x1[inside] * first + (1 - x1[inside]) * second
    printed = [
        [0.266, 0.172, 0.108, 0.069, 0.043, 0.023, 0.010, 0.003, -0.003],
        [0.009, 0.025, 0.049, 0.075, 0.100, 0.127, 0.151, 0.173, 0.237],
        [0.032, 0.054, 0.068, 0.072, 0.071, 0.063, 0.051, 0.038, 0.019],
    ]
    np.testing.assert_allclose([first, second, excess], printed, rtol=0, atol=5.001e-4)
