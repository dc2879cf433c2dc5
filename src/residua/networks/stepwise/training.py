"""What a training says: while it runs, and when it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from residua.networks.stepwise.trace import Trace


class Ending(Enum):
    """How a training ended, as one sentence."""

    CONVERGED = "converged: the gradient vanishes"
    STEP_LIMIT = "took all its steps"
    EARLY_STOPPED = "stopped early: the loss had not become lower for the patience given"
    CALLBACK = "stopped by the callback"
    INTERRUPTED = "interrupted; the best parameters so far are kept"
    NOT_FINITE = "stopped because the loss is not finite; the last finite parameters are kept"


@dataclass(frozen=True)
class TrainingState:
    """What a callback sees: the latest step, its loss, and the parameters after it.

    validation is the latest validation loss, NaN when there is none.
    """

    step: int
    epoch: int
    loss: float
    gradient_norm: float
    rate: float
    theta: np.ndarray
    validation: float = float("nan")


@dataclass(frozen=True)
class Training:
    """What a training found.

    Attributes:
        theta: (p,) after the last step.
        best_theta: (p,) of the lowest validation loss; without validation rows the better, by the
            loss of all rows, of the last parameters and those of the best epoch.
        loss: of all rows at best_theta.
        steps: updates taken.
        epochs: complete passes through the data.
        ending: how it ended.
        trace: what happened.
    """

    theta: np.ndarray
    best_theta: np.ndarray
    loss: float
    steps: int
    epochs: int
    ending: Ending
    trace: Trace
