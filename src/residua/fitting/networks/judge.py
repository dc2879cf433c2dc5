"""What is to be said of a trained network: its noise, its triangle, and whether it may be used."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from residua._outcomes import Finding, Outcome
from residua.algebra.linearization import Linearization, triangle
from residua.fitting.networks.table import Table
from residua.fitting.networks.train import Watch
from residua.fitting.residual_notes import Note
from residua.fitting.verdict import Verdict
from residua.networks.crossed import Crossed
from residua.networks.evidence import MOST_PARAMETERS, Member, Rows
from residua.networks.likelihood import Likelihood
from residua.networks.scaling import Scaling
from residua.networks.spread import Spread, constant, fitted, raw_features

# A network that uses up this share of the observations has learned them by heart.
BY_HEART = 0.6
# Observations that have to be left over for a noise to be known.
LEAST_LEFT = 0.5
# Beyond so many degrees of freedom Student's t is the normal distribution.
NORMAL = 1e6


def noise_of(
    crossed: Crossed, rows: Rows, likelihood: Likelihood, known: bool
) -> tuple[Spread, ...]:
    """The noise of every output, from honest residuals where there are any; () for 0/1 data."""
    if likelihood.name != "gaussian":
        return ()
    outputs, width = rows.Y.shape[1], rows.Z.shape[1] + 3
    if known:
        return tuple(constant(1.0, NORMAL, width) for _ in range(outputs))
    if crossed.honest is None:
        active = crossed.ensemble.active
        votes = sum(one.weight for one in active)
        noise = sum(one.weight * one.member.spread**2 for one in active) / votes
        known_of = [e for e in (one.member.effective for one in active) if math.isfinite(e)]
        left = rows.size - (float(np.mean(known_of)) if known_of else 0.0)
        each = constant(noise, max(1.0, left), width)
        # Members that pass through all observations tell nothing of a noise: nothing is sure then.
        return (each if left >= LEAST_LEFT else each._replace(c=math.inf),) * outputs
    said, found = crossed.honest, []
    for k in range(outputs):
        value, variance = said.value[:, k], said.variance[:, k]
        weight = None if rows.weight is None else np.broadcast_to(rows.weight, rows.Y.shape)[:, k]
        raw = raw_features(rows.Z, value, variance)
        found.append(fitted(rows.Y[:, k] - value, variance, raw, crossed.ensemble.fold, weight))
    return tuple(found)


def posterior_triangle(
    network: Any,
    member: Member,
    rows: Rows,
    likelihood: Likelihood,
    scaling: Scaling,
    folded: bool,
) -> Linearization:
    """The triangle of data and prior at the one network, in the units of its parameters.

    RᵀR = Σ w J Jᵀ + diag(α/β): with the noise for its factor, what every other fit calls covariance
    is here the posterior's.
    """
    p = len(member.theta)
    if p > MOST_PARAMETERS:
        return Linearization(np.zeros((p, p)), np.zeros(p), np.float64(math.sqrt(member.cost)))
    value, tangents = network.linearized(member.theta, rows.Z)
    score, curvature = likelihood.score(value, rows.Y), likelihood.curvature(value)
    root = np.ones_like(value) if curvature is None else np.sqrt(curvature)
    residual = score / root
    if rows.weight is not None:
        residual, root = residual * np.sqrt(rows.weight), root * np.sqrt(rows.weight)
    prior = np.sqrt(member.ratio)
    J = np.concatenate([(tangents * root).reshape(p, -1).T, np.diag(prior)])
    if folded:
        origin = network.unfolded(np.zeros(p), scaling)
        J = J @ np.stack([network.unfolded(unit, scaling) - origin for unit in np.eye(p)], axis=1)
    r = np.concatenate([residual.ravel(), -prior * member.theta])
    return triangle(np, np.column_stack([-J, r]))


def verdict(
    found: Table, scaling: Scaling, crossed: Crossed, lin: Linearization, watch: Watch
) -> Verdict:
    """How the training ended, and what is to be said of it."""
    findings = _findings(found, scaling, crossed)
    kinds = {kind for kind, _ in findings}
    outcome = Outcome.TRAINED
    if watch.stop.is_set():
        outcome = Outcome.INTERRUPTED
    elif watch.diverged:
        outcome = Outcome.NOT_FINITE
    elif Finding.NO_BETTER_THAN_CONSTANT in kinds:
        outcome = Outcome.NO_BETTER_THAN_CONSTANT
    elif watch.limited and not all(one.member.settled for one in crossed.ensemble.active):
        outcome = Outcome.STEP_LIMIT
    held = np.zeros(len(lin.qtr), dtype=bool)
    return Verdict(outcome, tuple(findings), 0.0, lin.R, held)


def _findings(found: Table, scaling: Scaling, crossed: Crossed) -> list[Note]:
    notes: list[Note] = []
    Y = crossed.ensemble.rows.Y
    said, seen = crossed.ensemble.value(crossed.ensemble.rows.Z), ""
    if crossed.honest is not None:
        said, seen = crossed.honest.value, "of rows it had not seen, "
    if len(Y) > 1 and ((Y - said) ** 2).mean() >= Y.var(axis=0).mean():
        text = f"{seen}the network knows no more than the mean of y"
        notes.append((Finding.NO_BETTER_THAN_CONSTANT, text))
    used = [one.member.effective for one in crossed.ensemble.active]
    share = float(np.nanmean(used)) / found.Y.size if np.isfinite(used).any() else 0.0
    if share > BY_HEART:
        left = found.Y.size * (1 - share)
        known = crossed.honest is not None or left >= LEAST_LEFT
        text = f"the members use {share:.0%} of the observations up: " + (
            "fewer units, or more data, would be surer"
            if known
            else "no degree of freedom is left, and the error bars cannot be estimated"
        )
        notes.append((Finding.NO_DEGREES_OF_FREEDOM, text))
    return notes
