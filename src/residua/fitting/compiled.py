"""Fits as one compiled call: programs, kept by what the model is, for tables of any length.

Rows are padded to a bucket by repeating the last one under a mask, so a new number of points does
not compile again. A model that looks at all its points together (a mean over x) would see the
padding: each result is compared with what the plain model predicts at the answer, and a program
that disagrees is thrown away. The comparison also catches a model whose globals or
closure have changed.

Everything travels as one vector each way: a small fit costs less than handing over ten arrays.
"""

from __future__ import annotations

import copy
import functools
import math
from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from residua.algebra.covariance import DETERMINED
from residua.algebra.linearization import Linearization
from residua.autodiff.fingerprint import fingerprint, modules_used
from residua.autodiff.lowering import lower
from residua.autodiff.traced_state import double_precision
from residua.data.dataset import Block
from residua.fitting.residual_notes import EXACT, RUNS
from residua.fitting.task import PATIENCE
from residua.fitting.warm import AGREEMENT
from residua.objective import prediction
from residua.problem.composition.identity import identity as recipe_identity
from residua.problem.model import Model
from residua.problem.noise import Correlated, Independent
from residua.problem.parameters import Parameters
from residua.solvers import scout, traced
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.solver import CONVERGED, Limits

SMALLEST_BUCKET = 16


@dataclass(frozen=True)
class Layout:
    """The shapes that a program is compiled for; all of them travel in one vector."""

    p: int
    bounded: bool
    x: tuple[tuple[int, ...], ...]
    y: tuple[int, ...]
    noise: type[Independent] | type[Correlated] | None

    @functools.cached_property
    def size(self) -> int:
        """Length of the input vector."""
        rows = self.y[0]
        noise = {None: 0, Independent: math.prod(self.y), Correlated: rows * rows}[self.noise]
        vectors = 3 if self.bounded else 1
        return 2 + vectors * self.p + sum(map(math.prod, self.x)) + math.prod(self.y) + noise

    def pack(self, theta: np.ndarray, block: Block, limits: Limits) -> np.ndarray:
        """The input vector: count, floor, theta, bounds, x, y, noise; rows are padded."""
        flat = np.empty(self.size)
        flat[0], flat[1] = len(block.y), limits.floor
        position = _put(flat, 2, theta)
        if limits.lower is not None and limits.upper is not None:
            position = _put(flat, position, limits.lower)
            position = _put(flat, position, limits.upper)
        for array, shape in zip(block.x, self.x):
            position = _put(flat, position, array, shape)
        position = _put(flat, position, block.y, self.y)
        if isinstance(block.noise, Independent):
            _put(flat, position, block.noise.weight, self.y)
        elif isinstance(block.noise, Correlated):
            count, rows = len(block.y), self.y[0]
            factor = np.zeros((rows, rows))
            factor[:count, :count] = block.noise.factor
            _put(flat, position, factor)
        return flat

    def unpack(self, flat: Any) -> tuple[Any, Any, Any, Any, Block]:
        """(count, floor, theta, bounds, block) from the input vector."""
        position = 2

        def take(shape: tuple[int, ...]) -> Any:
            nonlocal position
            size = math.prod(shape)
            position += size
            return flat[position - size : position].reshape(shape)

        theta = take((self.p,))
        bounds = (take((self.p,)), take((self.p,))) if self.bounded else (None, None)
        x = tuple(take(shape) for shape in self.x)
        y = take(self.y)
        noise: Independent | Correlated | None = None
        if self.noise is Independent:
            noise = Independent(take(self.y))
        elif self.noise is Correlated:
            noise = Correlated(take((self.y[0], self.y[0])))
        return flat[0], flat[1], theta, bounds, Block(x, y, noise)


def _put(flat: np.ndarray, at: int, array: np.ndarray, shape: tuple[int, ...] = ()) -> int:
    """Write an array, padded to `shape` by repeating its last row; return the next position."""
    end = at + array.size
    flat[at:end] = array if array.ndim == 1 else array.ravel()
    if not shape or array.shape == shape:
        return end
    whole = at + math.prod(shape)
    flat[end:whole].reshape(-1, *shape[1:])[:] = array[-1]
    return whole


class Run(NamedTuple):
    """Where a compiled fit ended, as the host sees it. clean: nothing is to be said against it."""

    params: np.ndarray
    lin: Linearization
    curvatures: np.ndarray
    code: int
    steps: int
    clean: bool
    offset: float
    rows: np.ndarray


