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
    with pytest.raises(rs.DataError, match="there are volume_energy") as caught:
        rs.example(name)
    assert 'residua.example("volume_energy")' in str(caught.value)
