"""One engine for all datasets of a joint fit; models are asked plainly before they are fitted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from residua._errors import ResiduaError
from residua.fitting.check_model import check_shape, plain_prediction, singular_start
from residua.fitting.engines import Choice, choose
from residua.fitting.joint.padding import works_by_rows
from residua.fitting.joint.parameters import Layout
from residua.fitting.joint.task import JointTask
from residua.objective import prediction


@contextmanager
def about(name: str, several: bool = True) -> Iterator[None]:
    """An error of one dataset says which one it is."""
    try:
        yield
    except ResiduaError as error:
        if not several:
            raise
        raise type(error)(f"dataset {name!r}: {error.what}", error.causes, error.next) from error


def followed(task: JointTask, order: tuple[str, ...]) -> JointTask:
    """The task with an engine that can follow its models, seen at a provisional start."""
    layout: Layout = task.parameters
    theta = layout.vector()
    theta = np.where(np.isfinite(theta), theta, 1.0)
    bounds = layout.bounds()
    trial = layout.started_at(theta if bounds is None else np.clip(theta, *bounds))
    values = []
    for part, one in zip(task.parts, trial.each):
        with about(part.name, len(task.parts) > 1):
            values.append(check_shape(part.model, one, one.vector(), part.block))
    if any(value is None for value in values):
        return task
    return replace(task, engine=_chosen(replace(task, parameters=trial), order, "", values).name)


def checked(task: JointTask, order: tuple[str, ...], reason: str) -> tuple[JointTask, Choice]:
    """The task with the engine for all datasets; ModelError for what is wrong with a model."""
    layout: Layout = task.parameters
    several = len(task.parts) > 1
    values = []
    for part, one in zip(task.parts, layout.each):
        with about(part.name, several):
            values.append(plain_prediction(part.model, one, one.vector(), part.block))
    choice = _chosen(task, order, reason, values)
    task = replace(task, engine=choice.name)
    if task.padded and not works_by_rows(task.objective, layout.vector()):
        task = replace(task, pad=False)
    with np.errstate(all="ignore"):
        rows = task.objective.matrices(layout.vector())
    for part, one, matrix, place in zip(task.parts, layout.each, rows, layout.places):
        # The rows came with local columns first; the labels are in the order of the model.
        bad = np.argsort(place)[~np.isfinite(matrix[:-1]).all(axis=1)]
        if bad.size:
            with about(part.name, several):
                raise singular_start(part.model, one, one.vector(), tuple(bad.tolist()))
    return task, choice


def _chosen(task: JointTask, order: tuple[str, ...], reason: str, values: list[Any]) -> Choice:
    """The first engine in order that can follow the model of every dataset.

    Datasets of one model are alike: the first of them is asked.
    """
    layout: Layout = task.parameters
    firsts = list({id(part.model): k for k, part in reversed([*enumerate(task.parts)])}.values())
    best: Choice | None = None
    pending = list(firsts)
    while pending:
        k = pending.pop(0)
        part, one = task.parts[k], layout.each[k]
        with about(part.name, len(task.parts) > 1):
            predict = prediction(part.model, one)
            found = choose(order, reason, predict, one.vector(), part.block.x, values[k])
        if best is None or found.name != order[0]:
            best = found
        if found.name != order[0]:  # one engine serves all: the others are asked for this one
            order, reason = order[order.index(found.name) :], found.reason
            pending = [other for other in firsts if other != k]
    assert best is not None
    return best