class Program:
    """One compiled solver for one model and free set; it learns whether rows may be padded."""

    def __init__(self, model: Model, parameters: Parameters, max_steps: int) -> None:
        # A composed model may mix parts in NumPy and in JAX: then bare arrays are not for all.
        raw = "jax" in modules_used(model.function) and model.recipe is None
        self.predict = lower(prediction(model, parameters), raw or None)
        self.max_steps = max_steps
        # A model that is itself a loop costs too much to be evaluated by a scout and then again.
        self.iterative = bool(getattr(model.function, "iterative", False))
        self.padded = True
        self.scouting = False
        self.compiled: dict[Layout, Any] = {}
        self.plain: dict[int, Layout] = {}

    def quick(self) -> Program:
        """The same model solved by a scout first, where it is small enough for one."""
        if self.iterative:
            return self
        twin = copy.copy(self)
        twin.scouting, twin.compiled = True, {}
        return twin

    def __call__(self, theta: np.ndarray, block: Block, limits: Limits) -> Run:
        """Solve from theta."""
        layout = self.layout(theta, block, limits)
        solve = self.compiled.get(layout)
        if solve is None:
            solve = self.compiled[layout] = jax.jit(lambda flat: self._solve(layout, flat))
            _make_room(self, layout)
        with double_precision():
            out = np.asarray(solve(layout.pack(theta, block, limits)))
        return _read(out, len(theta), math.prod(block.y.shape))

    def layout(self, theta: np.ndarray, block: Block, limits: Limits) -> Layout:
        """Shapes after padding; those of plain tables of one column are remembered by length."""
        count = len(block.y)
        plain = block.noise is None and limits.lower is None and len(block.x) == 1
        if not plain or block.x[0].shape != (count,) or block.y.ndim != 1:
            return self._layout(theta, block, limits)
        known = self.plain.get(count)
        if known is None:
            known = self.plain[count] = self._layout(theta, block, limits)
        return known

    def _layout(self, theta: np.ndarray, block: Block, limits: Limits) -> Layout:
        count = len(block.y)
        rows = bucket(count) if self.padded else count
        x = tuple(
            (rows, *array.shape[1:]) if array.shape[:1] == (count,) else array.shape
            for array in block.x
        )
        noise = None if block.noise is None else type(block.noise)
        return Layout(len(theta), limits.lower is not None, x, (rows, *block.y.shape[1:]), noise)

    def _solve(self, layout: Layout, flat: Any) -> Any:
        count, floor, theta, (lower_, upper), block = layout.unpack(flat)
        present = jnp.arange(layout.y[0]) < count
        mask = present.reshape(-1, *[1] * (len(layout.y) - 1))

        def whiten(array: Any) -> Any:
            return (array if block.noise is None else block.noise.whiten(array)).ravel()

        def rows(at: Any) -> Any:
            return whiten(jnp.where(mask, block.y - self.predict(at, block.x), 0.0))

        limits = Limits(lower_, upper, floor, max_steps=self.max_steps, patience=PATIENCE)
        end = self._end(rows, theta, limits)
        size = count * math.prod(layout.y[1:])
        clean = _clean(
            end,
            size,
            limits,
            whiten(jnp.where(mask, block.y, 0.0)),
            None if block.noise is None else whiten(jnp.where(mask, jnp.ones(layout.y), 0.0)),
            None if self.scouting else _order(block, present),
        )
        offset = jnp.where(end.settled, 0.0, 1.0)
        numbers = jnp.stack([end.lin.rho, end.code * 1.0, end.steps * 1.0, clean * 1.0, offset])
        return jnp.concatenate(
            [end.params, end.lin.R.ravel(), end.lin.qtr, end.curvatures, numbers, end.rows]
        )

    def _end(self, rows: traced.Rows, theta: Any, limits: Limits) -> traced.End:
        """Where the solver ends; a scout's end is taken up by the triangle and Newton steps."""
        if not self.scouting or theta.size > scout.LARGEST or limits.lower is not None:
            return traced.solve(rows, theta, LevenbergMarquardt(jnp), limits)
        near, steps = scout.scout(rows, theta)
        lin = traced.linearize(rows, near)[1]
        end = traced.polished(rows, near, lin, limits, unrolled=scout.NEWTON)
        return end._replace(steps=end.steps + steps)


def _order(block: Block, present: Any) -> Any | None:
    """The order of x where there is one x, padding last; None when rows stay as they came."""
    if len(block.x) == 1 and block.x[0].shape == block.y.shape == present.shape:
        x = jnp.where(present, block.x[0], jnp.inf)
        # Most data come in order, and sorting costs more than the rest of the verdict.
        return lax.cond(
            (x[1:] >= x[:-1]).all(),
            lambda: jnp.arange(x.size),
            lambda: jnp.argsort(x, stable=True),
        )
    return None


def _clean(end: traced.End, size: Any, limits: Limits, y: Any, unit: Any, order: Any | None) -> Any:
    """True when the verdict has nothing to find: the host then need not look (see verdict.py)."""
    p = end.params.size
    # Sums of products become part of a kernel; `@` would be a library call each.
    rss, total = 2 * end.lin.cost, (y * y).sum()
    good = (end.code == CONVERGED) & end.settled & (size > p)
    good &= end.values[-1] > 10 * DETERMINED * end.values[0]
    good &= end.curvatures[0] > 1e-6
    if limits.lower is not None:
        good &= ((end.params > limits.lower) & (end.params < limits.upper)).all()
    if unit is None:
        left = total - y.sum() ** 2 / size
    else:
        left = total - (unit * y).sum() ** 2 / (unit * unit).sum()
    better = size * jnp.log(rss / left) + (p - 1) * jnp.log(size) < 0
    rows = end.rows if order is None else end.rows[order]
    noise = (rss <= EXACT**2 * total) | (better & (_shortfall(rows, size) < RUNS))
    return good & noise & (left > 0)


