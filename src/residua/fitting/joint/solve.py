"""From posed datasets to a JointFit: start, engine, solver, verdict, rescues, noise levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from time import perf_counter
from typing import NamedTuple

import numpy as np

from residua._errors import DataError, ParameterError
from residua._outcomes import Outcome
from residua._words import counted
from residua.algebra.covariance import Uncertainty
from residua.autodiff.eager import quietly
from residua.fitting.engines import Choice, engines_for
from residua.fitting.joint.engine import checked, followed
from residua.fitting.joint.levels import (
    Levels,
    Shares,
    at_levels,
    first_levels,
    interval_dof,
    level_notes,
    settled,
    shares_of,
)
from residua.fitting.joint.noise_notes import Scatter, noise_notes
from residua.fitting.joint.notes import named_or_counted
from residua.fitting.joint.padding import agree
from residua.fitting.joint.parameters import Layout
from residua.fitting.joint.part import PartVerdict
from residua.fitting.joint.rescue import joint_attempts
from residua.fitting.joint.result import JointFit
from residua.fitting.joint.starts import joint_start
from residua.fitting.joint.task import JointTask, Part, pooled_block
from residua.fitting.rescue import Candidate, needed, rescue, said
from residua.fitting.residual_notes import Note
from residua.fitting.solve import limited, troubles
from residua.fitting.task import Settings
from residua.fitting.verdict import Verdict, judge
from residua.problem.model import Model
from residua.solvers.solver import INTERRUPTED


class Walk(NamedTuple):
    """A finished attempt, its steps and costs."""

    candidate: Candidate
    steps: int
    costs: tuple[float, ...]


class End(NamedTuple):
    """Where everything ended: the task at its noise levels, and what was found on the way."""

    task: JointTask
    levels: Levels
    walk: Walk
    notes: tuple[Note, ...]


def solve_jointly(
    model: Model,
    layout: Layout,
    parts: Sequence[Part],
    settings: Settings,
    began: float | None = None,
) -> JointFit:
    """Choose starts and engine, run the solver, judge, rescue when needed, settle noise levels."""
    began = perf_counter() if began is None else began
    levels = first_levels(parts)
    order, reason = engines_for(settings.engine, model.function, False)
    task = JointTask(model, layout, pooled_block(parts), settings, order[0], parts=tuple(parts))
    task = at_levels(task, levels)
    _refuse_hopeless(task)
    with np.errstate(all="ignore"), quietly():
        if layout.open.any():
            task = joint_start(followed(task, order), order)
    task, choice = checked(task, order, reason)
    with np.errstate(all="ignore"), quietly():
        end = _ended(task, levels)
        best = end.walk.candidate
        ok = best.verdict.outcome.ok
        shares = shares_of(end.task, best.end.params, best.end.lin) if ok else None
    fit = _fit(end, choice, shares)
    return replace(fit, seconds=perf_counter() - began)


def _ended(task: JointTask, levels: Levels) -> End:
    """The best that the solver and its rescues find, at levels that the residuals agree with."""
    settings = task.settings
    walk = _walk(task, task.start)
    first = best = walk.candidate
    if needed(first.verdict) and not limited(first.verdict, settings):
        best = rescue(first, task, joint_attempts)
    notes = said(first, best)
    if task.padded and not agree(task.objective, best.end.params):
        task = replace(task, pad=False)
        best = _walk(task, task.start).candidate
    walk = walk._replace(candidate=best)
    if not levels.estimated or best.verdict.outcome is Outcome.INTERRUPTED:
        return End(task, levels, walk, notes)
    try:
        task, levels, theta = settled(task, levels, best.end.params)
        last = _walk(task, theta)
        return End(task, levels, last._replace(steps=walk.steps + last.steps), notes)
    except KeyboardInterrupt:  # what was found stays, with the levels it was found at
        stopped = replace(best.verdict, outcome=Outcome.INTERRUPTED)
        return End(task, levels, walk._replace(candidate=replace(best, verdict=stopped)), notes)


def _fit(end: End, choice: Choice, shares: Shares | None) -> JointFit:
    task, levels, (best, steps, costs) = end.task, end.levels, end.walk
    parts, plain = task.parts, _plain_dof(end.task, best)
    findings = [] if shares is None else _noise_notes(task, levels, shares)
    return JointFit(
        model=task.model,
        parameters=task.parameters,
        theta=best.end.params,
        observations=parts[0].observations._replace(block=task.block, notes=()),
        lin=best.end.lin,
        verdict=_in_words(best.verdict, None if shares is None else shares.known),
        absolute_sigma=all(part.absolute for part in parts),
        engine=choice.name,
        engine_reason=choice.reason,
        steps=steps,
        evaluations=max(task.objective.evaluations, steps + 1),
        costs=costs,
        notes=(
            *choice.notes,
            *end.notes,
            *troubles(task),
            *level_notes(parts, levels, shares),
            *findings,
            *_row_notes(parts),
        ),
        datasets=parts,
        levels=levels,
        dof_left=_dof_left(task, shares),
        dof_intervals=plain if shares is None else interval_dof(levels, shares, plain),
    )


def _dof_left(task: JointTask, shares: Shares | None) -> tuple[float, ...]:
    if shares is None:
        return tuple(np.nan for _ in task.parts)
    return tuple(shares.dofs)


def _plain_dof(task: JointTask, best: Candidate) -> int:
    n = sum(part.block.y.size for part in task.parts)
    return n - len(best.end.params) + int(best.verdict.held.sum())


def _refuse_hopeless(task: JointTask) -> None:
    layout: Layout = task.parameters
    labels, n = layout.labels, sum(part.block.y.size for part in task.parts)
    if not labels:
        raise ParameterError("every parameter is fixed or tied: there is nothing to fit")
    if n < len(labels):
        raise DataError(
            f"{counted(n, 'observation')} cannot determine {counted(len(labels), 'parameter')}",
            causes=[f"{', '.join(sorted(layout.local))} are counted once for each dataset"]
            if layout.local
            else [],
            next="shared=[...] with more names in it, or more data",
        )


def _walk(task: JointTask, theta: np.ndarray) -> Walk:
    """One run of the default solver and the verdict on it."""
    run = task.walk(theta, task.limits, task.settings.callback)
    try:
        verdict = judge(run.end, int(run.state.code), task)
    except KeyboardInterrupt:
        verdict = judge(run.end, INTERRUPTED, task)
    steps = int(run.state.steps) + run.end.steps
    return Walk(Candidate(run.end, verdict), steps, run.costs)


def _in_words(verdict: Verdict, known: Uncertainty | None) -> Verdict:
    """Findings with local parameters as they would be typed, and no more than can be read."""
    by_kind: dict[object, list[Note]] = {}
    for kind, text in verdict.findings:
        typed = re.sub(r"fixed=\{'(\w+)\[(.+?)\]': \.\.\.\}", r"fixed={'\1': {'\2': ...}}", text)
        by_kind.setdefault(kind, []).append((kind, typed))
    findings = tuple(note for notes in by_kind.values() for note in named_or_counted(notes))
    if known is None:
        return replace(verdict, findings=findings)
    given = {field.name: getattr(verdict, field.name) for field in fields(Verdict)}
    return PartVerdict(**(given | {"findings": findings}), known=known)


def _noise_notes(task: JointTask, levels: Levels, shares: Shares) -> list[Note]:
    notes = []
    for group in levels.groups:
        scatters = [
            Scatter(task.parts[k].name, shares.chi_squares[k], shares.dofs[k])
            for k in group.members
        ]
        notes += noise_notes(scatters, group.absolute, group.given)
    return notes


def _row_notes(parts: Sequence[Part]) -> list[Note]:
    """What reading the datasets found, with the name of the dataset."""
    return [
        (kind, f"{text} (dataset {part.name!r})")
        for part in parts
        for kind, text in part.observations.notes
    ]
