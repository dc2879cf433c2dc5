"""The words of fit_potential: start, bounds, fixed, tie, weights, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from made_structures import alloyed, computed, places

from residua import DataError, FileError, FormulaError, ModelError, ParameterError
from residua.atoms import Gupta, LennardJones, Pair, Structure, Structures, fit_potential
from residua.atoms.fitting.fit import _within_reach

RC = {"rc": 8.5}
SOME = places()


def test_a_fixed_parameter_stays_and_the_others_make_the_best_of_it():
    free = fit_potential("lennard_jones", SOME, **RC)
    held = fit_potential("lennard_jones", SOME, fixed={"sigma": 3.2}, **RC)
    assert held.params["sigma"] == 3.2 and held.stderr["sigma"] == 0
    assert held.labels == ("epsilon",)
    assert held.rss > free.rss
    # E is linear in epsilon: the answer is a quotient of sums.
    unit, _ = held.rows.linearized([1.0, 3.2])
    y = SOME.energies / SOME.natoms
    assert held.params["epsilon"] == pytest.approx((unit @ y) / (unit @ unit), rel=1e-9)


def test_ties_and_their_errors():
    """What follows is followed: sigma, its error, and the errors of energies through both."""
    fit = fit_potential("lennard_jones", SOME, tie="sigma = 3 + 10*epsilon", **RC)
    assert fit.ok and fit.labels == ("epsilon",)
    assert fit.params["sigma"] == pytest.approx(3 + 10 * fit.params["epsilon"], rel=1e-14)
    assert fit.stderr["sigma"] == pytest.approx(10 * fit.stderr["epsilon"], rel=1e-9)
    _, slopes = fit.rows.linearized([fit.params["epsilon"], fit.params["sigma"]])
    expected = np.abs(slopes[0] + 10 * slopes[1]) * fit.stderr["epsilon"]
    np.testing.assert_allclose(fit._spread(slopes), expected, rtol=1e-9)


def test_bounds_hold_and_are_said():
    fit = fit_potential("lennard_jones", SOME, bounds={"sigma": (3.2, None)}, **RC)
    assert fit.params["sigma"] == 3.2 and np.isnan(fit.stderr["sigma"])
    assert "at its lower bound" in str(fit)


def test_the_answer_does_not_depend_on_the_start():
    free = fit_potential("lennard_jones", SOME, **RC)
    far = fit_potential("lennard_jones", SOME, start={"epsilon": 0.1, "sigma": 2.7}, **RC)
    assert far.parameters.vector().tolist() == [0.1, 2.7]
    np.testing.assert_allclose(far.theta, free.theta, rtol=1e-7)


def test_a_parameter_by_elements_is_meant_as_a_whole_or_one_by_one():
    truth = LennardJones({"Ar": 0.0104, "Kr": 0.0141}, {"Ar": 3.40, "Kr": 3.65}, rc=8.5)
    data = computed(truth, alloyed(SOME))
    fit = fit_potential(truth, data, fixed="sigma", start={"epsilon": 0.02, "epsilon_Kr": 0.01})
    assert fit.labels == ("epsilon_Ar", "epsilon_Kr")
    assert fit.parameters.vector().tolist() == [0.02, 0.01]
    assert fit.params["epsilon_Kr"] == pytest.approx(0.0141, rel=1e-9)
    assert fit.params["sigma_Kr"] == 3.65


def test_weights_say_how_much_kinds_count():
    """Twice the weights is the same fit; more weight for forces takes their error down."""
    words = {"forces": True, **RC}
    fits = [
        fit_potential("lennard_jones", SOME, weights={"energy": e, "forces": f}, **words)
        for e, f in ((1.0, 0.5), (2.0, 1.0), (1.0, 50.0))
    ]
    np.testing.assert_allclose(fits[0].theta, fits[1].theta, rtol=1e-9)
    np.testing.assert_allclose(fits[0].standard_errors, fits[1].standard_errors, rtol=1e-7)
    sizes = [np.sqrt(np.mean(fit.residuals[fit.targets.of("forces")] ** 2)) for fit in fits]
    assert sizes[2] < sizes[0]
    assert fits[0].levels == {"energy": 1.0, "forces": 2.0} and not fits[0].levels_estimated


def test_structures_are_selected():
    fit = fit_potential("lennard_jones", SOME, select="rattle<2", **RC)
    assert fit.structures.natoms.tolist() == SOME.select("rattle<2").natoms.tolist()


def test_what_is_held_back_changes_nothing():
    """Whole groups; spoiled energies there: the fit is the same, and the errors there say it."""
    words = {"validation": 0.25, "seed": 1, **RC}
    clean = fit_potential("lennard_jones", SOME, **words)
    assert len(clean.structures) + len(clean.held_back) == len(SOME)
    assert not set(clean.structures.groups) & set(clean.held_back.groups)
    held = {one.name for one in clean.held_back}
    spoiled = Structures(
        replace(one, energy=one.energy + 5.0) if one.name in held else one for one in SOME
    )
    again = fit_potential("lennard_jones", spoiled, **words)
    np.testing.assert_array_equal(clean.theta, again.theta)
    assert again.errors.rmse("energy", "held back") > 1.0 > again.errors.rmse("energy")


ALONE = Structures([Structure([[0, 0, 0]], [18], energy=-1.0), Structure([[0, 0, 0]], [18])])
FORCES_ONLY = Structures([replace(one, energy=float("nan")) for one in SOME])
ENERGIES_ONLY = Structures([replace(one, forces=None, stress=None) for one in SOME])
BAD = {
    "no energies": (("lennard_jones", FORCES_ONLY), {}, DataError, "no structure of 13 has energy"),
    "no forces": (("lennard_jones", ENERGIES_ONLY), {"forces": True}, DataError, "has forces"),
    "nothing": (("lennard_jones", SOME), {"energy": False}, DataError, "nothing is to be fitted"),
    "single atoms": (("lennard_jones", ALONE), {}, ModelError, "no structure of 2 has two atoms"),
    "no file": (("lennard_jones", "nothing.db"), {}, FileError, "there is no file nothing.db"),
    "per": (("lennard_jones", SOME), {"per": "row"}, DataError, "per is 'row'"),
    "name": (("lenard_jones", SOME), {}, ModelError, "no potential of the library is called"),
    "formula": (("4*epsilon*(", SOME), {}, FormulaError, "cannot be read"),
    "start": (("morse", SOME), {"start": {"q": 1}}, ParameterError, "start names 'q'"),
    "starts": (
        ("morse", SOME),
        {"start": [1, 2]},
        ParameterError,
        "\\[1, 2\\], not a dict",
    ),
    "fixed": (("morse", SOME), {"fixed": "q"}, ParameterError, "fixed names 'q'"),
    "fixed where": (("morse", SOME), {"fixed": "r0"}, ParameterError, "but at what value"),
    "bounds": (("morse", SOME), {"bounds": {"q": (0, 1)}}, ParameterError, "bounds names 'q'"),
    "all fixed": (
        ("morse", SOME),
        {"fixed": {"D": 0.01, "alpha": 1.5, "r0": 3.8}},
        ParameterError,
        "nothing to fit",
    ),
    "cutoff": (("lennard_jones", SOME), {"rc": -1.0}, ModelError, "rc is -1"),
    "cutoff follows": (("morse", SOME), {"rc": "3*sigma"}, ModelError, "cannot follow sigma"),
    "whose cutoff": (
        (LennardJones(0.01, 3.4), SOME),
        {"rc": 9.0},
        ModelError,
        "cutoff belongs to",
    ),
    "weights": (("morse", SOME), {"weights": {"energy": -1}}, DataError, "weight of energy is -1"),
    "nan": (("morse", SOME), {"weights": {"energy": np.nan}}, DataError, "weight of energy is nan"),
    "weight of": (("morse", SOME), {"weights": {"force": 1.0}}, DataError, "weights name 'force'"),
    "weights kind": (("morse", SOME), {"weights": 1.0}, DataError, "not a dict by kind"),
    "weights lack": (
        ("morse", SOME),
        {"forces": True, "weights": {"energy": 1.0}},
        DataError,
        "say nothing of forces",
    ),
    "too few": (("lennard_jones", SOME[:1]), {}, DataError, "1 observation cannot determine 2"),
    "validation": (("morse", SOME), {"validation": 1.5}, DataError, "fraction between 0 and 1"),
    "select": (("morse", SOME), {"select": "structure=bla"}, DataError, "meets 'structure=bla'"),
    "unknown element": (
        (LennardJones({"Kr": 0.01}, {"Kr": 3.6}, rc=8.5), SOME),
        {},
        ModelError,
        "not given for the element Ar",
    ),
    "not a potential": ((3.5, SOME), {}, ModelError, "3.5 is no potential"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_fitted_is_told(case):
    arguments, words, error, said = BAD[case]
    with pytest.raises(error, match=said):
        fit_potential(*arguments, **words)


def test_bad_numbers_never_come_so_far():
    with pytest.raises(DataError, match=r"energy is inf"):
        Structure([[0, 0, 0], [0, 0, 3]], [18, 18], energy=float("inf"))


def test_a_cutoff_that_runs_away_is_stopped():
    """A sigma that grows with the neighbors it is given would fill the memory."""
    template = Pair("lennard_jones", epsilon=0.01, sigma=3.4, rc="3*sigma")
    asked = []

    def astray(reach):
        asked.append(reach)
        given = {"epsilon": 0.01, "sigma": 1.5 * reach}
        return SimpleNamespace(given=given, rows=SimpleNamespace(reach=reach))

    with pytest.raises(ModelError, match=r"the cutoff grew from 10.2 Å to"):
        _within_reach(astray, template)
    assert asked == pytest.approx([1.05 * 10.2])


def test_a_many_body_potential_from_its_own_values():
    truth = Gupta(0.01, 0.1, 9.0, 2.5, 3.7, rc=8.0)
    data = computed(truth, SOME, (1e-4, 1e-3, 1e-4))
    begin = truth.refit({**truth.given, "A": 0.012, "xi": 0.11})
    fit = fit_potential(begin, data, forces=True, fixed="r0")
    assert fit.ok and fit.params["r0"] == 3.7
    pulls = [(fit.params[k] - truth.given[k]) / fit.stderr[k] for k in ("A", "xi", "p", "q")]
    assert np.abs(pulls).max() < 3.5
