"""Pictures of potentials: they show the numbers they are given, and their errors."""

from __future__ import annotations

import numpy as np
import pytest

from residua import DataError, FileError
from residua.atoms import read_structures
from residua.atoms.figure_panels import MOST_GROUPS, MOST_POINTS, OTHERS, compared
from residua.atoms.figures import energy_histogram, overview, parity, residuals
from residua.atoms.units import GPA


@pytest.fixture(scope="module")
def argon():
    return read_structures("example:argon")


def off(values, by, seed=0):
    draw = np.random.default_rng(seed)
    return [value + by * draw.normal(size=np.shape(value)) for value in values]


def entries(axes):
    """The errors in a legend by name of the group, those of all included."""
    legend = axes.get_legend()
    lines = [legend.get_title().get_text().split("\n")[1]]
    lines += [text.get_text() for text in legend.get_texts()]
    return dict(line.split("  ") for line in lines)


def points(axes):
    """(x, y) of everything drawn as markers."""
    found = [line.get_xydata() for line in axes.get_lines() if line.get_linestyle() == "None"]
    return np.concatenate(found)


def rms(values):
    return float(np.sqrt(np.mean(np.square(np.concatenate([np.ravel(v) for v in values])))))


def test_parity_shows_the_errors_of_every_family(argon):
    observed = argon.energies / argon.natoms
    predicted = np.array(off(observed, 0.01))
    groups = [row.group for row in argon]
    panel = parity(predicted, observed, groups).axes[0]
    said = entries(panel)
    assert list(said) == ["all", "fcc", "hcp", "bcc", "diamond", "sc"]
    for name, text in said.items():
        mine = [name in ("all", group) for group in groups]
        assert text == f"{1e3 * rms([(predicted - observed)[mine]]):.3g}"
    assert panel.get_legend().get_title().get_text().startswith("RMSE (meV/atom)")
    np.testing.assert_array_equal(
        np.sort(points(panel), axis=0), np.sort(np.stack([observed, predicted], axis=1), axis=0)
    )
    assert panel.get_xlim() == panel.get_ylim()


def test_errors_of_what_was_held_back_stand_apart(argon):
    observed = argon.energies / argon.natoms
    held = np.array([row.group == "sc" or row.info["rattle"] == 3 for row in argon])
    predicted = observed + np.where(held, 0.02, 0.005)
    panel = parity(predicted, observed, [row.group for row in argon], held=held).axes[0]
    said = entries(panel)
    assert said["all"] == "5 | 20" and said["fcc"] == "5 | 20" and said["sc"] == "| 20"
    open_ones = [line for line in panel.get_lines() if line.get_markerfacecolor() == "none"]
    assert sum(len(line.get_xdata()) for line in open_ones) == held.sum() == 40


def test_forces_and_stresses_are_compared_by_component(argon):
    forces = [row.forces for row in argon]
    panel = parity(off(forces, 0.03), forces, quantity="forces").axes[0]
    assert len(points(panel)) == 3 * 240
    assert float(entries(panel)["structures"]) == pytest.approx(30, rel=0.1)
    stress = [row.stress for row in argon]
    moved = [s + 0.002 * np.eye(3) for s in stress]
    panel = parity(moved, stress, quantity="stress").axes[0]
    assert entries(panel)["all"] == f"{0.002 / GPA / np.sqrt(3):.3g}"
    assert "GPa" in panel.get_xlabel()


def test_what_is_absent_is_left_out():
    panel = parity(
        [np.zeros((2, 3)), None, np.ones((1, 3))],
        [np.ones((2, 3)), np.ones((4, 3)), None],
        ["a", "b", "c"],
        quantity="forces",
    ).axes[0]
    assert list(entries(panel)) == ["all", "a"] and len(points(panel)) == 6
    rows, owner = compared([1.0, np.nan, 3.0], [1.0, 2.0, np.nan], None, None, "energy")
    assert rows.residuals.tolist() == [0.0] and owner.tolist() == [0]


def test_residuals_lie_along_the_volume(argon):
    observed, volumes = argon.energies / argon.natoms, argon.volumes / argon.natoms
    predicted = observed + 1e-4 * volumes
    panel = residuals(predicted, observed, volumes).axes[0]
    drawn = points(panel)
    np.testing.assert_allclose(drawn[:, 1], 0.1 * drawn[:, 0], rtol=1e-9)  # meV/atom
    assert drawn[:, 0].max() == volumes.max()


def test_the_histogram_counts_every_structure(argon):
    held = np.arange(100) < 30
    panel = energy_histogram(np.append(argon.energies[:99], np.nan), held).axes[0]
    assert sum(patch.get_height() for patch in panel.patches) == 99
    assert [t.get_text() for t in panel.get_legend().get_texts()] == [
        "fitted (69)",
        "held back (30)",
    ]


def test_many_points_are_thinned_but_the_worst_are_shown():
    draw = np.random.default_rng(1)
    observed = draw.normal(size=30_000)
    predicted = observed + 0.01 * draw.normal(size=30_000)
    predicted[777] += 5
    panel = parity(predicted, observed).axes[0]
    drawn = points(panel)
    assert MOST_POINTS / 2 < len(drawn) <= MOST_POINTS
    assert [observed[777], predicted[777]] in drawn.tolist()
    assert entries(panel)["all"] == f"{1e3 * rms([predicted - observed]):.3g}"


def test_many_groups_share_the_last_entry():
    names = [f"g{min(i, 19)}" for i in range(40)]
    panel = parity(np.ones(40), np.zeros(40), names).axes[0]
    said = list(entries(panel))[1:]
    assert len(said) == MOST_GROUPS and said[-1] == OTHERS and "g19" in said
    looks = {
        (line.get_color(), line.get_marker())
        for line in panel.get_lines()
        if line.get_linestyle() == "None"
    }
    assert len(looks) == MOST_GROUPS


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_the_overview_is_saved(argon, tmp_path, suffix):
    observed, volumes = argon.energies / argon.natoms, argon.volumes / argon.natoms
    forces = [row.forces for row in argon]
    path = tmp_path / f"argon.{suffix}"
    given = dict(groups=[row.group for row in argon], held=volumes > 45, path=path)
    pair = (off(observed, 0.01), observed)
    figure = overview(pair, volumes, forces=(off(forces, 0.1), forces), title="argon", **given)
    assert len(figure.axes) == 4 and path.stat().st_size > 5000
    with pytest.raises(FileError, match="exists already"):
        overview(pair, volumes, overwrite=False, **given)
    assert len(overview(pair, volumes).axes) == 3


def test_drawing_into_axes_of_others(argon):
    from residua.report.pictures import blank

    figure = blank((8, 4))
    left, _ = figure.subplots(1, 2)
    assert parity([1.0], [1.0], axes=left) is figure
    assert len(points(left)) == 1


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: parity([1.0], [1.0, 2.0]), "1 predicted, 2 observed"),
        (lambda: parity([np.nan], [1.0]), "no energy that was both"),
        (lambda: parity([1.0], [1.0], quantity="charge"), "'charge' is not one of"),
        (lambda: parity([np.ones(3)], [np.ones(2)], quantity="forces"), "structure 0: predicted"),
        (lambda: residuals([1.0], [1.0], [1.0, 2.0]), r"along has shape \(2,\), not \(1,\)"),
        (lambda: energy_histogram([np.nan]), "no structure has an energy"),
        (lambda: energy_histogram([1.0], [True, False]), "held has shape"),
    ],
)
def test_what_cannot_be_drawn(call, said):
    with pytest.raises(DataError, match=said):
        call()
