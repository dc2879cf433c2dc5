"""Derivatives of every shelf model, by both engines, against extrapolated finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from catalogue import SHELF, VARIANTS
from residua.autodiff import compiled, eager
from residua.autodiff.check import check_jacobian
from shelf_case import ShelfCase

CORNERS = (
    # No dose, the midpoint itself, and a dose whose plain power overflows.
    ShelfCase("hill", {"Emax": 10.0, "EC50": 2.0, "n": 1.8}, np.array([0.0, 2.0, 3.0, 1e200]), 1.0),
    # The midpoint itself, and arguments whose plain exponential overflows.
    ShelfCase(
        "logistic",
        {"lower": 1.0, "upper": 5.0, "slope": 2.0, "midpoint": 3.0},
        np.array([-1e4, 2.9, 3.0, 3.1, 1e4]),
        1.0,
        label="corners",
    ),
)


@pytest.mark.parametrize("engine", [eager, compiled], ids=lambda module: module.__name__[17:])
@pytest.mark.parametrize("case", [*SHELF, *VARIANTS, *CORNERS], ids=lambda case: case.id)
def test_derivatives_are_exact(case: ShelfCase, engine: Any) -> None:
    """To 7 digits of each column's largest entry: the differences themselves are that good."""
    function = case.model.function
    values = np.array(list(case.params.values()))
    lengths = natural_lengths(case)

    def shifted(shift: Any, *columns: Any) -> Any:
        return function(*columns, *(values + shift * lengths))

    at = np.zeros(values.size)
    assert check_jacobian(shifted, at, *case.columns, engine=engine.jacobian) < 1e-7


def natural_lengths(case: ShelfCase) -> np.ndarray:
    """How far each parameter must move to change the curve by its range: a scale for the steps."""
    lengths = []
    for name, value in case.params.items():
        tiny = 1e-7 * (abs(value) or 1.0)
        up, down = (
            case.model.function(*case.columns, **{**case.params, name: value + shift})
            for shift in (tiny, -tiny)
        )
        lengths.append(np.ptp(case.truth()) * 2 * tiny / np.abs(up - down).max())
    return np.array(lengths)
