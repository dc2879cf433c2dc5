"""Sequences of structures: chosen from, grouped, split, printed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from residua import DataError
from residua.atoms import Structure, Structures, read_structures


@pytest.fixture(scope="module")
def argon():
    return read_structures("example:argon")


def alone(group="", **info):
    return Structure([[0, 0, 0]], [18], group=group, info=info)


def test_it_is_a_sequence(argon):
    assert len(argon) == 100 and len(argon[10:20]) == 10 and isinstance(argon[::2], Structures)
    assert argon[-1].name == "100" and argon[0] in argon
    assert len(argon + argon[:5]) == 105
    with pytest.raises(TypeError):
        argon[0] = argon[1]


def test_columns_are_those_of_the_rows(argon):
    assert argon.natoms.sum() == 240
    np.testing.assert_array_equal(argon.composition[:, 0], argon.natoms)
    assert argon.energies[7] == argon[7].energy
    assert argon.groups == {"fcc": 20, "hcp": 20, "bcc": 20, "diamond": 20, "sc": 20}
    assert argon.counts == {"energy": 100, "forces": 100, "stress": 100}


@pytest.mark.parametrize(
    "condition, count",
    [
        ("structure=fcc", 20),
        ("structure != fcc, rattle = 0", 20),
        ("rattle>=1,rattle<3", 50),
        ("scale < 0.99", 40),
        ("Ar>2", 20),
        ("natoms=4", 20),
        ("formula=Ar4", 20),
        ("pbe_at_lda_density", 100),
        ("group=hcp, name=2", 1),
    ],
)
def test_conditions_as_text(argon, condition, count):
    assert len(argon.select(condition)) == count


def test_conditions_agree_with_those_of_ase(argon):
    """The same text, once through the database's own language."""
    for text in ("structure=fcc,rattle<2", "scale>1.0,natoms=2", "energy<-0.2,stdev!=0"):
        theirs = [row.name for row in read_structures("example:argon", text)]
        assert [row.name for row in argon.select(text)] == theirs


@pytest.mark.parametrize("text", ["structure=", "=3", "a ~ b", "structure=fcc,,", ""])
def test_a_condition_that_cannot_be_read(argon, text):
    with pytest.raises(DataError, match="cannot read the condition"):
        argon.select(text)


def test_choosing_nothing_is_an_error_that_names_the_keys(argon):
    with pytest.raises(DataError, match=r"no structure of 100 meets 'rattle=7'(.|\n)*stdev"):
        argon.select("rattle=7")
    with pytest.raises(DataError, match="meets"):
        argon.select(lambda row: False)
    with pytest.raises(DataError, match="meets"):  # what is absent meets nothing, not even !=
        argon.select("mass != 3")


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=12),
    fraction=st.floats(0.02, 0.98),
    seed=st.integers(0, 99),
)
def test_a_split_keeps_groups_whole_and_loses_nothing(sizes, fraction, seed):
    rows = Structures(alone(str(g), row=k) for g, n in enumerate(sizes) for k in range(n))
    train, held = rows.split(fraction, seed=seed)
    assert train and held
    assert not set(train.groups) & set(held.groups)
    assert sorted(map(id, [*train, *held])) == sorted(map(id, rows))
    again = rows.split(fraction, seed=seed)
    assert [*map(id, again[1])] == [*map(id, held)]
    # Off by less than one group, or one group alone.
    off = abs(len(held) - fraction * len(rows))
    assert off <= max(sizes)


def test_splits_by_keys_and_by_rows(argon):
    keys = ("structure", "ivolume")
    train, held = argon.split(0.2, by=keys)
    cells = [{(r.info["structure"], r.info["ivolume"]) for r in part} for part in (train, held)]
    assert len(held) == 20 and len(cells[1]) == 5 and not cells[0] & cells[1]
    train, held = argon.split(0.25, by="row")
    assert len(train) == 75 and len(held.groups) == 5
    drawn = {tuple(row.name for row in argon.split(0.2, by="row", seed=s)[1]) for s in range(5)}
    assert len(drawn) == 5


def test_a_split_leaves_the_global_generator_alone(argon):
    before = np.random.get_state()[1].tolist()
    argon.split(0.3)
    assert np.random.get_state()[1].tolist() == before


def test_splits_that_cannot_be():
    with pytest.raises(DataError, match="one group, 'a'"):
        Structures([alone("a"), alone("a")]).split()
    with pytest.raises(DataError, match="between 0 and 1"):
        Structures([alone("a"), alone("b")]).split(1.0)
    with pytest.raises(DataError, match="no key 'phase'"):
        Structures([alone("a"), alone("b")]).split(by="phase")
    with pytest.raises(DataError, match="no structures"):
        Structures([]).split()


def test_what_it_prints(argon):
    lines = str(argon).splitlines()
    assert lines[0] == "100 structures of 2..4 atoms, 240 in all: Ar"
    assert lines[1] == "groups  fcc 20, hcp 20, bcc 20, diamond 20, sc 20"
    assert lines[2].split() == ["energy", "all", "-0.1356", "..", "0.05298", "eV/atom"]
    some = str(Structures([alone("a"), *argon[:2]]))
    assert "2 of 3" in some and "groups  a 1, fcc 1, hcp 1" in some
    bare = str(Structures([alone()]))
    assert "groups" not in bare and "energy   none" in bare and "volume   none" in bare
    assert str(Structures([])) == "no structures"


def test_the_frame_has_a_row_for_each(argon):
    frame = argon.to_frame()
    assert frame.shape == (100, 7) and frame.index[3] == "4"
    assert frame.loc["1", "energy_per_atom"] == argon[0].energy / 4
    assert np.isnan(Structures([alone()]).to_frame()["pressure"].iloc[0])


def test_having_keeps_what_has_all(argon):
    mixed = Structures([alone(), *argon[:3]])
    assert len(mixed.having("energy", "stress")) == 3
    with pytest.raises(DataError, match="no structure of 1 has forces"):
        Structures([alone()]).having("forces")
    with pytest.raises(DataError, match="'charge' is not one of"):
        argon.having("charge")
