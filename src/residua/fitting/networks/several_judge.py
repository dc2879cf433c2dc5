"""What is to be said of a network of several datasets: the noise of each, and the verdict."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from residua._outcomes import Finding, Outcome
from residua.fitting.networks.judge import BY_HEART, LEAST_LEFT, NORMAL
from residua.fitting.networks.stack import FEWEST_TO_HOLD, Stack
from residua.fitting.networks.table import Table
from residua.fitting.residual_notes import Note
from residua.fitting.verdict import Verdict
from residua.networks.crossed import Crossed
from residua.networks.spread import Spread, constant, fitted, raw_features

if TYPE_CHECKING:
    from residua.fitting.networks.several_result import NetworkJointFit

# A fit that leaves this share of what rows vary by, explains nothing of them.
NOTHING = 0.9


def noise_of(
    crossed: Crossed, index: np.ndarray, found: Table, absolute: bool
) -> tuple[Spread, ...]:
    """The noise of some of the rows, for every output: from honest residuals where there are any.

    index: which rows. found: their table, whose weights say which of them are the more exact.
    """
    rows = crossed.ensemble.rows.take(index)
    outputs, width = rows.Y.shape[1], rows.Z.shape[1] + 2
    if absolute:
        return tuple(constant(1.0, NORMAL, width) for _ in range(outputs))
    said = crossed.honest
    if said is None or len(index) < FEWEST_TO_HOLD or not np.isfinite(said.value[index]).all():
        return (_typical(crossed, index, width),) * outputs
    spreads = []
    for k in range(outputs):
        value, variance = said.value[index, k], said.variance[index, k]
        weight = None if found.weight is None else found.weight[:, k]
        raw = raw_features(rows.Z[:, :-1], value, variance)
        fold = crossed.ensemble.fold[index]
        spreads.append(fitted(rows.Y[:, k] - value, variance, raw, fold, weight))
    return tuple(spreads)


def _typical(crossed: Crossed, index: np.ndarray, width: int) -> Spread:
    """The same noise everywhere, as the members see it."""
    active = crossed.ensemble.active
    votes = sum(one.weight for one in active)
    noise = sum(one.weight * one.member.spread**2 for one in active) / votes
    weight = crossed.ensemble.rows.weight
    assert weight is not None
    effective = [one.member.effective for one in active]
    used = float(np.nanmean(effective)) if np.isfinite(effective).any() else 0.0
    left = crossed.ensemble.rows.size - used
    each = constant(noise / float(weight[index].mean()), max(1.0, left), width)
    # Members that pass through all observations tell nothing of a noise: nothing is sure then.
    return each if left >= LEAST_LEFT else each._replace(c=math.inf)


def judged(fit: NetworkJointFit, interrupted: bool, why_unknown: str) -> Verdict:
    """How the training ended, and what is to be said of it; why the noise was not estimated."""
    findings = _unexplained(fit)
    outcome = Outcome.TRAINED
    if interrupted:
        outcome = Outcome.INTERRUPTED
    elif findings:
        outcome = Outcome.NO_BETTER_THAN_CONSTANT
    used = [one.member.effective for one in fit.ensemble.active]
    share = float(np.nanmean(used)) / fit.n if np.isfinite(used).any() else math.nan
    if share > BY_HEART:
        text = (
            f"the members use {share:.0%} of the observations up: fewer units, or more data, "
            "would be surer"
        )
        findings.append((Finding.NO_DEGREES_OF_FREEDOM, text))
    if why_unknown:
        text = (
            f"the noise of datasets without an absolute sigma could not be told ({why_unknown}): "
            "each counts by the spread of its observations; sigma= for each would say better"
        )
        findings.append((Finding.NOISE_LEVELS, text))
    held = np.zeros(len(fit.lin.qtr), dtype=bool)
    return Verdict(outcome, tuple(findings), 0.0, fit.lin.R, held)


def _unexplained(fit: NetworkJointFit) -> list[Note]:
    """Datasets of which the network knows no more than a constant function would."""
    notes: list[Note] = []
    stack: Stack = fit.stack
    rows = fit.ensemble.rows
    for one, place in zip(stack.sources, stack.places):
        Y = rows.Y[place]
        if len(Y) < FEWEST_TO_HOLD:
            continue
        # The slope of a constant function is zero, its value any number.
        total = Y.var(axis=0).mean() if one.functional.value else (Y**2).mean()
        said = None if fit.said is None else fit.said[place]
        if said is None or not np.isfinite(said).all():
            said, total = fit.parts[one.name].standardized, NOTHING * total
        if ((Y - said) ** 2).mean() >= total:
            text = (
                f"of rows of {one.name!r} that it had not seen, the network knows no more than a "
                "constant function: are the units and the sign of what it observes right?"
            )
            notes.append((Finding.NO_BETTER_THAN_CONSTANT, text))
    return notes
