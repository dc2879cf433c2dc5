"""Fits to data of a quantity (a pressure, an activity coefficient) need no start."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs

V = np.linspace(13.0, 18.0, 20)
X1 = np.linspace(0.05, 0.95, 15)
EOS = {"E0": -56.0, "B0": 0.49, "BP": 4.7, "V0": 16.57}
CASES = {
    "vinet": ("pressure", V, EOS, 2e-4, {"E0": -56.0}),
    "birch_murnaghan": ("pressure", V, EOS, 2e-4, {"E0": -56.0}),
    "margules": ("ln_gamma1", X1, {"A12": 1.2, "A21": 0.7}, 5e-3, None),
    "wilson": ("gamma2", X1, {"Lambda12": 0.4, "Lambda21": 0.7}, 5e-3, None),
}


@pytest.mark.parametrize("name", CASES)
def test_the_start_comes_from_the_model_behind_the_quantity(name):
    """Rows shuffled; the start is within 10 % of the truth, the fit within 4 standard errors."""
    quantity, x, truth, sigma, fixed = CASES[name]
    rng = np.random.default_rng(3)
    x = rng.permutation(x)
    model = rs.model(name).quantity(quantity)
    y = model(x, **truth) + sigma * rng.normal(size=x.size)
    start = model.estimate(x, y)
    free = [key for key in truth if fixed is None or key not in fixed]
    assert [start[key] for key in free] == pytest.approx([truth[key] for key in free], rel=0.1)
    fit = rs.fit(model, x, y, fixed=fixed)
    assert fit.ok, fit.warnings
    for key in free:
        assert abs(fit.params[key] - truth[key]) < 4 * fit.stderr[key]


def test_what_a_pressure_cannot_tell_is_said():
    """E0 has no influence on a pressure: the fit says so instead of inventing an error bar."""
    model = rs.model("birch_murnaghan").quantity("pressure")
    fit = rs.fit(model, V, model(V, **EOS) + 1e-4 * np.cos(9 * V))
    assert not fit.ok and fit.stderr["E0"] == np.inf
    assert any("E0" in sentence for sentence in fit.warnings)
