"""What a program of training takes, carries and writes down; and one step of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from residua.networks.stepwise import optimizers

Array = Any
RUNNING, CONVERGED, EARLY, NOT_FINITE = range(4)

# Steps of one call at most: each has its learning rate handed in and its loss handed out.
CHUNK = 16_384


@dataclass(frozen=True)
class Layout:
    """What a program is compiled for, beside the shapes and precision of its arguments.

    loss: (theta, *rows) -> scalar. kind, structure: the update rule. batch: rows per step. whole:
    one step takes all rows. held: whether there are validation rows. slots: how many parameters can
    be written down in one call, 0 for none.
    """

    loss: Callable[..., Array]
    kind: str
    structure: tuple[Hashable, ...]
    batch: int
    whole: bool
    held: bool
    slots: int


class Numbers(NamedTuple):
    """Numbers of one training. rows, held: how many of the padded rows are real ones."""

    key: Array
    rows: Array
    held: Array
    shuffle: Array
    patience: Array
    tolerance: Array
    stride: Array
    rule: dict[str, Array]


class Point(NamedTuple):
    """Where training stands.

    theta: before step `step`. best: of the epoch with the lowest loss, which is `lowest`, `since`
    epochs ago. total: the loss of this epoch's batches, each by its share of the rows.
    """

    step: Array
    code: Array
    theta: Array
    rule: Any
    best: Array
    lowest: Array
    since: Array
    total: Array


class Notes(NamedTuple):
    """What one call wrote down, entry i for its i-th step, or its i-th epoch in `held`.

    path: (slots, 2, p) parameters and gradients at multiples of the stride, then of the last step.
    """

    steps: Array
    held: Array
    path: Array


def step(
    layout: Layout,
    point: Point,
    notes: Notes,
    rows: tuple[Array, ...],
    share: Array,
    numbers: Numbers,
    rates: Array,
    first: Array,
) -> tuple[Point, Notes]:
    """One update, or none when it would not be finite or the gradient is short enough."""

    def loss_of(theta: Array) -> Array:
        return layout.loss(theta, *rows)

    at = point.step - first
    rule = optimizers.rule(layout.kind, layout.structure, numbers.rule)
    loss, gradient = optimizers.valued(layout.kind, loss_of)(point.theta, state=point.rule)
    norm = jnp.sqrt(jnp.sum(gradient * gradient))
    update, state = rule.update(
        gradient, point.rule, point.theta, value=loss, grad=gradient, value_fn=loss_of
    )
    theta = point.theta + rates[at] * update
    finite = jnp.isfinite(loss) & jnp.isfinite(norm) & jnp.all(jnp.isfinite(theta))
    good = finite & (norm > numbers.tolerance)
    code = jnp.where(good, RUNNING, jnp.where(finite, CONVERGED, NOT_FINITE)).astype(jnp.int32)
    moved = point._replace(
        step=point.step + 1, theta=theta, rule=state, total=point.total + loss * share
    )
    kept = jax.tree.map(lambda new, old: jnp.where(good, new, old), moved, point)
    return kept._replace(code=code), _noted(notes, at, loss, norm, point, gradient, numbers, first)


def _noted(
    notes: Notes,
    at: Array,
    loss: Array,
    norm: Array,
    point: Point,
    gradient: Array,
    numbers: Numbers,
    first: Array,
) -> Notes:
    """Write a step down. A slot of the path keeps the last step written to it, a multiple."""
    zero = jnp.zeros_like(at)
    steps = lax.dynamic_update_slice(notes.steps, jnp.stack([loss, norm])[None], (at, zero))
    path = notes.path
    if len(path):
        slot = -(-point.step // numbers.stride) - (-(-first // numbers.stride))
        row = jnp.stack([point.theta, gradient])[None]
        path = lax.dynamic_update_slice(path, row, (slot, zero, zero))
    return notes._replace(steps=steps, path=path)
