"""Where a formula beside a network starts: at its own fit."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np

from residua.fitting.networks.table import Table
from residua.networks.hybrid import Hybrid

# A parameter that the formula's own fit leaves open moves in units of this share of itself.
SHARE = 0.1


def centered(architecture: Hybrid, found: Table, seed: int) -> Hybrid:
    """The same, its formula fitted alone: parameters there, in units of their standard errors.

    The fit of a formula that is only half of the truth need not be a good one: it is a start.
    """
    x = {name: found.X[:, found.columns.index(name)] for name in architecture.formula.independent}
    fit = import_module("residua.fitting.fit").fit
    alone = fit(architecture.formula, x, found.Y[:, 0], sigma=None, seed=seed)
    center = alone.theta
    unit = np.abs(np.nan_to_num(alone.standard_errors, nan=0.0, posinf=0.0, neginf=0.0))
    least = SHARE * np.maximum(np.abs(center), 1e-3)
    unit = np.where(
        unit > 0, np.clip(unit * np.sqrt(len(found.Y)) * 0.1, 1e-3 * least, 10 * least), least
    )
    return replace(architecture, center=tuple(center.tolist()), unit=tuple(unit.tolist()))
