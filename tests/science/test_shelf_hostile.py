"""Automatic starts on data nobody would choose: still finite, deterministic and complete."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from catalogue import SHELF
from residua._errors import DataError
from shelf_case import ShelfCase

GRID = np.linspace(1.0, 5.0, 12)
RNG = np.random.default_rng(20)
HOSTILE: dict[str, tuple[np.ndarray, np.ndarray]] = {
    "one row": (np.array([2.0]), np.array([3.0])),
    "two rows": (np.array([1.0, 2.0]), np.array([3.0, -1.0])),
    "three rows": (np.array([1.0, 2.0, 4.0]), np.array([3.0, -1.0, 2.0])),
    "constant": (GRID, np.full(12, 7.0)),
    "all zero": (GRID, np.zeros(12)),
    "x all equal": (np.full(12, 3.0), np.arange(12.0)),
    "x all zero": (np.zeros(12), np.arange(12.0)),
    "x negative": (-GRID, np.arange(12.0)),
    "x across zero": (GRID - 3.0, np.arange(12.0)),
    "duplicates": (np.repeat(GRID, 3), RNG.normal(size=36)),
    "pure noise": (GRID, RNG.normal(size=12)),
    "one spike": (GRID, np.eye(12)[5]),
    "one step": (GRID, (GRID > 3.0).astype(float)),
    "huge y": (GRID, 1e300 * np.sin(GRID)),
    "tiny y": (GRID, 1e-300 * np.sin(GRID)),
    "huge x": (1e150 * GRID, np.sin(GRID)),
    "tiny x": (1e-150 * GRID, np.sin(GRID)),
    "whole numbers": (np.arange(1, 13), np.arange(12) % 5),
    "far away": (1e8 + GRID, np.cos(GRID)),
    "concave": (GRID, -((GRID - 3.0) ** 2)),
    "many rows": (np.linspace(0.1, 9.0, 20_000), np.cos(np.linspace(0.0, 9.0, 20_000))),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_start_is_finite_complete_and_repeatable(case: ShelfCase, kind: str) -> None:
    x, y = HOSTILE[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        start = case.model.start(*(x for _ in case.columns), y)
        again = case.model.start(*(x.copy() for _ in case.columns), y.copy())
    assert tuple(sorted(start)) == tuple(sorted(case.model.parameters))
    assert all(type(value) is float and np.isfinite(value) for value in start.values()), start
    for name, (low, high) in case.model.bounds.items():
        assert low < start[name] < high
    assert start == again


@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_rows_that_are_not_finite_are_passed_over(case: ShelfCase) -> None:
    y = case.data(3)
    more = [np.nan, 1.0, np.inf]
    x_more = [np.concatenate([column, more]) for column in case.columns]
    y_more = np.concatenate([y, [1.0, np.nan, 2.0]])
    assert case.model.start(*x_more, y_more) == case.model.start(*case.columns, y)


@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_nothing_to_start_from_is_said(case: ShelfCase) -> None:
    with pytest.raises(DataError, match="no row in which both x and y are finite"):
        case.model.start(*(np.array([]) for _ in case.columns), np.array([]))
    with pytest.raises(DataError, match="x has 3 values but y has 2"):
        case.model.start(*(np.arange(3.0) for _ in case.columns), np.arange(2.0))


def long_columns(case: ShelfCase) -> list[np.ndarray]:
    """20 000 places: evenly across one variable, drawn across several."""
    rng = np.random.default_rng(5)
    ranges = [(column.min(), column.max()) for column in case.columns]
    if len(ranges) == 1:
        return [np.linspace(*ranges[0], 20_000)]
    return [rng.uniform(low, high, 20_000) for low, high in ranges]


@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_long_data_start_as_well_as_short(case: ShelfCase) -> None:
    """20 000 rows are averaged for the scan, which must not bias the start."""
    columns = long_columns(case)
    truth = case.model.function(*columns, **case.params)
    noisy = truth + np.random.default_rng(4).normal(0.0, case.sigma, truth.size)
    found = case.model.function(*columns, **case.model.start(*columns, noisy))
    # The pseudo-Voigt shape of the Voigt scans is itself only good to 1 % of the peak.
    shape = 0.01 * np.ptp(truth) if case.name in ("voigt", "skewed_voigt") else 0.0
    assert np.sqrt(np.mean((found - truth) ** 2)) < max(0.25 * case.sigma, shape)
