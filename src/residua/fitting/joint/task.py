"""JointTask: one posed fit of several datasets, everything that its stages share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from residua.algebra.arrow import Shape, arrow_uncertainty, shape
from residua.algebra.covariance import Uncertainty, uncertainty
from residua.algebra.linearization import Linearization
from residua.data.arrays import Arrays
from residua.data.dataset import Block
from residua.data.observations import Observations
from residua.fitting.engines import engine
from residua.fitting.joint.notes import joint_notes
from residua.fitting.joint.objective import JointObjective
from residua.fitting.joint.padding import padded
from residua.fitting.joint.parameters import Layout
from residua.fitting.residual_notes import Note
from residua.fitting.task import PATIENCE, Task
from residua.objective import Engine, Objective
from residua.problem.model import Model
from residua.problem.noise import Correlated, Independent
from residua.problem.parameters import Parameters
from residua.solvers.arrow import ArrowLevenbergMarquardt
from residua.solvers.arrow import polish as arrow_polish
from residua.solvers.host import Run, solve
from residua.solvers.levenberg_marquardt import EPS, LevenbergMarquardt
from residua.solvers.polish import polish
from residua.solvers.solver import Limits, State

# Up to so many fitted numbers one dense triangle costs less than its blocks.
DENSE = 48


@dataclass(frozen=True, eq=False)
class Part:
    """One dataset of a joint fit.

    model: what it observes. kind: equal for datasets that observe the same. block: its rows, with
    the noise at its present level. absolute: whether its sigma is in the units of y.
    """

    name: str
    model: Model
    observations: Observations
    block: Block
    kind: Hashable
    absolute: bool = False

    def at_level(self, level: float) -> Part:
        """The same with its noise `level` times as large as given (1 where none was given)."""
        block, noise = self.observations.block, self.observations.block.noise
        if noise is None:
            noise = Independent(np.full(block.y.shape, 1.0))
        scaled = (
            Correlated(noise.factor / level)
            if isinstance(noise, Correlated)
            else Independent(noise.weight / level)
        )
        return replace(self, block=self.block._replace(noise=scaled))


@dataclass(frozen=True)
class JointTask(Task):
    """Several datasets bound to their models, parameters and an engine.

    model: the one that was given. parameters: a Layout. block: all rows in one, for what only needs
    the scales of the data. pad: whether the compiler may be shown padded rows (padding.py).
    """

    parameters: Any
    parts: tuple[Part, ...] = field(default=())
    pad: bool = True

    @property
    def padded(self) -> bool:
        """Whether the engine sees padded rows."""
        return self.engine == "compiled" and self.pad

    @cached_property
    def objective(self) -> Any:
        """The rows of all datasets, by this task's engine."""
        layout: Layout = self.parameters
        how = _one_for_each(self.engine, self.parts, layout.each)
        if self.padded:
            blocks = [part.block for part in self.parts]
            how = [padded(one, blocks) for one in how]
        parts = [
            Objective(part.model, parameters, Arrays(part.block), one)
            for part, parameters, one in zip(self.parts, layout.each, how)
        ]
        return JointObjective(parts, layout)

    @cached_property
    def shape(self) -> Shape | None:
        """The shape of the triangle, where its blocks are many enough to be worth their price."""
        layout: Layout = self.parameters
        if not layout.size_local or len(layout.labels) <= DENSE:
            return None
        return shape([int((place < layout.size_local).sum()) for place in layout.places])

    @property
    def solver(self) -> LevenbergMarquardt:
        """The default solver, for triangles of this shape."""
        return LevenbergMarquardt(np) if self.shape is None else self._blockwise(False)

    @property
    def accelerated(self) -> LevenbergMarquardt:
        """The same with geodesic acceleration."""
        if self.shape is None:
            return LevenbergMarquardt(np, accelerated=True)
        return self._blockwise(True)

    def _blockwise(self, accelerated: bool) -> LevenbergMarquardt:
        return ArrowLevenbergMarquardt(np, accelerated, self.shape)

    def walk(
        self, theta: np.ndarray, limits: Limits, callback: Callable[[State], Any] | None = None
    ) -> Run:
        """One run of the default solver from theta, polished."""
        last = polish if self.shape is None else arrow_polish(self.shape)
        return solve(self.objective, theta, self.solver, limits, callback, last)

    def uncertainty(self, lin: Linearization, held: np.ndarray) -> Uncertainty:
        """What the triangle determines, by blocks where these are many and all is determined."""
        found = None if self.shape is None else arrow_uncertainty(self.shape, lin.R, held)
        return uncertainty(lin.R, held) if found is None else found

    @cached_property
    def sections(self) -> tuple[slice, ...]:
        """Which of the rows of all belong to each dataset."""
        ends = np.cumsum([0, *(part.block.y.size for part in self.parts)])
        return tuple(slice(int(a), int(b)) for a, b in pairwise(ends))

    @cached_property
    def limits(self) -> Limits:
        """Bounds, and the rounding level of the residual norm."""
        squares = 0.0
        for part in self.parts:
            block = part.block
            y = np.ravel(block.y if block.noise is None else block.noise.whiten(block.y))
            squares += float(y @ y)
        lower, upper = self.parameters.bounds() or (None, None)
        floor = 4 * EPS * float(np.sqrt(squares))
        steps = self.settings.max_steps
        return Limits(lower, upper, floor, max_steps=steps, patience=PATIENCE)

    def notes(self, rows: np.ndarray) -> list[Note]:
        """What these whitened residuals say, dataset by dataset."""
        blocks = [part.block for part in self.parts]
        names = [part.name for part in self.parts]
        return joint_notes(names, blocks, [rows[where] for where in self.sections], len(self.start))

    def only(self, k: int) -> Task:
        """The fit of dataset k by itself."""
        part, parameters = self.parts[k], self.parameters.each[k]
        return Task(part.model, parameters, part.block, self.settings, self.engine)

    def pooled(self, members: Sequence[int]) -> JointTask:
        """Some of the datasets, every parameter shared by all of them."""
        layout: Layout = self.parameters
        parts = tuple(self.parts[k] for k in members)
        names = tuple(layout.datasets[k] for k in members)
        each = tuple(layout.each[k] for k in members)
        shared = Layout(names, each, frozenset())
        return replace(self, parameters=shared, block=pooled_block(parts), parts=parts)


def _one_for_each(name: str, parts: Sequence[Part], each: Sequence[Parameters]) -> list[Engine]:
    """The engine for every dataset: datasets of one model share one compiled program."""
    if name != "compiled":
        return [engine(name)] * len(parts)
    from residua.autodiff.compiled import keyed
    from residua.fitting.compiled import key_of

    unknown: dict[object, object] = {}
    found = []
    for part, parameters in zip(parts, each):
        known = key_of(part.model, parameters, 0)
        if known is None:  # the same at least for as long as this fit lasts
            held = tuple(
                (f.name, f.free, f.shape, repr(f.start) * f.fixed) for f in parameters.leaves
            )
            known = unknown.setdefault((part.model, held), object())
        found.append(keyed(("joint", known)))
    return found


def pooled_block(parts: Sequence[Part]) -> Block:
    """The rows of all datasets in one, as far as they have the first one's variables."""
    first = parts[0].observations.names
    alike = [part.block for part in parts if part.observations.names == first]
    flat = [block for block in alike if all(x.shape == block.y.shape for x in block.x)] or alike[:1]
    columns = zip(*(block.x for block in flat))
    x = tuple(np.concatenate([np.ravel(one) for one in column]) for column in columns)
    return Block(x, np.concatenate([np.ravel(part.block.y) for part in parts]))
