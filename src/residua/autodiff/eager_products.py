"""Products of arrays that carry derivatives: matmul, dot, einsum and their kin."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from .dual import Dual, lift, operand, plain
from .eager_linear import multilinear, rule


def left(t: Any, w: Any) -> Any:
    """Tangents (p, *s) times the array w, as ``value @ w`` for each direction."""
    if t.ndim == 2 and w.ndim > 2:
        stacked = t.reshape(t.shape[:1] + (1,) * (w.ndim - 1) + t.shape[1:])
        return (stacked @ w)[..., 0, :]
    extra = w.ndim + 1 - t.ndim
    return (lift(t, extra) if extra > 0 and t.ndim > 2 else t) @ w


def right(v: Any, u: Any) -> Any:
    """The array v times tangents (p, *s), as ``v @ value`` for each direction."""
    if u.ndim == 2:
        if v.ndim <= 2:
            return u @ v.T
        stacked = u.reshape(u.shape[:1] + (1,) * (v.ndim - 2) + (*u.shape[1:], 1))
        return (v @ stacked)[..., 0]
    extra = v.ndim + 1 - u.ndim
    return v @ (lift(u, extra) if extra > 0 else u)


def matmul(x: Any, y: Any) -> Any:
    x, y = operand(x), operand(y)
    if x is NotImplemented or y is NotImplemented:
        return NotImplemented
    v, w = plain(x), plain(y)
    out = v @ w
    if type(x) is not Dual:
        return Dual(out, right(v, y.tangents)) if type(y) is Dual else out
    if type(y) is not Dual:
        return Dual(out, left(x.tangents, w))
    return Dual(out, left(x.tangents, w) + right(v, y.tangents))


_dot_loop = multilinear(np.dot)


@rule(np.dot)
def dot(a: Any, b: Any, out: Any = None) -> Any:
    a, b = operand(a), operand(b)
    v, w = plain(a), plain(b)
    if np.ndim(v) == 0 or np.ndim(w) == 0:
        return a * b
    return matmul(a, b) if w.ndim <= 2 else _dot_loop(a, b)


@rule(np.outer)
def outer(a: Any, b: Any, out: Any = None) -> Any:
    return operand(a).reshape(-1, 1) * operand(b).reshape(1, -1)


_inner_loop = multilinear(np.inner)


@rule(np.inner)
def inner(a: Any, b: Any) -> Any:
    a, b = operand(a), operand(b)
    if np.ndim(plain(a)) == 1 and np.ndim(plain(b)) == 1:
        return matmul(a, b)
    return _inner_loop(a, b)


for _function in (np.vdot, np.tensordot, np.kron, np.convolve, np.correlate, np.cross):
    rule(_function)(multilinear(_function))


def _letters(operands: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """The interleaved form einsum(a, [0, 1], b, [1], [0]) as subscripts and arrays."""

    def word(places: Any) -> str:
        return "".join("..." if i is Ellipsis else string.ascii_letters[i] for i in places)

    pairs = len(operands) // 2
    text = ",".join(word(operands[2 * i + 1]) for i in range(pairs))
    if len(operands) % 2:
        text += "->" + word(operands[-1])
    return text, [operands[2 * i] for i in range(pairs)]


def _explicit(subscripts: str) -> tuple[list[str], str]:
    """Input words and the output word, made explicit by einsum's rule when it is not given."""
    text = subscripts.replace(" ", "")
    if "->" in text:
        inputs, output = text.split("->")
        return inputs.split(","), output
    letters = [c for c in text if c.isalpha()]
    once = sorted(c for c in set(letters) if letters.count(c) == 1)
    return text.split(","), ("..." if "..." in text else "") + "".join(once)


@rule(np.einsum)
def einsum(*operands: Any, **kwargs: Any) -> Any:
    if isinstance(operands[0], str):
        text, factors = operands[0], list(operands[1:])
    else:
        text, factors = _letters(operands)
    factors = [operand(x) for x in factors]
    words, output = _explicit(text)
    new = next(c for c in string.ascii_letters if c not in text)
    bare = [plain(x) for x in factors]
    total: Any = 0.0
    for i, x in enumerate(factors):
        if type(x) is Dual:
            word = ",".join([*words[:i], new + words[i], *words[i + 1 :]])
            arrays = [*bare[:i], x.tangents, *bare[i + 1 :]]
            total = total + np.einsum(f"{word}->{new}{output}", *arrays, **kwargs)
    return Dual(np.einsum(f"{','.join(words)}->{output}", *bare, **kwargs), total)


def _row_times(subscripts: str) -> Any:
    """np.vecdot, np.matvec and np.vecmat as einsum; the first factor of a row is conjugated."""

    def made(x1: Any, x2: Any) -> Any:
        x1 = operand(x1) if subscripts.startswith("...ij,") else np.conj(operand(x1))
        return einsum(subscripts, x1, operand(x2))

    return made


ROW_PRODUCTS: dict[str, Any] = {
    "vecdot": _row_times("...i,...i->..."),
    "matvec": _row_times("...ij,...j->...i"),
    "vecmat": _row_times("...i,...ij->...j"),
}
