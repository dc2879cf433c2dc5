"""Activity, vapor pressure and heat capacity say what their textbooks and tables say."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.integrate import quad

import residua as rs
from residua._errors import ModelError
from residua.autodiff.operators import derivative
from residua.science.kinetics.rates import R
from residua.science.registry import get
from residua.science.thermodynamics.activity import ln_activity_coefficients
from residua.science.thermodynamics.activity_local import nrtl_mixture, wilson_mixture
from residua.science.thermodynamics.activity_uniquac import uniquac_mixture
from residua.science.thermodynamics.heat_capacity_solids import debye, einstein

X = np.linspace(0.0, 1.0, 21)
Y = 1.0 - X
ETHANOL_WATER = {"r1": 2.1055, "r2": 0.92, "q1": 1.972, "q2": 1.4}


def of(name: str, quantity: str, **options):
    model = get(name, **options)
    return model.quantities[quantity].of(model.function)


# Activity coefficients ---------------------------------------------------------------------------
# The closed formulas: Smith, Van Ness and Abbott, 7th ed., equations 12.10, 12.17 and 12.19 to
# 12.24; Poling, Prausnitz and O'Connell, The Properties of Gases and Liquids, 5th ed., table 8-3.
# Of component 1; those of component 2 follow by exchanging the indices.


def margules_closed(x, y, A12, A21):
    return y**2 * (A12 + 2.0 * (A21 - A12) * x)


def van_laar_closed(x, y, A12, A21):
    return A12 * (A21 * y / (A12 * x + A21 * y)) ** 2


def wilson_closed(x, y, L12, L21):
    return -np.log(x + L12 * y) + y * (L12 / (x + L12 * y) - L21 / (y + L21 * x))


def nrtl_closed(x, y, t12, t21, alpha=0.3):
    G12, G21 = np.exp(-alpha * t12), np.exp(-alpha * t21)
    return y**2 * (t21 * (G21 / (x + y * G21)) ** 2 + t12 * G12 / (y + x * G12) ** 2)


def uniquac_closed(x, y, t12, t21, r1, r2, q1, q2):
    volume, surface = r1 * x + r2 * y, q1 * x + q2 * y
    v2, s1, s2 = r2 * y / volume, q1 * x / surface, q2 * y / surface
    l1, l2 = (5.0 * (r - q) - (r - 1.0) for r, q in ((r1, q1), (r2, q2)))
    size = np.log(r1 / volume) + 5.0 * q1 * np.log(q1 * volume / (r1 * surface))
    pull = t21 / (s1 + s2 * t21) - t12 / (s2 + s1 * t12)
    return size + v2 * (l1 - r1 / r2 * l2) - q1 * np.log(s1 + s2 * t21) + s2 * q1 * pull


@pytest.mark.parametrize(
    "name, fixed, closed",
    [
        ("margules", {}, margules_closed),
        ("van_laar", {}, van_laar_closed),
        ("wilson", {}, wilson_closed),
        ("nrtl", {"alpha": 0.3}, nrtl_closed),
    ],
)
def test_derived_activities_are_the_textbooks_formulas(name, fixed, closed) -> None:
    for a, b in ((0.4, 1.3), (1.1, 0.2)):
        first = of(name, "ln_gamma1")(X, a, b, *fixed.values())
        second = of(name, "ln_gamma2")(X, a, b, *fixed.values())
        np.testing.assert_allclose(first, closed(X, Y, a, b), rtol=0, atol=1e-14)
        np.testing.assert_allclose(second, closed(Y, X, b, a), rtol=0, atol=1e-14)


def test_derived_activities_of_uniquac_are_the_textbooks_formula() -> None:
    r1, r2, q1, q2 = sizes = tuple(ETHANOL_WATER.values())
    first, second = (of("uniquac", f"ln_gamma{i}", **ETHANOL_WATER)(X, 0.7, 0.3) for i in (1, 2))
    np.testing.assert_allclose(first, uniquac_closed(X, Y, 0.7, 0.3, *sizes), atol=1e-14)
    swapped = uniquac_closed(Y, X, 0.3, 0.7, r2, r1, q2, q1)
    np.testing.assert_allclose(second, swapped, rtol=0, atol=1e-14)


def test_derived_activities_of_powers_are_the_textbooks_formulas() -> None:
    """One-parameter Margules; Redlich-Kister: each power of x1 - x2 differentiated by hand."""
    np.testing.assert_allclose(of("margules1", "ln_gamma1")(X, 1.3), 1.3 * Y**2, atol=1e-15)
    np.testing.assert_allclose(of("margules1", "ln_gamma2")(X, 1.3), 1.3 * X**2, atol=1e-15)
    L, z = (0.9, -0.4, 0.3, 0.2), X - Y
    first = Y**2 * sum(c * z**k + 2 * k * X * c * z ** max(k - 1, 0) for k, c in enumerate(L))
    second = X**2 * sum(c * z**k - 2 * k * Y * c * z ** max(k - 1, 0) for k, c in enumerate(L))
    found = [of("redlich_kister", f"ln_gamma{i}", order=3)(X, *L) for i in (1, 2)]
    np.testing.assert_allclose(found, [first, second], rtol=0, atol=1e-14)
    # Two coefficients are the two-parameter Margules equation: A12, A21 = L0 - L1, L0 + L1.
    two = get("redlich_kister", order=1).function(X, 0.9, -0.4)
    np.testing.assert_allclose(two, get("margules").function(X, 1.3, 0.5), rtol=0, atol=1e-15)


def test_margules_at_the_amounts_of_the_tutorial() -> None:
    """S3d of the sources: A12, A21 = 2.04, 1.5461 at n = 1, 2, to 14 digits."""
    first, second = (of("margules", f"ln_gamma{i}")(1.0 / 3.0, 2.04, 1.5461) for i in (1, 2))
    assert first == pytest.approx(0.760325925925926, abs=1e-14)
    assert second == pytest.approx(0.24495925925925924, abs=1e-14)


# Ethanol (1) and water (2) at 343.15 K, x1 = 0.252: problem 5.1 of J. Gmehling, B. Kolbe,
# M. Kleiber and J. Rarey, Chemical Thermodynamics for Process Simulation, 2012; the digits of the
# package `thermo` for its parameters (functions Wilson_gammas, NRTL_gammas, UNIQUAC_gammas).
PUBLISHED = [
    (
        wilson_mixture,
        (np.array([[1.0, 0.154], [0.888, 1.0]]),),
        ("wilson", {}, (0.154, 0.888)),
        (1.8814926087178843, 1.1655774931125487),
    ),
    (
        nrtl_mixture,
        (np.array([[0.0, -0.178], [1.963, 0.0]]), 0.2974),
        ("nrtl", {}, (-0.178, 1.963, 0.2974)),
        (1.9363183763514304, 1.1537609663170014),
    ),
    (
        uniquac_mixture,
        (
            np.array([[1.0, 1.0919744384510301], [0.37452902779205477, 1.0]]),
            np.array([2.1055, 0.92]),
            np.array([1.972, 1.4]),
        ),
        ("uniquac", ETHANOL_WATER, (1.0919744384510301, 0.37452902779205477)),
        (2.35875137797083, 1.2442093415968987),
    ),
]


@pytest.mark.parametrize(
    "energy, matrices, shelf, gammas", PUBLISHED, ids=["wilson", "nrtl", "uniquac"]
)
def test_ethanol_and_water_as_published(energy, matrices, shelf, gammas) -> None:
    name, options, p = shelf
    found = [of(name, f"gamma{i}", **options)(0.252, *p) for i in (1, 2)]
    assert found == pytest.approx(gammas, rel=1e-12)
    mixture = ln_activity_coefficients(energy, [0.252, 0.748], *matrices)
    assert np.exp(mixture) == pytest.approx(gammas, rel=1e-12)


# Vapor pressures ---------------------------------------------------------------------------------


def saturation_pressure(T):
    """Of water in MPa: W. Wagner and A. Pruß, J. Phys. Chem. Ref. Data 31, 387, 2002, eq. 2.5."""
    tau = 1.0 - T / 647.096
    powers = (1.0, 1.5, 3.0, 3.5, 4.0, 7.5)
    factors = (-7.85951783, 1.84408259, -11.7866497, 22.6807411, -15.9618719, 1.80122502)
    return 22.064 * np.exp(647.096 / T * sum(a * tau**k for a, k in zip(factors, powers)))


def test_the_reference_for_water_is_the_international_one() -> None:
    """IAPWS's own check: 273.16 K, 611.657 Pa; 373.1243 K, 101325 Pa."""
    assert saturation_pressure(273.16) * 1e6 == pytest.approx(611.657, abs=2e-3)
    assert saturation_pressure(373.1243) * 1e6 == pytest.approx(101325.0, abs=1.0)


