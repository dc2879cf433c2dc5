"""Values, derivatives and integrals as data in one fit."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from joint_cases import dense

GPA = -160.21766
TRUE = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}


def murnaghan(V, theta):
    E0, B0, BP, V0 = theta
    return E0 + B0 * V / BP * ((V0 / V) ** BP / (BP - 1) + 1) - V0 * B0 / (BP - 1)


def pressure(V, theta):
    _, B0, BP, V0 = theta
    return -GPA * B0 / BP * ((V0 / V) ** BP - 1)


@pytest.fixture(scope="module")
def crystal():
    rng = np.random.default_rng(0)
    V, V2 = np.linspace(14, 20, 15), np.linspace(14, 19, 9)
    theta = np.array(list(TRUE.values()))
    E = murnaghan(V, theta) + 0.001 * rng.standard_normal(15)
    P = pressure(V2, theta) + 0.1 * rng.standard_normal(9)
    return V, E, V2, P


def test_energies_and_pressures_agree_with_dense_least_squares(crystal):
    V, E, V2, P = crystal
    model = rs.model("murnaghan")
    fit = rs.fit(
        model,
        [
            rs.dataset(V, E, sigma=0.001, name="energy"),
            rs.dataset(V2, P, sigma=0.1, of=lambda E: GPA * E.derivative("V"), name="pressure"),
        ],
    )

    def residual(theta):
        return np.concatenate([(E - murnaghan(V, theta)) / 0.001, (P - pressure(V2, theta)) / 0.1])

    theta, errors = dense(residual, np.array(list(TRUE.values())))
    assert fit.ok and fit.engine == "compiled" and not fit.warnings
    np.testing.assert_allclose(fit.theta, theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-8)

    alone = rs.fit(model, V, E, sigma=0.001)
    for name in ("B0", "BP", "V0"):
        assert fit.stderr[name] < 0.7 * alone.stderr[name], name
        assert abs(fit.params[name] - TRUE[name]) < 4 * fit.stderr[name]

    band = fit.parts["pressure"].predict([16.0], interval="confidence")
    slope = np.array([pressure(16.0, theta + h) for h in 1e-6 * np.eye(4)])
    slope = (slope - np.array([pressure(16.0, theta - h) for h in 1e-6 * np.eye(4)])) / 2e-6
    assert band.value[0] == pytest.approx(pressure(16.0, theta), rel=1e-9)
    assert band.stderr[0] == pytest.approx(np.sqrt(slope @ fit.covariance @ slope), rel=1e-5)
    assert fit.predict([16.0]).value[0] == pytest.approx(murnaghan(16.0, theta), rel=1e-12)
    assert float(fit.derivative("V")(16.0)) == pytest.approx(pressure(16.0, theta) / GPA, rel=1e-8)


def test_a_quantity_of_the_shelf_by_its_name(crystal):
    V, E, V2, P = crystal
    unit = -1 / GPA
    fit = rs.fit(
        "murnaghan",
        [rs.dataset(V, E, sigma=0.001), rs.dataset(V2, P * unit, sigma=0.1 * unit, of="pressure")],
    )
    other = rs.fit(
        "murnaghan",
        [
            rs.dataset(V, E, sigma=0.001),
            rs.dataset(V2, P * unit, sigma=0.1 * unit, of=lambda E: -E.derivative("V")),
        ],
    )
    np.testing.assert_allclose(fit.theta, other.theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, other.standard_errors, rtol=1e-8)


def test_a_linear_model_with_derivative_data_is_generalized_least_squares():
    rng = np.random.default_rng(2)
    x, u = np.linspace(-1, 2, 12), np.linspace(-0.5, 1.5, 7)
    A = np.column_stack([np.ones(12), x, x**2, x**3])
    B = np.column_stack([np.zeros(7), np.ones(7), 2 * u, 3 * u**2])
    truth = np.array([1.0, -2.0, 0.5, 0.3])
    # Correlated noise of the slopes: a covariance matrix beside a number.
    C = 0.2**2 * np.exp(-np.abs(np.subtract.outer(u, u)))
    y = A @ truth + 0.1 * rng.standard_normal(12)
    d = B @ truth + np.linalg.cholesky(C) @ rng.standard_normal(7)
    W = np.zeros((19, 19))
    W[:12, :12] = np.eye(12) / 0.1**2
    W[12:, 12:] = np.linalg.inv(C)
    M = np.vstack([A, B])
    H = np.linalg.inv(M.T @ W @ M)
    expected = H @ M.T @ W @ np.concatenate([y, d])

    fit = rs.fit(
        "c0 + c1*x + c2*x**2 + c3*x**3",
        [
            rs.dataset(x, y, sigma=0.1),
            rs.dataset(u, d, sigma=C, of=lambda f: f.derivative("x"), name="slope"),
        ],
        absolute_sigma=True,
    )
    np.testing.assert_allclose(fit.theta, expected, rtol=1e-12)
    np.testing.assert_allclose(fit.standard_errors, np.sqrt(np.diag(H)), rtol=1e-12)
    np.testing.assert_allclose(fit.covariance, H, rtol=1e-10)


def test_amounts_and_rates_with_a_function_of_the_user():
    def amount(t, A0, k, c):
        return A0 * np.exp(-k * t) + c

    rng = np.random.default_rng(4)
    t, s = np.linspace(0, 4, 20), np.linspace(0.2, 3, 10)
    y = amount(t, 2.0, 1.3, 0.2) + 0.02 * rng.standard_normal(20)
    r = -2.6 * np.exp(-1.3 * s) + 0.01 * rng.standard_normal(10)
    fit = rs.fit(
        amount,
        {
            "A": rs.dataset(t, y, sigma=0.02),
            "rate": rs.dataset(s, r, sigma=0.01, of=lambda f: f.derivative("t")),
        },
    )

    def residual(theta):
        A0, k, c = theta
        rows = (y - A0 * np.exp(-k * t) - c) / 0.02
        return np.concatenate([rows, (r + A0 * k * np.exp(-k * s)) / 0.01])

    theta, errors = dense(residual, np.array([1.0, 1.0, 0.0]))
    np.testing.assert_allclose(fit.theta, theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-8)


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_integrals_between_two_columns(engine):
    rng = np.random.default_rng(5)
    t = np.linspace(0, 4, 15)
    low, high = t[:-1], t[1:]
    y = 2 * np.exp(-1.3 * t) + 0.02 * rng.standard_normal(15)
    area = 2 / 1.3 * (np.exp(-1.3 * low) - np.exp(-1.3 * high)) + 0.003 * rng.standard_normal(14)
    fit = rs.fit(
        "a*exp(-b*t)",
        [
            rs.dataset(t, y, sigma=0.02, name="value"),
            rs.dataset(
                {"t_to": high, "t_from": low},
                area,
                sigma=0.003,
                of=lambda f: rs.integral(f, "t"),
                name="dose",
            ),
        ],
        engine=engine,
    )

    def residual(theta):
        a, b = theta
        whole = a / b * (np.exp(-b * low) - np.exp(-b * high))
        return np.concatenate([(y - a * np.exp(-b * t)) / 0.02, (area - whole) / 0.003])

    theta, errors = dense(residual, np.array([1.0, 1.0]))
    assert fit.engine == engine
    np.testing.assert_allclose(fit.theta, theta, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-8)
    assert fit.parts["dose"].observations.names == ("t_from", "t_to")
    a, b = theta
    one = fit.parts["dose"].predict(t_from=[0.0], t_to=[1.0])
    assert one.value[0] == pytest.approx(a / b * (1 - np.exp(-b)), rel=1e-12)


def test_derivatives_alone_leave_a_constant_open():
    x = np.linspace(0, 3, 20)
    d = 2 * x + 1 + 0.01 * np.random.default_rng(6).standard_normal(20)
    fit = rs.fit(
        "a*x**2 + b*x + c",
        [rs.dataset(x, d, of=lambda f: f.derivative("x"))],
        start={"a": 1.0, "b": 1.0, "c": 0.0},
    )
    assert fit.outcome is rs.Outcome.VALLEY and np.isinf(fit.stderr["c"])
    assert any("c does not influence" in sentence for sentence in fit.warnings)
    held = rs.fit(
        "a*x**2 + b*x + c", [rs.dataset(x, d, of=lambda f: f.derivative("x"))], fixed={"c": 0.0}
    )
    assert held.ok and held.params["a"] == pytest.approx(1.0, abs=0.02)


def test_an_operator_may_bring_a_parameter_of_its_own():
    rng = np.random.default_rng(7)
    x = np.linspace(0, 3, 20)
    y = 2 * np.exp(-x) + 0.01 * rng.standard_normal(20)
    shifted = 2 * np.exp(-x) + 0.7 + 0.01 * rng.standard_normal(20)
    offset = rs.model("offset + 0*x")
    fit = rs.fit(
        "a*exp(-b*x)",
        [rs.dataset(x, y, sigma=0.01), rs.dataset(x, shifted, sigma=0.01, of=lambda f: f + offset)],
    )
    assert fit.labels == ("a", "b", "offset")
    assert fit.params["offset"] == pytest.approx(0.7, abs=4 * fit.stderr["offset"])
    assert fit.predict([0.0]).value[0] == pytest.approx(fit.params["a"], rel=1e-12)


def test_local_parameters_beside_derivative_data():
    rng = np.random.default_rng(8)
    t, s = np.linspace(0, 4, 20), np.linspace(0.2, 3, 10)
    sets = [
        rs.dataset(t, a * np.exp(-t) + 0.02 * rng.standard_normal(20), sigma=0.02)
        for a in (2.0, 3.0)
    ]
    slopes = -2.5 * np.exp(-s) + 0.01 * rng.standard_normal(10)
    sets.append(rs.dataset(s, slopes, sigma=0.01, of=lambda f: f.derivative("t"), name="rate"))
    fit = rs.fit("a*exp(-b*t)", sets, shared=["b"])
    assert fit.ok
    np.testing.assert_allclose(fit.params["a"], [2.0, 3.0, 2.5], atol=0.05)
    assert fit.parts["rate"].labels == ("a", "b")


def test_the_integral_operator_by_itself():
    whole = rs.integral(lambda x, y, a: a * x * np.cos(y), "x")
    y = np.array([0.0, 1.0, 2.0])
    np.testing.assert_allclose(whole(0.0, 2.0, y, 3.0), 6 * np.cos(y), rtol=1e-14)
    np.testing.assert_allclose(whole(x_from=0.0, x_to=2.0, y=y, a=3.0), 6 * np.cos(y), rtol=1e-14)
    last = rs.integral(lambda x, y: x**2 * np.exp(-y), "y")
    np.testing.assert_allclose(last(3.0, 0.0, y), 9 * (1 - np.exp(-y)), rtol=1e-13)
    constant = rs.integral(lambda x: 2.0)
    np.testing.assert_allclose(constant(np.array([0.0, 1.0]), 3.0), [6.0, 4.0], rtol=1e-14)
    # Gauss-Legendre with n points is exact up to degree 2n - 1, and not beyond.
    cubic = rs.integral(lambda x: x**3, points=2)
    quartic = rs.integral(lambda x: x**4, points=2)
    assert float(cubic(0.0, 1.0)) == pytest.approx(0.25, rel=1e-14)
    assert abs(float(quartic(0.0, 1.0)) - 0.2) > 1e-3
    rate = rs.derivative(whole, "x_to")
    np.testing.assert_allclose(rate(0.0, 2.0, y, 3.0), 6 * np.cos(y), rtol=1e-12)
    with pytest.raises(rs.ParameterError, match="no argument 'z'"):
        rs.integral(lambda x: x, "z")
    with pytest.raises(rs.ParameterError, match="no variable 'a'"):
        rs.integral(rs.model("a*x"), "a")
    with pytest.raises(rs.ParameterError, match="points is 0"):
        rs.integral(lambda x: x, points=0)
