"""What happened during training, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

# Records that a trace keeps, and bytes that its parameters and gradients may take.
MOST = 10_000
MOST_BYTES = 2**26


@dataclass(frozen=True)
class Trace:
    """The course of a training, thinned to every 2^k-th step; its first and last step are there.

    Attributes:
        step: (m,), from 0.
        loss: (m,), of the step's batch, at the parameters before the step.
        gradient_norm: (m,), before it is clipped.
        rate: (m,), learning rate.
        validation_step: (v,), steps taken when validation rows were looked at, once an epoch.
        validation_loss: (v,).
        parameters, gradients: (m, p) at each recorded step, or None when they were not asked for.
    """

    step: np.ndarray
    loss: np.ndarray
    gradient_norm: np.ndarray
    rate: np.ndarray
    validation_step: np.ndarray
    validation_loss: np.ndarray
    parameters: np.ndarray | None = None
    gradients: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.step)

    @property
    def validation(self) -> np.ndarray:
        """(m,) the latest validation loss when a step was taken; NaN before the first."""
        place = np.searchsorted(self.validation_step, self.step, side="right")
        return np.concatenate([[np.nan], self.validation_loss])[place]

    def to_frame(self, labels: tuple[str, ...] | None = None) -> Any:
        """One row per recorded step: loss, gradient norm, rate, validation loss, parameters.

        Args:
            labels: names of the p parameters, by default p0, p1, ...

        Returns:
            A pandas DataFrame indexed by the step; the slope along p0 is the column `dloss/dp0`.

        Raises:
            MissingLibrary: pandas is not installed.

        Example:
            >>> one, none = np.ones(1), np.zeros(0)
            >>> list(Trace(np.zeros(1), one, one, one, none, none).to_frame().columns)
            ['loss', 'gradient_norm', 'rate']
        """
        columns = {name: getattr(self, name) for name in ("loss", "gradient_norm", "rate")}
        if len(self.validation_step):
            columns["validation_loss"] = self.validation
        if self.parameters is not None and self.gradients is not None:
            names = labels or tuple(f"p{i}" for i in range(self.parameters.shape[1]))
            columns |= dict(zip(names, self.parameters.T))
            columns |= {f"dloss/d{n}": g for n, g in zip(names, self.gradients.T)}
        return import_module("residua.report.frames").column_frame(columns, self.step, "step")


class Recorder:
    """Collects the steps at multiples of a stride, which doubles when there are too many.

    What is kept depends on the number of steps alone, not on how they were handed over.
    """

    def __init__(self, size: int, path: bool) -> None:
        self.most = min(MOST, max(16, MOST_BYTES // (16 * size))) if path else MOST
        self.stride = 1
        self.held_stride = 1
        self.rows = np.zeros((0, 4))  # step, loss, norm, rate
        self.path = np.zeros((0, 2, size)) if path else None
        self.held = np.zeros((0, 2))  # epoch, loss
        self.latest_held = float("nan")
        self.last = np.zeros((0, 4))
        self.last_path = np.zeros((0, 2, size))

    def add(self, first: int, steps: np.ndarray, rates: np.ndarray, path: np.ndarray) -> None:
        """Steps from `first` on: (m, 2) loss and norm, (m,) rates, and slots of the path."""
        numbers = np.arange(first, first + len(steps))
        rows = np.column_stack([numbers, steps, rates]).astype(np.float64)
        kept = numbers % self.stride == 0
        self.rows = np.concatenate([self.rows, rows[kept]])
        self.last = rows[-1:]
        if self.path is not None:
            count = int(kept.sum())
            self.path = np.concatenate([self.path, path[:count]])
            # The last step lies in the slot after the multiples, unless it is one itself.
            at = count - int(kept[-1])
            self.last_path = np.array(path[at : at + 1])
        self._thin()

    def add_held(self, epoch: int, losses: np.ndarray) -> None:
        """Validation losses at the ends of epochs from `epoch` on."""
        epochs = np.arange(epoch, epoch + len(losses))
        rows = np.column_stack([epochs, losses]).astype(np.float64)
        self.latest_held = float(rows[-1, 1]) if len(rows) else self.latest_held
        self.held = np.concatenate([self.held, rows[epochs % self.held_stride == 0]])
        while len(self.held) > self.most:
            self.held_stride *= 2
            self.held = self.held[self.held[:, 0] % self.held_stride == 0]

    def _thin(self) -> None:
        while len(self.rows) > self.most - 1:  # one place is the last step's
            self.stride *= 2
            kept = self.rows[:, 0] % self.stride == 0
            self.rows = self.rows[kept]
            if self.path is not None:
                self.path = self.path[kept]

    def trace(self, batches: int) -> Trace:
        """The trace so far; `batches` is steps an epoch."""
        extra = self.last[self.last[:, 0] % self.stride != 0]
        rows = np.concatenate([self.rows, extra])
        path = None
        if self.path is not None:
            path = np.concatenate([self.path, self.last_path[: len(extra)]])
        return Trace(
            rows[:, 0].astype(np.int64),
            rows[:, 1].copy(),
            rows[:, 2].copy(),
            rows[:, 3].copy(),
            (self.held[:, 0].astype(np.int64) + 1) * batches,
            self.held[:, 1].copy(),
            None if path is None else path[:, 0],
            None if path is None else path[:, 1],
        )

    def state(self) -> dict[str, np.ndarray]:
        """Everything, as arrays."""
        strides = np.array([self.stride, self.held_stride])
        path = np.zeros(0) if self.path is None else self.path
        return {
            "strides": strides,
            "latest_held": np.array([self.latest_held]),
            "rows": self.rows,
            "held": self.held,
            "path": path,
            "last": self.last,
            "last_path": self.last_path,
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Go on from what `state` gave."""
        self.stride, self.held_stride = (int(n) for n in state["strides"])
        self.latest_held = float(state["latest_held"][0])
        self.rows, self.held, self.last = state["rows"], state["held"], state["last"]
        self.last_path = state["last_path"]
        if self.path is not None:
            self.path = state["path"]