def _shortfall(rows: Any, size: Any) -> Any:
    """The runs test of verdict.py under the mask: padding is last and is not counted."""
    real = jnp.arange(rows.size) < size
    above = (rows > 0) & real
    plus = above.sum() * 1.0
    minus = size - plus
    runs = 1 + ((above[1:] != above[:-1]) & real[1:]).sum()
    product = 2 * plus * minus
    variance = product * (product - size) / (size * size * (size - 1.0))
    few = (plus < 4) | (minus < 4)
    return jnp.where(few, 0.0, (1 + product / size - runs) / jnp.sqrt(variance))


def _read(out: np.ndarray, p: int, size: int) -> Run:
    """The host's view of the output vector."""
    a, b = p + p * p, p + p * p + p
    c = b + p
    rho, code, steps, clean, offset = out[c : c + 5].tolist()
    lin = Linearization(out[p:a].reshape(p, p), out[a:b], rho)
    rows = out[c + 5 : c + 5 + size]
    return Run(out[:p], lin, out[b:c], int(code), int(steps), bool(clean), offset, rows)


MOST_PROGRAMS = 128
_programs: OrderedDict[Hashable, Program] = OrderedDict()
# A compiled solver takes about 450 memory maps, and Linux allows a process 65 530 before it is
# aborted (measured: 145 solvers), so the oldest are let go.
MOST_SOLVERS = 48
_solvers: deque[tuple[Program, Layout]] = deque()


def _make_room(program: Program, layout: Layout) -> None:
    """Count a new compiled solver, and let the oldest go where there are too many."""
    _solvers.append((program, layout))
    if len(_solvers) > MOST_SOLVERS:
        oldest, shapes = _solvers.popleft()
        oldest.compiled.pop(shapes, None)


def has_program(model: Model, parameters: Parameters, max_steps: int) -> bool:
    """Whether a proven program is kept for this model."""
    if not _programs or any(leaf.missing for leaf in parameters.leaves):
        return False
    key = key_of(model, parameters, max_steps)
    return key is not None and key in _programs


def run(
    model: Model, parameters: Parameters, block: Block, theta: np.ndarray, limits: Limits
) -> tuple[Run, Program] | None:
    """Solve in one compiled call; None when no program agrees with the model."""
    key = key_of(model, parameters, limits.max_steps)
    program = None if key is None else _programs.get(key)
    if program is None:
        program = Program(model, parameters, limits.max_steps)
    for _ in range(2):
        found = program(theta, block, limits)
        if agrees(model, parameters, block, found):
            _keep(key, program)
            return found, program
        if not program.padded:
            break
        program = Program(model, parameters, limits.max_steps)
        program.padded = False
    return None


def _keep(key: Hashable | None, program: Program) -> None:
    """Keep a proven program; the one that was not used for longest makes room."""
    if key is None:
        return
    _programs[key] = program
    _programs.move_to_end(key)
    if len(_programs) > MOST_PROGRAMS:
        _programs.popitem(last=False)


def agrees(model: Model, parameters: Parameters, block: Block, found: Run) -> bool:
    """Whether the plain model, asked at the answer, gives the rows that the program saw."""
    with np.errstate(all="ignore"):
        value = prediction(model, parameters)(found.params, block.x)
        difference = block.y - value
        if block.noise is not None:
            difference = block.noise.whiten(difference)
            value = block.noise.whiten(np.broadcast_to(value, block.y.shape))
        gap = np.abs(np.ravel(difference) - found.rows).max()
        size = np.abs(found.rows).max() + np.abs(value).max()
    # Rows that are not finite on both sides are refused by the verdict, for all to see.
    return bool(gap <= AGREEMENT * size) or not np.isfinite(gap)


def key_of(model: Model, parameters: Parameters, max_steps: int) -> Hashable | None:
    """What a program depends on; None when the model's identity cannot be told, so none is kept."""
    identity = _identity(model)
    ties = tuple((place, tie.identity) for place, tie, _ in parameters.ties)
    if identity is None or any(found is None for _, found in ties):
        return None
    leaves = tuple(
        (leaf.name, leaf.free, leaf.shape, _frozen(leaf.start) if leaf.fixed else None)
        for leaf in parameters.leaves
    )
    options = tuple(sorted(model.options.items()))
    return (model.kind, identity, options, model.independent, leaves, ties, max_steps)


def _identity(model: Model) -> Hashable | None:
    if model.kind in ("formula", "shelf"):
        return model.text
    if model.recipe is not None:
        return recipe_identity(model.recipe)
    return fingerprint(model.function)


def _frozen(value: Any) -> Hashable:
    return value if isinstance(value, float) else (value.shape, value.tobytes())


def bucket(rows: int) -> int:
    """The padded length: powers of two with three steps between, at most a quarter wasted."""
    if rows <= SMALLEST_BUCKET:
        return SMALLEST_BUCKET
    step = 1 << max((rows - 1).bit_length() - 3, 2)
    return -(-rows // step) * step
