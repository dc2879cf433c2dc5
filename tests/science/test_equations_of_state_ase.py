"""Every equation of state of ASE, fitted by both: V0, E0 and B to the digits that ASE's fit has."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy.optimize import curve_fit, least_squares

import residua as rs

ase_eos = pytest.importorskip("ase.eos")

# ASE's name: ours.
NAMES = {
    "sj": "sjeos",
    "taylor": "taylor",
    "murnaghan": "murnaghan",
    "birch": "birch",
    "birchmurnaghan": "birch_murnaghan",
    "pouriertarantola": "poirier_tarantola",
    "vinet": "vinet",
    "anton-schmidt": "anton_schmidt",
    "p3": "p3",
}
CRYSTALS = ("sources", "fcc", "hcp", "bcc", "diamond", "sc")
# scipy's curve_fit, which ASE calls, ends when a step promises less than this share of the sum of
# squares. The sum of squares rises by (shift / standard error)^2 / dof of itself.
FTOL = 1.49012e-8


def table(crystal: str) -> tuple[np.ndarray, np.ndarray]:
    """The sources' table, or a perfect crystal of argon.db."""
    if crystal == "sources":
        columns = rs.example("volume_energy")
        return columns["volume"], columns["energy"]
    columns = rs.example("volume_energy_argon")
    return columns[f"{crystal}_volume"], columns[f"{crystal}_energy"]


def fits(name: str, crystal: str) -> tuple[Any, np.ndarray, rs.Fit]:
    """ASE's object after its fit, its V0, E0 and B, and our fit."""
    V, E = table(crystal)
    eos = ase_eos.EquationOfState(V, E, eos=name)
    with warnings.catch_warnings():
        # ASE's guesses leave the domain of powers now and then; what counts is where it ends.
        warnings.simplefilter("ignore")
        theirs = np.array(eos.fit())
    return eos, theirs, rs.fit(NAMES[name], V, E)


def reading(fit: rs.Fit) -> tuple[np.ndarray, np.ndarray]:
    """V0, E0 and B with their standard errors."""
    order = ("V0", "E0", "B0")
    return np.array([fit.params[n] for n in order]), np.array([fit.stderr[n] for n in order])


def of_cubic(c: Any) -> np.ndarray:
    """V0, E0 and B at the minimum of c0 + c1 V + c2 V^2 + c3 V^3."""
    V0 = (-c[1]) / (c[2] + np.sqrt(c[2] ** 2 - 3 * c[1] * c[3]))
    return np.array([V0, np.polyval(c[::-1], V0), (2 * c[2] + 6 * c[3] * V0) * V0])


def test_the_list_is_that_of_ase() -> None:
    assert set(NAMES) >= set(ase_eos.eos_names) - {"antonschmidt"}


@pytest.mark.parametrize("crystal", CRYSTALS)
def test_stabilized_jellium_to_ten_digits(crystal: str) -> None:
    """ASE solves this one exactly, as a polynomial."""
    _, theirs, fit = fits("sj", crystal)
    assert fit.ok
    np.testing.assert_allclose(reading(fit)[0], theirs, rtol=1e-10)


@pytest.mark.parametrize("crystal", CRYSTALS)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "sj"])
def test_answers_are_those_of_ase_to_where_it_stops(name: str, crystal: str) -> None:
    """Within the distance at which curve_fit may stop, and at no larger a sum of squares."""
    eos, theirs, fit = fits(name, crystal)
    ours, errors = reading(fit)
    assert fit.ok
    assert np.all(np.abs(ours - theirs) < np.sqrt(FTOL * fit.dof) * errors)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    rss = float(np.sum((eos.func(eos.v, *eos.eos_parameters) - eos.e) ** 2))
    # Rounding of energies near -400 eV moves the sum of squares by parts in 1e9.
    assert fit.rss < rss * (1 + 1e-9)


@pytest.mark.parametrize("crystal", CRYSTALS)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "sj"])
def test_ase_carried_on_to_convergence_has_our_digits(name: str, crystal: str) -> None:
    """ASE's formula from ASE's own answer, at the tightest tolerances: seven digits and more.

    MINPACK itself cannot go on below the rounding of the sum of squares, which leaves 1e-8 of B.
    """
    eos, _, fit = fits(name, crystal)
    at = eos.eos_parameters

    def rows(shift: np.ndarray) -> np.ndarray:
        return 1e4 * (eos.func(eos.v, *(at * (1 + shift))) - eos.e)

    end = least_squares(
        rows, np.zeros(4), jac="3-point", method="lm", xtol=3e-16, ftol=3e-16, gtol=3e-16
    )
    found = at * (1 + end.x)
    theirs = of_cubic(found) if name == "p3" else found[[3, 0, 1]]
    np.testing.assert_allclose(reading(fit)[0], theirs, rtol=3e-8)


@pytest.mark.parametrize("crystal", CRYSTALS)
@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("sj", "p3")])
def test_standard_errors_which_ase_lacks(name: str, crystal: str) -> None:
    """Against the covariance that scipy gives for ASE's formula: three digits, as its forward
    differences of ill-conditioned cubics in V have."""
    eos, _, fit = fits(name, crystal)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, covariance = curve_fit(eos.func, eos.v, eos.e, eos.eos_parameters)
    errors = np.sqrt(np.diagonal(covariance))[[3, 0, 1]]
    np.testing.assert_allclose(reading(fit)[1], errors, rtol=3e-4)
