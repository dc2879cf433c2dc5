"""rs.jacobian of tanh networks, warm: 50 inputs and 10 outputs, and 50 points by 10 parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.network import X, network, split
from benchmarks.timing import Report, Target, interleaved, median_ratio, timing_rows

AUTO, EAGER, COMPILED = "rs.jacobian", "rs.jacobian, eager", "rs.jacobian, compiled"
FINITE, AUTOGRAD = "scipy finite differences", "autograd jacobian"
HIDDEN = 30
_DRAW = np.random.default_rng(0)
W1, B1 = _DRAW.standard_normal((HIDDEN, 50)) / 7, _DRAW.standard_normal(HIDDEN)
W2, B2 = _DRAW.standard_normal((10, HIDDEN)) / 5, _DRAW.standard_normal(10)
INPUT = _DRAW.standard_normal(50)
THETA = 0.1 * np.random.default_rng(0).standard_normal(10)
# rs.jacobian stays eager until that has cost half a second; the targets are those of warm calls.
WARMING = 0.7


def layered(x: Any) -> Any:
    """50 inputs, 30 hidden tanh units, 10 outputs."""
    return W2 @ np.tanh(W1 @ x + B1) + B2


def layered_autograd(x: Any) -> Any:
    """The same through autograd's own NumPy."""
    import autograd.numpy as anp

    return anp.dot(W2, anp.tanh(anp.dot(W1, x) + B1)) + B2


def fitted(theta: Any) -> Any:
    """The 10-parameter network of the source on its 50 points."""
    return network(X, **split(theta))


def fitted_autograd(theta: Any) -> Any:
    """The same through autograd's own NumPy."""
    import autograd.numpy as anp

    w1, b1, w2, b2 = (split(theta)[name] for name in ("w1", "b1", "w2", "b2"))
    return anp.dot(anp.tanh(X[:, np.newaxis] * w1 + b1), w2) + b2


def run(quick: bool) -> Report:
    """Check that all roads agree, warm them, then time them interleaved in turns of ten."""
    rows: list[Any] = []
    targets = []
    for title, plain, traced, at in (
        ("50 inputs, 10 outputs", layered, layered_autograd, INPUT),
        ("50 points, 10 parameters", fitted, fitted_autograd, THETA),
    ):
        roads = _roads(plain, traced, at)
        _agree(roads, plain, at)
        seconds = interleaved(roads, 200 if quick else 1000, turn=10)
        rows += [(title, "", "", ""), *timing_rows(seconds, FINITE)]
        finite = median_ratio(seconds, AUTO, FINITE)
        hips = median_ratio(seconds, AUTOGRAD, AUTO)
        targets += [
            Target(f"{title}: faster than finite differences", f"{finite:.2f} ×", finite < 1),
            Target(f"{title}: at least 20 × as fast as autograd", f"{hips:.1f} ×", hips >= 20),
        ]
    return Report(
        "Jacobian: warm calls of rs.jacobian on tanh networks",
        ("road", "median", "90 %", "÷ finite"),
        rows,
        targets,
        ["All agree with the complex-step Jacobian: to 1e-13, finite differences to 1e-6."],
    )


def _roads(
    plain: Callable[..., Any], traced: Callable[..., Any], at: np.ndarray
) -> dict[str, Callable[[int], Any]]:
    import time

    import autograd
    from scipy.optimize._numdiff import approx_derivative

    import residua as rs

    auto, eager = rs.jacobian(plain), rs.jacobian(plain, engine="eager")
    compiled, theirs = rs.jacobian(plain, engine="compiled"), autograd.jacobian(traced)
    begin = time.perf_counter()
    while time.perf_counter() - begin < WARMING:
        auto(at)
    return {
        "the function alone": lambda _: plain(at),
        AUTO: lambda _: auto(at),
        EAGER: lambda _: eager(at),
        COMPILED: lambda _: compiled(at),
        FINITE: lambda _: approx_derivative(plain, at, method="2-point", f0=plain(at)),
        AUTOGRAD: lambda _: theirs(at),
    }


def _agree(
    roads: dict[str, Callable[[int], Any]], plain: Callable[..., Any], at: np.ndarray
) -> None:
    """Every road against the complex-step Jacobian, Im f(x + ih) / h, exact to rounding."""
    truth = np.array([plain(at + 1e-30j * row).imag / 1e-30 for row in np.eye(at.size)]).T
    for name, road in list(roads.items())[1:]:
        digits = 1e-6 if name == FINITE else 1e-13
        np.testing.assert_allclose(road(0), truth, rtol=0, atol=digits, err_msg=name)
