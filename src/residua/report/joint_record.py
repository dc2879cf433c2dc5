"""JointFit -> record: a fit of several datasets as JSON; `joint_restore.py` is the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import FileError
from residua.report.encoding import encode_array, encode_number, is_name, readable
from residua.report.record import (
    model_record,
    notes_record,
    observations_record,
    parameter_record,
    verdict_record,
)

if TYPE_CHECKING:
    from residua.fitting.joint.result import JointFit

FORMAT = "residua.joint_fit"
VERSION = 1


def joint_record(fit: JointFit) -> dict[str, Any]:
    """Everything of a joint fit. What people read comes first; what is loaded is exact.

    Raises FileError: a name or an option of the model cannot be written.
    """
    from residua import __version__

    for name in (*fit.model.independent, *fit.layout.names):
        if not is_name(name):
            raise FileError(
                f"a saved fit cannot have a parameter or variable called {name!r}",
                next=f"rename it to {name.lstrip('_') or 'a'}",
            )
    return {
        "format": FORMAT,
        "version": VERSION,
        "residua": __version__,
        "outcome": fit.outcome.sentence,
        "params": {name: readable(value) for name, value in fit.params.items()},
        "stderr": {name: readable(value) for name, value in fit.stderr.items()},
        "warnings": fit.warnings,
        "model": model_record(fit.model),
        "local": sorted(fit.layout.local),
        "theta": encode_array(fit.theta),
        "datasets": [_dataset(fit, k) for k in range(len(fit.datasets))],
        "levels": _levels(fit),
        "triangle": {
            "R": encode_array(fit.lin.R),
            "qtr": encode_array(fit.lin.qtr),
            "rho": encode_number(fit.lin.rho),
        },
        "verdict": verdict_record(fit.verdict),
        "dof_left": encode_array(np.asarray(fit.dof_left, dtype=float)),
        "dof_intervals": encode_number(fit.dof_intervals),
        "absolute_sigma": bool(fit.absolute_sigma),
        "engine": fit.engine,
        "engine_reason": fit.engine_reason,
        "steps": int(fit.steps),
        "evaluations": int(fit.evaluations),
        "seconds": encode_number(fit.seconds),
        "costs": encode_array([float(cost) for cost in fit.costs]),
        "notes": notes_record(fit.notes),
    }


def _dataset(fit: JointFit, k: int) -> dict[str, Any]:
    part, parameters = fit.datasets[k], fit.layout.each[k]
    with np.errstate(all="ignore"):  # where a fit failed the model may overflow
        fitted = fit.parts[part.name].fitted
    return {
        "name": part.name,
        "model": None if part.model is fit.model else model_record(part.model),
        "kind": [other.kind for other in fit.datasets].index(part.kind),
        "absolute": bool(part.absolute),
        "parameters": [parameter_record(leaf) for leaf in parameters.leaves],
        "observations": observations_record(part.observations),
        "fitted": encode_array(fitted),
    }


def _levels(fit: JointFit) -> dict[str, Any]:
    levels = fit.levels
    return {
        "estimated": bool(levels.estimated),
        "values": encode_array(np.asarray(levels.values, dtype=float)),
        "groups": [
            {"members": list(one.members), "absolute": one.absolute, "given": one.given}
            for one in levels.groups
        ],
    }