def test_antoine_water_as_tabulated() -> None:
    """Bar and K, 344-373 K: NIST WebBook from O. C. Bridgeman and E. W. Aldrich, 1964."""
    p = (5.08354, 1663.125, -45.622)
    T = np.array([345.0, 355.0, 373.0])
    P = get("antoine").function(T, *p)
    np.testing.assert_allclose(P, 10.0 * saturation_pressure(T), rtol=2e-3)
    boiling = get("antoine", pressure=1.01325).quantities["boiling_point"].value(*p)
    assert boiling == pytest.approx(373.15, abs=0.05)
    assert get("antoine").function(boiling, *p) == pytest.approx(1.01325, rel=1e-13)
    # Torr and degrees Celsius, 1-100 °C: the Dortmund data bank's.
    celsius = get("antoine", pressure=760.0, zero=273.15)
    assert celsius.quantities["boiling_point"].value(8.07131, 1730.63, 233.426) == pytest.approx(
        100.0, abs=0.02
    )


def test_heats_of_vaporization_are_slopes() -> None:
    """Antoine and Wagner against derivatives by hand; CRC: 43.98 and 40.65 kJ/mol of water."""
    A, B, C = 8.07131, 1730.63, 233.426
    t = np.array([25.0, 100.0])
    heat = of("antoine", "enthalpy_of_vaporization", zero=273.15)(t, A, B, C)
    T = t + 273.15
    np.testing.assert_allclose(heat, R * T**2 * np.log(10.0) * B / (C + t) ** 2, rtol=1e-13)
    # The vapor is not quite ideal: less so at 100 °C.
    assert heat[0] == pytest.approx(43980.0, rel=5e-3)
    assert heat[1] == pytest.approx(40650.0, rel=2.5e-2)

    Tc, p = 190.551, (-6.02242, 1.26652, -0.5707, -1.366)
    T = np.linspace(95.0, Tc, 7)
    tau = 1.0 - T / Tc
    f = sum(c * tau**k for c, k in zip(p, (1.0, 1.5, 2.5, 5.0)))
    slope = sum(k * c * tau ** (k - 1.0) for c, k in zip(p, (1.0, 1.5, 2.5, 5.0)))
    found = of("wagner", "enthalpy_of_vaporization", Tc=Tc, Pc=4599200.0)(T, *p)
    np.testing.assert_allclose(found, -R * (Tc * f + T * slope), rtol=1e-12)
    constant = of("clausius_clapeyron", "enthalpy_of_vaporization")(T, 3.0, 41e3)
    np.testing.assert_allclose(constant, 41e3, rtol=1e-12)
    logarithm = of("clausius_clapeyron", "ln_pressure", T0=300.0)(300.0, 3.0, 41e3)
    assert logarithm == pytest.approx(np.log(3.0), rel=1e-14)


