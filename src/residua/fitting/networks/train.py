"""How one member is trained: by Levenberg-Marquardt with evidence, or step by step."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from threading import Event, Lock
from typing import Any

import numpy as np

from residua.networks.crossed import Trainer
from residua.networks.evidence import Member, Rows, Step, judged, train
from residua.networks.likelihood import Likelihood
from residua.networks.network import Network
from residua.networks.stepwise.trace import Trace
from residua.networks.stepwise.training import Ending

# Seconds before anything is said of the progress.
PATIENCE = 2.0


class Watch:
    """Counts members, shows a line of progress, asks the callback, and stops everybody.

    limited: the steps were limited by the user. diverged: a loss was not finite.
    """

    def __init__(
        self, total: int, progress: bool | None, callback: Callable[[Any], Any] | None
    ) -> None:
        self.total, self.done, self.callback = total, 0, callback
        self.shown = sys.stderr.isatty() if progress is None else progress
        self.began, self.stop, self.lock, self.wrote = time.monotonic(), Event(), Lock(), False
        self.asked, self.diverged, self.limited = progress, False, False

    def member(self, member: Member) -> None:
        """A member is done."""
        with self.lock:
            self.done += 1
            if self.callback is not None and self._asked_to_stop(member):
                self.stop.set()
            if self.shown and time.monotonic() - self.began > PATIENCE:
                self.wrote = True
                total = max(self.total, self.done)  # unlucky folds get more starts
                print(f"\r{self.done} of {total} networks", end="", file=sys.stderr)

    def _asked_to_stop(self, member: Member) -> bool:
        assert self.callback is not None
        try:
            return bool(self.callback(member))
        except KeyboardInterrupt:  # in a thread of a member it is nobody else's
            return True

    def ended(self, ending: Ending) -> None:
        """A training step by step has ended: an interrupt is meant for all of them."""
        if ending is Ending.INTERRUPTED:
            self.stop.set()
        self.diverged = self.diverged or ending is Ending.NOT_FINITE

    def close(self) -> None:
        """End the line of progress."""
        if self.wrote:
            print(file=sys.stderr)


class Steps:
    """The course of a descent as a Trace."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.seen: list[Step] = []

    def add(self, step: Step) -> None:
        """One more step."""
        self.seen.append(step)

    def trace(self) -> Trace:
        """Mean squared error (or deviance), gradient norm and damping⁻¹ of every step."""
        nothing = np.zeros(0)
        return Trace(
            np.array([one.step - 1 for one in self.seen]),
            np.array([one.cost for one in self.seen]) / self.rows,
            2 * np.array([np.linalg.norm(one.gradient) for one in self.seen]) / self.rows,
            np.array([1 / one.damping for one in self.seen]),
            nothing,
            nothing,
            np.array([one.theta for one in self.seen]),
            np.array([-2 * one.gradient for one in self.seen]) / self.rows,
        )


def by_evidence(likelihood: Likelihood, steps: int, watch: Watch, course: Steps | None) -> Trainer:
    """Levenberg-Marquardt with evidence; `course` keeps the steps of the last member trained."""

    def trainer(network: Network, rows: Rows, theta: np.ndarray, number: int) -> Member:
        seen = Steps(rows.size)

        def on_step(step: Step) -> bool:
            seen.add(step)
            return watch.stop.is_set()

        member = train(network, rows, theta, likelihood=likelihood, steps=steps, on_step=on_step)
        if course is not None:
            course.seen, course.rows = seen.seen, seen.rows
        watch.member(member)
        return member

    return trainer


def step_by_step(
    solver: Any,
    likelihood: Likelihood,
    seed: int,
    held: Rows | None,
    watch: Watch,
    course: list[Any],
) -> Trainer:
    """A solver of optax; what it found is judged by the evidence where the network is small enough.

    course: the Trainings, in order.
    """
    from residua.networks.stepwise.losses import logistic_loss, squared_loss
    from residua.networks.stepwise.stochastic import train as descend

    def trainer(network: Network, rows: Rows, theta: np.ndarray, number: int) -> Member:
        loss = squared_loss(network) if likelihood.name == "gaussian" else logistic_loss(network)
        validation = None if held is None else _loss_rows(held)
        found = descend(
            loss,
            theta,
            _loss_rows(rows),
            solver,
            seed=seed + number,
            validation=validation,
            progress=watch.asked,
            on_step=lambda state: watch.stop.is_set(),
        )
        course.append(found)
        watch.ended(found.ending)
        member = judged(network, rows, found.best_theta, likelihood, found.steps)
        watch.member(member)
        return member

    return trainer


def _loss_rows(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weight = np.ones(rows.Y.shape) if rows.weight is None else rows.weight
    return rows.Z, rows.Y, np.broadcast_to(weight, rows.Y.shape)
