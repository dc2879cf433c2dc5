"""Corners: infinite slopes, origins and ties, where a derivative could become NaN by mistake."""

from __future__ import annotations

import numpy as np
import pytest

from residua.autodiff import eager

CORNERS = [
    (lambda t, x: np.sqrt(t[0] * x), [0.0, 0.5]),
    (lambda t, x: (t[0] * x) ** 0.5, [0.0, 0.5]),
    (lambda t, x: x ** t[0], [0.0, 1.0 * np.log(1.0)]),
    (lambda t, x: (x / t[0]) ** t[1], [0.0, None]),
    (lambda t, x: np.where(x > 0, np.log(np.where(x > 0, t[0] * x, 1.0)), 0.0), [0.0, 1.0]),
    (lambda t, x: np.where(x > 0, t[0] * np.log(x * t[0]), 0.0), [0.0, None]),
    (lambda t, x: np.hypot(t[0] * x, x), [0.0, None]),
    (lambda t, x: abs(t[0] * x), [0.0, 1.0]),
    (lambda t, x: np.arcsin(1 - t[0] * x * 0), [0.0, 0.0]),
    (lambda t, x: np.linalg.norm(t[0] * x[:, None], axis=1), [0.0, 1.0]),
    (lambda t, x: np.cbrt(t[0] * x), [0.0, None]),
]


@pytest.mark.parametrize(("model", "expected"), CORNERS)
def test_still_entries_stay_still_at_infinite_slopes(model, expected):
    """d/dt0 at x = 0 is the limit 0 along t0, not 0 * inf = NaN; and no warnings are raised."""
    _, jacobian = eager.jacobian(model, [1.0, 0.5], np.array([0.0, 1.0]))
    assert np.isfinite(jacobian).all()
    for found, wanted in zip(jacobian[0], expected):
        assert wanted is None or found == pytest.approx(wanted)


def test_integer_powers_of_negative_numbers():
    x = np.array([-2.0, 0.0, 3.0])
    for n in (0, 1, 2, 3):
        for power in (lambda a, n: a**n, np.power, lambda a, n: np.power(a, np.full(3, float(n)))):
            jacobian = eager.jacobian(lambda t, n=n, f=power: f(t[0] * x, n), [1.0])[1]
            np.testing.assert_allclose(jacobian[0], n * x**n)


def test_slope_at_the_origin_is_infinite_where_it_is():
    with np.errstate(all="raise"):
        assert eager.jacobian(np.sqrt, [0.0])[1][0, 0] == np.inf
    assert eager.jacobian(np.abs, [0.0])[1][0, 0] == 0.0
