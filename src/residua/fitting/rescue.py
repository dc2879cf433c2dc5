"""Rescues: what is tried when the verdict is bad, in the order of their price.

geodesic acceleration from the same start (narrow curved valleys), variable projection (linear
parameters solved for), multi-start at the scales of the data (other minima). A rescue is kept only
when it ends at a lower cost, or at as low a cost with a better verdict; what was found is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from residua._outcomes import Finding, Outcome
from residua.fitting.residual_notes import Note
from residua.fitting.starts import affordable, best_of, draw
from residua.fitting.task import Task
from residua.fitting.verdict import Verdict, judge
from residua.objective import Objective
from residua.solvers.host import run
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.polish import Polished
from residua.solvers.projection import Projected, linear_parameters
from residua.solvers.solver import INTERRUPTED, Limits

MULTISTART = 60
LOOK_AROUND = 24
SAME_COST = 1e-6
# Ends that more steps may still turn into a minimum.
UNFINISHED = (Outcome.STALLED, Outcome.STEP_LIMIT)


@dataclass(frozen=True)
class Candidate:
    """A finished attempt: where it ended and its verdict; `how` names the rescue."""

    end: Polished
    verdict: Verdict
    how: str = ""

    @property
    def cost(self) -> float:
        """Half the sum of squares."""
        return float(self.end.lin.cost)


# From a finished attempt to (name of the rescue, where it ended).
Ways = Callable[[Candidate, Task], Iterator[tuple[str, np.ndarray]]]


def needed(verdict: Verdict) -> bool:
    """Whether a rescue may help: not when the model itself cannot be determined, or is linear."""
    if verdict.linear or verdict.outcome is Outcome.INTERRUPTED:
        return False
    explained = verdict.has(Finding.NO_INFLUENCE) or (
        verdict.outcome is Outcome.VALLEY
        and all("only" in text for kind, text in verdict.findings if kind is Finding.NOT_DETERMINED)
    )
    return (not verdict.outcome.ok and not explained) or verdict.has(Finding.STRUCTURED_RESIDUALS)


def rescue(first: Candidate, task: Task, ways: Ways | None = None) -> Candidate:
    """The best of the first attempt and the rescues; an interrupt keeps what was found so far.

    `ways` are the rescues to try, those of this module by default.
    """
    best = first
    try:
        for how, theta in (ways or attempts)(first, task):
            best = _best(best, _candidate(how, theta, task, task.limits))
            if best.verdict.outcome.ok and not best.verdict.has(Finding.STRUCTURED_RESIDUALS):
                return best
        if best.verdict.outcome in UNFINISHED:
            limits = task.limits._replace(patience=0)
            best = _best(best, _candidate("patience", best.end.params, task, limits))
    except KeyboardInterrupt:
        best = replace(best, verdict=replace(best.verdict, outcome=Outcome.INTERRUPTED))
    return best


def _candidate(how: str, theta: np.ndarray, task: Task, limits: Limits) -> Candidate | None:
    if not np.isfinite(task.objective.linearize(theta).cost):
        return None
    walk = task.walk(theta, limits)
    if walk.state.code == INTERRUPTED:
        raise KeyboardInterrupt
    return Candidate(walk.end, judge(walk.end, int(walk.state.code), task), how)


def said(first: Candidate, best: Candidate) -> tuple[Note, ...]:
    """What the report should say when a rescue found a better minimum than an accepted one."""
    if best is first or not first.verdict.outcome.ok or best.cost >= first.cost * (1 - SAME_COST):
        return ()
    times = first.cost / best.cost if best.cost > 0 else np.inf
    return (
        (
            Finding.OTHER_MINIMUM,
            f"from this start the solver first met another minimum, with {times:.3g} times the sum "
            f"of squares; {best.how} found the one reported",
        ),
    )


def _best(old: Candidate, new: Candidate | None) -> Candidate:
    """The lower one; between equals, the one with the better verdict."""
    if new is None or not np.isfinite(new.cost):
        return old
    lower = new.cost < old.cost * (1 - SAME_COST)
    as_low = new.cost <= old.cost * (1 + SAME_COST)
    better = as_low and new.verdict.outcome.ok and not old.verdict.outcome.ok
    return new if lower or better else old


def attempts(first: Candidate, task: Task) -> Iterator[tuple[str, np.ndarray]]:
    """Where to start again: the end points of the rescues, cheap ones first."""
    start, limits, objective = task.start, task.limits, task.objective
    failed = not first.verdict.outcome.ok
    if failed:
        solver = LevenbergMarquardt(np, accelerated=True)
        yield "geodesic acceleration", run(objective, start, solver, limits).params
    linear = np.zeros(len(start), dtype=bool)
    if limits.lower is None:
        linear = linear_parameters(objective, first.end.params, task.settings.seed)
    if failed and linear.any() and not linear.all():
        yield "variable projection", _projected(objective, linear, start, limits)
    improved = 12 if failed else 3
    candidates = _elsewhere(first, task, MULTISTART if failed else LOOK_AROUND)
    for _, theta in best_of(objective, candidates, limits, linear, improved)[:2]:
        yield "multi-start", theta


def _elsewhere(first: Candidate, task: Task, wanted: int) -> list[np.ndarray]:
    """Other starts: around the given one and the point reached, and at the scales of the data."""
    count = affordable(task.block, len(task.start), wanted)
    seed, limits = task.settings.seed, task.limits
    near = _near(task.start, first.end.params, count // 2, seed)
    far = draw(task.parameters, task.block, count - count // 2, seed)
    if limits.lower is None:
        return [*near, *far]
    return [np.clip(theta, limits.lower, limits.upper) for theta in (*near, *far)]


def _projected(
    objective: Objective, linear: np.ndarray, start: np.ndarray, limits: Limits
) -> np.ndarray:
    projected = Projected(objective, linear, start)
    alpha = start[~linear]
    if not np.isfinite(projected.linearize(alpha).cost):
        return start
    state = run(projected, alpha, LevenbergMarquardt(np), limits)
    return projected.full(state.params)


def _near(start: np.ndarray, end: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Starts scattered around the given start and the point reached, in sign and magnitude."""
    rng = np.random.default_rng(seed + 1)
    base = np.where(rng.random((count, 1)) < 0.5, start, end)
    spread = np.exp(0.7 * rng.standard_normal((count, len(start))))
    flips = np.where(rng.random((count, len(start))) < 0.1, -1.0, 1.0)
    return np.asarray(base * spread * flips + (base == 0) * rng.standard_normal(base.shape))
