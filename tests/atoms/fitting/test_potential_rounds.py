"""In which rounds of a fit with estimated levels other minima are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from made_structures import computed, places

from residua._outcomes import Finding, Outcome
from residua.atoms import Pair
from residua.atoms.fitting import solving
from residua.atoms.fitting.targets import targets
from residua.fitting.verdict import Verdict

TRUTH = Pair("lennard_jones", epsilon=0.0121, sigma=3.35, rc=8.5)
OK, VALLEY, BAD = Outcome.CONVERGED, Outcome.VALLEY, Outcome.NOT_A_MINIMUM


@dataclass
class Round:
    """What the rounds look at of a fit that ended so, with residuals of this size."""

    outcome: Outcome
    cost: float
    size: float
    residuals: Any = None
    parameters: Any = None
    steps: int = 1
    evaluations: int = 2
    notes: tuple[Any, ...] = ()

    @property
    def params(self):
        return {"a": self.cost}

    @property
    def lin(self):
        return SimpleNamespace(cost=self.cost)

    @property
    def verdict(self):
        said = ((Finding.NOT_DETERMINED, "a and b are not determined"),)
        findings = () if self.outcome.ok else said
        return Verdict(self.outcome, findings, 0.0, np.eye(1), np.zeros(1, bool))


class Parameters:
    """One free parameter, which remembers where each round began."""

    leaves = (SimpleNamespace(name="a", size=1, free=True),)

    def __init__(self):
        self.begins = []

    def vector(self):
        return np.ones(1)

    def values(self, theta):
        return theta

    def started(self, start):
        self.begins.append(start["a"])
        return self


@pytest.fixture
def run(monkeypatch):
    """From a plan, (rescued, outcome, cost, size of residuals) a round, to where each began."""
    wanted = targets(computed(TRUTH, places(20)), True, True, False)
    shape = np.linspace(-1.0, 1.0, len(wanted.observed))

    def follow(plan):
        left, parameters = list(plan), Parameters()

        def fit(posed, begin, levels, rescued):
            expected, outcome, cost, size = left.pop(0)
            assert rescued is expected, f"{len(plan) - len(left)} of {len(plan)}"
            return Round(outcome, cost, size, size * shape)

        monkeypatch.setattr(solving, "_fit", fit)
        rows = SimpleNamespace(linearized=lambda values: (wanted.observed + shape, None))
        posed = SimpleNamespace(targets=wanted, parameters=parameters, rows=rows)
        found, _ = solving._estimated(posed)
        assert not left
        assert found.steps == len(plan)
        return parameters.begins, found

    return follow


def test_a_fit_that_converges_looks_around_in_its_first_round_only(run):
    begins, found = run([(True, OK, 9.0, 0.5), (False, OK, 8.0, 0.1), (False, OK, 8.0, 0.1)])
    assert begins == [9.0, 8.0] and found.cost == 8.0


def test_a_valley_is_looked_around_at_its_end_again(run):
    plan = [(True, VALLEY, 9.0, 0.1), (False, VALLEY, 8.0, 0.1), (True, VALLEY, 7.9999, 0.1)]
    begins, found = run(plan)
    assert begins == [9.0, 8.0] and found.cost == 7.9999


def test_another_minimum_found_at_the_end_has_levels_of_its_own(run):
    """The rounds go on from it, and its own end is looked around too, if it needs that."""
    plan = [
        (True, VALLEY, 9.0, 0.1),
        (False, VALLEY, 8.0, 0.1),
        (True, VALLEY, 4.0, 0.01),  # elsewhere
        (False, VALLEY, 5.0, 0.01),
        (False, VALLEY, 5.0, 0.01),
        (True, OK, 5.0, 0.01),
    ]
    begins, found = run(plan)
    assert begins == [9.0, 8.0, 4.0, 5.0, 5.0] and found.outcome is OK


def test_looking_around_ends(run):
    """Also where every look finds something lower."""
    plan = [(True, VALLEY, 1.0, 0.1), (False, VALLEY, 1.0, 0.1)]
    for k in range(solving.LOOKS):
        cost = 0.5 ** (k + 1)
        plan += [(True, VALLEY, cost, 0.1), *[(False, VALLEY, cost, 0.1)] * 2]
    run(plan)


def test_a_round_that_turns_bad_is_rescued_at_once(run):
    plan = [
        (True, OK, 9.0, 0.5),
        (False, BAD, 8.0, 0.3),
        (True, OK, 7.0, 0.1),
        (False, OK, 7.0, 0.1),
    ]
    begins, found = run(plan)
    assert begins == [9.0, 8.0, 7.0] and found.outcome is OK


def test_unfinished_rounds_go_on_in_the_next(run):
    plan = [
        (True, OK, 9.0, 0.5),
        (False, Outcome.STALLED, 8.0, 0.1),
        (False, OK, 8.0, 0.1),
    ]
    run(plan)
