"""From the automatic start, a fit finds the truth in every shape, sign and scale."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

import residua as rs
from catalogue import SHELF, VARIANTS
from shelf_case import ShelfCase, one_in

ALL = SHELF + VARIANTS
DRAWS = 100
DEMANDED = 95
# A draw counts when the truth lies in the joint 99.9 % likelihood region about the fit. Unlike the
# ellipsoid of the covariance, that region is exact for amplitudes whose errors are lognormal
# (Arrhenius) and phases extrapolated far from the data.
CONFIDENCE = 0.999


def fitted(case: ShelfCase, y: np.ndarray) -> rs.Fit:
    """The fit from the automatic start."""
    return rs.fit(rs.model(case.name, **case.options), case.x, y, engine="eager")


def chi_square(case: ShelfCase, y: np.ndarray, prediction: np.ndarray) -> float:
    return float(np.sum(((y - prediction) / case.sigma) ** 2))


def recovers(case: ShelfCase, seed: int) -> bool:
    """Whether the fit is no worse than the truth itself and has the truth within its errors."""
    y = case.data(seed)
    fit = fitted(case, y)
    found = chi_square(case, y, fit.fitted)
    true = chi_square(case, y, case.truth())
    return fit.ok and 0.0 <= true * (1 + 1e-9) - found < chi2.ppf(CONFIDENCE, len(case.params))


@pytest.mark.parametrize("case", one_in(6, ALL))
def test_start_leads_to_truth(case: ShelfCase) -> None:
    """Of a hundred draws of noise."""
    assert sum(recovers(case, seed) for seed in range(DRAWS)) >= DEMANDED


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_exact_data_give_back_the_parameters(case: ShelfCase) -> None:
    found = fitted(case, case.truth()).params
    if case.name == "sine":
        turns = (found["phase"] - case.params["phase"]) / (2 * np.pi)
        found["phase"] -= 2 * np.pi * np.round(turns)
    # Ten digits; a parameter of 0 is compared with its neighbors.
    size = max(map(abs, case.params.values())) if 0.0 in case.params.values() else 0.0
    assert found == pytest.approx(dict(case.params), rel=1e-10, abs=1e-10 * size)


@pytest.mark.parametrize("case", SHELF, ids=lambda case: case.id)
def test_start_is_near_the_minimum(case: ShelfCase) -> None:
    """The start explains the data better than curve_fit's default of ones, almost to the noise."""
    y = case.data(0)
    start = case.model.start(*case.columns, y)
    # Not quite one: the energy of Murnaghan has a removable singularity at BP = 1.
    ones = dict.fromkeys(case.model.parameters, 1.01)
    costs = [chi_square(case, y, case.model.function(*case.columns, **p)) for p in (start, ones)]
    assert costs[0] < 0.5 * costs[1]
    assert costs[0] < 2.0 * y.size


@pytest.mark.parametrize("case", [c for c in ALL if c.scales], ids=lambda case: case.id)
@pytest.mark.parametrize("of_x, of_y", [(1.0, 1e6), (1e-9, 1.0), (3e7, 2e-12)])
def test_start_follows_the_units(case: ShelfCase, of_x: float, of_y: float) -> None:
    """Other units of x and y give the same curve in those units."""
    model = case.model
    y = case.data(1)
    plain = model.function(*case.columns, **model.start(*case.columns, y))
    columns = tuple(of_x * column for column in case.columns)
    scaled_start = model.start(*columns, of_y * y)
    scaled = model.function(*columns, **scaled_start) / of_y
    np.testing.assert_allclose(scaled, plain, atol=1e-3 * case.sigma, rtol=1e-7)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_start_does_not_depend_on_the_order_of_rows(case: ShelfCase) -> None:
    y = case.data(2)
    order = np.random.default_rng(7).permutation(y.size)
    shuffled = case.model.start(*(column[order] for column in case.columns), y[order])
    # abs: a coefficient that is zero but for rounding in one order may be so in the other.
    assert shuffled == pytest.approx(case.model.start(*case.columns, y), rel=1e-6, abs=1e-12)


def test_rising_and_falling_conventions() -> None:
    cases = {case.id: case for case in ALL}
    both = cases["biexponential"].model.start(
        cases["biexponential"].x, cases["biexponential"].data(0)
    )
    assert both["rate1"] > both["rate2"]
    falling = cases["logistic-steep-falling"]
    found = falling.model.start(falling.x, falling.data(0))
    assert found["lower"] < found["upper"] and found["slope"] < 0
    wave = cases["sine-uneven-far-from-zero"]
    found = wave.model.start(wave.x, wave.data(0))
    assert found["amplitude"] > 0 and found["frequency"] > 0 and -np.pi < found["phase"] <= np.pi
