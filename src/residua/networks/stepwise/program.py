"""Many epochs of training as one compiled program.

Everything that may change without another compilation is an argument: the data, padded to a bucket;
how many rows of it there are; every number of the update rule; the learning rates; where to stop.
Loops are therefore rolled, with bounds that are arguments too. (Unrolling four steps of a small
network made them 1.5 times slower on a CPU, and its compilation twice as long.)

Rows are shuffled once an epoch, then cut into batches by contiguous slices. The last batch of an
epoch has the rows that are left; those beyond carry no weight.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from residua.networks.stepwise import optimizers
from residua.networks.stepwise.update import (
    CHUNK,
    EARLY,
    RUNNING,
    Layout,
    Notes,
    Numbers,
    Point,
    step,
)

Array = Any


def begin(layout: Layout, theta: Array, numbers: Numbers) -> Point:
    """The point before the first step."""
    zero = jnp.zeros((), jnp.int32)
    nothing = jnp.zeros((), theta.dtype)
    rule = optimizers.rule(layout.kind, layout.structure, numbers.rule).init(theta)
    return Point(zero, zero, theta, rule, theta, nothing + jnp.inf, zero, nothing)


def evaluate(layout: Layout, theta: Array, data: tuple[Array, ...], rows: Array) -> Array:
    """The loss of all rows."""
    return layout.loss(theta, *data[:-1], data[-1] / rows)


def run(
    layout: Layout,
    point: Point,
    data: tuple[Array, ...],
    held: tuple[Array, ...],
    numbers: Numbers,
    rates: Array,
    stop: Array,
) -> tuple[Point, Notes]:
    """Train from a point to step `stop`, at most CHUNK steps on, or until something happens.

    Args:
        data: arrays of the same number of rows, weights last and 0 in padded rows.
        held: validation rows, likewise.
        rates: (CHUNK,) learning rates from the point's step on.
    """
    size, dtype = point.theta.size, point.theta.dtype
    notes = Notes(
        jnp.zeros((CHUNK, 2), dtype),
        jnp.zeros(CHUNK if layout.held else 0, dtype),
        jnp.zeros((layout.slots, 2, size), dtype),
    )
    batches = _batches(layout, numbers)
    first = point.step

    def unfinished(carry: Any) -> Array:
        return (carry[0].step < stop) & (carry[0].code == RUNNING)

    def epoch(carry: tuple[Point, Notes]) -> tuple[Point, Notes]:
        point, notes = carry
        number = point.step // batches
        rows = data if layout.whole else _shuffled(data, number, numbers)
        end = jnp.minimum(stop, (number + 1) * batches)
        entry = point.theta

        def steps_left(carry: Any) -> Array:
            return (carry[0].step < end) & (carry[0].code == RUNNING)

        def taken(carry: tuple[Point, Notes]) -> tuple[Point, Notes]:
            point, notes = carry
            at = (point.step - number * batches) * layout.batch
            batch, share = _cut(layout, rows, at, numbers)
            return step(layout, point, notes, batch, share, numbers, rates, first)

        point, notes = lax.while_loop(steps_left, taken, (point, notes))
        complete = (point.step == (number + 1) * batches) & (point.code == RUNNING)

        def judged(carry: tuple[Point, Notes]) -> tuple[Point, Notes]:
            return _judged(layout, *carry, entry, held, numbers, number - first // batches)

        return lax.cond(complete, judged, lambda carry: carry, (point, notes))

    return lax.while_loop(unfinished, epoch, (point, notes))


def _batches(layout: Layout, numbers: Numbers) -> Array:
    """Steps of an epoch."""
    if layout.whole:
        return jnp.ones((), jnp.int32)
    return (numbers.rows + (layout.batch - 1)) // layout.batch


def _shuffled(data: tuple[Array, ...], epoch: Array, numbers: Numbers) -> tuple[Array, ...]:
    """The rows in this epoch's order, padded ones last; it depends on seed and epoch alone."""
    places = jnp.arange(len(data[0]), dtype=jnp.uint32)
    drawn = jax.random.bits(jax.random.fold_in(numbers.key, epoch), places.shape, jnp.uint32) >> 1
    ranks = jnp.where(numbers.shuffle, drawn, places)
    ranks = jnp.where(places < numbers.rows.astype(jnp.uint32), ranks, jnp.uint32(2**32 - 1))
    _, order = lax.sort((ranks, places), num_keys=1)
    return tuple(array[order] for array in data)


def _cut(
    layout: Layout, rows: tuple[Array, ...], at: Array, numbers: Numbers
) -> tuple[tuple[Array, ...], Array]:
    """The batch that begins at row `at`, weighted for a mean; and its share of the rows."""
    if layout.whole:
        count, taken = numbers.rows, rows
    else:
        count = jnp.minimum(layout.batch, numbers.rows - at)
        taken = tuple(lax.dynamic_slice_in_dim(array, at, layout.batch) for array in rows)
    count = count.astype(rows[-1].dtype)
    return (*taken[:-1], taken[-1] / count), count / numbers.rows.astype(count.dtype)


def _judged(
    layout: Layout,
    point: Point,
    notes: Notes,
    entry: Array,
    held: tuple[Array, ...],
    numbers: Numbers,
    at: Array,
) -> tuple[Point, Notes]:
    """A complete epoch: is it the best, and is it time to stop?

    Without validation rows an epoch is judged by the mean loss of its batches. When one batch holds
    all rows, that is the loss of the parameters the epoch began with.
    """
    loss, candidate = point.total, entry if layout.whole else point.theta
    if layout.held:
        loss, candidate = evaluate(layout, point.theta, held, numbers.held), point.theta
        notes = notes._replace(held=lax.dynamic_update_slice(notes.held, loss[None], (at,)))
    better = loss < point.lowest
    since = jnp.where(better, 0, point.since + 1)
    return point._replace(
        best=jnp.where(better, candidate, point.best),
        lowest=jnp.where(better, loss, point.lowest),
        since=since,
        total=jnp.zeros_like(point.total),
        code=jnp.where(since >= numbers.patience, EARLY, point.code).astype(jnp.int32),
    ), notes
