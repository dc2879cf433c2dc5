"""`check_derivatives(f, args=...)` passes right functions and names the mode that is wrong."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import residua as rs
from residua._errors import NotDifferentiable, ParameterError
from residua.autodiff.check import DerivativeMismatch
from residua.autodiff.dual import UFUNCS, Dual

W = np.arange(6.0).reshape(2, 3) / 7
X = np.arange(3.0) / 3


def network(x: Any, w: Any, power: int) -> Any:
    return np.tanh(w @ x + 0.1) ** power


def test_every_mode_of_a_function_of_several_arrays() -> None:
    assert rs.check_derivatives(network, args=(X, W, 2)) < 1e-9
    assert rs.check_derivatives(network, args=(X, W, 2), wrt="w", modes=("eager",)) < 1e-9
    assert rs.check_derivatives(lambda x, y: x * y**2, args=(2.0, 3.0)) < 1e-9
    assert rs.check_derivatives(np.hypot, args=(3.0, 4.0)) < 1e-9


def test_a_wrong_eager_rule_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    right = UFUNCS[np.tanh]

    def wrong(x: Any) -> Any:
        out = right(x)
        return Dual(out.value, out.tangents * (1 + 1e-5))

    monkeypatch.setitem(UFUNCS, np.tanh, wrong)
    with pytest.raises(DerivativeMismatch, match=r"eager engine.* parameter w\[0,1\] .*output"):
        rs.check_derivatives(network, args=(X, W, 2), wrt="w", rtol=1e-6)
    assert rs.check_derivatives(network, args=(X, W, 2), modes=("forward", "second")) < 1e-9


def custom(slope: float, curvature: float) -> Any:
    """x**2 with derivatives of one's own."""

    @jax.custom_jvp
    def line(x: Any) -> Any:
        return 2.0 * x

    line.defjvps(lambda t, out, x: 2.0 * curvature * t)

    @jax.custom_jvp
    def square(x: Any) -> Any:
        return x**2

    square.defjvps(lambda t, out, x: slope * line(x) * t)
    return lambda x: jnp.asarray(square(x))


def test_wrong_compiled_derivatives_are_named_by_order() -> None:
    compiled_modes = ("forward", "reverse", "second")
    assert rs.check_derivatives(custom(1.0, 1.0), args=(1.5,), modes=compiled_modes) < 1e-9
    with pytest.raises(DerivativeMismatch, match="compiled engine, forward mode"):
        rs.check_derivatives(custom(1.01, 1.0), args=(1.5,), modes=compiled_modes)
    with pytest.raises(DerivativeMismatch, match="compiled engine, reverse mode"):
        rs.check_derivatives(custom(1.01, 1.0), args=(1.5,), modes=("reverse",))
    assert rs.check_derivatives(custom(1.0, 1.01), args=(1.5,), modes=("forward",)) < 1e-9
    with pytest.raises(DerivativeMismatch, match="second order"):
        rs.check_derivatives(custom(1.0, 1.01), args=(1.5,), modes=compiled_modes)


def test_a_mode_that_cannot_follow_says_so() -> None:
    def nested(x: Any) -> Any:
        return rs.derivative(np.sin)(x)

    with pytest.raises(NotDifferentiable, match="the eager engine") as caught:
        rs.check_derivatives(nested, args=(0.3,))
    assert "without 'eager'" in caught.value.next
    assert rs.check_derivatives(nested, args=(0.3,), modes=("forward", "reverse", "second")) < 1e-9


def test_random_functions_are_found_out() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(DerivativeMismatch, match="random"):
        rs.check_derivatives(lambda a: a * rng.normal(size=3), args=(1.0,))


def test_wrong_calls() -> None:
    with pytest.raises(ParameterError, match="other form"):
        rs.check_derivatives(network, X, args=(X, W, 2))
    with pytest.raises(ParameterError, match="Neither"):
        rs.check_derivatives(network, X)
    with pytest.raises(ParameterError, match="'backward'"):
        rs.check_derivatives(network, args=(X, W, 2), modes=("backward",))
    with pytest.raises(ParameterError, match="floating-point"):
        rs.check_derivatives(lambda n: n, args=(2,))
    with pytest.raises(ParameterError, match="no argument named"):
        rs.check_derivatives(network, args=(X, W, 2), wrt="v")
    with pytest.raises(ParameterError, match="no value"):
        rs.check_derivatives(network, args=(X, W), wrt="power")
