"""Rows that a step-by-step solver looks at to know when to stop: given, or split off."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua._errors import DataError, ParameterError
from residua.fitting.networks.table import Table, table
from residua.fitting.networks.words import Words
from residua.networks.evidence import Rows
from residua.networks.scaling import Scaling

# The share that is split off where a solver has patience, and nothing was said.
SHARE = 0.1


def validation(
    rows: Rows, scaling: Scaling, found: Table, words: Words
) -> tuple[Rows, Rows | None, np.ndarray | None]:
    """Rows to train on, rows to look at, and which of all rows the first are; None: no such."""
    if words.validation is None and getattr(words.solver, "patience", None) is None:
        return rows, None, None
    if words.solver is None:
        raise ParameterError(
            "validation rows are for solvers that go step by step",
            causes=["Levenberg-Marquardt with evidence needs none, and cross-validates by itself"],
            next="rs.fit(model, x, y, solver=rs.Adam(1e-3, patience=20), validation=0.1)",
        )
    given = SHARE if words.validation is None else words.validation
    if isinstance(given, tuple) and len(given) == 2:
        return rows, _given(*given, scaling, found), None
    if not isinstance(given, float) or not 0 < given < 1:
        raise ParameterError(
            f"validation is a pair (X, y) or a share between 0 and 1, not {given!r}",
            next="validation=0.1",
        )
    order = np.random.default_rng([words.seed, 2]).permutation(len(rows.Z))
    cut = max(1, round(given * len(order)))
    if cut == len(order):
        raise DataError(
            f"{len(order)} rows, {given:g} of them for validation, leave none to train on",
            next="validation=(X_held, y_held)",
        )
    kept = np.sort(order[cut:])
    return rows.take(kept), rows.take(np.sort(order[:cut])), kept


def _given(x: Any, y: Any, scaling: Scaling, found: Table) -> Rows:
    names = found.observations.names
    other = table(x, y, None, None, names if len(names) > 1 else None, "raise")
    if other.X.shape[1] != found.X.shape[1] or other.Y.shape[1] != found.Y.shape[1]:
        raise DataError(
            f"validation has {other.X.shape[1]} inputs and {other.Y.shape[1]} outputs, and the "
            f"data have {found.X.shape[1]} and {found.Y.shape[1]}",
            next="validation=(X_held, y_held)",
        )
    return Rows(scaling.to_z(other.X), scaling.to_Y(other.Y), None)
