"""Fits as one compiled call: programs, kept by what the model is, for tables of any length.

Rows are padded to a bucket by repeating the last one under a mask, so a new number of points does
not compile again. A model that looks at all its points together (a mean over x) would see the
padding: each result is compared with what the plain model predicts at the answer, and a program that
disagrees is thrown away. The same comparison catches a model whose globals or closure have changed.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from residua.algebra.linearization import Linearization
from residua.autodiff.fingerprint import fingerprint
from residua.autodiff.traced import float64, lower
from residua.data.dataset import Block
from residua.objective import prediction
from residua.problem.model import Model
from residua.problem.noise import Correlated, Independent
from residua.problem.parameters import Parameters
from residua.solvers import traced
from residua.solvers.levenberg_marquardt import LevenbergMarquardt
from residua.solvers.polish import Polished, coordinates
from residua.solvers.solver import Limits

SMALLEST_BUCKET = 16
# Programs agree with the model to rounding; anything larger means that they are different models.
AGREEMENT = 1e-7


class Run(NamedTuple):
    """Where a compiled fit ended, as the host sees it."""

    end: Polished
    code: int
    steps: int
    rows: np.ndarray


class Program:
    """One compiled solver for one model, free set and kind of noise; it learns if rows may be padded."""

    def __init__(self, model: Model, parameters: Parameters, max_steps: int) -> None:
        predict = lower(prediction(model, parameters))

        def solve(theta: Any, block: Block, count: Any, bounds: Any, floor: Any) -> Any:
            mask = jnp.arange(block.y.shape[0]) < count
            mask = mask.reshape(-1, *[1] * (block.y.ndim - 1))

            def rows(at: Any) -> Any:
                difference = jnp.where(mask, block.y - predict(at, block.x), 0.0)
                white = difference if block.noise is None else block.noise.whiten(difference)
                return white.ravel()

            lower_, upper = (None, None) if bounds is None else bounds
            limits = Limits(lower_, upper, floor, max_steps=max_steps)
            return traced.solve(rows, theta, LevenbergMarquardt(jnp), limits)

        self.solve = jax.jit(solve)
        self.padded = True

    def __call__(self, theta: np.ndarray, block: Block, limits: Limits) -> Run:
        """Solve from theta."""
        count = len(block.y)
        data = pad(block, bucket(count)) if self.padded else block
        bounds = None if limits.lower is None else (limits.lower, limits.upper)
        with float64():
            end = self.solve(theta, data, count, bounds, limits.floor)
            end = jax.tree.map(np.asarray, end)
        rows = end.rows.reshape(data.y.shape)[:count].ravel()
        lin = Linearization(*end.lin)
        norms = np.sqrt((lin.R * lin.R).sum(axis=0))
        scale = np.where(norms > 0, norms, 1.0)
        parts = coordinates(lin, end.params, scale, limits)
        polished = Polished(end.params, lin, parts, end.hessian)
        return Run(polished, int(end.code), int(end.steps), rows)


_programs: dict[Hashable, Program] = {}


def run(
    model: Model, parameters: Parameters, block: Block, theta: np.ndarray, limits: Limits
) -> Run | None:
    """Solve in one compiled call; None when no program agrees with the model."""
    key = _key(model, parameters, block, limits)
    program = None if key is None else _programs.get(key)
    fresh = program is None
    if program is None:
        program = Program(model, parameters, limits.max_steps)
    found = program(theta, block, limits)
    if not agrees(model, parameters, block, found):
        if not program.padded:
            return None
        program = Program(model, parameters, limits.max_steps)
        program.padded, fresh = False, True
        found = program(theta, block, limits)
        if not agrees(model, parameters, block, found):
            return None
    if fresh and key is not None:
        _programs[key] = program
    return found


def agrees(model: Model, parameters: Parameters, block: Block, found: Run) -> bool:
    """Whether the plain model, asked at the answer, gives the rows that the program saw."""
    if not np.isfinite(found.rows).all():
        return True  # refused by the verdict, for all to see
    with np.errstate(all="ignore"):
        value = prediction(model, parameters)(found.end.params, block.x)
    difference = block.y - value
    white = difference if block.noise is None else block.noise.whiten(difference)
    size = np.abs(found.rows).max(initial=0.0) + np.abs(np.asarray(value)).max(initial=0.0) * (
        1.0 if block.noise is None else np.abs(white).max() / max(np.abs(difference).max(), 1e-300)
    )
    return bool(np.abs(np.ravel(white) - found.rows).max(initial=0.0) <= AGREEMENT * size)


def _key(
    model: Model, parameters: Parameters, block: Block, limits: Limits
) -> Hashable | None:
    """What a program depends on; None when the model's identity cannot be told, so none is kept."""
    identity = model.text if model.kind != "function" else fingerprint(model.function)
    if identity is None:
        return None
    leaves = tuple(
        (leaf.name, leaf.fixed, leaf.shape, _frozen(leaf.start) if leaf.fixed else None)
        for leaf in parameters.leaves
    )
    return (
        model.kind,
        identity,
        tuple(sorted(model.options.items())),
        model.independent,
        leaves,
        limits.lower is None,
        limits.max_steps,
        type(block.noise),
    )


def _frozen(value: Any) -> Hashable:
    return value if isinstance(value, float) else (value.shape, value.tobytes())


def bucket(rows: int) -> int:
    """The padded length: powers of two with three steps between, at most a quarter wasted."""
    if rows <= SMALLEST_BUCKET:
        return SMALLEST_BUCKET
    step = 1 << max((rows - 1).bit_length() - 3, 2)
    return -(-rows // step) * step


def pad(block: Block, rows: int) -> Block:
    """The same rows, padded by repeating the last one; the noise of the padding is null."""
    count = len(block.y)
    if rows == count:
        return block
    x = tuple(_repeat_last(item, rows) if item.shape[:1] == (count,) else item for item in block.x)
    noise = block.noise
    if isinstance(noise, Independent):
        noise = Independent(_repeat_last(noise.weight, rows))
    elif isinstance(noise, Correlated):
        factor = np.zeros((rows, rows))
        factor[:count, :count] = noise.factor
        noise = Correlated(factor)
    return Block(x, _repeat_last(block.y, rows), noise)


def _repeat_last(array: np.ndarray, rows: int) -> np.ndarray:
    padded = np.empty((rows, *array.shape[1:]), array.dtype)
    padded[: len(array)] = array
    padded[len(array) :] = array[-1]
    return padded
