"""What operators say of functions that they cannot differentiate, and of wrong calls."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import linalg

import residua as rs
from residua._errors import ModelError, NotDifferentiable, ParameterError

X = np.linspace(0.5, 2.0, 7)
TABLE = np.arange(5.0)


def with_math(x: Any) -> Any:
    y = 2 * x
    return math.exp(y)


def counting(x: Any, n: Any) -> Any:
    return sum(x**k for k in range(n))


def looking_up(n: Any) -> Any:
    return TABLE[n] * 2.0


def with_external_code(x: Any) -> Any:
    return linalg.expm(x * np.eye(2))[0, 0]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    ("function", "wrt", "args", "line"),
    [
        (with_math, 0, (2.0,), r"return math\.exp\(y\)"),
        (counting, "n", (2.0, 3), r"return sum\(x\*\*k for k in range\(n\)\)"),
        (looking_up, 0, (2,), r"return TABLE\[n\] \* 2\.0"),
        (with_external_code, 0, (0.5,), r"return linalg\.expm"),
    ],
)
def test_the_line_is_named(function: Any, wrt: Any, args: Any, line: str, order: int) -> None:
    function(*args)
    where = rf"test_operators_errors\.py, line \d+: `{line}"
    with pytest.raises(NotDifferentiable, match=where) as caught:
        rs.derivative(function, wrt, order=order)(*args)
    assert caught.value.next and "fit" not in caught.value.next


def test_whole_numbers_that_are_needed_as_such() -> None:
    with pytest.raises(NotDifferentiable, match="whole numbers"):
        rs.derivative(looking_up)(2)
    with pytest.raises(NotDifferentiable) as caught:
        rs.derivative(counting, "n")(2.0, 3)
    assert "must stay a whole number" in caught.value.next


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "a truth value"),
        ("1.5", "text"),
        (object(), "an object"),
        (None, "an object"),
        (np.array(["a"]), r"text, in an array of shape \(1,\)"),
        (np.array([True, False]), "a truth value"),
    ],
)
def test_arguments_that_are_not_numbers(value: Any, kind: str) -> None:
    for operator in (rs.derivative, rs.gradient, rs.jacobian, rs.hessian):
        with pytest.raises(NotDifferentiable, match=rf"x is {kind}.*{__name__}\.py, line \d+"):
            operator(counting, "x")(value, 2)


def test_no_finite_differences_in_silence() -> None:
    for engine in ("auto", "eager", "compiled"):
        with pytest.raises(NotDifferentiable):
            rs.jacobian(with_external_code, engine=engine)(0.5)


def test_the_function_s_own_errors_pass_through() -> None:
    def failing(x: Any) -> Any:
        raise KeyError("no such gas")

    for order in (1, 2):
        with pytest.raises(KeyError, match="no such gas"):
            rs.derivative(failing, order=order)(1.0)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'n'"):
        rs.derivative(counting)(1.0)
    with pytest.raises(TypeError, match="unexpected keyword"):
        rs.derivative(counting)(1.0, 2, z=3)


@pytest.mark.parametrize("engine", ["eager", "compiled"])
@pytest.mark.parametrize(
    "mixing", [np.cumsum, lambda x: x - x.mean(), lambda x: x / np.max(x), np.flip]
)
def test_functions_that_mix_entries_have_no_single_derivative(engine: str, mixing: Any) -> None:
    with pytest.raises(ModelError, match="several entries"):
        rs.derivative(mixing, engine=engine)(X)


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_shapes_that_have_no_own_entries(engine: str) -> None:
    with pytest.raises(ModelError, match="no own entry of"):
        rs.derivative(lambda x: np.sum(x**2), engine=engine)(X)
    with pytest.raises(ModelError, match="no own entry of w"):
        rs.derivative(lambda x, w: np.outer(x, w).sum(1), "w", engine=engine)(X, np.ones(3))


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_what_is_not_holomorphic(engine: str) -> None:
    with pytest.raises(ModelError, match="not holomorphic"):
        rs.derivative(lambda z: z * np.conj(z), engine=engine)(1 + 2j)
    with pytest.raises(NotDifferentiable, match="complex"):
        rs.gradient(np.abs, engine=engine)(1 + 2j)


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_a_gradient_is_that_of_one_number(engine: str) -> None:
    with pytest.raises(ModelError, match=r"array of shape \(7,\)"):
        rs.gradient(np.sin, engine=engine)(X)


def test_wrong_names_positions_orders_and_engines() -> None:
    with pytest.raises(ParameterError, match="no argument named 'N'") as caught:
        rs.derivative(counting, "N")
    assert caught.value.next == '"n"'
    with pytest.raises(ParameterError, match="position 2"):
        rs.jacobian(counting, 2)
    with pytest.raises(ParameterError, match="position -1"):
        rs.jacobian(counting, -1)
    with pytest.raises(ParameterError, match="no names"):
        rs.derivative(np.sin, "x")
    for wrong in (0, -1, 1.5, True, "2"):
        with pytest.raises(ParameterError, match="order"):
            rs.derivative(counting, "x", order=wrong)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="engine"):
        rs.derivative(counting, "x", engine="jax")
    with pytest.raises(ParameterError, match="first derivatives"):
        rs.derivative(counting, "x", order=2, engine="eager")
    with pytest.raises(ParameterError, match="not of float"):
        rs.derivative(3.0)
    with pytest.raises(ParameterError, match="twice"):
        rs.gradient(counting, (0, "x"))
    with pytest.raises(ParameterError, match=r"not by 1\.5"):
        rs.gradient(counting, 1.5)  # type: ignore[arg-type]


def test_outputs_that_are_not_arrays() -> None:
    with pytest.raises(ModelError, match="dict"):
        rs.jacobian(lambda x: {"energy": x})(1.0)
    with pytest.raises(ModelError, match="NoneType"):
        rs.gradient(lambda x: None)(1.0)
