"""The triangle: all that a least-squares fit ever asks of its data.

For residual rows r with Jacobian J, one factorization of the augmented matrix

    [J | r] = Q [R  qtr]
                [0  rho]

holds the cost (half the squared norm of the last column), the gradient Rᵀ qtr and the Gauss-Newton
Hessian RᵀR. Stacking two triangles and factoring again merges two sets of rows; it is associative,
and rows of zeros change nothing. QR keeps the digits that normal equations (RᵀR) would lose.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from residua.algebra.control import Array, Namespace

# Leaves of 2-4 thousand rows keep the accuracy of one QR at a fraction of its time and memory
# (measured in the project's notes on scale).
LEAF_ROWS = 2048


class Linearization(NamedTuple):
    """Residual rows linearized at one point, reduced to a (p+1) x (p+1) triangle.

    R: (p, p) upper triangular with non-negative diagonal. qtr: (p,), the residual seen by the
    columns of J. rho: the norm of what no linear step can remove.
    """

    R: Array
    qtr: Array
    rho: Array

    @property
    def cost(self) -> Array:
        """Half the sum of squared residuals."""
        return 0.5 * (self.qtr @ self.qtr + self.rho * self.rho)

    @property
    def gradient(self) -> Array:
        """Derivative of the cost: Rᵀ qtr."""
        return self.qtr @ self.R


def triangle(xp: Namespace, augmented: Array) -> Linearization:
    """Reduce rows [J | r], given as an (n, p+1) matrix, to their triangle."""
    rows, columns = augmented.shape
    if rows > 2 * LEAF_ROWS:
        return triangle(xp, _leaves(xp, augmented))
    if rows < columns:
        augmented = xp.concatenate([augmented, xp.zeros((columns - rows, columns))])
    return _from_factor(xp, _factor(xp, augmented))


def _factor(xp: Namespace, matrix: Array) -> Array:
    """The triangular factor. Mode "r" of NumPy spends more on cutting it out than LAPACK on it."""
    if xp is not np:
        return xp.linalg.qr(matrix, mode="r")
    packed = np.linalg.qr(matrix, mode="raw")[0].T
    return packed[: matrix.shape[1]] * _upper(matrix.shape[1])


@functools.lru_cache(maxsize=64)
def _upper(size: int) -> np.ndarray:
    return np.triu(np.ones((size, size)))


def merge(xp: Namespace, first: Linearization, second: Linearization) -> Linearization:
    """The triangle of both sets of rows together; associative, and zero rows change nothing."""
    return triangle(xp, xp.concatenate([_as_matrix(xp, first), _as_matrix(xp, second)]))


def _leaves(xp: Namespace, augmented: Array) -> Array:
    """Factor leaves of rows side by side; return their stacked triangles."""
    rows, columns = augmented.shape
    count = -(-rows // LEAF_ROWS)
    missing = count * LEAF_ROWS - rows
    if missing:
        augmented = xp.concatenate([augmented, xp.zeros((missing, columns))])
    leaves = augmented.reshape(count, LEAF_ROWS, columns)
    return xp.linalg.qr(leaves, mode="r").reshape(count * columns, columns)


def _from_factor(xp: Namespace, factor: Array) -> Linearization:
    """Cut a (p+1, p+1) triangle into its parts, with the sign that makes the diagonal positive."""
    p = factor.shape[1] - 1
    sign = xp.copysign(1.0, factor.diagonal())
    factor = factor * sign[:, None]
    return Linearization(factor[:p, :p], factor[:p, p], factor[p, p])


def _as_matrix(xp: Namespace, lin: Linearization) -> Array:
    top = xp.concatenate([lin.R, lin.qtr[:, None]], axis=1)
    bottom = xp.concatenate([xp.zeros(lin.R.shape[1]), xp.reshape(lin.rho, (1,))])
    return xp.concatenate([top, bottom[None, :]])


def unit_columns(xp: Namespace, R: Array) -> Array:
    """The norms of the columns of J; 1 for a column of zeros."""
    norms = xp.sqrt((R * R).sum(axis=0))
    return xp.where(norms > 0, norms, 1.0)


class Spectrum(NamedTuple):
    """The scaled triangle R/scale taken apart: R/scale = U diag(values) Vt, target = Uᵀ qtr.

    Directions whose singular value is rounding noise have `values` and `target` set to zero, so
    that every formula below simply does not move along them.
    """

    U: Array
    values: Array
    Vt: Array
    target: Array


def spectrum(xp: Namespace, R: Array, qtr: Array, scale: Array) -> Spectrum:
    """Singular value decomposition of R with its columns divided by `scale`."""
    U, values, Vt = xp.linalg.svd(R / scale)
    least = values[0] * (len(scale) * 2.3e-16)
    if xp is np and values[-1] > least:
        return Spectrum(U, values, Vt, qtr @ U)
    kept = values > least
    return Spectrum(U, xp.where(kept, values, 0.0), Vt, xp.where(kept, qtr @ U, 0.0))
