"""Task: one posed fit, everything that its stages share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from residua.data.arrays import Arrays
from residua.data.dataset import Block
from residua.fitting.engines import engine
from residua.fitting.residual_notes import Note, fit_notes
from residua.objective import Engine, Objective
from residua.problem.model import Model
from residua.problem.parameters import Parameters
from residua.solvers.host import Run, solve
from residua.solvers.levenberg_marquardt import EPS, LevenbergMarquardt
from residua.solvers.solver import Limits, State

MAX_STEPS = 2000
# Steps between two looks at whether the cost still falls (see Limits.patience).
PATIENCE = 50


@dataclass(frozen=True)
class Settings:
    """How to fit, as opposed to what.

    rounding: see Limits.rounding.
    """

    engine: str = "auto"
    seed: int = 0
    max_steps: int = MAX_STEPS
    callback: Callable[[State], Any] | None = None
    rounding: float = 0.0


@dataclass(frozen=True)
class Task:
    """A model bound to its parameters, data and engine, ready to be solved from its start.

    how: an engine of the model's own, in place of the one that is named.
    """

    model: Model
    parameters: Parameters
    block: Block
    settings: Settings
    engine: str = "eager"
    how: Engine | None = field(default=None, kw_only=True)

    @cached_property
    def objective(self) -> Objective:
        """The rows, by this task's engine."""
        how = self.how or engine(self.engine)
        return Objective(self.model, self.parameters, Arrays(self.block), how)

    @cached_property
    def start(self) -> np.ndarray:
        """The free vector at the start."""
        return self.parameters.vector()

    @cached_property
    def limits(self) -> Limits:
        """Bounds, and the rounding level of the residual norm."""
        block = self.block
        y = np.ravel(block.y if block.noise is None else block.noise.whiten(block.y))
        floor = 4 * EPS * float(np.sqrt(y @ y))
        lower, upper = self.parameters.bounds() or (None, None)
        settings = self.settings
        return Limits(
            lower,
            upper,
            floor,
            max_steps=settings.max_steps,
            patience=PATIENCE,
            rounding=settings.rounding,
        )

    @property
    def solver(self) -> LevenbergMarquardt:
        """The default solver."""
        return LevenbergMarquardt(np)

    def walk(
        self, theta: np.ndarray, limits: Limits, callback: Callable[[State], Any] | None = None
    ) -> Run:
        """One run of the default solver from theta, polished."""
        return solve(self.objective, theta, self.solver, limits, callback)

    def notes(self, rows: np.ndarray) -> list[Note]:
        """What these whitened residuals say about the fit."""
        return fit_notes(rows, self.block, len(self.start))
