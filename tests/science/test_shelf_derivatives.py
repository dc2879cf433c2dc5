"""Derivatives of every shelf model, in every mode, against extrapolated finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import residua as rs
from catalogue import SHELF, VARIANTS
from shelf_case import ShelfCase, one_in

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

ALL = [*SHELF, *VARIANTS, *CORNERS]


def checked(case: ShelfCase, modes: tuple[str, ...], points: int | None = None) -> float:
    """The worst disagreement by the parameters, each in units of its natural length."""
    function = case.model.function
    values = np.array(list(case.params.values()))
    lengths = natural_lengths(case)
    columns = tuple(evenly(column, points) for column in case.columns)

    def shifted(shift: Any) -> Any:
        return function(*columns, *(values + shift * lengths))

    return rs.check_derivatives(shifted, args=(np.zeros(values.size),), modes=modes)


def evenly(column: np.ndarray, points: int | None) -> np.ndarray:
    """At most so many of the places measured."""
    return column if points is None else column[:: max(1, column.size // points)]


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


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_first_derivatives(case: ShelfCase) -> None:
    """To 7 digits of each column's largest entry: the differences themselves are that good."""
    assert checked(case, ("eager",)) < 1e-7


@pytest.mark.parametrize("case", one_in(3, ALL))
def test_first_derivatives_compiled(case: ShelfCase) -> None:
    assert checked(case, ("forward",)) < 1e-7


@pytest.mark.parametrize("case", one_in(8, SHELF))
def test_reverse_mode_and_second_derivatives(case: ShelfCase) -> None:
    """At seven of the places: reverse mode and the Hessian of every prediction, to 7 digits."""
    assert checked(case, ("reverse", "second"), points=7) < 1e-7