def test_wagner_methane_as_published() -> None:
    """Poling, Prausnitz and O'Connell, 5th ed., appendix A; digits of the package `chemicals`."""
    model = get("wagner", Tc=190.551, Pc=4599200.0)
    P = model.function(np.array([100.0, 190.551]), -6.02242, 1.26652, -0.5707, -1.366)
    assert P == pytest.approx([34415.00476263708, 4599200.0], rel=1e-13)
    with np.errstate(invalid="ignore"):
        assert np.isnan(model.function(200.0, -6.02242, 1.26652, -0.5707, -1.366))


def test_fits_to_the_pressure_of_water_boil_where_water_boils() -> None:
    T = np.linspace(300.0, 420.0, 25)
    P = 1e6 * saturation_pressure(T)
    fit = rs.fit("antoine", T, P, sigma=P)
    assert fit.ok
    boiling = fit.quantity("boiling_point")
    assert boiling.value == pytest.approx(373.1243, abs=0.02)
    assert abs(boiling.value - 373.1243) < 0.02 and 0 < boiling.stderr < 0.02
    # Around one temperature its constant heat is the slope there: Clausius and Clapeyron.
    near = np.linspace(371.0, 375.0, 9)
    local = rs.fit(
        rs.model("clausius_clapeyron", T0=373.1243), near, 1e6 * saturation_pressure(near)
    )
    heat = (
        R * 373.1243**2 * derivative(saturation_pressure)(373.1243) / saturation_pressure(373.1243)
    )
    assert local.params["H"] == pytest.approx(heat, rel=1e-4)
    assert local.quantity("boiling_point").value == pytest.approx(373.1243, abs=1e-3)

    T = np.linspace(275.0, 645.0, 60)
    wagner = rs.model("wagner", Tc=647.096, Pc=22.064)
    whole = rs.fit(wagner, T, saturation_pressure(T), sigma=saturation_pressure(T))
    assert whole.ok
    # Four coefficients for six, over five decades of pressure.
    np.testing.assert_allclose(whole.fitted, saturation_pressure(T), rtol=2e-3)


