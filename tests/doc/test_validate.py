"""Validation at every call, for those who ask for it."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from typing import Annotated, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import residua as rs
from residua.autodiff.dual import Dual
from residua.autodiff.traced import Traced
from residua.autodiff.traced_masks import Chosen
from residua.doc import Doc, Ge, Gt, Le, Lt, documented, shape, unit
from residua.doc.values import carries


@documented(validate=True)
def energy(
    T: Annotated[Any, Doc("temperature"), unit("K"), Gt(0)],
    x: Annotated[Any, "positions", shape("n", 3)] = None,
    w: Annotated[Any, "weights", shape("n"), Ge(0), Le(1)] = None,
    *rest: Annotated[Any, Lt(10)],
    **more: Annotated[Any, shape("...", "n+1")],
) -> Any:
    """Give the energy."""
    return T * 2


def refused(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(rs.DataError) as caught:
        energy(*args, **kwargs)
    return str(caught.value)


def test_bounds_hold_entry_by_entry():
    assert energy(3.0) == 6.0
    assert energy(np.array([1, 2])).tolist() == [2, 4]
    assert refused(-1.0).startswith("energy: T must be greater than 0 K, but is -1.0")
    assert "T[1, 0] is 0.0 (2 of 4 entries)" in refused(np.array([[1.0, 2], [0, -3]]))
    assert "T must be greater than 0 K, but is nan" in refused(np.nan)
    assert "T[1] is -2" in refused([1, -2])
    assert "T must be greater than 0 K, but is text, 'hot'" in refused("hot")
    assert "w must be at most 1, but w[0] is 2.0" in refused(1.0, None, np.array([2.0, 1.0]))
    assert "rest must be less than 10, but is 11" in refused(1.0, None, None, 3, 11)


def test_named_axes_are_the_same_everywhere():
    x = np.zeros((4, 3))
    energy(1.0, x, np.ones(4), a=np.zeros((2, 2, 5)), b=np.zeros(5))
    said = refused(1.0, x, np.ones(5))
    assert "w must have shape (n,), but has (5,) (n is 4 in x, so n cannot be 5)" in said
    assert "x must have shape (n, 3), but has (4,)" in refused(1.0, np.zeros(4))
    assert "(2 where 3 is wanted)" in refused(1.0, np.zeros((4, 2)))
    assert "(n is 4 in x, so n+1 cannot be 4)" in refused(1.0, x, a=np.zeros(4))
    both = refused(-1.0, np.zeros((4, 2)))
    assert both.startswith("energy cannot use these values") and "  2. x must have shape" in both
    assert both.endswith("Try: help(energy)")


SIZES = st.integers(0, 4)


@given(st.lists(SIZES, max_size=3), SIZES, SIZES, SIZES)
def test_shapes_hold_exactly_where_they_should(batch, n, m, k):
    @documented(validate=True)
    def f(a: Annotated[Any, shape("*batch", "n", 2)], b: Annotated[Any, shape("n-1", "m")]):
        return True

    fits = k == 2 and m == n - 1
    a, b = np.zeros((*batch, n, k)), np.zeros((m, 3))
    if fits:
        assert f(a, b)
    else:
        with pytest.raises(rs.DataError):
            f(a, b)


def test_python_says_itself_what_is_missing():
    with pytest.raises(TypeError, match=r"energy\(\) missing 1 required positional argument: 'T'"):
        energy()


def test_values_that_carry_derivatives_are_left_alone():
    jax = pytest.importorskip("jax")

    @documented(validate=True)
    def f(x: Annotated[Any, Gt(0), shape()]):
        return x * x * x

    assert float(jax.grad(f)(2.0)) == 12.0
    assert float(jax.jit(f)(-2.0)) == -8.0  # a tracer has no value to look at
    assert rs.derivative(f)(-2.0) == 12.0
    with pytest.raises(rs.DataError):
        f(jax.numpy.array(-2.0))


def test_all_carriers_of_residua_are_known():
    for carrier in (Dual, Traced, Chosen):
        assert carries(object.__new__(carrier)) and carries([1.0, (object.__new__(carrier),)])
    assert not carries([1.0, (np.float64(2.0), np.zeros(3))])


def test_a_validated_function_is_a_model():
    @documented(validate=True)
    def decay(t, k: Annotated[Any, Gt(0), shape()] = 1.0):
        return np.exp(-k * t)

    t = np.linspace(0, 4, 30)
    fit = rs.fit(decay, t, np.exp(-1.5 * t), engine="eager")
    # Data without noise: the parameter is found to rounding.
    assert fit.params["k"] == pytest.approx(1.5, rel=1e-9)


def test_the_wrapper_is_the_function_for_whoever_looks():
    assert energy.__name__ == "energy" and energy.__arguments__["T"].unit == "K"
    assert list(inspect.signature(energy).parameters) == ["T", "x", "w", "rest", "more"]
    assert energy.__wrapped__(-1.0) == -2.0
    assert "Parameters" in energy.__doc__


def test_methods_classes_and_partials():
    class Gas:
        @documented(validate=True)
        @classmethod
        def of(cls, T: Annotated[float, Gt(0)]):
            return cls, T

        @documented(validate=True)
        def at(self, T: Annotated[float, Gt(0)]):
            return self, T

    @documented(validate=True)
    @dataclasses.dataclass(frozen=True)
    class Point:
        x: Annotated[float, Gt(0)] = 1.0

    gas, point = Gas(), Point
    part = documented(validate=True)(functools.partial(energy.__wrapped__, x=None))
    assert Gas.of(1.0) == (Gas, 1.0) and gas.at(T=1.0) == (gas, 1.0) and Point() == Point(1.0)
    assert isinstance(point, type) and part(1.0) == 2.0
    for call in (Gas.of, gas.at, Point, part):
        with pytest.raises(rs.DataError, match="must be greater than 0"):
            call(-1.0)
