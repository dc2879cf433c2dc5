"""Pictures of a neural potential: structures held out, or others, beside what is said of them."""

from __future__ import annotations

import numpy as np
import pytest
from neural_mixtures import mixtures

from residua import DataError
from residua.atoms import Structures, fit_neural, read_structures
from residua.atoms.neural.training import _folds

SMALL = {"cutoff": 7.0, "degrees": (5, 4, 0)}


@pytest.fixture(scope="module")
def fcc():
    return read_structures("example:argon", "structure=fcc")


@pytest.fixture(scope="module")
def fit(fcc):
    return fit_neural(fcc, [], **SMALL)


def all_errors(axes):
    """The error of all structures that the legend of a panel says."""
    return axes.get_legend().get_title().get_text().split("\nall  ")[1]


def rms(values):
    return float(np.sqrt(np.mean(np.square(np.concatenate([np.ravel(v) for v in values])))))


def test_what_is_held_out_is_what_a_fit_anew_says(fcc, fit):
    """Of a line, which has one optimum, going on without a fold and starting anew are the same."""
    apart = _folds(fcc, 5, "row", 0) == 0
    rest = Structures(row for row, yes in zip(fcc, apart) if not yes)
    anew = fit_neural(rest, [], **SMALL).predict(Structures(r for r, yes in zip(fcc, apart) if yes))
    missed = fit.left_out.energies[apart] - fcc.energies[apart]
    assert missed == pytest.approx(anew.energies - fcc.energies[apart], rel=0.02)
    assert abs(missed).max() > 0.03  # eV: not what the fit of all says, 1e-3
    forces = [force for force, yes in zip(fit.left_out.forces, apart) if yes]
    difference = [a - b for a, b in zip(forces, anew.forces)]
    real = [f - row.forces for f, row in zip(forces, [r for r, yes in zip(fcc, apart) if yes])]
    assert rms(difference) < 0.02 * rms(real)


def test_the_picture_shows_the_errors_held_out(fit, tmp_path):
    figure = fit.plot(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 10_000
    energy, forces, along, histogram = figure.axes
    assert all_errors(energy) == f"{1e3 * fit.held.energy:.3g}"
    assert all_errors(forces) == f"{1e3 * fit.held.forces:.3g}"
    assert along.get_xlabel() == "volume (Å³/atom)" and histogram.get_ylabel() == "structures"
    assert figure.get_suptitle() == (
        "NeuralFit of Ar: 20 structures, each held out from the fit that predicts it"
    )


def test_other_structures_are_predicted_by_the_fit(fcc, fit):
    figure = fit.plot(structures=fcc, title=None)
    said = fit.errors(fcc)
    assert all_errors(figure.axes[0]) == f"{1e3 * said.energy:.3g}"
    assert all_errors(figure.axes[1]) == f"{1e3 * said.forces:.3g}"
    assert said.energy < 0.5 * fit.held.energy
    assert figure.get_suptitle() == ""
    assert fit.plot(structures=fcc).get_suptitle().endswith("20 structures, predicted by the fit")
    with pytest.raises(DataError, match="atomic number 36"):
        fit.plot(structures=mixtures(1))


def test_without_forces_their_panel_is_left_out(fcc):
    fit = fit_neural(fcc, [], **SMALL, forces=False)
    assert fit.left_out.forces is None and fit.count == (20, 80)
    for structures in (None, fcc):
        assert len(fit.plot(structures=structures).axes) == 3