# Heat capacities ---------------------------------------------------------------------------------

# NIST WebBook (M. W. Chase, NIST-JANAF Tables, 4th ed., 1998): A to H of N2 at 500-2000 K and of
# water vapor at 500-1700 K, and the standard entropies at 298.15 K.
SHOMATE = {
    "N2": (19.50583, 19.88705, -8.598535, 1.369784, 0.527601, -4.935202, 212.3900, 0.0),
    "H2O": (30.09200, 6.832514, 6.793435, -2.534480, 0.082139, -250.8810, 223.3967, -241.8264),
}


def shomate_tables(T, A, B, C, D, E, F, G, H):
    """H - H(298.15 K) in J/mol and S in J/(mol K), as the WebBook types them."""
    t = T / 1000.0
    enthalpy = A * t + B * t**2 / 2 + C * t**3 / 3 + D * t**4 / 4 - E / t + F - H
    entropy = A * np.log(t) + B * t + C * t**2 / 2 + D * t**3 / 3 - E / (2 * t**2) + G
    return 1000.0 * enthalpy, entropy


@pytest.mark.parametrize("gas", SHOMATE)
def test_shomate_enthalpy_and_entropy_by_integration(gas) -> None:
    """Against the WebBook's closed integrals, to rounding, with its value at 500 K as reference."""
    T = np.array([300.0, 500.0, 999.0, 1700.0, 6000.0])
    coefficients = SHOMATE[gas]
    H0, S0 = shomate_tables(500.0, *coefficients)
    reference = {"T0": 500.0, "H0": float(H0), "S0": float(S0)}
    H, S = (
        of("shomate", name, **reference)(T, *coefficients[:5]) for name in ("enthalpy", "entropy")
    )
    enthalpy, entropy = shomate_tables(T, *coefficients)
    np.testing.assert_allclose(H, enthalpy, rtol=1e-13, atol=1e-9)
    np.testing.assert_allclose(S, entropy, rtol=1e-14)
    G = of("shomate", "gibbs_energy", **reference)(T, *coefficients[:5])
    np.testing.assert_allclose(G, enthalpy - T * entropy, rtol=1e-12)


