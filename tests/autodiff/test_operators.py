"""Derivative, gradient, Jacobian and Hessian against mathematics done by hand."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize, special

import residua as rs
from residua.autodiff import operators_apply, operators_traced

RNG = np.random.default_rng(3)
X, Y = RNG.uniform(0.5, 2.0, (2, 10))
ENGINES = ("eager", "compiled")


def xyy(x: Any, y: Any) -> Any:
    """x times y squared."""
    return x * y**2


def murnaghan(V: Any, E0: Any, B0: Any, BP: Any, V0: Any) -> Any:
    return E0 + B0 * V / BP * ((V0 / V) ** BP / (BP - 1) + 1) - V0 * B0 / (BP - 1)


# ---------------------------------------------------------------- the sources


def test_mixed_partials_of_the_source() -> None:
    both = rs.derivative(xyy, "x", "y")(X, Y)
    np.testing.assert_array_equal(both, rs.derivative(xyy, "y", "x")(X, Y))
    np.testing.assert_array_equal(both, rs.derivative(rs.derivative(xyy, 1), 0)(X, Y))
    np.testing.assert_allclose(both, 2 * Y, rtol=1e-15)


@pytest.mark.parametrize("engine", ENGINES)
def test_pressure_of_the_source(engine: str) -> None:
    """Zero at V0 to 1e-10 GPa; beside it, the pressure written out by hand to 12 digits."""
    E0, B0, BP, V0 = -56.466, 0.49, 4.753, 16.573
    slope = rs.derivative(murnaghan, "V", engine=engine)
    assert abs(slope(V0, E0, B0, BP, V0) * 160.21773) < 1e-10
    assert -slope(0.99 * V0, E0, B0, BP, V0) > 0
    V = np.linspace(0.8, 1.2, 9) * V0
    by_hand = B0 / BP * ((V0 / V) ** BP - 1)
    np.testing.assert_allclose(-slope(V, E0, B0, BP, V0), by_hand, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("engine", ENGINES)
def test_activity_coefficients_of_the_source(engine: str) -> None:
    """ln gamma_i = d(nG/RT)/dn_i, here compared to 14 digits; the source prints ln gamma."""

    def excess(n1: Any, n2: Any, A12: float, A21: float) -> Any:
        return n1 * n2 * (A21 * n1 + A12 * n2) / (n1 + n2) ** 2

    point = (1.0, 2.0, 2.04, 1.5461)
    found = [rs.derivative(excess, f"n{i}", engine=engine)(*point) for i in (1, 2)]
    np.testing.assert_allclose(found, [0.760325925925926, 0.24495925925925924], rtol=1e-14)
    together = rs.gradient(lambda n: excess(n[0], n[1], 2.04, 1.5461), engine=engine)
    np.testing.assert_allclose(together([1, 2]), found, rtol=1e-14)


def test_hessian_of_rosenbrock() -> None:
    def rosenbrock(x: Any) -> Any:
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    x = RNG.normal(size=6)
    np.testing.assert_allclose(rs.hessian(rosenbrock)(x), optimize.rosen_hess(x), rtol=1e-13)
    for engine in ENGINES:
        slope = rs.gradient(rosenbrock, engine=engine)(x)
        np.testing.assert_allclose(slope, optimize.rosen_der(x), rtol=1e-13)


def test_higher_derivatives_of_sine() -> None:
    expected = [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin, np.cos]
    for order, right in enumerate(expected, 1):
        found = rs.derivative(np.sin, order=order)(X)
        np.testing.assert_allclose(found, right(X), rtol=1e-14)


# ---------------------------------------------------------------- how it is called


def test_numbers_lists_arrays_and_names() -> None:
    slope = rs.derivative(xyy, "y")
    answer = slope(2, 3)
    assert type(answer) is np.float64 and answer == 12.0
    assert slope(x=2.0, y=3.0) == slope(2.0, y=3) == 12.0
    np.testing.assert_array_equal(slope([1, 2], [3, 4]), [6.0, 16.0])
    np.testing.assert_array_equal(rs.derivative(xyy)([1, 2], [3, 4]), [9.0, 16.0])
    grid = slope(X[:3, None], Y[None, :4])
    np.testing.assert_array_equal(grid, 2 * X[:3, None] * Y[:4])
    np.testing.assert_array_equal(slope(X.astype(np.float32), 1), 2 * np.float32(X))
    assert slope(X, 1.0).dtype == slope(np.float32(1), 1).dtype == np.float64
    assert slope(np.array([[5]]), 1).shape == (1, 1)


def test_a_derivative_looks_like_its_function() -> None:
    slope = rs.derivative(xyy, "x", "y")
    assert inspect.signature(slope) == inspect.signature(xyy)
    assert slope.__name__ == "d2_xyy_dx_dy"
    assert "xyy" in slope.__doc__ and "x, y" in slope.__doc__
    assert rs.gradient(xyy).__name__ == "gradient_of_xyy"


def test_defaults_and_keyword_only_arguments() -> None:
    def model(x: Any, a: float = 3.0, *, b: float = 2.0) -> Any:
        return a * x**b

    assert rs.derivative(model, "a")(2.0) == 4.0
    assert rs.derivative(model, "a")(2.0, b=3.0) == 8.0
    np.testing.assert_allclose(rs.derivative(model, "b")(2.0), 3 * 4 * np.log(2), rtol=1e-15)
    np.testing.assert_allclose(rs.derivative(model, "b", "a")(2.0), 4 * np.log(2), rtol=1e-15)


def test_variadic_functions_by_position_and_name() -> None:
    def total(*args: Any, **named: Any) -> Any:
        return sum(i * a**2 for i, a in enumerate(args)) + named["k"] ** 3

    assert rs.derivative(total, 2)(1.0, 1.0, 3.0, k=1.0) == 12.0
    assert rs.derivative(total, "k")(1.0, k=2.0) == 12.0


def test_whole_numbers_that_are_not_differentiated_stay_whole() -> None:
    def series(x: Any, n: int, kind: str = "sum") -> Any:
        return sum(x**k for k in range(n)) if kind == "sum" else x

    assert rs.derivative(series)(2, 4) == 1 + 4 + 12
    assert rs.derivative(series, order=2)(2, 4) == 2 + 12
    assert rs.derivative(series, order=2)(2, 4, kind="x") == 0


def test_a_model_gives_a_model() -> None:
    slope = rs.derivative(rs.model("a*x**2 + b*x"), "x")
    assert isinstance(slope, rs.Model)
    assert slope(3.0, a=2.0, b=1.0) == pytest.approx(13.0, rel=1e-15)
    at = rs.gradient(rs.model("a*x**2 + b*x"), ("a", "b"))(3.0, 2.0, 1.0)
    np.testing.assert_allclose(at, (9.0, 3.0), rtol=1e-15)


def test_constants_have_derivative_zero() -> None:
    np.testing.assert_array_equal(rs.derivative(lambda x: 2.0)(X), np.zeros(10))
    np.testing.assert_array_equal(rs.gradient(lambda x: 2.0)(X), np.zeros(10))
    assert rs.derivative(lambda x: 3, order=2)(1.0) == 0.0


def test_rows_of_outputs_by_their_own_time() -> None:
    """f(t) of shape (n, 2) and of shape (2, n): each entry by its own t."""
    expected = np.stack([np.cos(X), 2 * X], axis=-1)
    rows = rs.derivative(lambda t: np.stack([np.sin(t), t**2], axis=-1))
    np.testing.assert_allclose(rows(X), expected, rtol=1e-15)
    columns = rs.derivative(lambda t: [np.sin(t), t**2])
    np.testing.assert_allclose(columns(X), expected.T, rtol=1e-15)


@pytest.mark.parametrize("order", [1, 2])
def test_holomorphic_functions_of_complex_numbers(order: int) -> None:
    z = X + 1j * Y
    found = rs.derivative(lambda z: np.exp(2j * z), order=order)(z)
    np.testing.assert_allclose(found, (2j) ** order * np.exp(2j * z), rtol=1e-14)


# ---------------------------------------------------------------- Jacobians


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_jacobian_has_the_shape_of_output_and_input(engine: str, shape: tuple[int, ...]) -> None:
    x = RNG.normal(size=shape)
    M = 0.3 * RNG.normal(size=(5, x.size))  # tanh far from 1: 1 - tanh² keeps its digits

    def f(x: Any, scale: float) -> Any:
        return np.tanh(M @ np.reshape(x, -1)) * scale

    found = rs.jacobian(f, "x", engine=engine)(x, 2.0)
    slope = 2.0 * (1 - np.tanh(M @ x.ravel()) ** 2)
    np.testing.assert_allclose(found, (slope[:, None] * M).reshape(5, *shape), rtol=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_several_arguments_at_once(engine: str) -> None:
    def f(a: Any, x: Any, b: Any) -> Any:
        return np.sum(a * x) * b

    a, x, b = RNG.normal(size=3), RNG.normal(size=3), 2.0
    by_b, by_a = rs.gradient(f, ("b", 0), engine=engine)(a, x, b)
    np.testing.assert_allclose(by_b, a @ x, rtol=1e-14)
    np.testing.assert_allclose(by_a, b * x, rtol=1e-14)
    (only,) = rs.jacobian(f, ("x",), engine=engine)(a, x, b)
    np.testing.assert_allclose(only, b * a, rtol=1e-14)


def test_hessian_blocks() -> None:
    M = RNG.normal(size=(2, 3))
    blocks = rs.hessian(lambda a, b: a @ M @ b + a @ a, (0, 1))(np.ones(2), np.ones(3))
    np.testing.assert_allclose(blocks[0][0], 2 * np.eye(2), atol=1e-15)
    np.testing.assert_allclose(blocks[0][1], M, rtol=1e-15)
    np.testing.assert_allclose(blocks[1][0], M.T, rtol=1e-15)
    np.testing.assert_array_equal(blocks[1][1], np.zeros((3, 3)))


@pytest.mark.parametrize("engine", ENGINES)
def test_containers_of_arrays(engine: str) -> None:
    def energy(layers: Any) -> Any:
        return sum(np.sum(w**2) * b for w, b in layers["net"]) + layers["c"]

    layers = {"net": [(np.ones((2, 2)), 2.0), (np.arange(3.0), 3.0)], "c": 1}
    found = rs.gradient(energy, engine=engine)(layers)
    np.testing.assert_array_equal(found["net"][0][0], 4 * np.ones((2, 2)))
    np.testing.assert_array_equal(found["net"][1][0], 6 * np.arange(3.0))
    assert (found["net"][1][1], found["c"]) == (5.0, 1.0)


def test_forward_and_reverse_are_chosen_by_the_shapes() -> None:
    assert operators_traced.direction(1, 1000) == "forward"
    assert operators_traced.direction(50, 10) == "reverse"
    assert operators_traced.direction(10, 50) == "forward"
    assert operators_traced.direction(1000, 1) == "reverse"


def test_loops_that_run_forward_only() -> None:
    """Reverse mode does not exist for a while loop; the Jacobian is found forward."""

    def model(x: Any) -> Any:
        def body(state: Any) -> Any:
            return state[0] + 1, state[1] * jnp.sum(x)

        return jax.lax.while_loop(lambda s: s[0] < 2, body, (0, 1.0))[1]

    x = np.full(20, 0.5)
    np.testing.assert_allclose(rs.jacobian(model)(x), np.full(20, 20.0), rtol=1e-14)
    np.testing.assert_allclose(rs.gradient(model)(x), np.full(20, 20.0), rtol=1e-14)


# ---------------------------------------------------------------- which engine


def test_large_inputs_go_through_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    x = RNG.normal(size=600)
    monkeypatch.setattr(operators_apply, "_eager", lambda *_: "eager")
    np.testing.assert_allclose(rs.gradient(lambda x: np.sum(x**3))(x), 3 * x**2, rtol=1e-14)
    assert rs.gradient(lambda x: np.sum(x**3))(x[:5]) == "eager"


def test_models_in_jax_numpy() -> None:
    def model(x: Any) -> Any:
        return jnp.sin(x) * special.j0(0.0)

    np.testing.assert_allclose(rs.derivative(model)(X), np.cos(X), rtol=1e-14)


def test_compiled_programs_are_kept_and_changes_are_seen() -> None:
    gain = 2.0

    def model(x: Any) -> Any:
        traced.append(1)
        return gain * x**3

    traced: list[int] = []
    operators_traced.clear()
    slope = rs.jacobian(lambda x, g: g * np.sin(x), engine="compiled")
    slope(X, 1.0)
    programs = len(operators_traced._PROGRAMS)
    np.testing.assert_allclose(np.diag(slope(X, 3.0)), 3 * np.cos(X), rtol=1e-14)
    assert len(operators_traced._PROGRAMS) == programs == 1
    curve = rs.derivative(model, order=2)
    np.testing.assert_allclose(curve(X), 12 * X, rtol=1e-14)
    gain = 5.0
    np.testing.assert_allclose(curve(X), 30 * X, rtol=1e-14)


def test_second_derivatives_of_functions_that_branch() -> None:
    def soft(x: Any) -> Any:
        return x**3 if x > 0 else 0 * x

    second = rs.derivative(soft, order=2)
    assert (second(2.0), second(-1.0), second(3)) == (12.0, 0.0, 18.0)
    np.testing.assert_array_equal(
        rs.hessian(lambda x: x[0] ** 3 if x[1] > 0 else 0 * x[0])([2.0, 1.0]), [[12, 0], [0, 0]]
    )


def test_first_derivatives_of_small_problems_start_no_jax() -> None:
    script = """
