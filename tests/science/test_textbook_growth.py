"""Growth and dose-response curves say what their sources say."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from residua.science.registry import get

T = np.linspace(0.0, 9.0, 10)


def quantity(model: str, name: str, **parameters: float) -> float:
    """A quantity of a shelf model, from the parameters it takes."""
    value = get(model).quantities[name].value
    return float(value(**{key: parameters[key] for key in inspect.signature(value).parameters}))


def slope(function, x: float, h: float = 1e-3) -> float:
    """Central difference of fourth order."""
    ahead, behind = (function(x + k * h) - function(x - k * h) for k in (1, 2))
    return (8 * ahead - behind) / (12 * h)


CURVES = {
    "logistic_growth": ({"K": 8.0, "rate": 1.1, "midpoint": 4.0}, lambda y: 1.1 * y * (1 - y / 8)),
    "gompertz": ({"K": 8.0, "rate": 0.7, "midpoint": 3.0}, lambda y: 0.7 * y * np.log(8 / y)),
    "richards": (
        {"K": 8.0, "rate": 1.4, "midpoint": 5.0, "shape": 2.5},
        lambda y: 1.4 / 2.5 * y * (1 - (y / 8) ** 2.5),
    ),
    "monomolecular": ({"K": 8.0, "y0": 1.0, "rate": 0.4}, lambda y: 0.4 * (8 - y)),
    "von_bertalanffy": ({"Linf": 8.0, "k": 0.3, "t0": -0.5}, lambda y: 0.3 * (8 - y)),
}


@pytest.mark.parametrize("name", CURVES)
def test_the_curve_solves_its_law_of_growth(name: str) -> None:
    values, law = CURVES[name]
    y = get(name).function(T, **values)
    found = solve_ivp(lambda _, y: law(y), (0.0, 9.0), y[:1], "DOP853", T, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(y, found.y[0], rtol=1e-8)


@pytest.mark.parametrize("name", ["logistic_growth", "gompertz", "richards", "zwietering"])
def test_inflection_steepest_growth_and_lag(name: str) -> None:
    zwietering = {"A": 9.0, "mu": 2.0, "lag": 2.5}
    values = zwietering if name == "zwietering" else CURVES[name][0]

    def y(t):
        return get(name).function(t, **values)

    at = quantity(name, "inflection", **values)
    steepest = slope(y, at)
    best = minimize_scalar(lambda t: -slope(y, t), bounds=(at - 1.0, at + 1.5), method="bounded")
    assert best.x == pytest.approx(at, abs=1e-4)
    given = "mu" if name == "zwietering" else "max_growth_rate"
    rate = values["mu"] if given == "mu" else quantity(name, given, **values)
    assert rate == pytest.approx(steepest, rel=1e-9)
    if name != "richards":
        lag = values["lag"] if given == "mu" else quantity(name, "lag", **values)
        assert lag == pytest.approx(at - y(at) / steepest, rel=1e-8)


def test_richards_lies_between_its_limits() -> None:
    plain = get("richards").function
    logistic = get("logistic_growth").function(T, 8.0, 1.1, 4.0)
    np.testing.assert_allclose(plain(T, 8.0, 1.1, 4.0, 1.0), logistic, rtol=1e-14)
    gompertz = get("gompertz").function(T, 8.0, 1.1, 4.0)
    np.testing.assert_allclose(plain(T, 8.0, 1.1, 4.0, 1e-9), gompertz, rtol=1e-6, atol=1e-12)
    # Nothing overflows, however early.
    for name, values in (("richards", (8.0, 1.1, 4.0, 2.0)), ("gompertz", (8.0, 1.1, 4.0))):
        assert get(name).function(-1e9, *values) == 0.0


def test_zwietering_is_gompertz() -> None:
    """K = A, rate = mu e / A, midpoint = lag + A / (mu e): table 2 of the 1990 paper."""
    rate = 2.0 * np.e / 9.0
    other = get("gompertz").function(T, 9.0, rate, 2.5 + 1 / rate)
    np.testing.assert_allclose(get("zwietering").function(T, 9.0, 2.0, 2.5), other, rtol=1e-13)
    assert quantity("zwietering", "doubling_time", mu=np.log(2.0)) == pytest.approx(1.0)


def test_half_times_and_beginnings() -> None:
    values = {"K": 9.0, "y0": 1.0, "rate": 0.2, "shape": 2.2}
    half = quantity("weibull_growth", "half_time", **values)
    assert get("weibull_growth").function(half, **values) == pytest.approx(5.0)
    values = CURVES["monomolecular"][0]
    assert get("monomolecular").function(
        quantity("monomolecular", "half_time", **values), **values
    ) == pytest.approx(4.5)
    rate = quantity("monomolecular", "initial_growth_rate", **values)
    assert rate == pytest.approx(slope(lambda t: get("monomolecular").function(t, **values), 0.0))
    values = CURVES["von_bertalanffy"][0]
    born = quantity("von_bertalanffy", "length_at_birth", **values)
    assert born == pytest.approx(get("von_bertalanffy").function(0.0, **values))
    assert get("von_bertalanffy").function(-0.5, **values) == 0.0
    early = get("logistic_growth").function(
        np.array([-30.0, -30.0 + np.log(2.0) / 1.1]), 8.0, 1.1, 4.0
    )
    assert early[1] / early[0] == pytest.approx(2.0, rel=1e-12)
    assert quantity("logistic_growth", "doubling_time", rate=1.1) == np.log(2.0) / 1.1


FOUR = {"bottom": 1.0, "top": 9.0, "EC50": 2.0, "slope": 1.4}
FIVE = {"bottom": 9.0, "top": 1.0, "C": 2.0, "slope": 1.4, "asymmetry": 0.4}
LOGS = {"bottom": 1.0, "top": 9.0, "logEC50": -6.5, "slope": 1.4}


@pytest.mark.parametrize("share", [10, 50, 90])
def test_doses_of_a_share_of_the_effect(share: int) -> None:
    for name, values in (
        ("four_parameter_logistic", FOUR),
        ("five_parameter_logistic", FIVE),
        ("log_dose_response", LOGS),
        ("hill", {"Emax": 8.0, "EC50": 2.0, "n": 1.4}),
    ):
        if f"EC{share}" in values:
            dose = values[f"EC{share}"]
        else:
            dose = quantity(name, f"EC{share}", **values)
        x = np.log10(dose) if name == "log_dose_response" else dose
        bottom, top = values.get("bottom", 0.0), values.get("top", 8.0)
        expected = bottom + share / 100.0 * (top - bottom)
        assert get(name).function(x, **values) == pytest.approx(expected, rel=1e-12)


def test_dose_response_as_printed() -> None:
    dose = np.geomspace(1e-3, 1e3, 9)
    four = get("four_parameter_logistic").function(dose, **FOUR)
    np.testing.assert_allclose(four, 1 + 8 / (1 + (2 / dose) ** 1.4), rtol=1e-13)
    five = get("five_parameter_logistic").function(dose, **FIVE)
    np.testing.assert_allclose(five, 9 - 8 / (1 + (2 / dose) ** 1.4) ** 0.4, rtol=1e-13)
    one = get("five_parameter_logistic").function(dose, 1.0, 9.0, 2.0, 1.4, 1.0)
    np.testing.assert_allclose(one, four, rtol=1e-13)
    logs = get("log_dose_response").function(np.log10(dose), 1.0, 9.0, np.log10(2.0), 1.4)
    np.testing.assert_allclose(logs, four, rtol=1e-12)
    hormesis = get("brain_cousens").function(dose, 1.0, 9.0, 3.0, 2.0, 2.6)
    np.testing.assert_allclose(hormesis, 1 + (8 + 3 * dose) / (1 + (dose / 2) ** 2.6), rtol=1e-12)
    assert get("four_parameter_logistic").function(1e300, 1.0, 9.0, 1e-5, 50.0) == 9.0


def test_steepest_slope_of_the_logistic() -> None:
    values = {"lower": 1.0, "upper": 5.0, "slope": -2.0, "midpoint": 3.0}
    steepest = slope(lambda x: get("logistic").function(x, **values), 3.0)
    assert quantity("logistic", "steepest_slope", **values) == pytest.approx(steepest)
