"""Every function and form a formula may use is followed by the engines, against differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from residua.autodiff import eager
from residua.problem.formula import parse
from residua.problem.formula_functions import FUNCTIONS

X = np.linspace(0.1, 0.9, 5)
AT = np.array([0.72, 0.21])
ARGUMENTS = {1: "p*x + q", 2: "1 + p*x, q + x", 3: "p*x, q, 1 + q"}
# These are real only beyond 1, or have a derivative only where the order is no parameter.
OTHERS = {
    **dict.fromkeys(("acosh", "arccosh"), "1 + p*x + q"),
    **dict.fromkeys(("jv", "yv", "iv", "kv"), "2, p*x + q"),
    "where": "x > p, p*x, q*x",
}
FORMS = [
    "p*(x > 0.5) + q",
    "p if x*p > q else q*x",
    "where((x > 0.2) & (x < p), p, q*x)",
    "~(x > p)*q*x",
    "(0.2 < x < p)*q",
    "p*x // 0.1*q",
    "(p*x) % 0.3*q",
    "2**(p*x) + x**q + (p*x)**2 - (-x)**2*q",
    "max(p*x, q, x)",
    "+".join(["p*x", "q"] * 30),
]


def _rows(text: str) -> Callable[..., np.ndarray]:
    formula = parse(text)

    def rows(theta: np.ndarray, x: np.ndarray) -> np.ndarray:
        return formula.function({"p": theta[0], "q": theta[1], "x": x})  # type: ignore[no-any-return]

    return rows


@pytest.mark.parametrize(
    "text",
    [*(f"{n}({OTHERS.get(n, ARGUMENTS[row.least])})" for n, row in FUNCTIONS.items()), *FORMS],
)
def test_tangents_agree_with_central_differences(text: str) -> None:
    rows = _rows(text)
    value, tangents = eager.jacobian(rows, AT, X)
    np.testing.assert_allclose(value, rows(AT, X), rtol=1e-13)
    step = 1e-6
    differences = [
        (rows(AT + step * e, X) - rows(AT - step * e, X)) / (2 * step) for e in np.eye(2)
    ]
    # Central differences with this step are good to about 1e-9 of the values' size, 1 to 10 here.
    np.testing.assert_allclose(tangents, differences, rtol=1e-7, atol=1e-7)
