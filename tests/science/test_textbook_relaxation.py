"""Relaxation in time and against frequency says what its textbooks say."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from residua.science.registry import get

F = np.geomspace(1e-6, 1e6, 25)
SHAPES = {"debye_relaxation": (), "cole_cole": (0.3,), "havriliak_negami": (0.8, 0.5)}


def quantity(model: str, name: str, **parameters: float) -> float:
    """A quantity of a shelf model, from the parameters it takes."""
    value = get(model).quantities[name].value
    return float(value(**{key: parameters[key] for key in inspect.signature(value).parameters}))


@pytest.mark.parametrize("beta", [0.4, 1.0, 1.8])
def test_stretched_exponential(beta: float) -> None:
    values = {"amplitude": 4.0, "tau": 3.0, "beta": beta, "offset": 1.0}
    decay = get("stretched_exponential").function
    half = quantity("stretched_exponential", "half_life", **values)
    assert decay(half, **values) == pytest.approx(3.0, rel=1e-13)
    area = 3.0 * quad(lambda x: np.exp(-(x**beta)), 0, np.inf, epsabs=1e-12)[0]
    lifetime = quantity("stretched_exponential", "lifetime", **values)
    assert lifetime == pytest.approx(area, rel=1e-8)
    assert decay(3.0, **values) == pytest.approx(1.0 + 4.0 / np.e)
    assert decay(1e300, **values) == 1.0


def test_power_law_decay() -> None:
    values = {"amplitude": 6.0, "tau": 2.0, "n": 1.6}
    decay = get("power_law_decay").function
    half = quantity("power_law_decay", "half_life", **values)
    assert decay(half, **values) == pytest.approx(3.0, rel=1e-13)
    # At late times a straight line of slope -n on double logarithms; n = 1 is second order.
    assert np.log(decay(2e12, **values) / decay(1e12, **values)) / np.log(2) == pytest.approx(-1.6)
    t = np.linspace(0.0, 9.0, 10)
    second = get("second_order").function(t, 6.0, 1 / 12.0)
    np.testing.assert_allclose(decay(t, 6.0, 2.0, 1.0), second, rtol=1e-14)


def test_magnetization() -> None:
    """After inversion it passes through zero at T1 ln 2; saturation is an inversion of 1/2."""
    null = quantity("inversion_recovery", "null", T1=1.5, inversion=1.0)
    assert null == pytest.approx(1.5 * np.log(2.0))
    assert get("inversion_recovery").function(null, 3.0, 1.5, 1.0) == pytest.approx(0.0, abs=1e-15)
    t = np.linspace(0.0, 9.0, 10)
    saturated = get("saturation_recovery").function(t, 3.0, 1.5)
    recovered = get("inversion_recovery").function(t, 3.0, 1.5, 0.5)
    np.testing.assert_allclose(saturated, recovered, rtol=1e-14, atol=1e-15)
    half = quantity("spin_echo", "half_life", T2=1.5)
    assert get("spin_echo").function(half, 3.0, 1.5) == pytest.approx(1.5)
    assert quantity("spin_echo", "rate", T2=1.5) == 1 / 1.5


@pytest.mark.parametrize("name", SHAPES)
def test_permittivity_is_that_of_complex_numbers(name: str) -> None:
    shape = SHAPES[name]
    alpha = 1.0 - shape[0] if name == "cole_cole" else shape[0] if shape else 1.0
    beta = shape[1] if len(shape) == 2 else 1.0
    permittivity = 3.0 + 9.0 / (1.0 + (2j * np.pi * F * 0.5) ** alpha) ** beta
    storage = get(name).function(F, 3.0, 9.0, 0.5, *shape)
    loss = get(name, part="loss").function(F, 9.0, 0.5, *shape)
    np.testing.assert_allclose(storage, permittivity.real, rtol=1e-13)
    np.testing.assert_allclose(loss, -permittivity.imag, rtol=1e-13)
    assert quantity(name, "static", eps_inf=3.0, delta=9.0) == pytest.approx(
        get(name).function(0.0, 3.0, 9.0, 0.5, *shape)
    )
    ends = get(name, part="loss").function(np.array([0.0, 1e300]), 9.0, 0.5, *shape)
    np.testing.assert_allclose(ends, 0.0, atol=1e-60)


@pytest.mark.parametrize("name", SHAPES)
def test_area_of_the_loss(name: str) -> None:
    """The sum rule of Kramers and Kronig: the loss over ln f has the area pi/2 delta."""
    loss = get(name, part="loss").function

    def of_log(z: float) -> float:
        return float(loss(np.exp(z), 1.0, 1.0, *SHAPES[name]))

    area = quad(of_log, -80, 80, points=[-2.0], limit=400, epsabs=1e-11)[0]
    assert area == pytest.approx(0.5 * np.pi, rel=1e-9)


def test_loss_of_water() -> None:
    """Debye's peak is at 1 / (2 pi tau) and delta/2 high: 19.2 GHz for the 8.27 ps of water at
    25 C (U. Kaatze, J. Chem. Eng. Data 34, 371, 1989)."""
    peak = quantity("debye_relaxation", "frequency", tau=8.27e-12)
    assert peak == pytest.approx(19.2e9, rel=3e-3)
    loss = get("debye_relaxation", part="loss").function
    found = minimize_scalar(
        lambda z: -loss(np.exp(z), 73.0, 8.27e-12), bounds=(23.0, 24.5), method="bounded"
    )
    assert np.exp(found.x) == pytest.approx(peak, rel=1e-5)
    assert -found.fun == pytest.approx(36.5, rel=1e-10)


def test_cole_cole_loss_is_symmetric_and_lower() -> None:
    """Its peak is delta/2 tan((1 - alpha) pi/4) high (Cole and Cole 1941, equation 9)."""
    loss = get("cole_cole", part="loss").function
    top = loss(0.5 / np.pi, 1.0, 1.0, 0.3)
    assert top == pytest.approx(0.5 * np.tan(0.7 * np.pi / 4), rel=1e-13)
    ratio = np.array([2.0, 50.0])
    left, right = loss(0.5 / np.pi / ratio, 1.0, 1.0, 0.3), loss(0.5 / np.pi * ratio, 1.0, 1.0, 0.3)
    np.testing.assert_allclose(left, right, rtol=1e-12)