def test_shomate_as_in_janafs_tables() -> None:
    """At 1000 K: Cp, H - H(298.15 K) and S of N2 and H2O in the NIST-JANAF tables, 1998."""
    printed = {"N2": (32.697, 21463.0, 228.170), "H2O": (41.268, 26000.0, 232.738)}
    for gas, (Cp, H, S) in printed.items():
        H0, S0 = shomate_tables(500.0, *SHOMATE[gas])
        reference = {"T0": 500.0, "H0": float(H0), "S0": float(S0)}
        p = SHOMATE[gas][:5]
        assert get("shomate").function(1000.0, *p) == pytest.approx(Cp, abs=0.01)
        assert of("shomate", "enthalpy", **reference)(1000.0, *p) == pytest.approx(H, abs=10.0)
        assert of("shomate", "entropy", **reference)(1000.0, *p) == pytest.approx(S, abs=0.01)


# N2 at 300-1000 K in GRI-Mech 3.0 (G. P. Smith et al., 1999): a1 to a7.
GRI_N2 = (
    *(3.298677, 1.4082404e-3, -3.963222e-6, 5.641515e-9, -2.444854e-12),
    *(-1020.8999, 3.950372),
)


def test_nasa_enthalpy_and_entropy_by_integration() -> None:
    """Against the closed integrals with a6 and a7, which are H0 and S0 at any T0."""
    *a, a6, a7 = GRI_N2

    def enthalpy(T):
        return R * (sum(c * T ** (k + 1) / (k + 1) for k, c in enumerate(a)) + a6)

    def entropy(T):
        return R * (a[0] * np.log(T) + sum(c * T**k / k for k, c in enumerate(a) if k) + a7)

    T = np.array([200.0, 298.15, 650.0, 1000.0, 6000.0])
    reference = {"T0": 298.15, "H0": float(enthalpy(298.15)), "S0": float(entropy(298.15))}
    H, S = (of("nasa7", name, **reference)(T, *a) for name in ("enthalpy", "entropy"))
    np.testing.assert_allclose(H, enthalpy(T), rtol=1e-13, atol=1e-9)
    np.testing.assert_allclose(S, entropy(T), rtol=1e-13)
    # JANAF: 29.124 at 298.15 K; 21.463 kJ/mol and 36.561 J/(mol K) up to 1000 K. To 0.3 %.
    assert get("nasa7").function(298.15, *a) == pytest.approx(29.124, rel=3e-3)
    assert H[3] - H[1] == pytest.approx(21463.0, rel=3e-3)
    assert S[3] - S[1] == pytest.approx(36.561, rel=3e-3)


def test_what_is_integrated_is_differentiated_back() -> None:
    """dH/dT = Cp, dS/dT = Cp/T, dG/dT = -S, and d2H/dT2 = dCp/dT through the compiled engine."""
    T, p = np.array([250.0, 298.15, 700.0]), GRI_N2[:5]
    Cp = get("nasa7").function
    H, S, G = (of("nasa7", name, S0=191.6) for name in ("enthalpy", "entropy", "gibbs_energy"))
    np.testing.assert_allclose(derivative(H)(T, *p), Cp(T, *p), rtol=1e-13)
    np.testing.assert_allclose(derivative(S)(T, *p), Cp(T, *p) / T, rtol=1e-13)
    np.testing.assert_allclose(derivative(G)(T, *p), -S(T, *p), rtol=1e-13)
    curvature = derivative(H, order=2)(T, *p)
    np.testing.assert_allclose(curvature, derivative(Cp)(T, *p), rtol=1e-11)


