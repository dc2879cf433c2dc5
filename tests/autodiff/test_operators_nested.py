"""Operators inside models that are themselves followed: by a fit, by an operator, by JAX."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import residua as rs
from residua._errors import NotDifferentiable
from residua.autodiff import compiled, eager
from residua.autodiff.fingerprint import fingerprint, modules_used
from residua.autodiff.lowering import lower
from residua.autodiff.traced_state import double_precision

X = np.linspace(0.5, 2.0, 7)
THETA = (-56.466, 0.49, 4.753, 16.573)


def murnaghan(V: Any, E0: Any, B0: Any, BP: Any, V0: Any) -> Any:
    return E0 + B0 * V / BP * ((V0 / V) ** BP / (BP - 1) + 1) - V0 * B0 / (BP - 1)


def pressure(V: Any, E0: Any, B0: Any, BP: Any, V0: Any) -> Any:
    return -rs.derivative(murnaghan, "V")(V, E0, B0, BP, V0)


def test_a_model_made_of_a_derivative_is_fitted() -> None:
    """Against the same fit of the pressure written out by hand."""

    def by_hand(V: Any, B0: Any, BP: Any, V0: Any) -> Any:
        return B0 / BP * ((V0 / V) ** BP - 1)

    V = np.linspace(14.0, 19.0, 20)
    data = by_hand(V, *THETA[1:]) + 1e-5 * np.random.default_rng(0).standard_normal(20)
    start = {"B0": 0.4, "BP": 4.0, "V0": 16.0}
    fit = rs.fit(pressure, V, data, start=start, fixed={"E0": 0.0})
    expected = rs.fit(by_hand, V, data, start=start)
    assert fit.ok
    for name in start:
        assert fit.params[name] == pytest.approx(expected.params[name], rel=1e-9)
        assert fit.stderr[name] == pytest.approx(expected.stderr[name], rel=1e-7)


def test_the_eager_engine_leaves_it_to_the_compiled_one() -> None:
    V = np.linspace(14.0, 19.0, 5)

    def rows(theta: Any, V: Any) -> Any:
        return pressure(V, *theta)

    with pytest.raises(NotDifferentiable, match="takes derivatives itself"):
        eager.jacobian(rows, THETA, V)
    value, slopes = compiled.jacobian(rows, THETA, V)
    np.testing.assert_allclose(value, pressure(V, *THETA), rtol=1e-13, atol=1e-15)
    _, _, BP, V0 = THETA
    by_B0 = ((V0 / V) ** BP - 1) / BP
    np.testing.assert_allclose(slopes[1], by_B0, rtol=1e-12, atol=1e-14)
    assert fingerprint(rows) is not None and "jax" not in modules_used(rows)


def test_operators_of_operators() -> None:
    cube = rs.derivative(rs.derivative(rs.derivative(lambda x: x**5)))
    np.testing.assert_allclose(cube(X), 60 * X**2, rtol=1e-14)
    hessian = rs.jacobian(rs.gradient(lambda x: np.prod(x)))([1.0, 2.0, 3.0])
    np.testing.assert_allclose(hessian, [[0, 3, 2], [3, 0, 1], [2, 1, 0]], atol=1e-14)
    third = rs.gradient(lambda x: np.sum(rs.hessian(lambda y: np.sum(y**3))(x)))
    np.testing.assert_allclose(third(X), np.full(7, 6.0), rtol=1e-14)


def test_a_derivative_at_a_point_that_depends_on_the_arguments() -> None:
    """d/da of f'(a x): closures over the outer function's numbers are followed."""

    def outer(a: Any, x: Any) -> Any:
        return rs.derivative(lambda y: np.sin(a * y))(x)  # a cos(a x)

    expected = np.cos(2.0 * X) - 2.0 * X * np.sin(2.0 * X)
    np.testing.assert_allclose(rs.derivative(outer)(2.0, X), expected, rtol=1e-13)


def test_closures_over_the_outer_numbers_alone() -> None:
    def outer(a: Any) -> Any:
        return rs.derivative(lambda y: np.sin(a * y))(0.5)

    expected = np.cos(1.0) - 1.0 * np.sin(1.0)
    assert rs.derivative(outer)(2.0) == pytest.approx(expected, rel=1e-14)


def test_inside_code_that_jax_follows() -> None:
    def slope(x: Any) -> Any:
        return rs.derivative(lambda y: np.sin(y) ** 2)(x)

    def closed(a: Any) -> Any:
        return rs.derivative(lambda y: jnp.sin(a * y))(0.5)

    with double_precision():
        for transform in (jax.jit, lambda f: f):
            found = jax.vmap(jax.grad(transform(slope)))(jnp.asarray(X))
            np.testing.assert_allclose(found, 2 * np.cos(2 * X), rtol=1e-13)
            assert float(jax.grad(transform(closed))(2.0)) == pytest.approx(
                np.cos(1.0) - np.sin(1.0), rel=1e-14
            )


def test_every_operator_inside_a_compiled_model() -> None:
    def everything(x: Any) -> Any:
        f = rs.gradient(lambda y: np.sum(np.sin(y)))
        J = rs.jacobian(lambda y: y**2)(x)
        H = rs.hessian(lambda y: np.sum(y**3))(x)
        a, b = rs.gradient(lambda y, z: np.sum(y * z), (0, 1))(x, 2 * x)
        return f(x) + np.diag(J) + np.diag(H) + a + b + np.array([1.0]) * x[0]

    with double_precision():
        found = jax.jit(lower(everything))(X)
    np.testing.assert_allclose(found, np.cos(X) + 2 * X + 6 * X + 3 * X + X[0], rtol=1e-14)


def test_lists_of_outer_numbers_become_arrays() -> None:
    def outer(a: Any) -> Any:
        return rs.gradient(lambda v: v[0] * v[1] ** 2)([a, 2 * a])[1]  # 2 a * 2a

    assert rs.derivative(outer)(3.0) == pytest.approx(24.0, rel=1e-15)


def test_plain_evaluation_of_a_model_with_a_derivative_needs_no_jax_arrays() -> None:
    found = pressure(np.array([16.0]), *THETA)
    assert type(found) is np.ndarray
    assert type(pressure(16.0, *THETA)) is np.float64
