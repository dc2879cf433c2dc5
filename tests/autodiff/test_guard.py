"""Guards see every change that would make a kept program wrong; warm calls take the short way."""

from __future__ import annotations

import functools
import types
from typing import Any

import numpy as np
import pytest

import residua as rs
from residua.autodiff import operators_warm
from residua.autodiff.guard import guard

GAIN = 2.0
MATRIX = np.arange(6.0).reshape(2, 3)
CONFIG = types.ModuleType("my_config")
CONFIG.gain = 1.0  # type: ignore[attr-defined]
X = np.linspace(0.05, 0.15, 3)  # tanh far from 1: 1 - tanh² keeps its digits


def helper(x: Any) -> Any:
    return GAIN * x


def model(x: Any, scale: float = 1.0) -> Any:
    return MATRIX @ np.tanh(helper(x)) * scale


def held(function: Any) -> bool:
    found = guard(function)
    assert found is not None
    return found.holds()


def test_nothing_changed() -> None:
    assert held(model)
    assert held(lambda x: np.sin(x) + abs(x))


def test_every_change_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    found = guard(model)
    assert found is not None and found.holds()
    monkeypatch.setitem(globals(), "GAIN", 3.0)
    assert not found.holds()
    monkeypatch.undo()
    assert found.holds()
    monkeypatch.setitem(globals(), "helper", lambda x: x)
    assert not found.holds()
    monkeypatch.undo()
    monkeypatch.setattr(model, "__defaults__", (2.0,))
    assert not found.holds()
    monkeypatch.undo()
    monkeypatch.setattr(helper, "__code__", (lambda x: x).__code__)
    assert not found.holds()
    monkeypatch.undo()
    MATRIX[0, 0] = 7.0
    try:
        assert not found.holds()
    finally:
        MATRIX[0, 0] = 0.0
    assert found.holds()
    monkeypatch.setitem(globals(), "abs", np.sin)
    assert found.holds()


def test_closures_and_shadowed_builtins(monkeypatch: pytest.MonkeyPatch) -> None:
    rate = 1.0

    def decay(x: Any) -> Any:
        return abs(np.exp(-rate * x))

    found = guard(decay)
    assert found is not None and found.holds()
    rate = 2.0
    assert not found.holds()
    rate = 1.0
    monkeypatch.setitem(globals(), "abs", np.sin)
    assert not found.holds()


@pytest.mark.parametrize(
    "function",
    [
        lambda x, table=[1.0]: table[0] * x,
        lambda x: CONFIG.gain * x,
        functools.partial(model, scale=2.0),
        np.sin,
        types.SimpleNamespace,
    ],
)
def test_what_may_change_unseen_has_no_guard(function: Any) -> None:
    assert guard(function) is None


@pytest.mark.parametrize("engine", ["compiled", "auto"])
def test_warm_calls_take_the_short_way_and_see_changes(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The eager engine says what is right, each time."""
    monkeypatch.setattr(operators_warm, "COMPILING", 1e-9)
    warm, right = rs.jacobian(model, engine=engine), rs.jacobian(model, engine="eager")
    short = []
    call = operators_warm.ShortWay.__call__
    monkeypatch.setattr(
        operators_warm.ShortWay,
        "__call__",
        lambda self, args: (short.append(1), call(self, args))[1],
    )

    def agrees(*args: Any, taken: bool) -> None:
        short.clear()
        found = warm(*args)
        np.testing.assert_allclose(found, right(*args), rtol=1e-13, atol=1e-15)
        assert found.flags.writeable and bool(short) is taken

    agrees(X, taken=False)
    agrees(X, taken=engine == "compiled")
    agrees(X, taken=True)
    agrees(X * 2, taken=True)
    agrees(X, 3.0, taken=False)
    agrees(X, 4.0, taken=True)
    agrees(np.ones(3), 2, taken=False)
    agrees([0.1, 0.2, 0.3], taken=False)
    agrees(X, taken=True)
    agrees(X.astype(np.float32), taken=False)
    agrees(X, taken=False)
    monkeypatch.setitem(globals(), "GAIN", 5.0)
    agrees(X, taken=False)
    agrees(X, taken=True)
    with pytest.raises(ValueError, match="matmul"):
        warm(np.ones(4))


def test_warm_scalars_and_several_arguments() -> None:
    def f(x: Any, y: Any) -> Any:
        return x**3 * y**2

    second = rs.derivative(f, "x", order=2)
    for k in (1.0, 2.0, 3.0):
        found = second(k, 2.0)
        assert type(found) is np.float64 and found == pytest.approx(6 * k * 4, rel=1e-14)
    both = rs.gradient(f, ("y", "x"), engine="compiled")
    for k in (1.0, 2.0):
        by_y, by_x = both(k, 2.0)
        assert by_y == pytest.approx(4 * k**3) and by_x == pytest.approx(12 * k**2)


def test_functions_that_may_change_unseen_stay_eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators_warm, "COMPILING", 1e-9)
    table = [2.0]
    slope = rs.derivative(lambda x: table[0] * x**2)
    assert [slope(3.0), slope(3.0)] == [12.0, 12.0]
    table[0] = 5.0
    assert slope(3.0) == 30.0
