"""What a fitted potential is good for: predictions, a calculator that knows its domain, reports."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from ase import units
from ase.build import bulk
from ase.md.verlet import VelocityVerlet
from made_structures import places

from residua import ModelError
from residua.atoms import ExtrapolationWarning, Structure, Structures, fit_potential, to_atoms
from residua.atoms.fitting.names import flat

SOME = places()


@pytest.fixture(scope="module")
def fit():
    return fit_potential("lennard_jones", SOME, rc=8.5, forces=True, validation=0.2)


def test_standard_errors_of_predictions_are_those_of_the_delta_method(fit):
    """Differences of the calculator itself, by each parameter, against `predict`."""
    new = SOME[:1]
    said = fit.predict(new)
    slopes = []
    for name in fit.labels:
        step = 1e-5 * abs(fit.params[name])
        moved = []
        for sign in (1, -1):
            given = {**fit.given, name: fit.params[name] + sign * step}
            potential = fit.potential.refit(given)
            ends = [potential.evaluate(o.positions, o.cell, o.pbc, o.numbers) for o in new]
            energies = [one.energy for one in ends]
            moved.append(np.concatenate([energies, *(one.forces.ravel() for one in ends)]))
        slopes.append((moved[0] - moved[1]) / (2 * step))
    expected = np.sqrt(np.einsum("in,ij,jn->n", slopes, fit.covariance, slopes))
    s = len(new)
    np.testing.assert_allclose(said.energy_stderr, expected[:s], rtol=1e-6)
    errors = np.concatenate([one.ravel() for one in said.forces_stderr])
    np.testing.assert_allclose(errors, expected[s:], rtol=1e-6, atol=1e-12)


def test_predictions_are_those_of_the_calculator(fit):
    said = fit.predict(fit.held_back)
    atoms = to_atoms(fit.held_back[0])
    atoms.calc = fit.calculator(watch=False)
    assert atoms.get_potential_energy() == pytest.approx(said.energy[0], rel=1e-13)
    np.testing.assert_allclose(atoms.get_forces(), said.forces[0], atol=1e-14)


def test_errors_are_those_of_predictions(fit):
    those = fit.held_back
    said = fit.predict(those)
    off = (said.energy - those.energies) / those.natoms
    assert fit.errors.rmse("energy", "held back") == pytest.approx(np.sqrt(np.mean(off**2)))
    wrong = np.concatenate([p - one.forces for p, one in zip(said.forces, those)])
    assert fit.errors.rmse("forces", "held back") == pytest.approx(np.sqrt(np.mean(wrong**2)))
    for kind, level in fit.levels.items():  # the levels know of the parameters that were spent
        share = np.sqrt((fit.n - 2) / fit.n)
        assert fit.errors.rmse(kind) == pytest.approx(share * level, rel=1e-3)
    by_group = [row for row in fit.errors if row.set == "fitted" and row.kind == "energy"]
    assert by_group[0].n == sum(row.n for row in by_group[1:]) == len(fit.structures)
    mean = sum(row.n * row.rmse**2 for row in by_group[1:]) / by_group[0].n
    assert by_group[0].rmse == pytest.approx(np.sqrt(mean))
    with pytest.raises(KeyError):
        fit.errors.rmse("energy", "fitted", "no such group")


def test_errors_as_a_table(fit):
    lines = str(fit.errors).splitlines()
    assert len(lines) == len(fit.errors) + 1
    assert lines[1].split()[:3] == ["fitted", "energy", "all"] and lines[1].endswith("meV/atom")
    frame = fit.errors.to_frame()
    assert list(frame.columns) == ["set", "kind", "group", "n", "rmse", "mae"]
    assert frame["n"].iloc[0] == len(fit.structures)


def test_the_report(fit):
    lines = str(fit).splitlines()
    assert lines[0].startswith("lennard_jones   10 structures, energies + forces (")
    assert any(line.split()[:1] == ["epsilon"] and "±" in line for line in lines)
    head = next(line for line in lines if line.strip().startswith("RMSE"))
    assert head.split() == ["RMSE", "fitted", "held", "back"]
    energy = next(line for line in lines if line.split()[:1] == ["energy"])
    assert energy.count("meV/atom") == 2
    stress = next(line for line in lines if line.split()[:1] == ["stress"])
    assert stress.endswith("(not fitted)")
    assert "  cutoff: 8.5 Å" in lines
    assert "standard deviations estimated from the fit: energy" in " ".join(str(fit).split())
    assert max(map(len, lines)) <= 78
    html = fit._repr_html_()
    assert html.startswith('<div class="residua"><p><code>lennard_jones</code>')
    for kind in ("parameter", "value ± stderr", "RMSE", "held back", "(not fitted)"):
        assert f">{kind}</t" in html


def test_a_fit_that_failed_says_so_wherever_it_is_used():
    fit = fit_potential("lennard_jones", SOME, rc=8.5, max_steps=1, start={"sigma": 2.5})
    assert not fit.ok
    assert str(fit).startswith("FAILED: lennard_jones")
    assert "not to be trusted" in str(fit)
    with pytest.warns(UserWarning, match="not to be trusted"):
        fit.calculator()


def test_nearer_atoms_are_told_once_and_again_after_a_return(fit):
    calculator = fit.calculator()
    atoms = bulk("Ar", a=5.0, cubic=True)
    atoms.calc = calculator
    atoms.get_potential_energy()
    assert calculator.beyond == ""
    atoms.positions[1] = atoms.positions[0] + [2.2, 0.0, 0.0]
    with pytest.warns(ExtrapolationWarning, match="2.200 Å apart; the fit saw none nearer than"):
        atoms.get_potential_energy()
    assert "2.200" in calculator.beyond
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        atoms.positions[1] += [0.01, 0.0, 0.0]
        atoms.get_potential_energy()  # still beyond, and told already
        assert "2.210" in calculator.beyond
        atoms.positions = bulk("Ar", a=5.0, cubic=True).positions
        atoms.get_potential_energy()
    assert calculator.beyond == ""
    assert fit.calculator(watch=False).domain is None


def test_other_densities_and_elements_are_told(fit):
    stretched = to_atoms(SOME[0])
    stretched.set_cell(2.0 * stretched.cell, scale_atoms=True)
    assert "in the fit atoms had at least" in fit.beyond(stretched)
    krypton = Structure(SOME[0].positions, [36] * len(SOME[0]), SOME[0].cell, SOME[0].pbc)
    assert "the fit saw none of this kind" in fit.beyond(krypton)
    assert fit.beyond(SOME[0]) == ""
    said = fit.predict(Structures([SOME[0], krypton]))
    assert said.extrapolates.tolist() == [False, True]


def test_molecular_dynamics_that_leaves_the_range_says_so(fit):
    """Cold crystals stay inside; at 6000 K atoms soon meet nearer than any that were fitted."""
    atoms = bulk("Ar", a=5.0, cubic=True).repeat(2)
    atoms.calc = fit.calculator()
    draw = np.random.default_rng(0).standard_normal((len(atoms), 3))
    atoms.set_velocities(draw * speed(atoms, 5.0))
    VelocityVerlet(atoms, timestep=2 * units.fs).run(10)
    assert atoms.calc.beyond == ""
    atoms.set_velocities(draw * speed(atoms, 6000.0))
    with pytest.warns(ExtrapolationWarning, match="Å apart; the fit saw none nearer than"):
        VelocityVerlet(atoms, timestep=2 * units.fs).run(60)


def speed(atoms, kelvin):
    return np.sqrt(units.kB * kelvin / atoms.get_masses())[:, None]


def test_the_curve_has_error_bars(fit):
    """The minimum is at 2^(1/6) sigma, -epsilon deep, and as sure as these are."""
    lowest = fit.curve.minimum()
    assert lowest.x.value == pytest.approx(2 ** (1 / 6) * fit.params["sigma"], rel=1e-9)
    assert lowest.x.stderr == pytest.approx(2 ** (1 / 6) * fit.stderr["sigma"], rel=1e-7)
    assert lowest.value.value == pytest.approx(-fit.params["epsilon"], rel=1e-9)
    assert lowest.value.stderr == pytest.approx(fit.stderr["epsilon"], rel=1e-7)
    assert fit.curve.stderr == fit.stderr
    assert fit(fit.params["sigma"]) == pytest.approx(0.0, abs=1e-15)
    assert fit.curve.predict([2.0, 4.0]).extrapolates.tolist() == [True, False]


def test_no_curve_where_there_is_none():
    shifted = fit_potential("lennard_jones", SOME, rc=8.5, offsets=True)
    with pytest.raises(ModelError, match="only a pair potential of one element"):
        shifted(3.8)


def test_pictures(fit, tmp_path):
    figure = fit.plot(tmp_path / "fit.png")
    assert (tmp_path / "fit.png").stat().st_size > 10_000
    assert len(figure.axes) == 4


def test_the_potential_is_shown_as_it_would_be_typed(fit):
    """The cutoff stays where the fit had it, though sigma moved."""
    assert "rc=8.5" in repr(fit.calculator())
    assert flat(fit.given) == {name: fit.params[name] for name in ("epsilon", "sigma")}