def test_a_fitted_heat_capacity_gives_enthalpies_with_error_bars() -> None:
    """Linear in the parameters, so the band is that of linear algebra; at T0 it has no width."""
    T = np.linspace(300.0, 1000.0, 30)
    clean = get("nasa7").function(T, *GRI_N2[:5])
    fit = rs.fit("nasa7", T, clean + 0.02 * np.random.default_rng(1).standard_normal(T.size))
    assert fit.ok
    band = fit.quantity("enthalpy").predict(np.array([298.15, 800.0]))
    assert band.stderr[0] == pytest.approx(0.0, abs=1e-9)
    columns = R * np.stack([T**k for k in range(5)], axis=1)
    scale = np.linalg.norm(columns, axis=0)
    covariance = fit.rss / fit.dof * np.linalg.inv((columns / scale).T @ (columns / scale))
    row = np.array([R * (800.0 ** (k + 1) - 298.15 ** (k + 1)) / (k + 1) for k in range(5)]) / scale
    assert band.stderr[1] == pytest.approx(np.sqrt(row @ covariance @ row), rel=1e-6)


THETA = 428.0
RATIOS = np.array([0.01, 0.05, 0.2, 1.0, 3.0, 30.0])


def debye_energy(T: float) -> float:
    """U/(C_inf T), Debye's function D3, by scipy."""
    x = THETA / T
    value, _ = quad(lambda y: y**3 / np.expm1(y), 0.0, min(x, 100.0), epsrel=1e-13, limit=200)
    return 3.0 * value / x**3


def test_einsteins_solid_in_closed_form() -> None:
    T, x = RATIOS * THETA, 1.0 / RATIOS
    energy = 3 * R * THETA / np.expm1(x)
    entropy = 3 * R * (x / np.expm1(x) - np.log1p(-np.exp(-x)))
    p = (3 * R, THETA)
    np.testing.assert_allclose(einstein(T, *p), 3 * R * x**2 / 4 / np.sinh(x / 2) ** 2, rtol=1e-13)
    np.testing.assert_allclose(of("einstein_heat_capacity", "energy")(T, *p), energy, rtol=1e-12)
    np.testing.assert_allclose(of("einstein_heat_capacity", "entropy")(T, *p), entropy, rtol=1e-12)
    free = of("einstein_heat_capacity", "free_energy")(T, *p)
    np.testing.assert_allclose(free, 3 * R * T * np.log1p(-np.exp(-x)), rtol=1e-10)


def test_debyes_solid_against_quadrature_and_its_limits() -> None:
    T, x = RATIOS * THETA, 1.0 / RATIOS
    D3 = np.array([debye_energy(t) for t in T])
    p = (3 * R, THETA)
    np.testing.assert_allclose(debye(T, *p), 3 * R * (4 * D3 - 3 * x / np.expm1(x)), rtol=1e-12)
    np.testing.assert_allclose(
        of("debye_heat_capacity", "energy")(T, *p), 3 * R * T * D3, rtol=1e-12
    )
    entropy = 3 * R * (4 / 3 * D3 - np.log1p(-np.exp(-x)))
    np.testing.assert_allclose(of("debye_heat_capacity", "entropy")(T, *p), entropy, rtol=1e-12)
    # The cube law, 12 pi^4/5 (T/theta)^3 R, holds below theta/50; Dulong and Petit far above.
    cold = 12 * np.pi**4 / 5 * R * 0.01**3
    assert debye(0.01 * THETA, *p) == pytest.approx(cold, rel=1e-12)
    assert debye(30 * THETA, *p) == pytest.approx(3 * R, rel=1e-4)


@pytest.mark.parametrize(
    "name, options, text",
    [
        ("antoine", {"pressure": 0.0}, "cannot have pressure = 0.0"),
        ("antoine", {"zero": "K"}, "cannot have zero = 'K'"),
        ("clausius_clapeyron", {"T0": -1.0}, "cannot have T0 = -1.0"),
        ("wagner", {"Tc": float("nan")}, "cannot have Tc = nan"),
        ("wagner", {"tc": 300.0}, "does not take tc"),
        ("shomate", {"T0": 0.0}, "cannot have T0 = 0.0"),
        ("nasa7", {"H0": True}, "cannot have H0 = True"),
    ],
)
def test_wrong_options_are_explained(name, options, text) -> None:
    with pytest.raises(ModelError, match=re.escape(text)):
        get(name, **options)
