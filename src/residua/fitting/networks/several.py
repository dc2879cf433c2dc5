"""The fit of a network to several datasets: values and derivatives together."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError, ModelError, ParameterError
from residua.fitting.joint.levels import Levels
from residua.fitting.joint.words import named_datasets
from residua.fitting.networks.hybrid import centered
from residua.fitting.networks.noise_levels import (
    are_known,
    settled_levels,
    start_levels,
    why_unknown,
)
from residua.fitting.networks.pooled import pooled
from residua.fitting.networks.several_judge import judged, noise_of
from residua.fitting.networks.several_result import NetworkJointFit, assembled
from residua.fitting.networks.stack import Stack, stacked
from residua.fitting.networks.train import Steps, Watch, by_evidence, step_by_step
from residua.fitting.networks.units import judged_units
from residua.fitting.networks.words import Words
from residua.networks.choose import STARTS_WITHOUT_FOLDS, Plan, plan
from residua.networks.crossed import Crossed, train_ensemble
from residua.networks.evidence import Rows
from residua.networks.hybrid import Hybrid
from residua.networks.likelihood import GAUSSIAN, Likelihood
from residua.networks.network import Architecture, Network
from residua.networks.observed import Observed
from residua.networks.scaling import Scaling, identity

# Fewer places than this are all shown to every member: of a dozen distances of a copper dimer,
# energies and forces without noise, members that miss some have 180 times the error of those that
# miss none; of 30 with noise the errors are alike. Where sizes are open, folds must choose.
FEWEST_PLACES, FEWEST_TO_CHOOSE = 100, 10


class Posed(NamedTuple):
    """Datasets and architecture as training sees them."""

    stack: Stack
    architecture: Architecture
    scaling: Scaling
    levels: Levels
    known: bool
    plan: Plan
    why_unknown: str

    @property
    def likelihood(self) -> Likelihood:
        """Gaussian, of a noise that is known or not."""
        return GAUSSIAN._replace(noisy=not self.known)

    def networks(self, chosen: Plan) -> tuple[Network, ...]:
        """What is trained: every candidate under all that is observed."""
        kinds = tuple(kind.standardized(self.scaling) for kind in self.stack.kinds)
        outputs = self.stack.sources[0].table.Y.shape[1]
        inputs = len(self.stack.columns)
        return tuple(Observed(one.network(inputs, outputs), kinds) for one in chosen.candidates)


def fit_several(
    architecture: Architecture,
    x: Any,
    y: Any,
    *,
    data: Any,
    sigma: Any,
    absolute_sigma: bool,
    independent: Any,
    missing: str,
    words: Words,
    began: float,
) -> NetworkJointFit:
    """Fit a network to several datasets; see `residua.fit` and `residua.dataset` for the words."""
    _check_words(architecture, words)
    datasets = named_datasets(x, y, data, sigma, None)
    stack = _judged(stacked(datasets, absolute_sigma, independent, missing), architecture)
    posed = _pose(stack, architecture, words)
    chosen = posed.plan
    total = max(chosen.folds, 1) * chosen.starts * len(chosen.candidates) + (chosen.folds > 0)
    watch = Watch(total, words.progress, words.callback)
    course = Steps(1)
    trainings: list[Any] = []
    if chosen.solver is None:
        trainer = by_evidence(posed.likelihood, chosen.steps, watch, course)
    else:
        trainer = step_by_step(chosen.solver, posed.likelihood, words.seed, None, watch, trainings)
    rows = stack.rows(posed.scaling, posed.levels.values, posed.known)
    try:
        crossed = train_ensemble(
            posed.networks(chosen),
            rows,
            chosen,
            posed.likelihood,
            words.seed,
            trainer,
            watch.stop,
            side_by_side=chosen.solver is None,
            fold=stack.folds(chosen.folds, words.seed),
        )
    finally:
        watch.close()
    trace = trainings[-1].trace if trainings else course.trace() if course.seen else None
    return _result(posed, crossed, watch, trace, began)


def _judged(stack: Stack, architecture: Architecture) -> Stack:
    return Stack(
        tuple(
            one._replace(table=judged_units(one.table, architecture, one.functional.plain))
            for one in stack.sources
        )
    )


def _check_words(architecture: Architecture, words: Words) -> None:
    if words.validation is not None or getattr(words.solver, "patience", None) is not None:
        raise ParameterError(
            "validation= and patience= cannot be used with several datasets",
            causes=["rows of which dataset would decide when to stop?"],
            next="solver=rs.Adam(1e-3, steps=20_000)",
        )
    if getattr(architecture, "output", "linear") == "logistic":
        raise ModelError(
            "a logistic output is the probability of 1, and several datasets observe values",
            next='rs.MLP([10])   # output="linear"',
        )


def _pose(stack: Stack, architecture: Architecture, words: Words) -> Posed:
    inputs, outputs = len(stack.columns), stack.sources[0].table.Y.shape[1]
    scaling = stack.scaling() if architecture.scaled else identity(inputs, outputs)
    architecture, scaling = architecture.prepared(stack.columns, scaling)
    if isinstance(architecture, Hybrid):
        architecture = _centered(architecture, stack, words.seed)
    chosen = _plan(stack, architecture, words)
    levels = start_levels(stack)
    why = why_unknown(stack, levels, chosen)
    known = are_known(stack, levels) and not why
    posed = Posed(stack, architecture, scaling, levels, known, chosen, why)

    def train(rows: Rows, trial: Plan, fold: np.ndarray) -> Crossed:
        quiet = Watch(0, False, None)
        likelihood = posed.likelihood
        return train_ensemble(
            posed.networks(trial),
            rows,
            trial,
            likelihood,
            words.seed,
            by_evidence(likelihood, trial.steps, quiet, None),
            side_by_side=False,
            fold=fold,
        )

    if levels.estimated and not why:
        levels = settled_levels(stack, scaling, levels, chosen, words.seed, train)
    return posed._replace(levels=levels)


def _centered(architecture: Hybrid, stack: Stack, seed: int) -> Hybrid:
    found = pooled(stack, (1.0,) * len(stack.sources))[0]
    if len(found.Y) <= len(architecture.formula.parameters):
        raise DataError(
            "the formula beside the network starts at its own fit to the values, and these are "
            "fewer than its parameters",
            next="rs.fit(rs.MLP([10]), [...])   # without the formula",
        )
    return centered(architecture, found, seed)


def _plan(stack: Stack, architecture: Architecture, words: Words) -> Plan:
    """As for one table of all rows; folds are of places, so there must be enough of these."""
    X = stack.X
    shape = (*X.shape, stack.sources[0].table.Y.shape[1])
    chosen = plan(architecture, shape, words.members, words.solver)
    if words.max_steps is not None:
        chosen = chosen._replace(steps=min(chosen.steps, words.max_steps))
    places = len(np.unique(X, axis=0))
    held = (stack.folds(max(chosen.folds, 1), 0) >= 0).any()
    fewest = FEWEST_TO_CHOOSE if len(chosen.candidates) > 1 else FEWEST_PLACES
    if chosen.folds and (places < fewest or not held):
        return chosen._replace(
            candidates=chosen.candidates[:1],
            folds=0,
            starts=words.members or STARTS_WITHOUT_FOLDS,
            reason=f"all {places} places are seen by every member",
        )
    return chosen


def _result(
    posed: Posed, crossed: Crossed, watch: Watch, trace: Any, began: float
) -> NetworkJointFit:
    if not np.isfinite(crossed.one.member.theta).all():
        raise ModelError("training ended at parameters that are not finite")
    stack, whole, levels = posed.stack, crossed.ensemble, posed.levels
    found, absolute, index = pooled(stack, levels.values)
    every = np.arange(len(stack.X))
    noises = tuple(
        noise_of(crossed, every[place], one.table, one.absolute)
        for one, place in zip(stack.sources, stack.places)
    )
    fit = assembled(
        stack,
        posed.architecture,
        posed.scaling,
        levels,
        posed.plan,
        whole,
        crossed.one,
        None if crossed.honest is None else crossed.honest.value,
        noise_of(crossed, index, found, absolute),
        noises,
    )
    return replace(
        fit,
        verdict=judged(fit, watch.stop.is_set(), posed.why_unknown),
        steps=sum(member.member.steps for member in whole.members),
        evaluations=sum(member.member.steps + 1 for member in whole.members),
        seconds=perf_counter() - began,
        training=trace,
    )
