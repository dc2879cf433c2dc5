"""From a posed problem to a Fit: start, engine, solver, verdict, rescues, in this order."""

from __future__ import annotations

import sys
from dataclasses import replace
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError, ParameterError
from residua._outcomes import Finding, Outcome
from residua._words import counted
from residua.algebra.linearization import unit_columns
from residua.autodiff.eager import quietly
from residua.data.observations import Observations
from residua.fitting import warm
from residua.fitting.check_model import (
    check_shape,
    plain_prediction,
    protected,
    singular_start,
)
from residua.fitting.composed_starts import composed_start, estimated_start
from residua.fitting.engines import Choice, choose, engines_for
from residua.fitting.rescue import Candidate, needed, rescue, said
from residua.fitting.residual_notes import Note
from residua.fitting.result import Fit
from residua.fitting.starts import find_start, provisional
from residua.fitting.task import MAX_STEPS, Settings, Task
from residua.fitting.verdict import Verdict, judge, spotless
from residua.objective import Engine, prediction
from residua.problem.model import Model
from residua.problem.parameters import Parameters
from residua.solvers import host
from residua.solvers.gauss_newton import Stretch, easy_stretch
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.polish import Polished, coordinates
from residua.solvers.solver import INTERRUPTED


class Attempt(NamedTuple):
    """A first attempt: where it ended, what it cost, and the program that made it, if any did."""

    candidate: Candidate
    steps: int
    costs: tuple[float, ...]
    program: Any = None


def solve(
    model: Model,
    parameters: Parameters,
    observations: Observations,
    settings: Settings,
    absolute_sigma: bool = False,
    began: float | None = None,
    how: Engine | None = None,
    rescued: bool = True,
) -> Fit:
    """Choose start and engine, run the solver, judge, rescue when needed.

    `began` is when the caller's clock started; this call's own where not given. `how` is an engine
    that belongs to the model, whose derivatives are then nobody else's business. `rescued`: whether
    a bad verdict is reason to try again; not where the fit is one of many on the way to another.
    """
    began = perf_counter() if began is None else began
    block = protected(observations.block)
    promoted = warm.worth_compiling(model) or _has_program(model, parameters, settings)
    order, reason = engines_for(settings.engine, model.function, promoted)
    task = Task(model, parameters, block, settings, order[0], how=how)
    _refuse_hopeless(task)
    task = started(task, order)
    value = plain_prediction(model, task.parameters, task.start, block)
    predict = prediction(model, task.parameters)
    if how is None:
        choice = choose(order, reason, predict, task.start, block.x, value)
    else:
        choice = Choice("compiled", "the model brings its own program")
    if choice.singular:
        raise singular_start(model, task.parameters, task.start, choice.singular)
    task = replace(task, engine=choice.name)
    if choice.tangents is not None:
        task.objective.prime(task.start, value, choice.tangents)
    with np.errstate(all="ignore"), quietly():
        attempt = _attempt(task)
        first = best = attempt.candidate
        if rescued and needed(first.verdict) and not limited(first.verdict, settings):
            best = rescue(first, task)
    if attempt.program is not None:
        _remember(task, attempt.program)
        warm.paid(model)
    return Fit(
        model=model,
        parameters=task.parameters,
        theta=best.end.params,
        observations=observations,
        lin=best.end.lin,
        verdict=best.verdict,
        absolute_sigma=absolute_sigma,
        engine=choice.name,
        engine_reason=choice.reason,
        steps=attempt.steps,
        evaluations=max(task.objective.evaluations, attempt.steps + 1),
        seconds=perf_counter() - began,
        costs=attempt.costs,
        notes=choice.notes + said(first, best) + troubles(task),
    )


def _has_program(model: Model, parameters: Parameters, settings: Settings) -> bool:
    """Whether this very model has been compiled before; asked only where JAX already runs."""
    compiled = sys.modules.get("residua.fitting.compiled")
    if compiled is None or settings.engine != "auto" or settings.callback is not None:
        return False
    return bool(compiled.has_program(model, parameters, settings.max_steps))


def limited(verdict: Verdict, settings: Settings) -> bool:
    """Whether the fit ended at a step limit of the caller's own choice, which binds rescues too."""
    return verdict.outcome is Outcome.STEP_LIMIT and settings.max_steps < MAX_STEPS


