"""The easy stretch is the solver's own path, and is given up where it is not easy."""

from __future__ import annotations

import numpy as np
import pytest

from posing import posed
from problems import problems
from residua.solvers import host
from residua.solvers.gauss_newton import easy_stretch
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.solver import PHASES, Limits

NAMES = sorted(name for name in problems() if name != "Nelson")


@pytest.mark.parametrize("name", NAMES)
def test_it_ends_where_the_solver_would_or_is_given_up(name):
    """Where the stretch is easy the solver itself goes to the same minimum, to eight digits."""
    *_, parameters, _, objective, floor = posed(name)
    theta, limits = parameters.vector(), Limits(None, None, floor)
    with np.errstate(all="ignore"):
        stretch = easy_stretch(objective, theta, limits)
        if stretch is None:
            return
        short = host.solve(objective, stretch.params, LevenbergMarquardt(np), limits)
        whole = host.solve(objective, theta, LevenbergMarquardt(np), limits)
    np.testing.assert_allclose(short.end.params, whole.end.params, rtol=1e-8)
    assert (np.diff(stretch.costs) <= 0).all()
    assert 1 <= stretch.steps <= 12


def test_some_certified_problems_are_easy_and_some_are_not():
    easy = []
    for name in NAMES:
        *_, parameters, _, objective, floor = posed(name)
        with np.errstate(all="ignore"):
            stretch = easy_stretch(objective, parameters.vector(), Limits(None, None, floor))
        easy.append(stretch is not None)
    assert any(easy) and not all(easy)


def test_the_end_is_a_handover_point():
    *_, parameters, _, objective, floor = posed("DanWood")
    limits = Limits(None, None, floor)
    stretch = easy_stretch(objective, parameters.vector(), limits)
    assert stretch is not None
    state = LevenbergMarquardt(np).init(stretch.params, objective.linearize(stretch.params), limits)
    offset = np.linalg.norm(state.parts.target) / np.sqrt(2 * state.lin.cost)
    assert offset <= PHASES[0]


def test_a_step_limit_binds_it_too():
    *_, parameters, _, objective, floor = posed("DanWood")
    limits = Limits(None, None, floor, max_steps=1)
    assert easy_stretch(objective, parameters.vector(), limits) is None
