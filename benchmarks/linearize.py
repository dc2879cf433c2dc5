"""Value and Jacobian of the 10-parameter tanh network on 50 points, by every road."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.network import X, network, split
from benchmarks.timing import Report, Target, interleaved, median_ratio, timing_rows

FINITE = "scipy finite differences"
AUTOGRAD = "autograd jacobian"
THETA = 0.1 * np.random.default_rng(0).standard_normal(10)


def values(theta: Any) -> Any:
    """The network on the source's 50 points as a function of its ten numbers."""
    return network(X, **split(theta))


def run(quick: bool) -> Report:
    """Check that all roads agree, then time them interleaved."""
    roads = {
        "the model alone": lambda _: values(THETA),
        "residua eager, exact": _eager(),
        "residua compiled, exact": _compiled(),
        FINITE: _finite_differences,
        AUTOGRAD: _autograd(),
    }
    for name, road in list(roads.items())[1:]:
        digits = 1e-6 if name == FINITE else 1e-13
        np.testing.assert_allclose(road(0), _complex_step(), rtol=0, atol=digits, err_msg=name)
    seconds = interleaved(roads, 100 if quick else 1000)
    eager = median_ratio(seconds, "residua eager, exact", FINITE)
    compiled = median_ratio(seconds, "residua compiled, exact", FINITE)
    return Report(
        "Linearize: value and Jacobian of the tanh network, 10 parameters, 50 points",
        ("road", "median", "90 %", "÷ finite"),
        timing_rows(seconds, FINITE),
        [
            Target("eager, exact: faster than finite differences", f"{eager:.2f} ×", eager < 1),
            Target("compiled: faster than finite differences", f"{compiled:.2f} ×", compiled < 1),
        ],
        ["All agree with the complex-step Jacobian: to 1e-13, finite differences to 1e-6."],
    )


def _eager() -> Callable[[int], np.ndarray]:
    from residua.autodiff.eager import jacobian

    return lambda _: jacobian(values, THETA)[1].T


def _compiled() -> Callable[[int], np.ndarray]:
    from residua.autodiff.compiled import jacobian

    return lambda _: np.asarray(jacobian(values, THETA)[1]).T


def _finite_differences(_: int) -> np.ndarray:
    from scipy.optimize._numdiff import approx_derivative

    return approx_derivative(values, THETA, method="2-point", f0=values(THETA))


def _autograd() -> Callable[[int], np.ndarray]:
    """Reverse mode, one pass per point, as in the source; its own NumPy stands for ours."""
    import autograd
    import autograd.numpy as anp

    def traced(theta: Any) -> Any:
        w1, b1, w2, b2 = (split(theta)[name] for name in ("w1", "b1", "w2", "b2"))
        return anp.dot(anp.tanh(X[:, np.newaxis] * w1 + b1), w2) + b2

    derivative = autograd.jacobian(traced)
    return lambda _: (traced(THETA), derivative(THETA))[1]


def _complex_step() -> np.ndarray:
    """The outside truth: Im f(theta + ih) / h, exact to rounding."""
    h = 1e-30
    return np.array([values(THETA + 1j * h * row).imag / h for row in np.eye(10)]).T
