"""Isotherms say what their textbooks say."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import residua as rs
from residua.science.kinetics.rates import R
from residua.science.registry import get

P = np.geomspace(1e-3, 1e3, 13)


def quantity(model: str, name: str, **parameters: float) -> float:
    """A quantity of a shelf model, from the parameters it takes."""
    value = get(model).quantities[name].value
    return float(value(**{key: parameters[key] for key in inspect.signature(value).parameters}))


def test_carbon_monoxide_on_charcoal() -> None:
    """Atkins and de Paula, 10th ed., example 22B.1: K = 7.51e-3 / kPa, V = 111 cm3, from the line
    of p/V against p; least squares in V itself agrees within two of its standard errors."""
    p = np.array([13.3, 26.7, 40.0, 53.3, 66.7, 80.0, 93.3])
    V = np.array([10.2, 18.6, 25.5, 31.5, 36.9, 41.6, 46.1])
    slope, intercept = np.polyfit(p, p / V, 1)
    assert 1 / slope == pytest.approx(111.0, abs=1.0)
    assert slope / intercept == pytest.approx(7.51e-3, rel=0.01)
    fit = rs.fit("langmuir", p, V)
    assert abs(fit.params["qmax"] - 1 / slope) < 2 * fit.stderr["qmax"] < 10.0
    assert abs(fit.params["K"] - slope / intercept) < 2 * fit.stderr["K"] < 1e-3


def test_nitrogen_on_rutile() -> None:
    """Atkins and de Paula, 10th ed., example 22B.3: c = 310, V = 811 mm3, from the BET line,
    whose slope is printed to three digits: V is good to 4 mm3."""
    x = np.array([0.160, 1.87, 6.11, 11.67, 17.02, 21.92, 27.29]) / 76.0
    V = np.array([601.0, 720, 822, 935, 1046, 1146, 1254])
    slope, intercept = np.polyfit(x, x / (1 - x) / V, 1)
    assert 1 / (slope + intercept) == pytest.approx(811.0, abs=4.0)
    assert slope / intercept + 1 == pytest.approx(310.0, rel=0.03)
    # Weighed as the line weighs them, the amounts themselves give the same to first order in
    # their scatter, which is 1 %.
    weighed = rs.fit("bet", x, V, sigma=V**2 * (1 - x) / x)
    assert weighed.params["qm"] == pytest.approx(811.0, rel=0.01)
    # Weighed alike, they are met more closely than by the line.
    fit = rs.fit("bet", x, V)
    line = get("bet").function(x, 1 / (slope + intercept), slope / intercept + 1)
    assert fit.rss < 0.8 * np.sum((V - line) ** 2)


def test_surface_area_of_a_monolayer_of_nitrogen() -> None:
    """The factor of every BET table: 4.35 m2 for each cm3 (STP, 22414 cm3/mol) of nitrogen."""
    assert quantity("bet", "surface_area", qm=1 / 22414.0) == pytest.approx(4.353, abs=1e-3)
    krypton = get("bet", cross_section=0.21).quantities["surface_area"].value(qm=1.0)
    assert krypton / quantity("bet", "surface_area", qm=1.0) == pytest.approx(0.21 / 0.162)
    x = quantity("bet", "monolayer_pressure", C=100.0)
    assert get("bet").function(x, 3.0, 100.0) == pytest.approx(3.0, rel=1e-13)


def test_langmuir_is_the_common_limit() -> None:
    expected = get("langmuir").function(P, 3.0, 0.5)
    for name, values in (
        ("sips", (3.0, 0.5, 1.0)),
        ("toth", (3.0, 0.5, 1.0)),
        ("redlich_peterson", (1.5, 0.5, 1.0)),
        ("dual_site_langmuir", (1.0, 0.5, 2.0, 0.5)),
        ("michaelis_menten", (3.0, 2.0)),
    ):
        np.testing.assert_allclose(get(name).function(P, *values), expected, rtol=1e-13)


def test_forms_as_they_are_printed() -> None:
    sips, toth = get("sips").function(P, 3.0, 0.5, 0.6), get("toth").function(P, 3.0, 0.5, 0.6)
    power = (0.5 * P) ** 0.6
    np.testing.assert_allclose(sips, 3.0 * power / (1 + power), rtol=1e-13)
    np.testing.assert_allclose(toth, 1.5 * P / (1 + power) ** (1 / 0.6), rtol=1e-13)
    np.testing.assert_allclose(get("temkin").function(P, 1.4, 12.0), 1.4 * np.log(12.0 * P))
    np.testing.assert_allclose(get("henry").function(P, 2.0), 2.0 * P)
    np.testing.assert_allclose(
        get("freundlich").function(P, 2.0, 3.0), 2.0 * np.cbrt(P), rtol=1e-13
    )


@pytest.mark.parametrize(
    "name, values",
    [
        ("langmuir", {"qmax": 3.0, "K": 0.5}),
        ("sips", {"qmax": 3.0, "K": 0.5, "n": 0.6}),
        ("toth", {"qmax": 3.0, "K": 0.5, "n": 0.6}),
    ],
)
def test_half_coverage(name: str, values: dict) -> None:
    half = quantity(name, "half_coverage", **values)
    assert get(name).function(half, **values) == pytest.approx(1.5, rel=1e-13)


@pytest.mark.parametrize(
    "name, values",
    [
        ("langmuir", {"qmax": 3.0, "K": 0.5}),
        ("toth", {"qmax": 3.0, "K": 0.5, "n": 0.6}),
        ("dual_site_langmuir", {"qmax1": 3.0, "K1": 0.5, "qmax2": 1.0, "K2": 4.0}),
    ],
)
def test_henrys_constant_is_the_first_slope(name: str, values: dict) -> None:
    p = 1e-14
    slope = get(name).function(p, **values) / p
    assert quantity(name, "henry_constant", **values) == pytest.approx(slope, rel=1e-7)


def test_filling_of_micropores() -> None:
    """A = R T ln(p0/p) equal to E leaves qmax/e; two temperatures fall on one curve of A."""
    for T in (77.35, 298.15):
        model = get("dubinin_radushkevich", temperature=T)
        x = np.exp(-6e3 / (R * T))
        assert model.function(x, 3.0, 6e3) == pytest.approx(3.0 / np.e, rel=1e-13)


def test_capacity() -> None:
    values = {"qmax1": 3.0, "K1": 0.5, "qmax2": 1.0, "K2": 4.0}
    full = get("dual_site_langmuir").function(1e15, **values)
    assert quantity("dual_site_langmuir", "capacity", **values) == pytest.approx(full)
