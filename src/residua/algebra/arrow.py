"""Arrow-shaped triangles: many small blocks that know nothing of each other, and shared columns.

    [R_1          B_1]        One damped problem, min ‖R p + q‖² + damping ‖p‖², is solved block by
    [     R_2     B_2]        block: [R_k B_k q_k] stacked on sqrt(damping) I is factored again, the
    [         ... ...]        rows that its own parameters cannot answer go to the shared columns,
    [             S  ]        which are solved first. The work grows with the number of blocks.

Source: Å. Björck, Numerical Methods for Least Squares Problems, SIAM 1996, section 6.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from residua.algebra.covariance import DETERMINED, Uncertainty
from residua.algebra.linearization import unit_columns

# In units of scaled columns: what is added to every one, so that no block is ever singular. A
# direction that is determined at all (see covariance.DETERMINED) feels less than a percent of it,
# and only in the length of its steps.
RIDGE = 1e-10
# Margin by which a bound on the condition must clear what counts as determined.
CLEARLY = 1e3


class Shape(NamedTuple):
    """Which columns belong to which block: `place`, (K, L), padded with -1; then the shared."""

    place: np.ndarray
    local: int

    @property
    def inside(self) -> np.ndarray:
        """(K, L): True where a column is, False in the padding."""
        return self.place >= 0


def shape(sizes: Sequence[int]) -> Shape:
    """The shape of blocks of these sizes, one after the other."""
    longest = max(sizes, default=0)
    place = np.full((len(sizes), longest), -1)
    first = 0
    for row, size in zip(place, sizes):
        row[:size] = np.arange(first, first + size)
        first += size
    return Shape(place, first)


class Factor(NamedTuple):
    """A triangular arrow: D, (K, L, L), with ones in the padding; B, (K, L, s); S, (s, s)."""

    shape: Shape
    D: np.ndarray
    B: np.ndarray
    S: np.ndarray

    def solve(self, right: np.ndarray) -> np.ndarray:
        """x with F x = right."""
        shape, local = self.shape, self.shape.local
        x = np.empty_like(right)
        x[local:] = np.linalg.solve(self.S, right[local:])
        own = _gathered(shape, right) - self.B @ x[local:]
        own = np.linalg.solve(self.D, own[..., None])[..., 0]
        x[shape.place[shape.inside]] = own[shape.inside]
        return x

    def solve_transposed(self, right: np.ndarray) -> np.ndarray:
        """x with Fᵀ x = right."""
        shape, local = self.shape, self.shape.local
        x = np.empty_like(right)
        own = np.linalg.solve(np.swapaxes(self.D, 1, 2), _gathered(shape, right)[..., None])[..., 0]
        x[shape.place[shape.inside]] = own[shape.inside]
        rest = right[local:] - np.einsum("kls,kl->s", self.B, own)
        x[local:] = np.linalg.solve(self.S.T, rest)
        return x

    def inverse(self) -> np.ndarray:
        """F⁻¹ as one matrix, an arrow again."""
        shape, local = self.shape, self.shape.local
        size = local + len(self.S)
        found = np.zeros((size, size))
        own = np.linalg.inv(self.D)
        shared = np.linalg.inv(self.S)
        rows = shape.place[:, :, None], shape.place[:, None, :]
        inside = shape.inside[:, :, None] & shape.inside[:, None, :]
        at = np.broadcast_arrays(*rows)
        found[at[0][inside], at[1][inside]] = own[inside]
        found[local:, local:] = shared
        across = -(own @ self.B) @ shared
        found[shape.place[shape.inside], local:] = across[shape.inside]
        return found


def _gathered(shape: Shape, vector: np.ndarray) -> np.ndarray:
    """The local part of a vector by blocks, zero in the padding."""
    return np.where(shape.inside, vector[shape.place], 0.0)


def parts(shape: Shape, R: np.ndarray) -> Factor:
    """A dense triangle of this shape, taken apart."""
    local, inside = shape.local, shape.inside
    both = inside[:, :, None] & inside[:, None, :]
    D = np.where(both, R[shape.place[:, :, None], shape.place[:, None, :]], 0.0)
    D += np.eye(inside.shape[1]) * ~inside[:, :, None]
    B = np.where(inside[:, :, None], R[shape.place][:, :, local:], 0.0)
    return Factor(shape, D, B, R[local:, local:])


def damped(whole: Factor, right: np.ndarray, roots: np.ndarray) -> tuple[Factor, np.ndarray]:
    """F with FᵀF = RᵀR + diag(roots²), and Qᵀ right beside it: the solution p has F p = -that."""
    shape, local = whole.shape, whole.shape.local
    count, size, shared = whole.B.shape
    rows = np.zeros((count, 2 * size, size + shared + 1))
    rows[:, :size, :size] = whole.D
    rows[:, :size, size:-1] = whole.B
    rows[:, :size, -1] = _gathered(shape, right)
    rows[:, size:, :size] = np.eye(size) * _gathered(shape, roots)[:, None, :]
    found: Any = np.linalg.qr(rows, mode="r") if size else rows[:, :0]
    turned = np.zeros_like(right)
    turned[shape.place[shape.inside]] = found[:, :size, -1][shape.inside]
    rest = found[:, size:, size:].reshape(-1, shared + 1)
    own = np.column_stack([whole.S, right[local:]])
    ridge = np.column_stack([np.diag(roots[local:]), np.zeros(shared)])
    last: Any = np.linalg.qr(np.concatenate([own, ridge, rest]), mode="r")
    turned[local:] = last[:shared, -1]
    D = found[:, :size, :size]
    return Factor(shape, D, found[:, :size, size:-1], last[:shared, :shared]), turned


def arrow_uncertainty(shape: Shape, R: np.ndarray, held: np.ndarray) -> Uncertainty | None:
    """What a triangle of this shape determines; None unless every direction clearly is determined.

    Then covariance (RᵀR)⁻¹ = T Tᵀ with T = R⁻¹ by blocks. The norm of the inverse of the scaled
    triangle bounds its smallest singular value from below, unit columns the largest from above.
    """
    if held.any() or not np.isfinite(R).all():
        return None
    scale = unit_columns(np, R)
    whole = parts(shape, R / scale)
    if not (whole.D.diagonal(axis1=1, axis2=2).all() and whole.S.diagonal().all()):
        return None
    inverse = whole.inverse()
    condition = 1 / float(np.sqrt((inverse * inverse).sum() * len(scale)))
    if not condition > CLEARLY * DETERMINED:
        return None
    return Uncertainty(inverse / scale[:, None], np.zeros((len(scale), 0)), scale, held, condition)
