"""Kinetics says what its textbooks say: integrated rate laws, enzymes, temperature."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import residua as rs
from residua.autodiff import compiled, eager
from residua.autodiff.check import check_jacobian
from residua.science.divided import difference_of_exponentials, expm1_over, log1p_over
from residua.science.kinetics.rates import R
from residua.science.registry import get

T = np.linspace(0.0, 4.0, 9)


def quantity(model: str, name: str, **parameters: float) -> float:
    """A quantity of a shelf model, from the parameters it takes."""
    value = get(model).quantities[name].value
    return float(value(**{key: parameters[key] for key in inspect.signature(value).parameters}))


def integrated(rates, start, t=T) -> np.ndarray:
    """The concentrations of a mechanism, by numerical integration."""
    found = solve_ivp(
        lambda _, c: rates(*c), (t[0], t[-1]), start, "DOP853", t, rtol=1e-11, atol=1e-13
    )
    return found.y


@pytest.mark.parametrize("n", [0.5, 1.0, 1.6, 2.0, 3.0])
def test_any_order_solves_its_rate_law(n: float) -> None:
    A = get("nth_order").function(T, 3.0, 0.4, n)
    expected = integrated(lambda a: [-0.4 * max(a, 0.0) ** n], [3.0])[0]
    np.testing.assert_allclose(A, expected, rtol=1e-8)


def test_orders_are_the_named_ones() -> None:
    nth = get("nth_order").function
    zeroth = get("zero_order").function(T, 3.0, 0.4)
    np.testing.assert_allclose(nth(T, 3.0, 0.4, 0.0), zeroth, rtol=1e-14)
    np.testing.assert_allclose(nth(T, 3.0, 0.4, 1.0), get("first_order").function(T, 3.0, 0.4))
    np.testing.assert_allclose(nth(T, 3.0, 0.4, 2.0), get("second_order").function(T, 3.0, 0.4))
    assert nth(100.0, 3.0, 0.4, 0.5) == 0.0  # used up


@pytest.mark.parametrize("name", ["zero_order", "first_order", "second_order", "nth_order"])
@pytest.mark.parametrize("n", [0.7, 1.0, 2.5])
def test_half_of_it_is_left_after_the_half_life(name: str, n: float) -> None:
    model = get(name)
    values = dict(zip(("A0", "k", "n"), (3.0, 0.4, n)))
    taken = {key: values[key] for key in model.parameters}
    half_life = quantity(name, "half_life", **taken)
    assert model.function(half_life, **taken) == pytest.approx(1.5, rel=1e-12)


def test_reversible_and_consecutive_solve_their_mechanisms() -> None:
    A, _ = integrated(lambda a, b: [0.3 * b - 0.7 * a, 0.7 * a - 0.3 * b], [2.0, 0.0])
    np.testing.assert_allclose(get("reversible").function(T, 2.0, 0.7, 0.3), A, rtol=1e-8)
    for k2 in (0.2, 1.4, 1.4 + 1e-9, 5.0):
        _, B, C = integrated(lambda a, b, c: [-1.4 * a, 1.4 * a - k2 * b, k2 * b], [2.0, 0, 0])  # noqa: B023
        for species, expected in (("B", B), ("C", C)):
            found = get("consecutive", species=species).function(T, 2.0, 1.4, k2)
            np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


def test_the_tutorial_on_sensitivities() -> None:
    """S7 of the sources: A0 = 1, k1 = k_1 = 3; the sensitivities in closed form."""
    t = np.linspace(0.0, 0.5, 11)
    function = get("reversible").function
    _, J = eager.jacobian(lambda p, t: function(t, 1.0, p[0], p[1]), np.array([3.0, 3.0]), t)
    decay = np.exp(-6.0 * t)
    change = -0.5 * t * decay
    np.testing.assert_allclose(J[0], change + (decay - 1.0) / 12.0, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(J[1], change + (1.0 - decay) / 12.0, rtol=1e-12, atol=1e-15)
    assert quantity("reversible", "equilibrium_constant", k1=6.0, k_1=3.0) == 2.0
    assert quantity("reversible", "equilibrium", A0=4.0, k1=3.0, k_1=1.0) == 1.0


EQUAL = [
    ("consecutive", {"species": "B"}, (2.0, 1.3, 1.3), (T,)),
    ("consecutive", {"species": "C"}, (2.0, 1.3, 1.3), (T,)),
    ("nth_order", {}, (2.0, 0.6, 1.0), (T,)),
    ("ssfol", {}, (-0.4, -0.4, -1.0), (np.full(9, 3.0), T)),
]


@pytest.mark.parametrize("engine", [eager, compiled], ids=["eager", "compiled"])
@pytest.mark.parametrize("name, options, values, columns", EQUAL)
def test_where_the_plain_formula_divides_zero_by_zero(name, options, values, columns, engine):
    """Equal rates, first order: finite, and with exact derivatives by both engines."""
    function = get(name, **options).function
    assert np.isfinite(function(*columns, *values)).all()

    def of(p, *columns):
        return function(*columns, p[0], p[1], p[2])

    assert check_jacobian(of, np.array(values), *columns, engine=engine.jacobian) < 1e-8


def test_quotients_with_a_hole_are_whole() -> None:
    """Against sums of the power series in extended precision, across the seams."""
    z = np.array([-0.9, -0.26, -0.24, -1e-9, 0.0, 1e-12, 0.2, 0.26, 3.0])
    far = np.array([-0.9, -0.26, 0.26, 3.0])
    np.testing.assert_allclose(log1p_over(far), np.log1p(far) / far, rtol=1e-15)
    long = np.where(z == 0, np.longdouble(1e-30), z.astype(np.longdouble))
    np.testing.assert_allclose(log1p_over(z), (np.log1p(long) / long).astype(float), rtol=4e-16)
    np.testing.assert_allclose(expm1_over(z), (np.expm1(long) / long).astype(float), rtol=1e-15)
    # Rates that differ by a factor of 1e6, and times beyond all reaction, do not overflow.
    assert difference_of_exponentials(1e9, 1e3) == 0.0
    assert difference_of_exponentials(1e9, 0.0) == pytest.approx(1e-9, rel=1e-15)


def test_azomethane() -> None:
    """Atkins and de Paula, 10th ed., example 20B.1: k = 3.6e-4 / s."""
    t = np.array([0.0, 1e3, 2e3, 3e3, 4e3])
    fit = rs.fit("first_order", t, np.array([10.9, 7.63, 5.32, 3.71, 2.59]))
    assert fit.params["k"] == pytest.approx(3.6e-4, abs=0.05e-4)
    assert quantity("first_order", "half_life", **fit.params) == pytest.approx(1.93e3, rel=0.01)


def test_acetaldehyde() -> None:
    """Atkins and de Paula, 10th ed., example 20D.1: Ea = 188 kJ/mol from the slope of ln k.

    Least squares in k with errors in proportion to k is that line, to the noise of the data.
    """
    T = np.array([700.0, 730, 760, 790, 810, 840, 910, 1000])
    k = np.array([0.011, 0.035, 0.105, 0.343, 0.789, 2.17, 20.0, 145.0])
    line = np.polyfit(1 / T, np.log(k), 1)
    assert -R * line[0] == pytest.approx(188e3, abs=1.5e3)
    fit = rs.fit("arrhenius", T, k, sigma=0.05 * k)
    assert fit.params["Ea"] == pytest.approx(188e3, abs=4e3)
    rate = quantity("arrhenius", "k_298", **fit.params)
    assert rate == pytest.approx(get("arrhenius").function(298.15, **fit.params), rel=1e-14)


def test_inhibition_in_its_limits() -> None:
    S, no, some = np.geomspace(0.1, 30.0, 7), np.zeros(7), np.full(7, 1.5)
    plain = get("michaelis_menten").function
    bare = plain(S, 8.0, 2.0)
    for kind in ("competitive", "uncompetitive", "noncompetitive"):
        rate = get(f"{kind}_inhibition").function
        np.testing.assert_allclose(rate(S, no, 8.0, 2.0, 1.5), bare, rtol=1e-15)
    mixed = get("mixed_inhibition").function
    # With I = Ki: twice the Km; half the Vmax; both halved; and mixed holds them all.
    expected = {
        "competitive": (plain(S, 8.0, 4.0), (1.5, 1e300)),
        "uncompetitive": (plain(S, 4.0, 1.0), (1e300, 1.5)),
        "noncompetitive": (plain(S, 4.0, 2.0), (1.5, 1.5)),
    }
    for kind, (rates, constants) in expected.items():
        found = get(f"{kind}_inhibition").function(S, some, 8.0, 2.0, 1.5)
        np.testing.assert_allclose(found, rates, rtol=1e-14)
        np.testing.assert_allclose(mixed(S, some, 8.0, 2.0, *constants), rates, rtol=1e-14)


def test_too_much_substrate() -> None:
    rate, values = get("substrate_inhibition").function, {"Vmax": 8.0, "Km": 2.0, "Ki": 9.0}
    best = quantity("substrate_inhibition", "optimum", **values)
    top = quantity("substrate_inhibition", "largest_rate", **values)
    assert rate(best, **values) == pytest.approx(top, rel=1e-14)
    assert top > max(rate(0.99 * best, **values), rate(1.01 * best, **values))
    assert quantity("michaelis_menten", "efficiency", Vmax=8.0, Km=2.0) == 4.0


def test_transition_state_theory() -> None:
    """kB T / h at 298.15 K is 6.212e12 / s, and Ea = dH + R T (Atkins, section 21C)."""
    rate = get("eyring").function
    assert rate(298.15, 0.0, 0.0) == pytest.approx(6.2124e12, rel=1e-5)
    values = {"dH": 85e3, "dS": -10.0}
    gibbs = quantity("eyring", "dG_298", **values)
    assert rate(298.15, gibbs, 0.0) == pytest.approx(rate(298.15, **values), rel=1e-13)
    assert quantity("eyring", "k_298", **values) == rate(298.15, **values)
    h = 1e-6
    slope = (
        np.log(rate(1 / (1 / 300 + h), **values)) - np.log(rate(1 / (1 / 300 - h), **values))
    ) / (2 * h)
    assert -R * slope == pytest.approx(85e3 + R * 300.0, rel=1e-6)


def test_the_modified_arrhenius_law() -> None:
    rate = get("modified_arrhenius", reference=300.0).function
    plain = get("arrhenius").function
    T = np.array([200.0, 300.0, 2000.0])
    np.testing.assert_allclose(rate(T, 2.0, 0.0, 9e3), plain(T, 2.0, 9e3), rtol=1e-14)
    np.testing.assert_allclose(rate(T, 2.0, 1.5, 0.0), 2.0 * (T / 300.0) ** 1.5, rtol=1e-14)
    energy = quantity("modified_arrhenius", "activation_energy_298", n=2.0, Ea=1e4)
    assert energy == pytest.approx(1e4 + 2.0 * R * 298.15)


def test_williams_landel_ferry_is_vogel_fulcher_tammann() -> None:
    """With the universal constants C1 = 17.44, C2 = 51.6 K of the 1955 paper, Tg = 373 K."""
    T = np.linspace(374.0, 470.0, 9)
    shift = get("wlf", reference=373.0).function(T, 17.44, 51.6)
    T0 = get("wlf", reference=373.0).quantities["vogel_temperature"].value(C2=51.6)
    B = 17.44 * 51.6
    other = get("vogel_fulcher_tammann").function(T, -B / 51.6, B, T0)
    np.testing.assert_allclose(shift, other, rtol=1e-11)
    assert get("wlf", reference=373.0).function(424.6, 17.44, 51.6) == pytest.approx(-8.72)
    # Glass-forming at 10^12 Pa s, by definition.
    values = {"A": -3.0, "B": 900.0, "T0": 210.0}
    Tg = quantity("vogel_fulcher_tammann", "glass_transition", **values)
    assert get("vogel_fulcher_tammann").function(Tg, **values) == pytest.approx(12.0)


def test_consecutive_peak() -> None:
    values = {"A0": 2.0, "k1": 1.5, "k2": 0.3}
    t, top = (quantity("consecutive", name, **values) for name in ("time_of_peak", "peak"))
    B = get("consecutive").function
    assert B(t, **values) == pytest.approx(top, rel=1e-13)
    assert top > max(B(0.99 * t, **values), B(1.01 * t, **values))


def test_lifetimes_of_exponentials() -> None:
    values = {"amplitude": 4.0, "rate": 0.7, "offset": 1.0}
    half = quantity("exponential", "half_life", **values)
    assert get("exponential").function(half, **values) == pytest.approx(3.0)
    assert quantity("exponential", "lifetime", **values) == pytest.approx(half / np.log(2.0))
    # The mean lifetime is the area over the height: 6/2.5 + 4/0.25 over 10.
    two = {"amplitude1": 6.0, "rate1": 2.5, "amplitude2": 4.0, "rate2": 0.25}
    assert quantity("biexponential", "lifetime", **two) == pytest.approx(1.84)


@pytest.mark.parametrize(
    "name, options, text",
    [
        ("consecutive", {"species": "A"}, "no species 'A'"),
        ("wlf", {"reference": -3.0}, "cannot have reference=-3.0"),
        ("modified_arrhenius", {"reference": True}, "cannot have reference=True"),
        ("bet", {"cross_section": 0.0}, "cannot have cross_section=0.0"),
        ("dubinin_radushkevich", {"temperature": "77 K"}, "cannot have temperature='77 K'"),
        ("debye_relaxation", {"part": "real"}, "has no part 'real'"),
    ],
)
def test_options_that_make_no_sense(name: str, options: dict, text: str) -> None:
    with pytest.raises(rs.ModelError, match=text):
        get(name, **options)
