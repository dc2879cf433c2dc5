"""One training: calls of its program, and what is done between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from residua.networks.stepwise import checkpoint, programs, table
from residua.networks.stepwise.descent import FirstOrder, Plan
from residua.networks.stepwise.progress import Pace, ProgressLine
from residua.networks.stepwise.schedules import factors
from residua.networks.stepwise.table import Rows
from residua.networks.stepwise.trace import Recorder
from residua.networks.stepwise.training import Ending, Training, TrainingState
from residua.networks.stepwise.update import (
    CHUNK,
    CONVERGED,
    EARLY,
    NOT_FINITE,
    RUNNING,
    Layout,
    Notes,
    Numbers,
    Point,
)

Array = Any
Loss = Callable[..., Array]

# Seconds between checkpoints that nobody asked for at certain steps.
CHECKPOINT_SECONDS = 10.0
PATH_BYTES = 2**23
_ENDINGS = {
    CONVERGED: Ending.CONVERGED,
    EARLY: Ending.EARLY_STOPPED,
    NOT_FINITE: Ending.NOT_FINITE,
}


class Task:
    """One training: its program's arguments, where it stands, and what was written down."""

    def __init__(
        self,
        loss: Loss,
        theta0: Any,
        rows: Rows,
        solver: FirstOrder,
        seed: int,
        validation: Rows | None,
    ) -> None:
        dtype = np.dtype(np.float64 if solver.precision == "double" else np.float32)
        start, data = table.start(theta0, dtype), table.rows_of("rows", rows, dtype)
        held = () if validation is None else table.rows_of("validation", validation, dtype)
        self.solver, self.dtype = solver, dtype
        self.plan = plan = solver.plan(len(data[0]))
        whole = plan.batch == len(data[0])
        self.batches = 1 if whole else -(-len(data[0]) // plan.batch)
        path = solver.record == "parameters"
        self.recorder = Recorder(start.size, path)
        self.layout = Layout(
            loss=loss,
            kind=solver.kind,
            structure=solver.structure(),
            batch=programs.bucket(plan.batch) if whole else plan.batch,
            whole=whole,
            held=bool(held),
            slots=max(2, min(CHUNK, PATH_BYTES // (16 * start.size))) if path else 0,
        )
        self.data = table.on_device(data, len(data[0]) if whole else len(data[0]) + plan.batch - 1)
        self.held = table.on_device(held, len(held[0])) if held else ()
        self.numbers = _numbers(solver, plan, seed, len(data[0]), held, dtype)
        self.start = start
        self.about: dict[str, str] = {}
        if solver.checkpoint is not None:
            self.about = checkpoint.settings(solver, plan, seed, start, data, held)
        self.point: Point | None = None
        self.start_loss = float("nan")

    def go(self, line: ProgressLine, callbacks: list[Callable[[TrainingState], Any]]) -> Ending:
        """Train to the end, or until somebody says stop."""
        try:
            self._begin()
            ending = self._loop(line, callbacks)
        except KeyboardInterrupt:
            ending = Ending.INTERRUPTED
        self._save()
        return ending

    def _begin(self) -> None:
        point = programs.call("begin", self.layout, jnp.asarray(self.start), self.numbers)
        if self.solver.checkpoint is not None:
            self.start_loss = self._loss(self.start)
            leaves, tree = jax.tree.flatten(point)
            arrays = [np.asarray(leaf) for leaf in leaves]
            found = checkpoint.load(
                self.solver.checkpoint, self.about, self.start_loss, arrays, self.recorder.state()
            )
            if found is not None:
                point = jax.tree.unflatten(tree, [jnp.asarray(a) for a in found[0]])
                self.recorder.restore(found[1])
        self.point = point

    def _loop(self, line: ProgressLine, callbacks: list[Callable[[TrainingState], Any]]) -> Ending:
        assert self.point is not None
        pace = Pace(self.batches, CHUNK)
        saved, total, every = time.monotonic(), self.plan.steps, self.solver.every
        while int(self.point.code) == RUNNING and int(self.point.step) < total:
            state = self._advance(pace.stop(int(self.point.step), total, every), pace)
            line.update(state.step, state.loss, state.gradient_norm, state.rate)
            due = every is not None and state.step % every == 0
            asked = [bool(call(state)) for call in callbacks] if every is None or due else []
            if any(asked):
                return Ending.CALLBACK
            if due or (every is None and time.monotonic() - saved > CHECKPOINT_SECONDS):
                self._save()
                saved = time.monotonic()
        return _ENDINGS.get(int(self.point.code), Ending.STEP_LIMIT)

    def _advance(self, stop: int, pace: Pace) -> TrainingState:
        """One call of the program."""
        assert self.point is not None
        first = int(self.point.step)
        if self.layout.slots:
            slots = -(-first // self.recorder.stride) + self.layout.slots - 1
            stop = min(stop, slots * self.recorder.stride)
        rates = np.zeros(CHUNK, self.dtype)
        rates[: stop - first] = self.plan.rate * factors(
            self.plan.schedule, first, stop - first, self.plan.steps
        )
        numbers = self.numbers._replace(stride=np.int32(self.recorder.stride))
        args = (self.point, self.data, self.held, numbers, rates, np.int32(stop))
        run = programs.ready("run", self.layout, *args)
        begin = time.monotonic()
        point, notes = run(*args)
        step = int(point.step)
        pace.measured(step - first, time.monotonic() - begin)
        validation = self._note(first, step, point, notes, rates)
        self.point = point
        loss, norm, rate = self.recorder.last[-1, 1:].tolist()
        theta = np.array(point.theta)
        return TrainingState(step, step // self.batches, loss, norm, rate, theta, validation)

    def _note(self, first: int, step: int, point: Point, notes: Notes, rates: np.ndarray) -> float:
        """Record what a call wrote down; the latest validation loss."""
        refused = int(point.code) in (CONVERGED, NOT_FINITE)
        count = step - first + refused  # the step that was not taken is written down, too
        steps, path = np.asarray(notes.steps)[:count], np.asarray(notes.path)
        self.recorder.add(first, steps, rates[:count], path)
        if not self.layout.held:
            return float("nan")
        epoch = first // self.batches
        held = np.asarray(notes.held)[: step // self.batches - epoch]
        self.recorder.add_held(epoch, held)
        return self.recorder.latest_held

    def _save(self) -> None:
        if self.solver.checkpoint is None or self.point is None:
            return
        arrays = [np.asarray(leaf) for leaf in jax.tree.leaves(self.point)]
        records = self.recorder.state()
        checkpoint.save(self.solver.checkpoint, self.about, self.start_loss, arrays, records)

    def _loss(self, theta: np.ndarray) -> float:
        """The loss of all rows."""
        value = programs.call("evaluate", self.layout, theta, self.data, self.numbers.rows)
        return float(value)

    def result(self, ending: Ending) -> Training:
        """What was found."""
        steps = 0 if self.point is None else int(self.point.step)
        last = self.start if self.point is None else np.array(self.point.theta)
        best, loss = self._best(last)
        return Training(
            last,
            best,
            loss,
            steps,
            steps // self.batches,
            ending,
            self.recorder.trace(self.batches),
        )

    def _best(self, last: np.ndarray) -> tuple[np.ndarray, float]:
        loss = self._loss(last)
        settled = not self.layout.held and int(getattr(self.point, "code", 0)) == CONVERGED
        if self.point is None or settled or not np.isfinite(self.point.lowest):
            return last, loss
        best = np.array(self.point.best)
        best_loss = self._loss(best)
        return (last, loss) if not self.layout.held and loss <= best_loss else (best, best_loss)


def _numbers(
    solver: FirstOrder,
    plan: Plan,
    seed: int,
    rows: int,
    held: tuple[np.ndarray, ...],
    dtype: np.dtype[Any],
) -> Numbers:
    patience = np.iinfo(np.int32).max if plan.patience is None else plan.patience
    rule = {"clip": plan.clip, **solver.numbers()}
    return Numbers(
        # The generator is named: another default of JAX must not change the bits.
        key=jax.random.key(seed, impl="threefry2x32"),
        rows=np.int32(rows),
        held=np.int32(len(held[0]) if held else 0),
        shuffle=np.bool_(plan.shuffle),
        patience=np.int32(patience),
        tolerance=dtype.type(plan.tolerance),
        stride=np.int32(1),
        rule={name: dtype.type(value) for name, value in rule.items()},
    )
