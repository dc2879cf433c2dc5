"""Derivative operators on plain NumPy: one pass with dual numbers, first order, no JAX."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import eager
from .arguments import Call
from .dual import Dual
from .leaves import Tree
from .operators_refusal import refuse_mixing, refuse_output, refuse_shapes

_SIGNS: dict[tuple[int, ...], Any] = {}


def derivative(call: Call, x: Any, label: str) -> Any:
    """Each entry of the output by its own entry of ``x``: one tangent, seeded with ones.

    A second tangent, seeded with +1 and -1 at random, finds out a function whose outputs mix the
    entries of x: elsewhere it is the first one times that sign, to the last bit.
    """
    ones = np.ones(x.shape, x.dtype)
    other = 1j * ones if x.dtype.kind == "c" else ones
    check = x.size > 1 or other is not ones
    seeds = np.stack([ones, other * signs(x.shape)]) if check else ones[None]
    value, tangents = _pass(call, [(x, seeds)], len(seeds))
    if not check:
        return tangents[0]
    return own_entries(tangents[0], tangents[1], seeds[1], value.shape, label)


def jacobian(call: Call, values: list[Tree]) -> tuple[Any, list[Any]]:
    """The value, and for every leaf x of ``values`` an array out.shape + x.shape."""
    leaves = [leaf for value in values for leaf in value.leaves]
    p = sum(leaf.size for leaf in leaves)
    identity = np.eye(p)
    seeded, start = [], 0
    for leaf in leaves:
        columns = identity[:, start : start + leaf.size]
        seeded.append((leaf, np.ascontiguousarray(columns).reshape(p, *leaf.shape)))
        start += leaf.size
    value, tangents = _pass(call, seeded, p, values)
    whole = np.moveaxis(tangents, 0, -1)
    parts, start = [], 0
    for leaf in leaves:
        part = whole[..., start : start + leaf.size]
        parts.append(part.reshape(value.shape + leaf.shape))
        start += leaf.size
    return value, parts


def _pass(
    call: Call, seeded: list[tuple[Any, Any]], p: int, trees: list[Tree] | None = None
) -> tuple[Any, Any]:
    """Value and tangents (p, *shape) of the call with Duals in the place of the values."""

    def arranged(leaves: list[Any]) -> list[Any]:
        return leaves if trees is None else rebuilt(trees, leaves)

    if p == 0:
        value = np.asarray(call.at(arranged([x for x, _ in seeded])))
        return value, np.zeros((0, *value.shape))
    result = eager.followed(
        p,
        lambda: call.at(arranged([Dual(x.copy(), seed) for x, seed in seeded])),
        lambda: call.at(arranged([x.copy() for x, _ in seeded])),
    )
    value, tangents = eager.split(result, p)
    if value.dtype.kind not in "fciub":
        refuse_output(result)
    return value, tangents


def rebuilt(trees: list[Tree], leaves: list[Any]) -> list[Any]:
    """The arguments with these leaves in them."""
    rest = iter(leaves)
    return [tree.build(rest) for tree in trees]


def signs(shape: tuple[int, ...]) -> Any:
    """The same +1 and -1, drawn once for each shape."""
    found = _SIGNS.get(shape)
    if found is None:
        if len(_SIGNS) > 64:
            _SIGNS.clear()
        found = np.random.default_rng(20).choice([-1.0, 1.0], shape)
        found.flat[:2] = -1.0, 1.0  # both occur
        _SIGNS[shape] = found
    return found


def own_entries(slope: Any, signed: Any, seed: Any, shape: tuple[int, ...], label: str) -> Any:
    """``slope``, once it is certain that every output moved with its own entry of x alone."""
    if not slope.any() and not signed.any():
        return np.zeros(np.broadcast_shapes(shape, seed.shape)) if shape == () else slope
    extra = len(shape) - seed.ndim
    trailing = shape[max(extra, 0) :] == seed.shape or _broadcasts(seed.shape, shape)
    leading = extra > 0 and shape[: seed.ndim] == seed.shape
    if not (trailing or leading):
        refuse_shapes(shape, seed.shape, label)
    with np.errstate(invalid="ignore"):  # an infinite slope times 1j
        if trailing and _same(signed, seed * slope):
            return slope
        if leading and _same(signed, seed.reshape(seed.shape + (1,) * extra) * slope):
            return slope
    refuse_mixing(label, np.iscomplexobj(seed))


def _broadcasts(inside: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(inside, shape) == shape
    except ValueError:
        return False


def _same(a: Any, b: Any) -> bool:
    """Equal but for rounding, which only complex functions and compiled programs do differently."""
    with np.errstate(all="ignore"):
        size = np.abs(b[np.isfinite(b)]).max(initial=0.0)
        close = (np.abs(a - b) <= 1e-9 * np.abs(b) + 1e-12 * size) | (a == b)
    return bool((close | ~(np.isfinite(a) & np.isfinite(b))).all())
