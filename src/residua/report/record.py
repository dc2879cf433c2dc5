"""Fit -> record: everything a fit is, as plain JSON values. `restore.py` is the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import FileError
from residua.report.composed_model import recipe_record
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
    from residua.problem.ties import Tie

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
        # Some stand beside the arguments of a function, which a file cannot hold.
        **({"units": fit.units} if any(fit.units.values()) else {}),
        "warnings": fit.warnings,
        "model": model_record(fit.model),
        "parameters": [parameter_record(leaf) for leaf in fit.parameters.leaves],
        "theta": encode_array(fit.theta),
        "observations": observations_record(fit.observations),
        "fitted": encode_array(_fitted(fit)),
        "triangle": {
            "R": encode_array(fit.lin.R),
            "qtr": encode_array(fit.lin.qtr),
            "rho": encode_number(fit.lin.rho),
        },
        "verdict": verdict_record(fit.verdict),
        "absolute_sigma": bool(fit.absolute_sigma),
        "engine": fit.engine,
        "engine_reason": fit.engine_reason,
        "steps": int(fit.steps),
        "evaluations": int(fit.evaluations),
        "seconds": encode_number(fit.seconds),
        "costs": encode_array([float(cost) for cost in fit.costs]),
        "notes": notes_record(fit.notes),
    }


def _fitted(fit: Fit) -> np.ndarray:
    # A fit that failed may overflow where it stopped; that is to be saved, not to be said again.
    with np.errstate(all="ignore"):
        return fit.fitted


def model_record(model: Model) -> dict[str, Any]:
    """What a model is, in words a file can hold."""
    composed = {} if model.recipe is None else {"recipe": recipe_record(model.recipe)}
    return {
        "kind": model.kind,
        "text": model.text,
        "independent": list(model.independent),
        "parameters": list(model.parameters),
        "options": _options(model.options) if model.kind in ("shelf", "reactions") else {},
        "equation": model.equation,
        "response": model.response,
        "whole": model.whole,
        **composed,
    }


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in options.items():
        if not isinstance(value, (bool, int, float, str, type(None))):
            raise FileError(f"the option {name}={value!r} of the model cannot be written to a file")
    return dict(options)


def parameter_record(leaf: Parameter) -> dict[str, Any]:
    """Start, bounds and tie of one parameter."""
    return {
        "name": leaf.name,
        "start": None if leaf.start is None else encode_entry(leaf.start),
        "lower": encode_entry(leaf.lower),
        "upper": encode_entry(leaf.upper),
        "fixed": leaf.fixed,
        **({} if leaf.tie is None else {"tie": _tie(leaf.name, leaf.tie)}),
    }


def _tie(name: str, tie: Tie) -> str:
    if not tie.formula:
        raise FileError(
            f"the tie of {name} is the Python function {tie.text}, which a file cannot hold",
            next=f"tie={{{name!r}: '...'}}   # a formula, as in '2*{(*tie.names, 'b1')[0]}'",
        )
    return tie.text


def observations_record(observations: Observations) -> dict[str, Any]:
    """What was observed, every number exact."""
    sigma, kept = observations.sigma, observations.kept
    return {
        "names": list(observations.names),
        "x": [encode_array(column) for column in observations.block.x],
        "y_name": observations.y_name,
        "y": encode_array(observations.block.y),
        "sigma": None if sigma is None else encode_array(sigma),
        "kept": None if kept is None else encode_array(kept),
        "notes": notes_record(observations.notes),
        **({"units": dict(observations.units)} if observations.units else {}),
    }


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """How it ended, without the triangle."""
    return {
        "outcome": verdict.outcome.name,
        "findings": notes_record(verdict.findings),
        "offset": encode_number(verdict.offset),
        "linear": bool(verdict.linear),
        "held": encode_array(verdict.held),
    }


def notes_record(notes: Any) -> list[list[str]]:
    """Findings by the name of their kind."""
    return [[finding.name, sentence] for finding, sentence in notes]
