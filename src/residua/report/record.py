"""Fit -> record: everything a fit is, as plain JSON values. `restore.py` is the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import FileError
from residua.report.encoding import (
    encode_array,
    encode_entry,
    encode_number,
    is_name,
    readable,
)

if TYPE_CHECKING:
    from residua.data.observations import Observations
    from residua.fitting.result import Fit
    from residua.fitting.verdict import Verdict
    from residua.problem.model import Model
    from residua.problem.parameters import Parameter

FORMAT = "residua.fit"
VERSION = 1


def record(fit: Fit) -> dict[str, Any]:
    """Everything of a fit. What people read comes first; what is loaded comes below, exact.

    Raises FileError: a name or an option of the model cannot be written.
    """
    from residua import __version__

    for name in (*fit.model.independent, *fit.model.parameters):
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
        "model": _model(fit.model),
        "parameters": [_parameter(leaf) for leaf in fit.parameters.leaves],
        "theta": encode_array(fit.theta),
        "observations": _observations(fit.observations),
        "fitted": encode_array(_fitted(fit)),
        "triangle": {
            "R": encode_array(fit.lin.R),
            "qtr": encode_array(fit.lin.qtr),
            "rho": encode_number(fit.lin.rho),
        },
        "verdict": _verdict(fit.verdict),
        "absolute_sigma": bool(fit.absolute_sigma),
        "engine": fit.engine,
        "engine_reason": fit.engine_reason,
        "steps": int(fit.steps),
        "evaluations": int(fit.evaluations),
        "seconds": encode_number(fit.seconds),
        "costs": encode_array([float(cost) for cost in fit.costs]),
        "notes": _notes(fit.notes),
    }


def _fitted(fit: Fit) -> np.ndarray:
    # A fit that failed may overflow where it stopped; that is to be saved, not to be said again.
    with np.errstate(all="ignore"):
        return fit.fitted


def _model(model: Model) -> dict[str, Any]:
    return {
        "kind": model.kind,
        "text": model.text,
        "independent": list(model.independent),
        "parameters": list(model.parameters),
        "options": _options(model.options) if model.kind == "shelf" else {},
        "equation": model.equation,
        "response": model.response,
        "whole": model.whole,
    }


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in options.items():
        if not isinstance(value, (bool, int, float, str, type(None))):
            raise FileError(f"the option {name}={value!r} of the model cannot be written to a file")
    return dict(options)


def _parameter(leaf: Parameter) -> dict[str, Any]:
    return {
        "name": leaf.name,
        "start": encode_entry(leaf.start),
        "lower": encode_entry(leaf.lower),
        "upper": encode_entry(leaf.upper),
        "fixed": leaf.fixed,
    }


def _observations(observations: Observations) -> dict[str, Any]:
    sigma, kept = observations.sigma, observations.kept
    return {
        "names": list(observations.names),
        "x": [encode_array(column) for column in observations.block.x],
        "y_name": observations.y_name,
        "y": encode_array(observations.block.y),
        "sigma": None if sigma is None else encode_array(sigma),
        "kept": None if kept is None else encode_array(kept),
        "notes": _notes(observations.notes),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.name,
        "findings": _notes(verdict.findings),
        "offset": encode_number(verdict.offset),
        "linear": bool(verdict.linear),
        "held": encode_array(verdict.held),
    }


def _notes(notes: Any) -> list[list[str]]:
    return [[finding.name, sentence] for finding, sentence in notes]
