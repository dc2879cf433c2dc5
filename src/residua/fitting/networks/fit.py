"""The fit of a network: from the words of `fit` to a NetworkFit."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError, ModelError
from residua.fitting.networks.hybrid import centered
from residua.fitting.networks.judge import noise_of, posterior_triangle, verdict
from residua.fitting.networks.model import Formula, model_of, parameters_of
from residua.fitting.networks.result import NetworkFit
from residua.fitting.networks.table import Table, table
from residua.fitting.networks.train import Steps, Watch, by_evidence, step_by_step
from residua.fitting.networks.units import judged_units
from residua.fitting.networks.validation import validation
from residua.fitting.networks.words import Words
from residua.networks.choose import Plan, plan
from residua.networks.crossed import Crossed, Trainer, train_ensemble
from residua.networks.evidence import Rows
from residua.networks.hybrid import Hybrid
from residua.networks.likelihood import BERNOULLI, GAUSSIAN, Likelihood
from residua.networks.mlp import MLP
from residua.networks.network import Architecture
from residua.networks.scaling import Scaling, identity, standard
from residua.networks.stepwise.trace import Trace


class _Posed(NamedTuple):
    """Everything that training needs, in standardized units."""

    architecture: Architecture
    scaling: Scaling
    rows: Rows
    held: Rows | None
    kept: np.ndarray | None
    likelihood: Likelihood
    plan: Plan


def fit_network(
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
) -> NetworkFit:
    """Fit a network; see `residua.fit` for the words."""
    if isinstance(architecture, Hybrid) and independent is None:
        independent = architecture.own_names(x)
    found = judged_units(table(x, y, data, sigma, independent, missing), architecture)
    posed = _pose(architecture, found, absolute_sigma, words)
    watch = Watch(_count(posed.plan), words.progress, words.callback)
    watch.limited = words.max_steps is not None
    trainer, course = _trainer(posed, words, watch)
    networks = tuple(
        one.network(posed.rows.Z.shape[1], posed.rows.Y.shape[1]) for one in posed.plan.candidates
    )
    try:
        crossed = train_ensemble(
            networks,
            posed.rows,
            posed.plan,
            posed.likelihood,
            words.seed,
            trainer,
            watch.stop,
            side_by_side=posed.plan.solver is None,
        )
    finally:
        watch.close()
    return _result(found, posed, crossed, absolute_sigma, watch, _trace(course), began)


def _pose(architecture: Architecture, found: Table, absolute: bool, words: Words) -> _Posed:
    likelihood = _likelihood(architecture, found)
    Y, weight = found.Y, found.weight
    scaling = _scaling(architecture, found, likelihood)
    if likelihood.name == "bernoulli" and isinstance(architecture, MLP):
        architecture = replace(architecture, output="logistic")  # what it cannot keep is refused
    architecture, scaling = architecture.prepared(found.columns, scaling)
    if isinstance(architecture, Hybrid):
        architecture = centered(architecture, found, words.seed)
    if absolute and weight is not None:
        sigma = found.observations.sigma
        assert sigma is not None
        weight = (scaling.y_scale / sigma.reshape(Y.shape)) ** 2
        likelihood = likelihood._replace(noisy=False)
    rows = Rows(scaling.to_z(found.X), scaling.to_Y(Y), weight)
    rows, held, kept = validation(rows, scaling, found, words)
    chosen = plan(architecture, (*rows.Z.shape, rows.Y.shape[1]), words.members, words.solver)
    if words.max_steps is not None:
        chosen = chosen._replace(steps=min(chosen.steps, words.max_steps))
    return _Posed(architecture, scaling, rows, held, kept, likelihood, chosen)


def _likelihood(architecture: Architecture, found: Table) -> Likelihood:
    """Logistic where the architecture says so, or every y is 0 or 1 and it says nothing."""
    output = getattr(architecture, "output", "linear")
    binary = bool(np.isin(found.Y, (0.0, 1.0)).all())
    if output == "logistic" and not binary:
        raise DataError(
            "a logistic output is the probability of 1, and y has other values than 0 and 1",
            next='rs.MLP([10])   # output="linear"',
        )
    chosen = output == "logistic" or (output == "auto" and binary and np.ptp(found.Y) > 0)
    return BERNOULLI if chosen else GAUSSIAN


def _scaling(architecture: Architecture, found: Table, likelihood: Likelihood) -> Scaling:
    inputs, outputs = found.X.shape[1], found.Y.shape[1]
    if not architecture.scaled:
        return identity(inputs, outputs)
    scaling = standard(found.X, found.Y, None)
    if likelihood.name == "bernoulli":
        return scaling._replace(y_mean=np.zeros(outputs), y_scale=np.ones(outputs))
    return scaling


def architecture_text(architecture: Architecture) -> str:
    """How an architecture is written."""
    text = repr(architecture)
    return text if len(text) < 200 else type(architecture).__name__


def _count(chosen: Plan) -> int:
    return max(chosen.folds, 1) * chosen.starts * len(chosen.candidates) + (chosen.folds > 0)


def _trainer(posed: _Posed, words: Words, watch: Watch) -> tuple[Trainer, Any]:
    solver = posed.plan.solver
    if solver is None:
        course = Steps(1)
        return by_evidence(posed.likelihood, posed.plan.steps, watch, course), course
    trainings: list[Any] = []
    trainer = step_by_step(solver, posed.likelihood, words.seed, posed.held, watch, trainings)
    return trainer, trainings


def _trace(course: Any) -> Trace | None:
    if isinstance(course, Steps):
        return course.trace() if course.seen else None
    return course[-1].trace if course else None


def _result(
    found: Table,
    posed: _Posed,
    crossed: Crossed,
    absolute: bool,
    watch: Watch,
    trace: Trace | None,
    began: float,
) -> NetworkFit:
    one, scaling, likelihood = crossed.one, posed.scaling, posed.likelihood
    network = crossed.ensemble.networks[one.candidate]
    if not np.isfinite(one.member.theta).all():
        raise ModelError("training ended at parameters that are not finite")
    observations = found.observations
    mean = None if likelihood.name == "gaussian" else likelihood.mean
    formula = Formula(
        network, scaling, len(observations.names), observations.block.y.ndim == 1, mean
    )
    theta = formula.parameters(one.member.theta)
    lin = posterior_triangle(network, one.member, posed.rows, likelihood, scaling, formula.folded)
    spreads = noise_of(crossed, posed.rows, likelihood, absolute and found.weight is not None)
    architecture = posed.plan.candidates[one.candidate]
    model = model_of(architecture_text(architecture), observations.names, formula)
    return NetworkFit(
        model=model,
        parameters=parameters_of(network, theta),
        theta=theta,
        observations=observations,
        lin=lin,
        verdict=verdict(found, scaling, crossed, lin, watch),
        absolute_sigma=absolute,
        engine="eager",
        engine_reason="backpropagation written out",
        steps=sum(member.member.steps for member in crossed.ensemble.members),
        evaluations=sum(member.member.steps + 1 for member in crossed.ensemble.members),
        seconds=perf_counter() - began,
        architecture=posed.architecture,
        scaling=scaling,
        table=found,
        ensemble=crossed.ensemble,
        one=one,
        plan=posed.plan,
        spreads=spreads,
        honest=None if crossed.honest is None else crossed.honest.value,
        training=trace,
        kept=posed.kept,
    )
