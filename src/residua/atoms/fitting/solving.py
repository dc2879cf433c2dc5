"""A posed fit of a potential, solved: by the solver of all fits, at levels that agree with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from residua._outcomes import Outcome
from residua.atoms.fitting.levels import SETTLED, Levels, given_levels, outvoted, settled, spread
from residua.atoms.fitting.result import PotentialFit
from residua.atoms.fitting.rows import PotentialRows
from residua.atoms.fitting.targets import Targets
from residua.atoms.fitting.words import by_free
from residua.atoms.pair import Pair
from residua.data.dataset import Block
from residua.data.observations import Observations
from residua.fitting.rescue import UNFINISHED, needed
from residua.fitting.result import Fit
from residua.fitting.solve import solve
from residua.fitting.task import Settings
from residua.problem.model import Model
from residua.problem.noise import Independent
from residua.problem.parameters import Parameters

# How many times the end of all rounds may turn out to be a worse minimum.
LOOKS = 3
# Ends of a round with which the next one goes on.
ON_THE_WAY = (*UNFINISHED, Outcome.VALLEY)


@dataclass(frozen=True)
class Posed:
    """What is to be fitted: rows, their parameters, what they are to meet, and how."""

    rows: PotentialRows
    parameters: Parameters
    targets: Targets
    settings: Settings


class RowsModel(Model):
    """Rows as a model. They run in double precision by themselves, so nobody looks into them."""

    @property
    def call(self) -> Callable[..., Any]:  # type: ignore[override]
        """The function as it is."""
        return self.function


def solved(posed: Posed, weights: Mapping[str, float] | None) -> PotentialFit:
    """The fit with given weights, or with levels that are estimated with it."""
    given = given_levels(posed.targets, weights)
    if given is None:
        found, levels = _estimated(posed)
    else:
        found, levels = _fit(posed, posed.parameters, given), given
    base = {field.name: getattr(found, field.name) for field in fields(Fit)}
    return PotentialFit(
        **base,
        rows=posed.rows,
        targets=posed.targets,
        levels=dict(levels),
        levels_estimated=given is None,
    )


def _estimated(posed: Posed) -> tuple[Fit, Levels]:
    """Every round begins where the last one ended; what is told is the whole way."""
    way = _Way(posed)
    values = posed.parameters.values(posed.parameters.vector())
    rows = posed.rows.linearized([float(value) for value in values])[0]
    levels = settled(posed.targets, way.at, way.free, rows - posed.targets.observed)
    for _ in range(LOOKS):
        if not way.found_elsewhere(levels):
            break
        levels = settled(posed.targets, way.at, way.free, way.rounds[-1].residuals)
    rounds = way.rounds
    return replace(
        rounds[-1],
        parameters=posed.parameters,
        steps=sum(one.steps for one in rounds),
        evaluations=sum(one.evaluations for one in rounds),
        notes=(*rounds[-1].notes, *outvoted(posed.targets, rounds[-1].residuals)),
    ), levels


class _Way:
    """The rounds of fits on the way to levels that agree with them.

    Levels change little from round to round, and the next fit is polished at others. So rescues,
    which cost more than all else, look for other minima in the first round, where a round turns
    bad for another reason than steps that the next one goes on with, and at the end, whose levels
    are those that count.
    """

    def __init__(self, posed: Posed) -> None:
        self.posed = posed
        self.rounds: list[Fit] = []
        self.rescued = False
        self.free = sum(leaf.size for leaf in posed.parameters.leaves if leaf.free)

    def at(self, levels: Levels) -> np.ndarray | None:
        """Residuals of the fit at these levels; None where somebody stopped it."""
        good = bool(self.rounds) and not needed(self.rounds[-1].verdict)
        found = self._next(levels, rescued=not self.rounds)
        if good and needed(found.verdict) and found.outcome not in ON_THE_WAY:
            found = self._next(levels, rescued=True)
        return None if found.outcome is Outcome.INTERRUPTED else found.residuals

    def found_elsewhere(self, levels: Levels) -> bool:
        """Whether a rescue of the last round, where it needs one, ends where levels are others."""
        last = self.rounds[-1]
        if self.rescued or not needed(last.verdict):
            return False
        found = self._next(levels, rescued=True)
        return float(found.lin.cost) < float(last.lin.cost) * (1 - SETTLED)

    def _next(self, levels: Levels, rescued: bool) -> Fit:
        begin = self.posed.parameters
        if self.rounds:
            last = self.rounds[-1].params
            begin = begin.started({leaf.name: last[leaf.name] for leaf in begin.leaves})
        self.rounds.append(_fit(self.posed, begin, levels, rescued))
        self.rescued = rescued
        return self.rounds[-1]


def _fit(posed: Posed, parameters: Parameters, levels: Levels, rescued: bool = True) -> Fit:
    sigma = spread(posed.targets, levels)
    block = Block((), posed.targets.observed, Independent(1.0 / sigma))
    observations = Observations((), block, sigma, "targets")
    how = _engine(posed.rows, parameters)
    model = _model(posed.rows)
    return solve(model, parameters, observations, posed.settings, how=how, rescued=rescued)


def _model(rows: PotentialRows) -> Model:
    template = rows.template
    text = template.model.text if isinstance(template, Pair) else type(template).__name__
    names = tuple(rows.labels)

    def value(*values: float) -> np.ndarray:
        return rows.linearized(values)[0]  # compiled anyway; a program for values alone is not

    return RowsModel("potential", text, value, (), names)


def _engine(rows: PotentialRows, parameters: Parameters) -> Callable[..., Any]:
    """Derivatives by the free vector from those by all parameters."""

    def jacobian(_: Any, theta: np.ndarray, *args: Any) -> tuple[np.ndarray, np.ndarray]:
        value, tangents = rows.linearized([float(v) for v in parameters.values(theta)])
        return value, by_free(parameters, theta, tangents)

    return jacobian