import sys, numpy as np, residua as rs
f = lambda x, y: np.sum(x * y**2)
assert rs.derivative(lambda x, y: x * y**2, "y")(2.0, 3.0) == 12.0
assert rs.gradient(f)([1.0, 2.0], 3.0).tolist() == [9.0, 9.0]
assert rs.jacobian(lambda x: x**2)([1.0, 2.0]).tolist() == [[2.0, 0.0], [0.0, 4.0]]
print(*[m for m in ("jax", "scipy", "matplotlib", "pandas") if m in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_methods_partials_callable_objects_and_series() -> None:
    import functools

    import pandas as pd

    class Gas:
        gain = 2.0

        def __call__(self, x: Any) -> Any:
            return self.gain * x**2

        def method(self, x: Any, power: float) -> Any:
            return self.gain * x**power

    gas = Gas()
    for order, right in ((1, 4 * X), (2, np.full(10, 4.0))):
        np.testing.assert_allclose(rs.derivative(gas, order=order)(X), right, rtol=1e-14)
        bound = rs.derivative(gas.method, "x", order=order)
        np.testing.assert_allclose(bound(X, 2.0), right, rtol=1e-14)
        part = rs.derivative(functools.partial(gas.method, power=2.0), order=order)
        np.testing.assert_allclose(part(pd.Series(X)), right, rtol=1e-14)
