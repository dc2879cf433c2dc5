"""Starts for several datasets: from each by itself, and from all of them taken as one.

What the library model estimates from a dataset, or a search finds, is a start of its local
parameters; of a shared one the median over the datasets is taken, which one bad dataset cannot
spoil. Where there is no estimate, a search over all datasets as one competes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from residua._errors import ModelError, ParameterError
from residua.fitting.joint.parameters import Layout
from residua.fitting.joint.task import JointTask
from residua.fitting.solve import started
from residua.fitting.starts import IMPROVING_STEPS, find_start
from residua.problem.parameters import Parameters
from residua.solvers.host import run
from residua.solvers.levenberg_marquardt import LevenbergMarquardt

# Datasets that are searched by themselves; the others begin where the first of these ends.
SEARCHED = 2
# Datasets of each kind that are searched as one.
POOLED = 4
# Up to so many fitted numbers, candidates are improved before they are compared.
SMALL = 60


def joint_start(task: JointTask, order: tuple[str, ...]) -> JointTask:
    """The task with every missing start filled in; given starts stay as they are.

    Raises ParameterError when no dataset, and not all of them together, lead to a start.
    """
    layout: Layout = task.parameters
    if not layout.open.any():
        return task
    vectors = [_completed(layout, vector) for vector in _candidates(task, order)]
    best = _cheapest(task, vectors)
    if best is None:
        names = ", ".join(f"'{leaf.name}': ..." for leaf in layout.leaves if leaf.missing)
        raise ParameterError(
            "no start could be found, neither from one dataset nor from all of them together",
            causes=["a logarithm, root or power of a negative number in the model"],
            next=f"start={{{names}}}",
        )
    return replace(task, parameters=layout.started_at(best))


def _completed(layout: Layout, vector: np.ndarray) -> np.ndarray:
    """Given starts in their places, something for what is still unknown, all within bounds."""
    given = layout.vector()
    vector = np.where(layout.open, vector, given)
    vector = np.where(np.isfinite(vector), vector, 1.0)
    bounds = layout.bounds()
    return vector if bounds is None else np.clip(vector, *bounds)


def _candidates(task: JointTask, order: tuple[str, ...]) -> Iterator[np.ndarray]:
    """Complete free vectors, NaN where nothing is known."""
    layout: Layout = task.parameters
    guessed = _estimates(task, order)
    if any(guess is not None for guess in guessed):
        yield layout.together(guessed)
        return
    largest = _largest(task)
    searches = [partial(find_start, task.pooled(_a_few(task, largest)))]
    searches += [partial(_started_alone, task, k, order) for k in largest[:SEARCHED]]
    for search in searches[: 1 if len(task.parts) == 1 else None]:
        found = _quietly(search)
        if found is not None:
            yield from _from_values(task, found.named(found.vector()))


def _started_alone(task: JointTask, k: int, order: tuple[str, ...]) -> Parameters:
    return started(task.only(k), order).parameters


def _a_few(task: JointTask, largest: Sequence[int]) -> list[int]:
    """Datasets to be searched as one: a few of each kind."""
    counts: dict[object, int] = {}
    chosen = []
    for k in largest:
        kind = task.parts[k].kind
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= POOLED:
            chosen.append(k)
    return chosen


def _estimates(task: JointTask, order: tuple[str, ...]) -> list[np.ndarray | None]:
    """What library models themselves guess from each dataset."""
    found: list[np.ndarray | None] = []
    for k, part in enumerate(task.parts):
        known = part.model.estimate is not None and part.model.recipe is None
        guess = _quietly(partial(_started_alone, task, k, order)) if known else None
        found.append(None if guess is None else guess.vector())
    return found


def _largest(task: JointTask) -> list[int]:
    """Datasets of the model itself first, those with most observations first."""
    parts = task.parts
    return sorted(
        range(len(parts)),
        key=lambda k: (parts[k].model is not task.model, -parts[k].block.y.size),
    )


def _from_values(task: JointTask, values: Mapping[str, Any]) -> Iterator[np.ndarray]:
    """From values by name: taken for all datasets, and improved for each of them by itself."""
    layout: Layout = task.parameters
    same = [_taken_over(one, values) for one in layout.each]
    yield layout.together(same)
    if layout.local:
        yield layout.together([_alone(task, j, vector) for j, vector in enumerate(same)])


def _taken_over(one: Parameters, values: Mapping[str, Any]) -> np.ndarray | None:
    """The free vector of one dataset at values of another's parameters; None if it has more."""
    known = {leaf.name: values[leaf.name] for leaf in one.free if leaf.name in values}
    return one.started(known).vector() if len(known) == len(one.free) else None


def _alone(task: JointTask, k: int, vector: np.ndarray | None) -> np.ndarray | None:
    """The parameters of dataset k after some steps on its own rows only."""
    if vector is None:
        return None
    one = task.only(k)
    limits = one.limits._replace(max_steps=IMPROVING_STEPS)
    with np.errstate(all="ignore"):
        if not np.isfinite(one.objective.linearize(vector).cost):
            return None
        return np.asarray(run(one.objective, vector, LevenbergMarquardt(np), limits).params)


def each_alone(task: JointTask, theta: np.ndarray) -> np.ndarray:
    """Every dataset fitted by itself from theta, then put together."""
    layout: Layout = task.parameters
    found = layout.together([_alone(task, k, theta[own]) for k, own in enumerate(layout.places)])
    found = np.where(np.isfinite(found), found, theta)
    bounds = layout.bounds()
    return found if bounds is None else np.clip(found, *bounds)


def _cheapest(task: JointTask, vectors: Sequence[np.ndarray]) -> np.ndarray | None:
    """The vector of lowest cost, after some steps where these are cheap."""
    if len(vectors) == 1:
        return vectors[0]
    best: tuple[float, np.ndarray] | None = None
    limits = task.limits._replace(max_steps=IMPROVING_STEPS)
    for vector in vectors:
        with np.errstate(all="ignore"):
            cost = float(task.objective.linearize(vector).cost)
            if np.isfinite(cost) and len(vector) <= SMALL:
                state = run(task.objective, vector, LevenbergMarquardt(np), limits)
                cost, vector = float(state.lin.cost), state.params
        if np.isfinite(cost) and (best is None or cost < best[0] * (1 - 1e-6)):
            best = cost, vector
    return None if best is None else best[1]


def _quietly(find: Callable[[], Any]) -> Any:
    """What `find` returns; None where this dataset cannot tell."""
    try:
        return find()
    except (ParameterError, ModelError, ArithmeticError, np.linalg.LinAlgError):
        return None
