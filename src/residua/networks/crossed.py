"""Training an ensemble: every candidate, every fold, every start; then who is believed how much.

A member never sees its fold, so what the members of one fold say of it is an honest prediction.
From these come the weights of the candidates and the noise. No network is trained again afterwards:
the ensemble is all members, and an average over folds is better than any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import NamedTuple

import numpy as np

from residua.networks.choose import Plan
from residua.networks.ensemble import Ensemble, Moments, Trained, mixed
from residua.networks.evidence import Member, Rows
from residua.networks.likelihood import Likelihood
from residua.networks.mixing import stacked
from residua.networks.network import Network
from residua.networks.threads import run_each

# A start that ended with this many times the error of the best of its kind found another, worse
# minimum, and has no vote.
WORSE = 2.0
# Starts that are added to a fold of which all starts did, and how often.
MORE, WAVES = 4, 3
# Networks that leave no more than this share of the variance are all good.
PERFECT = 1e-6


class Job(NamedTuple):
    """One member to be trained."""

    candidate: int
    fold: int
    start: int
    number: int


class Honest(NamedTuple):
    """What was said of every row by members that never saw it (n, k); NaN where all saw it."""

    value: np.ndarray
    variance: np.ndarray


class Crossed(NamedTuple):
    """An ensemble, its honest predictions (None without folds), and one network of all rows."""

    ensemble: Ensemble
    honest: Honest | None
    one: Trained


# How one member is trained: (network, rows it sees, start, number of the member) -> Member.
Trainer = Callable[[Network, Rows, np.ndarray, int], Member]


def train_ensemble(
    networks: tuple[Network, ...],
    rows: Rows,
    plan: Plan,
    likelihood: Likelihood,
    seed: int,
    trainer: Trainer,
    stop: Event | None = None,
    side_by_side: bool = True,
    fold: np.ndarray | None = None,
) -> Crossed:
    """Train what the plan says; the seed decides folds and starts, one stream for each member.

    fold: of every row, (n,), where rows belong together; negative for rows that all members see.
    """
    n = len(rows.Z)
    folds = plan.folds if plan.folds else 1
    if fold is None or not plan.folds:
        fold = random_folds(n, plan.folds, seed)
    jobs = [
        Job(
            candidate,
            k if plan.folds else -1,
            start,
            (start * folds + k) * len(networks) + candidate,
        )
        for start in range(plan.starts)
        for k in range(folds)
        for candidate in range(len(networks))
    ]

    def run(job: Job) -> Trained:
        rng = np.random.default_rng([seed, 1, job.candidate, job.fold + 1, job.start])
        network = networks[job.candidate]
        seen = rows if job.fold < 0 else rows.take(np.flatnonzero(fold != job.fold))
        member = trainer(network, seen, network.draw(rng), job.number)
        return Trained(job.candidate, job.fold, 1.0, member)

    trained = run_each(run, jobs, stop, side_by_side)
    waves = WAVES if side_by_side and plan.folds else 0
    unit = n * (float(rows.Y.var(axis=0).sum()) or 1.0)
    for wave in range(waves):
        if stop is None or not stop.is_set():
            starts = plan.starts + wave * MORE
            trained += run_each(run, _again(trained, starts, len(trained), unit), stop)
    members = _voting(trained)
    ensemble = Ensemble(networks, members, rows, fold, likelihood)
    if not plan.folds:
        return Crossed(*_alone(ensemble, plan))
    return _weighted(ensemble, folds, trainer)


def random_folds(n: int, folds: int, seed: int) -> np.ndarray:
    """The fold of each of n rows, (n,); 0 for all without folds."""
    if not folds:
        return np.zeros(n, dtype=int)
    return np.asarray(np.random.default_rng([seed, 0]).permutation(n) % folds, dtype=int)


def _least(members: list[Trained]) -> dict[tuple[int, int], float]:
    """The least cost of each (candidate, fold)."""
    best: dict[tuple[int, int], float] = {}
    for one in members:
        key = one.candidate, one.fold
        best[key] = min(best.get(key, np.inf), one.member.cost)
    return best


def _again(members: list[Trained], starts: int, number: int, unit: float) -> list[Job]:
    """More starts where all of a fold found a worse minimum than other folds did.

    Folds share most of their rows, so their costs are alike; one unlucky fold would spoil the mean
    of all, and the noise with it. The second best is the measure, since one fold may be the only
    one without an outlier. unit: the cost of knowing nothing.
    """
    best = _least(members)
    jobs: list[Job] = []
    for candidate, fold in sorted(best):
        _, second, *_ = sorted(cost for (other, _), cost in best.items() if other == candidate)
        if best[candidate, fold] > WORSE**2 * second + PERFECT * unit:
            count = number + len(jobs)
            jobs += [Job(candidate, fold, starts + i, count + i) for i in range(MORE)]
    return jobs


def _voting(members: list[Trained]) -> tuple[Trained, ...]:
    """Weights: equal among the starts of one candidate and fold that found a good minimum."""
    best = _least(members)
    good = [one.member.cost <= WORSE**2 * best[one.candidate, one.fold] + 1e-30 for one in members]
    votes: dict[tuple[int, int], int] = {}
    for one, counts in zip(members, good):
        votes[one.candidate, one.fold] = votes.get((one.candidate, one.fold), 0) + counts
    return tuple(
        one._replace(weight=counts / votes[one.candidate, one.fold])
        for one, counts in zip(members, good)
    )


def _alone(ensemble: Ensemble, plan: Plan) -> tuple[Ensemble, None, Trained]:
    """Without folds: all good minima, or the one of the least cost."""
    best = min(ensemble.members, key=lambda one: one.member.cost)._replace(weight=1.0)
    if plan.alone:
        members: tuple[Trained, ...] = (best,)
    else:
        members = ensemble.members
    return replace(ensemble, members=members), None, best


def _weighted(ensemble: Ensemble, folds: int, trainer: Trainer) -> Crossed:
    """Stack the candidates on their honest predictions."""
    rows, fold = ensemble.rows, ensemble.fold
    count = len(ensemble.networks)
    held = [np.flatnonzero(fold == k) for k in range(folds)]

    def said(one: Trained) -> Moments:
        return ensemble.member_moments(one, rows.Z[held[one.fold]])

    found = dict(zip(map(id, ensemble.active), run_each(said, ensemble.active)))
    each = np.full((count, *rows.Y.shape), np.nan)
    for candidate in range(count):
        for k in range(folds):
            group = [o for o in ensemble.active if (o.candidate, o.fold) == (candidate, k)]
            each[candidate][held[k]] = mixed(
                [o.weight for o in group], [found[id(o)] for o in group]
            ).value
    root = 1.0 if rows.weight is None else np.sqrt(rows.weight)
    out = fold >= 0
    weights = stacked((each * root)[:, out].reshape(count, -1), (rows.Y * root)[out].ravel())
    honest = Honest(np.full(rows.Y.shape, np.nan), np.full(rows.Y.shape, np.nan))
    for k in range(folds):
        group = [o for o in ensemble.active if o.fold == k]
        moments = mixed(
            [o.weight * weights[o.candidate] for o in group], [found[id(o)] for o in group]
        )
        honest.value[held[k]], honest.variance[held[k]] = moments
    members = tuple(
        o._replace(weight=o.weight * weights[o.candidate] / folds) for o in ensemble.members
    )
    whole = replace(ensemble, members=members)
    return Crossed(whole, honest, _one(whole, int(np.argmax(weights)), trainer))


def _one(ensemble: Ensemble, candidate: int, trainer: Trainer) -> Trained:
    """One network of the best candidate, taken further on all rows."""
    group = [o for o in ensemble.active if o.candidate == candidate]
    start = min(group, key=lambda o: o.member.cost).member
    network = ensemble.networks[candidate]
    (member,) = run_each(
        lambda number: trainer(network, ensemble.rows, start.theta, number),
        [len(ensemble.members)],
    )
    return Trained(candidate, -1, 1.0, member)