def troubles(task: Task) -> tuple[Note, ...]:
    """Say that the model raised on the way; where it did, the step was refused."""
    objective = task.objective
    if not objective.troubles:
        return ()
    text = f"the model raised {objective.trouble} at {objective.troubles} of the points tried"
    return ((Finding.MODEL, f"{text}; steps to such points were refused"),)


def started(task: Task, order: tuple[str, ...]) -> Task:
    """Fill missing starts: from the library model's own estimate, or from a search."""
    missing = [leaf for leaf in task.parameters.leaves if leaf.missing]
    if not missing:
        return task
    if task.model.recipe is not None:
        # A few steps of a few starts are no reason to compile.
        quick = tuple(sorted(order, key=lambda name: name != "eager"))
        found = composed_start(task, lambda trial: _followed(trial, quick))
    else:
        found = estimated_start(task, lambda trial: _followed(trial, order))
    return replace(task, parameters=found or find_start(_followed(task, order)))


def _followed(task: Task, order: tuple[str, ...]) -> Task:
    """The task with an engine that can follow its model, seen at a provisional start."""
    trial = provisional(task)
    model, parameters, block = trial.model, trial.parameters, trial.block
    value = check_shape(model, parameters, trial.start, block)
    if value is None:
        return task
    predict = prediction(model, parameters)
    return replace(task, engine=choose(order, "", predict, trial.start, block.x, value).name)


def _refuse_hopeless(task: Task) -> None:
    labels, size = task.parameters.labels, task.block.y.size
    if not labels:
        tied = " or tied" if task.parameters.ties else ""
        raise ParameterError(f"every parameter is fixed{tied}: there is nothing to fit")
    if size < len(labels):
        raise DataError(
            f"{counted(size, 'observation')} cannot determine {counted(len(labels), 'parameter')}",
            next=f"fixed={{'{labels[0]}': ...}}, or more data",
        )


def _attempt(task: Task) -> Attempt:
    """One run of the default solver: a single compiled call where that is possible."""
    # Without x there is nothing to pad: a residual function keeps its own number of rows.
    if task.engine == "compiled" and task.block.x and task.settings.callback is None:
        found = _in_one_call(task)
        if found is not None:
            return found
    easy, walk = _walk(task)
    try:
        verdict = judge(walk.end, int(walk.state.code), task)
    except KeyboardInterrupt:
        verdict = judge(walk.end, INTERRUPTED, task)
    steps = easy.steps + int(walk.state.steps) + walk.end.steps
    return Attempt(Candidate(walk.end, verdict), steps, easy.costs + walk.costs)


def _walk(task: Task) -> tuple[Stretch, host.Run]:
    """The easy stretch, where there is one and nobody watches, and the solver from its end."""
    solver, limits, callback = LevenbergMarquardt(np), task.limits, task.settings.callback
    easy = None
    if limits.lower is None and callback is None:
        try:
            easy = easy_stretch(task.objective, task.start, limits)
        except KeyboardInterrupt:
            best = task.objective.last(task.start)
            return Stretch(best, 0, ()), host.interrupted(task.objective, best, solver, limits)
    easy = easy or Stretch(task.start, 0, ())
    left = limits._replace(max_steps=limits.max_steps - easy.steps)
    return easy, host.solve(task.objective, easy.params, solver, left, callback)


def _in_one_call(task: Task) -> Attempt | None:
    from residua.fitting import compiled

    found = compiled.run(task.model, task.parameters, task.block, task.start, task.limits)
    if found is None:
        return None
    run, program = found
    if not np.isfinite(run.lin.R).all():  # the long way says where and why
        return None
    parts = coordinates(run.lin, run.params, unit_columns(np, run.lin.R), task.limits)
    end = Polished(run.params, run.lin, parts, run.curvatures)
    verdict = spotless(run.lin.R) if run.clean else judge(end, run.code, task)
    return Attempt(Candidate(end, verdict), run.steps, (), program)


def _remember(task: Task, program: Any) -> None:
    """Keep a proven program where the next plain call of `fit` will look for it."""
    model, leaves = task.model, task.parameters.leaves
    simple = len(model.independent) == 1 and all(leaf.free and not leaf.shape for leaf in leaves)
    if not simple or task.parameters.bounds() is not None:
        return
    defaults = [model.defaults.get(name) for name in model.parameters]
    known = [float(value) for value in defaults if isinstance(value, float)]
    start = tuple(known) if len(known) == len(defaults) else None
    warm.remember(model.function, warm.Known(model, task.parameters, start, program.quick()))
