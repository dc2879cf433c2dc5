"""The verdict: is this a true minimum, are the parameters determined, does the fit say anything.

Every check is a number with a threshold and a sentence; the outcome is the first that applies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from residua._outcomes import Finding, Outcome
from residua.algebra.covariance import DETERMINED, Uncertainty, uncertainty
from residua.fitting.residual_notes import CONSTANT, Note
from residua.fitting.task import Task
from residua.fitting.valley import describe_valley
from residua.problem.parameters import Parameters
from residua.solvers.polish import Polished
from residua.solvers.projection import linear_parameters
from residua.solvers.solver import INTERRUPTED, STEP_LIMIT, Limits

# The offset compares the part of the residual that the parameters could still remove with the rest:
# below a thousandth the remaining error is a thousandth of a standard error (Bates and Watts 1981);
# a minimum polished in float64 is many orders below.
STATIONARY = 1e-6


@dataclass(frozen=True)
class Verdict:
    """How a fit ended and what is to be said about it.

    outcome: one of the enumeration. findings: (Finding, sentence) pairs. offset: relative offset.
    R, held: the triangle at the end and which parameters sit at a bound. linear: whether the model
    is linear in its parameters there, so that no other minimum can exist.
    """

    outcome: Outcome
    findings: tuple[Note, ...]
    offset: float
    R: np.ndarray
    held: np.ndarray
    linear: bool = False

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """What the triangle determines, and how well."""
        return uncertainty(self.R, self.held)

    def has(self, finding: Finding) -> bool:
        """Whether this was found."""
        return any(kind is finding for kind, _ in self.findings)


def judge(end: Polished, code: int, task: Task) -> Verdict:
    """Judge where a fit ended."""
    limits, p = task.limits, len(end.params)
    held = held_at_bound(end.params, limits)
    offset = relative_offset(end, limits)
    if code == INTERRUPTED:  # without asking the model again: it may be what takes so long
        return Verdict(Outcome.INTERRUPTED, (), offset, end.lin.R, held)
    linear = bool(np.abs(end.curvatures - 1).max(initial=0.0) < 1e-8)
    rows = task.objective.rows_at(end.params)
    findings = _bound_notes(end.params, held, task.parameters, limits)
    verdict = Verdict(Outcome.CONVERGED, (), offset, end.lin.R, held, linear)
    known = None if _well_determined(end, held) else verdict.uncertainty
    if known is not None and known.null.size:
        findings += describe_valley(task.objective, end.params, known, task.parameters.labels)
    if rows.size <= p:
        findings.append(
            (
                Finding.NO_DEGREES_OF_FREEDOM,
                f"{rows.size} observations for {p} parameters leave no degree of freedom: the "
                "error bars cannot be estimated",
            )
        )
    findings += task.notes(rows)
    worse = any(kind is Finding.NO_BETTER_THAN_CONSTANT for kind, _ in findings)
    # Without residuals, or a direction to move in, every model looks linear: ask its columns.
    if CONSTANT in findings or (worse and held.any()):
        linear = bool(linear_parameters(task.objective, end.params, task.settings.seed).all())
    loose = known is not None and known.null.size > 0
    outcome = _outcome(end, code, task.start, offset, linear, loose, held, findings)
    return replace(verdict, outcome=outcome, findings=tuple(findings), linear=linear)


def _well_determined(end: Polished, held: np.ndarray) -> bool:
    """Whether the singular values at hand already show that every direction is determined."""
    values = end.parts.values
    return not held.any() and bool(values[-1] > 1e3 * DETERMINED * values[0])


def spotless(R: np.ndarray) -> Verdict:
    """The verdict on a fit against which nothing is to be said (see compiled.py)."""
    return Verdict(Outcome.CONVERGED, (), 0.0, R, np.zeros(len(R), dtype=bool))


def held_at_bound(params: np.ndarray, limits: Limits) -> np.ndarray:
    """Parameters that sit at a bound; their error bar is not defined by these data."""
    if limits.lower is None:
        return np.zeros(len(params), dtype=bool)
    return np.asarray((params <= limits.lower) | (params >= limits.upper))


def relative_offset(end: Polished, limits: Limits) -> float:
    """‖Qᵀr‖ / ‖r‖ over the parameters that may move; zero where only rounding is left."""
    size = math.sqrt(2 * end.lin.cost)
    left = math.sqrt(end.parts.target @ end.parts.target)
    floor = limits.floor_at(np, end.lin, end.params)
    return 0.0 if left <= 4 * floor else left / size


def _definite(curvatures: np.ndarray) -> bool:
    """All curvatures positive; unknown second derivatives do not convict."""
    return not bool((curvatures < 1e-8).any())


def _outcome(
    end: Polished,
    code: int,
    start: np.ndarray,
    offset: float,
    linear: bool,
    loose: bool,
    held: np.ndarray,
    findings: list[Note],
) -> Outcome:
    kinds = {kind for kind, _ in findings}
    if not np.isfinite(end.lin.cost):
        return Outcome.NOT_FINITE
    if not end.lin.R.any() and len(end.params):
        return Outcome.START_UNCHANGED
    if offset > STATIONARY:
        if (end.params == start).all() and code != STEP_LIMIT:
            return Outcome.START_UNCHANGED
        if loose:
            return Outcome.VALLEY
        return Outcome.STEP_LIMIT if code == STEP_LIMIT else Outcome.STALLED
    if loose:
        return Outcome.VALLEY
    if not _definite(end.curvatures):
        return Outcome.NOT_A_MINIMUM
    if Finding.NO_BETTER_THAN_CONSTANT in kinds and not linear:
        return Outcome.NO_BETTER_THAN_CONSTANT
    return Outcome.AT_BOUND if held.any() else Outcome.CONVERGED


def _bound_notes(
    params: np.ndarray, held: np.ndarray, parameters: Parameters, limits: Limits
) -> list[Note]:
    notes = []
    for i in np.flatnonzero(held):
        side = "lower" if params[i] <= limits.lower[i] else "upper"  # type: ignore[index]
        name = parameters.labels[i]
        notes.append(
            (
                Finding.AT_BOUND,
                f"{name} is at its {side} bound {params[i]:g}: it has no error bar, and the error "
                "bars of the others hold only if it belongs there",
            )
        )
    return notes
