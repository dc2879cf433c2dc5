"""NetworkFit -> record: a fitted network as JSON; `network_restore.py` is the way back."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import FileError
from residua.networks.hybrid import Hybrid
from residua.networks.mlp import MLP
from residua.report.encoding import encode_array, encode_number, is_name, readable
from residua.report.network_text import solver_name
from residua.report.record import model_record, notes_record, observations_record

if TYPE_CHECKING:
    from residua.fitting.networks.result import NetworkFit
    from residua.networks.ensemble import Trained
    from residua.networks.network import Architecture
    from residua.networks.spread import Spread

FORMAT = "residua.network_fit"
VERSION = 1


def network_record(fit: NetworkFit) -> dict[str, Any]:
    """Everything of a network fit. What people read comes first; what is loaded is exact.

    Factors of Gauss-Newton matrices are left out: they follow from parameters and data.

    Raises FileError: the network is a module of another library, or a name cannot be written.
    """
    from residua import __version__

    for name in fit.model.independent:
        if not is_name(name):
            raise FileError(
                f"a saved fit cannot have a variable called {name!r}",
                next="give the columns plain names: X.columns = ['a', 'b']",
            )
    return {
        "format": FORMAT,
        "version": VERSION,
        "residua": __version__,
        "outcome": fit.outcome.sentence,
        "params": {name: readable(value) for name, value in fit.params.items()},
        "warnings": fit.warnings,
        "architecture": architecture_record(fit.architecture),
        "candidates": [architecture_record(one) for one in fit.plan.candidates],
        "plan": {
            "folds": fit.plan.folds,
            "starts": fit.plan.starts,
            "steps": fit.plan.steps,
            "reason": fit.plan.reason,
            "alone": fit.plan.alone,
            "solver": None if fit.plan.solver is None else solver_name(fit.plan.solver),
        },
        "likelihood": fit.ensemble.likelihood.name,
        "noisy": fit.ensemble.likelihood.noisy,
        "scaling": [encode_array(part) for part in fit.scaling],
        "fold": encode_array(fit.ensemble.fold),
        "members": [_member(one) for one in fit.ensemble.members],
        "one": _member(fit.one),
        "spreads": [spread_record(one) for one in fit.spreads],
        "kept": None if fit.kept is None else encode_array(fit.kept),
        "honest": None if fit.honest is None else encode_array(fit.honest),
        "observations": observations_record(fit.observations),
        "fitted": encode_array(fit.fitted),
        "absolute_sigma": bool(fit.absolute_sigma),
        "findings": notes_record(fit.verdict.findings),
        "ended": fit.outcome.name,
        "steps": int(fit.steps),
        "seconds": encode_number(fit.seconds),
    }


def architecture_record(architecture: Architecture) -> dict[str, Any]:
    """An MLP by its words; a hybrid by its formula and its MLP."""
    if isinstance(architecture, Hybrid):
        return _hybrid(architecture)
    if not isinstance(architecture, MLP):
        raise FileError(
            f"the network is a {type(architecture).__name__}, which a file of residua cannot hold",
            causes=["modules of other libraries are saved by those libraries"],
            next="put the weights back into the module, and save that",
        )
    return {entry.name: getattr(architecture, entry.name) for entry in fields(architecture)}


def _hybrid(architecture: Hybrid) -> dict[str, Any]:
    scaling = architecture.scaling
    return {
        "formula": model_record(architecture.formula),
        "correction": architecture_record(architecture.correction),
        "symbol": architecture.symbol,
        "center": list(architecture.center),
        "unit": list(architecture.unit),
        "names": list(architecture.names),
        "scaling": None if scaling is None else [encode_array(part) for part in scaling],
    }


def _member(one: Trained) -> dict[str, Any]:
    member = one.member
    return {
        "candidate": one.candidate,
        "fold": one.fold,
        "weight": encode_number(one.weight),
        "theta": encode_array(member.theta),
        "ratio": encode_array(member.ratio),
        "spread": encode_number(member.spread),
        "effective": encode_number(member.effective),
        "cost": encode_number(member.cost),
        "steps": int(member.steps),
        "settled": bool(member.settled),
    }


def spread_record(one: Spread) -> dict[str, Any]:
    """The noise of one output."""
    return {
        "b": encode_array(one.b),
        "c": encode_number(one.c),
        "dof": encode_number(one.dof),
        "features": [encode_array(np.asarray(part, dtype=float)) for part in one.features],
        "covariance": encode_array(one.covariance),
    }
