"""Derivatives of every shelf model: exact ones against central differences.

The exact ones come from JAX, run through the model's own code with `np` meaning `jax.numpy`, which
is what an array carrier of derivatives does. The Voigt profile rests on scipy.special, which JAX
lacks; its derivatives follow from that of the Faddeeva function, w' = 2i/sqrt(pi) - 2 z w.
"""

from __future__ import annotations

import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import wofz

from catalogue import SHELF, VARIANTS, ShelfCase

ALL = SHELF + VARIANTS
TRACEABLE = [case for case in ALL if case.name != "voigt"]
VOIGTS = [case for case in ALL if case.name == "voigt"]


def differences(case: ShelfCase, x: np.ndarray) -> np.ndarray:
    """Central differences of fourth order with respect to every parameter, shape (rows, p)."""
    columns = []
    for name, value in case.params.items():

        def at(shift: float, name: str = name, value: float = value) -> np.ndarray:
            return np.asarray(case.model.function(x, **{**case.params, name: value + shift}))

        # The step that moves the curve by a thousandth of its range: truncation is then about
        # 1e-12, and rounding 1e-13 of the largest value.
        tiny = 1e-7 * (abs(value) or 1.0)
        sensitivity = np.abs(at(tiny) - at(-tiny)).max() / (2 * tiny)
        h = 1e-3 * np.ptp(at(0.0)) / sensitivity
        columns.append((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h))
    return np.stack(columns, axis=1)


def exact(case: ShelfCase, x: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    function = case.model.function
    monkeypatch.setattr(sys.modules[function.__module__], "np", jnp)
    names = list(case.params)

    def rows(values: jax.Array) -> jax.Array:
        return function(jnp.asarray(x), **dict(zip(names, values)))

    with jax.enable_x64(True):
        return np.asarray(jax.jacfwd(rows)(jnp.array(list(case.params.values()))))


def agree(found: np.ndarray, expected: np.ndarray, rel: float) -> None:
    """Equal to a share of the largest entry of each column."""
    sizes = np.abs(expected).max(axis=0)
    assert np.isfinite(found).all() and (sizes > 0).all()
    np.testing.assert_allclose(found / sizes, expected / sizes, rtol=0, atol=rel)


@pytest.mark.parametrize("case", TRACEABLE, ids=lambda case: case.id)
def test_derivatives_by_tracing(case: ShelfCase, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = differences(case, case.x)
    agree(exact(case, case.x, monkeypatch), expected, rel=1e-8)


@pytest.mark.parametrize("case", VOIGTS, ids=lambda case: case.id)
def test_derivatives_of_voigt(case: ShelfCase) -> None:
    amplitude, center, sigma, gamma = case.params.values()
    z = (case.x - center + 1j * gamma) / (sigma * np.sqrt(2))
    w = wofz(z)
    slope = 2j / np.sqrt(np.pi) - 2 * z * w
    scale = amplitude / (sigma * np.sqrt(2 * np.pi))
    columns = [
        w.real * scale / amplitude,
        -scale * slope.real / (sigma * np.sqrt(2)),
        -scale * (w + z * slope).real / sigma,
        -scale * slope.imag / (sigma * np.sqrt(2)),
    ]
    agree(np.stack(columns, axis=1), differences(case, case.x), rel=1e-8)


CORNERS = [
    # No dose, the midpoint itself, and a dose whose plain power overflows.
    ShelfCase("hill", {"Emax": 10.0, "EC50": 2.0, "n": 1.8}, np.array([0.0, 2.0, 3.0, 1e200]), 1.0),
    # The midpoint itself, and arguments whose plain exponential overflows.
    ShelfCase(
        "logistic",
        {"lower": 1.0, "upper": 5.0, "slope": 2.0, "midpoint": 3.0},
        np.array([-1e4, 2.9, 3.0, 3.1, 1e4]),
        1.0,
    ),
]


@pytest.mark.parametrize("case", CORNERS, ids=lambda case: case.id)
def test_derivatives_at_the_corners(case: ShelfCase, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = differences(case, case.x)
    agree(exact(case, case.x, monkeypatch), expected, rel=1e-8)
