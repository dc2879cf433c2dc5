"""Rescues of a fit of several datasets, in the order of their price."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from residua.fitting.joint.starts import each_alone
from residua.fitting.joint.task import JointTask
from residua.fitting.rescue import Candidate, attempts
from residua.fitting.task import Task
from residua.solvers.host import run

# Up to so many fitted numbers, the rescues of a single fit are worth their price.
SMALL = 40


def joint_attempts(first: Candidate, task: Task) -> Iterator[tuple[str, np.ndarray]]:
    """Where to start again: every dataset by itself; then what a single fit would try."""
    assert isinstance(task, JointTask)
    if len(task.parts) > 1:
        for theta in (task.start, first.end.params):
            yield "fitting each dataset by itself first", each_alone(task, theta)
    if len(task.start) <= SMALL:
        yield from attempts(first, task)
    elif not first.verdict.outcome.ok:
        state = run(task.objective, task.start, task.accelerated, task.limits)
        yield "geodesic acceleration", state.params
